//! Readings of temperature sensors.

use core::fmt;

use super::DeciCelsius;
use crate::{Field, Fields, Form, Writer};

/// The reading of a temperature sensor.
///
/// Controllers with a protocol before RAPI 4.0.1 say 0 for a missing sensor, which cannot be told
/// from 0.0 °C.
// See spec/rapi.md#temperatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Temperature {
    /// There is no sensor (−2560 on the wire).
    Absent,
    /// The wire to the sensor is broken (−2561, firmware 9.4).
    Open,
    /// The wire to the sensor is shorted (−2562, firmware 9.4).
    Shorted,
    /// The sensor says this.
    Reading(DeciCelsius),
}

impl Temperature {
    const ABSENT: i16 = -2560;
    const OPEN: i16 = -2561;
    const SHORTED: i16 = -2562;

    pub(crate) const fn from_wire(value: i16) -> Self {
        match value {
            Self::ABSENT => Self::Absent,
            Self::OPEN => Self::Open,
            Self::SHORTED => Self::Shorted,
            value => Self::Reading(DeciCelsius(value)),
        }
    }

    pub(crate) const fn to_wire(self) -> i16 {
        match self {
            Self::Absent => Self::ABSENT,
            Self::Open => Self::OPEN,
            Self::Shorted => Self::SHORTED,
            Self::Reading(DeciCelsius(value)) => value,
        }
    }

    /// Returns the temperature if the sensor gives one.
    #[must_use]
    pub const fn reading(self) -> Option<DeciCelsius> {
        match self {
            Self::Reading(value) => Some(value),
            Self::Absent | Self::Open | Self::Shorted => None,
        }
    }
}

impl fmt::Display for Temperature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.pad("no sensor"),
            Self::Open => f.pad("sensor open"),
            Self::Shorted => f.pad("sensor shorted"),
            Self::Reading(value) => value.fmt(f),
        }
    }
}

#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
fn write(temperature: Temperature, writer: &mut Writer<'_>) {
    temperature.to_wire().encode(writer);
}

impl Field for Temperature {
    const FORM: Form = Form::Decimal;
    const UNIT: &'static str = DeciCelsius::UNIT;
    const RANGE: Option<(i64, i64)> = i16::RANGE;

    #[inline(never)]
    fn read(fields: &mut Fields<'_>) -> Self {
        Self::from_wire(fields.read())
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        write(*self, writer);
    }
}
