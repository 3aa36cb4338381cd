//! Arguments as a controller reads them: no check of anything.

use rapi_core::types::{
    Amps, DeciCelsius, KilowattHours, LcdColour, LcdText, LcdType, MennekesAction, MilliAmps,
    MilliVolts, Milliseconds, QuarterHours, Relay, Seconds, ServiceLevel, Thermistor, WattHours,
    Wrapped16,
};
use rapi_core::{Field as _, Kind};

use super::Generation;
use super::line::Line;

/// The words behind a code, one after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'a> {
    line: &'a Line,
    next: u8,
    count: u8,
    generation: Generation,
    /// How many there are is not looked at: a missing one is read where an older line had it.
    uncounted: bool,
}

impl<'a> Words<'a> {
    pub(super) const fn new(line: &'a Line, count: u8, generation: Generation) -> Self {
        Self { line, next: 1, count, generation, uncounted: false }
    }

    /// The same words, but how many there are does not matter.
    pub(super) const fn uncounted(self) -> Self {
        Self { uncounted: true, ..self }
    }

    /// How many words are left.
    pub(super) const fn left(&self) -> u8 {
        self.count.saturating_sub(self.next)
    }

    /// Takes the next word.
    pub(super) fn word(&mut self) -> Option<Word<'a>> {
        if self.left() == 0 && !self.uncounted {
            return None;
        }
        let bytes = self.line.token(self.next);
        self.next = self.next.saturating_add(1);
        Some(Word { bytes, generation: self.generation })
    }

    /// Takes the next word as an argument.
    pub(super) fn read<T: Argument>(&mut self) -> Option<T> {
        T::read(self)
    }

    /// Takes a fixed word: of a letter only the first character counts, a number is cut to a byte.
    pub(super) fn fixed(&mut self, fixed: &[u8]) -> Option<()> {
        let word = self.word()?;
        let same = match fixed.first() {
            Some(first) if first.is_ascii_digit() => {
                let number = Word { bytes: fixed, generation: self.generation };
                low8(word.number()) == low8(number.number())
            }
            first => word.bytes.first() == first,
        };
        same.then_some(())
    }

    /// Takes a word that switches something on or off by its first character.
    pub(super) fn switch(&mut self) -> Option<bool> {
        match self.word()?.first() {
            b'0' => Some(false),
            b'1' => Some(true),
            _ => None,
        }
    }

    /// Whether nothing is left, or nobody looks.
    pub(super) fn end(&self) -> Option<()> {
        (self.left() == 0 || self.uncounted).then_some(())
    }
}

/// One word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    bytes: &'a [u8],
    generation: Generation,
}

impl Word<'_> {
    /// Returns the first character; NUL for an empty word.
    pub(super) fn first(&self) -> u8 {
        self.bytes.first().copied().unwrap_or(0)
    }

    /// Every character adds its distance from `0`, whatever it is.
    // See spec/rapi.md#numbers-unchecked.
    fn number(&self) -> i32 {
        match self.bytes.split_first() {
            Some((b'-', digits)) if self.generation == Generation::V9 => {
                decimal(digits).wrapping_neg()
            }
            _ => decimal(self.bytes),
        }
    }

    /// A calibration: firmware 3.x reads these with the C library, which knows a minus sign.
    fn calibration(&self) -> i32 {
        if self.generation != Generation::V3 {
            return self.number();
        }
        let (negative, digits) = match self.bytes.split_first() {
            Some((b'-', digits)) => (true, digits),
            _ => (false, self.bytes),
        };
        let end = digits.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
        let value = decimal(digits.get(..end).unwrap_or_default());
        if negative { value.wrapping_neg() } else { value }
    }
}

fn decimal(digits: &[u8]) -> i32 {
    digits.iter().fold(0, |value: i32, &byte| {
        // A `char` is signed on these chips.
        let digit = i32::from(i8::from_le_bytes([byte])).wrapping_sub(i32::from(b'0'));
        value.wrapping_mul(10).wrapping_add(digit)
    })
}

/// Cut to the size of the argument.
const fn low8(value: i32) -> u8 {
    value.to_le_bytes()[0]
}

/// Cut to the size of the argument.
const fn low16(value: i32) -> [u8; 2] {
    let [low, high, ..] = value.to_le_bytes();
    [low, high]
}

/// What an argument of the table is read as.
pub(super) trait Argument: Sized {
    /// Takes the argument from the next word or words; `None` is `$NK`.
    fn read(words: &mut Words<'_>) -> Option<Self>;
}

macro_rules! arguments {
    ($($Type:ty: |$word:ident| $read:expr;)+) => {$(
        impl Argument for $Type {
            fn read(words: &mut Words<'_>) -> Option<Self> {
                let $word = words.word()?;
                $read
            }
        }
    )+};
}

arguments! {
    bool: |word| Some(word.first() != b'0');
    u8: |word| Some(low8(word.number()));
    u16: |word| Some(Self::from_le_bytes(low16(word.calibration())));
    u32: |word| Some(Self::from_le_bytes(word.number().to_le_bytes()));
    Amps: |word| Some(Self(low8(word.number())));
    MilliAmps: |word| Some(Self(word.number()));
    MilliVolts: |word| Some(Self(word.number()));
    WattHours: |word| Some(Self(u32::from_le_bytes(word.number().to_le_bytes())));
    QuarterHours: |word| Some(Self(low8(word.number())));
    KilowattHours: |word| Some(Self(low8(word.number())));
    // Kept in 16 bits, which are told as a signed number.
    Seconds: |word| Some(Self(u32::from(u16::from_le_bytes(low16(word.number())))));
    Milliseconds: |word| Some(Self(u16::from(low8(word.number()))));
    DeciCelsius: |word| Some(Self(i16::from_le_bytes(low16(word.number()))));
    Wrapped16: |word| Some(Self(i16::from_le_bytes(low16(word.calibration()))));
    LcdColour: |word| Some(Self(low8(word.number())));
    LcdType: |word| Some(if word.first() == b'0' { Self::Monochrome } else { Self::Rgb });
    ServiceLevel: |word| Self::from_word(word.first().into(), Kind::Letter);
    MennekesAction: |word| Self::from_word(word.first().into(), Kind::Letter);
    Relay: |word| match low8(word.number()) {
        1 => Some(Self::Dc1),
        2 => Some(Self::Dc2),
        3 => Some(Self::Ac),
        _ => None,
    };
}

/// All words that are left: at least one, unless nobody counts.
impl Argument for LcdText {
    fn read(words: &mut Words<'_>) -> Option<Self> {
        let left = match words.left() {
            0 if words.uncounted => 1,
            0 => return None,
            left => left,
        };
        let words = core::iter::from_fn(|| words.word()).take(usize::from(left));
        Some(Self::from_words(words.map(|word| word.bytes)))
    }
}

/// None or all four of them.
impl Argument for Option<Thermistor> {
    fn read(words: &mut Words<'_>) -> Option<Self> {
        if words.left() == 0 {
            return Some(None);
        }
        Some(Some(Thermistor {
            r25: words.read()?,
            beta: words.read()?,
            offset: words.read()?,
            panic: words.read()?,
        }))
    }
}
