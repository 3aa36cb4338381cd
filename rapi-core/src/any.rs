//! A command of which only the line is known, and its answer.

mod arguments;

pub use arguments::ArgumentError;

use core::fmt;

use crate::show;
use crate::{Code, CommandInfo, DecodeError, Dialect, EncodeError, Fields, Frame, SeqId};
use crate::{Command, Reply, ReplyError, Response, Visitor, Writer, commands};

macro_rules! any_command {
    ($({
        $(#[doc = $doc:literal])+
        $Name:ident $method:ident $code:literal $usage:literal -> $answer:literal
        $class:ident $storage:ident idempotent: $idempotent:literal
        since: $since:literal until: $until:literal feature: $feature:literal $(timeout: $timeout:literal)?;
        $($shape:tt)*
    })+) => {
        /// Any command of the table, decoded.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[non_exhaustive]
        pub enum AnyCommand {
            $(
                #[doc = concat!("`", $usage, "`")]
                $Name(commands::$Name),
            )+
        }

        impl AnyCommand {
            /// Decodes a command by its code and its arguments.
            ///
            /// # Errors
            ///
            /// [`DecodeError::UnknownCode`], or what is wrong with the arguments. Whether a number
            /// is in its range is not checked here but by [`encode`](Self::encode).
            pub fn decode(code: Code, fields: Fields<'_>) -> Result<Self, DecodeError> {
                let mut error = DecodeError::UnknownCode;
                $(
                    if code == commands::$Name::CODE {
                        let mut fields = fields;
                        match commands::$Name::decode_args(&mut fields) {
                            Ok(command) => return Ok(Self::$Name(command)),
                            Err(reason) => error = reason,
                        }
                    }
                )+
                Err(error)
            }

            /// Returns the row of the table.
            #[must_use]
            pub const fn info(&self) -> &'static CommandInfo {
                match self {
                    $(Self::$Name(_) => commands::$Name::INFO,)+
                }
            }

            /// Shows the arguments to a person, value by value.
            pub fn visit(&self, visitor: &mut Visitor<'_>) {
                match self {
                    $(Self::$Name(command) => Command::visit(command, visitor),)+
                }
            }

            /// Decodes the reply to this command.
            ///
            /// ```
            /// use rapi_core::{AnyCommand, AnyResponse, Dialect, Frame, Incoming, Sender};
            /// use rapi_core::{commands, types::Amps};
            ///
            /// let frame = Frame::parse(b"$OK 24 0021^25", Sender::Controller)?;
            /// let Ok(Incoming::Reply(reply)) = Incoming::sort(&frame, Dialect::V3) else { panic!() };
            /// let response = AnyCommand::GetSettings(commands::GetSettings).decode_reply(&reply)?;
            /// let AnyResponse::GetSettings(settings) = response else { panic!() };
            /// assert_eq!(settings.amps, Amps(24));
            /// assert_eq!(response.to_string(), "amps: 24 A; flags: level 2, auto level disabled");
            /// # Ok::<(), Box<dyn core::error::Error>>(())
            /// ```
            ///
            /// # Errors
            ///
            /// Those of [`Response::decode`].
            pub fn decode_reply(&self, reply: &Reply<'_>) -> Result<AnyResponse, ReplyError> {
                match self {
                    $(Self::$Name(_) => Response::decode(reply).map(AnyResponse::$Name),)+
                }
            }

            /// Decodes arguments as those of one row of the table.
            fn decode_row(
                info: &CommandInfo,
                fields: &mut Fields<'_>,
            ) -> Result<Self, DecodeError> {
                $(
                    if info.name == commands::$Name::INFO.name {
                        return commands::$Name::decode_args(fields).map(Self::$Name);
                    }
                )+
                Err(DecodeError::UnknownCode)
            }

            /// Writes the command as a line; see [`encode_command`](crate::encode_command).
            ///
            /// # Errors
            ///
            /// Those of [`encode_command`](crate::encode_command).
            pub fn encode(
                &self,
                seq: Option<SeqId>,
                dialect: Dialect,
                line: &mut [u8],
            ) -> Result<usize, EncodeError> {
                let mut writer = Writer::new(line, self.info().code);
                self.encode_args(&mut writer);
                writer.finish_command(seq, dialect)
            }

            /// Writes the arguments; see [`Command::encode_args`].
            pub fn encode_args(&self, writer: &mut Writer<'_>) {
                match self {
                    $(Self::$Name(command) => command.encode_args(writer),)+
                }
            }
        }

        /// The answer to any command of the table, decoded. Each is named as its command.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[non_exhaustive]
        pub enum AnyResponse {
            $(
                #[doc = concat!("The answer to `", $usage, "`.")]
                $Name(<commands::$Name as Command>::Response),
            )+
        }

        impl AnyResponse {
            /// Returns the row of the command that it answers.
            #[must_use]
            pub const fn info(&self) -> &'static CommandInfo {
                match self {
                    $(Self::$Name(_) => commands::$Name::INFO,)+
                }
            }

            /// Whether the controller said `$OK`.
            #[must_use]
            pub fn accepted(&self) -> bool {
                match self {
                    $(Self::$Name(response) => Response::accepted(response),)+
                }
            }

            /// Shows the answer to a person, value by value. What an older firmware does not send
            /// is left out.
            ///
            /// ```
            /// use rapi_core::{AnyResponse, commands::Power, types::{MilliAmps, MilliVolts, OrNone}};
            ///
            /// let power = Power {
            ///     current: OrNone(Some(MilliAmps(16_000))),
            ///     voltage: OrNone(None),
            /// };
            /// let mut shown = Vec::new();
            /// AnyResponse::GetPower(power)
            ///     .visit(&mut |name, value| shown.push(format!("{name} = {value}")));
            /// assert_eq!(shown, ["current = 16000 mA", "voltage = not measured"]);
            /// ```
            pub fn visit(&self, visitor: &mut Visitor<'_>) {
                match self {
                    $(Self::$Name(response) => Response::visit(response, visitor),)+
                }
            }
        }
    };
}
crate::for_each_command!(any_command);

impl TryFrom<&Frame<'_>> for AnyCommand {
    type Error = DecodeError;

    fn try_from(frame: &Frame<'_>) -> Result<Self, DecodeError> {
        Self::decode(frame.code(), frame.fields())
    }
}

/// Names and values of the arguments, `; ` between them.
impl fmt::Display for AnyCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show::list(f, &|visitor| self.visit(visitor)).map(|_| ())
    }
}

/// Names and values, `; ` between them; `done` for a bare `$OK`.
impl fmt::Display for AnyResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if show::list(f, &|visitor| self.visit(visitor))? { Ok(()) } else { f.write_str("done") }
    }
}
