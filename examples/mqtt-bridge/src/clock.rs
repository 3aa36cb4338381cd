//! The time of this computer, as the station wants it, and whether it is believed.

use std::sync::LazyLock;
use std::time::Instant;

use jiff::Zoned;
use jiff::civil::Date;
use rapi_core::commands::SetClock;

use crate::names::Clock;

/// Milliseconds since this program was started: one clock for all stations, that never jumps.
#[must_use]
pub fn uptime_ms() -> u64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    u64::try_from(START.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// The local time now.
#[must_use]
pub fn now() -> SetClock {
    rapi_sim::set_clock(Zoned::now().datetime())
}

/// Seconds since Monday, local time.
#[must_use]
pub fn week_second() -> u32 {
    let now = Zoned::now();
    let part = |value: i8| u32::try_from(value).unwrap_or(0);
    let day = part(now.weekday().to_monday_zero_offset());
    ((day * 24 + part(now.hour())) * 60 + part(now.minute())) * 60 + part(now.second())
}

/// Today, local time.
#[must_use]
pub fn today() -> Date {
    Zoned::now().date()
}

/// As the gateways write it.
#[must_use]
pub fn told() -> Clock {
    let now = Zoned::now();
    Clock {
        time: now.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        local: now.strftime("%Y-%m-%dT%H:%M:%S%z").to_string(),
        offset: now.strftime("%z").to_string(),
    }
}

/// A clock that contradicts what is known is believed when it has gone on like this for so long.
const DOUBT_MS: u64 = 3_600_000;

/// Whether to believe the clock: a computer without one of its own boots with an old time, and asks for the
/// right one later. Or it is what is known that came of a wrong time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doubt {
    behind_since_ms: Option<u64>,
}

impl Doubt {
    /// Whether it is believed at this uptime. `against_ms`: if it is behind what is known, for how long that
    /// was gathered, at least. What lasted for less than an hour is given up when the clock has lasted as long.
    pub fn believes(&mut self, against_ms: Option<u64>, uptime_ms: u64) -> bool {
        let Some(against_ms) = against_ms else {
            self.behind_since_ms = None;
            return true;
        };
        let since = *self.behind_since_ms.get_or_insert(uptime_ms);
        uptime_ms.saturating_sub(since) >= against_ms.min(DOUBT_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_behind_is_believed_after_an_hour_or_when_it_has_lasted_as_long() {
        const MINUTE: u64 = 60_000;
        let mut doubt = Doubt::default();
        assert!(doubt.believes(None, 0));
        assert!(!doubt.believes(Some(u64::MAX), MINUTE));
        assert!(!doubt.believes(Some(u64::MAX), 60 * MINUTE));
        assert!(doubt.believes(Some(u64::MAX), 61 * MINUTE));
        // Set in between: the hour begins anew.
        assert!(doubt.believes(None, 62 * MINUTE));
        assert!(!doubt.believes(Some(u64::MAX), 63 * MINUTE));
        assert!(!doubt.believes(Some(5 * MINUTE), 67 * MINUTE));
        assert!(doubt.believes(Some(5 * MINUTE), 68 * MINUTE));
    }
}
