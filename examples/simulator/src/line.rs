//! The serial line between client and station, with its faults.

use std::collections::VecDeque;

use crate::LineChange;
use crate::command::inside;

/// What a line does to the bytes on it, in both directions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "program", derive(serde::Serialize, schemars::JsonSchema))]
pub struct LineFaults {
    /// The probability that a byte is lost.
    pub loss: f64,
    /// The probability that a bit of a byte is flipped.
    pub corruption: f64,
    /// The probability that what arrives together arrives twice.
    pub duplication: f64,
    /// The longest delay, in milliseconds of the station; each piece waits a random part of it.
    pub delay_ms: u64,
}

const MAX_DELAY_MS: u64 = 60_000;

impl LineFaults {
    /// Returns these faults with a change.
    ///
    /// # Errors
    ///
    /// A sentence that names the field and says what it may be.
    pub fn with(mut self, change: &LineChange) -> Result<Self, String> {
        let LineChange { loss, corruption, duplication, delay_ms } = change;
        for (name, field, new) in [
            ("loss", &mut self.loss, loss),
            ("corruption", &mut self.corruption, corruption),
            ("duplication", &mut self.duplication, duplication),
        ] {
            inside(name, *new, 0.0..=1.0)?;
            *field = new.unwrap_or(*field);
        }
        inside("delay_ms", *delay_ms, 0..=MAX_DELAY_MS)?;
        self.delay_ms = delay_ms.unwrap_or(self.delay_ms);
        Ok(self)
    }
}

/// The two directions of the line.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Direction {
    ToStation,
    ToClient,
}

/// A line: bytes in, bytes out when they arrive, by a clock of the caller in milliseconds.
#[derive(Debug)]
pub(crate) struct Line {
    faults: LineFaults,
    random: fastrand::Rng,
    under_way: [VecDeque<(u64, Vec<u8>)>; 2],
}

impl Line {
    pub(crate) fn new(faults: LineFaults, seed: u64) -> Self {
        Self { faults, random: fastrand::Rng::with_seed(seed), under_way: Default::default() }
    }

    pub(crate) const fn faults(&self) -> LineFaults {
        self.faults
    }

    pub(crate) const fn set_faults(&mut self, faults: LineFaults) {
        self.faults = faults;
    }

    /// Whether bytes pass as they are and at once.
    pub(crate) fn is_perfect(&self) -> bool {
        self.faults == LineFaults::default() && self.under_way.iter().all(VecDeque::is_empty)
    }

    /// Puts bytes on the line.
    pub(crate) fn carry(&mut self, direction: Direction, bytes: &[u8], now_ms: u64) {
        let LineFaults { loss, corruption, duplication, delay_ms } = self.faults;
        let mut piece = Vec::with_capacity(bytes.len());
        for &byte in bytes {
            if self.happens(loss) {
                continue;
            }
            let flip = if self.happens(corruption) { 1 << self.random.u8(..8) } else { 0 };
            piece.push(byte ^ flip);
        }
        if piece.is_empty() {
            return;
        }
        let twice = self.happens(duplication);
        let wait = if delay_ms == 0 { 0 } else { self.random.u64(..=delay_ms) };
        let queue = &mut self.under_way[direction as usize];
        // A line keeps the order.
        let due = queue.back().map_or(0, |(due, _)| *due).max(now_ms + wait);
        if twice {
            queue.push_back((due, piece.clone()));
        }
        queue.push_back((due, piece));
    }

    /// Takes what has arrived.
    pub(crate) fn arrived(&mut self, direction: Direction, now_ms: u64) -> Vec<u8> {
        let queue = &mut self.under_way[direction as usize];
        let mut bytes = Vec::new();
        while queue.front().is_some_and(|(due, _)| *due <= now_ms) {
            bytes.extend(queue.pop_front().map(|(_, piece)| piece).unwrap_or_default());
        }
        bytes
    }

    /// When something arrives.
    pub(crate) fn next(&self) -> Option<u64> {
        self.under_way.iter().filter_map(|queue| queue.front()).map(|(due, _)| *due).min()
    }

    fn happens(&mut self, probability: f64) -> bool {
        probability > 0.0 && self.random.f64() < probability
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANY: usize = 20_000;

    fn pass(faults: LineFaults, seed: u64) -> Vec<u8> {
        let mut line = Line::new(faults, seed);
        for _ in 0..MANY {
            line.carry(Direction::ToStation, b"U", 0);
        }
        line.arrived(Direction::ToStation, MAX_DELAY_MS)
    }

    #[test]
    fn without_faults_bytes_pass_as_they_are() {
        assert!(Line::new(LineFaults::default(), 1).is_perfect());
        assert_eq!(pass(LineFaults::default(), 1), [b'U'; MANY]);
    }

    #[test]
    fn each_fault_happens_as_often_as_it_is_told_and_the_same_for_a_seed() {
        let share = |count: usize| count as f64 / MANY as f64;
        let none = LineFaults::default();
        let lost = pass(LineFaults { loss: 0.1, ..none }, 7);
        assert!((share(lost.len()) - 0.9).abs() < 0.02, "{}", lost.len());
        let flipped = pass(LineFaults { corruption: 0.1, ..none }, 7);
        let wrong = flipped.iter().filter(|&&byte| byte != b'U').count();
        assert!((share(wrong) - 0.1).abs() < 0.02, "{wrong}");
        assert!(flipped.iter().all(|byte| (byte ^ b'U').count_ones() <= 1));
        let twice = pass(LineFaults { duplication: 0.1, ..none }, 7);
        assert!((share(twice.len()) - 1.1).abs() < 0.02, "{}", twice.len());
        assert_eq!(flipped, pass(LineFaults { corruption: 0.1, ..none }, 7));
        assert_ne!(flipped, pass(LineFaults { corruption: 0.1, ..none }, 8));
    }

    #[test]
    fn delays_keep_the_order() {
        let mut line = Line::new(LineFaults { delay_ms: 500, ..LineFaults::default() }, 3);
        let sent: Vec<u8> = (0..=255).collect();
        for (now, byte) in (0..).zip(&sent) {
            line.carry(Direction::ToClient, &[*byte], now);
        }
        let mut got = Vec::new();
        while let Some(next) = line.next() {
            let arrived = line.arrived(Direction::ToClient, next);
            assert!(!arrived.is_empty());
            got.extend(arrived);
        }
        assert_eq!(got, sent);
    }

    #[test]
    fn a_wrong_probability_is_named() {
        let change = LineChange { loss: Some(1.5), ..LineChange::default() };
        let problem = LineFaults::default().with(&change).unwrap_err();
        assert_eq!(problem, "loss: 1.5 is not from 0 to 1");
    }
}
