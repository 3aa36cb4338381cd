//! Fields: the words of a line between its spaces.

use crate::ascii::{parse_decimal, parse_signed};
use crate::{DecodeError, FieldError, Form, Writer};

/// The fields of a [`Frame`](crate::Frame), one after the other.
///
/// It is a cursor: a copy of it starts where the original stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fields<'a> {
    /// What is left, without its leading space; `None` at the end.
    rest: Option<&'a [u8]>,
    /// How many fields have been taken.
    taken: u8,
}

impl<'a> Fields<'a> {
    /// Takes the bytes behind a code: empty, or a space and fields with single spaces between.
    pub(crate) const fn new(body: &'a [u8]) -> Self {
        match body {
            [b' ', rest @ ..] => Self { rest: Some(rest), taken: 0 },
            _ => Self { rest: None, taken: 0 },
        }
    }

    /// Decodes the next field.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Field`] when it is missing or not a `T`.
    pub fn decode<T: Field>(&mut self) -> Result<T, DecodeError> {
        T::decode(self)
    }

    /// Takes the next field as bytes.
    ///
    /// # Errors
    ///
    /// [`FieldError::Missing`] when there is none.
    pub fn require(&mut self) -> Result<&'a [u8], DecodeError> {
        match self.next() {
            Some(field) => Ok(field),
            None => Err(DecodeError::Field {
                field: self.taken.wrapping_add(1),
                kind: FieldError::Missing,
            }),
        }
    }

    /// Takes the next field if it is this word.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Field`] when it is missing or another.
    pub fn require_word(&mut self, word: &[u8]) -> Result<(), DecodeError> {
        if self.require()? == word { Ok(()) } else { Err(self.error(FieldError::Invalid)) }
    }

    /// Makes the error for the field that was taken last.
    #[must_use]
    pub const fn error(&self, kind: FieldError) -> DecodeError {
        DecodeError::Field { field: self.taken, kind }
    }

    /// Checks that nothing is left.
    ///
    /// # Errors
    ///
    /// [`FieldError::Surplus`] when there is.
    pub fn end(&mut self) -> Result<(), DecodeError> {
        match self.next() {
            None => Ok(()),
            Some(_) => Err(self.error(FieldError::Surplus)),
        }
    }
}

#[expect(clippy::copy_iterator, reason = "a copy of the cursor is how its start is kept")]
impl<'a> Iterator for Fields<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        self.taken = self.taken.saturating_add(1);
        let Some(end) = rest.iter().position(|&byte| byte == b' ') else {
            self.rest = None;
            return Some(rest);
        };
        let (field, tail) = rest.split_at_checked(end)?;
        // Behind the space.
        self.rest = tail.split_first().map(|(_, tail)| tail);
        Some(field)
    }
}

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

    /// Takes the value from the next field or fields.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Field`] with the number of the field and what is wrong with it.
    fn decode(fields: &mut Fields<'_>) -> Result<Self, DecodeError>;

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

    fn decode(fields: &mut Fields<'_>) -> Result<Self, DecodeError> {
        match fields.require()? {
            b"0" => Ok(false),
            b"1" => Ok(true),
            _ => Err(fields.error(FieldError::Invalid)),
        }
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        writer.decimal(u32::from(*self));
    }
}

macro_rules! unsigned {
    ($($Int:ty),*) => {$(
        impl Field for $Int {
            const FORM: Form = Form::Decimal;
            const RANGE: Option<(i64, i64)> = Some((Self::MIN as i64, Self::MAX as i64));

            fn decode(fields: &mut Fields<'_>) -> Result<Self, DecodeError> {
                decode_unsigned(fields, u32::from(Self::MAX)).map(|value| value as Self)
            }

            fn encode(&self, writer: &mut Writer<'_>) {
                writer.decimal(u32::from(*self));
            }
        }
    )*};
}

macro_rules! signed {
    ($($Int:ty),*) => {$(
        impl Field for $Int {
            const FORM: Form = Form::Decimal;
            const RANGE: Option<(i64, i64)> = Some((Self::MIN as i64, Self::MAX as i64));

            fn decode(fields: &mut Fields<'_>) -> Result<Self, DecodeError> {
                let field = fields.require()?;
                let value = parse_signed(field).ok_or(fields.error(FieldError::Invalid))?;
                Self::try_from(value).map_err(|_| fields.error(FieldError::OutOfRange))
            }

            fn encode(&self, writer: &mut Writer<'_>) {
                writer.signed(i32::from(*self));
            }
        }
    )*};
}

/// One body for all widths.
fn decode_unsigned(fields: &mut Fields<'_>, max: u32) -> Result<u32, DecodeError> {
    let field = fields.require()?;
    match parse_decimal(field) {
        Some(value) if value <= max => Ok(value),
        Some(_) => Err(fields.error(FieldError::OutOfRange)),
        None if !field.is_empty() && field.iter().all(u8::is_ascii_digit) => {
            Err(fields.error(FieldError::OutOfRange))
        }
        None => Err(fields.error(FieldError::Invalid)),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "decode_unsigned has compared with MAX")]
mod unsigned {
    use super::{DecodeError, Field, Fields, Form, Writer, decode_unsigned};

    unsigned!(u8, u16, u32);
}
signed!(i16, i32);

impl<T: Field> Field for Option<T> {
    const FORM: Form = T::FORM;
    const UNIT: &'static str = T::UNIT;
    const RANGE: Option<(i64, i64)> = T::RANGE;
    const OPTIONAL: bool = true;

    fn decode(fields: &mut Fields<'_>) -> Result<Self, DecodeError> {
        let mut probe = *fields;
        if probe.next().is_none() { Ok(None) } else { T::decode(fields).map(Some) }
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        if let Some(value) = self {
            value.encode(writer);
        }
    }
}
