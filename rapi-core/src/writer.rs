//! From values to lines.

use crate::ascii::{lower_hex, upper_hex};
use crate::{Check, Checksum, Code, EncodeError, SeqId};

/// Writes one line into a buffer, field by field, and computes its checksum on the way.
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
pub struct Writer<'a> {
    buffer: &'a mut [u8],
    len: u16,
    fields: u8,
    checksum: Checksum,
    invalid: Option<EncodeError>,
}

impl<'a> Writer<'a> {
    /// Begins a line with `$` and a code.
    #[must_use]
    pub fn new(buffer: &'a mut [u8], code: Code) -> Self {
        let mut writer =
            Self { buffer, len: 0, fields: 0, checksum: Checksum::new(), invalid: None };
        let [first, second] = code.to_bytes();
        for byte in [b'$', first, second] {
            writer.byte(byte);
        }
        writer
    }

    /// Adds a field of text: printable ASCII without space, `$`, `^` and `*`. Anything else makes
    /// [`finish`](Self::finish) fail. An empty text is written as an empty field, which only a
    /// controller may send.
    pub fn text(&mut self, text: &[u8]) {
        self.begin_field();
        for &byte in text {
            if !byte.is_ascii_graphic() || matches!(byte, b'$' | b'^' | b'*') {
                self.refuse(EncodeError::InvalidText { field: self.fields });
            }
            self.byte(byte);
        }
    }

    /// Adds a decimal number.
    pub fn decimal(&mut self, value: u32) {
        self.begin_field();
        self.digits(value);
    }

    /// Adds a decimal number with a minus sign if it is negative.
    pub fn signed(&mut self, value: i32) {
        self.begin_field();
        if value < 0 {
            self.byte(b'-');
        }
        self.digits(value.unsigned_abs());
    }

    /// Adds a lower-case hexadecimal number of at least `width` digits.
    pub fn hex(&mut self, value: u16, width: u8) {
        self.begin_field();
        let mut digits_left = 4_u8;
        for shifted in [value >> 12, value >> 8, value >> 4, value] {
            if shifted != 0 || digits_left <= width.max(1) {
                self.byte(lower_hex(shifted.to_le_bytes()[0]));
            }
            digits_left = digits_left.saturating_sub(1);
        }
    }

    /// Refuses the value that was added last because it is out of its range.
    pub const fn refuse_range(&mut self) {
        self.refuse(EncodeError::OutOfRange { field: self.fields });
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
        if let Some(seq) = seq {
            self.begin_field();
            self.byte(b':');
            self.upper_hex2(seq.get());
        }
        let checksum = self.checksum;
        match check {
            Check::Xor => {
                self.byte(b'^');
                self.upper_hex2(checksum.xor());
            }
            Check::Sum => {
                self.byte(b'*');
                self.upper_hex2(checksum.sum());
            }
            Check::None => {}
        }
        self.byte(b'\r');
        if let Some(error) = self.invalid {
            return Err(error);
        }
        let len = usize::from(self.len);
        if len > self.buffer.len() {
            return Err(EncodeError::BufferTooSmall { needed: self.len });
        }
        Ok(len)
    }

    const fn refuse(&mut self, error: EncodeError) {
        if self.invalid.is_none() {
            self.invalid = Some(error);
        }
    }

    fn begin_field(&mut self) {
        self.byte(b' ');
        self.fields = self.fields.saturating_add(1);
    }

    fn digits(&mut self, mut value: u32) {
        let mut digits = [0; 10];
        let mut count = 0_usize;
        for place in &mut digits {
            *place = upper_hex((value % 10).to_le_bytes()[0]);
            value /= 10;
            count = count.saturating_add(1);
            if value == 0 {
                break;
            }
        }
        for &digit in digits.iter().take(count).rev() {
            self.byte(digit);
        }
    }

    fn upper_hex2(&mut self, value: u8) {
        self.byte(upper_hex(value >> 4));
        self.byte(upper_hex(value));
    }

    fn byte(&mut self, byte: u8) {
        if let Some(place) = self.buffer.get_mut(usize::from(self.len)) {
            *place = byte;
        }
        self.checksum.push(byte);
        self.len = self.len.saturating_add(1);
    }
}
