//! Whether a reading is new, how long it counts, and how old it is.

use crate::ladder;
use crate::save::{Reader, Writer};
use crate::units::Millis;

#[derive(Clone, Debug)]
pub(crate) struct Meter {
    seen: Millis,
    /// Age of the newest reading, or time waited for the first.
    age: u32,
    /// Time that readings cover which came too fast to be taken one by one.
    gap: u16,
}

impl Meter {
    pub(crate) const fn new() -> Self {
        Self { seen: Millis(0), age: 0, gap: 0 }
    }

    pub(crate) fn write(&self, to: &mut Writer) {
        to.u32(self.seen.0);
        to.u32(self.age);
        to.u16(self.gap);
    }

    pub(crate) const fn read(from: &mut Reader<'_>) -> Self {
        Self { seen: Millis(from.u32()), age: from.u32(), gap: from.u16() }
    }

    /// Age of the newest reading; saturates rather than wraps, so that a dead meter stays dead.
    pub(crate) const fn age(&self) -> Millis {
        Millis(self.age)
    }

    /// Begins to wait for the first reading.
    pub(crate) const fn wait(&mut self) {
        self.age = 0;
    }

    pub(crate) const fn silent(&mut self, elapsed: u32) {
        self.age = self.age.saturating_add(elapsed);
    }

    /// Takes the time of a reading. Returns the ticks that it counts for if it is to be used now:
    /// readings that follow each other faster than `shortest` are taken together, the newest counts
    /// for all. And whether there were such.
    pub(crate) fn reading(
        &mut self,
        at: Millis,
        now: Millis,
        elapsed: u32,
        first: bool,
        shortest: u32,
    ) -> Option<(i32, bool)> {
        if !first && at == self.seen {
            self.silent(elapsed);
            return None;
        }
        self.age = now.since(at).unwrap_or(0);
        let passed = at.since(self.seen);
        self.seen = at;
        // A reading from before the last one is used, for no time at all.
        let time = match passed {
            Some(passed) if !first => passed.saturating_add(u32::from(self.gap)),
            _ => return Some((0, false)),
        };
        if time < shortest {
            self.gap = u16::try_from(time).unwrap_or(0);
            return None;
        }
        let sparse = core::mem::take(&mut self.gap) != 0;
        Some((ladder::ticks(time), sparse))
    }
}
