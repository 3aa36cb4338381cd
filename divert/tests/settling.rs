//! P9: a constant surplus settles, whatever the car, the meter and the voltage do.
#![allow(clippy::missing_const_for_fn, clippy::std_instead_of_core)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation
)]
#![allow(clippy::cast_possible_wrap, clippy::cast_sign_loss, missing_docs, dead_code)]

mod support;

use proptest::prelude::*;
use rapi_divert::{
    Amps, Config, Divert, Feed, Measurement, MilliAmps, Millis, Mode, Preset, Watts,
};
use support::{Plant, VOLTS, close_loop, grid, preset};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn p9_a_constant_surplus_settles_with_one_change_however_late_the_meter_is(
        preset in preset(), surplus in 300i32..=9_000, late in 0usize..=9,
    ) {
        let mut divert = Divert::new(Config::preset(preset)).unwrap();
        let mut plant = Plant::asleep();
        close_loop(&mut divert, &mut plant, std::iter::repeat_n(-surplus, 2_000), 10, late);
        prop_assert!(plant.starts <= 1 && plant.sets <= 1, "{} sets", plant.sets);
        prop_assert_eq!(plant.switched.len() as u32, plant.starts, "never stopped");
    }

    /// A car that needs its time to begin, ramps, stops by itself and comes back, with a late meter.
    #[test]
    fn p9_a_car_that_does_not_follow_at_once_leads_to_no_cycle(
        preset in preset(), surplus in 1_500i32..=9_000, late in 0usize..=6,
        dead in 0u32..=6, slew in 2i32..=32, stops in any::<bool>(),
    ) {
        let mut divert = Divert::new(Config::preset(preset)).unwrap();
        let mut plant = Plant::asleep();
        let (mut amps, mut awake_for, mut meter) = (0, 0, Vec::new());
        for i in 0..2_000u32 {
            let at = i * 10_000;
            awake_for = if plant.awake { awake_for + 1 } else { 0 };
            let wanted = if awake_for <= dead || (stops && (700..900).contains(&i)) { 0 } else { plant.ev_amps() };
            amps += (wanted - amps).clamp(-slew, slew);
            if !plant.awake {
                amps = 0;
            }
            meter.push(VOLTS * amps - surplus);
            let mut measurement = grid(&plant, 0, at);
            let power = Watts(meter[meter.len().saturating_sub(late + 1)]);
            measurement.feed = Feed::Grid { power, sampled_at: Millis(at) };
            measurement.ev_current = MilliAmps(amps * 1000);
            let decision = divert.step(Millis(at), &measurement);
            plant.apply(at.into(), &decision);
        }
        prop_assert!(plant.starts == 1 && plant.awake, "{} starts", plant.starts);
        prop_assert!(plant.sets <= 8, "{} sets", plant.sets);
        prop_assert!(VOLTS * i32::from(plant.pilot) <= surplus + VOLTS);
    }

    /// A feed of any rate, up to a minute late, and a car that ramps by some amperes a second.
    #[test]
    fn p9_a_fast_meter_may_be_a_minute_late(
        preset in preset(), surplus in 1_800i32..=9_000,
        period in prop_oneof![Just(200u32), Just(500), 900u32..=10_000], late in 0u32..=60_000,
        slew in prop_oneof![Just(32_000i32), 1_000i32..=10_000],
    ) {
        let mut divert = Divert::new(Config::preset(preset)).unwrap();
        let mut plant = Plant::asleep();
        let (mut milliamps, mut meter) = (0, Vec::new());
        for i in 0..7_200_000 / period {
            let at = i * period;
            let step = slew.saturating_mul(period as i32) / 1_000;
            let wanted = plant.ev_amps() * 1000;
            milliamps = if plant.awake { milliamps + (wanted - milliamps).clamp(-step, step) } else { 0 };
            meter.push(VOLTS * milliamps / 1000 - surplus);
            let mut measurement = grid(&plant, 0, at);
            let seen = meter.len() - 1;
            let power = Watts(meter[seen.saturating_sub((late / period) as usize)]);
            measurement.feed = Feed::Grid { power, sampled_at: Millis(at) };
            measurement.ev_current = MilliAmps(milliamps);
            let decision = divert.step(Millis(at), &measurement);
            plant.apply(at.into(), &decision);
        }
        prop_assert!(plant.starts == 1 && plant.awake, "{} starts", plant.starts);
        prop_assert!(plant.sets <= 8, "{} sets", plant.sets);
    }
}

/// Each watt, because wavering shows only where two currents are worth the same.
#[test]
fn p9_a_constant_surplus_settles_with_one_change_whatever_it_is() {
    for &preset in Preset::ALL {
        for surplus in 300..=9_000 {
            let mut divert = Divert::new(Config::preset(preset)).unwrap();
            let mut plant = Plant::asleep();
            close_loop(&mut divert, &mut plant, std::iter::repeat_n(-surplus, 150), 60, 0);
            assert!(plant.sets <= 1, "{preset:?} at {surplus} W: {} sets", plant.sets);
        }
    }
}

#[test]
fn p9_a_voltage_that_is_not_the_configured_one_makes_no_current_waver() {
    const HOURS: u32 = 3;
    for &preset in Preset::ALL {
        for volts in [225, 232, 240, 245, 250] {
            for surplus in (1_500..9_000).step_by(37) {
                let mut divert = Divert::new(Config::preset(preset)).unwrap();
                let mut plant = Plant::asleep();
                for at in (0..HOURS * 3_600_000).step_by(30_000) {
                    let decision = divert.step(
                        Millis(at),
                        &Measurement::new(Mode::Eco, plant.status(), Amps(32))
                            .with_feed(Feed::Grid {
                                power: Watts(volts * plant.ev_amps() - surplus),
                                sampled_at: Millis(at),
                            })
                            .with_ev_current(MilliAmps(plant.ev_amps() * 1000)),
                    );
                    plant.apply(at.into(), &decision);
                }
                assert!(
                    plant.sets <= 1 + HOURS && plant.starts <= 1,
                    "{preset:?} at {volts} V and {surplus} W: {} sets",
                    plant.sets
                );
            }
        }
    }
}

/// Over a roof it takes a minute: looked at from reading to reading it would be eight changes.
#[test]
fn the_edge_of_a_cloud_is_met_with_five_changes() {
    let (mut edges, mut changes) = (0, 0);
    for bright in (4_500..=8_000).step_by(250) {
        for dark in (1_500..=bright / 2).step_by(250) {
            let mut divert = Divert::new(Config::default()).unwrap();
            let mut plant = Plant::asleep();
            let edge = (0..30).map(|reading| {
                let left = 0.78_f64.powi(reading + 1) * f64::from(bright - dark);
                -(dark + left.round() as i32)
            });
            let sky = std::iter::repeat_n(-bright, 120).chain(edge);
            let totals = close_loop(&mut divert, &mut plant, sky, 10, 0);
            // The first is that of the start.
            changes += totals.sets - 1;
            edges += 1;
            let fits = dark / VOLTS - 1..=dark / VOLTS + 1;
            assert!(fits.contains(&i32::from(plant.pilot)), "{dark} W: {} A", plant.pilot);
        }
    }
    assert!(changes <= 5 * edges, "{changes} changes for {edges} edges");
}
