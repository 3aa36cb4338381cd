//! The surplus: what the car could take without taking it from the grid.

use crate::save::{Reader, Writer};
use crate::units::Watts;

/// Readings that are compared with the one before, to find by how many readings the meter is late.
const LAGS: usize = 10;

/// Above anything that a house exports; keeps the arithmetic small.
const MOST: i32 = 131_071;

/// A lag must be better by this much before it replaces the present one.
const MARGIN: u16 = 200;

const SCORE_CAP: u16 = 20_000;

/// So much more than [`SCORE_CAP`] fits.
const MOST_STEP: u32 = (u16::MAX - SCORE_CAP) as u32;

/// Fraction bits of the running means.
const FRACTION: u32 = 12;

/// The fast mean forgets in 1524 s: 2^16 ticks times 64 / 43. The slow one in four times that.
const FACTOR: i32 = 43;

/// Between two readings, in milliseconds: so fast a feed changes nothing.
const FAST: u32 = 500;

/// The same while the meter may not have seen all of the car's steps yet: so that [`LAGS`] readings
/// reach over a minute.
pub(crate) const CAREFUL: u32 = 8_000;

/// Falls of the surplus are kept in steps of 32 W, as a shift: in a byte that is there anyway.
const FALL_SHIFT: u32 = 5;

/// What falls twice in a row falls two and a half times as much again.
const FURTHER: i32 = (5 << FALL_SHIFT) / 2;

/// A car draws the same as before if it differs by no more than this, in watts.
const STEADY: u16 = 60;

// In the order of `Divert`.
#[derive(Clone, Debug)]
#[repr(C)]
pub(crate) struct Sun {
    known: bool,
    grid_known: bool,
    lag: u8,
    /// By how much the surplus fell with the last reading.
    fall: u8,
    surplus: u16,
    /// What the car drew at the last readings, newest first.
    ev: [u16; LAGS + 1],
    /// How unsteady the surplus has looked with each lag.
    score: [u16; LAGS],
    /// Running means of the surplus, with [`FRACTION`] fraction bits.
    fast: i32,
    slow: i32,
    /// The grid reading before.
    grid: i32,
}

impl Sun {
    pub(crate) const fn new() -> Self {
        Self {
            fast: 0,
            slow: 0,
            grid: 0,
            ev: [0; LAGS + 1],
            score: [0; LAGS],
            surplus: 0,
            fall: 0,
            lag: 0,
            known: false,
            grid_known: false,
        }
    }

