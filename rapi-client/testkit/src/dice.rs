//! Where decisions come from.

/// Decisions, from a seed or from bytes of a fuzzer. The same seed gives the same decisions for
/// ever, on every machine: a failure is reported by its seed.
#[derive(Clone, Debug)]
pub struct Dice(Source);

#[derive(Clone, Debug)]
enum Source {
    Seed(u64),
    Bytes { bytes: Vec<u8>, taken: usize },
}

impl Dice {
    /// Decisions from a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(Source::Seed(seed))
    }

    /// Decisions from bytes; behind their end come zeros, so that every input means something.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(Source::Bytes { bytes: bytes.to_vec(), taken: 0 })
    }

    /// Whether the bytes are used up. A seed never is.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        match &self.0 {
            Source::Seed(_) => false,
            Source::Bytes { bytes, taken } => *taken >= bytes.len(),
        }
    }

    /// A number below `end`; 0 if `end` is 0.
    pub fn below(&mut self, end: u32) -> u32 {
        let drawn = match &mut self.0 {
            Source::Seed(state) => split_mix(state),
            Source::Bytes { bytes, taken } => {
                let width = if end <= 256 { 1 } else { 2 };
                let drawn = bytes.iter().skip(*taken).take(width);
                *taken += width;
                drawn.fold(0, |number, &byte| number << 8 | u64::from(byte))
            }
        };
        u32::try_from(drawn % u64::from(end.max(1))).unwrap_or(0)
    }

    /// True once in so many times. The last of the possible numbers: a fuzzer's zeros say no.
    pub fn once_in(&mut self, times: u32) -> bool {
        self.below(times) == times.saturating_sub(1)
    }

    /// Any byte.
    pub fn byte(&mut self) -> u8 {
        self.below(256).to_le_bytes()[0]
    }
}

/// `SplitMix64`, by hand, so that no other crate can change what a seed means.
const fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    // The upper half: `below` takes a remainder.
    (mixed ^ (mixed >> 31)) >> 16
}
