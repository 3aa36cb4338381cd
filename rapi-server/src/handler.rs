//! What a device does with commands.

use rapi_core::{
    Command, Dialect, EncodeError, Fields, Frame, Rejected, Response, SeqId, commands,
};
use rapi_core::{Writer, encode_rejected, encode_reply_line};

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
            /// with [`encode_reply`](rapi_core::encode_reply) into `line` and returns its length; 0 is no answer at all.
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
            let mut answer = Answer { arguments: frame.fields(), seq, dialect, line };
            let mut known = false;
            $(
                if frame.code() == commands::$Name::CODE {
                    known = true;
                    if let Ok(command) = commands::$Name::decode_args(answer.rewind(frame)) {
                        let response = handler.$method(command);
                        if !const { commands::$Name::INFO.is_answered() } {
                            return Ok(0);
                        }
                        return answer.write(response);
                    }
                }
            )+
            if known {
                encode_rejected(seq, dialect, answer.line)
            } else {
                handler.other(frame, dialect, answer.line)
            }
        }
    };
}
rapi_core::for_each_command!(handler);

/// What all answers need, in one place: 85 rows that pass it on one by one take 2 KB more.
struct Answer<'a> {
    arguments: Fields<'a>,
    seq: Option<SeqId>,
    dialect: Dialect,
    line: &'a mut [u8],
}

impl<'a> Answer<'a> {
    #[inline(never)]
    const fn rewind(&mut self, frame: &Frame<'a>) -> &mut Fields<'a> {
        self.arguments = frame.fields();
        &mut self.arguments
    }

    fn write<R: Response>(&mut self, response: Result<R, Rejected>) -> Result<usize, EncodeError> {
        match response {
            Ok(response) => self.line(response.accepted(), &|writer| response.encode(writer)),
            Err(Rejected) => self.line(false, &|_| {}),
        }
    }

    #[inline(never)]
    fn line(
        &mut self,
        accepted: bool,
        fields: &dyn Fn(&mut Writer<'_>),
    ) -> Result<usize, EncodeError> {
        encode_reply_line(accepted, fields, self.seq, self.dialect, self.line)
    }
}
