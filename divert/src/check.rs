//! Whether a meter can be what it is said to be: contains the car, counts the right way, in watts.

use core::fmt;

use crate::config::Config;
use crate::measurement::Measurement;
use crate::settings::{Settings, ev_power};
use crate::sun::CAREFUL;
use crate::units::Millis;

/// Readings that a step of the car may be late, as in the rule.
const LAGS: usize = 10;

/// So much must the car's power have changed for a verdict, in watts added up.
const ENOUGH: i32 = 3_000;

/// And in so many steps, because one may meet a cloud.
const STEPS: u8 = 2;

/// Keeps the sum of a noisy house from growing without end.
const MOST: i32 = 100_000;

/// A smaller change of the car's power may be an inaccuracy, in watts.
const NOISE: i32 = 500;

/// More than any house, in watts.
const ABSURD: u32 = 200_000;

/// A house that never takes or gives more than this is measured in kilowatts.
const TINY: u32 = 20;

/// So long must readings have been tiny: 6 h at the grid, a day on the roof.
const TINY_GRID: u32 = 6 * 3_600_000;
const TINY_SOLAR: u32 = 4 * TINY_GRID;

/// A generator takes a few watts at night; more than this is the wrong sign.
const SOLAR_TAKES: i32 = -200;

/// A verdict is forgotten after an hour without new evidence, so that the rule tries again.
const FORGOTTEN: u32 = 3_600_000;

/// What is wrong with a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum FeedFault {
    /// The car's own steps do not show in the readings of the grid connection.
    NoVehicle,
    /// The readings count the wrong way round: + must be import, and a generator is never negative.
    Sign,
    /// The readings cannot be watts: much too small, as kilowatts are, or absurdly large.
    Unit,
}

impl fmt::Display for FeedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoVehicle => "it does not see the car",
            Self::Sign => "wrong sign",
            Self::Unit => "these are no watts",
        })
    }
}

/// Watches a feed for readings that cannot be right.
///
/// Optional, and next to [`Divert`](crate::Divert): pass it every measurement before the step and hand
/// the verdict on. Whenever the car's power changes, the reading has to change with it within ten
/// readings. After two such changes of together 3 kW the verdict is [`FeedFault::Sign`] if the readings
/// went the other way, [`FeedFault::NoVehicle`] if they did not follow, and nothing if they did.
/// A house whose other loads and sun change by less than 7/16 of the car's steps from one reading to the
/// next is never suspected; among clouds of many kilowatts it may be, about once in 500 hours.
/// A verdict stands until the car's next changes contradict it, for an hour at most.
///
/// # Examples
/// ```
/// use rapi_divert::*;
/// # fn main() -> Result<(), ConfigError> {
/// let config = Config::default();
/// let (mut check, mut divert) = (FeedCheck::new(&config), Divert::new(config)?);
/// let feed = Feed::Solar { power: Watts(-2_000), sampled_at: Millis(0) };
/// let measurement = Measurement::new(Mode::Eco, EvseStatus::Charging, Amps(32)).with_feed(feed);
/// let fault = check.observe(&measurement);
/// assert_eq!(fault, Some(FeedFault::Sign));
/// let decision = divert.step(Millis(0), &measurement.with_feed_fault(fault));
/// assert_eq!(decision.reason.to_string(), "meter not trusted: wrong sign");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct FeedCheck {
    settings: Settings,
    seen: Option<Millis>,
    /// The reading that the next one is compared with: when it was taken, and its power.
    compared: Option<Millis>,
    grid: i32,
    /// What the car drew at the last readings, newest first.
    ev: [u16; LAGS + 1],
    /// How much the car's power has changed.
    moved: i32,
    /// In how many steps.
    steps: u8,
    /// For each delay in readings, how much of the changes the car's power explains.
    followed: [i32; LAGS],
    /// The same for a car of negative power.
    mirrored: [i32; LAGS],
    /// How long all readings have been tiny.
    tiny: u32,
    /// Whether readings have been tiny since the last verdict.
    tiny_since: bool,
    fault: Option<FeedFault>,
    /// Time since the verdict.
    age: u32,
}

impl FeedCheck {
    /// Returns a check that has seen nothing. Voltage and phases of the settings are used.
    #[must_use]
    pub const fn new(config: &Config) -> Self {
        Self {
            settings: Settings::new(config),
            seen: None,
            compared: None,
            grid: 0,
            ev: [0; LAGS + 1],
            moved: 0,
            steps: 0,
            followed: [0; LAGS],
            mirrored: [0; LAGS],
            tiny: 0,
            tiny_since: true,
            fault: None,
            age: 0,
        }
    }

