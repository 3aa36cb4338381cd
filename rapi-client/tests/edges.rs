//! The exact edges of the client: of time, of counts, of what a transport may say.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod support;

use core::error::Error as _;
use core::fmt;

use embedded_io::{Error as _, ErrorKind, Read as _, Write as _};
use rapi_client::blocking::{Deadline, DeadlineError};
use rapi_client::commands::{
    CurrentRange, GetEnergy, GetSettings, GetState, Heartbeat, HeartbeatSet, PressButton,
    RecoverStuckRelay, SetCurrent, SetHardwareMaximum, State, Version,
};
use rapi_client::types::{
    Amps, EvseState, HeartbeatTrigger, Seconds, SettingsFlags, SignedSeconds, Text, VFlags,
};
use rapi_client::{
    Beat, BeginError, Capabilities, Client, Dialect, Error, Exchange, HeartbeatEvent,
    HeartbeatSupervisor, Progress, ReadBack, Restart, SeqId, Support, Watch, blocking,
};
use rapi_core::{COMMANDS, DecodeError, EncodeError, FieldError, FrameError, ReplyError};
use support::{Peer, block_on, healthy, reply, seq_of};

/// A transport that says what it is told to.
#[derive(Debug, Default)]
struct Told {
    read: Option<usize>,
    written: Vec<u8>,
    takes: Option<usize>,
    flushed: bool,
}

impl Told {
    fn lines(&self) -> usize {
        self.written.split(|&byte| byte == b'$').count() - 1
    }
}

impl embedded_io::ErrorType for Told {
    type Error = ErrorKind;
}

impl embedded_io::Read for Told {
    fn read(&mut self, _: &mut [u8]) -> Result<usize, ErrorKind> {
        self.read.ok_or(ErrorKind::ConnectionReset)
    }
}

impl embedded_io::ReadReady for Told {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        Ok(self.read.is_some())
    }
}

impl embedded_io::Write for Told {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        let count = self.takes.unwrap_or(bytes.len());
        self.written.extend(bytes.iter().take(count));
        Ok(count)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        self.flushed = true;
        Ok(())
    }
}

impl embedded_io_async::Read for Told {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        embedded_io::Read::read(self, buffer)
    }
}

impl embedded_io_async::Write for Told {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        embedded_io::Write::write(self, bytes)
    }

    async fn flush(&mut self) -> Result<(), ErrorKind> {
        embedded_io::Write::flush(self)
    }
}

fn version(firmware: &str) -> Version {
    Version { firmware: Text::new(firmware).unwrap(), protocol: Text::new("5.2.1").unwrap() }
}

#[test]
fn both_clients_end_with_the_same_error_of_the_transport() {
    let cases = [
        (Some(0), None, Error::Closed),
        (Some(1), Some(0), Error::Closed),
        (Some(17), None, Error::BadTransport),
        (Some(300), None, Error::BadTransport),
        (Some(1), Some(1000), Error::BadTransport),
        // Bytes for ever, but never a reply.
        (Some(16), None, Error::Timeout),
        (None, None, Error::Transport(ErrorKind::ConnectionReset)),
    ];
    for (read, takes, error) in cases {
        let told = || Told { read, takes, ..Told::default() };
        assert_eq!(blocking::Client::new(told()).send(&GetState), Err(error));
        assert_eq!(block_on(Client::new(told()).send(&GetState)), Err(error));
        let version = version("8.2.3");
        if !error.is_usable() {
            // It is not asked further on a line that is gone.
            let mut client = blocking::Client::new(told());
            assert_eq!(client.capabilities(&version), Err(error));
            assert!(client.into_inner().lines() <= 1);
            let mut client = Client::new(told());
            assert_eq!(block_on(client.capabilities(&version)), Err(error));
            assert!(client.into_inner().lines() <= 1);
        }
    }
}

