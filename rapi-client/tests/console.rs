//! What a person at a console needs, and what a program reads besides answers: in both clients.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod support;

use rapi_client::commands::{GetSettings, SetCurrent};
use rapi_client::types::{Amps, ButtonPress};
use rapi_client::{
    Client, Dialect, Error, Exchange, Notification, Progress, RawCommand, SeqId, blocking,
};
use rapi_core::FrameError;
use support::{Peer, block_on, healthy, hear, reply};

#[test]
fn a_typed_command_gets_id_and_checksum() {
    for dialect in [Dialect::V3, Dialect::V2_1] {
        let exchange = Exchange::<64, 4>::new(dialect);
        let mut client = blocking::Client::with_exchange(Peer::new(healthy), exchange);
        for typed in [&b"$GS"[..], b"$GS^30", b" $GS\r\n", b"$GS :A5^5E"] {
            let reply = client.send_raw(typed).unwrap().unwrap();
            assert_eq!(reply.to_string(), "$OK 03 3600 03 0540", "{dialect:?}");
        }
        let sent = client.into_inner().written;
        let last = sent.last().unwrap();
        assert!(last.starts_with(if dialect == Dialect::V3 { b"$GS :04^" } else { b"$GS^30\r" }));

        let exchange = Exchange::<64, 4>::new(dialect);
        let mut client = Client::with_exchange(Peer::new(healthy), exchange);
        let reply = block_on(client.send_raw(b"$GV")).unwrap().unwrap();
        assert!(reply.to_string().starts_with("$OK "), "{dialect:?}");
    }
}

#[test]
fn who_drives_the_exchange_sends_a_typed_command_as_well() {
    let typed = RawCommand::parse(b"$XY 1").unwrap();
    let mut exchange = Exchange::<64, 4>::new(Dialect::V3);
    let (line, pending) = exchange.begin_raw(&typed).unwrap();
    assert_eq!(line.as_bytes(), b"$XY 1 :01^2F\r");
    assert_eq!(hear(&mut exchange, &reply("7 8", SeqId::new(1))), Progress::Reply);
    assert_eq!(exchange.reply(pending).unwrap().to_string(), "$OK 7 8");
}

#[test]
fn a_typed_command_of_a_fork_is_sent_by_its_own_code() {
    let answer = |_: &[u8]| b"$OK :01^3B\r".to_vec();
    let mut client = blocking::Client::new(Peer::new(answer));
    assert!(client.send_raw(b"$XY 1").unwrap().is_some());
    let mut others = Client::new(Peer::new(answer));
    assert!(block_on(others.send_raw(b"$XY 1")).unwrap().is_some());
    for written in [client.into_inner().written, others.into_inner().written] {
        let [line] = &written[..] else { panic!("{written:?}") };
        assert!(line.starts_with(b"$XY 1 :01^"), "{}", line.escape_ascii());
    }
}

#[test]
fn what_is_no_command_is_not_sent() {
    let mut client = blocking::Client::new(Peer::new(healthy));
    for (typed, reason) in [
        (&b"GS"[..], FrameError::NoStart),
        (b"", FrameError::NoStart),
        (b"$", FrameError::Code),
        (b"$GS^31", FrameError::Checksum { found: 0x31, computed: 0x30 }),
        (b"$FP 0 0 x\r$FD", FrameError::Byte),
        (b"$SC  16", FrameError::EmptyField),
    ] {
        let text = String::from_utf8_lossy(typed);
        assert_eq!(client.send_raw(typed), Err(Error::Line(reason)), "{text:?}");
    }
    let long = client.send_raw(b"$FP 0 0 AAAAAAAAAAAAAAAAAAAA").unwrap_err();
    assert_eq!(
        long.to_string(),
        "the command was not sent: the command has 35 bytes, a controller takes 31"
    );
    assert!(long.is_usable());
    assert!(client.into_inner().written.is_empty());
}

#[test]
fn a_typed_restart_is_not_waited_for() {
    let mut client = blocking::Client::new(Peer::new(|_: &[u8]| Vec::new()));
    assert_eq!(client.send_raw(b"$FR"), Ok(None));
    let mut client = Client::new(Peer::new(|_: &[u8]| Vec::new()));
    assert_eq!(block_on(client.send_raw(b"$FR")), Ok(None));
    assert_eq!(client.into_inner().written, [b"$FR :01^2B\r".to_vec()]);
}

#[test]
fn notifications_are_waited_for_and_taken() {
    let mut peer = Peer::new(healthy);
    peer.say(b"$AN 0^3B\r$AN 1^3A\r");
    let mut client = Client::new(peer);
    let press = |notification| match notification {
        Notification::Button { press } => press,
        other => panic!("{other:?}"),
    };
    assert_eq!(press(block_on(client.next_notification()).unwrap()), ButtonPress::Short);
    assert_eq!(press(block_on(client.next_notification()).unwrap()), ButtonPress::Long);
    client.get_mut().say(b"$AN 1^3A\r");
    block_on(client.send(&GetSettings)).unwrap();
    assert_eq!(client.take_notification().map(press), Some(ButtonPress::Long));
    assert_eq!(client.take_notification(), None);
}

#[test]
fn a_current_says_what_was_really_set_whether_ok_or_not() {
    // What the guide calls a refusal: out of range, clamped, applied, and `$NK`.
    for (reply, accepted) in [(&b"$NK 24 :01^1C\r"[..], false), (b"$OK 24 :01^1D\r", true)] {
        let answer = move |_: &[u8]| reply.to_vec();
        let command = SetCurrent { amps: Amps(30) };
        let set = blocking::Client::new(Peer::new(answer)).send(&command).unwrap();
        assert_eq!((set.amps, set.accepted), (Some(Amps(24)), accepted));
        let set = block_on(Client::new(Peer::new(answer)).send(&command)).unwrap();
        assert_eq!((set.amps, set.accepted), (Some(Amps(24)), accepted));
    }
}

#[test]
fn an_echoed_timer_is_no_notification() {
    let echoing = |line: &[u8]| [line, &b"$OK :01^3B\r\n"[..]].concat();
    let mut client = blocking::Client::new(Peer::new(echoing));
    client.send_raw(b"$ST 1 5 2 1").unwrap();
    assert_eq!(client.take_notification(), None);
    assert_eq!(client.stats().echoed, 1);
}
