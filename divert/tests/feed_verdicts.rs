//! P13, to the watt: from which evidence on a feed is suspected.
#![allow(clippy::missing_const_for_fn, clippy::std_instead_of_core, missing_docs)]
#![allow(clippy::arithmetic_side_effects)]

use rapi_divert::{
    Amps, Config, EvseStatus, Feed, FeedCheck, FeedFault, Measurement, MilliAmps, Millis, Mode,
    Watts,
};

/// A car that goes between 0 and `step` watts, and what the meter shows of it.
struct Steps {
    /// Watts of the car.
    step: i32,
    period_ms: u32,
    /// Readings from one step to the next.
    every: u32,
    late: u32,
    readings: u32,
}

const STEPS: Steps = Steps { step: 3_840, period_ms: 10_000, every: 20, late: 0, readings: 60 };

impl Steps {
    /// The first verdict, and at which reading.
    fn verdict(&self, meter: fn(i32) -> i32) -> Option<(FeedFault, u32)> {
        let mut check = FeedCheck::new(&Config::default());
        let car = |reading: u32| if reading / self.every % 2 == 0 { 0 } else { self.step };
        (0..self.readings).find_map(|reading| {
            let power = Watts(1_000 + meter(car(reading.saturating_sub(self.late))));
            let sampled_at = Millis(reading * self.period_ms);
            // At 240 V; the check rounds to whole watts.
            let ev = MilliAmps((car(reading) * 1_000 + 120) / 240);
            let measurement = Measurement::new(Mode::Eco, EvseStatus::Charging, Amps(32))
                .with_feed(Feed::Grid { power, sampled_at })
                .with_ev_current(ev);
            check.observe(&measurement).map(|fault| (fault, reading))
        })
    }

    fn fault(&self, meter: fn(i32) -> i32) -> Option<FeedFault> {
        self.verdict(meter).map(|(fault, _)| fault)
    }
}

#[test]
fn p13_a_meter_has_to_show_nine_sixteenths_of_the_cars_steps() {
    // What is shown less what is missing must be more than an eighth of the step.
    assert_eq!(STEPS.fault(|ev| ev * 9 / 16), Some(FeedFault::NoVehicle));
    assert_eq!(STEPS.fault(|ev| if ev > 0 { ev * 9 / 16 + 1 } else { 0 }), None);
}

#[test]
fn p13_the_sign_is_wrong_if_three_quarters_of_the_cars_steps_show_the_other_way() {
    assert_eq!(STEPS.fault(|ev| -ev * 3 / 4), Some(FeedFault::NoVehicle));
    assert_eq!(STEPS.fault(|ev| if ev > 0 { -ev * 3 / 4 - 1 } else { 0 }), Some(FeedFault::Sign));
}

#[test]
fn p13_the_reading_has_to_follow_within_ten_readings() {
    let late = |late| Steps { late, ..STEPS }.fault(|ev| ev);
    assert_eq!((late(0), late(9), late(10)), (None, None, Some(FeedFault::NoVehicle)));
    let late = |late| Steps { late, ..STEPS }.fault(|ev| -ev);
    assert_eq!((late(0), late(9)), (Some(FeedFault::Sign), Some(FeedFault::Sign)));
    assert_eq!(late(10), Some(FeedFault::NoVehicle));
}

#[test]
fn p13_a_verdict_is_made_when_the_second_step_can_no_longer_show() {
    // It is at reading 40, and the tenth reading with it is this one.
    assert_eq!(STEPS.verdict(|_| 0), Some((FeedFault::NoVehicle, 49)));
}

/// The last reading before the step is the one of the second before; from there on they are taken every 8 s.
#[test]
fn p13_a_fast_meter_is_read_every_second_until_the_car_moves() {
    let fast = Steps { period_ms: 1_000, every: 203, readings: 600, ..STEPS };
    assert_eq!(fast.verdict(|_| 0), Some((FeedFault::NoVehicle, 2 * 203 - 1 + 10 * 8)));
}

#[test]
fn p13_two_steps_of_together_three_kilowatts_are_evidence() {
    let readings = 200;
    let seen = |step| Steps { step, readings, ..STEPS }.verdict(|_| 0).map(|(_, reading)| reading);
    // The second step is at reading 40, the third at 60.
    assert_eq!((seen(1_500), seen(1_499)), (Some(49), Some(69)));
    // From 500 W on a change is a step, and six of them are enough.
    assert_eq!((seen(500), seen(499)), (Some(129), None));
}

#[test]
fn p13_a_fast_meter_that_is_a_minute_late_may_show_the_smallest_steps() {
    let fast = Steps { step: 500, period_ms: 1_000, every: 200, late: 60, readings: 4_000 };
    assert_eq!(fast.fault(|ev| ev), None);
}