#[test]
fn both_clients_begin_with_the_id_they_are_given_and_hand_their_parts_out() {
    let id = SeqId::new(0xfe).unwrap();
    let mut client = blocking::Client::new(Peer::new(healthy));
    client.set_next_id(id);
    client.send(&GetState).unwrap();
    client.send(&GetState).unwrap();
    client.get_mut().say(b"$AN 1^3A\r$XY^25\r");
    client.send(&GetState).unwrap();
    assert!(client.take_notification().is_some() && client.take_notification().is_none());
    assert_eq!((client.dialect(), client.stats().echoed), (Dialect::V3, 1));
    let ids: Vec<_> = client.into_inner().written.iter().map(|line| seq_of(line)).collect();
    assert_eq!(ids, [0xfe, 0xff, 0x01].map(SeqId::new));

    let mut client = Client::new(Peer::new(healthy));
    client.set_next_id(id);
    block_on(client.send(&GetState)).unwrap();
    client.get_mut().say(b"$AN 1^3A\r$XY^25\r");
    block_on(client.send(&GetState)).unwrap();
    assert!(client.take_notification().is_some() && client.take_notification().is_none());
    assert_eq!((client.dialect(), client.stats().echoed), (Dialect::V3, 1));
    let ids: Vec<_> = client.into_inner().written.iter().map(|line| seq_of(line)).collect();
    assert_eq!(ids, [0xfe, 0xff].map(SeqId::new));
}

#[test]
fn a_deadline_hands_on_what_the_transport_did_and_says_what_failed() {
    let told = Told { read: Some(3), takes: Some(2), ..Told::default() };
    let mut port = Deadline::new(told, || 0, 500);
    assert_eq!(port.write(b"$GS"), Ok(2));
    assert_eq!(port.flush(), Ok(()));
    assert_eq!(port.read(&mut [0; 8]), Ok(3));
    let told = port.into_inner();
    assert_eq!((told.written.as_slice(), told.flushed), (&b"$G"[..], true));

    // The last millisecond still counts as in time.
    let mut now = 0_u32;
    let mut times = [0, 0, 499, 500].into_iter();
    let clock = || {
        now = times.next().expect("it stops asking when the time is over");
        now
    };
    let mut port = Deadline::new(Told::default(), clock, 500);
    port.write(b"$GS").unwrap();
    assert_eq!(port.read(&mut [0; 8]), Err(DeadlineError::TimedOut));
    assert_eq!(now, 500);

    let (late, lost) = (
        DeadlineError::<Failure>::TimedOut,
        DeadlineError::Transport(Failure(ErrorKind::BrokenPipe)),
    );
    assert_eq!((late.kind(), lost.kind()), (ErrorKind::TimedOut, ErrorKind::BrokenPipe));
    assert_eq!(late.to_string(), "nothing came in time");
    assert_eq!(lost.to_string(), "unplugged");
    assert!(late.source().is_none());
    let source: &dyn core::error::Error = lost.source().unwrap();
    assert_eq!(source.to_string(), "unplugged");
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Failure(ErrorKind);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unplugged")
    }
}

impl core::error::Error for Failure {}

impl embedded_io::Error for Failure {
    fn kind(&self) -> ErrorKind {
        self.0
    }
}

type Failed = Error<Failure>;

