//! From values to lines.

mod end;

use crate::ascii::{Register, is_plain};
use crate::{Code, EncodeError};

/// Writes one line into a buffer, field by field.
///
/// It never fails before [`finish`](Self::finish): until then it counts what does not fit.
///
/// ```
/// use rapi_core::{Check, Code, Writer};
///
/// let mut buffer = [0; 32];
/// let mut writer = Writer::new(&mut buffer, Code::new(*b"SC"));
/// writer.decimal(16);
/// writer.text(b"V");
/// let len = writer.finish(None, Check::Xor)?;
/// assert_eq!(&buffer[..len], b"$SC 16 V^65\r");
/// # Ok::<(), rapi_core::EncodeError>(())
/// ```
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Writer<'a> {
    buffer: &'a mut [u8],
    len: usize,
    fields: u8,
    /// Of all bytes so far.
    xor: u8,
    /// Why the first field was refused that was.
    wrong: Result<(), EncodeError>,
}

impl<'a> Writer<'a> {
    /// Begins a line with `$` and a code.
    #[must_use]
    #[cfg_attr(target_pointer_width = "16", inline(never))]
    pub const fn new(buffer: &'a mut [u8], code: Code) -> Self {
        let [left, right] = code.to_bytes();
        if let [start, first, second, ..] = buffer {
            *start = b'$';
            *first = left;
            *second = right;
        }
        let xor = b'$' ^ left ^ right;
        Self { buffer, len: 3, fields: 0, xor, wrong: Ok(()) }
    }

    /// Begins the line with another code.
    const fn set_code(&mut self, code: Code) {
        if let [_, first, second, ..] = &mut *self.buffer {
            let [left, right] = code.to_bytes();
            self.xor ^= *first ^ *second ^ left ^ right;
            *first = left;
            *second = right;
        }
    }

    /// Adds a field of text: printable ASCII without space, `$`, `^` and `*`. Anything else makes
    /// [`finish`](Self::finish) fail. An empty text is written as an empty field, which only a
    /// controller may send; what begins with `:` and is the last of a command is read as its id.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub fn text(&mut self, text: &[u8]) {
        self.begin_field();
        for &byte in text {
            if !is_plain(byte) {
                self.refuse(EncodeError::InvalidText { field: self.current() });
            }
            self.put(byte);
        }
    }

    /// Adds a field of one letter or digit.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(crate) fn letter(&mut self, letter: u8) {
        self.begin_field();
        self.put(letter);
    }

    /// Adds a decimal number.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub fn decimal(&mut self, value: u32) {
        self.number(false, value);
    }

    /// Adds a decimal number with a minus sign if it is negative.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub fn signed(&mut self, value: i32) {
        self.number(value < 0, value.unsigned_abs());
    }

    /// Adds a lower-case hexadecimal number of at least `width` digits.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub fn hex(&mut self, value: u16, width: u8) {
        self.begin_field();
        let mut places = width.clamp(1, 4);
        while places < 4 && value.wrapping_shr(u32::from(places.wrapping_mul(4))) != 0 {
            places = places.wrapping_add(1);
        }
        self.hex_digits(value, places, b'a' - 10);
    }

    /// Refuses the value that was added last because it is out of its range.
    pub const fn refuse_range(&mut self) {
        self.refuse(EncodeError::OutOfRange { field: self.current() });
    }

    /// Refuses the interval that was added last because it is too long for an ATmega.
    pub(crate) const fn refuse_interval(&mut self) {
        self.refuse(EncodeError::IntervalTooLong { field: self.current() });
    }

    const fn refuse(&mut self, error: EncodeError) {
        if self.wrong.is_ok() {
            self.wrong = Err(error);
        }
    }

    /// Whoever refuses before the first field means the first.
    const fn current(&self) -> u8 {
        if self.fields == 0 { 1 } else { self.fields }
    }

    /// Returns how many tokens the line has so far, its code included.
    #[must_use]
    pub const fn tokens(&self) -> u8 {
        self.fields.saturating_add(1)
    }

    /// Returns how long the line is so far.
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn begin_field(&mut self) {
        self.put(b' ');
        // Each takes a byte: a line with more than 255 is too long anyway.
        self.fields = self.fields.wrapping_add(1);
    }

    /// Adds a field.
    fn number(&mut self, negative: bool, value: u32) {
        self.begin_field();
        if negative {
            self.put(b'-');
        }
        #[cfg(target_pointer_width = "16")]
        self.narrow_digits(value);
        #[cfg(not(target_pointer_width = "16"))]
        self.wide_digits(value);
    }

    /// Writes the lowest digits of a number; `letter` is ten less than the one for ten.
    #[cfg_attr(target_pointer_width = "16", inline(never))]
    fn hex_digits(&mut self, value: u16, places: u8, letter: u8) {
        let value = Register::from(value);
        let mut shift = places.wrapping_mul(4);
        while shift > 0 {
            shift = shift.wrapping_sub(4);
            let [digit, ..] = ((value >> shift) & 0x0f).to_le_bytes();
            let zero = if digit < 10 { b'0' } else { letter };
            self.put(zero.wrapping_add(digit));
        }
    }

    /// What does not fit is counted only.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(crate) fn put(&mut self, byte: u8) {
        if let Some(place) = self.buffer.get_mut(self.len) {
            *place = byte;
        }
        // No text is as long as memory.
        self.len = self.len.wrapping_add(1);
        self.xor ^= byte;
    }
}
