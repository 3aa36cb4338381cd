//! The meter that divert goes by.

use rapi_divert::Watts;

use crate::feeds;

/// Where the power comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meter {
    /// At the connection to the grid: + import, − export.
    Grid,
    /// Of the solar generator.
    Solar,
}

/// A house connection or a roof has no more, in watts. More is another unit, or nonsense.
const PLAUSIBLE: f64 = 100_000.0;

/// Reads what a meter publishes; see [`number`](crate::feeds::number).
///
/// # Errors
///
/// What is wrong with it, in words.
pub fn watts(payload: &[u8], pointer: &str, scale: f64) -> Result<Watts, String> {
    let value = feeds::number(payload, pointer, scale)?;
    if value.abs() <= PLAUSIBLE {
        Ok(Watts(value.round() as i32))
    } else {
        Err(format!("{value} W is not plausible: the meter has to send watts"))
    }
}
