//! Late, doubled, damaged and lost replies.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod support;

use rapi_client::commands::{GetEnergy, GetSettings, GetState, Restart, SetCurrent};
use rapi_client::types::{Amps, EvseState, Seconds};
use rapi_client::{Client, Dialect, Error, Exchange, Notification, blocking};
use rapi_core::{SeqId, encode_rejected, encode_reply};
use support::{Peer, block_on, healthy, seq_of};

#[test]
fn a_reply_that_comes_late_is_not_taken_for_the_next_ones() {
    let mut late = Vec::new();
    let peer = Peer::new(move |line: &[u8]| core::mem::replace(&mut late, healthy(line)));
    let mut client = blocking::Client::new(peer);
    // Each reply comes one command late, for ever: never a wrong answer.
    for _ in 0..300 {
        assert_eq!(client.send(&GetSettings), Err(Error::Timeout));
        assert_eq!(client.send(&GetEnergy), Err(Error::Timeout));
    }
    assert_eq!(client.stats().stale, 599);
    assert_eq!(client.stats().abandoned, 599);
}

#[test]
fn a_reply_that_comes_twice_is_taken_once() {
    let peer = Peer::new(|line: &[u8]| [healthy(line), healthy(line)].concat());
    let mut client = blocking::Client::new(peer);
    for _ in 0..3 {
        assert_eq!(client.send(&GetSettings).unwrap().amps, Amps(24));
        assert_eq!(client.send(&GetEnergy).unwrap().total.0, 40);
    }
    assert_eq!(client.stats().stale, 5);
}

#[test]
fn a_notification_between_command_and_reply_is_kept() {
    let peer = Peer::new(|line: &[u8]| {
        [b"$AT 02 02 24 0700^30\r".to_vec(), healthy(line), b"$AN 1^3A\r".to_vec()].concat()
    });
    let mut client = blocking::Client::new(peer);
    assert_eq!(client.send(&GetSettings).unwrap().amps, Amps(24));
    assert!(matches!(
        client.take_notification(),
        Some(Notification::Transition { evse: EvseState::Connected, .. })
    ));
    assert!(matches!(client.next_notification(), Ok(Notification::Button { .. })));
    assert_eq!(client.next_notification(), Err(Error::Timeout));
}

#[test]
fn the_oldest_notification_goes_when_nobody_takes_them() {
    let mut peer = Peer::new(healthy);
    for _ in 0..6 {
        peer.say(b"$AT 02 02 24 0700^30\r");
    }
    let mut client = blocking::Client::new(peer);
    client.send(&GetState).unwrap();
    let taken = core::iter::from_fn(|| client.take_notification()).count();
    assert_eq!((taken, client.stats().notifications_lost), (4, 2));
}

#[test]
fn a_refusal_without_the_id_means_that_a_line_was_damaged() {
    let damaged = |line: &[u8]| {
        if line.starts_with(b"$GS") { b"$NK^21\r".to_vec() } else { healthy(line) }
    };
    let mut client = blocking::Client::new(Peer::new(damaged));
    // Before the first answer it could be meant for somebody before us; after the first refusal,
    // it could be that one once more.
    assert_eq!(client.send(&GetState), Err(Error::Timeout));
    for _ in 0..3 {
        assert!(client.send(&GetSettings).is_ok());
        assert_eq!(client.send(&GetState), Err(Error::Garbled));
        assert_eq!(client.send(&GetState), Err(Error::Timeout));
    }
    assert_eq!(client.stats().garbled, 7);

    let mut client = blocking::Client::new(Peer::new(|line: &[u8]| {
        let mut reply = [0; 32];
        let len = encode_rejected(seq_of(line), Dialect::V3, &mut reply).unwrap();
        reply[..len].to_vec()
    }));
    assert_eq!(client.send(&GetState), Err(Error::Rejected));
}

#[test]
fn a_damaged_reply_is_dropped_whichever_byte_is_hit() {
    for place in 0..b"$OK 24 0021 :01^3E\r".len() {
        for bit in 0..8 {
            let peer = Peer::new(move |line: &[u8]| {
                let mut reply = healthy(line);
                reply[place] ^= 1 << bit;
                reply
            });
            let mut client = blocking::Client::new(peer);
            let result = client.send(&GetSettings);
            assert_eq!(result, Err(Error::Timeout), "byte {place}, bit {bit}");
        }
    }
}

