//! A capacity tariff, to the watt: what is left of a quarter of an hour, and for how long.
#![allow(clippy::missing_const_for_fn, clippy::std_instead_of_core, missing_docs)]
#![allow(clippy::arithmetic_side_effects)]

use rapi_divert::{Amps, Millis, PeakCap, Volts, Watts};

/// 5 kW, with amperes of 20 W so that the caps are fine.
fn cap(into_s: u32) -> PeakCap {
    PeakCap::new(Watts(5_000), Millis(into_s * 1_000), Volts(20))
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
fn the_clock_of_the_meter_says_where_the_first_quarter_ends() {
    for into in [0, 1_800] {
        let mut cap = cap(into + 600);
        assert_eq!(cap.cap(seconds(0), Watts(12_000), Watts(0)), Amps(150), "15 − 12 kW");
    }
}
