//! The controller's clock and this computer's.

use std::time::Duration;

use rapi_client::commands::{Clock, GetClock, SetClock};
use rapi_core::AnyCommand;
use serde_json::json;

use crate::cli::Common;
use crate::output;
use crate::problem::Problem;
use crate::station::Station;

/// What a person would set the clock to: controllers know no time zones.
pub fn now() -> SetClock {
    ago(Duration::ZERO)
}

/// The same of an earlier moment.
pub fn ago(time: Duration) -> SetClock {
    rapi_sim::set_clock(jiff::Zoned::now().saturating_sub(time).datetime())
}

/// As people write a date and a time; `None` if there is no clock chip.
pub fn text(clock: &Clock) -> Option<String> {
    let Clock { year, month, day, hour, minute, second } = clock;
    (!clock.is_absent())
        .then(|| format!("20{year:02}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"))
}

/// How many seconds it is ahead; `None` if what it says is no time.
pub fn ahead(clock: &Clock) -> Option<i64> {
    let signed = |value: u8| i8::try_from(value).ok();
    let theirs = jiff::civil::DateTime::new(
        2000 + i16::from(clock.year),
        signed(clock.month)?,
        signed(clock.day)?,
        signed(clock.hour)?,
        signed(clock.minute)?,
        signed(clock.second)?,
        0,
    )
    .ok()?;
    let ours = jiff::Zoned::now().datetime();
    Some(theirs.duration_since(ours).as_secs())
}

/// In words, for behind the time.
pub fn difference(ahead: Option<i64>) -> String {
    match ahead {
        None => "no valid time".to_owned(),
        Some(-2..=2) => "right".to_owned(),
        Some(ahead) => {
            let size = ahead.unsigned_abs();
            let size = match size {
                0..120 => format!("{size} s"),
                120..7200 => format!("{} min", size / 60),
                7200..172_800 => format!("{} h", size / 3600),
                _ => format!("{} days", size / 86_400),
            };
            format!("{size} {}", if ahead > 0 { "fast" } else { "slow" })
        }
    }
}

/// Shows the clock, after setting it if that is wanted.
pub fn run(common: &Common, station: &mut Station, set: bool) -> Result<(), Problem> {
    if set {
        // The controller takes whole seconds: wait until one begins.
        let left = 1_000_000_000 - jiff::Zoned::now().subsec_nanosecond();
        std::thread::sleep(Duration::from_nanos(u64::try_from(left).unwrap_or(0)));
        station.send(&AnyCommand::SetClock(now()))?;
    }
    let clock = station.ask(&GetClock)?.ok_or_else(|| {
        Problem::Refused("the station does not know $GT: it was built without a clock".to_owned())
    })?;
    let Some(time) = text(&clock) else {
        return Err(Problem::Refused("the controller has no clock chip".to_owned()));
    };
    if common.json {
        output::say_json(&json!({ "clock": time.replace(' ', "T"), "ahead_s": ahead(&clock) }));
    } else {
        output::say(&format!("{time} ({})", difference(ahead(&clock))));
    }
    if set && ahead(&clock).is_none_or(|ahead| ahead.abs() > 2) {
        return Err(Problem::Refused("the clock was set but says something else".to_owned()));
    }
    Ok(())
}
