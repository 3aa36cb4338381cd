//! Digits, without `core::fmt` or `core::str`.

/// What digits are computed in: a chip without instructions for bytes would cut after each step.
#[cfg(target_pointer_width = "16")]
pub(crate) type Register = u16;
#[cfg(not(target_pointer_width = "16"))]
pub(crate) type Register = u32;

/// Reads one hexadecimal digit of either case; a large number for anything else.
pub(crate) const fn digit(byte: u8) -> Register {
    let decimal = (byte as Register).wrapping_sub(b'0' as Register);
    if decimal <= 9 {
        return decimal;
    }
    let letter = ((byte | 0x20) as Register).wrapping_sub(b'a' as Register);
    if letter <= 5 { letter.wrapping_add(10) } else { Register::MAX }
}

/// Reads two upper-case hexadecimal digits, as checksums and sequence ids have them.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "they lie in a line")]
pub(crate) fn parse_upper_hex2(digits: &[u8; 2]) -> Option<u8> {
    let mut value = 0;
    for &byte in digits {
        let mut digit = Register::from(byte).wrapping_sub(b'0'.into());
        if digit > 9 {
            digit = digit.wrapping_sub((b'A' - b'0' - 10).into());
            if digit.wrapping_sub(10) > 5 {
                return None;
            }
        }
        value = (value << 4) | digit;
    }
    Some(value.to_le_bytes()[0])
}

/// Whether a byte may be part of a field: printable ASCII without space, `$`, `*` and `^`.
pub(crate) const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'$' | b'*' | b'^')
}

/// Returns two upper-case hexadecimal digits.
pub(crate) const fn upper_hex2(value: u8) -> [u8; 2] {
    [upper_hex(value >> 4), upper_hex(value)]
}

/// Returns the lowest four bits as an upper-case hexadecimal digit.
const fn upper_hex(nibble: u8) -> u8 {
    let nibble = nibble & 0x0f;
    if nibble < 10 { nibble.wrapping_add(b'0') } else { nibble.wrapping_add(b'A' - 10) }
}