#[test]
fn an_error_says_what_to_do_about_it_and_where_it_is_from() {
    let field = DecodeError::Field { field: 2, kind: FieldError::Missing };
    let long = EncodeError::CommandTooLong { length: 32, limit: 31 };
    let errors: [(Failed, &str, bool, bool); 9] = [
        (
            Error::Transport(Failure(ErrorKind::Other)),
            "the line to the controller failed: unplugged",
            false,
            true,
        ),
        (Error::Closed, "the line to the controller is closed", false, false),
        (Error::BadTransport, "the transport breaks its contract", false, false),
        (Error::Timeout, "the controller did not answer in time", true, false),
        (Error::Garbled, "the controller received a damaged line", true, false),
        (Error::Rejected, "the controller refused the command", true, false),
        (Error::Reply(field), "the reply has the wrong fields: field 2 is missing", true, true),
        (
            Error::Encode(long),
            "the command was not sent: the command has 32 bytes, a controller takes 31",
            true,
            true,
        ),
        (
            Error::Line(FrameError::NoStart),
            "this is no command: the line does not begin with $",
            true,
            true,
        ),
    ];
    for (error, text, usable, source) in errors {
        assert_eq!(error.to_string(), text);
        assert_eq!(error.is_usable(), usable, "{text}");
        assert_eq!(error.source().is_some(), source, "{text}");
    }
    assert_eq!(Failed::from(BeginError::Unfenced), Error::Timeout);
    assert_eq!(Failed::from(BeginError::Encode(long)), Error::Encode(long));
    assert_eq!(Failed::from(ReplyError::Rejected), Error::Rejected);
    assert_eq!(Failed::from(ReplyError::Decode(field)), Error::Reply(field));
    assert_eq!(BeginError::Encode(long).to_string(), long.to_string());
    assert_eq!(BeginError::Unfenced.to_string(), "a late reply may be under way; put up a fence");
}

/// What a client gets.
#[allow(clippy::unnecessary_wraps, reason = "as a client hands it out")]
const fn answer(
    interval: i16,
    fallback: u8,
    trigger: HeartbeatTrigger,
) -> Result<HeartbeatSet, Error<ErrorKind>> {
    let heartbeat =
        Heartbeat { interval: SignedSeconds(interval), fallback: Amps(fallback), trigger };
    Ok(HeartbeatSet { heartbeat, accepted: true })
}

#[test]
fn a_heartbeat_is_within_what_a_controller_takes() {
    for (interval, fallback, good) in [
        (0, 6, false),
        (1, 6, true),
        (65, 80, true),
        (66, 80, false),
        (30, 5, false),
        (30, 81, false),
    ] {
        let made = HeartbeatSupervisor::new(Seconds(interval), Amps(fallback));
        assert_eq!(made.is_some(), good, "{interval} s, {fallback} A");
    }
}

#[test]
fn a_pulse_is_due_from_its_moment_on_for_half_the_circle_of_the_clock() {
    let never = HeartbeatTrigger::Never;
    let mut supervisor = HeartbeatSupervisor::new(Seconds(60), Amps(6)).unwrap();
    assert!(supervisor.poll(0).is_some(), "at once");
    assert_eq!(supervisor.answered(0, &answer(60, 6, never)), None);
    assert_eq!(supervisor.due_ms(), Some(20_000));
    assert_eq!(supervisor.poll(19_999), None);
    assert!(matches!(supervisor.poll(20_000), Some(Beat::Pulse(_))));
    assert!(supervisor.poll(20_000 + u32::MAX / 2).is_some());
    assert_eq!(supervisor.poll(20_001 + u32::MAX / 2), None);
    // Lost ones are repeated three times as often, over the end of the clock as well.
    assert_eq!(supervisor.answered(u32::MAX, &Err(Error::<ErrorKind>::Timeout)), None);
    assert_eq!(supervisor.due_ms(), Some(6_665));
    supervisor.restarted();
    assert_eq!((supervisor.due_ms(), supervisor.poll(7).is_some()), (None, true));
    let off = supervisor.switch_off();
    assert_eq!((off.interval, off.fallback), (Seconds(0), Amps(6)));
}

