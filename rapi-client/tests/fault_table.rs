//! The faults that were tried on the other clients of the field, one test for each, by name.
//!
//! Three commands back to back, `GS`, `GE`, `GC`, and the fault hits the answer to the first. The
//! others had wrong answers, answers that were off by one for good, or hung, in 3 to 8 of these
//! rows each. Here each row is tried with both clients, with sequence ids and without: the first
//! command fails and says so, or has the right answer, and the others have theirs.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod support;

use core::time::Duration;

use embedded_io::ErrorKind;
use rapi_client::commands::{
    CurrentRange, GetCurrentRange, GetSettings, GetState, PrintText, Settings, State,
};
use rapi_client::types::{Amps, EvseState, LcdText, PilotState, Seconds, SettingsFlags, VFlags};
use rapi_client::{Client, Command, Dialect, Error, Exchange, Notification, blocking};
use rapi_testkit::{Clock, Elapsed, Fault, Kind, Link, Plan, Script, Way};
use support::{reply, seq_of};

const STATE: State = State {
    evse: EvseState::Charging,
    elapsed: Seconds(3600),
    pilot: Some(PilotState::C),
    flags: Some(VFlags(0x0540)),
};

/// What the first command comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum First {
    Answered,
    TimedOut,
    /// `$OK` with fields that are not those of the command.
    Misshapen,
}

/// What happens to the answer to the first command.
#[derive(Clone)]
struct Row {
    faults: Vec<Fault>,
    /// What is said instead of the answer.
    instead: Option<Vec<u8>>,
    /// What is said before everything.
    before: &'static [u8],
    first: First,
    patience: Duration,
}

impl Row {
    const fn new(first: First) -> Self {
        let patience = Duration::from_millis(500);
        Self { faults: Vec::new(), instead: None, before: b"", first, patience }
    }

    fn fault(first: First, fault: Fault) -> Self {
        Self { faults: vec![fault], ..Self::new(first) }
    }

    fn instead(first: First, line: impl Into<Vec<u8>>) -> Self {
        Self { instead: Some(line.into()), ..Self::new(first) }
    }
}

fn insert(place: usize, bytes: &'static [u8]) -> Fault {
    Fault::Insert { place, bytes: bytes.into(), kind: Kind::Garbage }
}

fn answer(line: &[u8]) -> Vec<u8> {
    let seq = seq_of(line);
    match &line[..3] {
        b"$GS" => reply("03 3600 03 0540", seq),
        b"$GE" => reply("24 0021", seq),
        b"$GC" => reply("6 80 24 32", seq),
        b"$GV" => reply("4.1.0 2.0.1", seq),
        other => panic!("{other:?}"),
    }
}

fn link(clock: &Clock, row: &Row) -> Link<impl rapi_testkit::Peer + use<>, impl Plan + use<>> {
    let mut instead = row.instead.clone();
    let peer = Script::new(move |line: &[u8]| {
        let hit = line.starts_with(b"$GS");
        vec![instead.take_if(|_| hit).unwrap_or_else(|| answer(line))]
    });
    let mut faults = row.faults.clone();
    let plan = move |way: Way, line: &[u8]| {
        let hit = way == Way::ToClient && line.starts_with(b"$OK 03 3600");
        if hit { core::mem::take(&mut faults) } else { Vec::new() }
    };
    let mut link = Link::new(clock, peer, plan);
    if !row.before.is_empty() {
        link.say(row.before);
    }
    link
}

fn judge(
    row: &Row,
    state: Result<State, Error<ErrorKind>>,
    settings: Result<Settings, Error<ErrorKind>>,
    range: Result<CurrentRange, Error<ErrorKind>>,
    place: &str,
) {
    match row.first {
        First::Answered => assert_eq!(state, Ok(STATE), "{place}"),
        First::TimedOut => assert_eq!(state, Err(Error::Timeout), "{place}"),
        First::Misshapen => assert!(matches!(state, Err(Error::Reply(_))), "{place}: {state:?}"),
    }
    let amps = Amps(24);
    assert_eq!(settings, Ok(Settings { amps, flags: SettingsFlags(0x0021) }), "{place}");
    let range = range.unwrap_or_else(|error| panic!("{place}: {error:?}"));
    assert_eq!((range.min, range.hardware_max, range.pilot), (Amps(6), Amps(80), Some(amps)));
}

