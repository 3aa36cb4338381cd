//! What comes out of a step.

use crate::reason::Reason;
use crate::units::{Amps, Millis};

/// One thing to do to the EVSE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Action {
    /// Offer this current. Use the volatile form of the command: this happens often.
    SetCurrent(Amps),
    /// Wake the EVSE, so that the car may charge.
    Enable,
    /// Put the EVSE to sleep, so that the car may not charge.
    Sleep,
}

/// What to do, in this order. Empty when nothing changes.
///
/// A current always comes before [`Action::Enable`], and an `Enable` always comes with a current: the
/// car never sees an offer that was not meant for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Actions([Option<Action>; 2]);

impl Actions {
    pub(crate) const NONE: Self = Self([None, None]);

    pub(crate) const fn set_current(amps: Amps) -> Self {
        Self([Some(Action::SetCurrent(amps)), None])
    }

    pub(crate) const fn start(amps: Amps) -> Self {
        Self([Some(Action::SetCurrent(amps)), Some(Action::Enable)])
    }

    pub(crate) const fn sleep() -> Self {
        Self([Some(Action::Sleep), None])
    }

    /// Returns the actions in the order in which they are to be carried out.
    pub fn iter(&self) -> impl Iterator<Item = Action> + use<> {
        self.into_iter()
    }

    /// Returns whether there is nothing to do.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        matches!(self.0, [None, None])
    }
}

impl IntoIterator for Actions {
    type Item = Action;
    type IntoIter = core::iter::Flatten<core::array::IntoIter<Option<Action>, 2>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().flatten()
    }
}

impl IntoIterator for &Actions {
    type Item = Action;
    type IntoIter = core::iter::Flatten<core::array::IntoIter<Option<Action>, 2>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().flatten()
    }
}

/// What the rule wants of the EVSE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Wanted {
    /// The car may charge, with [`Decision::current`].
    Charge,
    /// The car may not charge.
    Pause,
    /// Not the rule's business now: Normal mode, no vehicle, a fault, or a person's own stop.
    Released,
}

/// The outcome of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
#[must_use = "the actions are to be carried out"]
pub struct Decision {
    /// What to do now, in order.
    pub actions: Actions,
    /// What the rule wants.
    pub state: Wanted,
    /// The offered current while [`Wanted::Charge`], else 0.
    pub current: Amps,
    /// Why, with the number that decided.
    pub reason: Reason,
    /// Call again at this time at the latest, and with every new meter reading or change of state.
    pub next: Millis,
}

impl Decision {
    /// A place for a decision that is about to be made.
    pub(crate) const NONE: Self = Self {
        actions: Actions::NONE,
        state: Wanted::Released,
        current: Amps(0),
        reason: Reason::NormalMode,
        next: Millis(0),
    };
}
