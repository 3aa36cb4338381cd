//! What a step has found out, and what it asks for.

use crate::bucket::Sample;
use crate::ladder::Ladder;
use crate::units::Amps;

/// What is to be done about the EVSE; the current is the one offered.
#[derive(Clone, Copy, Debug)]
pub(super) enum Order {
    Nothing,
    SetCurrent,
    Start,
    Sleep,
}

/// How many of the three stages of a silent meter have begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stale {
    Fresh,
    /// Nothing is started and nothing is raised.
    Hold,
    /// The least current.
    Minimum,
    /// A pause.
    Off,
}

impl Stale {
    pub(super) const fn next(self) -> Self {
        match self {
            Self::Fresh => Self::Hold,
            Self::Hold => Self::Minimum,
            Self::Minimum | Self::Off => Self::Off,
        }
    }
}

/// What a step has found out before it decides.
#[allow(clippy::struct_excessive_bools, reason = "independent facts")]
pub(super) struct View {
    pub(super) limit: Amps,
    pub(super) ladder: Option<Ladder>,
    /// A reading to be used in this step.
    pub(super) sample: Option<Sample>,
    /// The bucket is full enough for a start.
    pub(super) full: bool,
    /// A relay command without effect is to be repeated.
    pub(super) repeat: bool,
    pub(super) awake: bool,
    /// How long the meter has been silent.
    pub(super) stale: Stale,
    /// It may charge although nothing has been decided.
    pub(super) unsure: bool,
}
