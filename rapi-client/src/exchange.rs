//! The protocol of a client, without any I/O: one command, one reply, notifications in between.

use core::marker::PhantomData;

use heapless::Deque;
use rapi_core::commands::{GetVersion, Version};
use rapi_core::encode_command;
use rapi_core::{AnyCommand, Check, Code, Command, Decoder, Dialect, EncodeError, Incoming};
use rapi_core::{MAX_COMMAND_LEN, Notification, Reply, ReplyError, Response, Sender, SeqId};

use crate::BeginError;
use crate::stats::{Stats, count};

/// How many bytes may come after a command before its reply has been waited for long enough: many
/// times what a controller says at boot. It ends a wait on a line that never stops talking.
pub(crate) const PATIENCE: u16 = 1024;

/// A command, ready to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    bytes: [u8; MAX_COMMAND_LEN + 1],
    len: u8,
}

impl Line {
    fn write(
        encode: impl FnOnce(&mut [u8]) -> Result<usize, EncodeError>,
    ) -> Result<Self, EncodeError> {
        let mut bytes = [0; MAX_COMMAND_LEN + 1];
        let len = encode(&mut bytes)?;
        Ok(Self { bytes, len: u8::try_from(len).unwrap_or(0) })
    }

    /// Returns the bytes, `$` and CR included.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }
}

/// What a byte has brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[must_use]
pub enum Progress {
    /// Nothing yet.
    Pending,
    /// The reply is here: [`Exchange::finish`].
    Reply,
    /// A notification is here: [`Exchange::take_notification`].
    Notification,
    /// `$NK` without the id that was sent. The exchange is over: a line was damaged on its way to
    /// the controller, this one or an earlier one that was given up.
    Garbled,
    /// The reply did not come although the line never stopped talking. The exchange is over.
    GaveUp,
    /// The answer to [`Exchange::begin_fence`] is here: nothing is under way any more.
    Synchronised,
}

/// The right to the reply of one command of one exchange. It is gone when the next one begins.
#[derive(Debug)]
#[must_use]
pub struct Pending<C> {
    serial: u32,
    command: PhantomData<fn() -> C>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    Waiting(Option<SeqId>),
    /// Waiting for the versions, which no other reply looks like.
    Fencing,
    /// Waiting for the versions, whatever the dialect.
    Probing(SeqId),
    /// The reply is in the decoder.
    Done,
    /// A reply without id may still come.
    Desynchronised,
}

/// The protocol of a client as a state machine: commands in, bytes in, replies out.
///
/// [`Client`](crate::Client) and [`blocking::Client`](crate::blocking::Client) drive it; an
/// interrupt handler may do so as well. `RX` is the longest line that is taken, `EVENTS` how many
/// notifications wait to be taken before the oldest is dropped.
///
/// A reply is only ever handed out to the command that it belongs to. With sequence ids that is
/// sure. Without (firmware before 4.5) it is, as long as each command is answered; after one that
/// was given up [`begin`](Self::begin) refuses until [`begin_fence`](Self::begin_fence) was
/// answered, or until [`resynchronised`](Self::resynchronised).
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
    notifications: Deque<Notification, EVENTS>,
    state: State,
}

/// All that does not depend on the sizes.
#[derive(Debug)]
struct State {
    dialect: Dialect,
    next_id: SeqId,
    serial: u32,
    phase: Phase,
    /// Whether it is the versions that are waited for.
    asks_version: bool,
    /// A command was given up: its reply may come until the line was quiet.
    outstanding: bool,
    /// The same of a question for the versions: a fence would not be told from it.
    version_outstanding: bool,
    patience: u16,
    stats: Stats,
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
    pub const fn new(dialect: Dialect) -> Self {
        Self {
            decoder: Decoder::new(),
            notifications: Deque::new(),
            state: State {
                dialect,
                next_id: SeqId::FIRST,
                serial: 0,
                phase: Phase::Idle,
                asks_version: false,
                outstanding: false,
                version_outstanding: false,
                patience: 0,
                stats: Stats {
                    stale: 0,
                    damaged: 0,
                    other: 0,
                    notifications_lost: 0,
                    garbled: 0,
                    abandoned: 0,
                },
            },
        }
    }

    /// Sets the id of the next command.
    ///
    /// A program that has just started does well to begin with a random one: a reply to its
    /// predecessor may be under way.
    pub const fn set_next_id(&mut self, id: SeqId) {
        self.state.next_id = id;
    }

