//! A battery in the house: who comes first, it or the car.
#![allow(clippy::missing_const_for_fn, clippy::std_instead_of_core)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::arithmetic_side_effects, clippy::cast_possible_truncation)]
#![allow(clippy::cast_possible_wrap, clippy::cast_sign_loss, clippy::cast_precision_loss)]
#![allow(missing_docs, dead_code)]

mod support;

use proptest::prelude::*;
use rapi_divert::{
    Amps, Battery, BatteryPolicy, Config, Divert, Feed, Measurement, MilliAmps, Millis, Mode,
    Percent, Watts,
};
use support::{Plant, VOLTS};

const POLICY: BatteryPolicy =
    BatteryPolicy { priority: Percent(50), buffer: Percent(90), discharge: Watts(1_500) };

/// What a run with a battery ended in.
struct End {
    plant: Plant,
    /// Watts: of the grid (+ import) and of the battery (+ charging).
    grid: i32,
    battery: i32,
}

/// Four hours of a constant surplus (without car and battery) and of a battery that follows the grid:
/// it takes and gives up to 3 kW so that the meter shows 0.
fn settle(soc: u8, surplus: i32) -> End {
    let mut divert = Divert::new(Config::default()).unwrap();
    let mut plant = Plant::asleep();
    let (mut grid, mut battery) = (0, 0);
    for i in 0..1_440u32 {
        let now = Millis(i * 10_000);
        let ev = VOLTS * plant.ev_amps();
        battery = (surplus - ev).clamp(-3_000, 3_000);
        grid = ev + battery - surplus;
        let measurement = Measurement::new(Mode::Eco, plant.status(), Amps(32))
            .with_feed(Feed::Grid { power: Watts(grid), sampled_at: now })
            .with_ev_current(MilliAmps(plant.ev_amps() * 1000))
            .with_battery(&POLICY, Battery { soc: Percent(soc), power: Watts(battery) });
        let decision = divert.step(now, &measurement);
        plant.apply(u64::from(now.0), &decision);
    }
    End { plant, grid, battery }
}

/// Four hours of a battery that somebody charges with a constant power, and of what the sun gives more than
/// the house takes.
fn forced(soc: u8, sun: i32, power: i32, on: bool) -> Plant {
    let mut divert = Divert::new(Config::default()).unwrap();
    let mut plant = if on { Plant::charging() } else { Plant::asleep() };
    for i in 0..1_440u32 {
        let now = Millis(i * 10_000);
        let grid = VOLTS * plant.ev_amps() + power - sun;
        let measurement = Measurement::new(Mode::Eco, plant.status(), Amps(32))
            .with_feed(Feed::Grid { power: Watts(grid), sampled_at: now })
            .with_ev_current(MilliAmps(plant.ev_amps() * 1000))
            .with_battery(&POLICY, Battery { soc: Percent(soc), power: Watts(power) });
        plant.apply(u64::from(now.0), &divert.step(now, &measurement));
    }
    plant
}

#[test]
fn a_battery_that_may_help_while_the_grid_charges_it_leaves_its_help_to_the_grid() {
    // By night: 1500 W are worth a charge with 6 A, whoever gives them.
    assert_eq!(forced(90, 0, 3_000, false).ev_amps(), 6);
    assert!(!forced(89, 0, 3_000, true).awake);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn p16_a_battery_that_comes_first_is_never_emptied_into_the_car(surplus in 0i32..=9_000) {
        let end = settle(30, surplus);
        let left = surplus - 3_000;
        if left >= 1_500 {
            prop_assert!(end.plant.awake && end.battery >= 2_700, "{} W", end.battery);
        } else if left < 1_000 {
            prop_assert!(!end.plant.awake);
        }
        // One ampere of rounding and the sun share may come out of it.
        prop_assert!(end.battery >= -240);
    }

    #[test]
    fn p16_above_its_priority_the_car_comes_first_and_drives_out_of_the_sun(
        soc in 50u8..90, surplus in 0i32..=9_000,
    ) {
        let end = settle(soc, surplus);
        // What the sun has to give of the least current, in milliwatts; with 4 W more the bucket of
        // 16 Wh is full within the four hours.
        let least = VOLTS * 6 * i32::from(Config::default().sun_share);
        if surplus * 1000 < least {
            prop_assert!(!end.plant.awake, "{} W", surplus);
        } else if surplus * 1000 >= least + 4_000 {
            prop_assert!(end.plant.awake, "{} W", surplus);
        }
        prop_assert!(end.battery >= -240);
    }

    #[test]
    fn p16_a_full_battery_helps_with_a_bounded_power(soc in 90u8..=100, surplus in 0i32..=9_000) {
        let end = settle(soc, surplus);
        prop_assert!(end.battery >= -POLICY.discharge.0 - 240, "{} W", end.battery);
        if surplus >= 500 {
            prop_assert!(end.plant.awake);
        }
    }

    #[test]
    fn p16_below_its_priority_the_car_never_charges_beside_a_battery_that_the_grid_charges(
        soc in 0u8..50, sun in 0i32..=9_000, more in 1i32..=3_000, on in any::<bool>(),
    ) {
        // All of the sun, and more: from the grid.
        prop_assert!(!forced(soc, sun, sun + more, on).awake);
    }

    #[test]
    fn p16_from_its_priority_on_the_car_has_the_sun_beside_a_battery_that_the_grid_charges(
        soc in 50u8..90, sun in -3_000i32..=9_000, power in 0i32..=12_000, on in any::<bool>(),
    ) {
        let plant = forced(soc, sun, power, on);
        prop_assert!(VOLTS * plant.ev_amps() <= (sun + VOLTS).max(0));
        if sun < 1_200 {
            prop_assert!(!plant.awake);
        } else if sun >= 1_500 {
            prop_assert!(plant.awake);
        }
    }
}

