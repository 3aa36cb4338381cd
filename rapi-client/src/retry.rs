//! Trying again, and looking instead of trying again.

mod asynchronous;
mod blocking;

use rapi_core::commands::{
    GetCurrentRange, GetSettings, GetState, PressButton, RecoverStuckRelay, SaveCurrent,
    SetCurrent, SetHardwareMaximum,
};
use rapi_core::types::EvseState;
use rapi_core::{Command, DEFAULT_TIMEOUT_MS, Dialect};

use crate::Error;

/// A command whose effect can be looked at, so that nobody has to send it twice to be sure.
///
/// What no answer shows counts as not executed: a saved current before firmware 6.2.0.
///
/// ```
/// use rapi_client::ReadBack;
/// use rapi_client::commands::{SetCurrent, Settings};
/// use rapi_client::types::{Amps, SettingsFlags};
///
/// let settings = |amps| Settings { amps: Amps(amps), flags: SettingsFlags(0x0021) };
/// let command = SetCurrent { amps: Amps(16) };
/// assert!(command.was_executed(&settings(24), &settings(16)));
/// assert!(!command.was_executed(&settings(24), &settings(24)));
/// ```
pub trait ReadBack: Command {
    /// The question whose answer shows the effect.
    type Question: Command + Default;

    /// Whether the command was executed, by what the question was answered before and after it.
    fn was_executed(
        &self,
        before: &<Self::Question as Command>::Response,
        after: &<Self::Question as Command>::Response,
    ) -> bool;
}

macro_rules! read_back {
    ($($Name:ident by $Question:ident: |$command:ident, $before:ident, $after:ident| $judge:expr;)+) => {$(
        impl ReadBack for $Name {
            type Question = $Question;

            fn was_executed(
                &self,
                $before: &<$Question as Command>::Response,
                $after: &<$Question as Command>::Response,
            ) -> bool {
                let ($command, _) = (self, $before);
                $judge
            }
        }
    )+};
}

read_back! {
    // It toggles; with the menu open it only moves on there, which nothing shows.
    PressButton by GetState: |_command, before, after| is_off(before.evse) != is_off(after.evse);
    SetCurrent by GetSettings: |command, _before, after| after.amps == command.amps;
    // `GetSettings` shows the pilot, which a current that is not saved sets as well.
    SaveCurrent by GetCurrentRange: |command, _before, after| {
        after.saved_max == Some(command.amps)
    };
    SetHardwareMaximum by GetCurrentRange: |command, _before, after| {
        after.hardware_max == command.amps
    };
    RecoverStuckRelay by GetState: |_command, _before, after| {
        after.evse != EvseState::StuckRelay
    };
}

const fn is_off(evse: EvseState) -> bool {
    matches!(evse, EvseState::Sleeping | EvseState::Disabled)
}

/// What came of a command that was looked after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Confirmed<Answer, Now, E> {
    /// What the controller answered, or why it did not.
    pub answer: Result<Answer, Error<E>>,
    /// Whether the effect is there.
    pub executed: bool,
    /// What the question was answered afterwards.
    pub now: Now,
}

type ConfirmedBy<C, E> =
    Confirmed<<C as Command>::Response, <<C as ReadBack>::Question as Command>::Response, E>;

/// Whether another try may help.
const fn may_repeat<E>(error: &Error<E>) -> bool {
    matches!(error, Error::Timeout | Error::Garbled)
}

/// How long the answer to a command may take, in milliseconds, with the fence that it may need.
// See spec/rapi.md#reply-time.
pub(crate) const fn timeout_ms<C: Command>(dialect: Dialect) -> u32 {
    let fence = if dialect.has_sequence_ids() { 0 } else { DEFAULT_TIMEOUT_MS };
    C::INFO.timeout_ms.saturating_add(fence)
}
