//! The one table of commands, in parts that one can read in a sitting.

mod current;
mod features;
mod functions;
mod hardware;
mod heartbeat;
mod queries;
mod readings;
mod retired;
mod settings;

/// Calls a macro with all rows of the table of commands.
///
/// Everything that has to know all commands is made from it: the command and response types, the
/// dispatch of the server, the tests, the documentation. A row is
///
/// ```text
/// {
///     /// What it does. More about it.
///     Type method b"code" "usage" -> "fields of the answer"
///     Class Storage idempotent: bool since: "firmware" until: "firmware" feature: "option" timeout: milliseconds;
///     example { "line of a client" -> "answer" heard from "firmware": command => response }
///     args { /// what it is
///            name: Type where range, .. }
///         with a fixed word before them: after b"word" args { .. }
///         with their form on the wire written by hand: args { .. } by hand (ranges are checked by
///             `write_fields`)
///     reply Response { /// what it is
///            name: Type, .. }                   or: reply Response (a type made elsewhere)
/// }
/// ```
///
/// The time-out is left out where it is [`DEFAULT_TIMEOUT_MS`](crate::DEFAULT_TIMEOUT_MS). An
/// example that was recorded says from which firmware. An empty usage of the answer means that the
/// controller never answers, `-` a bare `$OK`. Rows with one code stand in the order in which they are tried: the one with the most arguments first.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_command {
    ($($callback:tt)+) => { $crate::__functions! { [$($callback)+] } };
}
