//! Late, doubled, damaged and lost replies; calls that are dropped.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod support;

use embedded_io::ErrorKind;
use proptest::prelude::*;
use rapi_client::commands::{GetEnergy, GetSettings, GetState, Restart, SetCurrent};
use rapi_client::types::{Amps, EvseState, Seconds};
use rapi_client::{Client, Dialect, Error, Exchange, Notification, blocking};
use rapi_core::{Frame, Sender, SeqId, encode_rejected, encode_reply};
use support::{Peer, block_on, poll_times};

fn seq_of(line: &[u8]) -> Option<SeqId> {
    Frame::parse(&line[..line.len() - 1], Sender::Client).unwrap().seq()
}

fn reply(fields: &str, seq: Option<SeqId>) -> Vec<u8> {
    let id = seq.map_or(String::new(), |seq| format!(" :{seq}"));
    let payload = format!("$OK {fields}{id}");
    let xor = payload.bytes().fold(0, |xor, byte| xor ^ byte);
    format!("{payload}^{xor:02X}\r").into_bytes()
}

/// Answers as a healthy controller would.
fn healthy(line: &[u8]) -> Vec<u8> {
    let seq = seq_of(line);
    match &line[..3] {
        b"$GS" => reply("03 3600 03 0540", seq),
        b"$GE" => reply("24 0021", seq),
        b"$GU" => reply("144508 40", seq),
        b"$GV" => reply("8.2.3 5.2.1", seq),
        b"$SC" => reply("16", seq),
        _ => panic!("{:?}", String::from_utf8_lossy(line)),
    }
}

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
    for press in [0, 1, 0, 1, 0, 1] {
        peer.say(if press == 0 { b"$AN 0^3B\r" } else { b"$AN 1^3A\r" });
    }
    let mut client = blocking::Client::new(peer);
    client.send(&GetState).unwrap();
    let taken = core::iter::from_fn(|| client.take_notification()).count();
    assert_eq!((taken, client.stats().notifications_lost), (4, 2));
}

