//! The delay timer: hours of charging.

use rapi_core::commands::{DelayTimer, SetDelayTimer};

/// Start and stop, and on which side of them the clock was last seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timer {
    hours: DelayTimer,
    was_inside: Option<bool>,
}

impl Default for Timer {
    fn default() -> Self {
        let hours = DelayTimer { start_hour: 0, start_minute: 0, stop_hour: 0, stop_minute: 0 };
        Self { hours, was_inside: None }
    }
}

impl Timer {
    pub(super) const fn new(to: SetDelayTimer) -> Self {
        let SetDelayTimer { start_hour, start_minute, stop_hour, stop_minute } = to;
        let hours = DelayTimer { start_hour, start_minute, stop_hour, stop_minute };
        Self { hours, was_inside: None }
    }

    pub(super) const fn hours(self) -> DelayTimer {
        self.hours
    }

    /// All zero is no timer.
    pub(super) const fn is_on(self) -> bool {
        let DelayTimer { start_hour, start_minute, stop_hour, stop_minute } = self.hours;
        start_hour != 0 || start_minute != 0 || stop_hour != 0 || stop_minute != 0
    }

    /// Whether this is a time of charging. Start = stop never is.
    pub(super) fn inside(self, now: (u8, u8)) -> bool {
        let start = (self.hours.start_hour, self.hours.start_minute);
        let stop = (self.hours.stop_hour, self.hours.stop_minute);
        if start <= stop { (start..stop).contains(&now) } else { now >= start || now < stop }
    }

    /// Looks at the clock; returns whether start or stop have passed since the last look.
    pub(super) fn step(&mut self, now: (u8, u8)) -> bool {
        let inside = self.inside(now);
        let before = self.was_inside.replace(inside);
        before.is_some_and(|before| before != inside)
    }
}
