//! How long the station takes to believe the pilot.

use rapi_core::types::PilotState;

/// The state of the pilot, debounced.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Debounced {
    believed: PilotState,
    /// What it is going to believe, and when.
    next: Option<(PilotState, u64)>,
}

impl Debounced {
    pub(crate) const fn new() -> Self {
        Self { believed: PilotState::A, next: None }
    }

    /// Believes what is there, at once: after a time in which nobody has looked.
    pub(crate) const fn reset(&mut self, pilot: PilotState) {
        *self = Self { believed: pilot, next: None };
    }

    /// Looks at the pilot and returns what the station believes now. `delay` says how long a
    /// change must last, in milliseconds.
    pub(crate) fn look(
        &mut self,
        pilot: PilotState,
        now_ms: u64,
        delay: impl FnOnce(PilotState, PilotState) -> u64,
    ) -> PilotState {
        if pilot == self.believed {
            self.next = None;
            return self.believed;
        }
        let due = match self.next {
            Some((seen, due)) if seen == pilot => due,
            _ => now_ms + delay(self.believed, pilot),
        };
        if due <= now_ms {
            self.reset(pilot);
        } else {
            self.next = Some((pilot, due));
        }
        self.believed
    }

    /// When the next look would change something.
    pub(crate) fn due(&self) -> Option<u64> {
        self.next.map(|(_, due)| due)
    }
}
