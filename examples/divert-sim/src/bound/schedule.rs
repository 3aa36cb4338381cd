//! The best schedule for given prices.

use crate::day::Day;
use crate::plant::Wiring;
use crate::simulation::FeedKind;

/// Seconds of a step of the programme. Recorded days hardly have anything finer.
const STEP_S: u32 = 10;
/// Least time on and least time off, in steps: 300 s.
const LEAST: usize = 30;
const WH: f64 = 3600.0;
/// From so many days on, a thread costs less than it saves.
const WORTH_A_THREAD: usize = 20;

/// The best schedule for some prices.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Optimum {
    /// Sun taken less prices paid, in watt-hours.
    pub value: f64,
    /// Energy from the grid in watt-hours.
    pub import: f64,
    /// Number of starts.
    pub starts: f64,
}

impl Optimum {
    fn better(self, other: Self) -> Self {
        if other.value > self.value { other } else { self }
    }

    fn plus(self, value: f64, import: f64, starts: f64) -> Self {
        Self {
            value: self.value + value,
            import: self.import + import,
            starts: self.starts + starts,
        }
    }
}

/// The surplus of several days in steps of ten seconds.
#[derive(Clone, Debug)]
pub struct Skies {
    days: Vec<Vec<f64>>,
    wiring: Wiring,
}

impl Skies {
    /// Takes the days. Where something changes within a step, its mean counts: that makes the bound higher,
    /// never lower.
    #[must_use]
    pub fn new(days: &[Day], feed: FeedKind, wiring: Wiring) -> Self {
        Self { days: days.iter().map(|day| steps(day, feed)).collect(), wiring }
    }

    /// Says what a watt-hour of the grid costs, in watt-hours of sun.
    #[must_use]
    pub fn priced(&self, import_price: f64) -> Priced {
        let worth = Worth::new(self.wiring, import_price);
        Priced { days: self.days.iter().map(|day| sums(day, &worth)).collect() }
    }
}

/// Value and import of charging from the begin of a day up to each step.
type Sums = Vec<(f64, f64)>;

/// Skies, with a price for the import.
#[derive(Clone, Debug)]
pub struct Priced {
    days: Vec<Sums>,
}

impl Priced {
    /// Returns the best of all schedules when a start costs so many watt-hours of sun.
    #[must_use]
    pub fn optimum(&self, start_price: f64) -> Optimum {
        let sum = |days: &[Sums]| {
            let mut buffers = Buffers::default();
            days.iter().fold(Optimum::default(), |sum, day| {
                let best = buffers.best(day, start_price, LEAST);
                sum.plus(best.value, best.import, best.starts)
            })
        };
        if self.days.len() < WORTH_A_THREAD {
            return sum(&self.days);
        }
        let (first, second) = self.days.split_at(self.days.len() / 2);
        std::thread::scope(|scope| {
            let second = scope.spawn(|| sum(second));
            let first = sum(first);
            // Nothing in there panics.
            let second = second.join().unwrap_or_default();
            first.plus(second.value, second.import, second.starts)
        })
    }
}

fn steps(day: &Day, feed: FeedKind) -> Vec<f64> {
    let mut sums: Vec<f64> = Vec::new();
    let start = day.start_s();
    let count = (day.end_s() - start).div_ceil(STEP_S) as usize;
    sums.resize(count, 0.0);
    let ends = day.rows().iter().skip(1).map(|row| row.at_s).chain([day.end_s()]);
    for (row, end) in day.rows().iter().zip(ends) {
        let surplus = f64::from(feed.surplus(row));
        let mut at = row.at_s - start;
        let end = end - start;
        while at < end {
            let piece = (at / STEP_S * STEP_S + STEP_S).min(end);
            if let Some(sum) = sums.get_mut((at / STEP_S) as usize) {
                *sum += surplus * f64::from(piece - at) / f64::from(STEP_S);
            }
            at = piece;
        }
    }
    // At night there is nothing to decide; what begins or ends there may do so within the least time.
    let dark = |sums: &[f64]| sums.iter().take_while(|sum| **sum <= 0.0).count();
    let morning = dark(&sums).saturating_sub(LEAST);
    sums.drain(..morning);
    sums.reverse();
    let evening = dark(&sums).saturating_sub(LEAST);
    sums.drain(..evening);
    sums.reverse();
    sums
}

fn sums(day: &[f64], worth: &Worth) -> Sums {
    let mut sum = (0.0, 0.0);
    let steps = day.iter().map(|surplus| {
        let (value, import) = worth.of(*surplus);
        sum = (sum.0 + value, sum.1 + import);
        sum
    });
    std::iter::once((0.0, 0.0)).chain(steps).collect()
}

