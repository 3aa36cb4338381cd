//! P14: the order of the chargers, and what the connection leaves to each, to the ampere.
#![allow(clippy::missing_const_for_fn, clippy::std_instead_of_core, missing_docs)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing
)]

use rapi_divert::{
    Amps, Config, Decision, EvseStatus, Feed, Fleet, MilliAmps, Millis, Mode, Reason, Station,
    Wanted, Watts,
};

const ASLEEP: EvseStatus = EvseStatus::Asleep { vehicle: true };
const CAR: Station = Station {
    mode: Mode::Eco,
    evse: EvseStatus::Charging,
    limit: Amps(32),
    priority: 0,
    ev_current: MilliAmps(0),
    offered: Amps(6),
    settled: true,
};

fn fleet(limit: u8) -> Fleet<2> {
    Fleet::new(Config::default(), Amps(limit), Millis(1_800_000)).unwrap()
}

fn step(fleet: &mut Fleet<2>, ms: u32, sun: i32, stations: &[Station; 2]) -> [Decision; 2] {
    let feed = Feed::Solar { power: Watts(sun), sampled_at: Millis(ms) };
    fleet.step(Millis(ms), feed, stations)
}

/// The currents after the first step, which takes over two chargers that offer `offered`.
fn currents(limit: u8, sun: i32, offered: [u8; 2]) -> [u8; 2] {
    let stations = offered.map(|amps| Station { offered: Amps(amps), ..CAR });
    let mut fleet = fleet(limit);
    let decisions = step(&mut fleet, 0, sun, &stations);
    assert!(fleet.reserved() <= u16::from(limit));
    decisions.map(|decision| decision.current.0)
}

#[test]
fn p14_the_connection_is_dealt_out_as_the_sun_is() {
    assert_eq!(currents(20, 20_000, [6, 6]), [10, 10]);
    assert_eq!(currents(21, 20_000, [6, 6]), [11, 10]);
    assert_eq!(currents(12, 20_000, [6, 6]), [6, 6]);
    assert_eq!(currents(11, 20_000, [6, 0]), [11, 0], "the second would get less than its least");
    assert_eq!(currents(255, 20_000, [6, 6]), [32, 32]);
}

#[test]
fn p14_a_share_that_is_too_small_for_a_start_takes_nothing_of_the_connection() {
    assert_eq!(currents(13, 2_600, [6, 6]), [7, 0], "6 A are on offer until it sleeps");
    assert_eq!(currents(13, 2_600, [6, 0]), [10, 0]);
}

#[test]
fn p14_a_current_is_raised_only_into_what_the_others_do_not_offer() {
    assert_eq!(currents(20, 20_000, [14, 6]), [10, 6], "until the first has come down to 10 A");
    assert_eq!(currents(20, 20_000, [6, 14]), [6, 10]);
    assert_eq!(currents(20, 20_000, [8, 6]), [10, 10]);
}

#[test]
fn p14_what_is_on_its_way_is_reserved_until_it_is_confirmed() {
    let mut fleet = fleet(20);
    let mut stations = [CAR; 2];
    let _ = step(&mut fleet, 0, 20_000, &stations);
    assert_eq!(fleet.reserved(), 20);
    // Nothing is known of what has become of the commands.
    for station in &mut stations {
        station.settled = false;
    }
    let _ = step(&mut fleet, 10_000, 20_000, &stations);
    assert_eq!(fleet.reserved(), 20);
    stations[0].settled = true;
    let _ = step(&mut fleet, 20_000, 20_000, &stations);
    assert_eq!(fleet.reserved(), 16, "the first says 6 A, and is told nothing new");
    for evse in [ASLEEP, EvseStatus::Asleep { vehicle: false }, EvseStatus::Disabled] {
        let mut fleet = fleet.clone();
        stations[1] = Station { evse, settled: true, ..CAR };
        let _ = step(&mut fleet, 30_000, 0, &stations);
        assert_eq!(fleet.reserved(), 6, "{evse:?}");
    }
}

#[test]
fn p14_a_charger_that_is_awake_without_a_car_holds_what_it_is_told() {
    let mut fleet = fleet(20);
    let free = Station { evse: EvseStatus::NotConnected, settled: false, ..CAR };
    let decisions = step(&mut fleet, 0, 20_000, &[free, CAR]);
    assert_eq!(fleet.reserved(), 20);
    assert_eq!(decisions.map(|decision| decision.current), [Amps(0), Amps(14)]);
}

