//! Numbers with their units, so that they cannot be mixed up.

use core::fmt;

use crate::field::Number;
use crate::{Field, Fields, Form, Kind, Writer};

macro_rules! units {
    ($($(#[$meta:meta])* $Name:ident($Int:ty) $symbol:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub struct $Name(pub $Int);

        impl Field for $Name {
            const FORM: Form = Form::Decimal;
            const UNIT: &'static str = $symbol;
            const RANGE: Option<(i64, i64)> = <$Int>::RANGE;
            const KIND: Kind = <$Int>::KIND;

            #[inline]
            fn from_word(word: u32, kind: Kind) -> Option<Self> {
                Field::from_word(word, kind).map(Self)
            }

            fn read(fields: &mut Fields<'_>) -> Self {
                Self(fields.read())
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

    )+};
}

macro_rules! whole_units {
    ($($Name:ident),+) => {$(
        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} {}", self.0, Self::UNIT)
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
    // See spec/rapi.md#gu.
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
    QuarterHours(u8) "15 min";
    /// Hundredths of a hertz.
    CentiHertz(u16) "0.01 Hz";
}

whole_units!(Amps, MilliAmps, MilliVolts, WattSeconds, WattHours, KilowattHours);
whole_units!(Seconds, SignedSeconds, Milliseconds);

impl fmt::Display for QuarterHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} min", u32::from(self.0).saturating_mul(15))
    }
}

impl fmt::Display for CentiHertz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02} Hz", self.0 / 100, self.0 % 100)
    }
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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
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
    const FORM: Form = Form::Decimal;
    const UNIT: &'static str = "0.1 °C";
    const RANGE: Option<(i64, i64)> = i16::RANGE;
    const KIND: Kind = i16::KIND;

    #[inline]
    fn from_word(word: u32, kind: Kind) -> Option<Self> {
        Field::from_word(word, kind).map(Self)
    }

    fn read(fields: &mut Fields<'_>) -> Self {
        Self(fields.read())
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        self.0.encode(writer);
    }
}

/// A signed number that is sent as an unsigned one of 16 bits: −12 as 65524.
///
/// Controllers before firmware 9.x do not understand a minus sign, and all of them read this one.
// See spec/rapi.md#minus-sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Wrapped16(pub i16);

impl fmt::Display for Wrapped16 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Field for Wrapped16 {
    const FORM: Form = Form::Decimal;
    const RANGE: Option<(i64, i64)> = u16::RANGE;
    const KIND: Kind = u16::KIND;

    #[inline]
    fn from_word(word: u32, kind: Kind) -> Option<Self> {
        u16::from_word(word, kind).map(|word| Self(i16::from_ne_bytes(word.to_ne_bytes())))
    }

    fn read(fields: &mut Fields<'_>) -> Self {
        Self(i16::from_ne_bytes(fields.read::<u16>().to_ne_bytes()))
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        u16::from_ne_bytes(self.0.to_ne_bytes()).encode(writer);
    }
}

/// A measurement, or −1 on the wire from a controller that has no meter for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct OrNone<T>(pub Option<T>);

macro_rules! or_none {
    ($($Name:ident),+) => {$(
        impl Field for OrNone<$Name> {
            const FORM: Form = $Name::FORM;
            const UNIT: &'static str = $Name::UNIT;
            const RANGE: Option<(i64, i64)> = $Name::RANGE;

            fn read(fields: &mut Fields<'_>) -> Self {
                let value = fields.read();
                Self((value != -1).then_some($Name(value)))
            }

            fn encode(&self, writer: &mut Writer<'_>) {
                writer.signed(self.0.map_or(-1, |value| value.0));
            }
        }
    )+};
}
or_none!(MilliAmps, MilliVolts);

impl<T: fmt::Display> fmt::Display for OrNone<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(value) => value.fmt(f),
            None => f.pad("not measured"),
        }
    }
}
