//! What a device does with commands.

use rapi_core::{Code, Command, Dialect, EncodeError, Fields, Frame, Rejected, Response, commands};
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

        impl<H: Handler + ?Sized> Turn<'_, '_, H> {
            /// Tries the rows of the table, in turn.
            fn try_rows(&mut self) {
                // An AVR would copy the table to its RAM.
                #[cfg(target_arch = "avr")]
                {
                    $(self.try_row(
                        commands::$Name::CODE,
                        |handler, arguments, reply| {
                            run::<commands::$Name>(arguments, reply, |it| handler.$method(it))
                        },
                    );)+
                }
                #[cfg(not(target_arch = "avr"))]
                {
                    // Apart, because side by side there would be a hole in each row.
                    let codes: &[Code] = const { &[$(commands::$Name::CODE,)+] };
                    let rows: &[Run<H>] = const { &[$(
                        |handler, arguments, reply| {
                            run::<commands::$Name>(arguments, reply, |it| handler.$method(it))
                        },
                    )+] };
                    for (&code, &run) in codes.iter().zip(rows) {
                        self.try_row(code, run);
                    }
                }
            }
        }
    };
}
rapi_core::for_each_command!(handler);

/// What a command does and is answered. Small, and all alike: what one takes is taken 85 times.
type Run<H> = fn(&mut H, &mut Fields<'_>, &mut Writer<'_>) -> Outcome;

/// How a command went.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// `$OK` with the fields that were written.
    Accepted,
    /// `$NK` with the fields that were written.
    Refused,
    /// It is never answered.
    Unanswered,
    /// The arguments are not those of this command: another one of the same code may fit.
    Unfit,
}

fn run<C: Command>(
    arguments: &mut Fields<'_>,
    reply: &mut Writer<'_>,
    act: impl FnOnce(C) -> Result<C::Response, Rejected>,
) -> Outcome {
    let Ok(command) = C::decode_args(arguments) else { return Outcome::Unfit };
    let response = act(command);
    if !const { C::INFO.is_answered() } {
        return Outcome::Unanswered;
    }
    let Ok(response) = response else { return Outcome::Refused };
    response.encode(reply);
    if response.accepted() { Outcome::Accepted } else { Outcome::Refused }
}

/// A command that is looked for in the table, and its answer.
struct Turn<'a, 'f, H: ?Sized> {
    handler: &'a mut H,
    frame: &'a Frame<'f>,
    dialect: Dialect,
    line: &'a mut [u8],
    /// How it went with the last row of this code; nothing if there was none.
    outcome: Option<Outcome>,
    written: Result<usize, EncodeError>,
}

impl<H: ?Sized> Turn<'_, '_, H> {
    #[inline(never)]
    fn try_row(&mut self, code: Code, run: Run<H>) {
        if code != self.frame.code() || self.outcome.is_some_and(|it| it != Outcome::Unfit) {
            return;
        }
        let mut outcome = Outcome::Unfit;
        let mut fields = |reply: &mut Writer<'_>| {
            outcome = run(self.handler, &mut self.frame.fields(), reply);
            outcome == Outcome::Accepted
        };
        self.written = encode_reply_line(&mut fields, self.frame.seq(), self.dialect, self.line);
        self.outcome = Some(outcome);
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
    dialect: Dialect,
    line: &mut [u8],
) -> Result<usize, EncodeError> {
    let mut turn = Turn { handler, frame, dialect, line, outcome: None, written: Ok(0) };
    turn.try_rows();
    match turn.outcome {
        None => turn.handler.other(frame, dialect, turn.line),
        Some(Outcome::Unanswered) => Ok(0),
        // To no row that they fit: what stands in the line is a bare `$NK`.
        Some(Outcome::Accepted | Outcome::Refused | Outcome::Unfit) => turn.written,
    }
}
