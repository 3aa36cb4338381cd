//! From a date and a time of day to what a controller's clock chip is told.

use jiff::civil::DateTime;
use rapi_core::commands::SetClock;

/// Returns the command that sets a clock to this date and time, to the second. Controllers know no time
/// zones, so it should be local time, and of the year they keep two digits.
///
/// # Examples
/// ```
/// use rapi_core::commands::SetClock;
///
/// let clock = rapi_sim::set_clock(jiff::civil::date(2026, 11, 22).at(23, 5, 9, 0));
/// let expected = SetClock { year: 26, month: 11, day: 22, hour: 23, minute: 5, second: 9 };
/// assert_eq!(clock, expected);
/// ```
#[must_use]
pub fn set_clock(time: DateTime) -> SetClock {
    // Days and hours are never negative.
    let small = |value: i8| value.unsigned_abs();
    SetClock {
        year: u8::try_from(time.year().rem_euclid(100)).unwrap_or(0),
        month: small(time.month()),
        day: small(time.day()),
        hour: small(time.hour()),
        minute: small(time.minute()),
        second: small(time.second()),
    }
}
