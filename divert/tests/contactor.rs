//! One phase or three: at which watt and after which second the contactor is switched.
#![allow(clippy::missing_const_for_fn, clippy::std_instead_of_core, missing_docs)]
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

use rapi_divert::{
    Action, Amps, Config, Decision, EvseStatus, Feed, Measurement, Millis, Mode, PhasedDivert,
    Phases, Reason, Wanted, Watts,
};

const ASLEEP: EvseStatus = EvseStatus::Asleep { vehicle: true };
const STEP: u32 = 10;

/// A charger for three phases, with a solar feed and a clock of 10 s.
struct Site {
    divert: PhasedDivert,
    second: u32,
    limit: u8,
}

impl Site {
    /// 6 A to `max` at 240 V; the contactor rests for `rest_s`.
    fn new(max: u8, phases: Phases, rest_s: u32) -> Self {
        let config = Config::default().with_amps(Amps(6), Amps(max)).with_phases(phases);
        let divert = PhasedDivert::new(config, Millis(rest_s * 1_000)).unwrap();
        Self { divert, second: 0, limit: max }
    }

    fn step(&mut self, evse: EvseStatus, sun: i32) -> (Decision, Phases) {
        let now = Millis(self.second * 1_000);
        self.second += STEP;
        let feed = Feed::Solar { power: Watts(sun), sampled_at: now };
        let measurement = Measurement::new(Mode::Eco, evse, Amps(self.limit)).with_feed(feed);
        self.divert.step(now, &measurement)
    }

    /// The second at which a sleeping charger is switched over, within two hours.
    fn switched(&mut self, sun: i32) -> Option<u32> {
        let before = self.divert.phases();
        let end = self.second + 7_200;
        while self.second < end {
            let (decision, phases) = self.step(ASLEEP, sun);
            assert_ne!(decision.reason, Reason::PhaseChange, "nothing has to be paused for it");
            assert_eq!(phases, self.divert.phases());
            if phases != before {
                return Some(self.second - STEP);
            }
        }
        None
    }
}

#[test]
fn p15_up_is_above_a_tenth_more_than_three_phases_need_at_least_or_all_that_one_phase_takes() {
    for (max, up) in [(7, 4_752), (19, 4_752), (20, 4_800), (32, 7_680)] {
        assert_eq!(Site::new(max, Phases::One, 0).switched(up), None, "{max} A");
        assert_eq!(Site::new(max, Phases::One, 0).switched(up + 1), Some(300), "{max} A");
    }
}

#[test]
fn p15_down_is_below_what_three_phases_need_at_least() {
    for max in [7, 32] {
        assert_eq!(Site::new(max, Phases::Three, 0).switched(4_320), None, "{max} A");
        assert_eq!(Site::new(max, Phases::Three, 0).switched(4_319), Some(300), "{max} A");
    }
}

#[test]
fn p15_the_sun_must_have_been_enough_without_a_break() {
    let mut site = Site::new(16, Phases::One, 0);
    // A cloud of ten seconds takes the mean of 25 minutes below `up`, and the time begins anew.
    for _ in 0..29 {
        assert_eq!(site.step(ASLEEP, 4_760).1, Phases::One);
    }
    assert_eq!(site.step(ASLEEP, 0).1, Phases::One);
    assert!(site.switched(5_000).unwrap() >= 300 + 300);
}

#[test]
fn p15_the_contactor_rests_before_it_is_switched_back() {
    let mut site = Site::new(16, Phases::One, 900);
    assert_eq!(site.switched(4_753), Some(300), "the first time needs no rest");
    // Two minutes later the mean is too low.
    assert_eq!(site.switched(0), Some(300 + 900));
    let mut hasty = Site::new(16, Phases::One, 0);
    assert_eq!(hasty.switched(4_753), Some(300));
    assert!((700..900).contains(&hasty.switched(0).unwrap()));
}

#[test]
fn p15_a_charge_is_paused_for_the_contactor_and_says_so() {
    let mut site = Site::new(16, Phases::One, 0);
    let mut evse = ASLEEP;
    let mut started = None;
    loop {
        // Enough for one phase at first, then for three.
        let sun = if site.second < 400 { 4_000 } else { 9_000 };
        let (decision, phases) = site.step(evse, sun);
        assert_eq!(phases, Phases::One);
        for action in decision.actions {
            match action {
                Action::Enable => {
                    evse = EvseStatus::Charging;
                    started = started.or(Some(site.second));
                }
                Action::Sleep => {
                    assert_eq!(decision.reason, Reason::PhaseChange);
                    assert_eq!(decision.state, Wanted::Pause);
                    assert!(site.second - started.unwrap() >= 300, "the least time on");
                    let (decision, phases) = site.step(ASLEEP, 9_000);
                    assert_eq!(phases, Phases::Three);
                    assert_ne!(decision.reason, Reason::PhaseChange);
                    return;
                }
                Action::SetCurrent(_) => {}
            }
        }
    }
}

#[test]
fn p15_a_pause_for_another_reason_does_not_speak_of_phases() {
    let mut site = Site::new(16, Phases::One, 0);
    site.limit = 0;
    let (decision, _) = site.step(EvseStatus::Charging, 9_000);
    assert_eq!(decision.state, Wanted::Pause);
    assert_eq!(decision.reason, Reason::Limited { limit: Amps(0) });
    site.limit = 16;
    let (decision, _) = site.step(ASLEEP, 0);
    assert_eq!(decision.state, Wanted::Pause);
    assert!(matches!(decision.reason, Reason::Filling { .. }));
}

#[test]
fn p15_a_charger_that_is_off_in_any_way_may_be_switched_over() {
    for evse in [
        EvseStatus::NotConnected,
        EvseStatus::Disabled,
        EvseStatus::Asleep { vehicle: false },
        ASLEEP,
    ] {
        let mut site = Site::new(16, Phases::One, 0);
        let phases: Vec<_> = (0..=30).map(|_| site.step(evse, 9_000).1).collect();
        assert_eq!(phases.last(), Some(&Phases::Three), "{evse:?}");
    }
}
