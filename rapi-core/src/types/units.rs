//! Numbers with their units, so that they cannot be mixed up.

use core::fmt;

use crate::field::Number;
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

        impl Number for $Name {
            fn number(&self) -> i32 {
                self.0.number()
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
    /// Kilowatt-hours: the energy limit of a session.
    KilowattHours(u8) "kWh";
    /// Seconds.
    Seconds(u32) "s";
    /// Seconds that a controller prints as a signed 16-bit number, whatever they are.
    SignedSeconds(i16) "s";
    /// Milliseconds.
    Milliseconds(u16) "ms";
    /// Quarters of an hour: the time limit of a session.
    QuarterHours(u8) "× 15 min";
    /// Hundredths of a hertz.
    CentiHertz(u16) "× 0.01 Hz";
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

impl Number for DeciCelsius {
    fn number(&self) -> i32 {
        self.0.number()
    }
}

impl Field for DeciCelsius {
    fn decode(fields: &mut Fields<'_>) -> Result<Self, DecodeError> {
        fields.decode().map(Self)
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        self.0.encode(writer);
    }
}

/// A signed number that is sent as an unsigned one of 16 bits: −12 as 65524.
///
/// Controllers before firmware 9.x do not understand a minus sign, and all of them read this one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Wrapped16(pub i16);

impl Field for Wrapped16 {
    fn decode(fields: &mut Fields<'_>) -> Result<Self, DecodeError> {
        fields.decode().map(|value: u16| Self(i16::from_ne_bytes(value.to_ne_bytes())))
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        u16::from_ne_bytes(self.0.to_ne_bytes()).encode(writer);
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
