//! A capacity tariff, to the watt: what is left of a quarter of an hour, and for how long.
#![allow(clippy::missing_const_for_fn, clippy::std_instead_of_core, missing_docs)]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, dead_code)]
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
#![allow(clippy::cast_possible_wrap)]

mod support;

use proptest::prelude::*;
use rapi_divert::{Amps, Millis, PeakCap, Phases, Volts, Watts};
use support::{VOLTS, sky};

/// 5 kW, with amperes of 20 W so that the caps are fine.
fn cap(into_s: u32) -> PeakCap {
    PeakCap::new(Watts(5_000), Millis(into_s * 1_000), Volts(20), Phases::One)
}

fn seconds(seconds: u32) -> Millis {
    Millis(seconds * 1_000)
}

#[test]
fn what_a_quarter_has_left_is_shared_out_over_the_time_that_it_has_left() {
    let mut cap = cap(0);
    assert_eq!(cap.cap(seconds(0), Watts(1_000), Watts(0)), Amps(200), "5000 − 1000 W");
    assert_eq!(cap.cap(seconds(0), Watts(3_400), Watts(2_400)), Amps(200), "the car is no house");
    // Half of the quarter at 3400 W leaves 1600 W of it for the other half.
    assert_eq!(cap.cap(seconds(450), Watts(3_000), Watts(0)), Amps(180), "6600 − 3000 W");
    // A third of what is left at 3000 W: 1.35 of 2.97 MJ used, for 300 s more.
    assert_eq!(cap.cap(seconds(600), Watts(6_000), Watts(0)), Amps(120), "8400 − 6000 W");
}

#[test]
fn what_is_fed_in_earns_nothing_for_later_in_the_quarter_but_may_be_taken_now() {
    let mut cap = cap(0);
    let _ = cap.cap(seconds(0), Watts(-3_000), Watts(0));
    assert_eq!(cap.cap(seconds(90), Watts(4_000), Watts(0)), Amps(77), "5550 − 4000 W");
    assert_eq!(cap.cap(seconds(90), Watts(-500), Watts(-900)), Amps(u8::MAX), "5550 + 500 W");
    assert_eq!(cap.cap(seconds(90), Watts(600), Watts(-900)), Amps(247), "5550 − 600 W");
}

#[test]
fn a_quarter_begins_with_nothing_used_but_what_is_behind_its_beginning() {
    let begun = |passed| {
        let mut cap = cap(890);
        let _ = cap.cap(seconds(0), Watts(9_000), Watts(0));
        cap.cap(seconds(passed), Watts(0), Watts(0))
    };
    assert_eq!(begun(9), Amps(u8::MAX), "the last second has 4.4 MJ for itself");
    assert_eq!(begun(10), Amps(250), "5000 W");
    assert_eq!(begun(110), Amps(225), "900 kJ used, 3.6 MJ for 800 s");
    assert_eq!(begun(1_010), Amps(225), "a whole quarter unseen, and the same");
}

#[test]
fn a_quarter_that_has_used_more_than_its_peak_leaves_nothing() {
    let mut cap = cap(0);
    let _ = cap.cap(seconds(0), Watts(9_000), Watts(0));
    assert_eq!(cap.cap(seconds(490), Watts(0), Watts(0)), Amps(10), "90 kJ for 410 s");
    assert_eq!(cap.cap(seconds(490), Watts(9_000), Watts(9_000)), Amps(10));
    assert_eq!(cap.cap(seconds(510), Watts(0), Watts(0)), Amps(0));
}

#[test]
fn on_three_phases_an_ampere_is_worth_three_times_the_voltage_of_one() {
    let allowed = |volts, phases| {
        let mut cap = PeakCap::new(Watts(500_000), Millis(0), Volts(volts), phases);
        cap.cap(seconds(0), Watts(0), Watts(0))
    };
    assert_eq!(
        (allowed(10_000, Phases::One), allowed(10_000, Phases::Three)),
        (Amps(50), Amps(16))
    );
    assert_eq!(allowed(u16::MAX, Phases::Three), Amps(2), "196.6 kW each");
}

