//! Fields: the words of a line between its spaces.

use crate::ascii::Register;
use crate::{DecodeError, Field, FieldError};

/// The digits of a number on the wire: their base in the low byte, and in the other how many there have
/// to be if that is fixed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Digits {
    #[cfg_attr(
        all(target_pointer_width = "16", not(test)),
        expect(dead_code, reason = "see `narrow`")
    )]
    Decimal = 0x000a,
    #[cfg_attr(
        all(target_pointer_width = "16", not(test)),
        expect(dead_code, reason = "see `narrow`")
    )]
    OneDecimal = 0x010a,
    /// Of either case.
    Hex = 0x0010,
    TwoHex = 0x0210,
    FourHex = 0x0410,
}

/// So many digits never overflow, decimal or hexadecimal.
const SAFE_DIGITS: usize = 8;

/// Whether a number of more than eight digits is too large for 32 bits, or has zeros in front that
/// nobody sends. `value` is what its lowest 32 bits are.
const fn overflows(digits: &[u8], count: usize, base: u8, value: u32) -> bool {
    match (base, count, digits) {
        (10, 9, _) => false,
        // What is four thousand millions and more has the top bit, unless it is too much.
        (10, 10, [first, ..]) => (*first as u32).wrapping_add(!value >> 31) > b'4' as u32,
        _ => true,
    }
}

/// The fields of a [`Frame`](crate::Frame), one after the other.
///
/// It is a cursor: a copy of it starts where the original stands. As a
/// [`Writer`](crate::Writer) does, it notes the first thing that is wrong and goes on;
/// [`finish`](Self::finish) tells.
///
/// ```
/// use rapi_core::{DecodeError, FieldError, Frame, Sender, types::Amps};
///
/// let frame = Frame::parse(b"$OK 24 0x21", Sender::Controller)?;
/// let mut fields = frame.fields();
/// let (amps, flags) = (fields.read::<Amps>(), fields.read::<u16>());
/// assert_eq!(amps, Amps(24));
/// let wrong = DecodeError::Field { field: 2, kind: FieldError::Invalid };
/// assert_eq!(fields.finish((amps, flags)), Err(wrong));
/// # Ok::<(), rapi_core::FrameError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Fields<'a> {
    /// What is left, without its leading space; `None` at the end.
    rest: Option<&'a [u8]>,
    /// How many fields have been taken.
    taken: u8,
    wrong: Option<DecodeError>,
}

impl<'a> Fields<'a> {
    /// Takes fields with single spaces between; `None` if there is none.
    pub(crate) const fn new(rest: Option<&'a [u8]>) -> Self {
        Self { rest, taken: 0, wrong: None }
    }

    /// Begins again, with these.
    pub(crate) const fn restart(&mut self, rest: Option<&'a [u8]>) {
        // Part by part: an AVR would call `memcpy`.
        self.rest = rest;
        self.taken = 0;
        self.wrong = None;
    }

    /// Takes a value from the next field or fields. If that cannot be, it is noted, and the value
    /// means nothing.
    pub fn read<T: Field>(&mut self) -> T {
        T::read(self)
    }

    /// Takes a value from the next field or fields.
    ///
    /// # Errors
    ///
    /// The first thing that was wrong, here or before.
    pub fn decode<T: Field>(&mut self) -> Result<T, DecodeError> {
        let value = T::read(self);
        self.finish(value)
    }

    /// Returns a value that was made of what has been taken.
    ///
    /// # Errors
    ///
    /// The first thing that was wrong.
    pub fn finish<T>(&self, value: T) -> Result<T, DecodeError> {
        match self.wrong {
            None => Ok(value),
            Some(error) => Err(error),
        }
    }