#[test]
fn p14_a_sleeping_charger_reserves_its_current_when_it_is_woken() {
    let mut fleet = fleet(20);
    let asleep = Station { evse: ASLEEP, ..CAR };
    let away = Station { evse: EvseStatus::Asleep { vehicle: false }, ..CAR };
    for i in 0..1_000 {
        let [decision, _] = step(&mut fleet, i * 10_000, 3_000, &[asleep, away]);
        if decision.state == Wanted::Charge {
            assert_eq!((decision.current, fleet.reserved()), (Amps(12), 12));
            return;
        }
        assert_eq!(fleet.reserved(), 0);
    }
    panic!("three kilowatts start a car");
}

#[test]
fn p14_a_limit_below_the_least_current_leaves_its_share_to_the_other() {
    for limit in [5, 6] {
        let mut fleet = fleet(32);
        let small = Station { limit: Amps(limit), ..CAR };
        let [first, second] = step(&mut fleet, 0, 2_000, &[small, CAR]);
        let share = if limit == 5 { 2_000 } else { 2_000 - 1_440 };
        let surplus = match second.reason {
            Reason::KeptOn { surplus, .. } | Reason::TooLittleSun { surplus, .. } => surplus,
            _ => Watts(0),
        };
        assert_eq!(surplus, Watts(share), "limit {limit} A");
        assert_eq!(first.current, Amps(if limit == 5 { 0 } else { 6 }));
    }
}

#[test]
fn p14_a_charger_whose_limit_is_the_least_current_takes_part() {
    let mut fleet = fleet(12);
    let small = Station { limit: Amps(6), offered: Amps(0), ..CAR };
    let first = Station { priority: 9, offered: Amps(0), ..CAR };
    let decisions = step(&mut fleet, 0, 20_000, &[small, first]);
    assert_eq!(decisions.map(|decision| decision.current), [Amps(6), Amps(6)]);
}

#[test]
fn p14_a_full_car_keeps_its_part_of_the_connection_while_it_may_charge() {
    let mut fleet = fleet(20);
    let mut stations = [CAR; 2].map(|car| Station { ev_current: MilliAmps(10_000), ..car });
    let mut ms = 0;
    let decisions = step(&mut fleet, ms, 7_000, &stations);
    assert_eq!(decisions.map(|decision| decision.current), [Amps(10); 2]);
    stations[0].ev_current = MilliAmps(0);
    while ms < 290_000 {
        ms += 10_000;
        let decisions = step(&mut fleet, ms, 7_000, &stations);
        for (station, decision) in stations.iter_mut().zip(decisions) {
            assert_eq!(decision.state, Wanted::Charge);
            station.offered = decision.current;
        }
    }
    // It has no share of the sun any more, and is told the least current.
    assert_eq!(stations.map(|station| station.offered), [Amps(6), Amps(10)]);
}

#[test]
fn p6_without_a_meter_eco_pauses_and_normal_mode_goes_on() {
    let silent = |feed: Feed| {
        let mut fleet = fleet(32);
        let mut stations = [CAR, Station { mode: Mode::Normal, ..CAR }];
        for ms in (0..400_000).step_by(10_000) {
            let decisions = fleet.step(Millis(ms), feed, &stations);
            for (station, decision) in stations.iter_mut().zip(decisions) {
                if decision.state == Wanted::Pause {
                    station.evse = ASLEEP;
                }
            }
        }
        stations.map(|station| station.evse)
    };
    let dead = Feed::Solar { power: Watts(20_000), sampled_at: Millis(0) };
    assert_eq!(silent(dead), [ASLEEP, EvseStatus::Charging]);
    assert_eq!(silent(Feed::None), [ASLEEP, EvseStatus::Charging]);
}

/// When the first car, which has the sun, has to give it up to the second one.
fn rotated(first: i32, second: i32, seconds: u32) -> bool {
    rotated_at(60_000, first, second, seconds)
}

/// The same with a step every `period` milliseconds.
fn rotated_at(period: u32, first: i32, second: i32, seconds: u32) -> bool {
    let mut fleet = fleet(200);
    let mut stations = [CAR; 2];
    let [decision, other] = step(&mut fleet, 0, 2_000, &stations);
    assert_eq!((decision.current, other.state), (Amps(8), Wanted::Pause));
    stations[0].ev_current = MilliAmps(first);
    stations[1] = Station { evse: ASLEEP, ev_current: MilliAmps(second), ..CAR };
    let mut ms = 0;
    loop {
        let rest = seconds * 1_000 - ms;
        ms += rest.min(period);
        let [decision, _] = step(&mut fleet, ms, 2_000, &stations);
        let rotated = matches!(decision.reason, Reason::Guard { surplus: Watts(0) });
        if rotated || rest <= period {
            return rotated;
        }
    }
}

#[test]
fn p14_whoever_has_had_the_least_comes_first_when_the_order_is_made_anew() {
    assert!(!rotated(8_000, 0, 1_799));
    assert!(rotated(8_000, 0, 1_800));
    assert!(!rotated(8_000, 8_000, 1_800), "equals in the order of their numbers");
    assert!(!rotated(8_000, 9_000, 1_800));
    assert!(rotated(8_000, 7_900, 1_800));
}

