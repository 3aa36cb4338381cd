//! What arguments and fields are, as data: for help texts, forms and tables.
//!
//! It is made of constants: a program that does not look at it does not hold it.

use core::fmt;
use core::ops::RangeInclusive;

use crate::Field;

/// One argument of a command, or one field of its answer.
///
/// ```
/// use rapi_core::{Command, commands::SetCurrent};
///
/// let amps = SetCurrent::INFO.arguments[0];
/// assert_eq!((amps.name, amps.unit, amps.range), ("amps", "A", Some((6, 80))));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct FieldInfo {
    /// Its name: that of the field of the Rust type.
    pub name: &'static str,
    /// What it is.
    pub summary: &'static str,
    /// Its form on the wire.
    pub form: Form,
    /// What one of it is, for instance `A` or `0.1 °C`; empty if it has no unit.
    pub unit: &'static str,
    /// The least and the greatest number that may be sent; nothing for what is no number.
    pub range: Option<(i64, i64)>,
    /// Whether it may be left out, and older firmware leaves it out.
    pub optional: bool,
}

impl FieldInfo {
    /// Describes a field of a type. A range narrows that of the type.
    #[must_use]
    pub const fn of<T: Field>(
        name: &'static str,
        summary: &'static str,
        range: &[RangeInclusive<i32>],
    ) -> Self {
        let range = match range {
            [range, ..] => Some((*range.start() as i64, *range.end() as i64)),
            [] => T::RANGE,
        };
        let summary = summary.trim_ascii();
        Self { name, summary, form: T::FORM, unit: T::UNIT, range, optional: T::OPTIONAL }
    }
}

/// Its name: what it is stands in the table that it is from.
#[cfg(feature = "defmt")]
impl defmt::Format for FieldInfo {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "{=str}", self.name);
    }
}

/// The form of a value on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum Form {
    /// A decimal number, with a minus sign if it is negative.
    Decimal,
    /// A hexadecimal number in lower case with at least so many digits.
    Hex {
        /// How many.
        digits: u8,
    },
    /// 0 or 1.
    Switch,
    /// One of these words.
    Words(&'static [Word]),
    /// A number with a meaning. Numbers that are not listed may come.
    Codes {
        /// Whether it is written as two hexadecimal digits, or decimal.
        hex: bool,
        /// What is known.
        known: &'static [Meaning],
    },
    /// Four hexadecimal digits with a meaning for each bit.
    Flags(&'static [Meaning]),
    /// Printable ASCII characters without `$`, `^` and `*`.
    Text {
        /// How many at most.
        max: u8,
        /// Whether there may be single spaces inside: then it is the rest of the line.
        spaces: bool,
    },
    /// Several fields, one behind the other.
    Group(&'static [FieldInfo]),
}

/// A word and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Word {
    /// What is sent.
    pub word: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// A number or bit and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Meaning {
    /// The number.
    pub code: u16,
    /// What it means.
    pub meaning: &'static str,
}

/// For the columns of a help text: `0 to 7`, `on or off`.
impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decimal => f.write_str("number"),
            Self::Hex { digits } => write!(f, "hexadecimal number, {digits} digits"),
            Self::Switch => f.write_str("0 (off) or 1 (on)"),
            Self::Words(words) => {
                let words = words.iter().map(|word| (word.word, word.meaning));
                list(f, words)
            }
            Self::Codes { known, .. } => {
                list(f, known.iter().map(|known| (known.code, known.meaning)))
            }
            Self::Flags(_) => f.write_str("flags, 4 hexadecimal digits"),
            Self::Text { max, .. } => write!(f, "text of up to {max} characters"),
            Self::Group(fields) => {
                for (number, field) in fields.iter().enumerate() {
                    write!(f, "{}{}", if number == 0 { "" } else { " " }, field.name)?;
                }
                Ok(())
            }
        }
    }
}

fn list<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    items: impl Iterator<Item = (T, &'static str)>,
) -> fmt::Result {
    for (number, (item, meaning)) in items.enumerate() {
        write!(f, "{}{item} ({meaning})", if number == 0 { "" } else { ", " })?;
    }
    Ok(())
}

/// Describes all fields of a row of the table.
macro_rules! field_infos {
    ($($(#[doc = $doc:literal])* $field:ident: $Type:ty $(where $range:expr $(=> $refuse:ident)?)?,)*) => {
        &[$($crate::FieldInfo::of::<$Type>(
            stringify!($field),
            concat!($($doc),*),
            &[$($range)?],
        ),)*]
    };
}
pub(crate) use field_infos;
