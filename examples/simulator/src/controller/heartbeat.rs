//! Heartbeat supervision: the current falls when nobody pulses.

use rapi_core::types::HeartbeatTrigger;

/// What goes on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heartbeat {
    pub(super) trigger: HeartbeatTrigger,
    silent_ms: u64,
}

impl Default for Heartbeat {
    fn default() -> Self {
        Self { trigger: HeartbeatTrigger::Never, silent_ms: 0 }
    }
}

/// An ATmega computes the milliseconds in 16 bits: 100 s are 34.464 s.
fn interval_ms(interval: u16) -> u64 {
    u64::from(interval.wrapping_mul(1000))
}

impl Heartbeat {
    /// Somebody is there.
    pub(super) const fn pulse(&mut self) {
        self.silent_ms = 0;
    }

    /// Lets time pass; returns whether a pulse was missed now. `interval` is in seconds.
    pub(super) fn missed(&mut self, interval: u16, elapsed_ms: u64, awake: bool) -> bool {
        self.silent_ms += elapsed_ms;
        if interval == 0 || !awake || self.silent_ms <= interval_ms(interval) {
            return false;
        }
        self.silent_ms = 0;
        self.trigger = HeartbeatTrigger::Limited;
        true
    }

    /// In how many milliseconds a pulse will be missed.
    pub(super) fn due(&self, interval: u16) -> Option<u64> {
        (interval > 0).then(|| (interval_ms(interval) + 1).saturating_sub(self.silent_ms))
    }
}
