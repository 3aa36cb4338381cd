//! The edges of an exchange: versions, fences, and what nobody waits for.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod support;

use rapi_client::commands::{GetEnergy, GetSettings, GetState, Version};
use rapi_client::types::Amps;
use rapi_client::{Capabilities, Client, Dialect, Exchange, Progress, SeqId, Support};
use rapi_core::{COMMANDS, ReplyError};
use support::{Peer, VERSIONS, block_on, fence, healthy, hear, reply, seq_of, version};

/// Each version that was asked for and not heard may still come: as many answers more are needed.
#[test]
fn each_question_that_may_still_be_answered_lengthens_the_fence_up_to_a_limit() {
    for (unanswered, needed) in
        [(0, 1), (1, 6), (2, 7), (15, 20), (40, 45), (249, 254), (250, 255), (251, 255), (400, 255)]
    {
        let mut exchange = Exchange::<64, 4>::new(Dialect::V2_1);
        fence(&mut exchange);
        let (_, pending) = exchange.begin(&GetState).unwrap();
        assert_eq!(hear(&mut exchange, &reply("03 60", None)), Progress::Reply);
        assert!(exchange.finish(pending).is_some());
        for _ in 0..unanswered {
            // A fence that is given up.
            exchange.begin_fence().unwrap();
            exchange.abandon();
        }
        if unanswered > 0 {
            // What is needed is reckoned when a command ends.
            fence(&mut exchange);
            let _unheard = exchange.begin(&GetState).unwrap();
            exchange.abandon();
        }
        assert_eq!(fence(&mut exchange), needed, "{unanswered} unanswered");
    }
}

/// What was under way before may come until the last of its questions is answered, whatever is asked meanwhile.
#[test]
fn half_a_fence_ends_no_doubt() {
    let mut exchange = Exchange::<64, 4>::new(Dialect::V2_1);
    exchange.begin_fence().unwrap();
    assert_eq!(hear(&mut exchange, VERSIONS), Progress::Fenced);
    let (_, pending) = exchange.begin_probe().unwrap();
    assert_eq!(hear(&mut exchange, VERSIONS), Progress::Reply);
    assert!(exchange.finish(pending).is_some());
    assert_eq!(fence(&mut exchange), 5);
}

#[test]
fn a_protocol_version_is_three_numbers_and_whatever_a_fork_adds() {
    let probe = |protocol: &str| {
        let mut exchange = Exchange::<64, 4>::new(Dialect::V3);
        let (line, pending) = exchange.begin_probe().unwrap();
        let seq = seq_of(line.as_bytes());
        let known =
            hear(&mut exchange, &reply(&format!("8.2.3 {protocol}"), seq)) == Progress::Reply;
        known && exchange.finish(pending).is_some()
    };
    for good in ["5.2.1", "5.2.1.EU", "5.2.1.4", "10.20.30", "5.2.1-x"] {
        assert!(probe(good), "{good}");
    }
    for bad in ["5.2", "5.2.", "5..1", ".2.1", "..1", "5.2.x", "5", "x.2.1", "..", "5.2x.1"] {
        assert!(!probe(bad), "{bad}");
    }
}

#[test]
fn a_probe_believes_less_protection_only_if_the_version_says_so() {
    let probe = |answer: &[u8]| {
        let mut exchange = Exchange::<64, 4>::new(Dialect::V3);
        let (_, pending) = exchange.begin_probe().unwrap();
        let known = hear(&mut exchange, answer) == Progress::Reply;
        (known && exchange.finish(pending).is_some()).then_some(exchange.dialect())
    };
    assert_eq!(probe(b"$OK 3.7.8 1.0.3\r"), Some(Dialect::V1));
    assert_eq!(probe(b"$OK 4.0.0 2.0.0\r"), None, "2.0.0 has a checksum");
    assert_eq!(probe(&reply("4.0.0 2.0.0", None)), Some(Dialect::V2_0));
    assert_eq!(probe(&reply("4.1.0 2.0.1", None)), Some(Dialect::V2_1));
    assert_eq!(probe(&reply("4.5.0 3.0.1", None)), None, "3.0.1 repeats the id");
    assert_eq!(probe(&reply("8.2.3 5.2.1", SeqId::new(1))), Some(Dialect::V3));
    assert_eq!(probe(&reply("8.2.3 5.2.1", SeqId::new(2))), None, "of another question");
    assert_eq!(probe(b"$NK 8.2.3 5.2.1 :01\r"), None);
}

/// It may be the answer to a fence that was damaged: then the command is still to be answered.
#[test]
fn a_bare_refusal_is_the_commands_unless_a_fence_may_be_meant() {
    for given_up in [0, 1] {
        let mut exchange = Exchange::<64, 4>::new(Dialect::V2_1);
        for _ in 0..given_up {
            exchange.begin_fence().unwrap();
            exchange.abandon();
        }
        fence(&mut exchange);
        let (_, pending) = exchange.begin(&GetState).unwrap();
        let expected = if given_up == 0 { Progress::Reply } else { Progress::Garbled };
        assert_eq!(hear(&mut exchange, b"$NK^21\r"), expected, "{given_up} given up");
        let refused = Some(Err(ReplyError::Rejected)).filter(|_| given_up == 0);
        assert_eq!(exchange.finish(pending), refused);
    }
}

