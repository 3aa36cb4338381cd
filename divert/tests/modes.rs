//! Modes, vehicles, people and limits: who decides, and what is done about it.
#![allow(clippy::missing_const_for_fn, clippy::std_instead_of_core)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::arithmetic_side_effects)]
#![allow(missing_docs)]

use rapi_divert::{
    Action, Amps, Config, Decision, Divert, EvseStatus, Feed, Measurement, MilliAmps, Millis, Mode,
    Phases, Reason, Volts, Wanted, Watts,
};

use Action::{Enable, SetCurrent, Sleep};
use EvseStatus::{Asleep, Charging, Connected, Disabled, Fault, NotConnected};

const ASLEEP: EvseStatus = Asleep { vehicle: true };
const SUN: i32 = 3_000;

/// A rule and a clock of 10 s; the sun is a solar feed, so that the car's draw does not matter.
struct Site {
    divert: Divert,
    now: u32,
    limit: u8,
}

impl Site {
    fn new() -> Self {
        Self::with(Config::default())
    }

    fn with(config: Config) -> Self {
        Self { divert: Divert::new(config).unwrap(), now: 0, limit: 32 }
    }

    fn step(&mut self, mode: Mode, evse: EvseStatus, sun: i32) -> Decision {
        self.now += 10_000;
        let now = Millis(self.now);
        let feed = Feed::Solar { power: Watts(sun), sampled_at: now };
        let measurement = Measurement::new(mode, evse, Amps(self.limit)).with_feed(feed);
        self.divert.step(now, &measurement)
    }

    fn eco(&mut self, evse: EvseStatus, sun: i32) -> Decision {
        self.step(Mode::Eco, evse, sun)
    }

    fn silent(&mut self, evse: EvseStatus) -> Decision {
        self.now += 10_000;
        let measurement = Measurement::new(Mode::Eco, evse, Amps(self.limit));
        self.divert.step(Millis(self.now), &measurement)
    }

    /// Charges in Eco, the start being confirmed.
    fn charging() -> Self {
        let mut site = Self::new();
        for _ in 0..100 {
            if site.eco(ASLEEP, SUN).state == Wanted::Charge {
                assert_eq!(done(&site.eco(Charging, SUN)), []);
                return site;
            }
        }
        panic!("did not start");
    }

    /// Paused in Eco by the rule itself, the pause being confirmed.
    fn paused() -> Self {
        let mut site = Self::charging();
        for _ in 0..100 {
            if site.eco(Charging, 0).state == Wanted::Pause {
                assert_eq!(done(&site.eco(ASLEEP, 0)), []);
                return site;
            }
        }
        panic!("did not stop");
    }
}

fn done(decision: &Decision) -> Vec<Action> {
    decision.actions.into_iter().collect()
}

#[test]
fn eco_without_sun_pauses_a_charge_at_once() {
    let mut site = Site::new();
    assert_eq!(done(&site.step(Mode::Normal, Charging, 100)), []);
    let decision = site.eco(Charging, 100);
    assert_eq!(done(&decision), [Sleep]);
    assert_eq!(decision.reason.to_string(), "pause: too little sun, 100 of 1262 W");
}

#[test]
fn p17_normal_mode_gives_the_current_back_to_a_charge() {
    let mut site = Site::charging();
    assert_eq!(done(&site.step(Mode::Normal, Charging, SUN)), [SetCurrent(Amps(32))]);
    assert_eq!(done(&site.step(Mode::Normal, Charging, SUN)), []);
}

#[test]
fn p17_normal_mode_wakes_what_the_rule_has_paused() {
    let mut site = Site::paused();
    site.limit = 20;
    assert_eq!(done(&site.step(Mode::Normal, ASLEEP, 0)), [SetCurrent(Amps(20)), Enable]);
    assert_eq!(done(&site.step(Mode::Normal, ASLEEP, 0)), []);
}

#[test]
fn normal_mode_wakes_what_the_rule_has_paused_when_the_next_car_comes() {
    let mut site = Site::paused();
    let away = Asleep { vehicle: false };
    assert_eq!(done(&site.step(Mode::Normal, away, 0)), []);
    assert_eq!(done(&site.step(Mode::Normal, ASLEEP, 0)), [SetCurrent(Amps(32)), Enable]);
}

#[test]
fn normal_mode_does_not_wake_what_a_person_has_stopped() {
    for stopped in [ASLEEP, Disabled] {
        let mut site = Site::new();
        assert_eq!(done(&site.step(Mode::Normal, stopped, SUN)), []);
        let mut site = Site::charging();
        assert_eq!(site.eco(stopped, SUN).reason, Reason::UserStop);
        let actions = done(&site.step(Mode::Normal, stopped, SUN));
        assert!(!actions.contains(&Enable), "{actions:?}");
    }
}

