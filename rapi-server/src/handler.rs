//! What a device does with commands.

use rapi_core::{
    Arguments, Code, Command, CommandInfo, Dialect, EncodeError, Frame, Rejected, Response, Shape,
};
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

            /// Whether a command is compiled in; one that is not is answered as an unknown one is. For
            /// codes whose meaning has changed it decides between the rows of the table.
            ///
            /// If the compiler can answer it, nothing is linked of a row that is not there.
            fn has(&self, command: &CommandInfo) -> bool {
                let _ = command;
                true
            }

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

        /// The code of each row.
        const CODES: &[Code] = &[$(commands::$Name::CODE,)+];

        /// Tries the rows whose codes begin with this letter, in turn.
        // A function for each letter: one for all would be too long for short jumps.
        #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
        fn try_rows<H: Handler + ?Sized, const FIRST: u8>(
            handler: &mut H,
            arguments: &mut Arguments<'_>,
            reply: &mut Writer<'_>,
            letter: u8,
        ) -> Outcome {
            let mut outcome = Outcome::Unknown;
            $(
                if const { first(commands::$Name::CODE) == FIRST }
                    && handler.has(commands::$Name::INFO)
                    && letter == const { second(commands::$Name::CODE) }
                {
                    let alone = const { is_alone(commands::$Name::CODE) };
                    let apart = const { matches!(commands::$Name::SHAPE, Shape::APART) };
                    if apart && !alone {
                        arguments.restart();
                    }
                    outcome = if apart || arguments.read(commands::$Name::SHAPE) {
                        run::<commands::$Name>(arguments, reply, |it| handler.$method(it))
                    } else {
                        Outcome::Unfit
                    };
                    if alone || outcome != Outcome::Unfit {
                        return outcome;
                    }
                }
            )+
            outcome
        }
    };
}
rapi_core::for_each_command!(handler);

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

const fn first(code: Code) -> u8 {
    let [first, _] = code.to_bytes();
    first
}

const fn second(code: Code) -> u8 {
    let [_, second] = code.to_bytes();
    second
}

/// Whether no more than one row has this code.
const fn is_alone(code: Code) -> bool {
    let mut rest = CODES;
    let mut others = 0_u8;
    while let [other, tail @ ..] = rest {
        if first(*other) == first(code) && second(*other) == second(code) {
            others = others.wrapping_add(1);
        }
        rest = tail;
    }
    others < 2
}

const _: () = {
    let mut rest = CODES;
    while let [code, tail @ ..] = rest {
        assert!(matches!(first(*code), b'F' | b'G' | b'S' | b'T' | b'Z'), "`find` leaves it out");
        rest = tail;
    }
};

/// Finds the row of a command and executes it.
#[cfg_attr(not(target_pointer_width = "64"), inline(always))]
#[allow(clippy::inline_always, reason = "a chip would save its registers once more")]
fn find<H: Handler + ?Sized>(
    handler: &mut H,
    frame: &Frame<'_>,
    reply: &mut Writer<'_>,
) -> Outcome {
    let arguments = &mut Arguments::new(frame);
    let letter = second(frame.code());
    match first(frame.code()) {
        b'F' => try_rows::<H, b'F'>(handler, arguments, reply, letter),
        b'G' => try_rows::<H, b'G'>(handler, arguments, reply, letter),
        b'S' => try_rows::<H, b'S'>(handler, arguments, reply, letter),
        b'T' => try_rows::<H, b'T'>(handler, arguments, reply, letter),
        b'Z' => try_rows::<H, b'Z'>(handler, arguments, reply, letter),
        _ => Outcome::Unknown,
    }
}

/// Calls the method of a command and writes the reply; `None` if the `line` is too small.
#[cfg_attr(not(target_pointer_width = "64"), inline(always))]
#[allow(clippy::inline_always, reason = "a chip would save its registers once more")]
pub(crate) fn dispatch<H: Handler + ?Sized>(
    handler: &mut H,
    frame: &Frame<'_>,
    dialect: Dialect,
    line: &mut [u8],
) -> Option<usize> {
    let mut reply = Writer::new(&mut *line, Code::OK);
    match find(&mut *handler, frame, &mut reply) {
        Outcome::Unknown => handler.other(frame, dialect, line).ok(),
        Outcome::Unanswered => Some(0),
        // To no row that they fit: what stands in the line is a bare `$NK`.
        outcome => match reply.end_reply(outcome == Outcome::Accepted, frame.seq(), dialect) {
            0 => None,
            len => Some(len),
        },
    }
}
