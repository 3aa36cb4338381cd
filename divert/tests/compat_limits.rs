//! What the gateways' rules never do here, whatever the input is.
#![allow(clippy::missing_const_for_fn, clippy::std_instead_of_core, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use proptest::prelude::*;
use rapi_divert::compat::{Command, Outcome, V2_7, V2_9, V5, V5Config};
use rapi_divert::{Amps, EvseStatus, Feed, Measurement, MilliAmps, Millis, Mode, Volts, Watts};

fn status() -> impl Strategy<Value = EvseStatus> {
    prop_oneof![
        Just(EvseStatus::NotConnected),
        Just(EvseStatus::Connected),
        Just(EvseStatus::Charging),
        any::<bool>().prop_map(|vehicle| EvseStatus::Asleep { vehicle }),
        Just(EvseStatus::Disabled),
        Just(EvseStatus::Fault),
    ]
}

fn measurement() -> impl Strategy<Value = Measurement> {
    let power = prop_oneof![any::<i32>(), -9_000i32..=9_000];
    let feed = (power, any::<u32>(), any::<bool>(), any::<bool>());
    let mode = prop_oneof![1 => Just(Mode::Normal), 9 => Just(Mode::Eco)];
    let current = prop_oneof![any::<i32>(), 0i32..=32_000];
    (feed, mode, status(), any::<u8>(), current, proptest::option::of(any::<u16>())).prop_map(
        |((power, at, grid, none), mode, evse, limit, current, volts)| {
            let (power, sampled_at) = (Watts(power), Millis(at));
            let feed = match (none, grid) {
                (true, _) => Feed::None,
                (_, true) => Feed::Grid { power, sampled_at },
                (_, false) => Feed::Solar { power, sampled_at },
            };
            let measurement = Measurement::new(mode, evse, Amps(limit))
                .with_feed(feed)
                .with_ev_current(MilliAmps(current));
            volts.map_or(measurement, |volts| measurement.with_voltage(Volts(volts)))
        },
    )
}

fn settings() -> impl Strategy<Value = V5Config> {
    let times = (any::<u32>(), any::<u32>(), any::<u32>());
    (any::<u16>(), times, any::<bool>(), 0u8..=40).prop_map(
        |(pv_ratio, (attack, decay, min_charge), three_phase, least)| V5Config {
            pv_ratio,
            attack,
            decay,
            min_charge,
            three_phase,
            min_amps: Amps(least),
        },
    )
}

/// The current is what the station can offer, and nobody is overruled.
fn assert_within(outcome: &Outcome, measurement: &Measurement, least: u8) {
    for command in &outcome.commands {
        match command {
            Command::SetCurrent(amps) | Command::SaveCurrent(amps) => {
                let limit = measurement.limit;
                assert!(amps.0 >= least && amps <= limit, "{amps} of {least} to {limit}");
            }
            Command::Enable => assert!(measurement.limit.0 >= least),
            _ => {}
        }
        let may_be_told = !matches!(measurement.evse, EvseStatus::Disabled | EvseStatus::Fault);
        assert!(may_be_told, "{command:?} with {:?}", measurement.evse);
    }
    assert!(outcome.available.is_finite() && outcome.smoothed.is_finite());
}

proptest! {
    #[test]
    fn p1_the_gateways_rules_keep_the_limits_with_any_input(
        settings in settings(),
        steps in proptest::collection::vec((any::<u32>(), any::<i32>(), measurement()), 1..100),
    ) {
        let (mut v2_7, mut v2_9, mut v5) = (V2_7::new(), V2_9::new(), V5::new(settings));
        for (now, clock, measurement) in steps {
            if clock % 16 == 0 {
                v2_9.clock_set(clock);
                v5.clock_set(clock);
            }
            let now = Millis(now);
            assert_within(&v2_7.step(now, &measurement), &measurement, 6);
            assert_within(&v2_9.step(now, &measurement), &measurement, 6);
            assert_within(&v5.step(now, &measurement), &measurement, settings.min_amps.0);
        }
    }
}

#[test]
fn p1_a_limit_below_the_least_current_pauses_at_the_next_reading() {
    type Step<'a> = &'a mut dyn FnMut(Millis, &Measurement) -> Outcome;
    let (mut v2_7, mut v2_9, mut v5) = (V2_7::new(), V2_9::new(), V5::new(V5Config::DEFAULT));
    let mut rules: [(&str, Step<'_>); 3] = [
        ("2.7", &mut |now, measurement| v2_7.step(now, measurement)),
        ("2.9", &mut |now, measurement| v2_9.step(now, measurement)),
        ("5", &mut |now, measurement| v5.step(now, measurement)),
    ];
    for (name, rule) in &mut rules {
        let mut evse = EvseStatus::Asleep { vehicle: true };
        for second in (0..=120).step_by(10) {
            let limit = if second < 120 { Amps(32) } else { Amps(5) };
            let now = Millis(second * 1000);
            let feed = Feed::Solar { power: Watts(4_000), sampled_at: now };
            let measurement = Measurement::new(Mode::Eco, evse, limit).with_feed(feed);
            for command in rule(now, &measurement).commands {
                match command {
                    Command::Enable => evse = EvseStatus::Charging,
                    Command::Sleep => evse = EvseStatus::Asleep { vehicle: true },
                    _ => {}
                }
            }
            let charges = evse == EvseStatus::Charging;
            assert!(charges || second != 110, "{name} charges with 4 kW of sun");
            assert!(!charges || second != 120, "{name} pauses at a limit of 5 A");
        }
    }
}
