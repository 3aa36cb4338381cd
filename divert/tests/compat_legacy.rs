//! What is said of the rules of 2.7 and 2.9, one sentence at a time. The recordings of those gateways are not in
//! the repository.
#![allow(clippy::missing_const_for_fn, clippy::std_instead_of_core, clippy::float_cmp)]
#![allow(clippy::arithmetic_side_effects, missing_docs)]

use rapi_divert::compat::{Command, Outcome, V2_7, V2_9};
use rapi_divert::{Amps, EvseStatus, Feed, Measurement, MilliAmps, Millis, Mode, Volts, Watts};

use Command::{Enable, SaveCurrent, SetCurrent, Sleep};
use EvseStatus::{Charging, Connected, Disabled, Fault, NotConnected};

const ASLEEP: EvseStatus = EvseStatus::Asleep { vehicle: true };

/// A rule, and a clock that goes on by 10 s with each step.
struct Site<R> {
    rule: R,
    second: u32,
    limit: u8,
    ev: i32,
    volts: Option<u16>,
    mode: Mode,
}

trait Rule {
    fn step(&mut self, now: Millis, measurement: &Measurement) -> Outcome;
}

impl Rule for V2_7 {
    fn step(&mut self, now: Millis, measurement: &Measurement) -> Outcome {
        self.step(now, measurement)
    }
}

impl Rule for V2_9 {
    fn step(&mut self, now: Millis, measurement: &Measurement) -> Outcome {
        self.step(now, measurement)
    }
}

impl<R: Rule> Site<R> {
    fn new(rule: R) -> Self {
        Self { rule, second: 0, limit: 32, ev: 0, volts: None, mode: Mode::Eco }
    }

    fn pass(&mut self, evse: EvseStatus, feed: fn(Watts, Millis) -> Feed, power: i32) -> Outcome {
        self.second += 10;
        let now = Millis(self.second * 1_000);
        let mut measurement = Measurement::new(self.mode, evse, Amps(self.limit))
            .with_feed(feed(Watts(power), now))
            .with_ev_current(MilliAmps(self.ev));
        measurement.voltage = self.volts.map(Volts);
        self.rule.step(now, &measurement)
    }

    fn solar(&mut self, evse: EvseStatus, power: i32) -> Outcome {
        self.pass(evse, |power, sampled_at| Feed::Solar { power, sampled_at }, power)
    }

    fn grid(&mut self, evse: EvseStatus, power: i32) -> Outcome {
        self.pass(evse, |power, sampled_at| Feed::Grid { power, sampled_at }, power)
    }

    fn tick(&mut self, evse: EvseStatus) -> Outcome {
        self.pass(evse, |_, _| Feed::None, 0)
    }
}

fn v2_7() -> Site<V2_7> {
    Site::new(V2_7::default())
}

/// After the change to Eco, which the first step is.
fn v2_9() -> Site<V2_9> {
    let mut site = Site::new(V2_9::default());
    assert_eq!(told(&site.tick(ASLEEP)), []);
    site
}

fn told(outcome: &Outcome) -> Vec<Command> {
    let told: Vec<_> = outcome.commands.iter().collect();
    assert_eq!(told.is_empty(), outcome.commands.is_empty());
    told
}

#[test]
fn p20_v2_7_starts_with_six_amperes_and_follows_each_message_in_whole_ones() {
    let mut site = v2_7();
    let outcome = site.solar(ASLEEP, 1_439);
    assert_eq!((told(&outcome), outcome.charge_rate), (vec![], 5));
    assert_eq!(told(&site.solar(ASLEEP, 1_440)), [SetCurrent(Amps(6)), Enable]);
    assert_eq!(told(&site.solar(Charging, 2_399)), [SetCurrent(Amps(9))]);
    let outcome = site.solar(Charging, 2_160);
    assert_eq!((told(&outcome), outcome.charge_rate), (vec![], 9));
    assert_eq!(told(&site.solar(Connected, 2_400)), [SetCurrent(Amps(10))]);
    assert_eq!(told(&site.solar(NotConnected, 240 * 40)), [SetCurrent(Amps(32))]);
}

#[test]
fn p20_v2_7_never_stops_once_started() {
    let mut site = v2_7();
    let _ = site.solar(ASLEEP, 3_000);
    let outcome = site.solar(Charging, 0);
    assert_eq!((told(&outcome), outcome.charge_rate), (vec![SetCurrent(Amps(6))], 6));
    for _ in 0..1_000 {
        assert_eq!(told(&site.solar(Charging, 0)), []);
    }
}

