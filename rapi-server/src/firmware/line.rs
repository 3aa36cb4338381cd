//! One line as a controller's buffer holds it: nothing is erased, so that old bytes show through.

use rapi_core::{Code, SeqId};

use super::words::Words;
use super::{Firmware, Generation};

/// The largest buffer of any firmware: 40 bytes with `$` and NUL.
const CAPACITY: usize = 40;

/// How many tokens a controller has room for.
const TOKENS: usize = rapi_core::MAX_TOKENS as usize;

/// Buffer and token pointers, kept over lines as the memory of a controller is.
///
/// A few habits come from what is left in it: a lone `:` is an id that reads behind its end, and
/// `SK` without a number stores whatever its pointer still points to.
// See spec/rapi.md#odd-ids.
#[derive(Clone, Debug)]
pub(super) struct Line {
    bytes: [u8; CAPACITY],
    len: u8,
    collecting: bool,
    /// Where each token begins; 0 is a pointer that was never set.
    tokens: [u8; TOKENS],
}

/// What a line was taken apart into.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parsed {
    pub(super) code: Code,
    /// Tokens, the code included and the id excluded.
    pub(super) count: u8,
    pub(super) seq: Option<SeqId>,
    /// There were more tokens than there is room for, and nobody looked.
    pub(super) overrun: bool,
}

/// The line is damaged: `$NK`, without an id.
#[derive(Clone, Copy, Debug)]
pub(super) struct Damaged;

impl Line {
    pub(super) const fn new() -> Self {
        Self { bytes: [0; CAPACITY], len: 0, collecting: false, tokens: [0; TOKENS] }
    }

    /// Takes one byte and returns whether it ended a line of at most `max` bytes.
    pub(super) fn push(&mut self, byte: u8, max: u8) -> bool {
        if byte == b'$' {
            self.collecting = true;
            self.len = 0;
        } else if !self.collecting {
            return false;
        }
        let ends = byte == b'\r';
        let stored = if ends { 0 } else { byte };
        match self.bytes.get_mut(usize::from(self.len)) {
            // One place more for the NUL; a line that fills that one too is dropped silently.
            // See spec/rapi.md#too-long.
            Some(place) if self.len <= max => *place = stored,
            _ => {
                self.collecting = false;
                return false;
            }
        }
        if ends {
            self.collecting = false;
        } else {
            self.len = self.len.saturating_add(1);
        }
        ends
    }

    /// Forgets a line that has begun, and all that is left of older ones.
    pub(super) const fn reset(&mut self) {
        *self = Self::new();
    }

    /// Cuts the line at its spaces and compares the checksum, if there is one.
    pub(super) fn parse(&mut self, firmware: Firmware) -> Result<Parsed, Damaged> {
        let generation = firmware.generation;
        let mut xor = b'$';
        let mut sum = b'$';
        let mut count = 0_u8;
        let mut overrun = false;
        self.begin_token(&mut count, 1);
        let mut at = 1_u8;
        loop {
            match self.byte(at) {
                // The end of a C string: what follows is not seen, a checksum neither.
                // See spec/rapi.md#nul.
                0 => break,
                // As the first byte it is taken for a part of the code.
                mark @ (b'^' | b'*') if at > 1 => {
                    self.set(at, 0);
                    let promised = self.hex(at.saturating_add(1), generation);
                    let actual = if mark == b'^' { xor } else { sum };
                    if promised != actual {
                        return Err(Damaged);
                    }
                    break;
                }
                byte => {
                    xor ^= byte;
                    sum = sum.wrapping_add(byte);
                    if byte == b' ' {
                        self.set(at, 0);
                        if !self.begin_token(&mut count, at.saturating_add(1)) {
                            if generation != Generation::V3 {
                                return Err(Damaged);
                            }
                            overrun = true;
                        }
                    }
                }
            }
            at = at.saturating_add(1);
        }
        let ids = firmware.dialect.has_sequence_ids();
        let seq = if ids { self.take_id(&mut count) } else { None };
        let code = Code::new([self.byte(1), self.byte(2)]);
        Ok(Parsed { code, count, seq: seq.and_then(SeqId::new), overrun })
    }

    /// Returns the words behind the code.
    pub(super) const fn words(&self, parsed: Parsed, generation: Generation) -> Words<'_> {
        Words::new(self, parsed.count, generation)
    }

    /// Returns a token up to its NUL. One that this line has not is where it was in an older line.
    pub(super) fn token(&self, number: u8) -> &[u8] {
        let begin = match self.tokens.get(usize::from(number)) {
            Some(&begin) if begin > 0 => usize::from(begin),
            _ => return &[],
        };
        let bytes = self.bytes.get(begin..).unwrap_or_default();
        let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
        bytes.get(..end).unwrap_or_default()
    }

    /// Cuts the first four words to the digit 0, if all of them begin with it.
    pub(super) fn cut_zeros(&mut self) {
        let words = 1..=4;
        if words.clone().all(|number| self.token(number).first() == Some(&b'0')) {
            for number in words {
                let begin = self.tokens.get(usize::from(number)).copied().unwrap_or(0);
                self.set(begin.saturating_add(1), 0);
            }
        }
    }

    /// Returns whether there was room for it.
    fn begin_token(&mut self, count: &mut u8, begin: u8) -> bool {
        let place = self.tokens.get_mut(usize::from(*count));
        let fits = place.is_some();
        if let Some(place) = place {
            *place = begin;
            *count = count.saturating_add(1);
        }
        fits
    }

    /// An id is the last token if it begins with a colon and is not the only one.
    // See spec/rapi.md#sequence-id.
    fn take_id(&self, count: &mut u8) -> Option<u8> {
        let last = count.checked_sub(1).filter(|&last| last > 0)?;
        let begin = *self.tokens.get(usize::from(last))?;
        if self.byte(begin) != b':' {
            return None;
        }
        *count = last;
        Some(self.hex(begin.saturating_add(1), Generation::V8))
    }

    /// Reads two hexadecimal digits, or what is there instead.
    fn hex(&self, at: u8, generation: Generation) -> u8 {
        let (first, second) = (self.byte(at), self.byte(at.saturating_add(1)));
        if generation == Generation::V3 {
            let digit = |byte: u8| {
                if byte.is_ascii_lowercase() { 0 } else { hex_digit(byte).unwrap_or(0) }
            };
            return (digit(first) << 4) | digit(second);
        }
        // A NUL is skipped, with whatever lies behind it; anything else that is no digit is 00.
        // See spec/rapi.md#checksum-reading.
        match (first, hex_digit(first), second, hex_digit(second)) {
            (0, _, 0, _) => 0,
            (0, _, _, low) => low.unwrap_or(0),
            (_, Some(low), 0, _) => low,
            (_, Some(high), _, Some(low)) => (high << 4) | low,
            _ => 0,
        }
    }

    fn byte(&self, at: u8) -> u8 {
        self.bytes.get(usize::from(at)).copied().unwrap_or(0)
    }

    fn set(&mut self, at: u8, byte: u8) {
        if let Some(place) = self.bytes.get_mut(usize::from(at)) {
            *place = byte;
        }
    }
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit.to_le_bytes()[0])
}
