//! One phase or three: which of them, and when to change over.

use crate::config::{Config, ConfigError};
use crate::decision::{Decision, Wanted};
use crate::divert::Divert;
use crate::measurement::{EvseStatus, Measurement, Phases};
use crate::reason::Reason;
use crate::units::{Amps, Millis};

/// So long must the sun have been enough for three phases, or too little, before a change.
const SUSTAINED: u32 = 300_000;

/// Solar divert of a charger that a contactor can switch between one phase and three.
///
/// Three phases begin at three times the least current, 4.3 kW at 240 V and 6 A. Up, when the mean
/// surplus of 25 minutes has been above `up` for 5 min; down, when it has been below `down`:
///
/// * `down` = what the least current takes on three phases, 3·U·I;
/// * `up` = the greater of 1.1·`down` and what the greatest current takes on one phase, which takes all of
///   the sun up to there.
///
/// The contactor is switched only while the charger offers nothing, at most once in `rest`, and the pause
/// that this needs keeps [`min_on`](Config::min_on) and [`min_off`](Config::min_off) like any other.
///
/// # Examples
/// ```
/// use rapi_divert::*;
/// # fn main() -> Result<(), ConfigError> {
/// let mut divert = PhasedDivert::new(Config::default(), Millis(900_000))?;
/// let feed = Feed::Grid { power: Watts(-9_000), sampled_at: Millis(0) };
/// let asleep = EvseStatus::Asleep { vehicle: true };
/// let measurement = Measurement::new(Mode::Eco, asleep, Amps(32)).with_feed(feed);
/// let (decision, phases) = divert.step(Millis(0), &measurement);
/// assert_eq!(phases, Phases::One, "which the contactor has to show before the actions are carried out");
/// # let _ = decision;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct PhasedDivert {
    divert: Divert,
    phases: Phases,
    one: Config,
    rest: u32,
    /// Time since the contactor was switched.
    held: u32,
    /// Time for which the other number of phases has been the better one.
    better: u32,
    last: Option<Millis>,
}

impl PhasedDivert {
    /// Returns a divert that begins with the phases of `config`, and switches at most once in `rest`.
    ///
    /// # Errors
    /// The first setting that is outside its range.
    pub const fn new(config: Config, rest: Millis) -> Result<Self, ConfigError> {
        match Divert::new(config) {
            Ok(divert) => Ok(Self {
                divert,
                phases: config.phases,
                one: config.with_phases(Phases::One),
                rest: rest.0,
                held: u32::MAX,
                better: 0,
                last: None,
            }),
            Err(error) => Err(error),
        }
    }

    /// Returns the phases that the contactor has to show now.
    #[must_use]
    pub const fn phases(&self) -> Phases {
        self.phases
    }

    /// Takes what is known at `now`; returns what to do, and the phases that the contactor has to show
    /// before it is done.
    pub fn step(&mut self, now: Millis, measurement: &Measurement) -> (Decision, Phases) {
        let elapsed = self.last.and_then(|last| now.since(last)).unwrap_or(0);
        self.last = Some(now);
        self.held = self.held.saturating_add(elapsed);
        self.better = if self.other_is_better() { self.better.saturating_add(elapsed) } else { 0 };
        let due = self.better >= SUSTAINED && self.held >= self.rest;
        let open = matches!(
            measurement.evse,
            EvseStatus::Asleep { .. } | EvseStatus::NotConnected | EvseStatus::Disabled
        );
        let mut measurement = *measurement;
        if due && open {
            self.change();
        } else if due && self.divert.may_pause() {
            // A pause like the one for a cap below the least current.
            measurement.limit = Amps(0);
        }
        let mut decision = self.divert.step(now, &measurement);
        if measurement.limit == Amps(0) && due && decision.state == Wanted::Pause {
            decision.reason = Reason::PhaseChange;
        }
        (decision, self.phases)
    }

    fn other_is_better(&self) -> bool {
        let surplus = self.divert.mean_surplus();
        let watts = |amps: Amps| i32::from(amps.0).wrapping_mul(i32::from(self.one.voltage.0));
        let down = watts(self.one.min_amps).wrapping_mul(3);
        let up = watts(self.one.max_amps).max(down.saturating_add(down / 10));
        match self.phases {
            Phases::One => surplus > up,
            Phases::Three => surplus < down,
        }
    }

    const fn change(&mut self) {
        self.phases = match self.phases {
            Phases::One => Phases::Three,
            Phases::Three => Phases::One,
        };
        self.divert.set_phases(self.phases);
        self.held = 0;
        self.better = 0;
    }
}
