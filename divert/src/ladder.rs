//! The currents that may be offered now, and what each of them is worth.

use crate::units::Amps;

/// Ticks in a second, as a shift. Watts times ticks of one sample stay far inside an `i32`.
const TICK_SHIFT: u32 = 6;

/// Length of the tables that have an entry for each current: 6 to 48 A in whole amperes.
pub(crate) const SLOTS: usize = 43;

/// Fraction bits of the sun share: 72 kW, the most that is reckoned with, times one still fits.
pub(crate) const SHARE_SHIFT: u32 = 14;

/// Turns watts during `ticks` into watt-seconds.
pub(crate) const fn energy(power: i32, ticks: i32) -> i32 {
    power.saturating_mul(ticks) >> TICK_SHIFT
}

/// Turns milliseconds, at most a minute, into ticks.
pub(crate) fn ticks(ms: u32) -> i32 {
    let ticks = ms.min(60_000).saturating_mul(8).saturating_add(62) / 125;
    i32::try_from(ticks).unwrap_or(0)
}

/// The currents from the least one up to the limit of this moment, numbered from 0 ("slots").
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ladder {
    /// Power at the least current.
    pub(crate) lowest: i32,
    /// Power from one slot to the next.
    pub(crate) step: i32,
    /// Sun share with [`SHARE_SHIFT`] fraction bits.
    pub(crate) share: i32,
    /// The highest slot.
    pub(crate) top: u8,
    /// The least current.
    pub(crate) min: u8,
    /// Amperes from one slot to the next.
    pub(crate) stride: u8,
    /// The greatest current; it may lie between two slots.
    pub(crate) highest: Amps,
}

impl Ladder {
    pub(crate) const fn amps(&self, slot: u8) -> Amps {
        Amps(self.min.saturating_add(slot.saturating_mul(self.stride)))
    }

    /// What power costs: it must be this much sun to be worth taking.
    const fn cost(&self, power: i32) -> i32 {
        power.saturating_mul(self.share) >> SHARE_SHIFT
    }

    /// Surplus from which the least current is worth taking.
    pub(crate) const fn threshold(&self) -> i32 {
        self.cost(self.lowest)
    }

    fn power(&self, slot: u8) -> i32 {
        self.lowest.saturating_add(self.step.saturating_mul(i32::from(slot)))
    }

    /// How much `slot` takes above the least current.
    pub(crate) fn above_lowest(&self, slot: u8) -> i32 {
        self.step.saturating_mul(i32::from(slot))
    }

    /// g(c, Y) = min(P, Y) − θ·P, in watts.
    pub(crate) fn gain(&self, slot: u8, surplus: i32) -> i32 {
        let power = self.power(slot);
        power.min(surplus).saturating_sub(self.cost(power))
    }

    /// The smallest slot with the greatest gain: whole steps, and one more if enough of it is sun.
    pub(crate) fn best(&self, surplus: i32) -> u8 {
        let above = surplus.saturating_sub(self.lowest).max(0);
        let whole = above.checked_div(self.step).unwrap_or(0);
        let rest = above.saturating_sub(whole.saturating_mul(self.step));
        let slot = whole.saturating_add(i32::from(rest > self.cost(self.step)));
        u8::try_from(slot).unwrap_or(u8::MAX).min(self.top)
    }

    /// The gains of all slots during `ticks`, in watt-seconds, then without end that of a slot that is
    /// out of reach. Additions only: this runs for every slot of every sample.
    pub(crate) fn gains(&self, surplus: i32, ticks: i32) -> impl Iterator<Item = i32> + use<> {
        let surplus = surplus.saturating_mul(ticks);
        let step = self.step.saturating_mul(ticks);
        let lowest = self.lowest.saturating_mul(ticks);
        let (cost_step, cost) = (self.fine_cost(step), self.fine_cost(lowest));
        let offered = (0..=self.top).scan((lowest, cost), move |at, _| {
            let gain = at.0.min(surplus).saturating_sub(at.1) >> TICK_SHIFT;
            *at = (at.0.saturating_add(step), at.1.saturating_add(cost_step));
            Some(gain)
        });
        offered.chain(core::iter::repeat(i32::MIN))
    }

    fn fine_cost(&self, scaled_power: i32) -> i32 {
        let cost = i64::from(scaled_power).saturating_mul(i64::from(self.share)) >> SHARE_SHIFT;
        i32::try_from(cost).unwrap_or(i32::MAX)
    }
}
