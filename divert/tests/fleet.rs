//! P14: several chargers share the sun and the connection.
#![allow(clippy::missing_const_for_fn, clippy::std_instead_of_core)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::arithmetic_side_effects, clippy::cast_possible_truncation)]
#![allow(clippy::cast_possible_wrap, clippy::cast_sign_loss, clippy::cast_precision_loss)]
#![allow(missing_docs, dead_code)]

mod support;

use std::collections::VecDeque;

use proptest::prelude::*;
use rapi_divert::{Action, Amps, Config, Feed, Fleet, Millis, Mode, Preset, Watts};
use support::charger::Charger;
use support::{VOLTS, sky};

const N: usize = 3;

/// A charger at the end of a slow line.
#[derive(Clone, Debug)]
struct Wired {
    charger: Charger,
    /// Commands that have not arrived: when they do, and what they are.
    line: VecDeque<(u32, Action)>,
    starts: u32,
    energy_wh: f64,
}

impl Wired {
    const fn new() -> Self {
        Self { charger: Charger::asleep(), line: VecDeque::new(), starts: 0, energy_wh: 0.0 }
    }
}

struct Site {
    fleet: Fleet<N>,
    wired: [Wired; N],
    limit: u8,
    /// How long commands are under way, in steps; drawn from a list.
    delays: Vec<u32>,
    step: u32,
    import_wh: f64,
    taken_wh: f64,
}

impl Site {
    fn new(preset: Preset, limit: u8, delays: Vec<u32>) -> Self {
        let rotation = Millis(1_800_000);
        Self {
            fleet: Fleet::new(Config::preset(preset), Amps(limit), rotation).unwrap(),
            wired: [(); N].map(|()| Wired::new()),
            limit,
            delays,
            step: 0,
            import_wh: 0.0,
            taken_wh: 0.0,
        }
    }

    /// Ten seconds: commands arrive one by one, and the sum holds after each of them.
    fn run(&mut self, surplus: i32) {
        let now = Millis(self.step.wrapping_mul(10_000));
        for wired in &mut self.wired {
            let charger = &mut wired.charger;
            while wired.line.front().is_some_and(|(at, _)| *at <= self.step) {
                let (_, action) = wired.line.pop_front().unwrap();
                if let Action::SetCurrent(amps) = action {
                    assert!((6..=charger.limit).contains(&amps.0));
                }
                wired.starts += u32::from(action == Action::Enable && !charger.awake);
                charger.carry_out(action);
            }
        }
        let offered = self.wired.iter().filter(|wired| wired.charger.awake);
        let offered: u32 = offered.map(|wired| u32::from(wired.charger.pilot)).sum();
        assert!(offered <= u32::from(self.limit), "{offered} A of {} A", self.limit);
        assert!(u32::from(self.fleet.reserved()) <= u32::from(self.limit));

        let ev: i32 = self.wired.iter().map(|wired| VOLTS * wired.charger.amps()).sum();
        for wired in &mut self.wired {
            wired.energy_wh += f64::from(VOLTS * wired.charger.amps()) / 360.0;
        }
        self.taken_wh += f64::from(ev) / 360.0;
        self.import_wh += f64::from((ev - surplus.max(0)).max(0)) / 360.0;
        let feed = Feed::Grid { power: Watts(ev - surplus), sampled_at: now };
        let reports =
            self.wired.each_ref().map(|wired| wired.charger.report(wired.line.is_empty()));
        let decisions = self.fleet.step(now, feed, &reports);
        for (i, (wired, decision)) in self.wired.iter_mut().zip(&decisions).enumerate() {
            let delay = self.delays[(self.step as usize * N + i) % self.delays.len()];
            // A line keeps its order.
            let last = wired.line.back().map_or(0, |(at, _)| *at);
            for action in decision.actions {
                wired.line.push_back(((self.step + 1 + delay).max(last), action));
            }
        }
        self.step += 1;
    }

    fn energies(&self) -> [f64; N] {
        self.wired.each_ref().map(|wired| wired.energy_wh)
    }
}