    pub(crate) fn write(&self, to: &mut Writer) {
        for value in [self.fast, self.slow, self.grid] {
            to.i32(value);
        }
        self.ev.iter().chain(&self.score).for_each(|value| to.u16(*value));
        to.u16(self.surplus);
        to.byte(self.lag);
        to.byte(self.fall);
        to.byte(u8::from(self.known) | u8::from(self.grid_known) << 1);
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Self {
        let mut sun = Self::new();
        let most = i32::from(u16::MAX) << FRACTION;
        sun.fast = from.i32(0, most);
        sun.slow = from.i32(0, most);
        sun.grid = from.i32(-MOST, MOST);
        sun.ev.iter_mut().for_each(|value| *value = from.u16());
        sun.score.iter_mut().for_each(|value| *value = from.u16().min(SCORE_CAP));
        sun.surplus = from.u16();
        sun.lag = from.byte();
        sun.fall = from.byte();
        let flags = from.byte();
        sun.known = flags & 1 != 0;
        sun.grid_known = flags & 2 != 0;
        sun
    }

    /// Whether there has been a reading.
    pub(crate) const fn known(&self) -> bool {
        self.known
    }

    /// The least time between two readings of a feed that are used, in milliseconds.
    pub(crate) fn shortest(&self, grid: bool, ev: u16) -> u32 {
        let steady = |before: &u16| before.abs_diff(ev) <= STEADY;
        if grid && !self.ev.iter().all(steady) { CAREFUL } else { FAST }
    }

    pub(crate) fn surplus(&self) -> i32 {
        i32::from(self.surplus)
    }

    /// The surplus that is to be expected: a quarter of the way back towards its mean of 25 minutes,
    /// because clouds and gaps pass, and with nearly half of its trend over 100 minutes, because the sun rises
    /// and sets.
    pub(crate) fn expected(&self) -> i32 {
        let surplus = self.surplus();
        let trend = self.fast.wrapping_sub(self.slow) >> FRACTION;
        let off =
            self.mean().wrapping_sub(surplus).wrapping_mul(16).wrapping_add(trend.wrapping_mul(29));
        surplus.wrapping_add(off >> 6)
    }

    /// The mean of 25 minutes.
    pub(crate) const fn mean(&self) -> i32 {
        self.fast >> FRACTION
    }

    /// Takes a reading, `ticks` after the one before, while the car drew `ev`. `sparse` says that there
    /// were others in between. Returns where the surplus will be when the edge of a cloud has passed.
    pub(crate) fn take_reading(
        &mut self,
        Watts(power): Watts,
        grid: bool,
        ev: u16,
        ticks: i32,
        sparse: bool,
    ) -> i32 {
        let surplus = if grid {
            self.grid(power, ev, sparse)
        } else {
            self.grid_known = false;
            power
        };
        self.take(surplus, ticks)
    }

    fn grid(&mut self, power: i32, ev: u16, sparse: bool) -> i32 {
        let power = power.clamp(-MOST, MOST);
        if self.grid_known {
            self.estimate_lag(ev, power.wrapping_sub(self.grid));
        } else {
            self.ev = [ev; LAGS + 1];
            self.grid_known = true;
        }
        self.grid = power;
        let lag = usize::from(self.lag);
        let drawn = self.ev.get(lag).copied().unwrap_or(ev);
        let near = self.ev.get(lag.saturating_sub(1)..lag.wrapping_add(2)).unwrap_or(&[]);
        if sparse && near.iter().any(|ev| ev.abs_diff(drawn) > STEADY) {
            // It may show any moment of the car's step.
            self.surplus()
        } else {
            i32::from(drawn).wrapping_sub(power)
        }
    }

    /// The edge of a cloud takes a minute to pass over a roof. Who looks ahead to its end meets it with a
    /// few changes of the current, and not with one for each reading.
    fn take(&mut self, surplus: i32, ticks: i32) -> i32 {
        let now = surplus.clamp(0, i32::from(u16::MAX));
        let fall = (self.surplus().wrapping_sub(now) >> FALL_SHIFT).clamp(0, i32::from(u8::MAX));
        let falling = fall.min(i32::from(self.fall));
        self.fall = u8::try_from(fall).unwrap_or(u8::MAX);
        self.surplus = u16::try_from(now).unwrap_or(u16::MAX);
        if self.known {
            // 17 bits of watts, 12 bits of ticks; four fall off, and the factor adds six.
            let follow = |mean: i32, shift: u32| {
                let change = now.wrapping_sub(mean >> FRACTION).wrapping_mul(ticks) >> shift;
                mean.wrapping_add(change.wrapping_mul(FACTOR) >> 6)
            };
            self.fast = follow(self.fast, 4);
            self.slow = follow(self.slow, 6);
        } else {
            self.fast = now << FRACTION;
            self.slow = self.fast;
            self.known = true;
        }
        let further = falling.wrapping_mul(FURTHER);
        // Watts against ticks: a fall of less than 26 W a second is the waver of house and sky.
        if further < ticks { now } else { now.wrapping_sub(further) }
    }

    /// A meter that is late sees the car's steps late. The right lag is the one with which the car's own
    /// steps cancel out of the surplus, so that it looks steadiest.
    fn estimate_lag(&mut self, ev: u16, grid_change: i32) {
        let mut least = u16::MAX;
        let mut new = ev;
        let [drawn @ .., oldest] = &mut self.ev;
        for (score, slot) in self.score.iter_mut().zip(drawn) {
            let old = core::mem::replace(slot, new);
            let step = i32::from(new).wrapping_sub(i32::from(old)).wrapping_sub(grid_change);
            let step = u16::try_from(step.unsigned_abs().min(MOST_STEP)).unwrap_or(0);
            *score = score.wrapping_add(step);
            least = least.min(*score);
            new = old;
        }
        *oldest = new;
        for score in &mut self.score {
            *score = score.wrapping_sub(least).min(SCORE_CAP);
        }
        let present = self.score.get(usize::from(self.lag)).copied().unwrap_or(u16::MAX);
        if present > MARGIN {
            let best = self.score.iter().position(|score| *score == 0).unwrap_or(0);
            self.lag = u8::try_from(best).unwrap_or(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a fall ends after readings that are so many seconds apart.
    fn ahead(seconds: i32, readings: &[i32]) -> i32 {
        let mut sun = Sun::new();
        readings.iter().map(|surplus| sun.take(*surplus, seconds << 6)).last().unwrap_or(0)
    }

    #[test]
    fn what_falls_twice_falls_on_by_two_and_a_half_times_the_lesser_fall() {
        assert_eq!(ahead(10, &[4_000, 3_520, 3_104]), 3_104 - 1_040);
        assert_eq!(ahead(10, &[4_000, 3_584, 3_104]), 3_104 - 1_040);
        assert_eq!(ahead(10, &[4_000, 2_000]), 2_000);
        assert_eq!(ahead(10, &[4_000, 3_000, 3_000, 2_000]), 2_000);
        assert_eq!(ahead(10, &[1_000, 2_000, 3_000]), 3_000);
        assert_eq!(ahead(10, &[60_000, 30_000, 1_000]), 1_000 - 255 * 80);
    }

    #[test]
    fn what_falls_by_less_than_26_watts_a_second_is_no_edge() {
        assert_eq!(ahead(10, &[4_000, 3_744, 3_488]), 3_488 - 640);
        assert_eq!(ahead(10, &[4_000, 3_745, 3_000]), 3_000);
        assert_eq!(ahead(10, &[4_000, 3_000, 2_745]), 2_745);
        assert_eq!(ahead(1, &[4_000, 3_968, 3_936]), 3_936 - 80);
        assert_eq!(ahead(60, &[9_000, 7_464, 5_928]), 5_928 - 3_840);
        assert_eq!(ahead(60, &[9_000, 7_500, 6_000]), 6_000);
    }
}
