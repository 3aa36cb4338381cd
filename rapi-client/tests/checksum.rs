//! What eight bits of XOR do not show: the figures that the front page of the crate states.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use rapi_client::commands::{GetState, State};
use rapi_client::{Dialect, Exchange, Progress, SeqId};

/// The answer to `$GS` while charging, without and with an id.
const LINES: [(Dialect, &[u8]); 2] = [
    (Dialect::V2_1, b"$OK 03 12345 03 0020^13\r"),
    (Dialect::V3, b"$OK 03 12345 03 0020 :A5^7D\r"),
];

/// What a client that waits for this answer makes of a line.
fn hear(dialect: Dialect, line: &[u8]) -> Option<State> {
    let mut exchange = Exchange::<64, 4>::new(dialect);
    exchange.set_next_id(SeqId::new(0xa5).unwrap());
    while exchange.needs_fence() {
        let _ = exchange.begin_fence().unwrap();
        for &byte in b"$OK 4.1.0 2.0.1^26\r" {
            let _ = exchange.push(byte);
        }
    }
    let (_, pending) = exchange.begin(&GetState).unwrap();
    let ready = line.iter().any(|&byte| exchange.push(byte) == Progress::Reply);
    if ready { exchange.finish(pending)?.ok() } else { None }
}

/// How many of all ways to flip so many bits of a line are taken for another answer.
fn accepted(dialect: Dialect, line: &[u8], pairs: bool) -> (u32, u32) {
    let genuine = hear(dialect, line).expect("the undamaged answer");
    let bits = line.len() * 8;
    let (mut wrong, mut all) = (0, 0);
    for first in 0..bits {
        for second in if pairs { first + 1..bits } else { first..first + 1 } {
            let mut damaged = line.to_vec();
            damaged[first / 8] ^= 1 << (first % 8);
            if pairs {
                damaged[second / 8] ^= 1 << (second % 8);
            }
            all += 1;
            wrong += u32::from(hear(dialect, &damaged).is_some_and(|state| state != genuine));
        }
    }
    (wrong, all)
}

#[test]
fn one_flipped_bit_never_gives_another_answer() {
    for (dialect, line) in LINES {
        assert_eq!(accepted(dialect, line, false).0, 0, "{dialect:?}");
    }
}

#[test]
fn one_changed_byte_never_gives_another_answer() {
    for (dialect, line) in LINES {
        let genuine = hear(dialect, line);
        for place in 0..line.len() {
            for byte in 0..=u8::MAX {
                let mut damaged = line.to_vec();
                damaged[place] = byte;
                let heard = hear(dialect, &damaged);
                assert!(heard.is_none() || heard == genuine, "{place}, {byte:02x}");
            }
        }
    }
}

/// If a share d of all lines is damaged by bits that flip independently, about d²/2 of them have
/// two flips, and of those this share is taken for another answer.
#[test]
fn of_two_flipped_bits_the_stated_share_gives_another_answer() {
    for (dialect, line) in LINES {
        let (wrong, all) = accepted(dialect, line, true);
        // The two flips have to hit one column of two covered bytes, or one column and the digit of
        // the checksum that stands for it.
        let covered = u32::try_from(line.iter().position(|&byte| byte == b'^').unwrap()).unwrap();
        let bound = 8 * (covered * (covered - 1) / 2 + covered);
        assert!(wrong <= bound, "{wrong} of {bound}");
        let share = f64::from(wrong) / f64::from(all);
        println!("{dialect:?}: {wrong} of {all} pairs, {:.2} %", share * 100.0);
        let stated = if dialect.has_sequence_ids() { 0.0100..0.0110 } else { 0.0150..0.0170 };
        assert!(stated.contains(&share), "{dialect:?}: {share}");
        // Once in so many days at one answer a second and one damaged line in a hundred.
        let days = 1.0 / (share * 0.01 * 0.01 / 2.0) / 86_400.0;
        assert!((14.0..23.0).contains(&days), "{dialect:?}: {days}");
    }
}

/// What is no answer at all, but has the form of one: bytes drawn by chance behind `$OK `.
#[test]
fn of_lines_by_chance_one_in_256_passes_without_an_id_and_one_in_65000_with_one() {
    let mut dice = rapi_testkit::Dice::new(5);
    let mut passed = [0_u32; 2];
    let draws = 40_000;
    for _ in 0..draws {
        let mut hex = || format!("{:X}", dice.below(16));
        let digits = format!("^{}{}\r", hex(), hex());
        let id = format!(" :{}{}", hex(), hex());
        let number = dice.below(65_536);
        for (place, (dialect, id)) in
            [(Dialect::V2_1, ""), (Dialect::V3, id.as_str())].into_iter().enumerate()
        {
            let line = format!("$OK 03 {number} 03 0020{id}{digits}");
            passed[place] += u32::from(hear(dialect, line.as_bytes()).is_some());
        }
    }
    let expected = draws / 256;
    assert!((expected * 3 / 4..expected * 5 / 4).contains(&passed[0]), "{passed:?}");
    assert!(passed[1] < 8, "{passed:?}");
}
