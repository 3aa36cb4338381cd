//! How long the station takes to believe the pilot.

use rapi_core::types::PilotState;

/// The state of the pilot with the delays that were recorded: debouncing, and the self test of the
/// GFCI before the relay closes.
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

    /// Looks at the pilot and returns what the station believes now.
    pub(crate) fn look(&mut self, pilot: PilotState, now_ms: u64, real: bool) -> PilotState {
        if pilot == self.believed {
            self.next = None;
            return self.believed;
        }
        let due = match self.next {
            Some((seen, due)) if seen == pilot => due,
            _ => now_ms + if real { delay_ms(self.believed, pilot) } else { 0 },
        };
        if due <= now_ms {
            self.believed = pilot;
            self.next = None;
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

/// The recorded delays of firmware 8.2.3 (`states.jsonl`).
const fn delay_ms(from: PilotState, to: PilotState) -> u64 {
    match (from, to) {
        (_, PilotState::C) => 1455,
        (PilotState::A, _) => 363,
        (_, PilotState::A) => 349,
        _ => 283,
    }
}
