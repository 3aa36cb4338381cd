//! The client over blocking transports.

mod deadline;

pub use deadline::{Deadline, DeadlineError};

use embedded_io::{Read, Write};
use rapi_core::commands::Version;
use rapi_core::{AnyCommand, Command, Dialect, Notification, Reply, Response, SeqId};

use crate::error::transport_error;
use crate::inbox::Inbox;
use crate::{Error, Exchange, Progress, Stats};

/// A client over a blocking serial line, TCP connection or the like.
///
/// The transport needs a time-out for reading: serial ports and sockets of `std` have one, for a
/// chip with a clock there is [`Deadline`].
#[derive(Debug)]
pub struct Client<T, const RX: usize = 64, const EVENTS: usize = 4> {
    io: T,
    exchange: Exchange<RX, EVENTS>,
    inbox: Inbox,
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
        Self { io, exchange, inbox: Inbox::new() }
    }

    /// Sets the id of the next command; see [`Exchange::set_next_id`].
    pub const fn set_next_id(&mut self, id: SeqId) {
        self.exchange.set_next_id(id);
    }

    /// Sends a command and returns what the controller answers.
    ///
    /// With a controller without sequence ids, the line is drained first until it was quiet for
    /// the transport's time-out, if an earlier command was given up.
    ///
    /// # Errors
    ///
    /// See [`Error`]. A damaged or foreign line is not an error: it is counted and skipped.
    pub fn send<C: Command>(&mut self, command: &C) -> Result<C::Response, Error<T::Error>> {
        self.prepare()?;
        let (line, pending) = self.exchange.begin(command)?;
        self.transmit(line.as_bytes())?;
        if !C::ANSWERED {
            return Ok(C::Response::decode(&Reply::bare_ok())?);
        }
        self.receive()?;
        let response = self.exchange.finish(pending).ok_or(Error::Timeout)?;
        Ok(response?)
    }

    /// Sends a command of which only the line is known and returns the reply as it came; `None`
    /// if the controller never answers that command.
    ///
    /// # Errors
    ///
    /// See [`Error`]; `$NK` is not an error here.
    pub fn send_any(&mut self, command: &AnyCommand) -> Result<Option<Reply<'_>>, Error<T::Error>> {
        self.prepare()?;
        let (line, pending) = self.exchange.begin_any(command)?;
        self.transmit(line.as_bytes())?;
        if !command.answered() {
            return Ok(None);
        }
        self.receive()?;
        self.exchange.reply(pending).ok_or(Error::Timeout).map(Some)
    }

    /// Asks for the versions and finds out how the controller talks.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn probe(&mut self) -> Result<Version, Error<T::Error>> {
        self.prepare()?;
        let (line, pending) = self.exchange.begin_probe()?;
        self.transmit(line.as_bytes())?;
        self.receive()?;
        let response = self.exchange.finish(pending).ok_or(Error::Timeout)?;
        Ok(response?)
    }

    /// Waits for a notification, at most as long as the transport's time-out.
    ///
    /// # Errors
    ///
    /// [`Error::Timeout`] if none came, or those of the transport.
    pub fn next_notification(&mut self) -> Result<Notification, Error<T::Error>> {
        loop {
            if let Some(notification) = self.exchange.take_notification() {
                return Ok(notification);
            }
            match self.inbox.next() {
                Some(byte) => {
                    let _: Progress = self.exchange.push(byte);
                }
                None => self.fill()?,
            }
        }
    }

    /// Returns a notification that came while a reply was waited for.
    pub fn take_notification(&mut self) -> Option<Notification> {
        self.exchange.take_notification()
    }

    /// Returns how the controller talks.
    pub const fn dialect(&self) -> Dialect {
        self.exchange.dialect()
    }

    /// Returns what has been dropped so far.
    pub const fn stats(&self) -> Stats {
        self.exchange.stats()
    }

    /// Gives the transport back.
    pub fn into_inner(self) -> T {
        self.io
    }

    /// Looks at what came behind the last reply, and drains the line if a late one may come.
    fn prepare(&mut self) -> Result<(), Error<T::Error>> {
        // As many bytes as come in a second: a line that talks longer never becomes quiet.
        for _ in 0..12_000_u16 {
            for byte in self.inbox.by_ref() {
                let _: Progress = self.exchange.push(byte);
            }
            self.exchange.abandon();
            if !self.exchange.is_desynchronised() {
                return Ok(());
            }
            match self.fill() {
                Ok(()) => {}
                Err(Error::Timeout) => self.exchange.resynchronised(),
                Err(error) => return Err(error),
            }
        }
        Err(Error::Desynchronised)
    }

    /// Writes a line. Not `write_all`: that one panics when a transport misbehaves.
    fn transmit(&mut self, line: &[u8]) -> Result<(), Error<T::Error>> {
        let mut rest = line;
        while !rest.is_empty() {
            let written = self.io.write(rest).map_err(transport_error)?;
            rest = match rest.get(written..) {
                Some(rest) if written > 0 => rest,
                Some(_) => return Err(Error::Closed),
                None => return Err(Error::BadTransport),
            };
        }
        self.io.flush().map_err(transport_error)
    }

    /// Reads until the reply is here.
    fn receive(&mut self) -> Result<(), Error<T::Error>> {
        loop {
            for byte in self.inbox.by_ref() {
                match self.exchange.push(byte) {
                    Progress::Reply => return Ok(()),
                    Progress::Garbled => return Err(Error::Garbled),
                    Progress::GaveUp => return Err(Error::Timeout),
                    Progress::Pending | Progress::Notification => {}
                }
            }
            self.fill()?;
        }
    }

    /// Reads what there is, at least one byte.
    fn fill(&mut self) -> Result<(), Error<T::Error>> {
        let count = self.io.read(self.inbox.space()).map_err(transport_error)?;
        match count {
            0 => Err(Error::Closed),
            count if self.inbox.filled(count) => Ok(()),
            _ => Err(Error::BadTransport),
        }
    }
}
