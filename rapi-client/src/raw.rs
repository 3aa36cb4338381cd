//! Commands as a person types them.

use rapi_core::commands::{GetVersion, RecoverStuckRelay, Restart};
use rapi_core::{Code, Command, Fields, Frame, FrameError, Sender, Writer};

use crate::call::Call;

/// A command as it was typed: any code, any arguments, also such that no table knows.
///
/// A checksum is checked if there is one, and a sequence id is taken off: the client adds its own.
/// Ranges are **not** checked, and controllers do not check them either: `$SC 256` sets 6 A.
///
/// ```
/// use rapi_client::RawCommand;
///
/// assert!(RawCommand::parse(b"$SC 16 V\r\n").is_ok());
/// assert!(RawCommand::parse(b"$SC 16 V^65").is_ok());
/// assert!(RawCommand::parse(b"$SC 16 V^66").is_err());
/// assert!(RawCommand::parse(b"$FP 0 0 x\r$FD").is_err(), "a second line");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RawCommand<'a> {
    code: Code,
    arguments: Fields<'a>,
}

impl<'a> RawCommand<'a> {
    /// Reads a line. Spaces and line ends around it are ignored.
    ///
    /// # Errors
    ///
    /// What is wrong with its form.
    pub fn parse(line: &'a [u8]) -> Result<Self, FrameError> {
        let frame = Frame::parse(line.trim_ascii(), Sender::Client)?;
        Ok(Self { code: frame.code(), arguments: frame.fields() })
    }

    /// Returns the two characters behind `$`.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// How it is answered. Nearly all commands are alike in this; naming only the others keeps the
    /// table out of programs for small chips.
    pub(crate) fn call(&self) -> Call {
        let unlike = [Restart::INFO, RecoverStuckRelay::INFO];
        let info = unlike.into_iter().find(|info| info.code == self.code);
        Call { code: self.code, ..Call::of(info.unwrap_or(GetVersion::INFO)) }
    }

    pub(crate) fn write_args(&self, writer: &mut Writer<'_>) {
        for word in self.arguments {
            writer.text(word);
        }
    }
}
