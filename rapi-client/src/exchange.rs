//! The protocol of a client, without any I/O: one command, one reply, notifications in between.

mod begin;
mod events;
mod line;
mod state;
mod unmarked;

pub use line::{Line, Pending};

use rapi_core::{
    Code, Command, Decoder, Dialect, Frame, Notification, Reply, ReplyError, Response, Sender,
    SeqId,
};

use crate::Error;
use crate::call::Call;
use crate::stats::{Stats, count};
use events::Events;
use state::{Phase, State};

/// How many bytes may come after a command before its reply has been waited for long enough: 0.7 s
/// of uninterrupted talk. It ends a wait on a line that never stops talking.
const PATIENCE: u16 = 8192;

/// What a byte has brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[must_use]
pub enum Progress {
    /// Nothing yet.
    Pending,
    /// The reply is here: [`Exchange::finish`].
    Reply,
    /// A notification is here: [`Exchange::take_notification`], which also finds out whether its fields
    /// are right.
    Notification,
    /// `$NK` without the id that was sent. The exchange is over: the line was damaged on its way to
    /// the controller and not executed.
    ///
    /// As long as an earlier line may be meant, `$NK` without an id says nothing and the wait goes
    /// on. Without ids it is `$NK` after a fence that was not answered, which may be meant.
    // See spec/rapi.md#nk-without-id.
    Garbled,
    /// The reply did not come although the line never stopped talking. The exchange is over.
    GaveUp,
    /// An answer to [`Exchange::begin_fence`] is here: see whether one is enough,
    /// [`Exchange::needs_fence`].
    Fenced,
}

/// The protocol of a client as a state machine: commands in, bytes in, replies out.
///
/// [`Client`](crate::Client) and [`blocking::Client`](crate::blocking::Client) drive it; an
/// interrupt handler may do so as well. `RX` is the longest line that is taken. `EVENTS` is for how
/// many notifications there is room until they are taken, of the length of `$AT`: then the oldest is
/// dropped. With less than 2 there is none for every `$AB`.
///
/// A reply is only ever handed out to the command that it belongs to. With sequence ids that is
/// sure. Without (firmware before 4.5) each command needs a fence before it:
/// [`needs_fence`](Self::needs_fence).
///
/// ```
/// use rapi_client::{Dialect, Exchange, Progress, commands::GetSettings, types::Amps};
///
/// let mut exchange = Exchange::<64, 4>::new(Dialect::V3);
/// let (line, pending) = exchange.begin(&GetSettings)?;
/// assert_eq!(line.as_bytes(), b"$GE :01^3D\r");
/// // .. send it, receive bytes:
/// for &byte in b"$OK 24 0021 :00^05\r$OK 24 0021 :01^3E\r" {
///     if exchange.push(byte) == Progress::Reply {
///         break;
///     }
/// }
/// assert_eq!(exchange.finish(pending).unwrap()?.amps, Amps(24));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Exchange<const RX: usize = 64, const EVENTS: usize = 4> {
    decoder: Decoder<RX>,
    events: Events<EVENTS>,
    state: State,
}

/// For controllers with firmware 4.5 or later.
impl<const RX: usize, const EVENTS: usize> Default for Exchange<RX, EVENTS> {
    fn default() -> Self {
        Self::new(Dialect::V3)
    }
}

impl<const RX: usize, const EVENTS: usize> Exchange<RX, EVENTS> {
    /// Makes an idle exchange.
    #[must_use]
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "what is not inlined is made elsewhere and copied")]
    pub const fn new(dialect: Dialect) -> Self {
        Self { decoder: Decoder::new(), events: Events::new(), state: State::new(dialect) }
    }

    /// Sets the id of the next command.
    ///
    /// A program that has just started does well to begin with a random one ([`SeqId::from_seed`]): a
    /// reply to its predecessor may be under way. In place of one above [`SeqId::LAST`] it takes 01.
    pub const fn set_next_id(&mut self, id: SeqId) {
        self.state.set_next_id(id);
    }

    /// Returns how the controller talks.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        self.state.dialect
    }

    /// Takes one byte from the controller.
    ///
    /// After [`Progress::Reply`] the reply has to be taken before the next byte is pushed.
    pub fn push(&mut self, byte: u8) -> Progress {
        self.state.overwrite();
        if self.decoder.push(byte) {
            if let Some(progress) = self.take_line() {
                return progress;
            }
        }
        self.state.spend_patience()
    }

    /// Takes a line that has ended. Apart from what happens with every byte.
    #[inline(never)]
    fn take_line(&mut self) -> Option<Progress> {
        let stats = &mut self.state.stats;
        let Ok(line) = self.decoder.line() else {
            count(&mut stats.too_long);
            return None;
        };
        let frame = &parse(line);
        let Some(frame) = frame else {
            count(&mut stats.damaged);
            return None;
        };
        let dialect = match self.state.phase {
            Phase::Probing(_) => Dialect::V1,
            _ => self.state.dialect,
        };
        if !frame.has_check_of(dialect) {
            count(&mut stats.damaged);
            return None;
        }
        if frame.code() == Code::OK || frame.code() == Code::NK {
            return self.state.take_reply(frame);
        }
        if Notification::is_in(frame) {
            self.events.keep(line, &mut stats.notifications_lost);
            return Some(Progress::Notification);
        }
        // What begins like that is a notification of a newer firmware.
        let of_newer = frame.code().to_bytes()[0] == b'A';
        count(if of_newer { &mut stats.other } else { &mut stats.echoed });
        None
    }

    /// Returns the reply to a command; `None` if it has not come or the command was given up. The right
    /// to it is used up either way: wait for [`Progress::Reply`].
    pub fn finish<C: Command>(
        &mut self,
        pending: Pending<C>,
    ) -> Option<Result<C::Response, ReplyError>> {
        Some(C::Response::decode(&self.reply(pending)?))
    }

    /// Returns the reply to a command as it came; `None` as in [`finish`](Self::finish).
    #[allow(clippy::needless_pass_by_value, reason = "a reply is handed out once")]
    pub fn reply<C>(&mut self, pending: Pending<C>) -> Option<Reply<'_>> {
        if pending.serial == self.state.serial { self.take_reply() } else { None }
    }

    /// Returns the reply to the command that was sent and has been waited for; `None` if it is never
    /// answered.
    pub(crate) fn answer<E>(&mut self, call: Call) -> Result<Option<Reply<'_>>, Error<E>> {
        if call.answered { self.take_reply().ok_or(Error::Timeout).map(Some) } else { Ok(None) }
    }

    /// Returns the reply to the command that was begun last.
    pub(crate) fn take_reply(&mut self) -> Option<Reply<'_>> {
        if self.state.phase != Phase::Done {
            return None;
        }
        self.state.settle();
        parse(self.decoder.line().ok()?).map(Reply::again)
    }

    /// Gives up the command that is waited for, after a time-out.
    pub const fn abandon(&mut self) {
        self.state.abandon();
    }

    /// Returns the oldest notification that has not been taken.
    pub fn take_notification(&mut self) -> Option<Notification> {
        self.events.take(&mut self.state.stats.damaged)
    }

    /// Returns what has been dropped so far.
    #[must_use]
    pub const fn stats(&self) -> Stats {
        self.state.stats
    }
}

/// Why a line is none is of no interest here.
#[inline(never)]
fn parse(line: &[u8]) -> Option<Frame<'_>> {
    Frame::parse(line, Sender::Controller).ok()
}
