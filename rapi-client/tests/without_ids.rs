//! Controllers that know no sequence ids: a fence before each command.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod support;

use std::collections::VecDeque;

use rapi_client::commands::{GetEnergy, GetSettings, GetState, GetVersion, Restart};
use rapi_client::types::Amps;
use rapi_client::{BeginError, Dialect, Error, Exchange, Progress, blocking};
use support::{Peer, VERSIONS, fence, healthy, hear, reply};

const fn client<F: FnMut(&[u8]) -> Vec<u8>>(peer: Peer<F>) -> blocking::Client<Peer<F>, 64, 4> {
    blocking::Client::with_exchange(peer, Exchange::new(Dialect::V2_1))
}

#[test]
fn a_reply_that_comes_late_is_not_taken_for_the_next_ones() {
    let mut answers = false;
    let mut peer = Peer::new(move |line: &[u8]| {
        let first = line.starts_with(b"$GU") && !core::mem::replace(&mut answers, true);
        if first { Vec::new() } else { healthy(line) }
    });
    // The reply to the first command comes when its time is over. Its fields would fit the second.
    peer.late = reply("99 99", None);
    let mut client = client(peer);
    assert_eq!(client.send(&GetEnergy), Err(Error::Timeout));
    assert_eq!(client.send(&GetEnergy).unwrap().total.0, 40);
    assert_eq!(client.stats().stale, 1);
}

#[test]
fn everything_may_come_twice() {
    for chunk in 1..40 {
        let mut peer = Peer::new(|line: &[u8]| [healthy(line), healthy(line)].concat());
        peer.chunk = chunk;
        let mut client = client(peer);
        for _ in 0..3 {
            assert_eq!(client.send(&GetSettings).unwrap().amps, Amps(24), "chunks of {chunk}");
            assert_eq!(client.send(&GetEnergy).unwrap().total.0, 40, "chunks of {chunk}");
        }
    }
}

/// Drives an exchange by hand, with what comes at each moment.
struct Line(Exchange<64, 4>);

impl Line {
    const fn new() -> Self {
        Self(Exchange::new(Dialect::V2_1))
    }

    fn hear(&mut self, bytes: &[u8]) -> Progress {
        hear(&mut self.0, bytes)
    }

    /// Puts up a fence that is answered at once; returns how many questions it took.
    fn fence(&mut self) -> u32 {
        fence(&mut self.0)
    }
}

#[test]
fn a_very_late_reply_is_fenced_off() {
    let mut line = Line::new();
    line.fence();
    let _ = line.0.begin(&GetState).unwrap();
    // A GFI self test: no answer, and the caller gives up.
    line.0.abandon();
    assert_eq!(line.0.begin(&GetEnergy).unwrap_err(), BeginError::Unfenced);
    let _ = line.0.begin_fence().unwrap();
    assert_eq!(line.hear(b"$OK 3 3600^13\r"), Progress::Pending, "the late reply is not the fence");
    assert_eq!(line.hear(VERSIONS), Progress::Fenced);
    line.fence();
    let (_, pending) = line.0.begin(&GetEnergy).unwrap();
    let _ = line.hear(b"$OK 7 8^2F\r");
    assert_eq!(line.0.finish(pending).unwrap().unwrap().session.0, 7);
}

#[test]
fn a_late_version_is_no_fence() {
    let mut line = Line::new();
    line.fence();
    // Two questions for the versions that are given up, then a command that is given up.
    for _ in 0..2 {
        let _ = line.0.begin(&GetVersion).unwrap();
        line.0.abandon();
        let _ = line.0.begin_fence().unwrap();
        line.0.abandon();
        let _ = line.0.begin_fence().unwrap();
        let _ = line.hear(VERSIONS);
        while line.0.needs_fence() {
            let _ = line.0.begin_fence().unwrap();
            let _ = line.hear(VERSIONS);
        }
    }
    let _ = line.0.begin(&GetState).unwrap();
    line.0.abandon();
    // All late versions come, and only then the late reply: no fence may stand before it. Of what
    // was asked, at most this many versions can still be under way.
    let mut late = 0;
    while line.0.needs_fence() {
        let _ = line.0.begin_fence().unwrap();
        let _ = line.hear(VERSIONS);
        late += 1;
    }
    assert!(late > 4, "{late} versions are not enough");
}

/// A line that is silent for a while and then delivers everything, twice in a row. Found by a client
/// whose calls were dropped after a few milliseconds each.
#[test]
fn no_fence_stands_on_versions_that_were_asked_for_long_before_it() {
    for given_up in [1, 20, 30, 60, 200] {
        let mut line = Line::new();
        line.fence();
        let mut late = VecDeque::new();
        let _ = line.0.begin(&GetState).unwrap();
        line.0.abandon();
        late.push_back(reply("3 3600", None));
        for _ in 0..given_up {
            let _ = line.0.begin_fence().unwrap();
            line.0.abandon();
            late.push_back(VERSIONS.to_vec());
        }
        for energy in ["7 8", "9 10"] {
            while line.0.needs_fence() {
                let _ = line.0.begin_fence().unwrap();
                late.push_back(VERSIONS.to_vec());
                while line.hear(&late.pop_front().unwrap()) != Progress::Fenced {}
            }
            let (_, pending) = line.0.begin(&GetEnergy).unwrap();
            late.push_back(reply(energy, None));
            if energy == "7 8" {
                line.0.abandon();
                continue;
            }
            while line.hear(&late.pop_front().unwrap()) != Progress::Reply {}
            let answer = line.0.finish(pending).unwrap().unwrap();
            assert_eq!(answer.total.0, 10, "{given_up} fences were given up");
        }
    }
}

#[test]
fn an_answer_ends_the_doubts() {
    let mut line = Line::new();
    for _ in 0..10 {
        let _ = line.0.begin_fence().unwrap();
        line.0.abandon();
    }
    assert_eq!(line.fence(), 5, "no more than at first, however often it was asked");
    let (_, pending) = line.0.begin(&GetEnergy).unwrap();
    // The versions that were given up come late.
    assert_eq!(line.hear(&VERSIONS.repeat(10)), Progress::Pending);
    assert_eq!(line.hear(b"$OK 7 8^2F\r"), Progress::Reply);
    assert_eq!(line.0.finish(pending).unwrap().unwrap().session.0, 7);
    assert_eq!(line.fence(), 1);
}

#[test]
fn a_command_without_answer_may_be_answered_all_the_same() {
    let mut line = Line::new();
    line.fence();
    let _ = line.0.begin(&Restart).unwrap();
    // If it was damaged on its way, `$NK` comes.
    assert!(line.0.begin(&GetState).is_err());
    let _ = line.0.begin_fence().unwrap();
    let _ = line.hear(b"$NK^21\r");
    assert!(line.0.begin(&GetState).is_err());
    line.fence();
    assert!(line.0.begin(&GetState).is_ok());
}

#[test]
fn a_controller_that_is_gone_gives_time_outs() {
    let mut client = client(Peer::new(|_: &[u8]| Vec::new()));
    for _ in 0..100 {
        assert_eq!(client.send(&GetState), Err(Error::Timeout));
    }
}