#[test]
fn the_clock_of_the_meter_says_where_the_first_quarter_ends() {
    for into in [0, 1_800] {
        let mut cap = cap(into + 600);
        assert_eq!(cap.cap(seconds(0), Watts(12_000), Watts(0)), Amps(150), "15 − 12 kW");
    }
}

const QUARTER_MS: i64 = 900_000;

/// A car that takes whatever the cap leaves, up to 32 A, one reading later.
struct Hurry {
    peak: i64,
    /// Milliseconds into the first quarter.
    into: u32,
    /// Milliseconds from one reading to the next, again and again.
    rhythm: Vec<u32>,
}

/// A reading, and what the cap says to it.
struct Seen {
    now: u32,
    house: i32,
    /// Watt-milliseconds that the quarter has used.
    used: i64,
    /// Milliseconds that it has left.
    left: i64,
    allowed: Amps,
}

/// What a quarter has used in the end, and the house alone in it, in watt-milliseconds.
#[derive(Clone, Copy, Default)]
struct Quarter {
    used: i64,
    house: i64,
}

impl Hurry {
    /// Runs to the end of the third quarter.
    fn run(&self, house: impl Fn(u32) -> i32, mut seen: impl FnMut(&Seen)) -> [Quarter; 3] {
        let mut cap = PeakCap::new(
            Watts(self.peak as i32),
            Millis(self.into),
            Volts(VOLTS as u16),
            Phases::One,
        );
        let mut quarters = [Quarter::default(); 4];
        let (mut amps, mut now, mut into) = (0, 0_u32, i64::from(self.into));
        for period in self.rhythm.iter().cycle() {
            let at = (into / QUARTER_MS) as usize;
            if at == 3 {
                break;
            }
            let house = house(now);
            let (ev, grid) = (Watts(VOLTS * amps), Watts(house + VOLTS * amps));
            let allowed = cap.cap(Millis(now), grid, ev);
            let left = QUARTER_MS - into % QUARTER_MS;
            seen(&Seen { now, house, used: quarters[at].used, left, allowed });
            let mut take = |at: usize, ms: i64| {
                quarters[at].used += i64::from(grid.0.max(0)) * ms;
                quarters[at].house += i64::from(house.max(0)) * ms;
            };
            let passed = i64::from(*period);
            take(at, passed.min(left));
            take(at + 1, (passed - left).max(0));
            now += period;
            into += passed;
            amps = if allowed < Amps(6) { 0 } else { i32::from(allowed.0.min(32)) };
        }
        let [ended @ .., _] = quarters;
        ended
    }

    /// P·(d + T) in watt-milliseconds.
    fn late(&self) -> i64 {
        let longest = i64::from(self.rhythm.iter().copied().max().unwrap_or(0));
        i64::from(VOLTS * 32) * 2 * longest
    }
}

