//! Values that have a form on the wire.

use crate::{Fields, Form, Kind, Writer};

/// A value that has a form on the wire: mostly one field.
///
/// `Option<T>` is for fields at the end that older firmware does not send.
pub trait Field: Sized {
    /// Its form on the wire.
    const FORM: Form = Form::Text { max: u8::MAX, spaces: false };
    /// What one of it is, for instance `A`; empty if it has no unit.
    const UNIT: &'static str = "";
    /// The least and the greatest number; nothing for what is no number.
    const RANGE: Option<(i64, i64)> = None;
    /// Whether it may be missing.
    const OPTIONAL: bool = false;

    /// How a server reads it.
    #[doc(hidden)]
    const KIND: Kind = Kind::Apart;

    /// Takes the value from what was read as of this kind; `None` if it does not fit.
    #[doc(hidden)]
    #[must_use]
    fn from_word(word: u32, kind: Kind) -> Option<Self> {
        let _ = (word, kind);
        None
    }

    /// Takes the value from the next field or fields. What is wrong is noted there
    /// ([`Fields::refuse`]); then the value means nothing.
    fn read(fields: &mut Fields<'_>) -> Self;

    /// Writes the value as one or more fields.
    fn encode(&self, writer: &mut Writer<'_>);
}

/// A number that can be compared with a range of the table.
pub(crate) trait Number {
    /// Returns the number; the largest one for what does not fit.
    fn number(&self) -> i32;
}

macro_rules! numbers {
    ($($Int:ty),*) => {$(
        impl Number for $Int {
            fn number(&self) -> i32 {
                i32::try_from(*self).unwrap_or(i32::MAX)
            }
        }
    )*};
}
numbers!(u8, u16, u32, i16, i32);

/// 0 or 1.
impl Field for bool {
    const FORM: Form = Form::Switch;
    const KIND: Kind = Kind::Switch;

    #[inline]
    fn from_word(word: u32, kind: Kind) -> Option<Self> {
        // All of it: an AVR would compare the rest, too.
        let [byte, ..] = word.to_le_bytes();
        match byte {
            _ if kind == Self::KIND => Some(byte & 1 != 0),
            b'0' => Some(false),
            b'1' => Some(true),
            _ => None,
        }
    }

    #[inline(never)]
    fn read(fields: &mut Fields<'_>) -> Self {
        #[cfg(target_pointer_width = "16")]
        let number = fields.narrow_scalar(Self::KIND as u8);
        #[cfg(not(target_pointer_width = "16"))]
        let number = fields.number(crate::fields::Digits::OneDecimal, 1);
        number == 1
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        u8::from(*self).encode(writer);
    }
}

macro_rules! integers {
    ($($Int:ident $read:ident $write:ident $Kind:ident;)+) => {$(
        impl Field for $Int {
            const FORM: Form = Form::Decimal;
            const RANGE: Option<(i64, i64)> = Some((Self::MIN as i64, Self::MAX as i64));
            const KIND: Kind = Kind::$Kind;

            #[inline]
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_possible_wrap,
                reason = "what was read as of this kind fits"
            )]
            fn from_word(word: u32, kind: Kind) -> Option<Self> {
                if kind == Self::KIND { Some(word as Self) } else { word.try_into().ok() }
            }

            // Called in so many places that what it hands on is worth a function.
            #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
            #[allow(clippy::cast_possible_truncation, reason = "compared with MAX")]
            fn read(fields: &mut Fields<'_>) -> Self {
                #[cfg(target_pointer_width = "16")]
                let number = fields.narrow_scalar(Self::KIND as u8);
                #[cfg(not(target_pointer_width = "16"))]
                let number = fields.$read(Self::MAX.into());
                number as Self
            }

            fn encode(&self, writer: &mut Writer<'_>) {
                // An AVR widens a number there, and not in each place that writes one.
                #[cfg_attr(target_pointer_width = "16", inline(never))]
                fn write(value: $Int, writer: &mut Writer<'_>) {
                    writer.$write(value.into());
                }
                write(*self, writer);
            }
        }
    )+};
}
integers! {
    u8 decimal decimal Byte;
    u16 decimal decimal Half;
    u32 decimal decimal Word;
    i16 signed signed SignedHalf;
    i32 signed signed SignedWord;
}

impl<T: Field> Field for Option<T> {
    const FORM: Form = T::FORM;
    const UNIT: &'static str = T::UNIT;
    const RANGE: Option<(i64, i64)> = T::RANGE;
    const OPTIONAL: bool = true;

    fn read(fields: &mut Fields<'_>) -> Self {
        if fields.is_at_end() { None } else { Some(T::read(fields)) }
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        if let Some(value) = self {
            value.encode(writer);
        }
    }
}
