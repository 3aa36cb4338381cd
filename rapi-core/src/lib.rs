#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod any;
mod ascii;
mod checksum;
mod code;
mod command;
pub mod commands;
mod decoder;
mod dialect;
mod error;
mod field;
mod fields;
mod form;
#[doc = include_str!("format.md")]
pub mod format {}
mod frame;
mod info;
mod lanes;
mod look;
#[cfg(any(test, target_pointer_width = "16"))]
mod narrow;
mod notification;
mod reply;
#[cfg(feature = "serde")]
mod serialise;
mod shape;
mod show;
mod table;
pub mod types;
#[cfg(any(test, not(target_pointer_width = "16")))]
mod wide;
mod writer;

pub use any::{AnyCommand, AnyResponse, ArgumentError};
pub use checksum::{Check, Checksum};
pub use code::Code;
pub use command::{Command, encode_command};
pub use decoder::{Decoder, Dropped};
pub use dialect::Dialect;
pub use error::{DecodeError, EncodeError, FieldError, FrameError, ReplyError};
pub use field::Field;
pub use fields::Fields;
pub use form::{FieldInfo, Form, Meaning, Word};
pub use frame::{Frame, Sender, SeqId};
pub use info::{COMMANDS, Class, CommandInfo, Example, Storage};
pub use notification::Notification;
pub use reply::{
    Incoming, IncomingError, Rejected, Reply, Response, encode_rejected, encode_reply,
};
#[doc(hidden)]
pub use shape::{Arguments, Kind, Shape};
pub use show::Visitor;
pub use writer::Writer;

/// The most bytes that a controller takes between `$` (included) and CR (excluded).
///
/// Its receive buffer holds 32 bytes with the terminating NUL. A longer line is dropped without
/// a reply, so a length is checked before anything is sent. Firmware 3.x takes two bytes less:
/// [`Dialect::max_command_len`].
// See spec/rapi.md#too-long.
pub const MAX_COMMAND_LEN: usize = 31;

/// The most tokens in one line: the command code, its arguments and the sequence id.
// See spec/rapi.md#too-many-tokens.
pub const MAX_TOKENS: u8 = 10;

/// How long every sender in use waits for a reply, in milliseconds.
///
/// A normal reply takes 5 to 150 ms. A GFI self test blocks the controller for about 1.2 s and the
/// power-on self test for up to 4.6 s.
// See spec/rapi.md#timeout.
pub const DEFAULT_TIMEOUT_MS: u32 = 500;
