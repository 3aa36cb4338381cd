//! The rule of 2.9.

use super::inputs::{
    Clock, Intake, RESERVE, amps, available, ev_amps, floor, may_be_told, measured_volts, pause,
    sleeps, volts_or_usual,
};
use super::{Command, Commands, LEAST, Outcome};
use crate::measurement::{Measurement, Mode};
use crate::units::{Amps, Millis};

/// Seconds from a start to the earliest stop.
const MIN_CHARGE: i64 = 600;
/// Weight of a message when the sun is above its average, and when it is below.
const ATTACK: f64 = 0.4;
const DECAY: f64 = 0.05;

/// The rule of the 2.9 gateways.
///
/// Averages the sun **by message**: how fast it stops depends on how often the meter reports (from 20 A two minutes
/// at a message every 5 s, 23 minutes at one a minute). It starts and goes on at an average of 6 A, with at least
/// 600 s of charging on the wall clock. Each stop stores the greatest current in the EEPROM
/// ([`Command::SaveCurrent`]).
///
/// Left out: the request for less than 6 A after a person has put the EVSE to sleep, which the controller refuses and
/// which the gateway then stores, so that 6 A is the most from then on. Added: a limit below 6 A pauses.
#[derive(Clone, Debug)]
pub struct V2_9 {
    intake: Intake,
    clock: Clock,
    outcome: Outcome,
    mode: Mode,
    volts: Option<f64>,
    pilot: Option<Amps>,
    end_s: i64,
}

impl Default for V2_9 {
    fn default() -> Self {
        Self::new()
    }
}

impl V2_9 {
    /// Returns a rule that has seen nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            intake: Intake::new(),
            clock: Clock::new(),
            outcome: Outcome::NOTHING,
            mode: Mode::Normal,
            volts: None,
            pilot: None,
            end_s: 0,
        }
    }

    /// Says that the wall clock was set, by so many seconds forward: the gateway's least charge time is then over
    /// earlier.
    pub fn clock_set(&mut self, seconds: i32) {
        self.clock.set_by(seconds);
    }

    /// Takes what is known and returns what to do. Decides when the meter has a new reading.
    pub fn step(&mut self, now: Millis, measurement: &Measurement) -> Outcome {
        self.clock.advance(now);
        self.volts = measured_volts(measurement).or(self.volts);
        self.outcome.commands = Commands::default();
        let (asleep, told) = (sleeps(measurement.evse), may_be_told(measurement.evse));
        let message = self.intake.message(measurement.feed);
        if measurement.mode != self.mode {
            self.mode = measurement.mode;
            if self.mode == Mode::Eco {
                self.outcome = Outcome::NOTHING;
                self.end_s = 0;
                let sleep = (!asleep && told).then_some(Command::Sleep);
                self.outcome.commands = Commands([sleep, None]);
                if sleep.is_some() {
                    return self.outcome;
                }
            }
        }
        if let (Mode::Eco, Some(message)) = (self.mode, message) {
            self.update(message, measurement, asleep, told);
        }
        self.outcome.min_charge_left = self.clock.left(self.end_s);
        self.outcome
    }

    fn update(
        &mut self,
        message: super::inputs::Message,
        measurement: &Measurement,
        asleep: bool,
        told: bool,
    ) {
        let limit = measurement.limit;
        let volts = volts_or_usual(self.volts);
        let available = available(message, volts, ev_amps(measurement), RESERVE).max(0.0);
        let outcome = &mut self.outcome;
        let factor = if available > outcome.smoothed { ATTACK } else { DECAY };
        outcome.available = available;
        outcome.smoothed += factor * (available - outcome.smoothed);
        outcome.charge_rate = floor(available);
        if !asleep {
            outcome.charge_rate = outcome.charge_rate.max(LEAST);
        }
        let pilot = self.pilot.unwrap_or(limit);
        if i32::from(limit.0) < LEAST {
            outcome.commands = pause(measurement.evse);
        } else if outcome.smoothed >= f64::from(LEAST) {
            outcome.charge_rate = outcome.charge_rate.min(limit.0.into());
            let rate = amps(outcome.charge_rate);
            let set = rate != pilot && outcome.charge_rate >= LEAST;
            if told {
                if set {
                    self.pilot = Some(rate);
                }
                outcome.commands = Commands([
                    set.then_some(Command::SetCurrent(rate)),
                    asleep.then_some(Command::Enable),
                ]);
                if asleep {
                    self.end_s = self.clock.wall_s().saturating_add(MIN_CHARGE);
                    outcome.active = true;
                }
            }
        } else if told && !asleep && outcome.active && self.clock.wall_s() >= self.end_s {
            self.pilot = Some(limit);
            outcome.active = false;
            outcome.commands = Commands([Some(Command::Sleep), Some(Command::SaveCurrent(limit))]);
        }
    }
}
