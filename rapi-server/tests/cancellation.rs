//! Calls of the asynchronous server that are dropped before they end.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use core::convert::Infallible;
use core::future::poll_fn;
use core::task::Poll;

use rapi_core::commands::{CurrentSet, SetCurrent};
use rapi_core::types::ButtonPress;
use rapi_server::{Error, Handler, Notification, Policy, Rejected, Server};
use rapi_testkit::poll_times;

/// A transport that waits once before it does anything, and then does little at a time.
struct Slow {
    incoming: &'static [u8],
    sent: Vec<u8>,
    flushed: usize,
    read: Hesitation,
    write: Hesitation,
}

/// Waits each other time.
#[derive(Default)]
struct Hesitation(bool);

impl Hesitation {
    async fn pass(&mut self) {
        poll_fn(|_| {
            self.0 = !self.0;
            if self.0 { Poll::Pending } else { Poll::Ready(()) }
        })
        .await;
    }
}

impl Slow {
    fn new(incoming: &'static [u8]) -> Self {
        let (read, write) = <(Hesitation, Hesitation)>::default();
        Self { incoming, sent: Vec::new(), flushed: 0, read, write }
    }
}

impl embedded_io::ErrorType for Slow {
    type Error = Infallible;
}

impl embedded_io_async::Read for Slow {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        self.read.pass().await;
        let count = buffer.len().min(self.incoming.len());
        let (read, rest) = self.incoming.split_at(count);
        buffer[..count].copy_from_slice(read);
        self.incoming = rest;
        Ok(count)
    }
}

impl embedded_io_async::Write for Slow {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        self.write.pass().await;
        let count = bytes.len().min(3);
        self.sent.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        self.write.pass().await;
        self.flushed = self.sent.len();
        Ok(())
    }
}

/// Counts how often it was told something.
#[derive(Default)]
struct Told(Vec<u8>);

impl Handler for Told {
    fn set_current(&mut self, command: SetCurrent) -> Result<CurrentSet, Rejected> {
        self.0.push(command.amps.0);
        Ok(CurrentSet { amps: Some(command.amps), accepted: true })
    }
}

const ASKED: &[u8] = b"$SC 16 V^65\r$SC 17 V^64\r$XY^25\r$SC 18 V^6B\r";
const ANSWERED: &str = "$OK 16^07\r$OK 17^06\r$NK^21\r$OK 18^09\r";

#[test]
fn wherever_a_call_is_dropped_each_command_is_carried_out_and_answered_once() {
    for polls in 1..40 {
        let (mut server, mut device) =
            (Server::new(Slow::new(ASKED), Policy::default()), Told::default());
        let end = core::iter::repeat_with(|| poll_times(polls, server.serve(&mut device)))
            .find(|outcome| matches!(outcome, Some(Err(_))));
        assert_eq!(end, Some(Some(Err(Error::Closed))), "{polls} polls");
        let line = server.into_inner();
        assert_eq!(String::from_utf8(line.sent).unwrap(), ANSWERED, "{polls} polls");
        assert_eq!(line.flushed, ANSWERED.len(), "{polls} polls");
        assert_eq!(device.0, [16, 17, 18], "{polls} polls");
    }
}

#[test]
fn a_notification_that_races_against_a_reply_does_not_cut_it_off() {
    let button = Notification::Button { press: ButtonPress::Long };
    for polls in 1..40 {
        let (mut server, mut device) =
            (Server::new(Slow::new(ASKED), Policy::default()), Told::default());
        let mut told = 0;
        while !matches!(poll_times(polls, server.serve(&mut device)), Some(Err(_))) {
            told += usize::from(poll_times(100, server.notify(&button)).is_some());
        }
        let sent = String::from_utf8(server.into_inner().sent).unwrap();
        let (buttons, answers): (Vec<_>, Vec<_>) =
            sent.split_inclusive('\r').partition(|line| *line == "$AN 1^3A\r");
        assert_eq!(answers.concat(), ANSWERED, "{polls} polls");
        assert!(told > 0 && buttons.len() == told, "{polls} polls");
    }
}
