//! Guarantees over arbitrary input: whatever is measured, whenever, in whatever order.
#![allow(clippy::missing_const_for_fn, clippy::std_instead_of_core)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::arithmetic_side_effects, missing_docs)]

use proptest::prelude::*;
use rapi_divert::{
    Action, Amps, Config, Decision, Divert, EvseStatus, Feed, Measurement, MilliAmps, Millis, Mode,
    Phases, Reason, RestoreError, SAVED_LEN, Volts, Wanted, WattHours, Watts,
};

#[derive(Clone, Debug)]
struct Step {
    wait: u32,
    sample_age: u32,
    measurement: Measurement,
}

fn config() -> impl Strategy<Value = Config> {
    let dials = (100u16..=990, 2u16..=1000);
    let times = (10_000u32..=3_600_000, 10_000u32..=3_600_000);
    let amps = (6u8..=80, 0u8..=74);
    let site = (any::<bool>(), 60u16..=300);
    let stale = (1_000u32..=600_000, 0u32..=600_000, 0u32..=600_000);
    (dials, times, amps, site, stale).prop_map(|(dials, times, amps, site, stale)| {
        let phases = if site.0 { Phases::Three } else { Phases::One };
        let max = amps.0.saturating_add(amps.1).min(80);
        Config::default()
            .with_dials(dials.0, WattHours(dials.1))
            .with_min_times(Millis(times.0), Millis(times.1))
            .with_amps(Amps(amps.0), Amps(max))
            .with_phases(phases)
            .with_voltage(Volts(site.1))
            .with_stale(
                Millis(stale.0),
                Millis(stale.0 + stale.1),
                Millis(stale.0 + stale.1 + stale.2),
            )
    })
}

fn power() -> impl Strategy<Value = i32> {
    prop_oneof![
        8 => -12_000i32..=4_000,
        1 => any::<i32>(),
        1 => prop_oneof![Just(i32::MIN), Just(i32::MAX), Just(0)],
    ]
}

