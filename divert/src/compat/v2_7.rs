//! The rule of 2.7.

use super::inputs::{
    Intake, RESERVE, amps, available, ev_amps, floor, may_be_told, measured_volts, pause, sleeps,
    volts_or_usual,
};
use super::{Command, Commands, LEAST, Outcome};
use crate::measurement::{Measurement, Mode};
use crate::units::{Amps, Millis};

/// The rule of the 2.7 gateways.
///
/// The current follows every message, in whole amperes, less 100 W with a grid feed. It starts when that is 6 A,
/// and **never stops**: without sun it goes on with 6 A. The gateway reckoned with 110 V at service level 1 and with
/// 240 V else; pass 110 V as the measured voltage to get the former.
///
/// Left out: that a refused `$SC n V` was repeated without `V`, which wears the EEPROM. Added: a limit below 6 A
/// pauses.
#[derive(Clone, Debug)]
pub struct V2_7 {
    intake: Intake,
    outcome: Outcome,
    pilot: Option<Amps>,
}

impl Default for V2_7 {
    fn default() -> Self {
        Self::new()
    }
}

impl V2_7 {
    /// Returns a rule that has seen nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        let outcome = Outcome::NOTHING;
        Self { intake: Intake::new(), outcome, pilot: None }
    }

    /// Takes what is known and returns what to do. Decides when the meter has a new reading; `_now` is not looked at,
    /// and is there so that the rules can stand in for each other.
    pub fn step(&mut self, _now: Millis, measurement: &Measurement) -> Outcome {
        self.outcome.commands = Commands::default();
        let message = self.intake.message(measurement.feed);
        let (Mode::Eco, Some(message)) = (measurement.mode, message) else {
            return self.outcome;
        };
        let volts = volts_or_usual(measured_volts(measurement));
        let mut rate = floor(available(message, volts, ev_amps(measurement), RESERVE));
        let asleep = sleeps(measurement.evse);
        if !asleep {
            rate = rate.max(LEAST);
        }
        let limit = measurement.limit;
        if i32::from(limit.0) < LEAST {
            self.outcome.commands = pause(measurement.evse);
        } else if rate >= LEAST {
            rate = rate.min(limit.0.into());
            if may_be_told(measurement.evse) {
                let set = self.pilot.unwrap_or(limit) != amps(rate);
                self.pilot = Some(amps(rate));
                self.outcome.commands = Commands([
                    set.then_some(Command::SetCurrent(amps(rate))),
                    asleep.then_some(Command::Enable),
                ]);
            }
        }
        self.outcome.charge_rate = rate;
        self.outcome
    }
}
