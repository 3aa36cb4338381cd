//! Digits, without `core::fmt` or `core::str`.

/// What digits are computed in: a chip without instructions for bytes would cut after each step.
#[cfg(target_pointer_width = "16")]
pub(crate) type Register = u16;
#[cfg(not(target_pointer_width = "16"))]
pub(crate) type Register = u32;

/// Reads one hexadecimal digit of either case; a large number for anything else.
pub(crate) const fn digit(byte: u8) -> Register {
    hex_digit(byte, byte | 0x20, b'a')
}

/// A digit, or a letter from `first` on.
const fn hex_digit(byte: u8, letter: u8, first: u8) -> Register {
    let decimal = (byte as Register).wrapping_sub(b'0' as Register);
    if decimal <= 9 {
        return decimal;
    }
    let letter = (letter as Register).wrapping_sub(first as Register);
    if letter <= 5 { letter.wrapping_add(10) } else { Register::MAX }
}

/// Reads exactly two upper-case hexadecimal digits, as checksums and sequence ids have them.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
pub(crate) const fn parse_upper_hex2(digits: &[u8]) -> Option<u8> {
    let [high, low] = digits else { return None };
    let (high, low) = (hex_digit(*high, *high, b'A'), hex_digit(*low, *low, b'A'));
    if high | low > 0x0f { None } else { Some(((high << 4) | low).to_le_bytes()[0]) }
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