    /// Returns how the controller talks.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        self.state.dialect
    }

    /// Begins a command: returns the line to be sent and the right to its reply.
    ///
    /// A command that is still waited for is given up. A command that a controller never answers
    /// ([`Command::ANSWERED`]) is over as soon as it is sent.
    ///
    /// # Errors
    ///
    /// [`BeginError::Encode`] when the command cannot be written; [`BeginError::Desynchronised`]
    /// when, without ids, the reply to an earlier command may still come.
    pub fn begin<C: Command>(&mut self, command: &C) -> Result<(Line, Pending<C>), BeginError> {
        let (seq, dialect) = self.state.prepare()?;
        let line = Line::write(|line| encode_command(command, seq, dialect, line))?;
        Ok((line, self.state.start(seq, C::CODE, C::ANSWERED)))
    }

    /// Begins a command of which only the line is known; see [`begin`](Self::begin).
    ///
    /// # Errors
    ///
    /// Those of [`begin`](Self::begin).
    pub fn begin_any(
        &mut self,
        command: &AnyCommand,
    ) -> Result<(Line, Pending<AnyCommand>), BeginError> {
        let (seq, dialect) = self.state.prepare()?;
        let line = Line::write(|line| command.encode(seq, dialect, line))?;
        Ok((line, self.state.start(seq, command.info().code, command.answered())))
    }

    /// Begins to find out how the controller talks, by asking for its versions.
    ///
    /// # Errors
    ///
    /// Those of [`begin`](Self::begin).
    pub fn begin_probe(&mut self) -> Result<(Line, Pending<GetVersion>), BeginError> {
        let (_, _) = self.state.prepare()?;
        let id = self.state.take_id();
        let line = Line::write(|line| encode_command(&GetVersion, Some(id), Dialect::V3, line))?;
        let pending = self.state.start(Some(id), GetVersion::CODE, true);
        self.state.phase = Phase::Probing(id);
        Ok((line, pending))
    }

    /// Begins to find out, without sequence ids, whether a late reply is still under way: asks for
    /// the versions, which no other reply looks like. What comes before them is late.
    ///
    /// `None` if that cannot be told because the versions themselves may come late: then only a
    /// quiet line helps.
    pub fn begin_fence(&mut self) -> Option<Line> {
        self.state.abandon();
        if self.state.version_outstanding {
            return None;
        }
        let dialect = self.state.dialect;
        let line = Line::write(|line| encode_command(&GetVersion, None, dialect, line)).ok()?;
        let _: Pending<GetVersion> = self.state.start(None, GetVersion::CODE, true);
        self.state.phase = Phase::Fencing;
        Some(line)
    }

    /// Takes one byte from the controller.
    ///
    /// After [`Progress::Reply`] the reply has to be taken before the next byte is pushed.
    pub fn push(&mut self, byte: u8) -> Progress {
        self.state.spend_patience();
        if !self.decoder.push(byte) {
            return self.state.out_of_patience();
        }
        let dialect = match self.state.phase {
            Phase::Probing(_) => Dialect::V1,
            _ => self.state.dialect,
        };
        let incoming = match self.decoder.frame(Sender::Controller) {
            Ok(frame) => {
                Incoming::sort(&frame, dialect).ok().map(|incoming| (incoming, frame.check()))
            }
            Err(_) => None,
        };
        match incoming {
            Some((Incoming::Reply(reply), check)) => self.state.take_reply(&reply, check),
            Some((Incoming::Notification(notification), _)) => {
                self.remember(notification);
                Progress::Notification
            }
            Some(_) => {
                count(&mut self.state.stats.other);
                self.state.out_of_patience()
            }
            None => {
                count(&mut self.state.stats.damaged);
                self.state.out_of_patience()
            }
        }
    }

    /// Returns the reply to a command; `None` if it has not come or the command was given up.
    pub fn finish<C: Command>(
        &mut self,
        pending: Pending<C>,
    ) -> Option<Result<C::Response, ReplyError>> {
        Some(C::Response::decode(&self.reply(pending)?))
    }

    /// Returns the reply to a command as it came; `None` as in [`finish`](Self::finish).
    #[allow(clippy::needless_pass_by_value, reason = "a reply is handed out once")]
    pub fn reply<C>(&mut self, pending: Pending<C>) -> Option<Reply<'_>> {
        if self.state.phase != Phase::Done || self.state.serial != pending.serial {
            return None;
        }
        self.state.settle();
        let frame = self.decoder.frame(Sender::Controller).ok()?;
        match Incoming::sort(&frame, Dialect::V1) {
            Ok(Incoming::Reply(reply)) => Some(reply),
            _ => None,
        }
    }

    /// Gives up the command that is waited for, after a time-out.
    pub const fn abandon(&mut self) {
        self.state.abandon();
    }

    /// Whether the line has to be quiet for a while before the next command may begin.
    #[must_use]
    pub const fn is_desynchronised(&self) -> bool {
        matches!(self.state.phase, Phase::Desynchronised)
    }

    /// Whether [`begin_fence`](Self::begin_fence) waits for its answer.
    #[must_use]
    pub const fn is_fencing(&self) -> bool {
        matches!(self.state.phase, Phase::Fencing)
    }

    /// Says that the line was quiet for longer than a reply can take: nothing is under way.
    pub const fn resynchronised(&mut self) {
        self.state.abandon();
        self.state.outstanding = false;
        self.state.version_outstanding = false;
        self.state.settle();
    }

    /// Returns the oldest notification that has not been taken.
    pub fn take_notification(&mut self) -> Option<Notification> {
        self.notifications.pop_front()
    }

    /// Returns what has been dropped so far.
    #[must_use]
    pub const fn stats(&self) -> Stats {
        self.state.stats
    }

    fn remember(&mut self, notification: Notification) {
        if self.notifications.is_full() && self.notifications.pop_front().is_some() {
            count(&mut self.state.stats.notifications_lost);
        }
        if self.notifications.push_back(notification).is_err() {
            // Only an exchange with room for none comes here.
            count(&mut self.state.stats.notifications_lost);
        }
    }
}

