//! Which readings of the meter are taken, and what is read out of them, to the watt and the millisecond.
#![allow(clippy::missing_const_for_fn, clippy::std_instead_of_core, missing_docs)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

use rapi_divert::{
    Action, Amps, Config, Decision, Divert, EvseStatus, Feed, Measurement, MilliAmps, Millis, Mode,
    Reason, Wanted, WattHours, Watts,
};

use EvseStatus::{Asleep, Charging};

/// Readings in Normal mode, and what the rule takes the surplus for when it takes over with the last one.
struct Readings {
    divert: Divert,
}

fn amps_of(watts: i32) -> MilliAmps {
    MilliAmps((watts * 1_000 + 120) / 240)
}

impl Readings {
    fn new() -> Self {
        Self { divert: Divert::new(Config::default()).unwrap() }
    }

    fn pass(&mut self, mode: Mode, at: u32, feed: Feed, ev: i32) -> Decision {
        let measurement = Measurement::new(mode, Charging, Amps(32)).with_feed(feed);
        self.divert.step(Millis(at), &measurement.with_ev_current(amps_of(ev)))
    }

    fn grid(mut self, at: u32, power: i32, ev: i32) -> Self {
        let _ = self.pass(Mode::Normal, at, grid(at, power), ev);
        self
    }

    fn solar(mut self, at: u32, power: i32) -> Self {
        let _ = self.pass(Mode::Normal, at, solar(at, power), 0);
        self
    }

    fn surplus(mut self, at: u32, feed: Feed, ev: i32) -> i32 {
        let reason = self.pass(Mode::Eco, at, feed, ev).reason;
        let (Reason::KeptOn { surplus, .. } | Reason::TooLittleSun { surplus, .. }) = reason else {
            panic!("{reason}")
        };
        surplus.0
    }
}

const fn grid(at: u32, power: i32) -> Feed {
    Feed::Grid { power: Watts(power), sampled_at: Millis(at) }
}

const fn solar(at: u32, power: i32) -> Feed {
    Feed::Solar { power: Watts(power), sampled_at: Millis(at) }
}

#[test]
fn p8_readings_that_follow_each_other_faster_than_half_a_second_are_taken_together() {
    let seen = |at: u32| {
        Readings::new().solar(1_000, 3_000).surplus(1_000 + at, solar(1_000 + at, 900), 0)
    };
    assert_eq!((seen(499), seen(500)), (3_000, 900));
    // The time of one that is left out counts: 300 and 200 ms are half a second.
    let second = Readings::new().solar(1_000, 3_000).solar(1_300, 2_000);
    assert_eq!(second.surplus(1_500, solar(1_500, 900), 0), 900);
}

#[test]
fn p9_while_the_cars_step_may_not_show_yet_readings_are_taken_every_8_seconds() {
    let seen = |step: i32, at: u32| {
        let charge = Readings::new().grid(0, 0, 3_000).grid(10_000, step, 3_000 + step);
        charge.surplus(10_000 + at, grid(10_000 + at, step - 400), 3_000 + step)
    };
    assert_eq!((seen(61, 7_999), seen(61, 8_000)), (3_000, 3_400));
    assert_eq!((seen(60, 499), seen(60, 500)), (3_000, 3_400));
}

#[test]
fn p9_a_reading_among_others_is_not_used_while_the_car_is_between_two_currents() {
    let seen = |step: i32| {
        // One that comes too fast after the step, and one that is due.
        let charge = Readings::new().grid(0, 0, 3_000).grid(10_000, 0, 3_000);
        let fast = charge.grid(10_400, step, 3_000 + step);
        fast.surplus(20_000, grid(20_000, step - 400), 3_000 + step)
    };
    assert_eq!((seen(60), seen(61)), (3_400, 3_000));
}

