//! One look over what lies between `$` and the checksum.

use crate::ascii::Register;
use crate::{Checksum, FrameError, MAX_TOKENS, Sender, lanes};

/// What is seen.
#[cfg_attr(test, derive(Debug, PartialEq, Eq))]
pub(crate) struct Look {
    pub(crate) xor: u8,
    /// Of a client's line only, like all that follows but the space.
    pub(crate) sum: u8,
    /// Where the last space is, or else the end.
    pub(crate) space: usize,
    /// The code, and what stands behind a space each; no more than one too many are counted.
    pub(crate) tokens: u8,
    /// Whether two spaces lie side by side, or one at the end.
    pub(crate) has_empty: bool,
}

impl Look {
    /// Goes over all bytes, which have to be printable and none of them reserved.
    pub(crate) fn over(content: &[u8], sender: Sender) -> Result<Self, FrameError> {
        if cfg!(target_pointer_width = "64") {
            if let Some(xor) = lanes::clean_xor(content) {
                return Ok(Self::at_once(content, xor, sender));
            }
        }
        Self::one_by_one(content)
    }

    /// Looks for what an XOR of all lanes has not seen.
    fn at_once(content: &[u8], xor: u8, sender: Sender) -> Self {
        let end = content.len();
        // Mostly there is an id, at the end. Only a stranger's line has spaces in it.
        let space = match content.split_last_chunk() {
            Some((before, [b' ', b':', high, low])) if *high > b' ' && *low > b' ' => before.len(),
            _ => content.iter().rposition(|&byte| byte == b' ').unwrap_or(end),
        };
        let mut look = Self { xor, sum: 0, space, tokens: 0, has_empty: false };
        // Nobody asks for more of a controller's line.
        if matches!(sender, Sender::Client) {
            look.sum = Checksum::of(content).sum();
            for word in content.split(|&byte| byte == b' ') {
                look.has_empty |= word.is_empty();
                if look.tokens <= MAX_TOKENS {
                    look.tokens = look.tokens.wrapping_add(1);
                }
            }
        }
        look
    }

    /// A chip goes over each byte anyway, and counts all in passing.
    fn one_by_one(content: &[u8]) -> Result<Self, FrameError> {
        let mut look = Self { xor: 0, sum: 0, space: content.len(), tokens: 1, has_empty: false };
        let mut after_space = false;
        for (place, &byte) in content.iter().enumerate() {
            let wide = Register::from(byte);
            look.xor ^= byte;
            look.sum = look.sum.wrapping_add(byte);
            // Most are digits, letters and spaces.
            if wide >= 0x2b {
                if wide == 0x5e {
                    return Err(FrameError::ChecksumSyntax);
                }
                if wide >= 0x7f {
                    return Err(FrameError::Byte);
                }
                after_space = false;
            } else {
                look.has_empty |= after_space && wide == 0x20;
                after_space = wide == 0x20;
                if wide == 0x20 {
                    look.space = place;
                    if look.tokens <= MAX_TOKENS {
                        look.tokens = look.tokens.wrapping_add(1);
                    }
                }
                if wide == 0x2a {
                    return Err(FrameError::ChecksumSyntax);
                }
                if wide < 0x20 || wide == 0x24 {
                    return Err(FrameError::Byte);
                }
            }
        }
        look.has_empty |= after_space;
        Ok(look)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use core::iter::repeat_n;
    use std::string::String;

    use proptest::prelude::*;

    use super::Look;
    use crate::{FrameError, MAX_TOKENS, Sender, lanes};

    proptest! {
        #[test]
        fn a_chip_sees_in_each_byte_what_a_host_sees_at_once(
            content in "[A-Z]{2}( {1,2}:?[!-#%-)+-\\]_-~]{1,5}){1,12} {0,2}",
        ) {
            let content = content.as_bytes();
            let xor = lanes::clean_xor(content);
            if let Some(xor) = xor {
                prop_assert_eq!(Look::one_by_one(content), Ok(Look::at_once(content, xor, Sender::Client)));
            }
            prop_assert!(xor.is_some() || content.len() < size_of::<u64>());
        }

        #[test]
        fn neither_lets_a_reserved_byte_pass(
            before in "[ -#%-)+-\\]_-~]{8,20}",
            byte in prop_oneof![0..=0x1f_u8, Just(b'$'), Just(b'*'), Just(b'^'), 0x7f..=0xff_u8],
            behind in "[ -#%-)+-\\]_-~]{0,20}",
        ) {
            let content = [before.as_bytes(), &[byte], behind.as_bytes()].concat();
            prop_assert_eq!(lanes::clean_xor(&content), None);
            let syntax = matches!(byte, b'*' | b'^');
            let error = if syntax { FrameError::ChecksumSyntax } else { FrameError::Byte };
            prop_assert_eq!(Look::one_by_one(&content), Err(error));
        }
    }

    #[test]
    fn eleven_tokens_are_one_too_many_and_more_are_not_counted() {
        for tokens in 3..40_u8 {
            let content = ["GS"].into_iter().chain(repeat_n(" 1", usize::from(tokens) - 1));
            let content: String = content.collect();
            let look = Look::over(content.as_bytes(), Sender::Client);
            assert_eq!(look.map(|look| look.tokens), Ok(tokens.min(MAX_TOKENS + 1)));
        }
    }
}