/// What charging for a step is worth, with the best current for it.
struct Worth {
    amp_w: f64,
    min: f64,
    max: f64,
    price: f64,
}

impl Worth {
    fn new(wiring: Wiring, price: f64) -> Self {
        let (min, max) = (f64::from(wiring.min_amps), f64::from(wiring.max_amps));
        Self { amp_w: f64::from(wiring.power(1)), min, max, price }
    }

    /// Returns value and import in watt-hours.
    fn of(&self, surplus: f64) -> (f64, f64) {
        let amps = (surplus / self.amp_w).floor();
        let rest = surplus - amps * self.amp_w;
        let more = rest > self.price * (self.amp_w - rest);
        let amps = (amps + f64::from(u8::from(more))).clamp(self.min, self.max);
        let power = amps * self.amp_w;
        let hours = f64::from(STEP_S) / WH;
        let import = (power - surplus).max(0.0) * hours;
        (power.min(surplus) * hours - self.price * import, import)
    }
}

#[derive(Default)]
struct Buffers {
    /// The best that ends before each step, off for long enough to start.
    off: Vec<Optimum>,
    /// The best that ends before each step, on for long enough to stop.
    on: Vec<Optimum>,
}

impl Buffers {
    fn best(&mut self, sums: &[(f64, f64)], start_price: f64, least: usize) -> Optimum {
        const NEVER: Optimum = Optimum { value: f64::NEG_INFINITY, import: 0.0, starts: 0.0 };
        let Self { off, on } = self;
        let count = sums.len() - 1;
        off.clear();
        off.resize(count + 1, NEVER);
        off[0] = Optimum::default();
        on.clear();
        on.resize(count + 1, NEVER);
        let mut best = NEVER;
        for at in 0..count {
            let (from_off, from_on) = (off[at], on[at]);
            let then = (at + least).min(count);
            let begun = from_off.plus(
                sums[then].0 - sums[at].0 - start_price,
                sums[then].1 - sums[at].1,
                1.0,
            );
            // What begins too late for its least time simply ends with the day.
            if at + least <= count {
                on[then] = on[then].better(begun);
                off[then] = off[then].better(from_on);
            } else {
                best = best.better(begun).better(from_on);
            }
            off[at + 1] = off[at + 1].better(from_off);
            let going = from_on.plus(sums[at + 1].0 - sums[at].0, sums[at + 1].1 - sums[at].1, 0.0);
            on[at + 1] = on[at + 1].better(going);
        }
        best.better(off[count]).better(on[count])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Value of the best of all sequences, one by one: `on` for each step as a bit.
    fn enumerate(day: &[f64], price: f64, start: f64, least: usize) -> f64 {
        let hours = f64::from(STEP_S) / WH;
        let mut best = f64::NEG_INFINITY;
        'schedules: for bits in 0..1u32 << day.len() {
            let (mut value, mut was_on, mut since) = (0.0, false, least);
            for (at, surplus) in day.iter().enumerate() {
                let on = bits >> at & 1 == 1;
                if on != was_on {
                    if since < least {
                        continue 'schedules;
                    }
                    since = 0;
                    value -= if on { start } else { 0.0 };
                }
                was_on = on;
                since += 1;
                if on {
                    let worth = (6..=32).map(|amps: i32| {
                        let power = f64::from(240 * amps);
                        (power.min(*surplus) - price * (power - surplus).max(0.0)) * hours
                    });
                    value += worth.fold(f64::NEG_INFINITY, f64::max);
                }
            }
            best = best.max(value);
        }
        best
    }

    #[test]
    fn the_programme_finds_what_trying_everything_finds() {
        let mut random = 1u32;
        let mut draw = |range: u32| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from((random >> 16) % range)
        };
        let mut buffers = Buffers::default();
        let mut with_starts = 0;
        for case in 0..1_000 {
            let day: Vec<f64> = (0..5 + case % 8).map(|_| draw(9_000) * draw(2)).collect();
            let (price, start, least) = (draw(40) / 10.0, draw(60) / 10.0, 1 + case % 4);
            let worth = Worth::new(Wiring::default(), price);
            let found = buffers.best(&sums(&day, &worth), start, least);
            let expected = enumerate(&day, price, start, least);
            assert!((found.value - expected).abs() < 1e-9, "{day:?}: {found:?}, {expected}");
            with_starts += usize::from(found.starts > 0.0);
        }
        assert!(with_starts > 500, "{with_starts}");
    }
}
