//! The client over blocking transports.

mod deadline;
mod raw;

pub use deadline::{Deadline, DeadlineError};

use embedded_io::{Read, Write};
use rapi_core::commands::Version;
use rapi_core::{AnyCommand, Command, Dialect, Notification, Reply, SeqId, Writer};

use crate::call::{Answer, Arguments, Call};
use crate::error::transport_error;
use crate::link::Link;
use crate::{Error, Exchange, Line, Progress, Stats};

/// A client over a blocking serial line, TCP connection or the like.
///
/// The transport needs a time-out for reading, half a second ([`rapi_core::DEFAULT_TIMEOUT_MS`]):
/// serial ports and sockets of `std` have one. On Unix a socket calls it `WouldBlock`, which has to be
/// turned into `TimedOut`, as `examples/tcp.rs` does. It counts from byte to byte there; with
/// [`Deadline`], for a chip with a clock, it counts from the command on. A command that takes
/// longer by the table, such as
/// [`RecoverStuckRelay`](crate::commands::RecoverStuckRelay), may time out more often.
#[derive(Debug)]
pub struct Client<T, const RX: usize = 64, const EVENTS: usize = 4> {
    io: T,
    link: Link<RX, EVENTS>,
}

impl<T: Read + Write> Client<T> {
    /// Makes a client for a controller with firmware 4.5 or later. For others, or if it is not
    /// known, call [`probe`](Self::probe) first.
    pub const fn new(io: T) -> Self {
        Self::with_exchange(io, Exchange::new(Dialect::V3))
    }
}

impl<T: Read + Write, const RX: usize, const EVENTS: usize> Client<T, RX, EVENTS> {
    /// Makes a client with its own sizes and dialect.
    pub const fn with_exchange(io: T, exchange: Exchange<RX, EVENTS>) -> Self {
        Self { io, link: Link::new(exchange) }
    }

    /// Sets the id of the next command; see [`Exchange::set_next_id`].
    pub const fn set_next_id(&mut self, id: SeqId) {
        self.link.exchange.set_next_id(id);
    }

    /// Sends a command and returns what the controller answers.
    ///
    /// If the controller knows no sequence ids, the versions are asked for first, as a fence: see
    /// [`Exchange::needs_fence`].
    ///
    /// # Errors
    ///
    /// See [`Error`]. A damaged or foreign line is not an error: it is counted and skipped.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "there is nothing in it but what it calls")]
    pub fn send<C: Command>(&mut self, command: &C) -> Result<C::Response, Error<T::Error>> {
        let arguments = |writer: &mut Writer<'_>| command.encode_args(writer);
        let arguments: Arguments<'_> =
            if const { C::INFO.is_bare() } { None } else { Some(&arguments) };
        self.execute(const { Call::of(C::INFO) }, arguments).read()
    }

    /// Sends a command of which only the line is known and returns the reply as it came; `None`
    /// if the controller never answers that command.
    ///
    /// # Errors
    ///
    /// See [`Error`]; `$NK` is not an error here.
    pub fn send_any(&mut self, command: &AnyCommand) -> Result<Option<Reply<'_>>, Error<T::Error>> {
        let arguments = |writer: &mut Writer<'_>| command.encode_args(writer);
        let call = Call::of(command.info());
        self.request(call, Some(&arguments))?;
        self.link.exchange.answer(call)
    }

    /// Asks for the versions and finds out how the controller talks.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn probe(&mut self) -> Result<Version, Error<T::Error>> {
        self.link.clear();
        let (line, pending) = self.link.exchange.begin_probe()?;
        self.transmit(line.as_bytes())?;
        self.receive(0)?;
        Ok(self.link.exchange.finish(pending).ok_or(Error::Timeout)??)
    }

    /// Waits for a notification, as long as no byte takes longer than the transport's time-out. That of
    /// a [`Deadline`] counts from what was sent last: [`restart`](Deadline::restart) it before.
    ///
    /// # Errors
    ///
    /// [`Error::Timeout`] if none came, or those of the transport.
    pub fn next_notification(&mut self) -> Result<Notification, Error<T::Error>> {
        loop {
            if let Some(notification) = self.link.exchange.take_notification() {
                return Ok(notification);
            }
            match self.link.next_byte() {
                Some(byte) => {
                    let _: Progress = self.link.exchange.push(byte);
                }
                None => self.fill()?,
            }
        }
    }

    /// Returns a notification that came while a reply was waited for.
    pub fn take_notification(&mut self) -> Option<Notification> {
        self.link.exchange.take_notification()
    }

    /// Returns how the controller talks.
    pub const fn dialect(&self) -> Dialect {
        self.link.exchange.dialect()
    }

    /// Returns what has been dropped so far.
    pub const fn stats(&self) -> Stats {
        self.link.exchange.stats()
    }

    /// Returns the transport, for instance to change its time-out.
    pub const fn get_mut(&mut self) -> &mut T {
        &mut self.io
    }

    /// Gives the transport back.
    pub fn into_inner(self) -> T {
        self.io
    }

    /// Sends a command and returns what its answer is to be read from. One body for all commands:
    /// what each of them adds to a program is small.
    #[inline(never)]
    fn execute(&mut self, call: Call, arguments: Arguments<'_>) -> Answer<'_, T::Error> {
        match self.request(call, arguments) {
            Ok(()) => self.link.exchange.answer(call).into(),
            Err(error) => Err(error).into(),
        }
    }

    /// Sends a command, behind the fence that it needs if there are no ids, and waits for the reply,
    /// if there is one to come.
    fn request(&mut self, call: Call, arguments: Arguments<'_>) -> Result<(), Error<T::Error>> {
        self.link.clear();
        loop {
            self.link.exchange.abandon();
            let fence = self.link.exchange.needs_fence();
            let (now, arguments) = if fence { (Call::FENCE, None) } else { (call, arguments) };
            self.transmit_next(now, arguments)?;
            if now.answered {
                self.receive(now.more_timeouts)?;
            }
            if !fence {
                return Ok(());
            }
        }
    }

    /// Sends a fence, or a command. Apart, so that the line does not lie about while its answer is
    /// waited for.
    #[inline(never)]
    fn transmit_next(
        &mut self,
        call: Call,
        arguments: Arguments<'_>,
    ) -> Result<(), Error<T::Error>> {
        let mut line = Line::EMPTY;
        self.link.exchange.begin_next(&mut line, call, arguments)?;
        self.transmit(line.as_bytes())
    }

    /// Writes a line. Not by `write_all`: that one panics when a transport misbehaves.
    fn transmit(&mut self, line: &[u8]) -> Result<(), Error<T::Error>> {
        let mut rest = line;
        while !rest.is_empty() {
            let written = self.io.write(rest).map_err(transport_error)?;
            if written == 0 {
                return Err(Error::Closed);
            }
            rest = rest.get(written..).ok_or(Error::BadTransport)?;
        }
        self.io.flush().map_err(transport_error)
    }

    /// Reads until the reply is here. So many time-outs of the transport may go by before the last.
    fn receive(&mut self, mut more_timeouts: u8) -> Result<(), Error<T::Error>> {
        loop {
            if let Some(outcome) = self.link.outcome() {
                return outcome;
            }
            match self.fill() {
                Err(Error::Timeout) if more_timeouts > 0 => {
                    more_timeouts = more_timeouts.saturating_sub(1);
                }
                result => result?,
            }
        }
    }

    /// Reads what there is, at least one byte.
    fn fill(&mut self) -> Result<(), Error<T::Error>> {
        let count = self.io.read(self.link.space()).map_err(transport_error)?;
        self.link.filled(count)
    }
}
