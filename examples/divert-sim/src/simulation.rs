//! A day in a closed loop: the meter sees what the car draws, the rule decides, the car follows.

use rapi_divert::Amps;

use crate::day::{Day, Row};
use crate::metrics::Totals;
use crate::plant::{Plant, Wiring};
use crate::rules::{Reading, Rule};

/// What the meter measures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum FeedKind {
    /// The power at the grid connection, with the car's in it.
    #[default]
    Grid,
    /// The power of the solar generator.
    Solar,
}

impl FeedKind {
    /// Returns what is left for the car.
    #[must_use]
    pub fn surplus(self, row: &Row) -> i32 {
        match self {
            Self::Grid => -row.net_w(),
            Self::Solar => row.solar_w,
        }
        .max(0)
    }
}

/// What a rule runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// What the meter measures.
    pub feed: FeedKind,
    /// Milliseconds between two readings.
    pub period_ms: u64,
    /// By how many milliseconds the meter is late.
    pub latency_ms: u64,
    /// The station.
    pub wiring: Wiring,
}

impl Default for Setup {
    fn default() -> Self {
        let wiring = Wiring::default();
        Self { feed: FeedKind::default(), period_ms: 10_000, latency_ms: 0, wiring }
    }
}

/// What held from a decision to the next.
#[derive(Clone, Debug)]
pub struct Moment {
    /// Time of the day in seconds.
    pub at_s: f64,
    /// Sun and house.
    pub row: Row,
    /// What the car draws, in watts.
    pub ev_w: i32,
    /// Why, in the rule's words; empty if it has none.
    pub reason: String,
}

/// Goes through a day's rows in order.
struct Cursor<'a> {
    rows: &'a [Row],
    at: usize,
}

impl Cursor<'_> {
    fn seek(&mut self, ms: u64) -> Row {
        while self.rows.get(self.at + 1).is_some_and(|next| u64::from(next.at_s) * 1000 <= ms) {
            self.at += 1;
        }
        self.rows[self.at]
    }

    /// When the row found last ends, if another one follows.
    fn next_ms(&self) -> Option<u64> {
        self.rows.get(self.at + 1).map(|row| u64::from(row.at_s) * 1000)
    }
}

/// What the car drew just before a time, as far back as the meter is late.
struct History {
    changes: Vec<(u64, u8)>,
    at: usize,
}

impl History {
    fn before(&mut self, ms: u64) -> u8 {
        while self.changes.get(self.at + 1).is_some_and(|(since, _)| *since < ms) {
            self.at += 1;
        }
        self.changes[self.at].1
    }

    fn push(&mut self, ms: u64, amps: u8) {
        if self.changes.last().is_some_and(|(_, last)| *last != amps) {
            self.changes.push((ms, amps));
        }
    }
}

/// Runs a rule over a day, from an EVSE that sleeps. `watch` sees what each decision led to.
pub fn run(
    rule: &mut dyn Rule,
    day: &Day,
    setup: &Setup,
    mut watch: impl FnMut(&dyn Rule, u64, Row, i32),
) -> Totals {
    let wiring = setup.wiring;
    let mut totals = Totals::default();
    let mut plant = Plant::asleep(Amps(wiring.max_amps));
    let (start, end) = (u64::from(day.start_s()) * 1000, u64::from(day.end_s()) * 1000);
    let mut metered = Cursor { rows: day.rows(), at: 0 };
    let mut present = Cursor { rows: day.rows(), at: 0 };
    let mut drawn = History { changes: vec![(0, 0)], at: 0 };
    let mut stopped_at = None;
    let mut now = start;
    while now < end {
        let seen_at = now.saturating_sub(setup.latency_ms).max(start);
        let row = metered.seek(seen_at);
        let power = match setup.feed {
            FeedKind::Grid => row.net_w() + wiring.power(drawn.before(seen_at)),
            FeedKind::Solar => row.solar_w,
        };
        let was_awake = plant.awake;
        let reading = Reading {
            now_ms: now - start,
            feed: setup.feed,
            power_w: power,
            ev_amps: plant.ev_amps(),
            awake: plant.awake,
            pilot: plant.pilot,
        };
        rule.step(&reading, &mut |action| plant.apply(action));
        drawn.push(now, plant.ev_amps());
        if was_awake && !plant.awake {
            stopped_at = Some(now);
        } else if let (false, true, Some(stopped)) = (was_awake, plant.awake, stopped_at) {
            let off = now - stopped;
            totals.shortest_off_ms = Some(totals.shortest_off_ms.map_or(off, |ms| ms.min(off)));
        }

        let ev_w = wiring.power(plant.ev_amps());
        watch(rule, now, present.seek(now), ev_w);
        let until = (now + setup.period_ms).min(end);
        while now < until {
            let row = present.seek(now);
            let piece = present.next_ms().unwrap_or(until).min(until);
            totals.count(ev_w, setup.feed.surplus(&row), piece - now);
            now = piece;
        }
    }
    totals.starts = plant.starts;
    totals.sets = plant.sets;
    totals
}