fn rhythm() -> impl Strategy<Value = Vec<u32>> {
    let steady = proptest::sample::select(vec![90, 250, 1_000, 1_090, 9_999, 10_000]);
    prop_oneof![
        steady.prop_map(|period| vec![period]),
        proptest::collection::vec(50u32..=10_000, 1..20),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn p16_with_every_reading_the_car_gets_what_ends_the_quarter_at_its_peak(
        sky in sky(60), peak in 0i64..=20_000, into in 0u32..900_000, rhythm in rhythm(),
    ) {
        let house = |now: u32| sky[(now / 10_000) as usize % sky.len()];
        Hurry { peak, into, rhythm }.run(house, |seen| {
            let mean = (peak * QUARTER_MS - seen.used).div_euclid(seen.left);
            let room = (mean - i64::from(seen.house)).div_euclid(VOLTS.into()).clamp(0, 255);
            let allowed = i64::from(seen.allowed.0);
            assert!(allowed <= room, "{allowed} of {room} A");
            assert!(allowed >= room - 1 || seen.left < 60_000, "{allowed} of {room} A");
        });
    }

    #[test]
    fn p16_a_quarter_of_an_hour_stays_below_its_peak_but_for_what_the_house_takes_more(
        peak in 0i64..=20_000, into in 0u32..900_000, rhythm in rhythm(),
        before in -9_000i32..=9_000, after in -9_000i32..=9_000, at in 0u32..2_700_000,
    ) {
        let hurry = Hurry { peak, into, rhythm };
        let mut rises = [0; 3];
        let house = |now| if now < at { before } else { after };
        let quarters = hurry.run(house, |seen| {
            let end = i64::from(into + seen.now) / QUARTER_MS;
            if house(seen.now) > before && rises == [0; 3] {
                rises[end as usize] = i64::from(after - before) * seen.left;
            }
        });
        for (quarter, rise) in quarters.iter().zip(rises) {
            let bound = quarter.house.max(peak * QUARTER_MS) + hurry.late() + rise;
            prop_assert!(quarter.used <= bound, "{} W", quarter.used / QUARTER_MS);
        }
    }
}

#[test]
fn a_house_that_takes_more_than_the_car_has_left_brings_the_quarter_above_its_peak() {
    let hurry = Hurry { peak: 4_800, into: 0, rhythm: vec![1_000] };
    let [quarter, ..] = hurry.run(|now| if now < 450_000 { 0 } else { 9_000 }, |_| {});
    let means = [quarter.house, quarter.used].map(|used| used / QUARTER_MS);
    assert_eq!(means, [4_500, 6_900], "half of 4800 and of 9000 W");
}

#[test]
fn readings_of_any_rhythm_are_counted_in_full() {
    for period in [50, 90, 99, 100, 101, 250, 1_090, 9_999] {
        let hurry = Hurry { peak: 5_000, into: 0, rhythm: vec![period] };
        for house in [0, 9, 2_009] {
            for quarter in hurry.run(|_| house, |_| {}) {
                let bound = 5_000 * QUARTER_MS + hurry.late();
                assert!(quarter.used <= bound, "{period} ms: {} W", quarter.used / QUARTER_MS);
            }
        }
    }
}

#[test]
fn a_load_that_is_on_for_every_other_reading_is_counted_with_half_of_its_time() {
    let mut cap = cap(0);
    for reading in 0..9_000 {
        let power = if reading % 2 == 0 { 9_009 } else { 0 };
        let _ = cap.cap(Millis(reading * 50), Watts(power), Watts(0));
    }
    // 450 s at a mean of 4504.5 W leave 5495.5 W for the others.
    assert_eq!(cap.cap(seconds(450), Watts(0), Watts(0)), Amps(255));
    assert_eq!(cap.cap(seconds(450), Watts(1_500), Watts(0)), Amps(199), "5495 − 1500 W");
}

#[test]
fn extreme_powers_do_not_overflow() {
    // Half a megawatt is the greatest peak, and a megawatt the greatest reading.
    for (peak, grid, ev, expected) in [
        (i32::MIN, i32::MIN, i32::MIN, 255),
        (i32::MIN, i32::MAX, i32::MIN, 0),
        (i32::MIN, 500_000, i32::MAX, 255),
        (i32::MAX, i32::MIN, i32::MAX, 255),
        (i32::MAX, i32::MAX, i32::MAX, 255),
        (i32::MAX, i32::MAX, i32::MIN, 0),
    ] {
        let mut cap = PeakCap::new(Watts(peak), Millis(u32::MAX), Volts(0), Phases::One);
        for now in [0, 1, u32::MAX / 2, u32::MAX] {
            let allowed = cap.cap(Millis(now), Watts(grid), Watts(ev));
            assert_eq!(allowed, Amps(expected), "{peak} {grid} {ev} {now}");
        }
    }
}
