//! Heartbeat supervision: the current falls when nobody pulses.

use rapi_core::types::{Amps, HeartbeatTrigger};

/// What is kept in the EEPROM.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Settings {
    /// Seconds; 0 is off.
    pub(super) interval: u16,
    pub(super) fallback: Amps,
}

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

impl Heartbeat {
    /// Somebody is there.
    pub(super) const fn pulse(&mut self) {
        self.silent_ms = 0;
    }

    /// Lets time pass; returns whether the current is to be lowered now.
    pub(super) fn missed(&mut self, settings: Settings, elapsed_ms: u64, awake: bool) -> bool {
        self.silent_ms += elapsed_ms;
        // An ATmega computes the milliseconds in 16 bits: 100 s are 34.464 s.
        let interval_ms = u64::from(settings.interval.wrapping_mul(1000));
        if settings.interval == 0 || !awake || self.silent_ms <= interval_ms {
            return false;
        }
        self.silent_ms = 0;
        self.trigger = HeartbeatTrigger::Limited;
        true
    }
}