#[test]
fn what_a_controller_made_of_a_heartbeat_is_accepted_and_a_later_change_is_not() {
    let never = HeartbeatTrigger::Never;
    let mut supervisor = HeartbeatSupervisor::new(Seconds(60), Amps(6)).unwrap();
    for (interval, fallback) in [(59, 6), (60, 7)] {
        supervisor.restarted();
        assert_eq!(supervisor.answered(0, &answer(interval, fallback, never)), None);
        assert_eq!(supervisor.due_ms(), Some(0), "to be configured at once");
        let Some(Beat::Configure(set)) = supervisor.poll(0) else { panic!("{supervisor:?}") };
        assert_eq!((set.interval, set.fallback), (Seconds(60), Amps(6)));
        // It took another value, and says so each time: that is as good as it gets.
        for asked in [0, 20_000, 40_000] {
            assert_eq!(supervisor.answered(asked, &answer(interval, fallback, never)), None);
            assert_eq!(supervisor.due_ms(), Some(asked + 20_000));
            assert!(matches!(supervisor.poll(asked + 20_000), Some(Beat::Pulse(_))));
        }
        for other in [answer(interval + 1, fallback + 1, never), answer(interval, 9, never)] {
            let mut supervisor = supervisor;
            supervisor.answered(60_000, &other);
            assert!(matches!(supervisor.poll(60_000), Some(Beat::Configure(_))));
        }
    }
}

#[test]
fn a_missed_pulse_is_told_once_and_its_end_once() {
    let limited = HeartbeatTrigger::Limited;
    let mut supervisor = HeartbeatSupervisor::new(Seconds(60), Amps(6)).unwrap();
    assert_eq!(supervisor.answered(0, &answer(60, 6, limited)), Some(HeartbeatEvent::Missed));
    assert!(matches!(supervisor.poll(0), Some(Beat::Acknowledge(_))));
    // Too hot: asked again a third of the period later.
    assert_eq!(supervisor.answered(0, &answer(60, 6, limited)), None);
    assert_eq!((supervisor.due_ms(), supervisor.poll(0)), (Some(20_000), None));
    let restored = answer(60, 6, HeartbeatTrigger::Acknowledged);
    assert_eq!(supervisor.answered(20_000, &restored), Some(HeartbeatEvent::Restored));
    assert_eq!(supervisor.answered(40_000, &restored), None);
    assert!(matches!(supervisor.poll(60_000), Some(Beat::Pulse(_))));

    let refused = Err(Error::<ErrorKind>::Rejected);
    assert_eq!(supervisor.answered(60_000, &refused), Some(HeartbeatEvent::Unsupported));
    assert_eq!(supervisor.poll(80_000), None);
    supervisor.restarted();
    assert_eq!(supervisor.poll(80_000), None, "the same firmware after a restart");
}

const fn state(evse: EvseState, elapsed: u32, flags: Option<VFlags>) -> State {
    State { evse, elapsed: Seconds(elapsed), pilot: None, flags }
}

#[test]
fn a_clock_that_goes_back_is_a_restart_unless_a_session_has_begun() {
    let connected = Some(VFlags(0x0100));
    let charging = |elapsed| state(EvseState::Charging, elapsed, connected);
    let mut watch = Watch::new();
    assert_eq!(watch.state(&charging(100)), None, "nothing to compare it with");
    assert_eq!(watch.state(&charging(100)), None);
    assert_eq!(watch.state(&charging(99)), Some(Restart::Noticed));
    assert_eq!(watch.state(&state(EvseState::Connected, 100, connected)), None);
    assert_eq!(watch.state(&charging(0)), None, "a charge has begun");
    assert_eq!(watch.state(&state(EvseState::NotConnected, 50, Some(VFlags(0)))), None);
    assert_eq!(watch.state(&state(EvseState::Connected, 0, connected)), None, "a new vehicle");
    // Without flags the state tells.
    let mut watch = Watch::new();
    assert_eq!(watch.state(&state(EvseState::NotConnected, 50, None)), None);
    assert_eq!(watch.state(&state(EvseState::Connected, 0, None)), None, "a new vehicle");
    assert_eq!(watch.state(&state(EvseState::Connected, 9, None)), None);
    assert_eq!(watch.state(&state(EvseState::Connected, 8, None)), Some(Restart::Noticed));
}

