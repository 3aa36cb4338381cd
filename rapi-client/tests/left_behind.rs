//! What comes behind a reply, and replies that nobody takes.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod support;

use rapi_client::commands::{Enable, GetEnergy, GetState, GetVersion};
use rapi_client::{Client, Dialect, Exchange, Progress, SeqId, blocking};
use support::{Peer, block_on, fence, healthy, hear, reply, seq_of};

/// What a controller says to a line that came damaged.
const DAMAGED: &[u8] = b"$NK^21\r";

/// An exchange without ids, with its first fences answered.
fn fenced() -> Exchange {
    let mut exchange = Exchange::new(Dialect::V2_1);
    assert_eq!(fence(&mut exchange), 5);
    exchange
}

#[test]
fn what_came_behind_a_reply_is_not_said_of_the_next_command() {
    let answer = |line: &[u8]| [healthy(line), DAMAGED.to_vec()].concat();
    let mut client = blocking::Client::new(Peer::new(answer));
    for _ in 0..3 {
        client.send(&GetEnergy).unwrap();
    }
    let mut client = Client::new(Peer::new(answer));
    for _ in 0..3 {
        block_on(client.send(&GetEnergy)).unwrap();
    }
}

#[test]
fn neither_a_late_refusal_nor_an_answer_without_an_id_ends_a_command() {
    for late in [&b"$NK :77^3B\r"[..], &reply("03 60 03 0140", None)] {
        let mut exchange = Exchange::<64, 4>::new(Dialect::V3);
        for late in [None, Some(late)] {
            let (line, pending) = exchange.begin(&GetState).unwrap();
            if let Some(late) = late {
                assert_eq!(hear(&mut exchange, late), Progress::Pending);
            }
            let answer = reply("03 60 03 0140", seq_of(line.as_bytes()));
            assert_eq!(hear(&mut exchange, &answer), Progress::Reply);
            assert!(exchange.finish(pending).unwrap().is_ok());
        }
        assert_eq!(exchange.stats().stale, 1);
    }
}

#[test]
fn who_waits_for_nothing_gives_nothing_up() {
    let mut exchange = Exchange::<64, 4>::new(Dialect::V3);
    let (line, pending) = exchange.begin(&GetState).unwrap();
    let answer = reply("03 60 03 0140", seq_of(line.as_bytes()));
    assert_eq!(hear(&mut exchange, &answer), Progress::Reply);
    assert!(exchange.finish(pending).unwrap().is_ok());
    for byte in 0..200_000 {
        assert_eq!(exchange.push(0), Progress::Pending, "byte {byte}");
    }
}

#[test]
fn the_last_id_before_a_fence_is_as_good_as_any() {
    let mut exchange = Exchange::<64, 4>::new(Dialect::V3);
    for _ in 1..0xee {
        let _given_up = exchange.begin(&GetState).unwrap();
        exchange.abandon();
    }
    let (line, pending) = exchange.begin(&GetState).unwrap();
    let id = seq_of(line.as_bytes());
    assert_eq!(id, SeqId::new(0xee));
    assert_eq!(hear(&mut exchange, &reply("03 60 03 0140", id)), Progress::Reply);
    assert!(exchange.finish(pending).unwrap().is_ok());
}

#[test]
fn a_reply_with_an_id_is_none_to_a_command_without() {
    let mut exchange = fenced();
    let (_, pending) = exchange.begin(&GetState).unwrap();
    let answer = |id| reply("3 60", id);
    assert_eq!(hear(&mut exchange, &answer(SeqId::new(1))), Progress::Pending);
    assert_eq!(hear(&mut exchange, &answer(None)), Progress::Reply);
    assert!(exchange.finish(pending).unwrap().is_ok());
}

#[test]
fn a_bare_ok_is_an_answer_although_that_to_a_fence_may_still_come() {
    let mut exchange = fenced();
    let _given_up = exchange.begin(&GetVersion).unwrap();
    exchange.abandon();
    fence(&mut exchange);
    let (_, pending) = exchange.begin(&Enable).unwrap();
    assert_eq!(hear(&mut exchange, b"$OK^20\r"), Progress::Reply);
    assert!(exchange.finish(pending).unwrap().is_ok());
}