#[test]
fn a_refusal_without_the_id_means_that_a_line_was_damaged() {
    let mut client = blocking::Client::new(Peer::new(|_: &[u8]| b"$NK^21\r".to_vec()));
    assert_eq!(client.send(&GetState), Err(Error::Garbled));
    assert_eq!(client.stats().garbled, 1);

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
fn without_ids_the_line_is_drained_after_a_time_out() {
    let mut answers = false;
    let mut peer =
        Peer::new(
            move |line: &[u8]| {
                if core::mem::replace(&mut answers, true) { healthy(line) } else { Vec::new() }
            },
        );
    // The reply to the first command comes when its time is over. Its fields would fit the second.
    peer.late = reply("99 99", None);
    let exchange = Exchange::<64, 4>::new(Dialect::V2_1);
    let mut client = blocking::Client::<_, 64, 4>::with_exchange(peer, exchange);
    assert_eq!(client.send(&GetEnergy), Err(Error::Timeout));
    assert_eq!(client.send(&GetEnergy).unwrap().total.0, 40);
    assert_eq!(client.stats().stale, 1);
}

#[test]
fn without_ids_the_asynchronous_client_refuses_until_the_line_was_quiet() {
    let mut peer = Peer::new(healthy);
    peer.hesitates = true;
    let exchange = Exchange::<64, 4>::new(Dialect::V2_1);
    let mut client = Client::<_, 64, 4>::with_exchange(peer, exchange);
    assert_eq!(poll_times(6, client.send(&GetEnergy)), None);
    assert_eq!(block_on(client.send(&GetState)), Err(Error::Desynchronised));
    let quiet = || async {
        let mut polls = 0;
        core::future::poll_fn(|_| {
            polls += 1;
            if polls > 20 { core::task::Poll::Ready(()) } else { core::task::Poll::Pending }
        })
        .await;
    };
    block_on(client.resynchronise(quiet)).unwrap();
    assert_eq!(block_on(client.send(&GetState)).unwrap().elapsed, Seconds(3600));
}

#[test]
fn a_call_may_be_dropped_at_every_await_point() {
    let needed = (1..1000).find(|&polls| {
        let mut peer = Peer::new(healthy);
        peer.hesitates = true;
        poll_times(polls, Client::new(peer).send(&GetEnergy)).is_some()
    });
    let needed = needed.unwrap();
    assert!(needed >= 8, "a line is written in several parts: {needed}");
    for polls in 0..needed {
        let mut peer = Peer::new(healthy);
        peer.hesitates = true;
        let mut client = Client::new(peer);
        assert_eq!(poll_times(polls, client.send(&GetEnergy)), None);
        // The next command gets its own answer, and so does the one after it.
        let settings = block_on(client.send(&GetSettings)).unwrap();
        assert_eq!(settings.amps, Amps(24), "dropped after {polls} polls");
        let state = block_on(client.send(&GetState)).unwrap();
        assert_eq!(state.evse, EvseState::Charging, "dropped after {polls} polls");
    }
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

/// A transport that lies about how much it did.
struct Liar {
    read: usize,
    written: usize,
}

impl embedded_io::ErrorType for Liar {
    type Error = ErrorKind;
}

impl embedded_io::Read for Liar {
    fn read(&mut self, _: &mut [u8]) -> Result<usize, ErrorKind> {
        Ok(self.read)
    }
}

impl embedded_io::Write for Liar {
    fn write(&mut self, _: &[u8]) -> Result<usize, ErrorKind> {
        Ok(self.written)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

#[test]
fn a_lying_transport_gives_an_error() {
    let ask = |read, written| blocking::Client::new(Liar { read, written }).send(&GetState);
    assert_eq!(ask(0, 1), Err(Error::Closed));
    assert_eq!(ask(1, 0), Err(Error::Closed));
    assert_eq!(ask(17, 1), Err(Error::BadTransport));
    assert_eq!(ask(1000, 1), Err(Error::BadTransport));
    assert_eq!(ask(1, 1000), Err(Error::BadTransport));
    // Bytes for ever, but never a reply.
    assert_eq!(ask(16, 1), Err(Error::Timeout));
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

/// What a bad line does to one reply.
#[derive(Clone, Copy, Debug)]
enum Fault {
    None,
    Lost,
    Twice,
    /// It comes with the reply to a later command.
    Late,
    Flipped(u8, u8),
    CutOff(u8),
    WithNoise,
    WithNotification,
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::None),
        Just(Fault::Lost),
        Just(Fault::Twice),
        Just(Fault::Late),
        (any::<u8>(), 0_u8..8).prop_map(|(place, bit)| Fault::Flipped(place, bit)),
        any::<u8>().prop_map(Fault::CutOff),
        Just(Fault::WithNoise),
        Just(Fault::WithNotification),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// The n-th answer says n, so that any mix-up shows.
    #[test]
    fn a_reply_belongs_to_its_command_on_any_line(faults in prop::collection::vec(fault(), 1..60)) {
        let mut number = 0_u32;
        let mut late = Vec::new();
        let plan = faults.clone();
        let peer = Peer::new(move |line: &[u8]| {
            number += 1;
            let good = reply(&format!("{number} {number}"), seq_of(line));
            let mut sent = Vec::new();
            match plan.get(number as usize - 1).copied().unwrap_or(Fault::None) {
                Fault::None => sent = good,
                Fault::Lost => {}
                Fault::Twice => sent = [&good[..], &good[..]].concat(),
                Fault::Late => {
                    late.extend_from_slice(&good);
                    return Vec::new();
                }
                Fault::Flipped(place, bit) => {
                    sent = good;
                    // Not the `$`: without it the line would run into one that was cut off
                    // before, and of two faults together eight bits let 1 in 256 through.
                    let place = 1 + usize::from(place) % (sent.len() - 1);
                    sent[place] ^= 1 << bit;
                }
                Fault::CutOff(len) => sent.extend_from_slice(&good[..usize::from(len) % good.len()]),
                Fault::WithNoise => sent = [b"\0\xff relayCloseMs: 100\r\n", &good[..]].concat(),
                Fault::WithNotification => sent = [b"$AT 02 02 24 0700^30\r", &good[..]].concat(),
            }
            [core::mem::take(&mut late), sent].concat()
        });
        let mut client = blocking::Client::new(peer);
        for (number, fault) in (1..).zip(&faults) {
            match client.send(&GetEnergy) {
                Ok(energy) => prop_assert_eq!((energy.session.0, energy.total.0), (number, number)),
                Err(Error::Timeout) => prop_assert!(
                    matches!(fault, Fault::Lost | Fault::Late | Fault::Flipped(..) | Fault::CutOff(_)),
                    "{:?}", fault
                ),
                Err(error) => prop_assert!(false, "{error:?}"),
            }
        }
        // The line is good again: so is the next command.
        let number = u32::try_from(faults.len()).unwrap() + 1;
        prop_assert_eq!(client.send(&GetEnergy).unwrap().session.0, number);
    }
}

/// Drives an exchange by hand, with what comes at each moment.
struct Line(Exchange<64, 4>);

impl Line {
    fn hear(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            let _ = self.0.push(byte);
        }
    }
}

#[test]
fn without_ids_a_very_late_reply_is_fenced_off() {
    let mut line = Line(Exchange::new(Dialect::V2_1));
    let _ = line.0.begin(&GetState).unwrap();
    // A GFI self test: no answer, and the caller gives up.
    line.0.abandon();
    assert!(line.0.begin(&GetEnergy).is_err(), "not before the fence");
    assert_eq!(line.0.begin_fence().unwrap().as_bytes(), b"$GV^35\r");
    line.hear(b"$OK 3 3600^13\r");
    assert!(line.0.is_fencing(), "the late reply is not the fence");
    line.hear(b"$OK 4.1.0 2.0.1^26\r");
    let (_, pending) = line.0.begin(&GetEnergy).unwrap();
    line.hear(b"$OK 7 8^2F\r");
    assert_eq!(line.0.finish(pending).unwrap().unwrap().session.0, 7);
}

#[test]
fn without_ids_a_late_version_is_no_fence() {
    let mut line = Line(Exchange::new(Dialect::V2_1));
    let _ = line.0.begin(&rapi_client::commands::GetVersion).unwrap();
    line.0.abandon();
    assert!(line.0.begin_fence().is_none(), "one version would not be told from the other");
    line.0.resynchronised();
    assert!(line.0.begin(&GetState).is_ok());
}

#[test]
fn without_ids_a_command_without_answer_may_be_answered_all_the_same() {
    let mut line = Line(Exchange::new(Dialect::V2_1));
    let _ = line.0.begin(&Restart).unwrap();
    // If it was damaged on its way, `$NK` comes.
    assert!(line.0.begin(&GetState).is_err());
    assert!(line.0.begin_fence().is_some());
    line.hear(b"$NK^21\r$OK 4.1.0 2.0.1^26\r");
    assert!(line.0.begin(&GetState).is_ok());
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
        let mut line = Line(Exchange::new(Dialect::V3));
        let (_, pending) = line.0.begin_probe().unwrap();
        line.hear(reply);
        let text = String::from_utf8_lossy(reply);
        assert_eq!(line.0.finish(pending).is_some(), dialect.is_some(), "{text:?}");
        assert_eq!(line.0.dialect(), dialect.unwrap_or(Dialect::V3), "{text:?}");
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
