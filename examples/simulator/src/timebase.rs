//! Real time to the station's time.

use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

/// Milliseconds since the power-on, at a speed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timebase {
    since: Instant,
    base_ms: f64,
    speed: f64,
}

/// The most that time can be let pass at once, in seconds: a week.
pub(crate) const MAX_ADVANCE_S: f64 = 604_800.0;
/// How much faster than real time it can pass.
pub(crate) const SPEEDS: RangeInclusive<f64> = 0.01..=100_000.0;

impl Timebase {
    pub(crate) fn new(speed: f64) -> Self {
        Self { since: Instant::now(), base_ms: 0.0, speed }
    }

    pub(crate) const fn speed(&self) -> f64 {
        self.speed
    }

    pub(crate) fn now_ms(&self) -> f64 {
        self.base_ms + self.since.elapsed().as_secs_f64() * 1000.0 * self.speed
    }

    /// When the station's clock shows this.
    pub(crate) fn instant(&self, at_ms: u64) -> Instant {
        let wait = (at_ms as f64 - self.base_ms).max(0.0) / self.speed;
        self.since + Duration::from_secs_f64(wait / 1000.0)
    }

    /// Passes faster or slower from now on; the speed is in [`SPEEDS`].
    pub(crate) fn set_speed(&mut self, speed: f64) {
        *self = Self { base_ms: self.now_ms(), since: Instant::now(), speed };
    }

    /// Lets time pass at once.
    pub(crate) fn advance(&mut self, seconds: f64) {
        self.base_ms += seconds * 1000.0;
    }
}