#[test]
fn a_solar_feed_without_a_battery_in_it_leaves_the_battery_its_part() {
    let feed = Feed::Solar { power: Watts(5_000), sampled_at: Millis(0) };
    let left = |soc, power| {
        let battery = Battery { soc: Percent(soc), power: Watts(power) };
        let measurement = Measurement::default().with_feed(feed).with_battery(&POLICY, battery);
        let Feed::Solar { power, .. } = measurement.feed else { panic!("another feed") };
        power.0
    };
    assert_eq!(left(30, 2_000), 3_000);
    assert_eq!(left(60, 2_000), 5_000);
    assert_eq!(left(30, -2_000), 5_000);
}

#[test]
fn by_default_a_battery_comes_first_up_to_half_and_never_helps() {
    let left = |soc, power| {
        BatteryPolicy::default().available(Battery { soc: Percent(soc), power: Watts(power) }).0
    };
    assert_eq!((left(49, 800), left(50, 800)), (0, 800));
    assert_eq!((left(100, 800), left(100, -800)), (800, -800));
}

#[test]
fn extreme_powers_do_not_overflow() {
    let (least, most) = (i32::MIN, i32::MAX);
    // What a battery of this power leaves below its priority, from there on, and when it may help.
    for (power, available) in [(least, [least, least, least + 1_500]), (most, [0, most, most])] {
        for (soc, available) in [30, 60, 255].into_iter().zip(available) {
            let battery = Battery { soc: Percent(soc), power: Watts(power) };
            assert_eq!(POLICY.available(battery), Watts(available), "{soc} %, {power} W");
            for grid in [least, 0, most] {
                let shown = i64::from(grid) - i64::from(available);
                let power = Watts(shown.clamp(least.into(), most.into()) as i32);
                let feed = |power| Feed::Grid { power, sampled_at: Millis(0) };
                let measurement = Measurement::default().with_feed(feed(Watts(grid)));
                assert_eq!(measurement.with_battery(&POLICY, battery).feed, feed(power));
            }
        }
    }
    // A generator, less what the battery takes of it.
    for (sun, power, left) in [(least, most, least), (most, least, most), (least, least, least)] {
        let battery = Battery { soc: Percent(0), power: Watts(power) };
        let feed = |power| Feed::Solar { power: Watts(power), sampled_at: Millis(0) };
        let measurement = Measurement::default().with_feed(feed(sun));
        assert_eq!(measurement.with_battery(&POLICY, battery).feed, feed(left));
    }
}

#[test]
fn a_battery_gives_way_from_its_priority_on_and_helps_from_its_buffer_on() {
    let charging = |soc| Battery { soc: Percent(soc), power: Watts(700) };
    for (soc, expected) in [(49, 0), (50, 700), (89, 700), (90, 2_200)] {
        assert_eq!(POLICY.available(charging(soc)), Watts(expected), "{soc} %");
    }
    let solar = Feed::Solar { power: Watts(5_000), sampled_at: Millis(0) };
    for (soc, expected) in [(49, 4_300), (50, 5_000)] {
        let measurement = Measurement::new(Mode::Eco, Plant::asleep().status(), Amps(32))
            .with_feed(solar)
            .with_battery(&POLICY, charging(soc));
        let expected = Feed::Solar { power: Watts(expected), sampled_at: Millis(0) };
        assert_eq!(measurement.feed, expected, "{soc} %");
    }
}
