//! The clock chip: local time as somebody has set it, sense or nonsense.

use jiff::civil::DateTime;
use rapi_core::commands::{Clock, SetClock};

/// A clock that goes on from what it was set to. What is no date stands still.
#[derive(Clone, Debug)]
pub(super) struct ClockChip {
    set_to: Clock,
    date: Option<DateTime>,
    elapsed_ms: u64,
}

impl ClockChip {
    pub(super) fn new(to: SetClock) -> Self {
        let set_to = kept(to);
        let small = |value: u8| i8::try_from(value).unwrap_or(i8::MAX);
        let date = DateTime::new(
            2000 + i16::from(set_to.year),
            small(set_to.month),
            small(set_to.day),
            small(set_to.hour),
            small(set_to.minute),
            small(set_to.second),
            0,
        );
        Self { set_to, date: date.ok(), elapsed_ms: 0 }
    }

    pub(super) const fn step(&mut self, elapsed_ms: u64) {
        self.elapsed_ms += elapsed_ms;
    }

    pub(super) fn now(&self) -> Clock {
        let elapsed = jiff::SignedDuration::from_secs((self.elapsed_ms / 1000).cast_signed());
        self.date
            .and_then(|date| date.checked_add(elapsed).ok())
            .map_or(self.set_to, |date| kept(crate::set_clock(date)))
    }

    /// How many seconds have begun since it was set.
    pub(super) const fn seconds(&self) -> u64 {
        self.elapsed_ms / 1000
    }

    /// In how many milliseconds the next second begins.
    pub(super) const fn next_second(&self) -> u64 {
        1000 - self.elapsed_ms % 1000
    }

    /// Returns hour and minute.
    pub(super) fn time_of_day(&self) -> (u8, u8) {
        let Clock { hour, minute, .. } = self.now();
        (hour, minute)
    }
}

/// What the chip keeps of what it is set to.
const fn kept(to: SetClock) -> Clock {
    Clock {
        year: stored(to.year),
        month: stored(to.month),
        day: stored(to.day),
        hour: stored(to.hour),
        minute: stored(to.minute),
        // The highest bit of the seconds is not kept.
        second: stored(to.second) % 80,
    }
}

/// What a chip of two decimal digits in a byte makes of a number.
const fn stored(value: u8) -> u8 {
    let tens = (value / 10) & 0x0f;
    tens * 10 + value % 10
}