#[test]
fn p20_v2_7_keeps_100_watts_at_the_grid_connection_and_takes_the_car_out_of_it() {
    let mut site = v2_7();
    assert_eq!(told(&site.grid(ASLEEP, -1_539)), []);
    assert_eq!(told(&site.grid(ASLEEP, -1_540)), [SetCurrent(Amps(6)), Enable]);
    site.ev = 6_000;
    assert_eq!(told(&site.grid(Charging, -579)), [SetCurrent(Amps(7))]);
    assert_eq!(told(&site.grid(Charging, -581)), [SetCurrent(Amps(8))]);
    assert_eq!(site.grid(Charging, 500).charge_rate, 6);
    assert_eq!(site.grid(ASLEEP, 1_440).charge_rate, 0, "the house takes it all");
}

#[test]
fn p20_a_measured_voltage_counts_from_60_to_300_volts_and_240_else() {
    let rate = |volts| {
        let mut site = v2_7();
        site.volts = volts;
        site.solar(ASLEEP, 3_600).charge_rate
    };
    let found = [None, Some(59), Some(60), Some(110), Some(300), Some(301)].map(rate);
    assert_eq!(found, [15, 15, 32, 32, 12, 15]);
}

#[test]
fn p20_v2_7_decides_once_for_each_reading_and_in_eco_only() {
    let mut site = v2_7();
    assert_eq!(told(&site.solar(ASLEEP, 3_000)), [SetCurrent(Amps(12)), Enable]);
    site.second -= 10;
    assert_eq!(told(&site.solar(ASLEEP, 5_000)), [], "the same reading");
    assert_eq!(told(&site.tick(ASLEEP)), []);
    site.mode = Mode::Normal;
    assert_eq!(told(&site.solar(ASLEEP, 5_000)), []);
    site.mode = Mode::Eco;
    assert_eq!(told(&site.solar(ASLEEP, 5_000)), [SetCurrent(Amps(20)), Enable]);
}

#[test]
fn p20_a_current_that_the_limit_allows_anyway_is_not_set() {
    let mut site = v2_7();
    site.limit = 10;
    assert_eq!(told(&site.solar(ASLEEP, 3_000)), [Enable]);
    let mut site = v2_9();
    site.limit = 10;
    let _ = site.solar(ASLEEP, 3_000);
    assert_eq!(told(&site.solar(ASLEEP, 3_000)), [Enable]);
}

#[test]
fn p20_the_gateways_least_limit_is_six_amperes() {
    for (limit, start, go_on) in [(6, vec![Enable], vec![]), (5, vec![], vec![Sleep])] {
        let mut site = v2_7();
        site.limit = limit;
        assert_eq!(told(&site.solar(ASLEEP, 6_000)), start);
        assert_eq!(told(&site.solar(Charging, 6_000)), go_on);
        let mut site = v2_9();
        site.limit = limit;
        assert_eq!(told(&site.solar(ASLEEP, 6_000)), start);
        assert_eq!(told(&site.solar(Charging, 6_000)), go_on);
        for evse in [Fault, Disabled] {
            assert_eq!(told(&site.solar(evse, 6_000)), []);
        }
    }
}

#[test]
fn p20_a_fault_and_a_persons_stop_are_left_alone_but_reckoned_with() {
    for evse in [Fault, Disabled] {
        let mut site = v2_7();
        let outcome = site.solar(evse, 3_000);
        assert_eq!((told(&outcome), outcome.charge_rate), (vec![], 12));
        assert_eq!(told(&site.solar(ASLEEP, 3_000)), [SetCurrent(Amps(12)), Enable]);
        let mut site = v2_9();
        let outcome = site.solar(evse, 6_000);
        assert_eq!((told(&outcome), outcome.charge_rate, outcome.active), (vec![], 25, false));
        assert_eq!(told(&site.solar(ASLEEP, 6_000)), [SetCurrent(Amps(25)), Enable]);
    }
}

#[test]
fn p20_v2_9_pauses_what_is_awake_when_eco_begins_and_decides_at_the_next_message() {
    for (evse, commands) in
        [(Charging, vec![Sleep]), (Connected, vec![Sleep]), (ASLEEP, vec![]), (Fault, vec![])]
    {
        let mut site = Site::new(V2_9::new());
        let outcome = site.tick(evse);
        assert_eq!((told(&outcome), outcome.available), (commands, 0.0), "{evse:?}");
    }
    let mut site = Site::new(V2_9::new());
    assert_eq!(site.solar(Charging, 6_000).available, 0.0, "which was in the same step");
    assert_eq!(site.solar(ASLEEP, 6_000).available, 25.0);
    // Normal mode and back again begins anew.
    site.mode = Mode::Normal;
    assert_eq!(told(&site.solar(Charging, 6_000)), []);
    site.mode = Mode::Eco;
    let outcome = site.solar(ASLEEP, 2_400);
    assert_eq!((outcome.available, outcome.smoothed), (10.0, 4.0));
}

