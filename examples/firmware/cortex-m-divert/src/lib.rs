//! What goes over the line: a line of text for each step, the same for the chip and for who feeds it.
#![no_std]

use rapi_divert::{Amps, EvseStatus, Feed, Measurement, MilliAmps, Millis, Mode, Volts, Watts};

/// The longest line, its end included.
pub const MAX_LINE: usize = 64;
/// Asks for the whole state, as it would be saved.
pub const SAVE: &str = "save";
/// Ends the program.
pub const QUIT: &str = "quit";

/// A step: `NOW FEED POWER SAMPLED_AT EVSE LIMIT EV_MILLIAMPS VOLTS`, with `g`rid or `s`olar as the feed
/// and 0 volts if none are measured.
pub fn parse(line: &str) -> Option<(Millis, Measurement)> {
    let mut words = line.split_ascii_whitespace();
    let now = Millis(words.next()?.parse().ok()?);
    let feed = words.next()?;
    let power = Watts(words.next()?.parse().ok()?);
    let sampled_at = Millis(words.next()?.parse().ok()?);
    let feed = match feed {
        "g" => Feed::Grid { power, sampled_at },
        "s" => Feed::Solar { power, sampled_at },
        _ => return None,
    };
    let evse = match words.next()? {
        "a" => EvseStatus::NotConnected,
        "b" => EvseStatus::Connected,
        "c" => EvseStatus::Charging,
        "z" => EvseStatus::Asleep { vehicle: true },
        "f" => EvseStatus::Fault,
        _ => return None,
    };
    let limit = Amps(words.next()?.parse().ok()?);
    let measurement = Measurement::new(Mode::Eco, evse, limit)
        .with_feed(feed)
        .with_ev_current(MilliAmps(words.next()?.parse().ok()?));
    let measurement = match words.next()?.parse().ok()? {
        0 => measurement,
        volts => measurement.with_voltage(Volts(volts)),
    };
    words.next().is_none().then_some((now, measurement))
}