/// Runs a rule over a day and writes down every decision.
pub fn record(rule: &mut dyn Rule, day: &Day, setup: &Setup) -> (Totals, Vec<Moment>) {
    let mut moments = Vec::new();
    let totals = run(rule, day, setup, |rule, ms, row, ev_w| {
        #[allow(clippy::cast_precision_loss, reason = "a day of milliseconds")]
        let at_s = ms as f64 / 1000.0;
        moments.push(Moment { at_s, row, ev_w, reason: rule.reason() });
    });
    (totals, moments)
}

#[cfg(test)]
mod tests {
    use rapi_divert::Action;

    use super::*;

    /// Wakes the station with 10 A after 30 s, and keeps what it sees.
    #[derive(Default)]
    struct Witness {
        seen: Vec<(u64, i32, u8)>,
    }

    impl Rule for Witness {
        fn step(&mut self, reading: &Reading, act: &mut dyn FnMut(Action)) {
            self.seen.push((reading.now_ms, reading.power_w, reading.ev_amps));
            if reading.now_ms == 30_000 {
                act(Action::SetCurrent(Amps(10)));
                act(Action::Enable);
            }
        }
    }

    /// 1 kW of sun for 40 s, then 3 kW, for two minutes in all; no house.
    fn day() -> Day {
        let row = |at_s, solar_w| Row { at_s, solar_w, house_w: 0 };
        Day::new("test", vec![row(0, 1000), row(40, 3000)], 120)
    }

    fn seen(setup: &Setup) -> (Totals, Vec<(u64, i32, u8)>) {
        let mut witness = Witness::default();
        let totals = run(&mut witness, &day(), setup, |_, _, _, _| {});
        (totals, witness.seen)
    }

    #[test]
    fn energies_are_those_of_the_time_and_not_of_the_readings() {
        for period_ms in [1_000, 10_000, 15_000] {
            let setup = Setup { period_ms, ..Setup::default() };
            let (totals, _) = seen(&setup);
            // 2400 W from 30 s on: with 1 kW of sun for 10 s, with enough for 80 s.
            assert_eq!(totals.solar, (1_000 * 10 + 2_400 * 80) * 1_000);
            assert_eq!(totals.import, 1_400 * 10 * 1_000);
            assert_eq!(totals.surplus, (1_000 * 40 + 3_000 * 80) * 1_000);
            assert_eq!((totals.starts, totals.sets, totals.peak_w), (1, 1, 1_400));
        }
    }

    #[test]
    fn a_late_meter_shows_sun_and_car_of_the_past() {
        let setup = Setup { latency_ms: 20_000, ..Setup::default() };
        let (_, seen) = seen(&setup);
        assert_eq!(seen.len(), 12);
        // The car's own current is known at once; in the meter it shows 20 s later.
        assert_eq!(seen[4], (40_000, -1_000, 10));
        assert_eq!(seen[5], (50_000, -1_000, 10));
        assert_eq!(seen[6], (60_000, -3_000 + 2_400, 10));
    }

    #[test]
    fn a_prompt_meter_shows_the_car_as_it_was_just_before() {
        let (_, seen) = seen(&Setup::default());
        assert_eq!(seen[3], (30_000, -1_000, 0));
        assert_eq!(seen[4], (40_000, -3_000 + 2_400, 10));
    }

    #[test]
    fn a_solar_meter_sees_neither_house_nor_car() {
        let setup = Setup { feed: FeedKind::Solar, ..Setup::default() };
        let (_, seen) = seen(&setup);
        assert_eq!(seen[9], (90_000, 3_000, 10));
    }
}
