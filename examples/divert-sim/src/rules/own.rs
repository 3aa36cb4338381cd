//! The rule of `rapi-divert`.

use rapi_divert::{
    Action, Amps, Config, Divert, EvseStatus, Feed, Measurement, MilliAmps, Millis, Mode, Phases,
    Reason, Volts, Watts,
};

use super::{Reading, Rule};
use crate::plant::Wiring;
use crate::simulation::FeedKind;

pub(super) struct Own {
    divert: Divert,
    limit: Amps,
    reason: Option<Reason>,
}

impl Own {
    pub(super) fn new(config: Config, wiring: Wiring) -> anyhow::Result<Self> {
        let phases = if wiring.phases == 3 { Phases::Three } else { Phases::One };
        let config = config
            .with_amps(Amps(wiring.min_amps), Amps(wiring.max_amps))
            .with_phases(phases)
            .with_voltage(Volts(u16::try_from(wiring.volts)?));
        let limit = Amps(wiring.max_amps);
        Ok(Self { divert: Divert::new(config)?, limit, reason: None })
    }
}

impl Rule for Own {
    fn step(&mut self, reading: &Reading, act: &mut dyn FnMut(Action)) {
        // The clock of the rule wraps after 49 days, and is made for it.
        #[allow(clippy::cast_possible_truncation)]
        let now = Millis(reading.now_ms as u32);
        let power = Watts(reading.power_w);
        let feed = match reading.feed {
            FeedKind::Grid => Feed::Grid { power, sampled_at: now },
            FeedKind::Solar => Feed::Solar { power, sampled_at: now },
        };
        let status =
            if reading.awake { EvseStatus::Charging } else { EvseStatus::Asleep { vehicle: true } };
        let measurement = Measurement::new(Mode::Eco, status, self.limit)
            .with_feed(feed)
            .with_ev_current(MilliAmps(i32::from(reading.ev_amps) * 1000));
        let decision = self.divert.step(now, &measurement);
        self.reason = Some(decision.reason);
        decision.actions.into_iter().for_each(act);
    }

    fn reason(&self) -> String {
        self.reason.map_or_else(String::new, |reason| reason.to_string())
    }
}
