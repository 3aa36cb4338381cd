//! The time of this computer, as the station wants it.

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
