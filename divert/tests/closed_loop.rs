//! Guarantees about what a charger, a car and a house go through with the rule around them.
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
    Amps, Config, Divert, Feed, Measurement, MilliAmps, Millis, Mode, Preset, Reason, WattHours,
    Watts,
};
use support::{Plant, VOLTS, close_loop, grid, preset, sky};

/// Runs at a constant surplus until the rule charges.
fn charging(preset: Preset, surplus: i32) -> (Divert, Plant, u32) {
    let mut divert = Divert::new(Config::preset(preset)).unwrap();
    let mut plant = Plant::asleep();
    let steps = 720;
    close_loop(&mut divert, &mut plant, std::iter::repeat_n(-surplus, steps), 10, 0);
    assert!(plant.awake);
    (divert, plant, steps as u32 * 10_000)
}

/// A charge beside a constant surplus, whose sun goes at once and for good.
struct Evening {
    plant: Plant,
    /// What the car drew when the sun went, in watts.
    power: i32,
    import_wh: f64,
    /// Decisions after that which left the current above the least one.
    readings_above_least: usize,
}

impl Evening {
    /// Charges for so many readings, then takes what `house` takes for an hour.
    fn run(preset: Preset, surplus: i32, late: usize, charged: usize, house: i32) -> Self {
        let mut divert = Divert::new(Config::preset(preset)).unwrap();
        let (mut plant, mut meter) = (Plant::asleep(), Vec::new());
        let (mut power, mut import_wh, mut readings_above_least, mut since_start) = (0, 0.0, 0, 0);
        let mut dark = 0;
        while dark < 360 {
            let at = meter.len() as u32 * 10_000;
            let gone = since_start >= charged;
            if gone && dark == 0 {
                power = VOLTS * plant.ev_amps();
            }
            dark += u32::from(gone);
            let net = if gone { house } else { -surplus };
            meter.push(net + VOLTS * plant.ev_amps());
            let shown = meter[meter.len().saturating_sub(late + 1)];
            let measurement = Measurement::new(Mode::Eco, plant.status(), Amps(32))
                .with_feed(Feed::Grid { power: Watts(shown), sampled_at: Millis(at) })
                .with_ev_current(MilliAmps(plant.ev_amps() * 1000));
            let decision = divert.step(Millis(at), &measurement);
            plant.apply(at.into(), &decision);
            since_start += usize::from(plant.awake);
            if gone {
                import_wh += f64::from(VOLTS * plant.ev_amps()) * 10.0 / 3600.0;
                readings_above_least += usize::from(plant.ev_amps() > 6);
            }
        }
        Self { plant, power, import_wh, readings_above_least }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn p3_the_relay_rests_between_switches_and_starts_are_few(
        preset in preset(),
        sky in sky(60),
        on in 10u32..=600, off in 10u32..=600,
        period in 1u32..=60, late in 0usize..=9,
    ) {
        let config = Config::preset(preset).with_min_times(Millis(on * 1000), Millis(off * 1000));
        let mut divert = Divert::new(config).unwrap();
        let mut plant = Plant::asleep();
        let seconds = sky.len() as u32 * period;
        close_loop(&mut divert, &mut plant, sky.into_iter(), period, late);
        for pair in plant.switched.windows(2) {
            let least = if pair[0].1 { on } else { off };
            prop_assert!(pair[1].0 - pair[0].0 >= u64::from(least) * 1000);
        }
        prop_assert!(plant.starts <= 1 + seconds / (on + off));
    }

    /// With P the power of the car when the sun goes, θ the sun share, T the period, L the delay:
    /// 120 Wh / θ + Pmin·T + P·L, or Pmin·min_on + P·L if the last start was a moment ago.
    #[test]
    fn p4_the_grid_energy_after_the_sun_has_gone_is_bounded(
        preset in preset(), surplus in 1_500i32..=9_000, late in 0usize..=6, charged in 1usize..=120,
    ) {
        let evening = Evening::run(preset, surplus, late, charged, 0);
        prop_assert!(!evening.plant.awake, "stops within the hour");
        // The hard budget counts the share of each watt-hour that should have been sun.
        let share = f64::from(Config::preset(preset).sun_share) / 1000.0;
        let (least, most) = (6.0 * f64::from(VOLTS), f64::from(evening.power));
        let (period_h, late_h) = (10.0 / 3600.0, late as f64 * 10.0 / 3600.0);
        let min_on_h = 300.0 / 3600.0;
        let unseen_wh = most * late_h;
        let bound = (120.0 / share + least * period_h).max(least * min_on_h) + unseen_wh;
        prop_assert!(evening.import_wh <= bound, "{:.0} Wh, {bound:.0} allowed", evening.import_wh);
    }

    #[test]
    fn p5_the_current_is_at_the_minimum_one_reading_after_the_sun_has_gone(
        preset in preset(), surplus in 1_500i32..=9_000, house in 0i32..=5_000,
        late in 0usize..=6, charged in 1usize..=120,
    ) {
        let evening = Evening::run(preset, surplus, late, charged, house);
        prop_assert!(evening.readings_above_least <= late, "{} readings", evening.readings_above_least);
    }

    #[test]
    fn p6_a_silent_meter_leads_to_the_minimum_then_to_a_pause_and_back_by_itself(
        preset in preset(), surplus in 1_600i32..=9_000, tick in 1_000u32..=20_000,
    ) {
        let (mut divert, mut plant, now) = charging(preset, surplus);
        let last = now - 10_000;
        let mut frozen = grid(&plant, -surplus, last);
        let before = plant.pilot;
        let mut at = now;
        while at - last < 400_000 {
            frozen.evse = plant.status();
            let decision = divert.step(Millis(at), &frozen);
            plant.apply(at.into(), &decision);
            prop_assert!(plant.pilot <= before);
            match at - last {
                age if age > 300_000 => prop_assert!(!plant.awake),
                age if age > 120_000 => prop_assert_eq!(plant.pilot, 6),
                _ => prop_assert!(plant.awake),
            }
            at += tick;
        }
        let stopped_starts = plant.starts;
        for _ in 0..2_000 {
            let decision = divert.step(Millis(at), &grid(&plant, -surplus, at));
            plant.apply(at.into(), &decision);
            at += 10_000;
        }
        prop_assert!(plant.awake);
        prop_assert_eq!(plant.starts, stopped_starts + 1);
    }

    #[test]
    fn p17_eco_with_enough_sun_does_not_interrupt_a_charge(
        preset in preset(), surplus in 1_500i32..=9_000, pilot in 6u8..=32,
    ) {
        let mut divert = Divert::new(Config::preset(preset)).unwrap();
        let mut plant = Plant::charging();
        plant.pilot = pilot;
        let mut at = 5_000;
        for mode in std::iter::repeat_n(Mode::Normal, 30).chain(std::iter::repeat_n(Mode::Eco, 300)) {
            let mut measurement = grid(&plant, -surplus, at);
            measurement.mode = mode;
            let decision = divert.step(Millis(at), &measurement);
            plant.apply(at.into(), &decision);
            at += 10_000;
        }
        prop_assert!(plant.switched.is_empty() && plant.awake);
        prop_assert!(VOLTS * i32::from(plant.pilot) <= surplus + VOLTS);
    }
}

#[test]
fn p8_results_depend_on_time_and_not_on_the_number_of_readings() {
    // Ramps up, a cloud, and down again: 3 h in all.
    let net = |second: u32| match second {
        0..=3_599 => -(second as i32) * 2,
        3_600..=4_199 => -900,
        4_200..=7_199 => -7_000,
        _ => -(10_800 - second as i32) * 2,
    };
    for &preset in Preset::ALL {
        let mut results = Vec::new();
        for period_ms in [100u32, 900, 1_000, 1_900, 5_000, 10_000] {
            let mut divert = Divert::new(Config::preset(preset)).unwrap();
            let mut plant = Plant::asleep();
            let mut energy = 0.0;
            for at in (0..10_800_000).step_by(period_ms as usize) {
                let decision = divert.step(Millis(at), &grid(&plant, net(at / 1_000), at));
                plant.apply(at.into(), &decision);
                energy += f64::from(VOLTS * plant.ev_amps()) * f64::from(period_ms) / 3.6e9;
            }
            let (starts, sets) = (plant.starts, plant.sets);
            println!("{preset:?}, {period_ms:5} ms: {energy:.2} kWh, {starts} starts, {sets} sets");
            results.push((energy, starts));
        }
        let (energy, starts) = results[0];
        for (other, other_starts) in results {
            assert_eq!(other_starts, starts);
            assert!((other - energy).abs() < energy * 0.01);
        }
    }
}

#[test]
fn calls_between_the_readings_change_nothing() {
    let readings = 1_000u32;
    let mut results = Vec::new();
    for calls in [1u32, 7] {
        let mut divert = Divert::new(Config::default()).unwrap();
        let mut plant = Plant::asleep();
        let mut log = Vec::new();
        for i in 0..readings {
            let at = i * 10_000;
            let surplus = if i % 50 < 40 { 3_000 } else { 0 };
            let measurement = grid(&plant, -surplus, at);
            for call in 0..calls {
                let now = at + call * 1_000;
                let mut measurement = measurement;
                measurement.evse = plant.status();
                let decision = divert.step(Millis(now), &measurement);
                plant.apply(now.into(), &decision);
                if call == 0 {
                    log.push((decision.state, decision.current, decision.actions));
                } else {
                    assert!(decision.actions.is_empty());
                }
            }
        }
        results.push(log);
    }
    assert_eq!(results[0], results[1]);
}

#[test]
fn a_sleeping_charger_starts_when_the_bucket_is_full_and_says_so() {
    let mut divert = Divert::new(Config::default()).unwrap();
    let mut plant = Plant::asleep();
    for i in 0..100 {
        let decision = divert.step(Millis(i * 10_000), &grid(&plant, -3_000, i * 10_000));
        plant.apply((i * 10_000).into(), &decision);
        if plant.awake {
            assert!(matches!(decision.reason, Reason::BucketFull { .. }));
            assert_eq!(decision.reason.to_string(), "start: bucket full, 8 of 8 Wh");
            assert_eq!(decision.current, Amps(12));
            return;
        }
        assert!(matches!(decision.reason, Reason::Filling { .. }));
    }
    panic!("never started");
}

#[test]
fn a_stop_says_whether_the_bucket_or_the_budget_of_a_start_was_spent() {
    for (bucket, expected) in [(4, "bucket"), (1_000, "budget")] {
        let config = Config::default().with_dials(860, WattHours(bucket));
        let mut divert = Divert::new(config).unwrap();
        let mut plant = Plant::asleep();
        let mut stop = None;
        for i in 0..2_000u32 {
            let surplus = if plant.starts == 0 || i < 10 { 6_000 } else { 0 };
            let decision = divert.step(Millis(i * 10_000), &grid(&plant, -surplus, i * 10_000));
            let was_on = plant.awake;
            plant.apply(u64::from(i) * 10_000, &decision);
            if was_on && !plant.awake {
                stop = stop.or(Some(decision.reason));
            }
        }
        match (expected, stop) {
            ("bucket", Some(Reason::BucketEmpty)) => {}
            ("budget", Some(Reason::HardBudget { used, allowed })) => {
                assert!(used >= allowed && allowed == WattHours(120));
            }
            _ => panic!("{bucket} Wh stopped for {stop:?}"),
        }
    }
}
