//! What a controller sends.

use core::fmt;

use crate::{Code, DecodeError, Dialect, EncodeError, FieldInfo, Fields, Frame, FrameError};
use crate::{Notification, ReplyError, SeqId, Visitor, Writer};

/// A frame from a controller, sorted by what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Incoming<'a> {
    /// `$OK` or `$NK`: the answer to a command.
    Reply(Reply<'a>),
    /// Sent by the controller on its own account.
    Notification(Notification),
    /// Anything else: our own command, which a controller in echo mode repeats, or a notification
    /// that is not known yet. To be counted and skipped.
    Other(Code),
}

impl<'a> Incoming<'a> {
    /// Sorts a frame, after a check that it carries the checksum that this dialect always sends.
    ///
    /// # Errors
    ///
    /// [`FrameError::ChecksumMissing`]; or a known notification with wrong fields.
    pub fn sort(frame: &Frame<'a>, dialect: Dialect) -> Result<Self, IncomingError> {
        if !frame.has_check_of(dialect) {
            return Err(FrameError::ChecksumMissing.into());
        }
        if let Some(reply) = Reply::of(frame) {
            return Ok(Self::Reply(reply));
        }
        match Notification::decode(frame) {
            Some(Ok(notification)) => Ok(Self::Notification(notification)),
            Some(Err(error)) => Err(error.into()),
            None => Ok(Self::Other(frame.code())),
        }
    }
}

/// Why a frame from a controller cannot be used. It is to be counted and skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum IncomingError {
    /// The frame is not one of this dialect.
    Frame(FrameError),
    /// A notification has wrong fields.
    Decode(DecodeError),
}

impl fmt::Display for IncomingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(error) => error.fmt(f),
            Self::Decode(error) => write!(f, "the notification has the wrong fields: {error}"),
        }
    }
}

impl core::error::Error for IncomingError {}

impl From<FrameError> for IncomingError {
    fn from(error: FrameError) -> Self {
        Self::Frame(error)
    }
}

impl From<DecodeError> for IncomingError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

/// The answer to a command. To which one, only the sequence id tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Reply<'a> {
    fields: Fields<'a>,
    /// [`OK`] or [`NK`], and [`ANSWER`].
    verdict: u8,
    seq: Option<SeqId>,
}

/// How far the letter is from O.
const OK: u8 = 0;
const NK: u8 = 1;
/// The fields were asked for whatever the verdict is: then `$NK` is no refusal.
const ANSWER: u8 = 2;

impl<'a> Reply<'a> {
    /// Takes a frame as the answer to a command; `None` if it is none. Whether a checksum is
    /// missing is not looked at: [`Frame::has_check_of`].
    ///
    /// ```
    /// use rapi_core::{Dialect, Frame, Reply, Response, Sender, commands::Settings, types::Amps};
    ///
    /// let frame = Frame::parse(b"$OK 24 0021^25", Sender::Controller)?;
    /// assert!(frame.has_check_of(Dialect::V3));
    /// let reply = Reply::of(&frame).unwrap();
    /// assert_eq!(Settings::decode(&reply)?.amps, Amps(24));
    /// assert_eq!(reply.to_string(), "$OK 24 0021");
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn of(frame: &Frame<'a>) -> Option<Self> {
        let is_reply = frame.code().is(Code::OK) || frame.code().is(Code::NK);
        if is_reply { Some(Self::again(*frame)) } else { None }
    }

    /// Takes a frame of which [`of`](Self::of) has said before that it is an answer.
    #[doc(hidden)]
    #[must_use]
    pub const fn again(frame: Frame<'a>) -> Self {
        let [first, _] = frame.code().to_bytes();
        Self { fields: frame.fields(), verdict: b'O'.wrapping_sub(first), seq: frame.seq() }
    }

    /// Makes a bare `$OK`: what stands for the answer to a command that is never answered.
    #[must_use]
    pub const fn bare_ok() -> Self {
        Self { fields: Fields::new(None), verdict: OK, seq: None }
    }

    /// Whether the controller said `$OK`.
    #[must_use]
    pub const fn accepted(&self) -> bool {
        self.verdict & NK == OK
    }

