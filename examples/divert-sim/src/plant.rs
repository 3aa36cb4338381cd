//! The charging station and the car: what the rule's commands lead to.

use rapi_divert::{Action, Amps};

/// How the station and the car are wired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wiring {
    /// Voltage between phase and neutral.
    pub volts: i32,
    /// One or three phases.
    pub phases: i32,
    /// Least current of the station in amperes.
    pub min_amps: u8,
    /// Greatest current of the station in amperes.
    pub max_amps: u8,
}

impl Default for Wiring {
    fn default() -> Self {
        Self { volts: 240, phases: 1, min_amps: 6, max_amps: 32 }
    }
}

impl Wiring {
    /// Returns the power at a current, in watts.
    #[must_use]
    pub fn power(&self, amps: u8) -> i32 {
        self.volts * self.phases * i32::from(amps)
    }
}

/// A station with a car that is plugged in all day, never full, and follows every offer at once.
#[derive(Clone, Debug)]
pub struct Plant {
    /// Whether the relay is closed.
    pub awake: bool,
    /// The current offered.
    pub pilot: Amps,
    /// How often the relay was closed.
    pub starts: u32,
    /// How often the offered current was set.
    pub sets: u32,
}

impl Plant {
    /// Returns a station that sleeps.
    #[must_use]
    pub const fn asleep(max: Amps) -> Self {
        Self { awake: false, pilot: max, starts: 0, sets: 0 }
    }

    /// Returns what the car draws, per phase.
    #[must_use]
    pub const fn ev_amps(&self) -> u8 {
        if self.awake { self.pilot.0 } else { 0 }
    }

    /// Carries out one command of a rule.
    pub const fn apply(&mut self, action: Action) {
        match action {
            Action::SetCurrent(amps) => {
                self.sets += 1;
                self.pilot = amps;
            }
            Action::Enable => {
                if !self.awake {
                    self.starts += 1;
                }
                self.awake = true;
            }
            Action::Sleep => self.awake = false,
        }
    }
}