fn evse() -> impl Strategy<Value = EvseStatus> {
    prop_oneof![
        2 => Just(EvseStatus::NotConnected),
        3 => Just(EvseStatus::Connected),
        8 => Just(EvseStatus::Charging),
        8 => Just(EvseStatus::Asleep { vehicle: true }),
        1 => Just(EvseStatus::Asleep { vehicle: false }),
        1 => Just(EvseStatus::Disabled),
        1 => Just(EvseStatus::Fault),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let time = prop_oneof![8 => 0u32..=30_000, 1 => any::<u32>(), 1 => 60_000u32..=4_000_000];
    let age = prop_oneof![8 => 0u32..=2_000, 1 => any::<u32>()];
    let mode = prop_oneof![9 => Just(Mode::Eco), 1 => Just(Mode::Normal)];
    let limit = prop_oneof![8 => Just(32u8), 2 => any::<u8>()];
    let volts = prop_oneof![
        6 => Just(None),
        3 => (200u16..=250).prop_map(Some),
        1 => any::<u16>().prop_map(Some),
        1 => Just(Some(0)),
    ];
    let current = prop_oneof![8 => 0i32..=32_000, 1 => any::<i32>()];
    (time, age, mode, evse(), limit, power(), 0u8..10, volts, current).prop_map(
        |(wait, sample_age, mode, evse, limit, power, kind, volts, current)| {
            let (power, sampled_at) = (Watts(power), Millis(0));
            let feed = match kind {
                0 => Feed::None,
                1 | 2 => Feed::Solar { power, sampled_at },
                _ => Feed::Grid { power, sampled_at },
            };
            let mut measurement = Measurement::new(mode, evse, Amps(limit))
                .with_feed(feed)
                .with_ev_current(MilliAmps(current));
            measurement.voltage = volts.map(Volts);
            Step { wait, sample_age, measurement }
        },
    )
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(step(), 1..150)
}

/// Feeds the steps on a clock that begins at `start`; `next` is returned relative to the step.
fn play(divert: &mut Divert, start: u32, steps: &[Step]) -> Vec<Decision> {
    let mut now = start;
    let mut decisions = Vec::new();
    for step in steps {
        now = now.wrapping_add(step.wait);
        let mut measurement = step.measurement;
        if let Feed::Grid { sampled_at, .. } | Feed::Solar { sampled_at, .. } =
            &mut measurement.feed
        {
            *sampled_at = Millis(now.wrapping_sub(step.sample_age));
        }
        let mut decision = divert.step(Millis(now), &measurement);
        decision.next = Millis(decision.next.0.wrapping_sub(now));
        decisions.push(decision);
    }
    decisions
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn p1_no_input_panics_or_leads_to_a_current_outside_the_limits(config in config(), steps in steps()) {
        let mut divert = Divert::new(config).unwrap();
        for (decision, step) in play(&mut divert, 0, &steps).iter().zip(&steps) {
            let most = step.measurement.limit.min(config.max_amps);
            let allowed = config.min_amps..=most;
            for action in decision.actions {
                if let Action::SetCurrent(amps) = action {
                    prop_assert!(allowed.contains(&amps), "{amps} of {allowed:?}");
                }
            }
            if decision.state == Wanted::Charge {
                prop_assert!(allowed.contains(&decision.current));
            } else {
                prop_assert_eq!(decision.current, Amps(0));
            }
            prop_assert!((1..=60_000).contains(&decision.next.0));
            prop_assert!(!decision.reason.to_string().is_empty());
        }
    }

    #[test]
    fn p2_an_enable_always_follows_the_current_it_is_meant_for(config in config(), steps in steps()) {
        let mut divert = Divert::new(config).unwrap();
        for (decision, step) in play(&mut divert, 0, &steps).iter().zip(&steps) {
            let actions: Vec<Action> = decision.actions.iter().collect();
            prop_assert_eq!(actions.is_empty(), decision.actions.is_empty());
            if actions.contains(&Action::Enable) {
                let wanted = match step.measurement.mode {
                    Mode::Eco => decision.current,
                    Mode::Normal => step.measurement.limit.min(config.max_amps),
                };
                prop_assert_eq!(actions, [Action::SetCurrent(wanted), Action::Enable]);
            } else {
                prop_assert!(actions.len() <= 1);
            }
        }
    }

    #[test]
    fn p7_a_clock_that_starts_anywhere_and_wraps_changes_no_decision(
        config in config(), steps in steps(), start in any::<u32>(),
    ) {
        let divert = Divert::new(config).unwrap();
        let one = play(&mut divert.clone(), 0, &steps);
        let other = play(&mut divert.clone(), start, &steps);
        let wrapping = play(&mut divert.clone(), u32::MAX - 5_000, &steps);
        prop_assert_eq!(&one, &other);
        prop_assert_eq!(&one, &wrapping);
    }

    /// With a feed that the car is not in: from a grid feed the rule also learns how late the meter is.
    #[test]
    fn p10_more_sun_or_a_smaller_share_never_leads_to_less_current(
        config in config(), steps in steps(), surplus in 0i32..=30_000, more in 0i32..=20_000,
        lower in 0u16..=890, wait in 500u32..=120_000,
    ) {
        let mut divert = Divert::new(config).unwrap();
        play(&mut divert, 0, &steps);
        let last = |mut divert: Divert, power: i32| {
            let mut step = steps.last().unwrap().clone();
            step.wait = wait;
            step.sample_age = 0;
            step.measurement.feed = Feed::Solar { power: Watts(power), sampled_at: Millis(0) };
            play(&mut divert, 1_000_000, &[step])[0].current
        };
        let current = last(divert.clone(), surplus);
        let with_more = last(divert.clone(), surplus + more);
        prop_assert!(with_more >= current, "{with_more} at {more} W more than for {current}");
        let share = config.sun_share.saturating_sub(lower).max(100);
        let easier = config.with_dials(share, config.bucket);
        let with_easier = last(Divert::restore(easier, &divert.save()).unwrap(), surplus);
        prop_assert!(with_easier >= current, "{with_easier} at {share} per mille, else {current}");
    }

    #[test]
    fn p11_saved_and_restored_it_decides_as_if_nothing_had_been(
        config in config(), steps in steps(), cut in 0usize..150,
    ) {
        let (first, second) = steps.split_at(cut.min(steps.len()));
        let mut original = Divert::new(config).unwrap();
        play(&mut original, 0, first);
        let saved = original.save();
        let mut restored = Divert::restore(config, &saved).unwrap();
        prop_assert_eq!(restored.save(), saved);
        prop_assert_eq!(play(&mut original, 77, second), play(&mut restored, 77, second));
        prop_assert_eq!(restored.save(), original.save());
    }

    #[test]
    fn p11_a_damaged_state_is_refused(
        config in config(), steps in steps(), at in 0usize..SAVED_LEN, flip in 1u8..=255,
    ) {
        let mut divert = Divert::new(config).unwrap();
        play(&mut divert, 0, &steps);
        let mut saved = divert.save();
        saved[at] ^= flip;
        prop_assert_eq!(Divert::restore(config, &saved).unwrap_err(), RestoreError::Damaged);
        prop_assert!(Divert::restore(config, &saved[..at]).is_err());
    }

    #[test]
    fn p12_without_a_vehicle_nothing_switches_the_relay(config in config(), steps in steps()) {
        let mut divert = Divert::new(config).unwrap();
        for (decision, step) in play(&mut divert, 0, &steps).iter().zip(&steps) {
            let evse = step.measurement.evse;
            if matches!(evse, EvseStatus::NotConnected | EvseStatus::Asleep { vehicle: false }) {
                let switches = decision.actions.iter().any(|a| matches!(a, Action::Enable | Action::Sleep));
                prop_assert!(!switches);
            }
        }
    }

    /// The number that decided is one that was measured, allowed or waited for.
    #[test]
    fn p18_every_decision_says_a_reason_that_fits_it_with_a_number_that_fits(
        config in config(), steps in steps(),
    ) {
        let mut divert = Divert::new(config).unwrap();
        // Settings are kept in tenths of a second, rounded up.
        let least = |time: Millis| 1..=time.0.next_multiple_of(100);
        for (decision, step) in play(&mut divert, 0, &steps).iter().zip(&steps) {
            let enable = decision.actions.iter().any(|action| action == Action::Enable);
            let (charge, pause) =
                (decision.state == Wanted::Charge, decision.state == Wanted::Pause);
            let normal = step.measurement.mode == Mode::Normal;
            prop_assert_eq!(decision.reason == Reason::NormalMode, normal);
            let fits = match decision.reason {
                Reason::BucketFull { have, need } => enable && have == need && need <= config.bucket,
                Reason::Filling { have, need } => pause && have <= need && need <= config.bucket,
                Reason::MinOff { left } => pause && least(config.min_off).contains(&left.0),
                Reason::TooLittleSun { surplus, need } => pause && surplus < need,
                Reason::KeptOn { surplus, need } => charge && surplus >= need,
                Reason::Holding { have, of } => charge && have <= of && of == config.bucket,
                Reason::MinOn { left } => charge && least(config.min_on).contains(&left.0),
                Reason::Up { surplus } | Reason::Down { surplus } => charge && surplus.0 >= 0,
                Reason::Guard { surplus } => {
                    charge && (0..i32::from(decision.current.0) * 900).contains(&surplus.0)
                }
                Reason::BucketEmpty => pause,
                Reason::HardBudget { used, allowed } => pause && used >= allowed,
                Reason::Limited { limit } => limit == step.measurement.limit,
                Reason::StaleFeed { age } => age.0 > config.stale_hold.0,
                Reason::NoVehicle | Reason::UserStop | Reason::Fault | Reason::NormalMode => {
                    decision.state == Wanted::Released || normal
                }
                _ => true,
            };
            prop_assert!(fits, "{decision:?}");
        }
    }

    #[test]
    fn p19_a_disabled_or_faulty_evse_is_left_alone(config in config(), steps in steps()) {
        let mut divert = Divert::new(config).unwrap();
        for (decision, step) in play(&mut divert, 0, &steps).iter().zip(&steps) {
            if matches!(step.measurement.evse, EvseStatus::Disabled | EvseStatus::Fault) {
                prop_assert!(decision.actions.is_empty());
                prop_assert_eq!(decision.state, Wanted::Released);
            }
        }
    }

    #[test]
    fn normal_mode_acts_once_after_eco_and_then_never(config in config(), steps in steps()) {
        let mut divert = Divert::new(config).unwrap();
        play(&mut divert, 0, &steps);
        let normal: Vec<Step> = steps
            .iter()
            .cloned()
            .map(|mut step| {
                step.measurement.mode = Mode::Normal;
                step
            })
            .collect();
        let acted = play(&mut divert, 0, &normal).iter().filter(|d| !d.actions.is_empty()).count();
        prop_assert!(acted <= 1);
    }
}

#[test]
fn the_state_takes_at_most_200_bytes() {
    println!("size_of::<Divert>() = {}", size_of::<Divert>());
    assert!(size_of::<Divert>() <= 200);
}