    /// Returns the fields of the answer.
    #[must_use]
    pub const fn fields(&self) -> Fields<'a> {
        self.fields
    }

    /// Returns the sequence id.
    #[must_use]
    pub const fn seq(&self) -> Option<SeqId> {
        self.seq
    }

    /// Hands the fields out to be read, of `$OK` and `$NK` alike.
    pub const fn fields_mut(&mut self) -> &mut Fields<'a> {
        self.verdict |= ANSWER;
        &mut self.fields
    }

    /// Hands the fields out to be read. Those of `$NK` mean nothing: it is a refusal.
    pub const fn accepted_fields(&mut self) -> &mut Fields<'a> {
        &mut self.fields
    }

    /// Says whether what has been read means anything.
    ///
    /// # Errors
    ///
    /// [`ReplyError::Rejected`] for a refusal, or else the first field that was wrong.
    pub fn finish(&self) -> Result<(), ReplyError> {
        if self.verdict == NK {
            return Err(ReplyError::Rejected);
        }
        Ok(self.fields.finish(())?)
    }
}

/// As the controller said it, without id and checksum: `$OK 16`.
impl fmt::Display for Reply<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${}", if self.accepted() { Code::OK } else { Code::NK })?;
        for field in self.fields {
            f.write_str(" ")?;
            // A frame holds nothing but ASCII.
            f.write_str(core::str::from_utf8(field).map_err(|_| fmt::Error)?)?;
        }
        Ok(())
    }
}

/// The value of an answer.
///
/// Surplus fields at the end are ignored: newer firmware appends some.
pub trait Response: Sized {
    /// The fields of the answer.
    const FIELDS: &'static [FieldInfo] = &[];

    /// Takes the answer from a reply. What is wrong is noted there; then the answer means nothing.
    /// `$NK` is a refusal unless it carries a value, as for `SC`: see [`Reply::fields_mut`].
    fn read(reply: &mut Reply<'_>) -> Self;

    /// Takes the answer from a reply.
    ///
    /// # Errors
    ///
    /// [`ReplyError::Rejected`] for `$NK`, unless `$NK` carries a value, as for `SC`;
    /// [`ReplyError::Decode`] for wrong fields.
    fn decode(reply: &Reply<'_>) -> Result<Self, ReplyError> {
        let mut reply = *reply;
        let answer = Self::read(&mut reply);
        reply.finish()?;
        Ok(answer)
    }

    /// Whether to answer `$OK`.
    fn accepted(&self) -> bool {
        true
    }

    /// Writes the fields of the answer.
    fn encode(&self, writer: &mut Writer<'_>);

    /// Shows the answer to a person, value by value.
    fn visit(&self, visitor: &mut Visitor<'_>) {
        let _ = visitor;
    }
}

/// A bare `$OK`.
impl Response for () {
    fn read(_reply: &mut Reply<'_>) {}

    fn encode(&self, _writer: &mut Writer<'_>) {}
}

/// What a device answers to a command that it does not know or cannot execute: a bare `$NK`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Rejected;

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ReplyError::Rejected.fmt(f)
    }
}

impl core::error::Error for Rejected {}

/// Writes an answer as a line, CR included, and returns its length.
///
/// # Errors
///
/// A `line` that is too small.
pub fn encode_reply<R: Response>(
    response: &R,
    seq: Option<SeqId>,
    dialect: Dialect,
    line: &mut [u8],
) -> Result<usize, EncodeError> {
    let mut writer = Writer::new(line, Code::OK);
    response.encode(&mut writer);
    writer.finish_reply(response.accepted(), seq, dialect)
}

/// Writes a bare `$NK` as a line, CR included, and returns its length.
///
/// # Errors
///
/// A `line` that is too small.
// `firmware` does so for each row, which an AVR has no room for anyway.
#[cfg_attr(target_pointer_width = "32", inline(never))]
pub fn encode_rejected(
    seq: Option<SeqId>,
    dialect: Dialect,
    line: &mut [u8],
) -> Result<usize, EncodeError> {
    let mut writer = Writer::new(line, Code::NK);
    match writer.end_reply(false, seq, dialect) {
        0 => Err(writer.too_long()),
        len => Ok(len),
    }
}
