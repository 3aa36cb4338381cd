//! The rules of the OpenEVSE gateways.

use rapi_divert::compat::{self, Command, Outcome};
use rapi_divert::{
    Action, Amps, EvseStatus, Feed, Measurement, MilliAmps, Millis, Mode, Volts, Watts,
};

use super::{Reading, Rule};
use crate::plant::Wiring;
use crate::simulation::FeedKind;

/// What the three have in common: how they see the plant.
struct Eyes {
    limit: Amps,
    volts: Volts,
    /// Whether the change to Eco has been told.
    begun: bool,
}

impl Eyes {
    fn new(wiring: Wiring) -> Self {
        let volts = Volts(u16::try_from(wiring.volts).unwrap_or(u16::MAX));
        Self { limit: Amps(wiring.max_amps), volts, begun: false }
    }

    /// The gateway hears of the change to Eco, then of each reading and of what its commands led to.
    fn step(
        &mut self,
        reading: &Reading,
        act: &mut dyn FnMut(Action),
        mut rule: impl FnMut(Millis, &Measurement) -> Outcome,
    ) {
        // Wraps after 49 days, as the clock of the gateways does.
        #[allow(clippy::cast_possible_truncation)]
        let now = Millis(reading.now_ms as u32);
        let asleep = EvseStatus::Asleep { vehicle: true };
        let status = |awake| if awake { EvseStatus::Charging } else { asleep };
        let mut measurement = Measurement::new(Mode::Eco, status(reading.awake), self.limit)
            .with_ev_current(MilliAmps(i32::from(reading.ev_amps) * 1000))
            .with_voltage(self.volts);
        if !self.begun {
            self.begun = true;
            let _ = rule(now, &measurement);
        }
        let power = Watts(reading.power_w);
        let feed = match reading.feed {
            FeedKind::Grid => Feed::Grid { power, sampled_at: now },
            FeedKind::Solar => Feed::Solar { power, sampled_at: now },
        };
        measurement = measurement.with_feed(feed);
        let outcome = rule(now, &measurement);
        let mut awake = reading.awake;
        for command in outcome.commands {
            match command {
                Command::SetCurrent(amps) | Command::SaveCurrent(amps) => {
                    act(Action::SetCurrent(amps));
                }
                Command::Enable => {
                    awake = true;
                    act(Action::Enable);
                }
                Command::Sleep => {
                    awake = false;
                    act(Action::Sleep);
                }
                _ => {}
            }
        }
        if awake != reading.awake {
            measurement.evse = status(awake);
            let _ = rule(now, &measurement);
        }
    }
}

macro_rules! gateway {
    ($name:ident) => {
        pub(super) struct $name {
            rule: compat::$name,
            eyes: Eyes,
            outcome: Outcome,
        }

        impl Rule for $name {
            fn step(&mut self, reading: &Reading, act: &mut dyn FnMut(Action)) {
                let Self { rule, eyes, outcome } = self;
                eyes.step(reading, act, |now, measurement| {
                    *outcome = rule.step(now, measurement);
                    *outcome
                });
            }

            fn reason(&self) -> String {
                describe(&self.outcome)
            }
        }
    };
}

gateway!(V2_7);
gateway!(V2_9);
gateway!(V5);

impl V2_7 {
    pub(super) fn new(wiring: Wiring) -> Self {
        let rule = compat::V2_7::new();
        Self { rule, eyes: Eyes::new(wiring), outcome: Outcome::default() }
    }
}

impl V2_9 {
    pub(super) fn new(wiring: Wiring) -> Self {
        let rule = compat::V2_9::new();
        Self { rule, eyes: Eyes::new(wiring), outcome: Outcome::default() }
    }
}

impl V5 {
    pub(super) fn new(config: compat::V5Config, wiring: Wiring) -> Self {
        let config = compat::V5Config {
            three_phase: wiring.phases == 3,
            min_amps: Amps(wiring.min_amps),
            ..config
        };
        let rule = compat::V5::new(config);
        Self { rule, eyes: Eyes::new(wiring), outcome: Outcome::default() }
    }
}

fn describe(outcome: &Outcome) -> String {
    let Outcome { available, smoothed, min_charge_left, .. } = outcome;
    let mut text = format!("{available:.1} A of sun, on average {smoothed:.1} A");
    if *min_charge_left > 0 {
        text.push_str(&format!(", least charge time {min_charge_left} s left"));
    }
    text
}
