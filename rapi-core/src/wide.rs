//! Numbers at once, for chips that have registers of 32 bits.

use crate::fields::Digits;
use crate::{FieldError, Fields, Kind, Writer};

impl Fields<'_> {
    /// Takes the next field: the number, its two's complement or the character.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(crate) fn wide_scalar(&mut self, kind: u8) -> u32 {
        if kind == Kind::Letter as u8 {
            let [letter] = self.word() else {
                self.refuse(FieldError::Invalid);
                return 0;
            };
            return (*letter).into();
        }
        if kind == Kind::Switch as u8 {
            return self.number(Digits::OneDecimal, 1);
        }
        let max = match kind & 3 {
            1 => u8::MAX.into(),
            2 => u16::MAX.into(),
            _ => u32::MAX,
        };
        if kind < 4 {
            return self.number(Digits::Decimal, max);
        }
        let number = self.signed(i32::from_ne_bytes((max >> 1).to_ne_bytes()));
        u32::from_ne_bytes(number.to_ne_bytes())
    }

    /// Takes the next field, a decimal number up to `max`.
    pub(crate) fn decimal(&mut self, max: u32) -> u32 {
        self.number(Digits::Decimal, max)
    }

    /// Takes the next field, a decimal number that may have a minus sign, from −`max` − 1 to `max`.
    pub(crate) fn signed(&mut self, max: i32) -> i32 {
        let max = max.unsigned_abs();
        if self.minus() {
            return 0_i32.wrapping_sub_unsigned(self.number(Digits::Decimal, max.wrapping_add(1)));
        }
        0_i32.wrapping_add_unsigned(self.number(Digits::Decimal, max))
    }
}

impl Writer<'_> {
    /// Adds the digits of a number. Subtracts instead of dividing: a Cortex-M0 has no instruction for that.
    pub(crate) fn wide_digits(&mut self, mut value: u32) {
        // From this place on zeros are written.
        let mut least = 1;
        let mut place = 1_000_000_000_u32;
        while place > 0 {
            let mut digit = b'0';
            while value >= place {
                value = value.wrapping_sub(place);
                digit = digit.wrapping_add(1);
                least = place;
            }
            if place <= least {
                self.put(digit);
            }
            // A tenth, without division and without a table. Half of it is a multiple of 5, and modulo
            // 2³² this number times 5 is 1: a product with it is an exact fifth.
            place = (place >> 1).wrapping_mul(0xcccc_cccd);
        }
    }
}