#[test]
fn what_was_executed_is_seen_by_what_changed() {
    let seen = |evse| state(evse, 0, None);
    let pressed = |before, after| PressButton.was_executed(&seen(before), &seen(after));
    assert!(pressed(EvseState::Charging, EvseState::Sleeping));
    assert!(pressed(EvseState::Disabled, EvseState::Connected));
    assert!(!pressed(EvseState::Connected, EvseState::Charging));
    assert!(!pressed(EvseState::Sleeping, EvseState::Disabled));
    let freed = |after| RecoverStuckRelay.was_executed(&seen(EvseState::StuckRelay), &seen(after));
    assert!(freed(EvseState::NotConnected) && !freed(EvseState::StuckRelay));
    let range = |hardware_max| CurrentRange {
        min: Amps(6),
        hardware_max,
        pilot: Some(Amps(16)),
        saved_max: Some(Amps(16)),
    };
    let stored =
        |asked, now| SetHardwareMaximum { amps: asked }.was_executed(&range(Amps(80)), &range(now));
    assert!(stored(Amps(32), Amps(32)) && !stored(Amps(32), Amps(80)));
    let amps = |amps| rapi_client::commands::Settings { amps, flags: SettingsFlags(0) };
    let set = |now| SetCurrent { amps: Amps(16) }.was_executed(&amps(Amps(16)), &amps(now));
    assert!(set(Amps(16)) && !set(Amps(24)));
}

const VERSIONS: &[u8] = b"$OK 4.1.0 2.0.1^26\r";

fn hear(exchange: &mut Exchange, bytes: &[u8]) -> Progress {
    bytes.iter().map(|&byte| exchange.push(byte)).last().unwrap()
}

fn fence(exchange: &mut Exchange) -> u32 {
    let mut asked = 0;
    while exchange.needs_fence() {
        exchange.begin_fence().unwrap();
        assert_eq!(hear(exchange, VERSIONS), Progress::Fenced);
        asked += 1;
    }
    asked
}

/// Each version that was asked for and not heard may still come: as many answers more are needed.
#[test]
fn each_question_that_may_still_be_answered_lengthens_the_fence_up_to_a_limit() {
    for (unanswered, needed) in [(0, 1), (1, 6), (2, 7), (15, 20), (19, 24), (20, 24), (40, 24)] {
        let mut exchange = Exchange::<80, 4>::new(Dialect::V2_1);
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

#[test]
fn a_protocol_version_is_three_numbers_and_whatever_a_fork_adds() {
    let probe = |protocol: &str| {
        let mut exchange = Exchange::<80, 4>::new(Dialect::V3);
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
        let mut exchange = Exchange::<80, 4>::new(Dialect::V3);
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
        let mut exchange = Exchange::<80, 4>::new(Dialect::V2_1);
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
    let mut exchange = Exchange::<80, 4>::new(Dialect::V3);
    let _waited = exchange.begin(&GetState).unwrap();
    // A notification that is not known yet, an echo of our own, one with a wrong field.
    for line in [&b"$AZ^3F\r"[..], b"$XY^25\r", b"$XY^24\r", b"$ST 1^12\r"] {
        assert_eq!(hear(&mut exchange, line), Progress::Pending, "{}", line.escape_ascii());
    }
    let stats = exchange.stats();
    assert_eq!((stats.other, stats.echoed, stats.damaged), (1, 1, 2));
}

/// What lies unread when a command is begun is none of its answers, in the asynchronous client too.
#[test]
fn everything_may_come_twice_without_ids() {
    for chunk in 1..40 {
        let mut peer = Peer::new(|line: &[u8]| [healthy(line), healthy(line)].concat());
        peer.chunk = chunk;
        let exchange = Exchange::<80, 4>::new(Dialect::V2_1);
        let mut client = Client::<_, 80, 4>::with_exchange(peer, exchange);
        for _ in 0..3 {
            let settings = block_on(client.send(&GetSettings)).unwrap();
            assert_eq!(settings.amps, Amps(24), "chunks of {chunk}");
            let energy = block_on(client.send(&GetEnergy)).unwrap();
            assert_eq!(energy.total.0, 40, "chunks of {chunk}");
        }
    }
}
