//! The front button: short, long, and very long presses.

/// A press is long from here on, in milliseconds.
const LONG: u64 = 510;
/// Somebody wants another WiFi mode.
const VERY_LONG: u64 = 10_000;

/// What somebody does with the button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Press {
    Short,
    Long,
    VeryLong,
}

/// The button over time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Button {
    /// Since when it is held, and what was told of it.
    held: Option<(u64, Option<Press>)>,
}

impl Button {
    /// Looks at the button.
    pub(super) fn look(&mut self, down: bool, now_ms: u64) -> Option<Press> {
        match (self.held, down) {
            (None, true) => {
                self.held = Some((now_ms, None));
                None
            }
            (Some((_, told)), false) => {
                self.held = None;
                told.is_none().then_some(Press::Short)
            }
            (Some((since, told)), true) => {
                let press = match told {
                    None if now_ms >= since + LONG => Press::Long,
                    Some(Press::Long) if now_ms >= since + VERY_LONG => Press::VeryLong,
                    _ => return None,
                };
                self.held = Some((since, Some(press)));
                Some(press)
            }
            (None, false) => None,
        }
    }

    /// When a look would find something.
    pub(super) fn due(&self) -> Option<u64> {
        match self.held? {
            (since, None) => Some(since + LONG),
            (since, Some(Press::Long)) => Some(since + VERY_LONG),
            _ => None,
        }
    }
}