#[test]
fn p19_a_stop_by_a_person_holds_until_mode_or_vehicle_changes_or_the_evse_is_woken() {
    let stop = || {
        let mut site = Site::charging();
        for _ in 0..200 {
            let decision = site.eco(ASLEEP, SUN);
            assert_eq!((done(&decision), decision.reason), (vec![], Reason::UserStop));
        }
        site
    };
    let starts = |mut site: Site| (0..200).any(|_| done(&site.eco(ASLEEP, SUN)).contains(&Enable));
    assert!(!starts(stop()));

    let mut mode = stop();
    let _ = mode.step(Mode::Normal, ASLEEP, SUN);
    assert!(starts(mode));

    let mut vehicle = stop();
    assert_eq!(vehicle.eco(Asleep { vehicle: false }, SUN).reason, Reason::NoVehicle);
    assert!(starts(vehicle));

    let mut woken = stop();
    assert_eq!(woken.eco(Charging, SUN).state, Wanted::Charge);
}

#[test]
fn an_enable_without_effect_is_repeated_and_is_not_taken_for_a_stop() {
    let mut site = Site::new();
    while site.eco(ASLEEP, SUN).state != Wanted::Charge {}
    let repeats: Vec<_> = (0..7).map(|_| done(&site.eco(ASLEEP, SUN))).collect();
    let start = vec![SetCurrent(Amps(12)), Enable];
    assert_eq!(repeats, [vec![], vec![], vec![], start.clone(), vec![], vec![], start]);
}

#[test]
fn a_sleep_without_effect_is_repeated() {
    let mut site = Site::new();
    assert_eq!(done(&site.eco(Charging, 0)), [Sleep]);
    let repeats: Vec<_> = (0..4).map(|_| done(&site.eco(Charging, 0))).collect();
    assert_eq!(repeats, [vec![], vec![], vec![], vec![Sleep]]);
}

#[test]
fn an_evse_that_wakes_during_a_pause_is_put_to_sleep_again() {
    let mut site = Site::paused();
    assert_eq!(done(&site.eco(Charging, 0)), [Sleep]);
}

#[test]
fn a_car_that_is_plugged_in_goes_on_in_the_sun_and_is_paused_without() {
    let mut sunny = Site::new();
    // What the next car is offered before anybody has noticed it.
    assert_eq!(done(&sunny.eco(NotConnected, SUN)), [SetCurrent(Amps(6))]);
    assert_eq!(done(&sunny.eco(NotConnected, SUN)), []);
    let decision = sunny.eco(Connected, SUN);
    assert_eq!(done(&decision), [SetCurrent(Amps(12))]);
    assert!(matches!(decision.reason, Reason::KeptOn { .. }));

    let mut dark = Site::new();
    let _ = dark.eco(NotConnected, 0);
    assert_eq!(done(&dark.eco(Connected, 0)), [Sleep]);
}

#[test]
fn after_a_fault_the_current_is_offered_again() {
    let mut site = Site::charging();
    let decision = site.eco(Fault, SUN);
    assert_eq!((done(&decision), decision.reason), (vec![], Reason::Fault));
    assert_eq!(done(&site.eco(Charging, SUN)), [SetCurrent(Amps(12))]);
}

#[test]
fn a_lower_limit_counts_at_once_and_one_below_the_least_current_pauses() {
    let mut site = Site::charging();
    site.limit = 8;
    assert_eq!(done(&site.eco(Charging, SUN)), [SetCurrent(Amps(8))]);
    site.limit = 5;
    let decision = site.eco(Charging, SUN);
    assert_eq!(done(&decision), [Sleep]);
    assert_eq!(decision.reason, Reason::Limited { limit: Amps(5) });
}

#[test]
fn without_any_reading_a_charge_goes_to_the_minimum_and_is_then_paused() {
    let mut site = Site::new();
    let log: Vec<_> = (0..32).map(|_| done(&site.silent(Charging))).collect();
    let acted: Vec<_> = (0..).zip(log).filter(|(_, actions)| !actions.is_empty()).collect();
    assert_eq!(acted, [(13, vec![SetCurrent(Amps(6))]), (31, vec![Sleep])]);
}

#[test]
fn a_reading_that_arrives_old_neither_starts_nor_raises() {
    let mut site = Site::new();
    for i in 0..500u32 {
        let now = 1_000_000 + i * 10_000;
        let feed = Feed::Solar { power: Watts(SUN), sampled_at: Millis(now - 61_000) };
        let measurement = Measurement::new(Mode::Eco, ASLEEP, Amps(32)).with_feed(feed);
        let decision = site.divert.step(Millis(now), &measurement);
        assert_eq!(done(&decision), []);
        assert_eq!(decision.reason.to_string(), "meter silent for 61 s");
    }
}

