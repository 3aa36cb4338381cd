//! The car at the end of the cable.

use rapi_core::types::{Amps, MilliAmps, PilotState};

/// A car that draws what the pilot allows, up to what its charger can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vehicle {
    connected: bool,
    asking: bool,
    max: Amps,
}

impl Default for Vehicle {
    fn default() -> Self {
        Self { connected: false, asking: false, max: Amps(32) }
    }
}

impl Vehicle {
    /// Does what a word of [`CAR_HELP`](crate::CAR_HELP) says; the answer is for a person.
    ///
    /// # Errors
    ///
    /// A sentence that says what to do instead.
    pub fn command(&mut self, word: &str) -> Result<&'static str, String> {
        match (word, self.connected) {
            ("plug", false) => {
                self.connected = true;
                Ok("the plug is in")
            }
            ("plug", true) => Ok("the plug was in already"),
            ("unplug", _) => {
                self.connected = false;
                self.asking = false;
                Ok("the plug is out")
            }
            ("ask", true) => {
                self.asking = true;
                Ok("the car asks for energy")
            }
            ("ask", false) => Err("the car is not plugged in: say plug first".to_owned()),
            ("stop", _) => {
                self.asking = false;
                Ok("the car asks for nothing")
            }
            (other, _) => Err(format!("the car does not know {other:?}: say help")),
        }
    }

    /// What the pilot would show.
    #[must_use]
    pub const fn pilot(&self) -> PilotState {
        match (self.connected, self.asking) {
            (false, _) => PilotState::A,
            (true, false) => PilotState::B,
            (true, true) => PilotState::C,
        }
    }

    /// What the car draws when the relay is closed and the pilot offers this.
    #[must_use]
    pub fn draw(&self, offered: Amps) -> MilliAmps {
        if self.pilot() == PilotState::C {
            MilliAmps(i32::from(offered.min(self.max).0) * 1000)
        } else {
            MilliAmps(0)
        }
    }
}