#[test]
fn a_restart_is_sent_and_not_waited_for() {
    let mut client = blocking::Client::new(Peer::new(|_: &[u8]| Vec::new()));
    assert_eq!(client.send(&Restart), Ok(()));
    assert_eq!(client.into_inner().written, [b"$FR :01^2B\r".to_vec()]);
}

#[test]
fn out_of_range_is_refused_before_anything_is_sent() {
    let mut client = blocking::Client::new(Peer::new(healthy));
    for amps in [0, 5, 81, 255] {
        let error = client.send(&SetCurrent { amps: Amps(amps) }).unwrap_err();
        assert!(matches!(error, Error::Encode(_)), "{amps}");
        assert!(error.is_usable());
    }
    assert!(client.into_inner().written.is_empty());
}

#[test]
fn a_line_that_never_stops_talking_ends_the_wait() {
    let peer = Peer::new(|_: &[u8]| b"relayCloseMs: 100\r\n".repeat(1000));
    let mut client = blocking::Client::new(peer);
    assert_eq!(client.send(&GetState), Err(Error::Timeout));
    let peer = Peer::new(|_: &[u8]| b"$OK 1^31\r".repeat(5000));
    let mut client = blocking::Client::new(peer);
    assert_eq!(client.send(&GetState), Err(Error::Timeout));
}

#[test]
fn both_clients_say_the_same_over_any_chunks() {
    for chunk in 1..20 {
        let mut peer = Peer::new(healthy);
        peer.chunk = chunk;
        assert_eq!(blocking::Client::new(peer).send(&GetEnergy).unwrap().total.0, 40);
        let mut peer = Peer::new(healthy);
        peer.chunk = chunk;
        assert_eq!(block_on(Client::new(peer).send(&GetEnergy)).unwrap().total.0, 40);
    }
}

#[test]
fn a_reply_goes_only_to_the_latest_command() {
    let mut exchange = Exchange::<64, 4>::new(Dialect::V3);
    let (_, first) = exchange.begin(&GetState).unwrap();
    let (_, second) = exchange.begin(&GetState).unwrap();
    let mut line = [0; 64];
    let state = rapi_client::commands::State {
        evse: EvseState::Charging,
        elapsed: Seconds(1),
        pilot: None,
        flags: None,
    };
    let len = encode_reply(&state, SeqId::new(2), Dialect::V3, &mut line).unwrap();
    for &byte in &line[..len] {
        let _ = exchange.push(byte);
    }
    assert!(exchange.finish(first).is_none());
    assert_eq!(exchange.finish(second), Some(Ok(state)));
}

#[test]
fn probing_takes_nothing_for_less_protection_than_there_is() {
    for (reply, dialect) in [
        (&b"$OK 3.7.8 1.0.3\r"[..], Some(Dialect::V1)),
        (b"$OK 4.1.0 2.0.1^26\r", Some(Dialect::V2_1)),
        (b"$OK 8.2.3 5.2.1 :01^34\r", Some(Dialect::V3)),
        // A flipped bit in the mark: no checksum any more, but a version that has one.
        (b"$OK 4.4.0 2.0.3_21\r", None),
        (b"$OK 4.1.0 2.0.1\r", None),
        // Somebody else's answer: a controller that knows ids repeats them.
        (b"$OK 8.2.3 5.2.1^2F\r", None),
        (b"$OK 8.2.3 5.2.1 :02^37\r", None),
        (b"$OK 1 2^23\r", None),
    ] {
        let mut exchange = Exchange::<64, 4>::new(Dialect::V3);
        let (_, pending) = exchange.begin_probe().unwrap();
        for &byte in reply {
            let _ = exchange.push(byte);
        }
        let text = String::from_utf8_lossy(reply);
        assert_eq!(exchange.finish(pending).is_some(), dialect.is_some(), "{text:?}");
        assert_eq!(exchange.dialect(), dialect.unwrap_or(Dialect::V3), "{text:?}");
    }
}

#[test]
fn a_command_that_is_too_long_says_so_and_by_how_much() {
    use rapi_client::commands::PrintText;
    use rapi_client::types::LcdText;
    let text = LcdText::new("AAAAAAAAAAAAAAAAAAAA").unwrap();
    let error = Exchange::<64, 4>::new(Dialect::V3)
        .begin(&PrintText { column: 0, row: 0, text })
        .unwrap_err();
    assert_eq!(error.to_string(), "the command has 35 bytes, a controller takes 31");
}