/// Tries a row with both clients and both kinds of controllers; returns what was notified.
fn try_row(row: &Row) -> Vec<Notification> {
    let mut notifications = Vec::new();
    for dialect in [Dialect::V3, Dialect::V2_1] {
        let clock = Clock::new();
        let exchange = Exchange::<64, 4>::new(dialect);
        let mut client = blocking::Client::with_exchange(link(&clock, row), exchange);
        let state = client.send(&GetState);
        let (settings, range) = (client.send(&GetSettings), client.send(&GetCurrentRange));
        judge(row, state, settings, range, &format!("blocking, {dialect:?}"));
        notifications.extend(core::iter::from_fn(|| client.take_notification()));

        let clock = Clock::new();
        let exchange = Exchange::<64, 4>::new(dialect);
        let mut client = Client::with_exchange(link(&clock, row), exchange);
        let state = ask(&clock, row, &mut client, &GetState);
        let settings = ask(&clock, row, &mut client, &GetSettings);
        let range = ask(&clock, row, &mut client, &GetCurrentRange);
        judge(row, state, settings, range, &format!("asynchronous, {dialect:?}"));
        notifications.extend(core::iter::from_fn(|| client.take_notification()));
    }
    notifications
}

fn ask<P: rapi_testkit::Peer, F: Plan, C: Command>(
    clock: &Clock,
    row: &Row,
    client: &mut Client<Link<P, F>>,
    command: &C,
) -> Result<C::Response, Error<ErrorKind>> {
    let patience = row.patience.as_micros().try_into().unwrap();
    match clock.run(clock.timeout(patience, client.send(command))).expect("nothing hangs") {
        Ok(outcome) => outcome,
        Err(Elapsed) => Err(Error::Timeout),
    }
}

#[test]
fn one_digit_corrupted() {
    // `$OK 03 3600` to `$OK 03 3200`.
    try_row(&Row::fault(First::TimedOut, Fault::Flip { place: 8, bits: 4 }));
}

#[test]
fn check_mark_corrupted() {
    // Behind 20 bytes, and behind 24 with an id.
    for place in [19, 23] {
        try_row(&Row::fault(First::TimedOut, Fault::Put { place, byte: b'~' }));
    }
}

#[test]
fn digit_becomes_cr() {
    try_row(&Row::fault(First::TimedOut, Fault::Put { place: 9, byte: b'\r' }));
}

#[test]
fn lost_cr() {
    // Where the CR was, there is nothing.
    for place in [22, 26] {
        try_row(&Row::fault(First::TimedOut, Fault::Skip { place }));
    }
}

#[test]
fn answer_lost() {
    try_row(&Row::fault(First::TimedOut, Fault::Lose));
}

#[test]
fn answer_700_ms_late() {
    try_row(&Row::fault(First::TimedOut, Fault::Late(700_000)));
}

#[test]
fn answer_sent_twice() {
    try_row(&Row::fault(First::Answered, Fault::Twice));
}

#[test]
fn notification_between() {
    for (line, count) in [
        (&b"$AT 02 02 24 0700^30\r"[..], 4),
        (b"$WF 02^17\r", 4),
        (b"$AB 00 8.2.3^1E\r", 4),
        (b"$AN 1^3A\r", 4),
        (b"$AT 02 02 24 0700^30\r$WF 02^17\r$AN 1^3A\r", 12),
        // One that is not invented yet.
        (b"$AZ 1^2E\r", 0),
    ] {
        let row = Row::fault(First::Answered, insert(0, line));
        let notifications = try_row(&row);
        assert_eq!(notifications.len(), count, "{}", String::from_utf8_lossy(line));
    }
}