#[test]
fn p14_energy_is_counted_in_full_however_often_the_fleet_is_asked() {
    for period in [7, 50, 90, 99, 250, 1_090] {
        assert!(rotated_at(period, 8_000, 7_900, 1_800), "{period} ms");
        assert!(!rotated_at(period, 8_000, 8_004, 1_800), "{period} ms: a watt more");
    }
    // What is left over of a reading is less than one of the units counted.
    assert!(rotated_at(50, 7_900, 5_300, 1_800));
}

#[test]
fn p14_the_energy_of_a_long_day_is_told_apart() {
    let mut fleet = fleet(200);
    let [mut first, mut second] = [CAR; 2];
    (first.ev_current, second.ev_current) = (MilliAmps(32_000), MilliAmps(30_000));
    for minute in 0..24 * 60 {
        let _ = step(&mut fleet, minute * 60_000, 2_000, &[first, second]);
    }
    let fault = Station { evse: EvseStatus::Fault, ..CAR };
    let _ = step(&mut fleet, 24 * 3_600_000, 2_000, &[fault; 2]);
    let decisions = step(&mut fleet, 24 * 3_600_000 + 10_000, 2_000, &[CAR; 2]);
    assert_eq!(decisions.map(|decision| decision.current), [Amps(0), Amps(8)]);
}

#[test]
fn p14_the_cars_are_taken_out_of_the_reading_of_the_grid_connection() {
    let mut fleet = fleet(200);
    let car = Station { ev_current: MilliAmps(10_000), ..CAR };
    let feed = Feed::Grid { power: Watts(-960), sampled_at: Millis(0) };
    let decisions = fleet.step(Millis(0), feed, &[car; 2]);
    assert_eq!(decisions.map(|decision| decision.current), [Amps(12), Amps(12)]);
}

#[test]
fn p14_readings_that_follow_each_other_faster_than_half_a_second_are_not_taken() {
    for (later, taken) in [(499, false), (500, true)] {
        let mut fleet = fleet(200);
        let fault = Station { evse: EvseStatus::Fault, ..CAR };
        let _ = step(&mut fleet, 1_000, 9_600, &[fault; 2]);
        let decisions = step(&mut fleet, 1_000 + later, 4_800, &[CAR; 2]);
        let amps = Amps(if taken { 10 } else { 20 });
        assert_eq!(decisions.map(|decision| decision.current), [amps; 2]);
    }
}

/// The sum of the currents after a series of solar readings: when it was passed, when it was taken, and watts.
fn taken(readings: &[(u32, u32, i32)]) -> u8 {
    let mut fleet = fleet(200);
    let mut sum = 0;
    for &(now, at, power) in readings {
        let last = now == readings[readings.len() - 1].0;
        let evse = if last { EvseStatus::Charging } else { EvseStatus::Fault };
        let feed = Feed::Solar { power: Watts(power), sampled_at: Millis(at) };
        let decisions = fleet.step(Millis(now), feed, &[Station { evse, ..CAR }; 2]);
        sum = decisions.iter().map(|decision| decision.current.0).sum();
    }
    sum
}

#[test]
fn p14_a_reading_from_before_the_last_one_is_used() {
    for ahead in [1, 499, 3_600_000] {
        let first = [(1_000, 2_000 + ahead, 9_600), (2_000, 2_000, 4_800)];
        let [one, two] = first;
        assert_eq!(taken(&first), 20, "{ahead} ms");
        // And from there on time passes again.
        assert_eq!(taken(&[one, two, (2_499, 2_499, 9_600)]), 20, "{ahead} ms");
        assert_eq!(taken(&[one, two, (2_500, 2_500, 9_600)]), 40, "{ahead} ms");
    }
}

#[test]
fn p14_a_reading_that_is_passed_again_is_the_same_reading() {
    let currents = |again: &[u32]| {
        let mut fleet = fleet(200);
        let feed = |power, at| Feed::Grid { power: Watts(power), sampled_at: Millis(at) };
        let fault = Station { evse: EvseStatus::Fault, ..CAR };
        let _ = fleet.step(Millis(0), feed(-4_800, 0), &[fault; 2]);
        for now in again {
            let _ = fleet.step(Millis(*now), feed(-4_800, 0), &[fault; 2]);
        }
        let car = Station { ev_current: MilliAmps(2_000), ..CAR };
        let decisions = fleet.step(Millis(10_000), feed(-5_800, 10_000), &[car; 2]);
        decisions.map(|decision| decision.current)
    };
    assert_eq!(currents(&[]), currents(&[1_000, 9_000]));
}