#[test]
fn a_version_has_what_came_with_it_and_what_went_with_it() {
    let last = |text: &str, step: i32| {
        let (head, patch) = text.rsplit_once('.').unwrap();
        let patch = patch.parse::<i32>().unwrap() + step;
        (patch >= 0).then(|| version(&format!("{head}.{patch}")))
    };
    let (mut begun, mut ended) = (0, 0);
    for info in COMMANDS {
        let support = |version: Version| Capabilities::new(&version).of(info);
        if info.since.split('.').count() == 3 {
            assert_ne!(support(version(info.since)), Support::No, "{}", info.name);
            if let Some(before) = last(info.since, -1) {
                assert_eq!(support(before), Support::No, "{}", info.name);
                begun += 1;
            }
        }
        if let Some(until) = info.until.filter(|until| until.split('.').count() == 3) {
            assert_ne!(support(version(until)), Support::No, "{}", info.name);
            assert_eq!(support(last(until, 1).unwrap()), Support::No, "{}", info.name);
            ended += 1;
        }
    }
    assert!(begun >= 10 && ended >= 3, "{begun} begun, {ended} ended");
    // What is no version says nothing; a prefix of developers does not matter.
    let row = COMMANDS.iter().find(|info| info.name == "SetHeartbeat").unwrap();
    for unknown in ["8.2", "8.x.3", "8.2.70000", "V", "8..3"] {
        assert_eq!(Capabilities::new(&version(unknown)).of(row), Support::Unknown, "{unknown}");
    }
    for known in ["D8.2.3", "V8.2.3", "8.2.3.EU"] {
        assert_ne!(Capabilities::new(&version(known)).of(row), Support::No, "{known}");
    }
}

#[test]
fn what_nobody_waits_for_is_counted_as_what_it_is() {
    let mut exchange = Exchange::<64, 4>::new(Dialect::V3);
    let _waited = exchange.begin(&GetState).unwrap();
    // A notification that is not known yet, an echo of our own.
    for line in [&b"$AZ^3F\r"[..], b"$XY^25\r", b"$XY^24\r"] {
        assert_eq!(hear(&mut exchange, line), Progress::Pending, "{}", line.escape_ascii());
    }
    // One with a wrong field shows when it is taken, and does not hide the next.
    assert_eq!(hear(&mut exchange, b"$ST 1^32\r"), Progress::Notification);
    assert_eq!(hear(&mut exchange, b"$AN 1^3A\r"), Progress::Notification);
    assert!(exchange.take_notification().is_some() && exchange.take_notification().is_none());
    let stats = exchange.stats();
    assert_eq!((stats.other, stats.echoed, stats.damaged), (1, 1, 2));
}

/// What lies unread when a command is begun is none of its answers, in the asynchronous client too.
#[test]
fn everything_may_come_twice_without_ids() {
    for chunk in 1..40 {
        let mut peer = Peer::new(|line: &[u8]| [healthy(line), healthy(line)].concat());
        peer.chunk = chunk;
        let exchange = Exchange::<64, 4>::new(Dialect::V2_1);
        let mut client = Client::<_, 64, 4>::with_exchange(peer, exchange);
        for _ in 0..3 {
            let settings = block_on(client.send(&GetSettings)).unwrap();
            assert_eq!(settings.amps, Amps(24), "chunks of {chunk}");
            let energy = block_on(client.send(&GetEnergy)).unwrap();
            assert_eq!(energy.total.0, 40, "chunks of {chunk}");
        }
    }
}

#[test]
fn a_reply_that_nobody_took_is_gone_with_the_next_byte_or_the_next_command() {
    for next_command in [false, true] {
        let mut exchange = Exchange::<64, 4>::default();
        assert_eq!(exchange.dialect(), Dialect::V3);
        let (line, pending) = exchange.begin(&GetState).unwrap();
        let answer = reply("03 60 03 0140", seq_of(line.as_bytes()));
        assert_eq!(hear(&mut exchange, &answer), Progress::Reply);
        if next_command {
            let _other = exchange.begin(&GetState).unwrap();
        } else {
            // It lies where the reply comes to lie.
            let late = reply("01 0 01 0240", SeqId::new(0x77));
            assert_eq!(hear(&mut exchange, &late), Progress::Pending);
        }
        assert!(exchange.finish(pending).is_none());
    }
}

#[test]
fn notifications_without_room_are_counted_and_the_oldest_goes_first() {
    fn lost<const EVENTS: usize>() -> (u16, usize) {
        let mut exchange = Exchange::<64, EVENTS>::new(Dialect::V3);
        for _ in 0..3 {
            let line = b"$AT 02 02 24 0700^30\r";
            let last = line.iter().map(|&byte| exchange.push(byte)).last();
            assert_eq!(last, Some(Progress::Notification));
        }
        let kept = core::iter::from_fn(|| exchange.take_notification()).count();
        (exchange.stats().notifications_lost, kept)
    }
    assert_eq!(lost::<4>(), (0, 3));
    assert_eq!(lost::<3>(), (0, 3));
    assert_eq!(lost::<2>(), (1, 2));
    assert_eq!(lost::<1>(), (2, 1));
    assert_eq!(lost::<0>(), (3, 0));
}