    /// Notes that the field that was taken last is wrong.
    #[cold]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub const fn refuse(&mut self, kind: FieldError) {
        if self.wrong.is_none() {
            self.wrong = Some(DecodeError::Field { field: self.taken, kind });
        }
        self.rest = None;
    }

    /// Takes the next field as bytes; none if it is missing, which is noted.
    pub fn word(&mut self) -> &'a [u8] {
        self.next().unwrap_or_else(|| {
            self.miss();
            &[]
        })
    }

    /// Takes all fields that are left, with the spaces between them; none if there is not even one,
    /// which is noted.
    pub(crate) const fn rest(&mut self) -> &'a [u8] {
        let Some(rest) = self.rest.take() else {
            self.miss();
            return &[];
        };
        self.taken = self.taken.wrapping_add(1);
        rest
    }

    /// Takes the next field, which has to be this word.
    #[inline]
    pub fn read_word(&mut self, word: &[u8]) {
        // Of nearly all words it is known that they are a letter.
        match word {
            [letter] => self.letter(*letter),
            // And of the one that is longer. A loop would need it in the memory of a chip.
            [a, b, c] => {
                if !matches!(self.word(), [first, second, third] if first == a && second == b && third == c)
                {
                    self.refuse(FieldError::Invalid);
                }
            }
            _ => {
                // Not by `==`, for which a chip would link `memcmp`.
                if !self.word().iter().eq(word) {
                    self.refuse(FieldError::Invalid);
                }
            }
        }
    }

    #[inline(never)]
    pub(crate) fn letter(&mut self, letter: u8) {
        if self.word() != [letter] {
            self.refuse(FieldError::Invalid);
        }
    }

    /// Takes the two fields that are left: this letter, and a 0 or a 1.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(crate) fn switch(&mut self, letter: u8) -> Result<bool, DecodeError> {
        self.letter(letter);
        let on = self.read();
        self.end()?;
        Ok(on)
    }

    /// Ends a command: nothing may be left.
    ///
    /// # Errors
    ///
    /// The first thing that was wrong, a field too many included.
    #[inline(never)]
    pub const fn end(&mut self) -> Result<(), DecodeError> {
        if self.rest.is_some() {
            self.taken = self.taken.wrapping_add(1);
            self.refuse(FieldError::Surplus);
        }
        match self.wrong {
            None => Ok(()),
            Some(error) => Err(error),
        }
    }

    /// Whether no field is left.
    #[must_use]
    pub const fn is_at_end(&self) -> bool {
        self.rest.is_none()
    }

    /// Whether nothing is left but an empty field.
    pub(crate) const fn is_blank(&self) -> bool {
        matches!(self.rest, None | Some([]))
    }

    /// Whether no more than one field is left.
    pub(crate) fn is_one_word(&self) -> bool {
        self.rest.unwrap_or_default().iter().all(|&byte| byte != b' ')
    }

    #[cold]
    const fn miss(&mut self) {
        self.taken = self.taken.wrapping_add(1);
        self.refuse(FieldError::Missing);
    }

    /// Takes the next field, a number without sign, up to `max`.
    ///
    /// One pass and one body for all numbers: this is most of what decoding does.
    #[allow(clippy::useless_conversion, reason = "it is none on an AVR")]
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    #[allow(
        clippy::inline_always,
        reason = "it is called by few, and takes a fifth less like that"
    )]
    pub(crate) fn number(&mut self, digits: Digits, max: u32) -> u32 {
        let [base, width] = (digits as u16).to_le_bytes();
        self.taken = self.taken.wrapping_add(1);
        let Some(field) = self.rest.take() else {
            self.refuse(FieldError::Missing);
            return 0;
        };
        let mut value = 0_u32;
        let mut count = field.len();
        let mut bytes = field.iter();
        for &byte in bytes.by_ref() {
            let mut digit = Register::from(byte).wrapping_sub(b'0'.into());
            if digit > 9 {
                // Of either case.
                digit = Register::from(byte | 0x20).wrapping_sub(b'a'.into());
                if digit > 5 || base == 10 {
                    if byte != b' ' {
                        self.refuse(FieldError::Invalid);
                        return 0;
                    }
                    let rest = bytes.as_slice();
                    count = count.wrapping_sub(rest.len()).wrapping_sub(1);
                    self.rest = Some(rest);
                    break;
                }
                digit = digit.wrapping_add(10);
            }
            value = value.wrapping_mul(base.into()).wrapping_add(u32::from(digit));
        }
        if count == 0 || (width != 0 && count != usize::from(width)) {
            self.refuse(FieldError::Invalid);
        } else if value > max || (count > SAFE_DIGITS && overflows(field, count, base, value)) {
            self.refuse(FieldError::OutOfRange);
        }
        value
    }

    /// Takes the sign of the next field.
    pub(crate) fn minus(&mut self) -> bool {
        let Some([b'-', rest @ ..]) = self.rest else { return false };
        self.rest = Some(rest);
        true
    }
}

/// The fields as bytes.
#[expect(clippy::copy_iterator, reason = "a copy of the cursor is how its start is kept")]
impl<'a> Iterator for Fields<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        self.taken = self.taken.wrapping_add(1);
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
