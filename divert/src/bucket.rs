//! The rule: a bucket of watt-hours for starts and stops, and regret for changes of the current.
//!
//! A watt-hour is worth taking if at least the sun share θ of it is sun. The bucket holds what the sun
//! has earned above that; clouds draw it down. A change of the current is made when not having made it
//! has cost as much as a change may cost.

use crate::ladder::{Ladder, energy};
use crate::save::{Reader, Writer};
use crate::sun::Sun;
use crate::units::WattHours;

/// What a change of the current may cost: six tenths of a watt-hour, on top of [`UNCLEAR`].
const CHANGE: i32 = 2240;

/// How far below what is worth a start the surplus must be for a stop, in watts: under a grey sky it
/// hovers about there.
const HOVER: i32 = 128;

/// What a current may be better by without anybody noticing: 1/32 of an ampere's power, as a shift.
/// The mains are not at the configured voltage, so that the surplus looks different at each current;
/// without this the rule would waver between two that are worth about the same.
const UNCLEAR: u32 = 5;

/// What one start may lose to the grid in all, whatever the bucket says.
pub(crate) const HARD_BUDGET: WattHours = WattHours(120);
const HARD_BUDGET_WS: i32 = 3600 * HARD_BUDGET.0 as i32;

/// One reading: the surplus, and for how long it counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) surplus: i32,
    /// Where a fall ends, as far as one can tell.
    pub(crate) ahead: i32,
    pub(crate) expected: i32,
    pub(crate) ticks: i32,
}

impl Sample {
    pub(crate) fn new(sun: &Sun, ahead: i32, ticks: i32) -> Self {
        Self { surplus: sun.surplus(), ahead, expected: sun.expected(), ticks }
    }
}

/// What a reading leads to while charging.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Empty,
    OverBudget,
    Guard,
    Go,
}

// In the order of `Divert`.
#[derive(Clone, Debug)]
#[repr(C)]
pub(crate) struct Bucket {
    /// The present current.
    pub(crate) slot: u8,
    /// Watt-seconds in the bucket.
    pub(crate) level: i32,
    /// Watt-seconds lost since the start.
    pub(crate) debt: i32,
    /// What the best current would have brought more, in watt-seconds.
    pub(crate) regret: i32,
}

impl Bucket {
    pub(crate) const fn new() -> Self {
        Self { level: 0, debt: 0, regret: 0, slot: 0 }
    }

    pub(crate) fn write(&self, to: &mut Writer) {
        for value in [self.level, self.debt, self.regret] {
            to.i32(value);
        }
        to.byte(self.slot);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Self {
        let [level, debt, regret] = [MOST_DEBT, MOST_DEBT, CHANGE].map(|most| from.i32(0, most));
        Self { level, debt, regret, slot: from.byte().min(80) }
    }

    /// Counts a reading while not charging. Returns whether the bucket is full enough for a start.
    pub(crate) fn fill(&mut self, ladder: &Ladder, sample: Sample, enough: i32) -> bool {
        let mut gain = ladder.best_gain(sample.expected);
        if sample.surplus <= ladder.threshold() {
            gain = gain.min(0);
        }
        let level = self.level.wrapping_add(energy(gain, sample.ticks));
        self.level = level.clamp(0, enough);
        self.level == enough && gain > 0
    }

    /// Begins to charge with the best current and a full bucket.
    pub(crate) fn start(&mut self, ladder: &Ladder, surplus: i32, full: i32) {
        self.level = full;
        self.debt = 0;
        self.move_to(ladder.best(surplus));
    }

    /// Counts a reading while charging.
    pub(crate) fn run(
        &mut self,
        ladder: &Ladder,
        sample: Sample,
        full: i32,
        may_stop: bool,
    ) -> Verdict {
        // Nothing here can overflow: a level is at most 1000 Wh, a sample at most 72 kW for a minute.
        let Sample { surplus, ahead, expected, ticks } = sample;
        let earned = energy(ladder.best_gain(expected), ticks);
        self.level = self.level.wrapping_add(earned).clamp(0, full);
        let lost = energy(ladder.gain(self.slot, surplus), ticks);
        self.debt = self.debt.wrapping_sub(lost).clamp(0, MOST_DEBT);

        if may_stop && self.spent() && surplus < ladder.threshold().wrapping_sub(HOVER) {
            return if self.level == 0 { Verdict::Empty } else { Verdict::OverBudget };
        }
        if ladder.above_lowest(self.slot) > surplus {
            self.move_to(ladder.best(surplus));
            return Verdict::Guard;
        }
        let best = ladder.best(ahead);
        let better = ladder.better(best, self.slot, ahead).wrapping_sub(ladder.step >> UNCLEAR);
        self.regret = self.regret.wrapping_add(energy(better.max(0), ticks));
        if self.regret >= CHANGE {
            self.move_to(best);
        }
        Verdict::Go
    }

    /// Whether a stop is due as soon as the sun is too weak for the least current.
    pub(crate) const fn spent(&self) -> bool {
        self.level == 0 || self.debt >= HARD_BUDGET_WS
    }

    /// Changes the current and forgets the regret.
    #[inline(never)]
    pub(crate) const fn move_to(&mut self, slot: u8) {
        self.slot = slot;
        self.regret = 0;
    }
}

/// A debt beyond this is the same: 5 kWh.
const MOST_DEBT: i32 = 18_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_needs_less_sun_than_the_start_did_and_an_empty_bucket() {
        let ladder = Ladder { lowest: 1440, step: 240, share: 14_368, top: 26, min: 6 };
        let least = ladder.threshold().wrapping_sub(HOVER);
        let run = |surplus, level, may_stop| {
            let sample = Sample { surplus, ahead: surplus, expected: 0, ticks: 640 };
            Bucket { level, ..Bucket::new() }.run(&ladder, sample, 57_600, may_stop)
        };
        assert_eq!(run(least, 0, true), Verdict::Go);
        assert_eq!(run(least.wrapping_sub(1), 0, true), Verdict::Empty);
        assert_eq!(run(least.wrapping_sub(1), 0, false), Verdict::Go);
        assert_eq!(run(least.wrapping_sub(1), 57_600, true), Verdict::Go);
    }
}
