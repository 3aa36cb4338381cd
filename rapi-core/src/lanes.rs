//! Eight bytes at a time, one in each lane of a word: for a machine that has registers for it, and not
//! for a chip where each instruction takes flash.

/// Returns the XOR of all bytes if they are printable and none is reserved. `None`: look at each, there
/// are too few of them or one is not clean.
#[inline]
pub(crate) fn clean_xor(bytes: &[u8]) -> Option<u8> {
    let mut lanes = 0;
    let mut rest = bytes;
    while let Some((word, behind)) = rest.split_first_chunk() {
        let word = u64::from_le_bytes(*word);
        if !is_clean(word) {
            return None;
        }
        lanes ^= word;
        rest = behind;
    }
    if !rest.is_empty() {
        // Some of these were taken already.
        let word = u64::from_le_bytes(*bytes.last_chunk()?);
        if !is_clean(word) {
            return None;
        }
        let [left, ..] = rest.len().to_le_bytes();
        lanes ^= word.wrapping_shr(u32::from(8_u8.wrapping_sub(left)).wrapping_mul(8));
    }
    let lanes = lanes ^ (lanes >> 32);
    let lanes = lanes ^ (lanes >> 16);
    let [xor, ..] = (lanes ^ (lanes >> 8)).to_le_bytes();
    Some(xor)
}

const fn lanes(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Whether each lane holds a byte that is printable and not reserved.
///
/// A sum carries into the next lane only where a top bit was set, and such a byte is not clean.
const fn is_clean(word: u64) -> bool {
    const TOP: u64 = lanes(0x80);
    const fn differs(word: u64, byte: u8) -> u64 {
        (word ^ lanes(byte)).wrapping_add(lanes(0x7f))
    }
    let from_space = word.wrapping_add(lanes(0x80 - b' '));
    let above = word.wrapping_add(lanes(0x80 - 0x7f));
    let reserved = differs(word, b'$') & differs(word, b'*') & differs(word, b'^');
    from_space & reserved & !above & TOP == TOP
}

#[cfg(test)]
mod tests {
    use super::clean_xor;
    use crate::ascii::is_plain;

    #[test]
    fn eight_at_a_time_say_what_each_byte_by_itself_says() {
        const CLEAN: [u8; 25] = *b"OK 03 12345 03 0240 :1F~!";
        for len in 1..=CLEAN.len() {
            for place in 0..len {
                for byte in 0..=u8::MAX {
                    let mut line = CLEAN;
                    line[place] = byte;
                    let bytes = &line[..len];
                    let clean = bytes.iter().all(|&byte| byte == b' ' || is_plain(byte));
                    let xor = bytes.iter().fold(0, |xor, byte| xor ^ byte);
                    let enough = len >= size_of::<u64>();
                    assert_eq!(clean_xor(bytes), (clean && enough).then_some(xor), "{bytes:02x?}");
                }
            }
        }
    }
}
