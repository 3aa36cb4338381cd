//! What a device does with commands.

use rapi_core::{Command, Dialect, EncodeError, Frame, Rejected, SeqId, commands};
use rapi_core::{encode_rejected, encode_reply};

macro_rules! handler {
    ($({
        #[doc = $summary:literal] $(#[doc = $more:literal])*
        $Name:ident $method:ident $code:literal $usage:literal -> $answer:literal
        $class:ident $storage:ident idempotent: $idempotent:literal
        since: $since:literal until: $until:literal feature: $feature:literal $(timeout: $timeout:literal)?;
        $($shape:tt)*
    })+) => {
        /// What a device does with each command.
        ///
        /// A method that is not written answers `$NK`, as a controller does whose firmware was
        /// built without that command. Methods change the device's state and return at once; what
        /// takes time is told by notifications.
        ///
        /// The numbers in a command were read, not judged: what to do with 200 A is up to the
        /// device. Real controllers clamp and answer `$NK` with what they set.
        pub trait Handler {
            $(
                #[doc = $summary]
                #[doc = concat!("\n`$", $usage, "`")]
                ///
                /// # Errors
                ///
                /// [`Rejected`] is sent as `$NK`.
                fn $method(
                    &mut self,
                    command: commands::$Name,
                ) -> Result<<commands::$Name as Command>::Response, Rejected> {
                    let _ = command;
                    Err(Rejected)
                }
            )+

            /// Answers a command whose code is not in the table: a vendor's own. Writes the reply
            /// with [`encode_reply`] into `line` and returns its length; 0 is no answer at all.
            ///
            /// # Errors
            ///
            /// A `line` that is too small; `$NK` is sent then.
            fn other(
                &mut self,
                frame: &Frame<'_>,
                dialect: Dialect,
                line: &mut [u8],
            ) -> Result<usize, EncodeError> {
                encode_rejected(frame.seq(), dialect, line)
            }
        }

        /// Calls the method of a command and writes the reply.
        ///
        /// # Errors
        ///
        /// A `line` that is too small.
        pub(crate) fn dispatch<H: Handler + ?Sized>(
            handler: &mut H,
            frame: &Frame<'_>,
            seq: Option<SeqId>,
            dialect: Dialect,
            line: &mut [u8],
        ) -> Result<usize, EncodeError> {
            let mut known = false;
            $(
                if frame.code() == commands::$Name::CODE {
                    known = true;
                    if let Ok(command) = commands::$Name::decode_args(&mut frame.fields()) {
                        let response = handler.$method(command);
                        return match response {
                            _ if !const { commands::$Name::INFO.is_answered() } => Ok(0),
                            Ok(response) => encode_reply(&response, seq, dialect, line),
                            Err(Rejected) => encode_rejected(seq, dialect, line),
                        };
                    }
                }
            )+
            if known {
                encode_rejected(seq, dialect, line)
            } else {
                handler.other(frame, dialect, line)
            }
        }
    };
}
rapi_core::for_each_command!(handler);