#[test]
fn p9_a_delay_of_the_meter_must_explain_200_watts_more_to_be_believed() {
    let seen = |step: i32| {
        // The car takes more, and the meter does not show it in the same reading.
        let charge = Readings::new().grid(0, 0, 2_400);
        charge.surplus(10_000, grid(10_000, 0), 2_400 + step)
    };
    assert_eq!(seen(200), 2_600);
    assert_eq!(seen(201), 2_400, "the step is expected in the next reading");
}

/// A rule whose car is asleep in the sun, and the current it starts with.
fn started(divert: &mut Divert, from: u32, sun: i32) -> Option<(u32, Amps)> {
    (from..from + 3_600).step_by(10).find_map(|second| {
        let at = second * 1_000;
        let measurement = Measurement::new(Mode::Eco, Asleep { vehicle: true }, Amps(32));
        let decision = divert.step(Millis(at), &measurement.with_feed(solar(at, sun)));
        (decision.state == Wanted::Charge).then_some((second, decision.current))
    })
}

#[test]
fn a_full_bucket_starts_nothing_while_the_sun_is_not_worth_it() {
    let mut divert = Divert::new(Config::default()).unwrap();
    assert!(started(&mut divert, 0, 3_000).is_some());
    // Unplugged, and plugged in again: the bucket is full before the least time off is over.
    let away = Measurement::new(Mode::Eco, Asleep { vehicle: false }, Amps(32));
    let at = 4_000;
    let _ = divert.step(Millis(at * 1_000), &away.with_feed(solar(at * 1_000, 3_000)));
    let asleep = Measurement::new(Mode::Eco, Asleep { vehicle: true }, Amps(32));
    for second in (at + 10..at + 320).step_by(10) {
        let ms = second * 1_000;
        let _ = divert.step(Millis(ms), &asleep.with_feed(solar(ms, 3_000)));
    }
    for second in [320, 330, 340] {
        let ms = (at + second) * 1_000;
        let decision = divert.step(Millis(ms), &asleep.with_feed(solar(ms, 1_262)));
        assert!(decision.actions.is_empty(), "{second} s: {}", decision.reason);
    }
    let ms = (at + 350) * 1_000;
    let decision = divert.step(Millis(ms), &asleep.with_feed(solar(ms, 3_000)));
    assert!(decision.actions.iter().any(|action| action == Action::Enable), "{}", decision.reason);
}

#[test]
fn the_grid_never_supplies_more_than_the_least_current_takes() {
    // 12 A take 1440 W more than 6 A do.
    for (sun, at_once) in [(1_440, false), (1_439, true)] {
        let mut divert = Divert::new(Config::default()).unwrap();
        let (second, amps) = started(&mut divert, 0, 3_000).unwrap();
        assert_eq!(amps, Amps(12));
        let ms = (second + 10) * 1_000;
        let charging = Measurement::new(Mode::Eco, Charging, Amps(32));
        let decision = divert.step(Millis(ms), &charging.with_feed(solar(ms, sun)));
        let surplus = Watts(sun);
        let expected = if at_once { Reason::Guard { surplus } } else { Reason::Down { surplus } };
        assert_eq!(decision.reason, expected);
        assert_eq!(decision.current, Amps(6));
    }
}

#[test]
fn p8_a_reading_counts_for_its_time_to_half_of_a_64th_of_a_second() {
    let filled = |period: u32| {
        let config = Config::default().with_dials(877, WattHours(1_000));
        let mut divert = Divert::new(config).unwrap();
        let asleep = Measurement::new(Mode::Eco, Asleep { vehicle: true }, Amps(32));
        let mut times = (0..40_000_000).step_by(period as usize);
        let start = times.find(|&ms| {
            divert.step(Millis(ms), &asleep.with_feed(solar(ms, 1_500))).state == Wanted::Charge
        });
        start.unwrap()
    };
    // 10 s are 640 of them.
    let exact = filled(10_000);
    for period in [500, 900, 1_900, 7_770] {
        let half = u64::from(exact) * 1_000 / (u64::from(period) * 128);
        let off = u64::from(filled(period).abs_diff(exact));
        assert!(off <= half + 10_000, "{period} ms: {off} ms of {exact} ms");
    }
}
