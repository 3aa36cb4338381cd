//! Who decides what happens to a line.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::{Dice, Fault, Kind, Way};

/// Decides what happens to each line. Any `FnMut(Way, &[u8]) -> Vec<Fault>` is one.
pub trait Plan {
    /// What happens to this line.
    fn faults(&mut self, way: Way, line: &[u8]) -> Vec<Fault>;
}

impl<F: FnMut(Way, &[u8]) -> Vec<Fault>> Plan for F {
    fn faults(&mut self, way: Way, line: &[u8]) -> Vec<Fault> {
        self(way, line)
    }
}

/// Faults as the dice fall.
#[derive(Clone, Debug)]
pub struct Weather {
    dice: Dice,
    /// A line has a fault once in so many times.
    once_in: u32,
    /// Whether only that happens which a client without sequence ids can see through.
    mild: bool,
    doubles: bool,
    calm: bool,
    counts: BTreeMap<Kind, u64>,
}

/// What comes in between. Nothing here is a reply.
const NOTIFICATIONS: [&[u8]; 6] = [
    b"$AT 02 02 24 0700^30\r",
    b"$AT 00 00 0 0200^03\r",
    b"$AN 1^3A\r",
    b"$WF 02^17\r",
    b"$ST 02^01\r",
    b"$AB 00 8.2.3^1E\r",
];
const GARBAGE: [&[u8]; 4] = [b"\0\xff\x80", b"relayCloseMs: 100\r\n", b"$", b"\r\r\n"];
/// To a controller these are lines, which it answers.
const LINES: [&[u8]; 2] = [b"$$$\r", b"$OK ^^^ :01 \xfe\r"];

impl Weather {
    /// Bad weather: once in so many lines something happens.
    #[must_use]
    pub const fn new(dice: Dice, once_in: u32) -> Self {
        Self { dice, once_in, mild: false, doubles: true, calm: false, counts: BTreeMap::new() }
    }

    /// Leaves out what nobody can see through without sequence ids: lines that overtake each
    /// other, noise that is a line of its own to a controller, so that it answers once more, and
    /// damage that the checksum does not show. With ids a line that was damaged like that still has
    /// to have the right one; without, it is an answer, and all behind it are one too late.
    #[must_use]
    pub fn without_ids(self) -> Self {
        Self { mild: true, ..self }
    }

    /// Lets no line come twice. Without ids a client sees through four copies of one line, and a
    /// fuzzer finds out how to make five.
    #[must_use]
    pub fn without_doubles(self) -> Self {
        Self { doubles: false, ..self }
    }

    /// Begins and ends the calm, in which nothing happens.
    pub const fn set_calm(&mut self, calm: bool) {
        self.calm = calm;
    }

    /// What has happened so far, by kind.
    #[must_use]
    pub const fn counts(&self) -> &BTreeMap<Kind, u64> {
        &self.counts
    }

    /// Counts what somebody else did.
    pub fn count(&mut self, kind: Kind) {
        *self.counts.entry(kind).or_default() += 1;
    }

    fn draw(&mut self, way: Way, length: usize) -> Vec<Fault> {
        let dice = &mut self.dice;
        let answered = way == Way::ToClient || !self.mild;
        let bit = |dice: &mut Dice| 1_u8 << dice.below(8);
        let mild = self.mild;
        // Without its `$` a line runs into the one before, and of two faults together eight bits
        // let one in 256 through.
        let inside = |dice: &mut Dice| {
            let least = usize::from(mild);
            least + dice.below(u32::try_from(length.saturating_sub(least)).unwrap_or(1)) as usize
        };
        let place = |dice: &mut Dice| dice.below(u32::try_from(length + 1).unwrap_or(1)) as usize;
        let fault = match dice.below(13) {
            0 => Fault::Lose,
            1 if self.doubles => Fault::Twice,
            1 => Fault::Lose,
            2 => Fault::Late(u64::from(dice.below(40)) * 50_000),
            3 if !self.mild => Fault::Overtaken,
            3 | 4 => Fault::Flip { place: inside(dice), bits: bit(dice) },
            5 => {
                let bits = bit(dice);
                if self.mild {
                    // In one byte: in two of them a XOR may not show it, nor if one is a digit of
                    // the checksum.
                    let bits = bits | bits.rotate_left(1 + dice.below(7));
                    return vec![Fault::Flip { place: inside(dice), bits }];
                }
                // Twice the same column is what a XOR does not show.
                let other = if dice.once_in(2) { bits } else { bit(dice) };
                return vec![
                    Fault::Flip { place: inside(dice), bits },
                    Fault::Flip { place: inside(dice), bits: other },
                ];
            }
            6 => Fault::Put { place: inside(dice), byte: dice.byte() },
            7 if dice.once_in(2) => Fault::Skip { place: inside(dice) },
            7 => Fault::Cut { place: place(dice) },
            9 if answered => insert(place(dice), LINES[dice.below(2) as usize], Kind::Garbage),
            8 | 9 => insert(place(dice), GARBAGE[dice.below(4) as usize], Kind::Garbage),
            10 if answered => {
                insert(place(dice), NOTIFICATIONS[dice.below(6) as usize], Kind::Notification)
            }
            10 => Fault::Lose,
            11 => Fault::Pause { place: place(dice), time: u64::from(dice.below(20)) * 50_000 },
            _ => Fault::Slow(u64::from(dice.below(8)) * 5_000),
        };
        vec![fault]
    }
}

const fn insert(place: usize, bytes: &'static [u8], kind: Kind) -> Fault {
    Fault::Insert { place, bytes: Cow::Borrowed(bytes), kind }
}

impl Plan for Weather {
    fn faults(&mut self, way: Way, line: &[u8]) -> Vec<Fault> {
        if self.calm || !self.dice.once_in(self.once_in) {
            return Vec::new();
        }
        let mut faults = self.draw(way, line.len());
        // Misfortunes seldom come alone.
        if !self.mild && self.dice.once_in(8) {
            faults.extend(self.draw(way, line.len()));
        }
        let flips = faults.iter().filter(|fault| matches!(fault, Fault::Flip { .. })).count();
        for fault in &faults {
            if flips < 2 || !matches!(fault, Fault::Flip { .. }) {
                self.count(fault.kind());
            }
        }
        if flips > 1 {
            self.count(Kind::TwoBits);
        }
        faults
    }
}
