//! P14, to the watt and the ampere: who gets which share of the sun and of the connection, and in which order.
#![allow(clippy::missing_const_for_fn, clippy::std_instead_of_core, missing_docs)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]
#![allow(clippy::indexing_slicing)]

use rapi_divert::{
    Amps, Config, Decision, EvseStatus, Feed, Fleet, MilliAmps, Millis, Mode, Preset, Reason,
    Station, Watts,
};

const ROTATION: u32 = 1_800;

/// Chargers that are awake with a car that draws nothing yet.
struct Site<const N: usize> {
    fleet: Fleet<N>,
    stations: [Station; N],
    second: u32,
    sun: i32,
}

impl<const N: usize> Site<N> {
    fn new(preset: Preset, limit: u8, sun: i32) -> Self {
        let rotation = Millis(ROTATION * 1_000);
        let station = Station {
            mode: Mode::Eco,
            evse: EvseStatus::Charging,
            limit: Amps(32),
            settled: true,
            ..Station::default()
        };
        Self {
            fleet: Fleet::new(Config::preset(preset), Amps(limit), rotation).unwrap(),
            stations: [station; N],
            second: 0,
            sun,
        }
    }

    fn step(&mut self, passed: u32) -> [Decision; N] {
        self.second += passed;
        let now = Millis(self.second * 1_000);
        let feed = Feed::Solar { power: Watts(self.sun), sampled_at: now };
        self.fleet.step(now, feed, &self.stations)
    }

    /// The shares of the sun in watts. A charger that is awake when the rule takes over says its own.
    fn shares(&mut self) -> [i32; N] {
        self.step(10).map(|decision| match decision.reason {
            Reason::KeptOn { surplus, .. } | Reason::TooLittleSun { surplus, .. } => surplus.0,
            other => panic!("{other}"),
        })
    }

    /// The same once more: the rule takes over again after a fault.
    fn shares_after(&mut self, passed: u32) -> [i32; N] {
        let before = self.stations;
        self.stations.iter_mut().for_each(|station| station.evse = EvseStatus::Fault);
        let _ = self.step(passed);
        self.stations = before;
        self.shares()
    }
}

fn shared<const N: usize>(sun: i32) -> [i32; N] {
    Site::new(Preset::Balanced, 200, sun).shares()
}

#[test]
fn p14_each_gets_its_least_current_in_order_and_the_rest_ampere_by_ampere() {
    // 6 A are 1440 W. What is less than an ampere goes to the first that can use it.
    assert_eq!(shared(1_000), [1_000, 0, 0]);
    assert_eq!(shared(1_500), [1_500, 0, 0]);
    assert_eq!(shared(2_879), [2_879, 0, 0]);
    assert_eq!(shared(2_880), [1_440, 1_440, 0]);
    assert_eq!(shared(3_000), [1_560, 1_440, 0]);
    assert_eq!(shared(3_360), [1_680, 1_680, 0]);
    assert_eq!(shared(4_319), [2_399, 1_920, 0]);
    assert_eq!(shared(4_320), [1_440; 3]);
    assert_eq!(shared(10_000), [14 * 240 + 160, 14 * 240, 13 * 240]);
    assert_eq!(shared(3 * 32 * 240), [7_680; 3]);
}

#[test]
fn p14_the_highest_priority_gets_the_rest_alone_until_it_can_take_no_more() {
    let shared = |sun: i32, priorities: [u8; 3]| {
        let mut site = Site::<3>::new(Preset::Balanced, 200, sun);
        for (station, priority) in site.stations.iter_mut().zip(priorities) {
            station.priority = priority;
        }
        site.shares()
    };
    assert_eq!(shared(1_500, [0, 1, 9]), [0, 0, 1_500]);
    assert_eq!(shared(2_900, [0, 1, 9]), [0, 1_440, 1_460]);
    assert_eq!(shared(6_000, [0, 1, 9]), [1_440, 1_440, 3_120]);
    assert_eq!(shared(6_000, [5, 5, 0]), [2_400, 2_160, 1_440]);
    assert_eq!(shared(44 * 240 + 100, [0, 1, 9]), [1_440, 1_540, 7_680]);
    assert_eq!(shared(48 * 240 + 100, [0, 1, 9]), [1_440, 10 * 240 + 100, 7_680]);
}

#[test]
fn p14_a_cap_of_one_charger_leaves_its_part_to_the_others() {
    let mut site = Site::<2>::new(Preset::Balanced, 200, 10_000);
    site.stations[0].limit = Amps(8);
    assert_eq!(site.shares(), [8 * 240, 32 * 240]);
}

#[test]
fn p14_the_least_current_is_begun_with_a_part_from_the_grid_once() {
    // The grid may supply 61 % of a watt-hour: 562 W are worth it, which 3 A have.
    let shared = |sun| Site::<3>::new(Preset::NoWaste, 200, sun).shares();
    assert_eq!(shared(8 * 240), [8 * 240, 0, 0]);
    assert_eq!(shared(9 * 240), [1_440, 3 * 240, 0]);
    assert_eq!(shared(9 * 240 + 239), [1_440 + 239, 3 * 240, 0]);
    assert_eq!(shared(11 * 240), [1_440, 5 * 240, 0]);
    assert_eq!(shared(15 * 240), [1_440, 1_440, 3 * 240]);
}

#[test]
fn p14_a_car_that_takes_less_than_an_ampere_for_three_minutes_gets_what_nobody_else_can_use() {
    for (milliamps, seconds, full) in
        [(999, 180, true), (999, 179, false), (1_000, 1_000, false), (0, 180, true)]
    {
        let mut site = Site::<2>::new(Preset::Balanced, 200, 10_000);
        site.stations[0].ev_current = MilliAmps(milliamps);
        site.stations[1].ev_current = MilliAmps(9_000);
        let _ = site.step(0);
        let _ = site.step(seconds - 10);
        // 41 A and 160 W: one of 32 A, and what is left; or the least twice, and the rest alike.
        let [first, second] = site.shares_after(0);
        if full {
            assert_eq!([first, second], [9 * 240 + 160, 32 * 240], "{milliamps} mA, {seconds} s");
        } else {
            assert_eq!(first + second, 10_000, "{milliamps} mA, {seconds} s");
            assert!((first - second).abs() <= 240 + 160);
        }
    }
}

#[test]
fn p14_a_car_is_no_longer_full_when_it_takes_current_again_or_another_one_comes() {
    let full = || {
        let mut site = Site::<2>::new(Preset::Balanced, 200, 2_000);
        site.stations[1].ev_current = MilliAmps(9_000);
        let _ = site.step(0);
        let _ = site.step(200);
        assert_eq!(site.shares_after(0), [0, 2_000]);
        site
    };
    // It has had less energy, so that it comes first when it takes part.
    let mut again = full();
    again.stations[0].ev_current = MilliAmps(1_000);
    assert_eq!(again.shares_after(0), [2_000, 0]);
    for away in [EvseStatus::NotConnected, EvseStatus::Asleep { vehicle: false }] {
        let mut other = full();
        other.stations[0].evse = away;
        let _ = other.step(0);
        other.stations[0].evse = EvseStatus::Charging;
        assert_eq!(other.shares_after(0), [2_000, 0], "{away:?}");
    }
    for away in [EvseStatus::Fault, EvseStatus::Disabled, EvseStatus::Asleep { vehicle: true }] {
        let mut same = full();
        same.stations[0].evse = away;
        let _ = same.step(0);
        same.stations[0].evse = EvseStatus::Charging;
        assert_eq!(same.shares_after(0), [0, 2_000], "{away:?}");
    }
}
