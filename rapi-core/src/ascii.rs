//! Numbers to and from ASCII, checked, without `core::fmt` or `core::str`.

/// The most digits that cannot overflow.
const SAFE_DIGITS: usize = 9;

/// Reads a decimal number without sign; `None` for anything else, also for an overflow.
pub(crate) fn parse_decimal(digits: &[u8]) -> Option<u32> {
    let (safe, last) = digits.split_at_checked(SAFE_DIGITS).unwrap_or((digits, &[]));
    if safe.is_empty() {
        return None;
    }
    let mut value: u32 = 0;
    for &digit in safe {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value.wrapping_mul(10).wrapping_add(u32::from(digit));
    }
    for &digit in last {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(u32::from(digit))?;
    }
    Some(value)
}

/// Reads a decimal number that may have a minus sign.
pub(crate) fn parse_signed(text: &[u8]) -> Option<i32> {
    match text {
        [b'-', digits @ ..] => 0_i32.checked_sub_unsigned(parse_decimal(digits)?),
        digits => i32::try_from(parse_decimal(digits)?).ok(),
    }
}

/// Reads one hexadecimal digit of either case.
const fn hex_digit(digit: u8) -> Option<u8> {
    let decimal = digit.wrapping_sub(b'0');
    if decimal <= 9 {
        return Some(decimal);
    }
    let letter = (digit | 0x20).wrapping_sub(b'a');
    if letter <= 5 { Some(letter.wrapping_add(10)) } else { None }
}

/// Reads one to four hexadecimal digits of either case.
pub(crate) fn parse_hex(digits: &[u8]) -> Option<u16> {
    if digits.is_empty() || digits.len() > 4 {
        return None;
    }
    let mut value: u16 = 0;
    for &digit in digits {
        value = (value << 4) | u16::from(hex_digit(digit)?);
    }
    Some(value)
}

/// Reads exactly two upper-case hexadecimal digits, as checksums and sequence ids have them.
pub(crate) const fn parse_upper_hex2(high: u8, low: u8) -> Option<u8> {
    if high.is_ascii_lowercase() || low.is_ascii_lowercase() {
        return None;
    }
    match (hex_digit(high), hex_digit(low)) {
        (Some(high), Some(low)) => Some((high << 4) | low),
        _ => None,
    }
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
