//! From values to lines.

use crate::ascii::{is_plain, upper_hex2};
use crate::{Check, Checksum, Code, Dialect, EncodeError, MAX_TOKENS, SeqId};

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
    /// The first field that was refused; 0 if none was.
    refused: u8,
    /// Whether it was refused for its text.
    refused_text: bool,
}

impl<'a> Writer<'a> {
    /// Begins a line with `$` and a code.
    #[must_use]
    pub const fn new(buffer: &'a mut [u8], code: Code) -> Self {
        if let [start, ..] = buffer {
            *start = b'$';
        }
        let mut writer = Self { buffer, len: 3, fields: 0, refused: 0, refused_text: false };
        writer.set_code(code);
        writer
    }

    /// Begins the line with another code.
    pub(crate) const fn set_code(&mut self, code: Code) {
        if let [_, first, second, ..] = &mut *self.buffer {
            [*first, *second] = code.to_bytes();
        }
    }

    /// Adds a field of text: printable ASCII without space, `$`, `^` and `*`. Anything else makes
    /// [`finish`](Self::finish) fail. An empty text is written as an empty field, which only a
    /// controller may send.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub fn text(&mut self, text: &[u8]) {
        self.begin_field();
        for &byte in text {
            if !is_plain(byte) {
                self.refused_text |= self.refused == 0;
                self.refuse_range();
            }
            self.put(byte);
        }
    }

    /// Adds a decimal number.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub fn decimal(&mut self, value: u32) {
        self.begin_field();
        self.number(value, &DECIMAL_PLACES, 1);
    }

    /// Adds a decimal number with a minus sign if it is negative.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub fn signed(&mut self, value: i32) {
        self.begin_field();
        if value < 0 {
            self.put(b'-');
        }
        self.number(value.unsigned_abs(), &DECIMAL_PLACES, 1);
    }

    /// Adds a lower-case hexadecimal number of at least `width` digits.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub fn hex(&mut self, value: u16, width: u8) {
        self.begin_field();
        self.number(u32::from(value), &HEX_PLACES, usize::from(width.max(1)));
    }

    /// Refuses the value that was added last because it is out of its range.
    pub const fn refuse_range(&mut self) {
        if self.refused == 0 {
            // Whoever refuses before the first means the first.
            self.refused = if self.fields == 0 { 1 } else { self.fields };
        }
    }

    /// Returns how many tokens the line has so far, its code included.
    #[must_use]
    pub const fn tokens(&self) -> u8 {
        self.fields.saturating_add(1)
    }

    /// Ends the line with sequence id, checksum and CR, and returns its length.
    ///
    /// # Errors
    ///
    /// The first value that was refused, or a buffer that is too small.
    pub fn finish(mut self, seq: Option<SeqId>, check: Check) -> Result<usize, EncodeError> {
        self.complete(seq, check)
    }

    /// Ends the line as a command that a controller takes, and returns its length.
    ///
    /// # Errors
    ///
    /// The first value that was refused, a line that the controller would drop silently because it is
    /// too long, or a buffer that is too small.
    pub fn finish_command(
        mut self,
        seq: Option<SeqId>,
        dialect: Dialect,
    ) -> Result<usize, EncodeError> {
        self.complete_command(seq, dialect).map(usize::from)
    }

    /// Ends the line as the answer to a command, `$OK` or `$NK`, and returns its length.
    ///
    /// # Errors
    ///
    /// The first value that was refused, or a buffer that is too small.
    // It stays where it is: a chip would copy it, and with the compiler's `memcpy`.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub fn finish_reply(
        &mut self,
        accepted: bool,
        seq: Option<SeqId>,
        dialect: Dialect,
    ) -> Result<usize, EncodeError> {
        self.set_code(if accepted { Code::OK } else { Code::NK });
        // RAPI 1.0.x sends the space behind `$OK` also when nothing follows.
        if dialect == Dialect::V1 && self.tokens() == 1 {
            self.text(b"");
        }
        let seq = if dialect.has_sequence_ids() { seq } else { None };
        self.complete(seq, dialect.reply_check())
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn complete_command(
        &mut self,
        seq: Option<SeqId>,
        dialect: Dialect,
    ) -> Result<u8, EncodeError> {
        self.end(seq, dialect.command_check());
        // CR does not count.
        let length = saturated(self.len.wrapping_sub(1));
        let limit = saturated(dialect.max_command_len());
        if self.refused == 0 {
            if self.tokens() > MAX_TOKENS {
                return Err(EncodeError::TooManyTokens);
            }
            if length > limit {
                return Err(EncodeError::CommandTooLong { length, limit });
            }
        }
        self.result()?;
        Ok(length.wrapping_add(1))
    }

    /// The same as [`finish`](Self::finish), where it stands.
    pub(crate) fn complete(
        &mut self,
        seq: Option<SeqId>,
        check: Check,
    ) -> Result<usize, EncodeError> {
        self.end(seq, check);
        self.result()?;
        Ok(self.len)
    }

    /// Says whether the line can be used.
    fn result(&self) -> Result<(), EncodeError> {
        match (self.refused, self.refused_text) {
            (0, _) if self.len <= self.buffer.len() => Ok(()),
            (0, _) => Err(EncodeError::BufferTooSmall { needed: saturated(self.len) }),
            (field, false) => Err(EncodeError::OutOfRange { field }),
            (field, true) => Err(EncodeError::InvalidText { field }),
        }
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn end(&mut self, seq: Option<SeqId>, check: Check) {
        if let Some(seq) = seq {
            self.begin_field();
            self.marked(b':', seq.get());
        }
        // What does not fit is not sent, and so needs none.
        let line = self.buffer.get(..self.len).unwrap_or_default();
        let checksum = Checksum::of(line);
        match check {
            Check::Xor => self.marked(b'^', checksum.xor()),
            Check::Sum => self.marked(b'*', checksum.sum()),
            Check::None => {}
        }
        self.put(b'\r');
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn marked(&mut self, mark: u8, value: u8) {
        let [high, low] = upper_hex2(value);
        self.put(mark);
        self.put(high);
        self.put(low);
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn begin_field(&mut self) {
        self.put(b' ');
        // Each takes a byte: a line with more than 255 is too long anyway.
        self.fields = self.fields.wrapping_add(1);
    }

    /// Writes the digits of a number, at least `width` of them. Subtracts instead of dividing: a
    /// Cortex-M0 and an AVR have no instruction for that.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn number(&mut self, mut value: u32, mut places: &[u32], width: usize) {
        let mut leads = true;
        while let [place, rest @ ..] = places {
            let mut digit = b'0';
            while value >= *place {
                value = value.wrapping_sub(*place);
                digit = digit.wrapping_add(1);
            }
            leads &= digit == b'0' && rest.len() >= width;
            if !leads {
                self.put(if digit > b'9' { digit.wrapping_add(b'a' - b'9' - 1) } else { digit });
            }
            places = rest;
        }
    }

    /// What does not fit is counted only.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn put(&mut self, byte: u8) {
        if let Some(place) = self.buffer.get_mut(self.len) {
            *place = byte;
        }
        // No text is as long as memory.
        self.len = self.len.wrapping_add(1);
    }
}

const DECIMAL_PLACES: [u32; 10] =
    [1_000_000_000, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];
const HEX_PLACES: [u32; 4] = [0x1000, 0x100, 0x10, 1];

fn saturated(len: usize) -> u8 {
    u8::try_from(len).unwrap_or(u8::MAX)
}
