//! Numbers byte by byte, for chips of 8 bits: where 32 bits are four registers, a loop over bytes in
//! memory is shorter than the compiler's multiplication, and needs none of its library.

use crate::{FieldError, Fields, Kind, Writer};

/// The most digits of a number: more are too large, or have zeros in front that nobody sends.
const MOST_DIGITS: usize = 10;

impl Fields<'_> {
    /// Takes the next field as `Fields::wide_scalar` does on wider chips.
    #[inline(never)]
    #[allow(clippy::cast_possible_truncation, reason = "what is cut off is refused")]
    pub(crate) fn narrow_scalar(&mut self, kind: u8) -> u32 {
        if kind == Kind::Switch as u8 || kind == Kind::Letter as u8 {
            let [byte] = self.word() else {
                self.refuse(FieldError::Invalid);
                return 0;
            };
            if kind == Kind::Letter as u8 {
                return (*byte).into();
            }
            let digit = byte.wrapping_sub(b'0');
            if digit > 1 {
                self.refuse(if digit > 9 { FieldError::Invalid } else { FieldError::OutOfRange });
            }
            return digit.into();
        }
        if kind < Kind::SignedHalf as u8 {
            return self.unsigned(kind);
        }
        let negative = self.minus();
        let mut number = i32::from_ne_bytes(self.unsigned(kind & 3).to_ne_bytes());
        if negative {
            number = number.wrapping_neg();
        }
        if kind == Kind::SignedHalf as u8 {
            number = (number as i16).into();
        }
        if number != 0 && (number < 0) != negative {
            self.refuse(FieldError::OutOfRange);
        }
        u32::from_ne_bytes(number.to_ne_bytes())
    }

    /// Takes the next field, a decimal number of the width of a [`Kind`].
    #[inline(never)]
    fn unsigned(&mut self, width: u8) -> u32 {
        let text = self.word();
        let mut value = [0; 4];
        let mut over = text.len() > MOST_DIGITS;
        let mut invalid = text.is_empty();
        for &byte in text {
            let digit = byte.wrapping_sub(b'0');
            invalid |= digit > 9;
            over |= append(&mut value, digit, width);
        }
        if invalid {
            self.refuse(FieldError::Invalid);
        } else if over {
            self.refuse(FieldError::OutOfRange);
        }
        u32::from_le_bytes(value)
    }
}

impl Writer<'_> {
    /// Adds the digits of a number. The last one is found first, and waits on the stack.
    #[inline(never)]
    pub(crate) fn narrow_digits(&mut self, value: u32) {
        let (others, digit) = tenth(value);
        // As a word it would be compared with a word of zeros.
        let [first, second, third, fourth] = others.to_le_bytes();
        if first | second | third | fourth != 0 {
            self.narrow_digits(others);
        }
        self.put(digit.wrapping_add(b'0'));
    }
}

/// Appends a digit, and returns whether the number is wider than that now.
#[inline]
fn append(value: &mut [u8; 4], digit: u8, width: u8) -> bool {
    let width = if width == Kind::Word as u8 { 4 } else { width };
    let mut carry = digit;
    for byte in value.iter_mut().take(width.into()) {
        let tenfold = u16::from(*byte).wrapping_mul(10).wrapping_add(carry.into());
        [*byte, carry] = tenfold.to_le_bytes();
    }
    carry != 0
}

/// Divides by ten, bit by bit. Returns the rest as well.
#[inline]
const fn tenth(number: u32) -> (u32, u8) {
    let (mut number, mut rest) = (number, 0_u8);
    let mut bits = 32_u8;
    while bits > 0 {
        bits = bits.wrapping_sub(1);
        let [.., top] = number.to_le_bytes();
        rest = (rest << 1) | (top >> 7);
        number <<= 1;
        if rest >= 10 {
            rest = rest.wrapping_sub(10);
            number |= 1;
        }
    }
    (number, rest)
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::format;
    use std::prelude::v1::*;

    use super::tenth;
    use crate::{Check, Code, Frame, Kind, Sender, Writer};

    const KINDS: [Kind; 7] = [
        Kind::Switch,
        Kind::Byte,
        Kind::Half,
        Kind::Word,
        Kind::Letter,
        Kind::SignedHalf,
        Kind::SignedWord,
    ];

    /// Numbers next to the limits of all kinds, with and without what does not belong there.
    fn words() -> Vec<String> {
        let limits = [0, 9, 99, 1 << 7, 1 << 8, 1 << 15, 1 << 16, 999_999, 1 << 31, 1 << 32];
        let mut words: Vec<String> =
            ["", "-", "--1", "+1", "1a", "a", "A", "01", "007", "-0", "-00", "1-", "0000000001"]
                .map(str::to_owned)
                .to_vec();
        for limit in limits {
            for number in i64::saturating_sub(limit, 2)..limit.saturating_add(3) {
                let number = number.max(0);
                words
                    .extend(["", "-", "0", "-0", "000000"].map(|front| format!("{front}{number}")));
                words.extend(["0", "x", "-"].map(|behind| format!("{number}{behind}")));
            }
        }
        words.extend([9_999_999_999_i64, 99_999_999_999].map(|number| number.to_string()));
        words
    }

    #[test]
    fn a_number_is_read_byte_by_byte_as_it_is_read_at_once() {
        let words = words();
        assert!(words.len() > 300);
        for (word, behind) in words.iter().flat_map(|word| [(word, ""), (word, " 7"), (word, " ")])
        {
            let line = format!("$OK {word}{behind}");
            let frame = Frame::parse(line.as_bytes(), Sender::Controller).unwrap();
            for kind in KINDS {
                let (mut narrow, mut wide) = (frame.fields(), frame.fields());
                let read = (narrow.narrow_scalar(kind as u8), wide.wide_scalar(kind as u8));
                assert_eq!(narrow.finish(()), wide.finish(()), "{line:?} {kind:?}");
                if narrow.finish(()).is_ok() {
                    let narrow_value = (read.0, narrow.is_at_end(), narrow.next());
                    let wide_value = (read.1, wide.is_at_end(), wide.next());
                    assert_eq!(narrow_value, wide_value, "{line:?} {kind:?}");
                }
            }
        }
    }

    fn line(write: impl FnOnce(&mut Writer<'_>)) -> String {
        let mut line = [0; 20];
        let mut writer = Writer::new(&mut line, Code::OK);
        write(&mut writer);
        let len = writer.finish(None, Check::None).unwrap();
        String::from_utf8(line[..len].to_vec()).unwrap()
    }

    #[test]
    fn a_number_is_written_by_tenths_as_it_is_by_subtraction() {
        let powers = (0..32).map(|bit| 1_u32 << bit);
        let numbers = powers.flat_map(|power| [power.wrapping_sub(1), power]);
        // Of whose tenths one byte, or two that are alike, are all that is not 0.
        let bytes = [1, 0x100, 0x1_0000, 0x100_0000, 0x101, 0x1_0100, 0x101_0000].map(|it| it * 10);
        for number in numbers.chain(bytes).chain([999_999_999, 1_000_000_000, u32::MAX]) {
            assert_eq!(tenth(number), (number / 10, u8::try_from(number % 10).unwrap()));
            let lines = [
                line(|writer| writer.narrow_digits(number)),
                line(|writer| writer.wide_digits(number)),
            ];
            assert_eq!(lines, [(); 2].map(|()| format!("$OK{number}\r")));
        }
    }
}