#[test]
fn st_with_checksum_between() {
    let notifications = try_row(&Row::fault(First::Answered, insert(0, b"$ST 03^00\r")));
    assert_eq!(notifications, [Notification::State { evse: EvseState::Charging }; 4]);
}

#[test]
fn gap_inside_a_frame() {
    try_row(&Row::fault(First::Answered, Fault::Pause { place: 9, time: 60_000 }));
}

#[test]
fn thirty_ms_a_byte() {
    let mut row = Row::fault(First::Answered, Fault::Slow(30_000));
    // 26 bytes take 780 ms; the caller knows how slow its line is.
    row.patience = Duration::from_secs(2);
    try_row(&row);
}

#[test]
fn answer_of_5000_bytes() {
    let line = [&b"$OK "[..], &b"1".repeat(4995)[..], b"\r"].concat();
    try_row(&Row::instead(First::TimedOut, line));
}

#[test]
fn silent_controller() {
    for dialect in [Dialect::V3, Dialect::V2_1] {
        let clock = Clock::new();
        let silent = std::rc::Rc::new(core::cell::Cell::new(true));
        let quiet = silent.clone();
        let peer =
            Script::new(move |line: &[u8]| if quiet.get() { vec![] } else { vec![answer(line)] });
        let link = Link::new(&clock, peer, |_: Way, _: &[u8]| Vec::new());
        let exchange = Exchange::<64, 4>::new(dialect);
        let mut client = blocking::Client::with_exchange(link, exchange);
        for _ in 0..3 {
            let begin = clock.now();
            assert_eq!(client.send(&GetState), Err(Error::Timeout));
            assert_eq!(clock.now() - begin, 500_000, "half a second each, {dialect:?}");
        }
        silent.set(false);
        assert_eq!(client.send(&GetState), Ok(STATE), "{dialect:?}");
    }
}

#[test]
fn garbage_at_boot() {
    for before in [
        &b"\0\xff$\x12\x80 OK 5\r$"[..],
        b"$OK 1 2 3\r$OK 7 7^20\r",
        b"$OK 01 00",
        b"\nrelayCloseMs: 100\r\nrelayHoldPwm: 255\r\n",
    ] {
        try_row(&Row { before, ..Row::new(First::Answered) });
    }
}

#[test]
fn noise_before_the_answer() {
    try_row(&Row::fault(First::Answered, insert(0, b"\xff\xfe\x80\0 noise ^$")));
    try_row(&Row::fault(First::Answered, insert(0, b"\xc3\x28\r\n")));
}

#[test]
fn ok_without_values() {
    for dialect in [Dialect::V3, Dialect::V2_1] {
        let clock = Clock::new();
        let peer = Script::new(move |line: &[u8]| {
            let bare = if dialect.has_sequence_ids() { &b"$OK :01^3B\r"[..] } else { b"$OK^20\r" };
            vec![if line.starts_with(b"$GS") { bare.to_vec() } else { answer(line) }]
        });
        let link = Link::new(&clock, peer, |_: Way, _: &[u8]| Vec::new());
        let exchange = Exchange::<64, 4>::new(dialect);
        let mut client = blocking::Client::with_exchange(link, exchange);
        let (state, settings) = (client.send(&GetState), client.send(&GetSettings));
        judge(&Row::new(First::Misshapen), state, settings, client.send(&GetCurrentRange), "");
    }
}

#[test]
fn cr_in_a_text_parameter() {
    for text in ["x\r$FD\r", "x\r", "$FD", "a^b", "a*b"] {
        assert!(LcdText::new(text).is_none(), "{text:?}");
    }
    let text = LcdText::new("x FD").unwrap();
    let (line, _) =
        Exchange::<64, 4>::new(Dialect::V3).begin(&PrintText { column: 0, row: 0, text }).unwrap();
    assert_eq!(line.as_bytes().iter().filter(|&&byte| matches!(byte, b'$' | b'\r')).count(), 2);
}
