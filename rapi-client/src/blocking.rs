//! The client over blocking transports.

mod deadline;

pub use deadline::{Deadline, DeadlineError};

use embedded_io::{Read, Write};
use rapi_core::commands::Version;
use rapi_core::{AnyCommand, Command, Dialect, Notification, Reply, Response, SeqId};

use crate::error::transport_error;
use crate::inbox::Inbox;
use crate::{Error, Exchange, Line, PATIENCE, Pending, Progress, Stats};

/// So many time-outs in a row are longer than a controller can be silent: its power-on self test
/// takes 4.6 s, and what came in meanwhile is answered then.
const QUIET_TIMEOUTS: u8 = 10;

/// A client over a blocking serial line, TCP connection or the like.
///
/// The transport needs a time-out for reading, half a second say: serial ports and sockets of `std`
/// have one. It counts from byte to byte there; with [`Deadline`], for a chip with a clock, it
/// counts from the command on.
#[derive(Debug)]
pub struct Client<T, const RX: usize = 80, const EVENTS: usize = 4> {
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
    /// If an earlier command was given up and the controller knows no sequence ids, the versions
    /// are asked for first, to be sure that no late reply is under way. If they do not come, the
    /// line has to be quiet for ten time-outs.
    ///
    /// # Errors
    ///
    /// See [`Error`]. A damaged or foreign line is not an error: it is counted and skipped.
    pub fn send<C: Command>(&mut self, command: &C) -> Result<C::Response, Error<T::Error>> {
        self.prepare()?;
        let (line, pending) = self.exchange.begin(command)?;
        let reply = self.roundtrip(&line, pending.erase(), C::ANSWERED)?;
        Ok(C::Response::decode(&reply.unwrap_or(Reply::bare_ok()))?)
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
        self.roundtrip(&line, pending.erase(), command.answered())
    }

    /// Asks for the versions and finds out how the controller talks.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn probe(&mut self) -> Result<Version, Error<T::Error>> {
        self.prepare()?;
        let (line, pending) = self.exchange.begin_probe()?;
        let reply = self.roundtrip(&line, pending.erase(), true)?;
        Ok(Version::decode(&reply.unwrap_or(Reply::bare_ok()))?)
    }

    /// Waits for a notification, as long as no byte takes longer than the transport's time-out.
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

    /// Returns the transport, for instance to change its time-out.
    pub const fn get_mut(&mut self) -> &mut T {
        &mut self.io
    }

    /// Gives the transport back.
    pub fn into_inner(self) -> T {
        self.io
    }

    /// Looks at what came behind the last reply, and, if a late one may come, makes sure that it
    /// does not: see [`Exchange::begin_fence`].
    fn prepare(&mut self) -> Result<(), Error<T::Error>> {
        self.clear_inbox();
        self.exchange.abandon();
        if !self.exchange.is_desynchronised() {
            return Ok(());
        }
        if let Some(line) = self.exchange.begin_fence() {
            self.transmit(line.as_bytes())?;
        }
        let mut quiet = 0_u8;
        for _ in 0..PATIENCE {
            match self.fill() {
                Ok(()) => quiet = 0,
                Err(Error::Timeout) => quiet = quiet.saturating_add(1),
                Err(error) => return Err(error),
            }
            self.clear_inbox();
            if quiet >= QUIET_TIMEOUTS {
                self.exchange.resynchronised();
            }
            if !self.exchange.is_desynchronised() && !self.exchange.is_fencing() {
                return Ok(());
            }
        }
        Err(Error::Desynchronised)
    }

    fn clear_inbox(&mut self) {
        for byte in self.inbox.by_ref() {
            let _: Progress = self.exchange.push(byte);
        }
    }

    /// Sends a line and returns the reply, if there is one to come. One body for all commands.
    fn roundtrip(
        &mut self,
        line: &Line,
        pending: Pending<()>,
        answered: bool,
    ) -> Result<Option<Reply<'_>>, Error<T::Error>> {
        self.transmit(line.as_bytes())?;
        if !answered {
            return Ok(None);
        }
        self.receive()?;
        self.exchange.reply(pending).ok_or(Error::Timeout).map(Some)
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
                    Progress::Pending | Progress::Notification | Progress::Synchronised => {}
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