#[test]
fn a_reading_that_arrives_old_does_not_raise_a_charge() {
    let mut site = Site::charging();
    for _ in 0..50 {
        site.now += 10_000;
        let feed = Feed::Solar { power: Watts(7_000), sampled_at: Millis(site.now - 61_000) };
        let measurement = Measurement::new(Mode::Eco, Charging, Amps(32)).with_feed(feed);
        assert_eq!(site.divert.step(Millis(site.now), &measurement).current, Amps(12));
    }
    assert_eq!(site.eco(Charging, 7_000).current, Amps(29));
}

#[test]
fn the_least_time_off_begins_when_the_car_is_unplugged() {
    let mut site = Site::charging();
    let unplugged = site.now;
    assert_eq!(site.eco(Asleep { vehicle: false }, SUN).state, Wanted::Released);
    while site.eco(ASLEEP, SUN).state == Wanted::Pause {}
    let off = Config::default().min_off.0;
    assert!((off..off + 30_000).contains(&(site.now - unplugged)));
}

#[test]
fn a_clock_that_steps_back_adds_no_time() {
    let mut site = Site::paused();
    let stopped = site.now;
    site.now = stopped - 20_000;
    while site.eco(ASLEEP, SUN).state == Wanted::Pause {}
    assert!(site.now - stopped >= Config::default().min_off.0 - 20_000);
}

#[test]
fn absurd_voltages_count_as_not_measured() {
    for volts in [0, 59, 301, u16::MAX] {
        let mut site = Site::new();
        let feed = Feed::Solar { power: Watts(SUN), sampled_at: Millis(0) };
        let measurement = Measurement::new(Mode::Eco, Charging, Amps(32)).with_feed(feed);
        let decision = site.divert.step(Millis(0), &measurement.with_voltage(Volts(volts)));
        assert_eq!(decision.current, Amps(12));
    }
}

#[test]
fn three_phases_need_three_times_the_sun() {
    let config = Config::default().with_phases(Phases::Three).with_voltage(Volts(230));
    let kept = |sun| Site::with(config).eco(Charging, sun).current;
    assert_eq!(kept(6 * 690 * 877 / 1000 - 2), Amps(0));
    assert_eq!(kept(6 * 690 * 877 / 1000 + 2), Amps(6));
    assert_eq!(kept(8 * 690), Amps(8));
}

#[test]
fn the_car_in_a_grid_reading_is_reckoned_on_all_phases() {
    let config = Config::default().with_phases(Phases::Three);
    let mut divert = Divert::new(config).unwrap();
    let feed = Feed::Grid { power: Watts(0), sampled_at: Millis(0) };
    let measurement = Measurement::new(Mode::Eco, Charging, Amps(32)).with_feed(feed);
    let decision = divert.step(Millis(0), &measurement.with_ev_current(MilliAmps(10_000)));
    assert_eq!(decision.current, Amps(10));
}

#[test]
fn a_wide_range_of_currents_is_used_ampere_by_ampere() {
    let config = Config::default().with_amps(Amps(6), Amps(80));
    let mut site = Site::with(config);
    site.limit = 80;
    assert_eq!(site.eco(Charging, 240 * 51).current, Amps(51));
    assert_eq!(done(&site.step(Mode::Normal, Charging, 0)), [SetCurrent(Amps(80))]);
}

#[test]
fn p11_a_restart_keeps_the_least_time_off() {
    for away in [0, 100_000] {
        let site = Site::paused();
        let rest = Config::default().min_off.0 - 10_000;
        let mut divert = Divert::restore(Config::default(), &site.divert.save()).unwrap();
        divert.clock_restarted(Millis(away));
        // The clock begins at 0 again.
        let mut site = Site { divert, now: 0, limit: 32 };
        while site.eco(ASLEEP, SUN).state == Wanted::Pause {}
        assert!((rest - away..=rest - away + 20_000).contains(&site.now), "{}", site.now);
    }
}

#[test]
fn a_charge_without_any_reading_goes_on_with_the_least_current_and_then_ends() {
    let mut divert = Divert::new(Config::default()).unwrap();
    let nothing_known = Measurement::new(Mode::Eco, Charging, Amps(32));
    let said: Vec<_> = [0, 119, 121, 130, 301]
        .map(|second: u32| divert.step(Millis(second * 1000), &nothing_known))
        .map(|decision| (decision.state, decision.current, done(&decision)))
        .into();
    assert_eq!(
        said,
        [
            (Wanted::Released, Amps(0), vec![]),
            (Wanted::Released, Amps(0), vec![]),
            (Wanted::Charge, Amps(6), vec![SetCurrent(Amps(6))]),
            (Wanted::Charge, Amps(6), vec![]),
            (Wanted::Pause, Amps(0), vec![Sleep]),
        ]
    );
}
