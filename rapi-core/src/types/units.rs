//! Numbers with their units, so that they cannot be mixed up.

use core::fmt;

use crate::{DecodeError, Field, Fields, Writer};

macro_rules! units {
    ($($(#[$meta:meta])* $Name:ident($Int:ty) $symbol:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub struct $Name(pub $Int);

        impl Field for $Name {
            fn decode(fields: &mut Fields<'_>) -> Result<Self, DecodeError> {
                fields.decode().map(Self)
            }

            fn encode(&self, writer: &mut Writer<'_>) {
                self.0.encode(writer);
            }
        }

        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!("{} ", $symbol), self.0)
            }
        }
    )+};
}

units! {
    /// Whole amps: what the pilot offers.
    Amps(u8) "A";
    /// Milliamps: what the vehicle draws.
    MilliAmps(i32) "mA";
    /// Millivolts of the mains.
    MilliVolts(i32) "mV";
    /// Watt-seconds: the energy of the session. 3600 are a watt-hour.
    WattSeconds(u32) "Ws";
    /// Watt-hours: the energy of the station's life. The guide says kWh, controllers send Wh.
    WattHours(u32) "Wh";
    /// Seconds.
    Seconds(u32) "s";
}

impl From<WattSeconds> for WattHours {
    /// Cuts the fraction off.
    fn from(energy: WattSeconds) -> Self {
        Self(energy.0 / 3600)
    }
}

/// Tenths of a degree Celsius.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DeciCelsius(pub i16);

impl fmt::Display for DeciCelsius {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let tenths = self.0.unsigned_abs();
        write!(f, "{sign}{}.{} °C", tenths / 10, tenths % 10)
    }
}

/// A measurement, or −1 on the wire from a controller that has no meter for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct OrNone<T>(pub Option<T>);

macro_rules! or_none {
    ($($Name:ident),+) => {$(
        impl Field for OrNone<$Name> {
            fn decode(fields: &mut Fields<'_>) -> Result<Self, DecodeError> {
                let value: i32 = fields.decode()?;
                Ok(Self((value != -1).then_some($Name(value))))
            }

            fn encode(&self, writer: &mut Writer<'_>) {
                writer.signed(self.0.map_or(-1, |value| value.0));
            }
        }
    )+};
}
or_none!(MilliAmps, MilliVolts);