#[test]
fn p20_v2_9_averages_by_message_two_fifths_upwards_and_a_twentieth_downwards() {
    let mut site = v2_9();
    assert_eq!(site.solar(ASLEEP, 2_400).smoothed, 4.0);
    assert_eq!(site.solar(ASLEEP, 2_400).smoothed, 4.0 + 0.4 * 6.0);
    let six = 4.0 + 0.4 * 6.0;
    let outcome = site.solar(Charging, 0);
    assert_eq!(outcome.smoothed, six + 0.05 * (0.0 - six));
    assert_eq!((outcome.available, outcome.charge_rate), (0.0, 6), "6 A while awake");
    assert_eq!(site.grid(Charging, -1_300).available, 5.0, "1200 W");
    assert_eq!(site.grid(Charging, -50).available, 0.0, "never below nothing");
    assert_eq!(site.solar(ASLEEP, 1_000).charge_rate, 4, "while asleep the sun alone");
}

#[test]
fn p20_v2_9_starts_at_an_average_of_six_amperes() {
    let mut site = v2_9();
    // 15 A: 6 in the first message.
    let outcome = site.solar(ASLEEP, 3_600);
    assert_eq!(outcome.smoothed, 6.0);
    assert_eq!(told(&outcome), [SetCurrent(Amps(15)), Enable]);
    assert_eq!((outcome.active, outcome.min_charge_left), (true, 600));
    let mut below = v2_9();
    assert_eq!(told(&below.solar(ASLEEP, 3_599)), []);
}

#[test]
fn p20_v2_9_does_not_start_with_a_current_below_six_amperes() {
    let mut site = v2_9();
    // The average is above 6 A, the sun of this moment is not.
    let _ = site.solar(Fault, 7_200);
    let outcome = site.solar(ASLEEP, 1_200);
    assert!(outcome.smoothed > 6.0);
    assert_eq!((told(&outcome), outcome.charge_rate), (vec![Enable], 5), "the old current");
}

#[test]
fn p20_v2_9_stops_after_ten_minutes_at_the_earliest_and_stores_the_greatest_current() {
    let mut site = v2_9();
    let started = site.second + 10;
    assert!(site.solar(ASLEEP, 3_600).active);
    let mut last = site.solar(Charging, 0);
    while told(&last) != [Sleep, SaveCurrent(Amps(32))] {
        let left = started + 600 - site.second;
        assert_eq!((last.min_charge_left, last.active), (left, true));
        last = site.solar(Charging, 0);
    }
    assert_eq!((site.second, last.min_charge_left, last.active), (started + 600, 0, false));
    // What the controller has now is known: the same current need not be set.
    assert_eq!(told(&site.solar(ASLEEP, 9_600)), [Enable]);
}

#[test]
fn p20_v2_9_stops_nothing_that_it_has_not_started_and_nothing_in_a_fault() {
    let mut site = v2_9();
    for _ in 0..200 {
        assert_eq!(told(&site.solar(Charging, 0)), []);
    }
    let mut site = v2_9();
    let _ = site.solar(ASLEEP, 3_600);
    for _ in 0..200 {
        assert_eq!(told(&site.solar(Fault, 0)), []);
        assert_eq!(told(&site.solar(ASLEEP, 0)), []);
    }
    assert_eq!(told(&site.solar(Charging, 0)), [Sleep, SaveCurrent(Amps(32))]);
}

#[test]
fn p20_v2_9_times_a_charge_by_the_wall_clock() {
    let mut site = v2_9();
    let _ = site.solar(ASLEEP, 3_600);
    assert_eq!(site.tick(Charging).min_charge_left, 590);
    site.rule.clock_set(-100);
    assert_eq!(site.tick(Charging).min_charge_left, 680);
    site.rule.clock_set(650);
    assert_eq!(site.tick(Charging).min_charge_left, 20);
    site.rule.clock_set(1_000);
    assert_eq!(site.tick(Charging).min_charge_left, 0);
    assert_eq!(told(&site.solar(Charging, 0)), [Sleep, SaveCurrent(Amps(32))]);
}

#[test]
fn p20_v2_9_keeps_the_voltage_that_was_measured_last() {
    let mut site = v2_9();
    site.volts = Some(120);
    let _ = site.tick(ASLEEP);
    site.volts = None;
    assert_eq!(site.solar(ASLEEP, 2_400).available, 20.0);
}

#[test]
fn p20_v2_9_wakes_and_sets_nothing_in_normal_mode() {
    let mut site = v2_9();
    site.mode = Mode::Normal;
    for evse in [ASLEEP, Charging] {
        let outcome = site.solar(evse, 9_000);
        assert_eq!((told(&outcome), outcome.available), (vec![], 0.0));
    }
}
