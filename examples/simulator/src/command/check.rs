//! What the fields of a command may be.

use std::fmt::Display;
use std::ops::RangeInclusive;

use jiff::civil::DateTime;

use super::{Maybe, Time, VehicleChange};
use crate::timebase::{MAX_ADVANCE_S, SPEEDS};
use crate::{Command, LineFaults};

const AMPS: RangeInclusive<u8> = 6..=80;
const CELSIUS: RangeInclusive<f64> = -100.0..=200.0;

impl Command {
    /// Looks whether all fields are in their ranges.
    ///
    /// # Errors
    ///
    /// A sentence that names the field and says what it may be.
    ///
    /// ```
    /// use rapi_sim::{Command, Supply};
    ///
    /// let wrong = Command::Supply(Supply { level: Some(3) });
    /// assert_eq!(wrong.check(), Err("supply.level: 3 is not from 1 to 2".to_owned()));
    /// ```
    pub fn check(&self) -> Result<(), String> {
        self.check_fields().map_err(|problem| format!("{}.{problem}", self.name()))
    }

    fn check_fields(&self) -> Result<(), String> {
        match self {
            Self::Vehicle(change) => check_vehicle(change),
            Self::Temperatures(change) => {
                inside("ds3231", known(change.ds3231), CELSIUS)?;
                inside("mcp9808", known(change.mcp9808), CELSIUS)?;
                inside("tmp007", known(change.tmp007), CELSIUS)
            }
            Self::Supply(change) => inside("level", change.level, 1..=2),
            Self::Button(button) => inside("hold_ms", button.hold_ms, 1..=60_000),
            Self::Time(Time { clock, advance_s, speed }) => {
                if let Some(Err(problem)) = clock.as_ref().map(|clock| clock.parse::<DateTime>()) {
                    return Err(format!("clock: {problem}; write 2024-06-01T08:00:00"));
                }
                inside("advance_s", *advance_s, 0.0..=MAX_ADVANCE_S)?;
                inside("speed", *speed, SPEEDS)
            }
            Self::Line(change) => LineFaults::default().with(change).map(drop),
            Self::Faults(_) | Self::Restart(_) => Ok(()),
        }
    }
}

fn check_vehicle(change: &VehicleChange) -> Result<(), String> {
    inside("soc", change.soc, 0.0..=100.0)?;
    inside("capacity_wh", change.capacity_wh, 0.0..=1_000_000.0)?;
    inside("min_amps", change.min_amps, AMPS)?;
    inside("max_amps", change.max_amps, AMPS)?;
    inside("ramp_amps_per_s", known(change.ramp_amps_per_s), 0.001..=1000.0)?;
    inside("patience_s", known(change.patience_s), 0..=31_536_000)?;
    inside("draws_ma", known(change.draws_ma), 0..=200_000)
}

fn known<T>(value: Option<Maybe<T>>) -> Option<T> {
    value.and_then(Option::from)
}

/// Whether a field that is there is in its range.
pub(crate) fn inside<T: PartialOrd + Display>(
    field: &str,
    value: Option<T>,
    range: RangeInclusive<T>,
) -> Result<(), String> {
    match value {
        Some(value) if !range.contains(&value) => {
            Err(format!("{field}: {value} is not from {} to {}", range.start(), range.end()))
        }
        _ => Ok(()),
    }
}
