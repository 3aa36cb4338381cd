//! From words that a person has written to a command.

use core::fmt;

use super::AnyCommand;
use crate::ascii::is_plain;
use crate::command::LONGEST;
use crate::{CommandInfo, DecodeError, Dialect, EncodeError, FieldError, FieldInfo, Fields, Form};

/// Why words are not the arguments of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ArgumentError {
    /// An argument is missing or wrong.
    Argument {
        /// Which.
        argument: &'static FieldInfo,
        /// What is wrong with it.
        kind: FieldError,
    },
    /// There are more words than arguments.
    Surplus,
    /// They cannot be sent in one line.
    Line(EncodeError),
}

impl fmt::Display for ArgumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument { argument, kind } => {
                write!(f, "{} {kind}: ", argument.name)?;
                match (argument.form, argument.range) {
                    (Form::Decimal, Some((least, greatest))) => {
                        write!(f, "{least} to {greatest}")?;
                        if !argument.unit.is_empty() {
                            write!(f, " {}", argument.unit)?;
                        }
                        Ok(())
                    }
                    (form, _) => form.fmt(f),
                }
            }
            Self::Surplus => f.write_str("there are more words than arguments"),
            Self::Line(error) => error.fmt(f),
        }
    }
}

impl ArgumentError {
    /// Says by name which argument of a command cannot be sent, and what could be.
    ///
    /// ```
    /// use rapi_core::{ArgumentError, Command, EncodeError, commands::SetCurrent};
    ///
    /// let error = ArgumentError::of_line(SetCurrent::INFO, EncodeError::OutOfRange { field: 1 });
    /// assert_eq!(error.to_string(), "amps is out of range: 6 to 80 A");
    /// ```
    #[must_use]
    pub fn of_line(info: &'static CommandInfo, error: EncodeError) -> Self {
        match error {
            EncodeError::OutOfRange { field } => wrong(info, field, FieldError::OutOfRange),
            EncodeError::IntervalTooLong { field } => {
                wrong(info, field, FieldError::IntervalTooLong)
            }
            error => Self::Line(error),
        }
    }
}

impl core::error::Error for ArgumentError {}

impl AnyCommand {
    /// Makes a command of a row of the table from its arguments as they are sent: numbers in the
    /// unit of the wire, words as they stand there. Ranges are checked.
    ///
    /// ```
    /// use rapi_core::{AnyCommand, Command, commands::SetCurrent, types::Amps};
    ///
    /// let command = AnyCommand::from_args(SetCurrent::INFO, &["16"])?;
    /// assert_eq!(command, AnyCommand::SetCurrent(SetCurrent { amps: Amps(16) }));
    ///
    /// let error = AnyCommand::from_args(SetCurrent::INFO, &["200"]).unwrap_err();
    /// assert_eq!(error.to_string(), "amps is out of range: 6 to 80 A");
    /// # Ok::<(), rapi_core::ArgumentError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What is wrong with which argument, in words for the person who wrote it.
    pub fn from_args(info: &'static CommandInfo, words: &[&str]) -> Result<Self, ArgumentError> {
        let mut body = Body { bytes: [0; LONGEST], len: 0 };
        let mut words = words.iter().copied();
        let mut arguments = info.flat_arguments();
        for token in info.words() {
            if !info.flat_arguments().any(|argument| argument.name == token) {
                body.push(token);
                continue;
            }
            let Some(argument) = arguments.next() else { break };
            let mut word = words.next();
            // What is missing is for the decoder to judge.
            let Some(first) = word else { break };
            check(argument, first)?;
            while let Some(part) = word {
                body.push(part);
                word = None;
                if matches!(argument.form, Form::Text { spaces: true, .. }) {
                    word = words.next();
                    if let Some(part) = word {
                        check(argument, part)?;
                    }
                }
            }
        }
        if words.next().is_some() {
            return Err(ArgumentError::Surplus);
        }
        let Some(bytes) = body.bytes.get(..body.len) else {
            return Err(ArgumentError::Line(EncodeError::CommandTooLong {
                length: u8::try_from(body.len).unwrap_or(u8::MAX),
                limit: u8::try_from(crate::MAX_COMMAND_LEN).unwrap_or(u8::MAX),
            }));
        };
        // At the end of a line it would be read as a sequence id.
        let last = bytes.rsplit(|&byte| byte == b' ').next();
        if last.is_some_and(|word| word.first() == Some(&b':')) {
            return Err(wrong(info, u8::MAX, FieldError::Invalid));
        }
        let command = Self::decode_row(info, &mut Fields::new(bytes.strip_prefix(b" "))).map_err(
            |error| match error {
                DecodeError::Field { kind: FieldError::Surplus, .. } | DecodeError::UnknownCode => {
                    ArgumentError::Surplus
                }
                DecodeError::Field { field, kind } => wrong(info, field, kind),
            },
        )?;
        match command.encode(None, Dialect::V3, &mut [0; LONGEST]) {
            Ok(_) => Ok(command),
            Err(error) => Err(ArgumentError::of_line(info, error)),
        }
    }
}

/// A word that would become two, or end the line, is refused.
fn check(argument: &'static FieldInfo, word: &str) -> Result<(), ArgumentError> {
    let spaces = matches!(argument.form, Form::Text { spaces: true, .. });
    if !word.is_empty() && word.bytes().all(|byte| is_plain(byte) || (spaces && byte == b' ')) {
        Ok(())
    } else {
        Err(ArgumentError::Argument { argument, kind: FieldError::Invalid })
    }
}

/// Says which argument a field of the line is: there are fixed words between them.
fn wrong(info: &'static CommandInfo, field: u8, kind: FieldError) -> ArgumentError {
    let token = info.words().take(usize::from(field)).last().unwrap_or_default();
    let named = info.flat_arguments().find(|argument| argument.name == token);
    match named.or(info.flat_arguments().last()) {
        Some(argument) => ArgumentError::Argument { argument, kind },
        None => ArgumentError::Surplus,
    }
}

/// What follows the code.
struct Body {
    bytes: [u8; LONGEST],
    /// How long it would be if it fitted.
    len: usize,
}

impl Body {
    fn push(&mut self, word: &str) {
        for byte in core::iter::once(b' ').chain(word.bytes()) {
            if let Some(place) = self.bytes.get_mut(self.len) {
                *place = byte;
            }
            self.len = self.len.saturating_add(1);
        }
    }
}
