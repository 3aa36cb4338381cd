//! What `serde` cannot derive: texts as texts, temperatures as numbers.

use core::fmt;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Code;
use crate::types::{DeciCelsius, LcdText, Temperature, Text};

macro_rules! as_text {
    ($([$($generic:tt)*] $Type:ty: $expected:literal $text:expr, $parse:expr;)+) => {$(
        impl<$($generic)*> Serialize for $Type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let show: fn(&Self, S) -> Result<S::Ok, S::Error> = $text;
                show(self, serializer)
            }
        }

        impl<'de, $($generic)*> Deserialize<'de> for $Type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Reader<T>(fn(&str) -> Option<T>);

                impl<T> Visitor<'_> for Reader<T> {
                    type Value = T;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expected)
                    }

                    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
                        self.0(text).ok_or(E::invalid_value(Unexpected::Str(text), &self))
                    }
                }

                deserializer.deserialize_str(Reader($parse))
            }
        }
    )+};
}

as_text! {
    [const N: usize] Text<N>: "a word of printable ASCII without $, ^ and *"
        |text, serializer| serializer.serialize_str(text.as_str()), Self::new;
    [] LcdText: "a text that fits the display"
        |text, serializer| serializer.serialize_str(text.as_str()), Self::new;
    [] Code: "two characters"
        |code, serializer| serializer.collect_str(code),
        |text| text.as_bytes().try_into().ok().map(Self::new);
}

/// Tenths of a degree for people's formats, null without a sensor; the number of the wire for
/// others.
impl Serialize for Temperature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.serialize_i16(self.to_wire());
        }
        match self {
            Self::Absent => serializer.serialize_none(),
            Self::Open => serializer.serialize_str("open"),
            Self::Shorted => serializer.serialize_str("shorted"),
            Self::Reading(DeciCelsius(value)) => serializer.serialize_i16(*value),
        }
    }
}

impl<'de> Deserialize<'de> for Temperature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl Visitor<'_> for Reader {
            type Value = Temperature;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("tenths of a degree, null, open or shorted")
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Temperature, E> {
                i16::try_from(value)
                    .map(Temperature::from_wire)
                    .map_err(|_| E::invalid_value(Unexpected::Signed(value), &self))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Temperature, E> {
                i16::try_from(value)
                    .map(Temperature::from_wire)
                    .map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
            }

            fn visit_unit<E: Error>(self) -> Result<Temperature, E> {
                Ok(Temperature::Absent)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Temperature, E> {
                match text {
                    "open" => Ok(Temperature::Open),
                    "shorted" => Ok(Temperature::Shorted),
                    text => Err(E::invalid_value(Unexpected::Str(text), &self)),
                }
            }
        }

        if deserializer.is_human_readable() {
            deserializer.deserialize_any(Reader)
        } else {
            i16::deserialize(deserializer).map(Self::from_wire)
        }
    }
}
