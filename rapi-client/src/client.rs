//! The client over asynchronous transports.

mod raw;

use embedded_io_async::{Read, Write};
use rapi_core::commands::Version;
use rapi_core::{AnyCommand, Command, Dialect, Notification, Reply, Response, SeqId, Writer};

use crate::call::{Answer, Arguments, Call};
use crate::error::transport_error;
use crate::link::Link;
use crate::{Error, Exchange, Line, Progress, Stats};

/// A client over an asynchronous serial line, TCP connection or the like.
///
/// It has no clock: wrap calls in the time-out of your executor, see the
/// [crate's front page](crate). Dropping a call at any point leaves the client usable.
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
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the command may or may not have been executed. Its late reply is
    /// never taken for that of another command. This holds if the reads of the transport are
    /// cancel-safe; use a buffered UART.
    pub async fn send<C: Command>(&mut self, command: &C) -> Result<C::Response, Error<T::Error>> {
        let arguments = |writer: &mut Writer<'_>| command.encode_args(writer);
        let arguments: Arguments<'_> =
            if const { C::INFO.is_bare() } { None } else { Some(&arguments) };
        // Not in a variable: the future would keep it.
        let result = self.request(const { Call::of(C::INFO) }, arguments).await;
        response(result, &mut self.link.exchange, const { Call::of(C::INFO) })
    }

    /// Sends a command of which only the line is known and returns the reply as it came; `None`
    /// if the controller never answers that command.
    ///
    /// # Errors
    ///
    /// See [`Error`]; `$NK` is not an error here.
    ///
    /// # Cancel safety
    ///
    /// As for [`send`](Self::send).
    pub async fn send_any(
        &mut self,
        command: &AnyCommand,
    ) -> Result<Option<Reply<'_>>, Error<T::Error>> {
        let arguments = |writer: &mut Writer<'_>| command.encode_args(writer);
        let call = Call::of(command.info());
        self.request(call, Some(&arguments)).await?;
        self.link.exchange.answer(call)
    }

    /// Asks for the versions and finds out how the controller talks.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    ///
    /// # Cancel safety
    ///
    /// As for [`send`](Self::send).
    pub async fn probe(&mut self) -> Result<Version, Error<T::Error>> {
        self.link.clear();
        let (line, pending) = self.link.exchange.begin_probe()?;
        self.talk(&line, true).await?;
        Ok(self.link.exchange.finish(pending).ok_or(Error::Timeout)??)
    }

    /// Waits for a notification.
    ///
    /// # Errors
    ///
    /// Those of the transport.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost if the future is dropped and the reads of the transport are cancel-safe.
    pub async fn next_notification(&mut self) -> Result<Notification, Error<T::Error>> {
        loop {
            if let Some(notification) = self.link.exchange.take_notification() {
                return Ok(notification);
            }
            match self.link.next_byte() {
                Some(byte) => {
                    let _: Progress = self.link.exchange.push(byte);
                }
                None => self.fill().await?,
            }
        }
    }

    /// Returns a notification that came while a reply was waited for.
    pub fn take_notification(&mut self) -> Option<Notification> {
        self.link.exchange.take_notification()
    }

    /// Returns the transport, for instance to change its speed.
    pub const fn get_mut(&mut self) -> &mut T {
        &mut self.io
    }

    /// Returns how the controller talks.
    pub const fn dialect(&self) -> Dialect {
        self.link.exchange.dialect()
    }

    /// Returns what has been dropped so far.
    pub const fn stats(&self) -> Stats {
        self.link.exchange.stats()
    }

    /// Gives the transport back.
    pub fn into_inner(self) -> T {
        self.io
    }

    /// Sends a command, behind the fence that it needs if there are no ids, and waits for the reply,
    /// if there is one to come. One body for all commands: what each of them adds to a program is
    /// small.
    async fn request(
        &mut self,
        call: Call,
        arguments: Arguments<'_>,
    ) -> Result<(), Error<T::Error>> {
        self.link.clear();
        let mut line = Line::EMPTY;
        loop {
            self.link.exchange.abandon();
            let fence = self.link.exchange.needs_fence();
            let (now, arguments) = if fence { (Call::FENCE, None) } else { (call, arguments) };
            self.begin(&mut line, now, arguments)?;
            self.talk(&line, now.answered).await?;
            if !fence {
                return Ok(());
            }
        }
    }

    /// Apart from the state machine of a call, which would carry its parts about.
    #[inline(never)]
    fn begin(
        &mut self,
        line: &mut Line,
        call: Call,
        arguments: Arguments<'_>,
    ) -> Result<(), Error<T::Error>> {
        Ok(self.link.exchange.begin_next(line, call, arguments)?)
    }

    /// Sends a line and waits for the reply, if there is one to come. All in one, because a future
    /// within another has a state of its own. Not by `write_all`: that one panics when a transport
    /// misbehaves.
    async fn talk(&mut self, line: &Line, answered: bool) -> Result<(), Error<T::Error>> {
        let mut rest = line.as_bytes();
        while !rest.is_empty() {
            let written = self.io.write(rest).await.map_err(transport_error)?;
            if written == 0 {
                return Err(Error::Closed);
            }
            rest = rest.get(written..).ok_or(Error::BadTransport)?;
        }
        self.io.flush().await.map_err(transport_error)?;
        if !answered {
            return Ok(());
        }
        loop {
            if let Some(outcome) = self.link.outcome() {
                return outcome;
            }
            let count = self.io.read(self.link.space()).await.map_err(transport_error)?;
            self.link.filled(count)?;
        }
    }

    /// Reads what there is, at least one byte.
    async fn fill(&mut self) -> Result<(), Error<T::Error>> {
        let count = self.io.read(self.link.space()).await.map_err(transport_error)?;
        self.link.filled(count)
    }
}

/// Apart from the state machine of a call, which would carry the parts of the response about.
#[inline(never)]
fn response<R: Response, E, const RX: usize, const EVENTS: usize>(
    result: Result<(), Error<E>>,
    exchange: &mut Exchange<RX, EVENTS>,
    call: Call,
) -> Result<R, Error<E>> {
    answer(result, exchange, call).read()
}

/// The same for all responses.
#[inline(never)]
fn answer<E, const RX: usize, const EVENTS: usize>(
    result: Result<(), Error<E>>,
    exchange: &mut Exchange<RX, EVENTS>,
    call: Call,
) -> Answer<'_, E> {
    match result {
        Ok(()) => exchange.answer(call).into(),
        Err(error) => Err(error).into(),
    }
}
