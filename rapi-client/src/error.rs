//! What can go wrong, grouped by who must act.

use core::fmt;

use rapi_core::{DecodeError, EncodeError, FrameError, ReplyError};

/// Why a command has no answer.
///
/// Every variant says whether the connection is still usable; so does [`Error::is_usable`].
// A chip takes it for a word, as it does an `EncodeError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Error<E> {
    /// The transport failed. *Usable*: whatever the transport says.
    Transport(E),
    /// The transport is at its end. *Not usable.*
    Closed,
    /// The transport says that it read or wrote more than it was given. *Not usable.*
    BadTransport,
    /// No reply came in time. *Usable.* The command may or may not have been executed.
    Timeout,
    /// The controller read a damaged line: `$NK` without the id that was sent. *Usable.* The
    /// command was not executed, unless it was noise on the line that looked like another one.
    /// Without ids `$NK` may also be the answer to a damaged fence; the command may then have been
    /// executed. If it may be repeated ([`Command::IDEMPOTENT`](crate::Command::IDEMPOTENT)), send
    /// it again.
    Garbled,
    /// The controller said `$NK`: it does not know the command, or not now. *Usable.*
    Rejected,
    /// The reply has the wrong fields. *Usable.* The command was executed.
    Reply(DecodeError),
    /// The command cannot be sent. *Usable*: nothing was sent.
    Encode(EncodeError),
    /// What was typed has not the form of a command. *Usable*: nothing was sent.
    Line(FrameError),
}

impl<E> Error<E> {
    /// Whether the next command may be sent over the same connection.
    ///
    /// For [`Error::Transport`] this is `false`: only the transport can tell.
    #[must_use]
    pub const fn is_usable(&self) -> bool {
        !matches!(self, Self::Transport(_) | Self::Closed | Self::BadTransport)
    }
}

/// Sorts an error of a transport: a time-out is ours to tell.
pub(crate) fn transport_error<E: embedded_io::Error>(error: E) -> Error<E> {
    if error.kind() == embedded_io::ErrorKind::TimedOut {
        Error::Timeout
    } else {
        Error::Transport(error)
    }
}

impl<E> From<EncodeError> for Error<E> {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

impl<E> From<BeginError> for Error<E> {
    fn from(error: BeginError) -> Self {
        match error {
            BeginError::Encode(error) => Self::Encode(error),
            // The clients put up their fences themselves.
            BeginError::Unfenced => Self::Timeout,
        }
    }
}

impl<E> From<ReplyError> for Error<E> {
    fn from(error: ReplyError) -> Self {
        match error {
            ReplyError::Decode(error) => Self::Reply(error),
            // ReplyError may grow; whatever comes is a kind of refusal.
            _ => Self::Rejected,
        }
    }
}

impl<E: fmt::Display> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport(error) => write!(f, "the line to the controller failed: {error}"),
            Self::Closed => f.write_str("the line to the controller is closed"),
            Self::BadTransport => f.write_str("the transport breaks its contract"),
            Self::Timeout => f.write_str("the controller did not answer in time"),
            Self::Garbled => f.write_str("the controller received a damaged line"),
            Self::Rejected => f.write_str("the controller refused the command"),
            Self::Reply(error) => write!(f, "the reply has the wrong fields: {error}"),
            Self::Encode(error) => write!(f, "the command was not sent: {error}"),
            Self::Line(error) => write!(f, "this is no command: {error}"),
        }
    }
}

impl<E: core::error::Error> core::error::Error for Error<E> {}

/// Why an exchange cannot begin. Nothing is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum BeginError {
    /// The command cannot be written.
    Encode(EncodeError),
    /// An earlier line may be under way, and nothing would tell it from this command's reply:
    /// [`begin_fence`](crate::Exchange::begin_fence).
    Unfenced,
}

impl From<EncodeError> for BeginError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

impl fmt::Display for BeginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encode(error) => error.fmt(f),
            Self::Unfenced => f.write_str("a late reply may be under way; put up a fence"),
        }
    }
}

impl core::error::Error for BeginError {}
