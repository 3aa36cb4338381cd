//! Digits, without `core::fmt` or `core::str`.

/// Reads one hexadecimal digit of either case; 255 for anything else.
pub(crate) const fn digit(byte: u8) -> u8 {
    let decimal = byte.wrapping_sub(b'0');
    if decimal <= 9 {
        return decimal;
    }
    let letter = (byte | 0x20).wrapping_sub(b'a');
    if letter <= 5 { letter.wrapping_add(10) } else { u8::MAX }
}

/// Reads exactly two upper-case hexadecimal digits, as checksums and sequence ids have them.
pub(crate) const fn parse_upper_hex2([high, low]: [u8; 2]) -> Option<u8> {
    if high.is_ascii_lowercase() || low.is_ascii_lowercase() {
        return None;
    }
    match (digit(high), digit(low)) {
        (high @ 0..=15, low @ 0..=15) => Some((high << 4) | low),
        _ => None,
    }
}

/// Returns two upper-case hexadecimal digits.
pub(crate) const fn upper_hex2(value: u8) -> [u8; 2] {
    [upper_hex(value >> 4), upper_hex(value)]
}

/// Returns the lowest four bits as an upper-case hexadecimal digit.
pub(crate) const fn upper_hex(nibble: u8) -> u8 {
    let nibble = nibble & 0x0f;
    if nibble < 10 { nibble.wrapping_add(b'0') } else { nibble.wrapping_add(b'A' - 10) }
}

/// Returns the lowest four bits as a lower-case hexadecimal digit.
pub(crate) const fn lower_hex(nibble: u8) -> u8 {
    upper_hex(nibble).to_ascii_lowercase()
}
