//! The time of this computer, as the station wants it.

use jiff::Zoned;
use jiff::civil::DateTime;
use rapi_core::commands::SetClock;

/// The local time now.
#[must_use]
pub fn now() -> SetClock {
    command(Zoned::now().datetime())
}

/// Seconds since Monday, local time.
#[must_use]
pub fn week_second() -> u32 {
    let now = Zoned::now();
    let part = |value: i8| u32::try_from(value).unwrap_or(0);
    let day = part(now.weekday().to_monday_zero_offset());
    ((day * 24 + part(now.hour())) * 60 + part(now.minute())) * 60 + part(now.second())
}

fn command(time: DateTime) -> SetClock {
    let part = |value: i8| u8::try_from(value).unwrap_or(0);
    SetClock {
        year: u8::try_from(time.year().rem_euclid(100)).unwrap_or(0),
        month: part(time.month()),
        day: part(time.day()),
        hour: part(time.hour()),
        minute: part(time.minute()),
        second: part(time.second()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_station_has_two_digits_for_the_year() {
        let command = command(jiff::civil::date(2026, 11, 22).at(23, 5, 9, 0));
        let expected = SetClock { year: 26, month: 11, day: 22, hour: 23, minute: 5, second: 9 };
        assert_eq!(command, expected);
    }
}
