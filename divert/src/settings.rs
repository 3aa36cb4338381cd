//! The configuration as the steps use it, in a fifth of the room.

use crate::config::Config;
use crate::ladder::{Ladder, SHARE_SHIFT};
use crate::measurement::Phases;
use crate::units::{Amps, MilliAmps, Millis, Volts, WattHours};

const PLAUSIBLE: core::ops::RangeInclusive<u16> = 60..=300;

/// A duration in steps of 100 ms.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tenths(u16);

impl Tenths {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "an hour is 36000 tenths; longer is refused before"
    )]
    const fn new(time: Millis) -> Self {
        Self(time.0.div_ceil(100) as u16)
    }

    #[inline(never)]
    pub(crate) fn millis(self) -> u32 {
        u32::from(self.0).saturating_mul(100)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) min_on: Tenths,
    pub(crate) min_off: Tenths,
    /// Where the stages of a silent meter begin: hold, minimum, off.
    pub(crate) stale: [Tenths; 3],
    pub(crate) bucket: WattHours,
    share: u16,
    voltage: Volts,
    min: Amps,
    max: Amps,
    pub(crate) phases: Phases,
}

impl Settings {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::arithmetic_side_effects,
        reason = "a checked sun share is at most 990: 990 << 14 fits, and so does the quotient"
    )]
    pub(crate) const fn new(config: &Config) -> Self {
        Self {
            min_on: Tenths::new(config.min_on),
            min_off: Tenths::new(config.min_off),
            stale: [
                Tenths::new(config.stale_hold),
                Tenths::new(config.stale_minimum),
                Tenths::new(config.stale_off),
            ],
            bucket: config.bucket,
            share: (((config.sun_share as u32) << SHARE_SHIFT) / 1000) as u16,
            voltage: config.voltage,
            min: config.min_amps,
            max: config.max_amps,
            phases: config.phases,
        }
    }

    /// The bucket's size in watt-seconds.
    pub(crate) fn full(&self) -> i32 {
        i32::from(self.bucket.0).wrapping_mul(3600)
    }

    /// What must be in the bucket for a start, a little more than half of it, in watt-seconds.
    pub(crate) fn enough_ws(&self) -> i32 {
        i32::from(self.bucket.0).wrapping_mul(1890)
    }

    /// Volts of all phases together: watts for each ampere.
    pub(crate) fn volts(&self, measured: Option<Volts>) -> i32 {
        let plausible = measured.filter(|volts| PLAUSIBLE.contains(&volts.0));
        let volts = i32::from(plausible.unwrap_or(self.voltage).0);
        self.phases.volts(volts)
    }

    /// The least current to offer.
    pub(crate) const fn least(&self) -> Amps {
        self.min
    }

    /// The greatest current to offer under `limit`.
    pub(crate) fn most(&self, limit: Amps) -> Amps {
        self.max.min(limit)
    }

    /// Surplus from which the least current is worth taking.
    pub(crate) fn threshold(&self, volts: i32) -> i32 {
        self.ladder(volts, self.max).map_or(i32::MAX, |ladder| ladder.threshold())
    }

    /// The currents that may be offered under `limit`; none if it is below the least one.
    pub(crate) fn ladder(&self, volts: i32, limit: Amps) -> Option<Ladder> {
        let top = self.max.min(limit).0.checked_sub(self.min.0)?;
        Some(Ladder {
            lowest: volts.wrapping_mul(i32::from(self.min.0)),
            step: volts,
            share: i32::from(self.share),
            top,
            min: self.min.0,
        })
    }
}

/// What the car draws, in watts. Exact for whole watts up to 50 kW: an error of a watt that depends on
/// the current would let the rule waver between two currents.
pub(crate) fn ev_power(current: MilliAmps, volts: i32) -> u16 {
    let milliwatts = current.0.clamp(0, 100_000).wrapping_mul(volts).min(65_535_000);
    // Without a division: n / 1000 = n / 1024 + what is left over / 1000, and 1049 / 2^20 for the latter.
    let most = milliwatts >> 10;
    let rest = most.wrapping_mul(24).wrapping_add(milliwatts & 1023).wrapping_add(500);
    let power = most.wrapping_add((rest.wrapping_mul(1049)) >> 20);
    u16::try_from(power).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_power_of_the_car_is_exact_for_whole_watts() {
        for volts in [110, 230, 240, 690, 720] {
            for amps in 0..=69 {
                assert_eq!(
                    i32::from(ev_power(MilliAmps(amps * 1000), volts)),
                    amps * volts,
                    "{amps} A"
                );
            }
        }
        for (milliamps, expected) in [(1, 0), (3, 1), (15_987, 3837), (100_000, 24_000), (-5, 0)] {
            assert_eq!(ev_power(MilliAmps(milliamps), 240), expected, "{milliamps} mA");
        }
        assert_eq!(ev_power(MilliAmps(100_000), 900), u16::MAX);
    }
}
