//! The rule: a bucket of watt-hours for starts and stops, and regret for changes of the current.
//!
//! A watt-hour is worth taking if at least the sun share θ of it is sun. The bucket holds what the sun
//! has earned above that; clouds draw it down. A change of the current is made when not having made it
//! has cost as much as a change may cost.

use crate::ladder::{Ladder, SLOTS, energy};
use crate::sun::Sun;

/// What a change of the current may cost: a third of a watt-hour.
const CHANGE: i16 = 1200;

/// What one start may lose to the grid in all, whatever the bucket says: 120 Wh.
pub(crate) const HARD_BUDGET: i32 = 432_000;

/// One reading: the surplus, and for how long it counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) surplus: i32,
    pub(crate) smoothed: i32,
    pub(crate) ticks: i32,
}

impl Sample {
    pub(crate) fn new(sun: &Sun, ticks: i32) -> Self {
        Self { surplus: sun.surplus(), smoothed: sun.smoothed(), ticks }
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

#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    /// Watt-seconds in the bucket.
    pub(crate) level: i32,
    /// Watt-seconds lost since the start.
    pub(crate) debt: i32,
    /// For each current, how much better the best one has been; −[`CHANGE`] at most.
    regret: [i16; SLOTS],
    /// The present current.
    pub(crate) slot: u8,
}

impl Bucket {
    pub(crate) const fn new() -> Self {
        Self { level: 0, debt: 0, regret: [0; SLOTS], slot: 0 }
    }

    /// Counts a reading while not charging. Returns whether the bucket is full enough for a start.
    pub(crate) fn fill(&mut self, ladder: &Ladder, sample: Sample, enough: i32) -> bool {
        let mut gain = ladder.gain(ladder.best(sample.smoothed), sample.smoothed);
        if ladder.gain(0, sample.surplus) <= 0 {
            gain = gain.min(0);
        }
        let level = self.level.saturating_add(energy(gain, sample.ticks));
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
        let Sample { surplus, smoothed, ticks } = sample;
        let earned = energy(ladder.gain(ladder.best(smoothed), smoothed), ticks);
        self.level = self.level.saturating_add(earned).clamp(0, full);
        let lost = energy(ladder.gain(self.slot, surplus), ticks);
        self.debt = self.debt.saturating_sub(lost).max(0);

        if may_stop && self.spent() && ladder.gain(0, surplus) < 0 {
            let empty = self.level == 0;
            return if empty { Verdict::Empty } else { Verdict::OverBudget };
        }
        if ladder.above_lowest(self.slot) > surplus {
            let best = ladder.best(surplus);
            if best < self.slot {
                self.move_to(best);
            }
            return Verdict::Guard;
        }
        self.settle(ladder, surplus, ticks);
        Verdict::Go
    }

    /// Whether a stop is due as soon as the sun is too weak for the least current.
    pub(crate) const fn spent(&self) -> bool {
        self.level == 0 || self.debt >= HARD_BUDGET
    }

    /// Changes the current and forgets the regrets.
    pub(crate) fn move_to(&mut self, slot: u8) {
        self.slot = slot;
        self.regret = [-CHANGE; SLOTS];
        self.set_regret(slot, 0);
    }

    fn set_regret(&mut self, slot: u8, value: i16) {
        if let Some(regret) = self.regret.get_mut(usize::from(slot)) {
            *regret = value;
        }
    }

    fn settle(&mut self, ladder: &Ladder, surplus: i32, ticks: i32) {
        let gains = || ladder.gains(surplus, ticks);
        let sums = self.regret.iter().zip(gains());
        let most =
            sums.map(|(regret, gain)| i32::from(*regret).saturating_add(gain)).max().unwrap_or(0);
        for (regret, gain) in self.regret.iter_mut().zip(gains()) {
            let short = i32::from(*regret).saturating_add(gain).saturating_sub(most);
            *regret = i16::try_from(short).unwrap_or(-CHANGE).max(-CHANGE);
        }
        let present = self.regret.get(usize::from(self.slot)).copied().unwrap_or(-CHANGE);
        if present == -CHANGE {
            self.slot = self.nearest_best(ladder.best(surplus));
        }
    }

    /// The slot without regret; of several the one nearest to `best`.
    fn nearest_best(&self, best: u8) -> u8 {
        let slots = (0u8..).zip(&self.regret).filter(|(_, regret)| **regret == 0);
        slots.map(|(slot, _)| slot).min_by_key(|slot| slot.abs_diff(best)).unwrap_or(best)
    }
}