    /// Takes a measurement and returns what is wrong with its feed, as far as is known.
    pub fn observe(&mut self, measurement: &Measurement) -> Option<FeedFault> {
        let Some((power, sampled_at, grid)) = measurement.feed.reading() else {
            return self.fault;
        };
        if self.seen == Some(sampled_at) {
            return self.fault;
        }
        // A reading from before the last one is looked at, and no time has passed.
        let passed = self.seen.and_then(|seen| sampled_at.since(seen)).unwrap_or(0);
        self.seen = Some(sampled_at);
        self.age = self.age.saturating_add(passed);
        if self.age > FORGOTTEN {
            self.fault = None;
        }
        let size = power.0.unsigned_abs();
        if size > ABSURD {
            return self.verdict(Some(FeedFault::Unit));
        }
        self.tiny_since &= size <= 5 * TINY;
        self.tiny = if size <= TINY { self.tiny.saturating_add(passed) } else { 0 };
        if self.tiny > if grid { TINY_GRID } else { TINY_SOLAR } {
            return self.verdict(Some(FeedFault::Unit));
        }
        if !grid {
            return self.verdict((power.0 < SOLAR_TAKES).then_some(FeedFault::Sign));
        }
        let volts = self.settings.volts(measurement.voltage);
        let ev = ev_power(measurement.ev_current, volts);
        // As in `Sun`: a fast meter may be as late as a slow one.
        let steady = self.ev.iter().all(|before| i32::from(before.abs_diff(ev)) < NOISE);
        let shortest = if steady { 0 } else { CAREFUL };
        let passed = self.compared.map(|compared| sampled_at.since(compared).unwrap_or(CAREFUL));
        if passed.is_none_or(|passed| passed >= shortest) {
            self.compared = Some(sampled_at);
            self.follow(power.0, ev, passed.is_none());
        }
        self.fault
    }

    const fn verdict(&mut self, fault: Option<FeedFault>) -> Option<FeedFault> {
        self.fault = fault;
        self.age = 0;
        self.moved = 0;
        self.steps = 0;
        self.followed = [0; LAGS];
        self.mirrored = [0; LAGS];
        self.tiny_since = true;
        fault
    }

    fn follow(&mut self, power: i32, ev: u16, first: bool) {
        if first {
            self.ev = [ev; LAGS + 1];
            self.grid = power;
            return;
        }
        let change = power.wrapping_sub(self.grid);
        self.grid = power;
        let mut carry = ev;
        for slot in &mut self.ev {
            carry = core::mem::replace(slot, carry);
        }
        for (sums, sign) in [(&mut self.followed, 1), (&mut self.mirrored, -1)] {
            for (sum, step) in sums.iter_mut().zip(steps(&self.ev)) {
                let rest = change.wrapping_sub(step.wrapping_mul(sign));
                let explained = change.abs().wrapping_sub(rest.abs());
                *sum = sum.wrapping_add(explained).clamp(-MOST, MOST);
            }
        }
        // A step counts when it leaves the window: then its echo has been heard.
        let left = steps(&self.ev).next_back().unwrap_or(0).abs();
        self.moved = self.moved.wrapping_add(left);
        if left == 0 {
            return;
        }
        self.steps = self.steps.saturating_add(1);
        if self.moved >= ENOUGH && self.steps >= STEPS {
            let best = |sums: &[i32]| sums.iter().copied().max().unwrap_or(0);
            let fault = if best(&self.followed) > self.moved / 8 {
                None
            } else if best(&self.mirrored) > self.moved / 2 {
                Some(FeedFault::Sign)
            } else if self.tiny_since {
                Some(FeedFault::Unit)
            } else {
                Some(FeedFault::NoVehicle)
            };
            self.verdict(fault);
            // The steps that are still under way have been weighed with the ones before.
            self.ev = [ev; LAGS + 1];
        }
    }
}

/// The changes of the car's power, newest first.
fn steps(ev: &[u16; LAGS + 1]) -> impl DoubleEndedIterator<Item = i32> {
    let [_, older @ ..] = ev;
    let change = |(new, old): (&u16, &u16)| i32::from(*new).wrapping_sub(i32::from(*old));
    let steps = ev.iter().zip(older).map(change);
    steps.map(|step| if step.abs() < NOISE { 0 } else { step })
}
