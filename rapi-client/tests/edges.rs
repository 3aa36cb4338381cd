//! The edges of both clients: what a transport may say, and what is said of it.
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
use rapi_client::commands::GetState;
use rapi_client::{BeginError, Client, Dialect, Error, SeqId, blocking};
use rapi_core::{DecodeError, EncodeError, FieldError, FrameError, ReplyError};
use rapi_testkit::Told;
use support::{Peer, block_on, healthy, seq_of, version};

fn lines(told: &Told) -> usize {
    told.written.split(|&byte| byte == b'$').count() - 1
}

#[test]
fn both_clients_end_with_the_same_error_of_the_transport() {
    let cases = [
        (Some(0), None, Error::Closed),
        (Some(1), Some(0), Error::Closed),
        (Some(15), None, Error::BadTransport),
        (Some(300), None, Error::BadTransport),
        (Some(1), Some(1000), Error::BadTransport),
        // Bytes for ever, but never a reply.
        (Some(14), None, Error::Timeout),
        (None, None, Error::Transport(ErrorKind::ConnectionReset)),
    ];
    for (read, takes, error) in cases {
        let takes = takes.map(Ok);
        let told =
            || Told { read: read.ok_or(ErrorKind::ConnectionReset), takes, ..Told::default() };
        assert_eq!(blocking::Client::new(told()).send(&GetState), Err(error));
        assert_eq!(block_on(Client::new(told()).send(&GetState)), Err(error));
        let version = version("8.2.3");
        if !error.is_usable() {
            // It is not asked further on a line that is gone.
            let mut client = blocking::Client::new(told());
            assert_eq!(client.capabilities(&version), Err(error));
            assert!(lines(&client.into_inner()) <= 1);
            let mut client = Client::new(told());
            assert_eq!(block_on(client.capabilities(&version)), Err(error));
            assert!(lines(&client.into_inner()) <= 1);
        }
    }
}

#[test]
fn both_clients_begin_with_the_id_they_are_given_and_hand_their_parts_out() {
    let id = SeqId::new(0xee).unwrap();
    let mut client = blocking::Client::new(Peer::new(healthy));
    client.set_next_id(id);
    client.send(&GetState).unwrap();
    client.send(&GetState).unwrap();
    client.get_mut().say(b"$AN 1^3A\r$XY^25\r");
    client.send(&GetState).unwrap();
    assert!(client.take_notification().is_some() && client.take_notification().is_none());
    assert_eq!((client.dialect(), client.stats().echoed), (Dialect::V3, 1));
    let ids: Vec<_> = client.into_inner().written.iter().map(|line| seq_of(line)).collect();
    assert_eq!(ids, [0xee, 0xef, 0x01].map(SeqId::new));

    let mut client = Client::new(Peer::new(healthy));
    client.set_next_id(id);
    block_on(client.send(&GetState)).unwrap();
    client.get_mut().say(b"$AN 1^3A\r$XY^25\r");
    block_on(client.send(&GetState)).unwrap();
    assert!(client.take_notification().is_some() && client.take_notification().is_none());
    assert_eq!((client.dialect(), client.stats().echoed), (Dialect::V3, 1));
    let ids: Vec<_> = client.into_inner().written.iter().map(|line| seq_of(line)).collect();
    assert_eq!(ids, [0xee, 0xef].map(SeqId::new));
}

#[test]
fn a_deadline_hands_on_what_the_transport_did_and_says_what_failed() {
    let told = Told { read: Ok(3), takes: Some(Ok(2)), ..Told::default() };
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

    // Nothing was asked for a second: who waits for a notification waits as long as everybody.
    let mut times = [0, 1_000, 1_499, 1_500].into_iter();
    let clock = || times.next().expect("it stops asking when the time is over");
    let mut port = Deadline::new(Told::default(), clock, 500);
    port.restart();
    assert_eq!(port.read(&mut [0; 8]), Err(DeadlineError::TimedOut));
    assert_eq!(times.next(), None);

    let (late, lost) = (
        DeadlineError::<Failure>::TimedOut,
        DeadlineError::Transport(Failure(ErrorKind::BrokenPipe)),
    );
    assert_eq!((late.kind(), lost.kind()), (ErrorKind::TimedOut, ErrorKind::BrokenPipe));
    assert_eq!(late.to_string(), "nothing came in time");
    assert_eq!(lost.to_string(), "unplugged");
    assert!(late.source().is_none() && lost.source().is_none(), "it is printed already");
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
    let errors: [(Failed, &str, bool); 9] = [
        (
            Error::Transport(Failure(ErrorKind::Other)),
            "the line to the controller failed: unplugged",
            false,
        ),
        (Error::Closed, "the line to the controller is closed", false),
        (Error::BadTransport, "the transport breaks its contract", false),
        (Error::Timeout, "the controller did not answer in time", true),
        (Error::Garbled, "the controller received a damaged line", true),
        (Error::Rejected, "the controller refused the command", true),
        (Error::Reply(field), "the reply has the wrong fields: field 2 is missing", true),
        (
            Error::Encode(long),
            "the command was not sent: the command has 32 bytes, a controller takes 31",
            true,
        ),
        (
            Error::Line(FrameError::NoStart),
            "this is no command: the line does not begin with $",
            true,
        ),
    ];
    for (error, text, usable) in errors {
        assert_eq!(error.to_string(), text);
        assert_eq!(error.is_usable(), usable, "{text}");
        assert!(error.source().is_none(), "{text}: it is printed already");
    }
    assert_eq!(Failed::from(BeginError::Unfenced), Error::Timeout);
    assert_eq!(Failed::from(BeginError::Encode(long)), Error::Encode(long));
    assert_eq!(Failed::from(ReplyError::Rejected), Error::Rejected);
    assert_eq!(Failed::from(ReplyError::Decode(field)), Error::Reply(field));
    assert_eq!(BeginError::Encode(long).to_string(), long.to_string());
    assert_eq!(BeginError::Unfenced.to_string(), "a late reply may be under way; put up a fence");
}

/// A register of a chip holds it. What a transport says of itself comes on top.
#[test]
fn an_error_takes_no_more_than_four_bytes() {
    assert!(size_of::<Error<core::convert::Infallible>>() <= 4);
    assert!(size_of::<Error<ErrorKind>>() <= 4);
    assert!(size_of::<BeginError>() <= 4);
}
