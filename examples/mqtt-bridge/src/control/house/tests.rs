use super::*;
use rapi_core::commands::Power;
use rapi_core::types::{MilliAmps, MilliVolts, OrNone};

fn car(amps: i32) -> Snapshot {
    let power = Power {
        current: OrNone(Some(MilliAmps(amps * 1000))),
        voltage: OrNone(Some(MilliVolts(230_000))),
    };
    Snapshot { power: Some(power), ..Snapshot::default() }
}

const WATTS: Connection = Connection { watts: 9200, peak: 0, amps: 0, conductors: 0, phases: 1 };

#[test]
fn nothing_is_drawn_while_the_house_is_not_known() {
    let mut house = House::new(WATTS);
    let mut step = |second: u64, heard: bool| {
        if heard {
            house.read(2300, second * 1000, 0);
        }
        let wish = house.step(second * 1000, &car(0));
        (wish.run, wish.max_current)
    };
    let nothing = (Some(Run::Disabled), Some(LEAST));
    assert_eq!(step(0, false), nothing);
    // The meter is heard, for long enough.
    for second in 1..11 {
        assert_eq!(step(second, true), nothing, "{second}");
    }
    assert_eq!(step(11, true), (None, Some(30)));
    // It falls silent, and speaks again: that is a pause, and a pause lasts.
    assert_eq!(step(41, false), (None, Some(30)));
    for second in 42..342 {
        assert_eq!(step(second, second > 50), nothing, "{second}");
    }
    assert_eq!(step(342, true), (None, Some(30)));
}

#[test]
fn less_is_at_once_and_more_after_a_while() {
    let mut house = House::new(WATTS);
    house.read(0, 0, 0);
    house.step(0, &car(0));
    house.paused_at = None;
    house.read(0, 10_000, 0);
    assert_eq!(house.step(10_000, &car(0)).max_current, Some(40));
    house.read(4600, 11_000, 0);
    assert_eq!(house.step(11_000, &car(0)).max_current, Some(20));
    house.read(2300, 12_000, 0);
    assert_eq!(house.step(12_000, &car(0)).max_current, Some(20));
    assert_eq!(house.step(21_999, &car(0)).max_current, Some(20));
    assert_eq!(house.step(22_000, &car(0)).max_current, Some(30));
}

#[test]
fn a_car_that_has_just_begun_is_not_taken_off_an_old_reading() {
    let mut house = House::new(WATTS);
    house.read(4600, 0, 0);
    house.step(0, &car(0));
    house.cap = 20;
    house.paused_at = None;
    // The car draws 20 A now; the meter has not told yet.
    assert_eq!(house.step(1_000, &car(20)).max_current, Some(20));
    house.read(9200, 2_000, 0);
    for second in 2..30 {
        house.read(9200, second * 1000, 0);
        let cap = house.step(second * 1000, &car(20)).max_current.unwrap();
        assert!(cap <= 20, "{second} s: {cap} A");
    }
}

/// Houses with meters that are at once and that are late, and a car that takes what it gets: neither its
/// start nor what it gives back ends the charge, and the connection is not overloaded for longer than
/// a late meter needs.
#[test]
fn a_start_or_a_step_down_is_no_reason_for_a_pause_whether_the_meter_is_late_or_not() {
    for late in [0_usize, 3, 8] {
        let mut house = House::new(WATTS);
        let (mut draws, mut over) = (Vec::new(), 0);
        let mut offered = 0;
        for second in 0..120_u64 {
            // 24 A are left for the car, then 14 A.
            let others = if second < 60 { 3680 } else { 5980 };
            draws.push(others + offered * 230);
            let told = draws[draws.len().saturating_sub(late + 1)];
            house.read(told, second * 1000, 0);
            let wish = house.step(second * 1000, &car(offered));
            let amps = wish.max_current.filter(|_| wish.run.is_none()).map_or(0, i32::from);
            assert!(second < 12 || amps >= LEAST.into(), "{late} s late: paused at {second} s");
            offered = amps;
            over = if draws[draws.len() - 1] > 9200 { over + 1 } else { 0 };
            assert!(over <= late + 1, "{late} s late: {over} s too much at {second} s");
            match second {
                55 => assert_eq!(offered, 24, "{late} s late"),
                119 => assert_eq!(offered, 14, "{late} s late"),
                _ => {}
            }
        }
    }
}

/// A house that has begun a while ago.
fn begun(connection: Connection) -> House {
    let mut house = House::new(connection);
    house.step(0, &car(0));
    (house.paused_at, house.cap) = (None, 80);
    house
}

#[test]
fn the_worst_phase_counts_for_a_car_on_three_and_the_first_for_a_car_on_one() {
    let fuses = |phases| Connection { amps: 25, conductors: 3, phases, ..Connection::default() };
    for (phases, currents, amps) in [
        (3, [5_000, 2_000, 11_500], 13),
        (1, [5_000, 2_000, 11_500], 20),
        // What is fed in on a phase makes room on that phase only.
        (3, [-10_000, -10_000, 19_000], 6),
        (1, [-10_000, 24_000, 24_000], 35),
    ] {
        let mut house = begun(fuses(phases));
        for (phase, milliamps) in currents.into_iter().enumerate() {
            house.read_current(phase, milliamps, 1_000);
        }
        let wish = house.step(1_000, &car(0));
        assert_eq!(wish.max_current, Some(amps), "{phases} {currents:?}");
        assert!(house.facts().fresh);
    }
    // One of the three falls silent.
    let mut house = begun(fuses(3));
    for phase in 0..3 {
        house.read_current(phase, 0, if phase == 1 { 0 } else { 20_000 });
    }
    assert_eq!(house.step(30_000, &car(0)).run, None);
    assert_eq!(house.step(30_001, &car(0)).run, Some(Run::Disabled));
}

#[test]
fn the_car_itself_does_not_take_its_own_room() {
    let fuses = Connection { amps: 25, conductors: 1, phases: 1, ..Connection::default() };
    let mut house = begun(fuses);
    house.read_current(0, 20_000, 11_000);
    // For ten seconds the meter may not know it.
    assert_eq!(house.step(11_000, &car(16)).max_current, Some(21));
    house.paused_at = None;
    assert_eq!(house.facts().live, Some(4800));
    assert_eq!(house.facts().max, 6000);
}

#[test]
fn the_smallest_of_sum_peak_and_phase_counts() {
    let all = Connection { watts: 9200, peak: 4600, amps: 16, conductors: 1, phases: 1 };
    for (watts, amps) in [(0, 16), (2300, 10), (9000, 0)] {
        let mut house = begun(all);
        house.read_current(0, 0, 1_000);
        house.load.volts = Some(230);
        house.read(watts, 1_000, 0);
        let wish = house.step(1_000, &car(0));
        let expected = if amps == 0 { Some(LEAST) } else { Some(amps) };
        assert_eq!((wish.max_current, wish.run.is_some()), (expected, amps == 0), "{watts} W");
    }
}
