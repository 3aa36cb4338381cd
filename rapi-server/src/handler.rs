//! What a device does with commands.

use rapi_core::{Arguments, Code, Command, Dialect, EncodeError, Frame, Rejected, Response, Shape};
use rapi_core::{Writer, commands, encode_rejected};

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

        impl<H: Handler + ?Sized> Turn<'_, '_, '_, H> {
            /// Tries the rows of the table, in turn.
            #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
            fn try_rows(&mut self) {
                // An AVR would copy the table to its RAM. What is a letter is one instruction less there.
                #[cfg(target_arch = "avr")]
                {
                    let first = Letters::of(self.frame.code()).first;
                    $(if first == const { Letters::of(commands::$Name::CODE).first } {
                        self.try_row(
                            const { Letters::of(commands::$Name::CODE).second },
                            commands::$Name::SHAPE,
                            |handler, arguments, reply| {
                                run::<commands::$Name>(arguments, reply, |it| handler.$method(it))
                            },
                        );
                    })+
                }
                #[cfg(not(target_arch = "avr"))]
                {
                    // Apart, because side by side there would be a hole in each row.
                    let codes: &[Code] = const { &[$(commands::$Name::CODE,)+] };
                    let shapes: &[Shape] = const { &[$(commands::$Name::SHAPE,)+] };
                    let rows: &[Run<H>] = const { &[$(
                        |handler, arguments, reply| {
                            run::<commands::$Name>(arguments, reply, |it| handler.$method(it))
                        },
                    )+] };
                    for ((&code, &shape), &run) in codes.iter().zip(shapes).zip(rows) {
                        if code == self.frame.code() {
                            self.run_row(shape, run);
                        }
                    }
                }
            }
        }
    };
}
rapi_core::for_each_command!(handler);

/// What a command does and is answered. Small, and all alike: what one takes is taken 85 times.
type Run<H> = fn(&mut H, &mut Arguments<'_>, &mut Writer<'_>) -> Outcome;

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
    /// No row has this code.
    Unknown,
}

fn run<C: Command>(
    arguments: &mut Arguments<'_>,
    reply: &mut Writer<'_>,
    act: impl FnOnce(C) -> Result<C::Response, Rejected>,
) -> Outcome {
    let Some(command) = arguments.command() else { return Outcome::Unfit };
    let response = act(command);
    if !const { C::INFO.is_answered() } {
        return Outcome::Unanswered;
    }
    let Ok(response) = response else { return Outcome::Refused };
    response.encode(reply);
    if response.accepted() { Outcome::Accepted } else { Outcome::Refused }
}

/// A command that is looked for in the table, and its answer.
struct Turn<'t, 'f, 'l, H: ?Sized> {
    handler: &'t mut H,
    frame: &'t Frame<'f>,
    arguments: Arguments<'f>,
    reply: &'t mut Writer<'l>,
    /// How it went with the last row of this code.
    outcome: Outcome,
}

impl<H: ?Sized> Turn<'_, '_, '_, H> {
    /// Tries a row whose code begins as that of the frame does.
    #[cfg(target_arch = "avr")]
    #[inline(never)]
    fn try_row(&mut self, second: u8, shape: Shape, run: Run<H>) {
        if second == Letters::of(self.frame.code()).second {
            self.run_row(shape, run);
        }
    }

    /// Takes the command as that of a row, unless one before has fitted.
    fn run_row(&mut self, shape: Shape, run: Run<H>) {
        if matches!(self.outcome, Outcome::Unknown | Outcome::Unfit) {
            self.outcome = if self.arguments.read(self.frame, shape) {
                run(self.handler, &mut self.arguments, self.reply)
            } else {
                Outcome::Unfit
            };
        }
    }
}

/// The characters of a code.
#[cfg(target_arch = "avr")]
struct Letters {
    first: u8,
    second: u8,
}

#[cfg(target_arch = "avr")]
impl Letters {
    const fn of(code: Code) -> Self {
        let [first, second] = code.to_bytes();
        Self { first, second }
    }
}

/// Calls the method of a command and writes the reply.
///
/// # Errors
///
/// A `line` that is too small.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
pub(crate) fn dispatch<H: Handler + ?Sized>(
    handler: &mut H,
    frame: &Frame<'_>,
    dialect: Dialect,
    line: &mut [u8],
) -> Result<usize, EncodeError> {
    let mut reply = Writer::new(&mut *line, Code::OK);
    let arguments = Arguments::new();
    let mut turn = Turn {
        handler: &mut *handler,
        frame,
        arguments,
        reply: &mut reply,
        outcome: Outcome::Unknown,
    };
    turn.try_rows();
    match turn.outcome {
        Outcome::Unknown => handler.other(frame, dialect, line),
        Outcome::Unanswered => Ok(0),
        // To no row that they fit: what stands in the line is a bare `$NK`.
        outcome => reply.finish_reply(outcome == Outcome::Accepted, frame.seq(), dialect),
    }
}
