//! A command of which only the line is known.

use crate::{Code, CommandInfo, DecodeError, Dialect, EncodeError, Fields, Frame, SeqId};
use crate::{Command, commands};

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

            /// Whether the controller answers at all.
            #[must_use]
            pub const fn answered(&self) -> bool {
                match self {
                    $(Self::$Name(_) => commands::$Name::ANSWERED,)+
                }
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
                match self {
                    $(Self::$Name(command) => crate::encode_command(command, seq, dialect, line),)+
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
