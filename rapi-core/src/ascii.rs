//! Digits, without `core::fmt` or `core::str`.

/// What digits are computed in: a chip without instructions for bytes would cut after each step.
#[cfg(target_pointer_width = "16")]
pub(crate) type Register = u16;
#[cfg(not(target_pointer_width = "16"))]
pub(crate) type Register = u32;

/// Reads two upper-case hexadecimal digits, as checksums and sequence ids have them; a large number for
/// anything else.
#[cfg_attr(target_pointer_width = "64", inline(always))]
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
#[allow(clippy::inline_always, reason = "a call of it takes as long as what it does")]
#[allow(clippy::trivially_copy_pass_by_ref, reason = "they lie in a line")]
pub(crate) fn upper_hex2(digits: &[u8; 2]) -> Register {
    let mut value = 0;
    for &byte in digits {
        let mut digit = Register::from(byte).wrapping_sub(b'0'.into());
        if digit > 9 {
            digit = digit.wrapping_sub((b'A' - b'0' - 10).into());
            if digit.wrapping_sub(10) > 5 {
                return Register::MAX;
            }
        }
        value = (value << 4) | digit;
    }
    value
}

/// Whether a byte may be part of a field: printable ASCII without space, `$`, `*` and `^`.
pub(crate) const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'$' | b'*' | b'^')
}
