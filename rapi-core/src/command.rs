//! What every command has.

use crate::{Class, Code, CommandInfo, DecodeError, Dialect, EncodeError, Fields};
use crate::{Response, SeqId, Shape, Visitor, Writer};

/// Longer than any line that a controller takes.
pub(crate) const LONGEST: usize = 96;

/// A command: what a client sends, what it gets back, and what is known about it.
///
/// All commands of the guide are in [`commands`](crate::commands). A vendor's command is a few
/// lines outside of this crate:
///
/// ```
/// use rapi_core::{Class, Code, Command, DecodeError, Dialect, Fields, Frame, Reply, Response};
/// use rapi_core::{Sender, Writer, encode_command};
///
/// /// Sets the number of phases of a fork of the firmware.
/// struct SetPhases { phases: u8 }
///
/// impl Command for SetPhases {
///     const CODE: Code = Code::new(*b"S7");
///     const CLASS: Class = Class::Control;
///     const IDEMPOTENT: bool = true;
///     type Response = ();
///
///     fn encode_args(&self, writer: &mut Writer<'_>) {
///         writer.decimal(u32::from(self.phases));
///         if ![1, 3].contains(&self.phases) { writer.refuse_range(); }
///     }
///
///     fn decode_args(fields: &mut Fields<'_>) -> Result<Self, DecodeError> {
///         Ok(Self { phases: fields.decode()? })
///     }
/// }
///
/// let mut line = [0; 32];
/// let len = encode_command(&SetPhases { phases: 3 }, None, Dialect::V3, &mut line)?;
/// assert_eq!(&line[..len], b"$S7 3^53\r");
///
/// let frame = Frame::parse(b"$OK^20", Sender::Controller)?;
/// let reply = Reply::of(&frame).expect("OK or NK");
/// <SetPhases as Command>::Response::decode(&reply)?;
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
///
/// It is `Sync`, as all plain data is, so that a call that is under way may change threads.
pub trait Command: Sized + Sync {
    /// The two characters behind `$`.
    const CODE: Code;
    /// What it can do.
    const CLASS: Class;
    /// Whether it may be repeated blindly when no reply came.
    const IDEMPOTENT: bool;
    /// The row of the table; an empty one for commands outside of it.
    const INFO: &'static CommandInfo = &CommandInfo {
        code: Self::CODE,
        name: "",
        summary: "",
        usage: "",
        answer: "-",
        arguments: &[],
        fields: &[],
        class: Self::CLASS,
        storage: crate::Storage::Volatile,
        idempotent: Self::IDEMPOTENT,
        since: "",
        until: None,
        timeout_ms: crate::DEFAULT_TIMEOUT_MS,
        feature: None,
        example: crate::info::Example::NONE,
    };

    /// How a server reads the arguments.
    #[doc(hidden)]
    const SHAPE: Shape = Shape::APART;

    /// What the controller answers.
    type Response: Response;

    /// Writes the arguments. A value out of its range makes [`Writer::finish`] fail, because the
    /// controller checks nothing: it would clamp the value or cut it to eight bits.
    fn encode_args(&self, writer: &mut Writer<'_>);

    /// Reads the arguments. Ranges are not checked here: what to do with a number that is out of
    /// range is up to the device.
    ///
    /// # Errors
    ///
    /// [`DecodeError::Field`] with the argument and what is wrong with it.
    fn decode_args(fields: &mut Fields<'_>) -> Result<Self, DecodeError>;

    /// Takes the arguments from what was read in the command's [`SHAPE`](Self::SHAPE); `None` if
    /// they do not fit.
    #[doc(hidden)]
    #[must_use]
    fn from_words(words: &[u32; Shape::MOST]) -> Option<Self> {
        let _ = words;
        None
    }

    /// Returns the command if it can be sent: its arguments are in their ranges, and the line is not
    /// too long, an id included. Whoever sends it checks the same; this is for those who want to
    /// know as soon as there is a number.
    ///
    /// # Errors
    ///
    /// As [`encode_command`].
    ///
    /// ```
    /// use rapi_core::{Command, Dialect, EncodeError, commands::SetCurrent, types::Amps};
    ///
    /// let command = SetCurrent { amps: Amps(16) }.checked(Dialect::V3)?;
    /// assert_eq!(command.amps, Amps(16));
    ///
    /// let refused = SetCurrent { amps: Amps(100) }.checked(Dialect::V3);
    /// assert_eq!(refused, Err(EncodeError::OutOfRange { field: 1 }));
    /// # Ok::<(), EncodeError>(())
    /// ```
    fn checked(self, dialect: Dialect) -> Result<Self, EncodeError> {
        let seq = dialect.has_sequence_ids().then_some(SeqId::FIRST);
        encode_command(&self, seq, dialect, &mut [0; LONGEST])?;
        Ok(self)
    }

    /// Shows the arguments to a person, value by value.
    fn visit(&self, visitor: &mut Visitor<'_>) {
        let _ = visitor;
    }
}

/// Writes a command as a line, CR included, and returns its length.
///
/// # Errors
///
/// An argument out of its range or with forbidden characters, a line that the controller would
/// drop silently because it is too long, or a `line` that is too small.
///
/// ```
/// use rapi_core::{Dialect, SeqId, commands::SetCurrent, encode_command, types::Amps};
///
/// let mut line = [0; 32];
/// let len = encode_command(&SetCurrent { amps: Amps(16) }, SeqId::new(0x7f), Dialect::V3, &mut line)?;
/// assert_eq!(&line[..len], b"$SC 16 V :7F^0E\r");
/// # Ok::<(), rapi_core::EncodeError>(())
/// ```
pub fn encode_command<C: Command>(
    command: &C,
    seq: Option<SeqId>,
    dialect: Dialect,
    line: &mut [u8],
) -> Result<usize, EncodeError> {
    let mut writer = Writer::new(line, C::CODE);
    command.encode_args(&mut writer);
    // Where it stands: a chip would copy it.
    writer.complete_command(seq, dialect)?;
    Ok(writer.len())
}
