//! Instants of a clock that wraps.
#![allow(missing_docs)]

use rapi_divert::Millis;

/// The greatest distance that is still a distance: half a turn of the clock, 24.8 days.
const HALF: u32 = u32::MAX / 2;

#[test]
fn p7_the_later_of_two_instants_is_known_up_to_half_a_turn_of_the_clock() {
    for start in [0, 1, HALF, u32::MAX - 5, u32::MAX] {
        for distance in [0, 1, 49, HALF - 1, HALF] {
            let later = Millis(start.wrapping_add(distance));
            assert_eq!(later.since(Millis(start)), Some(distance));
        }
        for distance in [HALF + 1, HALF + 2, u32::MAX] {
            let earlier = Millis(start.wrapping_add(distance));
            assert_eq!(earlier.since(Millis(start)), None);
        }
    }
}