impl State {
    /// Gives up what is waited for and returns id and dialect of the next command.
    const fn prepare(&mut self) -> Result<(Option<SeqId>, Dialect), BeginError> {
        self.abandon();
        if matches!(self.phase, Phase::Desynchronised) {
            return Err(BeginError::Desynchronised);
        }
        let seq = if self.dialect.has_sequence_ids() { Some(self.next_id) } else { None };
        Ok((seq, self.dialect))
    }

    const fn take_id(&mut self) -> SeqId {
        let id = self.next_id;
        self.next_id = id.next();
        id
    }

    fn start<C>(&mut self, seq: Option<SeqId>, code: Code, answered: bool) -> Pending<C> {
        if let Some(seq) = seq {
            self.next_id = seq.next();
        }
        self.serial = self.serial.wrapping_add(1);
        self.patience = PATIENCE;
        self.asks_version = code == GetVersion::CODE;
        self.phase = Phase::Waiting(seq);
        if !answered {
            // A line that was damaged on its way is answered all the same.
            self.outstanding = true;
            self.settle();
        }
        Pending { serial: self.serial, command: PhantomData }
    }

    const fn abandon(&mut self) {
        if self.is_waiting() {
            count(&mut self.stats.abandoned);
            self.outstanding = true;
            self.version_outstanding |= self.asks_version;
        }
        self.settle();
    }

    /// Ends an exchange. Without ids nothing would tell a reply that is still outstanding from
    /// that of the next command; a dialect without ids may also have been found only now.
    const fn settle(&mut self) {
        self.phase = if self.outstanding && !self.dialect.has_sequence_ids() {
            Phase::Desynchronised
        } else {
            Phase::Idle
        };
    }

    const fn is_waiting(&self) -> bool {
        matches!(self.phase, Phase::Waiting(_) | Phase::Probing(_) | Phase::Fencing)
    }

    const fn spend_patience(&mut self) {
        if matches!(self.phase, Phase::Done) {
            // The reply was not taken and is about to be overwritten.
            self.settle();
        }
        self.patience = self.patience.saturating_sub(1);
    }

    const fn out_of_patience(&mut self) -> Progress {
        if self.is_waiting() && self.patience == 0 {
            self.abandon();
            return Progress::GaveUp;
        }
        Progress::Pending
    }

    fn take_reply(&mut self, reply: &Reply<'_>, check: Check) -> Progress {
        if self.phase == Phase::Fencing && dialect_of(reply, check, None).is_some() {
            self.outstanding = false;
            self.phase = Phase::Idle;
            return Progress::Synchronised;
        }
        let matches = match self.phase {
            Phase::Waiting(awaited) => reply.seq() == awaited,
            Phase::Probing(id) => match dialect_of(reply, check, Some(id)) {
                Some(dialect) => {
                    self.dialect = dialect;
                    true
                }
                None => false,
            },
            Phase::Idle | Phase::Done | Phase::Desynchronised | Phase::Fencing => false,
        };
        if matches {
            self.phase = Phase::Done;
            return Progress::Reply;
        }
        if matches!(self.phase, Phase::Waiting(Some(_)))
            && reply.seq().is_none()
            && !reply.accepted()
        {
            count(&mut self.stats.garbled);
            self.settle();
            return Progress::Garbled;
        }
        count(&mut self.stats.stale);
        self.out_of_patience()
    }
}

/// Tells from the answer to `$GV` with this id how a controller talks; `None` if it is not that
/// answer.
///
/// Strict, because what is taken for less protection than there is would open the door: a reply
/// without checksum has to say RAPI 1.x itself, one without id 2.x or less.
fn dialect_of(reply: &Reply<'_>, check: Check, id: Option<SeqId>) -> Option<Dialect> {
    let version = Version::decode(reply).ok()?;
    let protocol = version.protocol.as_bytes();
    let major = *protocol.first()?;
    if !is_version(protocol) {
        return None;
    }
    match (reply.seq(), check) {
        (Some(seq), _) => (Some(seq) == id).then_some(Dialect::V3),
        (None, Check::None) => (major == b'1').then_some(Dialect::V1),
        (None, _) if protocol == b"2.0.0" => Some(Dialect::V2_0),
        (None, _) => (major <= b'2' || id.is_none()).then_some(Dialect::V2_1),
    }
}

/// Whether a text is three numbers, as no other reply ends; a fork may add something to the third.
fn is_version(text: &[u8]) -> bool {
    let mut parts = text.splitn(3, |&byte| byte == b'.');
    let is_number = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    parts.next().is_some_and(is_number)
        && parts.next().is_some_and(is_number)
        && parts.next().and_then(<[u8]>::first).is_some_and(u8::is_ascii_digit)
}
