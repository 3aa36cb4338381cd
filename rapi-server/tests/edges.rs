//! The edges of both servers: what a transport may say, and what is said of it.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use core::error::Error as _;

use embedded_io::ErrorKind;
use rapi_server::commands::GetVersion;
use rapi_server::types::ButtonPress;
use rapi_server::{Error, Handler, MAX_REPLY_LEN, Notification, Policy, Rejected, Responder};
use rapi_testkit::{Told, poll_times};

const BROKEN: ErrorKind = ErrorKind::BrokenPipe;

/// A device that says nothing of what it has.
struct Silent;
impl Handler for Silent {}

/// Whether it was asked for its version.
#[derive(Default)]
struct Asked(bool);

impl Handler for Asked {
    fn get_version(&mut self, _: GetVersion) -> Result<rapi_server::commands::Version, Rejected> {
        self.0 = true;
        Err(Rejected)
    }
}

fn told(read: Result<usize, ErrorKind>, takes: Result<usize, ErrorKind>) -> Told {
    Told { read, takes: Some(takes), line: b"$GV^35\r", ..Told::default() }
}

#[test]
fn both_servers_end_with_the_same_error_of_the_transport() {
    for (read, takes, end) in [
        (Ok(0), Ok(1), Err(Error::Closed)),
        (Ok(7), Ok(0), Err(Error::Closed)),
        (Ok(7), Ok(7), Ok(())),
        (Ok(7), Ok(1), Ok(())),
        (Ok(6), Ok(0), Ok(())),
        (Ok(17), Ok(7), Err(Error::BadTransport)),
        (Ok(7), Ok(1000), Err(Error::BadTransport)),
        (Err(BROKEN), Ok(7), Err(Error::Transport(BROKEN))),
        (Ok(7), Err(BROKEN), Err(Error::Transport(BROKEN))),
    ] {
        let policy = Policy::default();
        let mut blocking = rapi_server::blocking::Server::new(told(read, takes), policy);
        assert_eq!(blocking.serve(&mut Silent), end);
        blocking.get_mut().read = Ok(0);
        assert_eq!(blocking.serve(&mut Silent), Err(Error::Closed));
        let mut server = rapi_server::Server::new(told(read, takes), policy);
        assert_eq!(poll_times(1, server.serve(&mut Silent)), Some(end));
        // What is left of an answer is written first.
        (server.get_mut().read, server.get_mut().takes) = (Ok(0), None);
        assert_eq!(poll_times(1, server.serve(&mut Silent)), Some(Err(Error::Closed)));
    }
    let lost = Error::Transport(BROKEN);
    assert_eq!(lost.to_string(), "the line to the client failed: BrokenPipe");
    assert!(lost.source().is_none(), "it is printed already");
    for (error, text) in [
        (Error::<ErrorKind>::Closed, "the line to the client is closed"),
        (Error::BadTransport, "the transport breaks its contract"),
    ] {
        assert_eq!(error.to_string(), text);
        assert!(error.source().is_none());
    }
}

/// A larger buffer than a controller has, for a device that takes longer lines.
#[test]
fn a_server_can_be_made_with_room_for_longer_lines() {
    let policy = Policy::default().with_unchecked_commands(true);
    let mut long = Responder::<64>::new(policy);
    let mut asked = Asked::default();
    let mut out = [0; MAX_REPLY_LEN];
    let mut answered = 0;
    for byte in format!("$GV {}\r", "x".repeat(50)).bytes() {
        answered += long.push(byte, &mut asked, &mut out);
    }
    assert!(answered > 0 && asked.0);
    let line = told(Ok(7), Ok(7));
    let mut server =
        rapi_server::blocking::Server::with_responder(line, Responder::<64>::new(policy));
    assert_eq!(server.serve(&mut Silent), Ok(()));
    assert!(server.notify(&Notification::Button { press: ButtonPress::Short }).is_err());
    let line = told(Ok(7), Ok(7));
    let server = rapi_server::Server::with_responder(line, Responder::<64>::new(policy));
    assert_eq!(server.into_inner().read, Ok(7));
}

/// A transport may keep what is written until it is told to send it.
#[test]
fn both_servers_send_off_a_reply_at_once_and_nothing_else() {
    // The sixth byte is the last one before the CR.
    for (read, flushed) in [(7, true), (6, false)] {
        let told = || told(Ok(read), Ok(7));
        let mut blocking = rapi_server::blocking::Server::new(told(), Policy::default());
        assert_eq!(blocking.serve(&mut Silent), Ok(()));
        assert_eq!(blocking.get_mut().flushed, flushed);
        let mut server = rapi_server::Server::new(told(), Policy::default());
        assert_eq!(poll_times(1, server.serve(&mut Silent)), Some(Ok(())));
        assert_eq!(server.get_mut().flushed, flushed);
    }
}
