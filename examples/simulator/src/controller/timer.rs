//! The delay timer: hours of charging.

/// Start and stop, and on which side of them the clock was last seen.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Timer {
    hours: [u8; 4],
    was_inside: Option<bool>,
    /// The button or a command has overruled it, until its next edge.
    pub(super) overruled: bool,
}

impl Timer {
    pub(super) const fn new(hours: [u8; 4]) -> Self {
        Self { hours, was_inside: None, overruled: false }
    }

    /// All zero is no timer.
    pub(super) fn is_on(self) -> bool {
        self.hours != [0; 4]
    }

    /// Whether this is a time of charging. Start = stop never is.
    pub(super) fn inside(self, now: (u8, u8)) -> bool {
        let [start_hour, start_minute, stop_hour, stop_minute] = self.hours;
        let (start, stop) = ((start_hour, start_minute), (stop_hour, stop_minute));
        if start <= stop { (start..stop).contains(&now) } else { now >= start || now < stop }
    }

    /// Looks at the clock; returns whether start or stop have passed since the last look.
    pub(super) fn step(&mut self, now: (u8, u8)) -> bool {
        let inside = self.inside(now);
        let before = self.was_inside.replace(inside);
        let edge = before.is_some_and(|before| before != inside);
        self.overruled &= !edge;
        edge
    }
}
