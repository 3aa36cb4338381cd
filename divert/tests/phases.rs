//! P15: one phase or three.
#![allow(clippy::missing_const_for_fn, clippy::std_instead_of_core)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::arithmetic_side_effects, clippy::cast_possible_truncation)]
#![allow(clippy::cast_possible_wrap, clippy::cast_sign_loss, clippy::cast_precision_loss)]
#![allow(missing_docs, dead_code)]

mod support;

use proptest::prelude::*;
use rapi_divert::{
    Amps, Config, Feed, Measurement, MilliAmps, Millis, Mode, PhasedDivert, Phases, Reason, Watts,
};
use support::{Plant, VOLTS, sky};

const REST: u32 = 900_000;

/// What a run came to.
struct Run {
    plant: Plant,
    phases: Phases,
    /// When the contactor was switched, in milliseconds.
    changes: Vec<u32>,
    solar_wh: f64,
}

fn run(max: u8, surplus: impl Iterator<Item = i32>) -> Run {
    let config = Config::default().with_amps(Amps(6), Amps(max));
    let mut divert = PhasedDivert::new(config, Millis(REST)).unwrap();
    let mut plant = Plant::asleep();
    let (mut phases, mut changes, mut solar_wh) = (Phases::One, Vec::new(), 0.0);
    for (i, surplus) in surplus.enumerate() {
        let at = i as u32 * 10_000;
        let times = if phases == Phases::Three { 3 } else { 1 };
        let ev = VOLTS * plant.ev_amps() * times;
        solar_wh += f64::from(ev.min(surplus.max(0))) / 360.0;
        let measurement = Measurement::new(Mode::Eco, plant.status(), Amps(max))
            .with_feed(Feed::Grid { power: Watts(ev - surplus), sampled_at: Millis(at) })
            .with_ev_current(MilliAmps(plant.ev_amps() * 1000));
        let before = plant.awake;
        let (decision, wanted) = divert.step(Millis(at), &measurement);
        if wanted != phases {
            assert!(!before, "the contactor was switched under current");
            changes.push(at);
            phases = wanted;
        }
        if decision.reason == Reason::PhaseChange {
            assert!(plant.awake);
        }
        plant.apply(at.into(), &decision);
    }
    Run { plant, phases, changes, solar_wh }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn p15_the_contactor_is_switched_without_current_and_seldom(sky in sky(60), max in 6u8..=32) {
        let run = run(max, sky.into_iter().map(|net| -net * 2));
        for pair in run.changes.windows(2) {
            prop_assert!(pair[1] - pair[0] >= REST);
        }
        for pair in run.plant.switched.windows(2) {
            prop_assert!(pair[1].0 - pair[0].0 >= 300_000);
        }
    }

    /// `down` is 4320 W; `up` is the greater of 4752 W and of what `max` takes on one phase.
    #[test]
    fn p15_a_constant_surplus_ends_on_the_phases_that_take_it(max in 7u8..=32, surplus in 1_500i32..=20_000) {
        let up = (i32::from(max) * VOLTS).max(4_752);
        let run = run(max, std::iter::repeat_n(surplus, 1_080));
        let phases = if surplus > up { Phases::Three } else { Phases::One };
        prop_assert_eq!(run.phases, phases);
        prop_assert!(run.changes.len() <= 1 && run.plant.starts <= 2);
    }

    #[test]
    fn p15_between_the_thresholds_it_stays_as_it_is(surplus in 4_330i32..=4_752, more in 6_000i32..=10_000) {
        let climb = std::iter::repeat_n(more, 720);
        let run = run(16, climb.chain(std::iter::repeat_n(surplus, 1_080)));
        prop_assert_eq!(run.phases, Phases::Three);
    }
}

#[test]
fn p15_a_ramp_up_and_down_changes_once_each_way() {
    let ramp = (0..2_000).chain((0..2_000).rev()).map(|i| i * 5);
    let run = run(16, ramp);
    assert_eq!((run.changes.len(), run.phases), (2, Phases::One));
    // Kept on one phase, it could not take more than 3.84 kW.
    assert!(run.solar_wh > 41_000.0, "{:.0} Wh", run.solar_wh);
}