/// Something that people do: which charger, and what.
fn event() -> impl Strategy<Value = (usize, u8)> {
    (0..N, 0u8..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn p14_the_connection_is_never_overloaded_also_while_messages_are_under_way(
        sky in sky(40), limit in 6u8..=60, delays in proptest::collection::vec(0u32..6, 1..20),
        events in proptest::collection::vec((0usize..60, event()), 0..40),
    ) {
        let mut site = Site::new(Preset::NoWaste, limit, delays);
        let mut events = events.into_iter();
        let mut next = events.next();
        let mut wait = 0;
        for net in sky {
            site.run(-net);
            wait += 1;
            if let Some((_, (i, what))) = next.filter(|(after, _)| wait > *after) {
                let charger = &mut site.wired[i].charger;
                match what {
                    0 => charger.vehicle = !charger.vehicle,
                    1 => charger.mode = Mode::Normal,
                    2 => charger.mode = Mode::Eco,
                    3 => charger.car = 0,
                    4 => charger.car = 32,
                    5 => charger.priority = 1,
                    _ => charger.priority = 0,
                }
                (next, wait) = (events.next(), 0);
            }
        }
    }

    #[test]
    fn p14_a_constant_surplus_is_shared_alike_and_all_of_it_is_used(surplus in 1_500i32..=20_000) {
        let mut site = Site::new(Preset::Balanced, 96, vec![0]);
        let hours = 12;
        (0..hours * 360).for_each(|_| site.run(surplus));
        let energies = site.energies();
        let most = energies.iter().copied().fold(0.0, f64::max);
        let least = energies.iter().copied().fold(f64::MAX, f64::min);
        // One turn of the rotation at the greatest power that one of them had, and one ampere.
        let turn = f64::from(surplus.min(32 * VOLTS)) * 0.5;
        prop_assert!(most - least <= turn + f64::from(VOLTS * hours), "{energies:.0?}");
        let given = f64::from((surplus / VOLTS * VOLTS).min(96 * VOLTS) * hours);
        prop_assert!(site.taken_wh >= 0.8 * given, "{:.0} of {given:.0} Wh", site.taken_wh);
        // Each turn of the rotation may empty one bucket, and each start its part of the least current.
        let turns = f64::from(hours) * 2.0;
        let bucket = 16.0 / 0.877;
        let begun = 0.123 * f64::from(6 * VOLTS * hours);
        prop_assert!(
            site.import_wh <= turns * 3.0 * bucket + begun + 300.0,
            "{:.0} Wh from the grid", site.import_wh
        );
    }

    #[test]
    fn p14_the_higher_priority_comes_first(surplus in 1_500i32..=12_000, who in 0..N) {
        let mut site = Site::new(Preset::Balanced, 96, vec![0]);
        site.wired[who].charger.priority = 9;
        (0..1_440).for_each(|_| site.run(surplus));
        let energies = site.energies();
        let first = energies[who];
        prop_assert!(energies.iter().all(|other| *other <= first));
        if surplus < 2 * 6 * VOLTS - 400 {
            prop_assert!((site.taken_wh - first).abs() < 1.0, "{energies:.0?}");
        }
    }

    #[test]
    fn p14_what_a_full_or_a_sleeping_car_leaves_goes_on(surplus in 3_000i32..=20_000, full in 0..N) {
        let mut site = Site::new(Preset::Balanced, 96, vec![0]);
        site.wired[full].charger.car = 0;
        let away = (full + 1) % N;
        site.wired[away].charger.vehicle = false;
        (0..1_440).for_each(|_| site.run(surplus));
        let given = f64::from((surplus / VOLTS * VOLTS).min(32 * VOLTS) * 4);
        let last = site.energies()[(full + 2) % N];
        prop_assert!(last >= 0.85 * given, "{last:.0} of {given:.0} Wh");
        prop_assert!(site.wired[full].starts <= 2, "{} starts", site.wired[full].starts);
    }

    #[test]
    fn p14_normal_mode_shares_the_connection_without_any_sun(limit in 18u8..=60) {
        let mut site = Site::new(Preset::Balanced, limit, vec![0]);
        site.wired.iter_mut().for_each(|wired| wired.charger.mode = Mode::Normal);
        (0..360).for_each(|_| site.run(-500));
        let amps: Vec<i32> = site.wired.iter().map(|wired| wired.charger.amps()).collect();
        prop_assert_eq!(amps.iter().sum::<i32>(), i32::from(limit), "{:?}", amps);
        prop_assert!(amps.iter().max().unwrap() - amps.iter().min().unwrap() <= 1);
    }
}

#[test]
fn p14_a_connection_for_one_goes_round() {
    let mut site = Site::new(Preset::Balanced, 8, vec![0, 1]);
    site.wired.iter_mut().for_each(|wired| wired.charger.mode = Mode::Normal);
    (0..9 * 360).for_each(|_| site.run(0));
    let energies = site.energies();
    println!("{energies:.0?}");
    let most = energies.iter().copied().fold(0.0, f64::max);
    let least = energies.iter().copied().fold(f64::MAX, f64::min);
    assert!(most - least <= f64::from(8 * VOLTS) * 0.5 + 100.0, "{energies:.0?}");
    assert!(least > 2_500.0, "{energies:.0?}");
}
