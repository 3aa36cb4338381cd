//! The currents that may be offered now, and what each of them is worth.
//!
//! No product here overflows: 80 A on three phases of 300 V are 72 kW, a reading counts for 3840 ticks
//! at most, and a share has 14 bits.

use crate::units::Amps;

/// Ticks in a second, as a shift.
const TICK_SHIFT: u32 = 6;

/// Fraction bits of a share.
pub(crate) const SHARE_SHIFT: u32 = 14;

/// An ampere more needs a smaller share of sun than a watt-hour as such, by 3 %: it has no relay to wear.
const EASIER: i32 = 500;

/// Turns watts during `ticks` into watt-seconds.
pub(crate) const fn energy(power: i32, ticks: i32) -> i32 {
    power.wrapping_mul(ticks) >> TICK_SHIFT
}

/// Turns milliseconds, at most a minute, into ticks.
pub(crate) fn ticks(ms: u32) -> i32 {
    let ms = i32::try_from(ms).unwrap_or(i32::MAX).min(60_000);
    // 4195 / 2^16 is 8 / 125 to less than two parts in a million.
    ms.wrapping_mul(4195).wrapping_add(1 << 15) >> 16
}

/// The currents from the least one up to the limit of this moment, numbered from 0 ("slots").
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ladder {
    /// Power at the least current.
    pub(crate) lowest: i32,
    /// Power of one ampere.
    pub(crate) step: i32,
    /// Sun share with [`SHARE_SHIFT`] fraction bits.
    pub(crate) share: i32,
    /// The highest slot.
    pub(crate) top: u8,
    /// The least current.
    pub(crate) min: u8,
}

impl Ladder {
    pub(crate) const fn amps(&self, slot: u8) -> Amps {
        Amps(self.min.wrapping_add(slot))
    }

    pub(crate) const fn highest(&self) -> Amps {
        self.amps(self.top)
    }

    /// What power costs: it must be this much sun to be worth taking.
    const fn cost(&self, power: i32) -> i32 {
        power.wrapping_mul(self.share) >> SHARE_SHIFT
    }

    /// The same for what is taken on top of the least current.
    const fn marginal_cost(&self, power: i32) -> i32 {
        power.wrapping_mul(self.share.wrapping_sub(EASIER)) >> SHARE_SHIFT
    }

    /// Surplus from which the least current is worth taking.
    pub(crate) const fn threshold(&self) -> i32 {
        self.cost(self.lowest)
    }

    const fn power(&self, slot: u8) -> i32 {
        self.lowest.wrapping_add(self.above_lowest(slot))
    }

    /// How much `slot` takes above the least current.
    pub(crate) const fn above_lowest(&self, slot: u8) -> i32 {
        self.step.wrapping_mul(slot as i32)
    }

    /// g(c, Y) = min(P, Y) − θ·P, in watts.
    pub(crate) fn gain(&self, slot: u8, surplus: i32) -> i32 {
        let power = self.power(slot);
        power.min(surplus).wrapping_sub(self.cost(power))
    }

    /// The greatest gain of any slot. [`best`](Self::best) may be one above the slot that has it.
    pub(crate) fn best_gain(&self, surplus: i32) -> i32 {
        let best = self.best(surplus);
        self.gain(best, surplus).max(self.gain(best.saturating_sub(1), surplus))
    }

    /// How much more `slot` is worth than `other`, in watts.
    pub(crate) fn better(&self, slot: u8, other: u8, surplus: i32) -> i32 {
        let taken = |slot| self.power(slot).min(surplus);
        let more = self.above_lowest(slot).wrapping_sub(self.above_lowest(other));
        taken(slot).wrapping_sub(taken(other)).wrapping_sub(self.marginal_cost(more))
    }

    /// The smallest slot with the greatest gain: whole steps, and one more if enough of it is sun.
    pub(crate) fn best(&self, surplus: i32) -> u8 {
        let missing = self.step.wrapping_sub(self.marginal_cost(self.step)).wrapping_sub(1);
        let mut above = surplus.wrapping_sub(self.lowest).wrapping_add(missing);
        // A division: there are less than 128 slots, and the compiler's would take 250 bytes of flash.
        let (mut slot, mut bit) = (0, 64);
        while bit > 0 {
            let part = self.above_lowest(bit);
            if above >= part {
                above = above.wrapping_sub(part);
                slot |= bit;
            }
            bit >>= 1;
        }
        slot.min(self.top)
    }
}
