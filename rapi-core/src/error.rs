//! What can be wrong with a line, a field or a command. Every error is small and `Copy`.
//!
//! In the whole family an error prints the one that it holds. So none has a
//! [`source`](core::error::Error::source): who prints a chain would say it twice.

use core::fmt;

/// Why a line is not a frame.
///
/// A reader drops such a line and goes on at the next `$`: the connection stays usable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum FrameError {
    /// The line does not begin with `$`.
    NoStart,
    /// The line is longer than the receive buffer.
    TooLong,
    /// Behind `$` there are not two upper-case characters (the second may be a digit), or more.
    Code,
    /// A byte is neither printable ASCII nor a space, or it is a reserved character.
    Byte,
    /// The mark `^` or `*` is not followed by exactly two upper-case hexadecimal digits.
    ChecksumSyntax,
    /// The checksum does not fit: the line was damaged.
    Checksum {
        /// What the line says.
        found: u8,
        /// What its bytes give.
        computed: u8,
    },
    /// There is no checksum although this dialect always sends one.
    ChecksumMissing,
    /// The additive checksum, which a controller never sends.
    ChecksumKind,
    /// The sequence id is not two upper-case hexadecimal digits from 01 to FF.
    SequenceId,
    /// Two spaces in a row or a trailing one: a controller would read an empty argument.
    // See spec/rapi.md#empty-token.
    EmptyField,
    /// More than ten tokens.
    TooManyTokens,
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoStart => f.write_str("the line does not begin with $"),
            Self::TooLong => f.write_str("the line is longer than the receive buffer"),
            Self::Code => f.write_str("there is no valid code behind $"),
            Self::Byte => f.write_str("the line holds a byte that RAPI does not allow"),
            Self::ChecksumSyntax => {
                f.write_str("the checksum is not two upper-case hexadecimal digits")
            }
            Self::Checksum { found, computed } => {
                write!(f, "the checksum says {found:02X}, the bytes give {computed:02X}")
            }
            Self::ChecksumMissing => f.write_str("the checksum is missing"),
            Self::ChecksumKind => f.write_str("a controller never sends the additive checksum"),
            Self::SequenceId => f.write_str("the sequence id is not 01 to FF in upper case"),
            Self::EmptyField => f.write_str("there is an empty argument (double space)"),
            Self::TooManyTokens => f.write_str("there are more than ten tokens"),
        }
    }
}

impl core::error::Error for FrameError {}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum FieldError {
    /// It is not there.
    Missing,
    /// It is not a number, letter or text of the kind that belongs there.
    Invalid,
    /// It is a number that does not fit.
    OutOfRange,
    /// It is one too many.
    Surplus,
    /// It is an interval that an ATmega would compute modulo 65.536 s.
    IntervalTooLong,
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "is missing",
            Self::Invalid => "is not of the right kind",
            Self::OutOfRange => "is out of range",
            Self::Surplus => "is one too many",
            Self::IntervalTooLong => {
                "is out of range, because an ATmega computes longer ones modulo 65.536 s"
            }
        })
    }
}

impl core::error::Error for FieldError {}

/// Why the fields of a frame are not those of the command, reply or notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum DecodeError {
    /// A field is wrong.
    Field {
        /// Which one, counted from 1. No line of RAPI has 256; if one had, the count would begin anew.
        field: u8,
        /// What is wrong with it.
        kind: FieldError,
    },
    /// No command has this code.
    UnknownCode,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field { field, kind } => write!(f, "field {field} {kind}"),
            Self::UnknownCode => f.write_str("no command has this code"),
        }
    }
}

impl core::error::Error for DecodeError {}

/// Why a command or a reply cannot be written. Nothing has been sent.
// Aligned so that a chip takes it for a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(target_arch = "arm", repr(align(4)))]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum EncodeError {
    /// The buffer is too small.
    BufferTooSmall {
        /// How many bytes the line needs, CR included; 255 also stands for more.
        needed: u8,
    },
    /// A controller would drop the line silently.
    // See spec/rapi.md#too-long.
    CommandTooLong {
        /// How many bytes it has before CR; 255 also stands for more.
        length: u8,
        /// How many the controller takes.
        limit: u8,
    },
    /// The line has more tokens than a controller takes, which are ten.
    // See spec/rapi.md#too-many-tokens.
    TooManyTokens {
        /// How many it has: code, arguments and sequence id.
        tokens: u8,
    },
    /// An argument is out of its range. The controller would clamp it, or worse.
    // See spec/rapi.md#numbers-unchecked.
    OutOfRange {
        /// Which argument, counted from 1.
        field: u8,
    },
    /// An argument is an interval that an ATmega would compute modulo 65.536 s: 100 s would be 34.5 s.
    // See spec/rapi.md#sy.
    IntervalTooLong {
        /// Which argument, counted from 1.
        field: u8,
    },
    /// A text holds a character that would end or restart the frame.
    InvalidText {
        /// Which argument, counted from 1.
        field: u8,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BufferTooSmall { needed } => write!(f, "the line needs {needed} bytes"),
            Self::CommandTooLong { length, limit } => {
                write!(f, "the command has {length} bytes, a controller takes {limit}")
            }
            Self::TooManyTokens { tokens } => {
                write!(
                    f,
                    "the command has {tokens} tokens, a controller takes {}",
                    crate::MAX_TOKENS
                )
            }
            Self::OutOfRange { field } => write!(f, "argument {field} {}", FieldError::OutOfRange),
            Self::IntervalTooLong { field } => {
                write!(f, "argument {field} {}", FieldError::IntervalTooLong)
            }
            Self::InvalidText { field } => {
                write!(f, "argument {field} holds a character that RAPI does not allow")
            }
        }
    }
}

impl core::error::Error for EncodeError {}

/// Why a reply gives no response value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ReplyError {
    /// `$NK`: the controller does not know the command, or not now, or not with these arguments.
    Rejected,
    /// `$OK` with fields that are not those of this command.
    Decode(DecodeError),
}

impl From<DecodeError> for ReplyError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl fmt::Display for ReplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected => f.write_str("the controller answered NK"),
            Self::Decode(error) => write!(f, "the reply has the wrong fields: {error}"),
        }
    }
}

impl core::error::Error for ReplyError {}
