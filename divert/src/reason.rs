//! Why a decision is what it is.

use core::fmt;

use crate::check::FeedFault;
use crate::units::{Amps, Millis, WattHours, Watts};

/// Why, with the number that decided. `Display` writes a line for a log.
///
/// # Examples
/// ```
/// use rapi_divert::{Reason, WattHours};
/// let reason = Reason::BucketFull { have: WattHours(10), need: WattHours(10) };
/// assert_eq!(reason.to_string(), "start: bucket full, 10 of 10 Wh");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Reason {
    /// Started: the sun has promised enough.
    BucketFull {
        /// Energy in the bucket.
        have: WattHours,
        /// Energy needed for a start.
        need: WattHours,
    },
    /// Paused: the sun has not promised enough yet.
    Filling {
        /// Energy in the bucket.
        have: WattHours,
        /// Energy needed for a start.
        need: WattHours,
    },
    /// Paused: the bucket is full, but the last stop was a moment ago.
    MinOff {
        /// Time left.
        left: Millis,
    },
    /// Paused as soon as the rule took over: the EVSE was awake and the sun is not enough.
    TooLittleSun {
        /// Surplus now.
        surplus: Watts,
        /// Surplus from which charging with the least current is worth it.
        need: Watts,
    },
    /// Charging goes on: the EVSE was awake when the rule took over, and the sun is enough.
    KeptOn {
        /// Surplus now.
        surplus: Watts,
        /// Surplus from which charging with the least current is worth it.
        need: Watts,
    },
    /// Charging goes on with the same current.
    Holding {
        /// Energy in the bucket.
        have: WattHours,
        /// The bucket's size.
        of: WattHours,
    },
    /// Charging goes on without enough sun: the last start was a moment ago.
    MinOn {
        /// Time left.
        left: Millis,
    },
    /// More current: not having raised it has cost more than a change may cost.
    Up {
        /// Surplus now.
        surplus: Watts,
    },
    /// Less current: not having lowered it has cost more than a change may cost. While the edge of a cloud
    /// passes, it may be the current for where the surplus will be then.
    Down {
        /// Surplus now.
        surplus: Watts,
    },
    /// Less current at once: the grid would supply more than the least current takes.
    Guard {
        /// Surplus now.
        surplus: Watts,
    },
    /// Stopped: the clouds have emptied the bucket.
    BucketEmpty,
    /// Stopped: the grid has supplied all that this start may cost.
    HardBudget {
        /// Energy taken.
        used: WattHours,
        /// Energy allowed.
        allowed: WattHours,
    },
    /// The limit is below the current that was offered, or below the least current.
    Limited {
        /// The limit.
        limit: Amps,
    },
    /// Paused so that the contactor can change between one phase and three.
    PhaseChange,
    /// The meter has been silent for longer than a stage of the stale policy allows.
    StaleFeed {
        /// Age of the newest reading.
        age: Millis,
    },
    /// The meter has not been heard at all.
    NoFeed {
        /// Time waited for it.
        waited: Millis,
    },
    /// The meter's readings cannot be right, and are not acted on.
    BadFeed {
        /// What is wrong with them.
        fault: FeedFault,
    },
    /// No vehicle is connected.
    NoVehicle,
    /// A person has stopped the EVSE; the rule leaves it alone until the mode or the vehicle changes or
    /// the EVSE is woken.
    UserStop,
    /// The EVSE reports a fault or a state that is not known.
    Fault,
    /// Normal mode: the rule does not act.
    NormalMode,
}

const fn seconds(time: Millis) -> u32 {
    time.0.div_ceil(1000)
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::BucketFull { have, need } => {
                write!(f, "start: bucket full, {} of {need}", have.0)
            }
            Self::Filling { have, need } => write!(f, "pause: bucket fills, {} of {need}", have.0),
            Self::MinOff { left } => write!(f, "pause: least time off, {} s left", seconds(left)),
            Self::TooLittleSun { surplus, need } => {
                write!(f, "pause: too little sun, {} of {need}", surplus.0)
            }
            Self::KeptOn { surplus, need } => {
                write!(f, "stay on: enough sun, {} of {need}", surplus.0)
            }
            Self::Holding { have, of } => write!(f, "hold: bucket {} of {of}", have.0),
            Self::MinOn { left } => write!(f, "hold: least time on, {} s left", seconds(left)),
            Self::Up { surplus } => write!(f, "more: surplus {surplus}"),
            Self::Down { surplus } => write!(f, "less: surplus {surplus}"),
            Self::Guard { surplus } => write!(f, "less at once: surplus {surplus}"),
            Self::BucketEmpty => f.write_str("stop: bucket empty"),
            Self::HardBudget { used, allowed } => {
                write!(f, "stop: hard budget, {} of {allowed}", used.0)
            }
            Self::Limited { limit } => write!(f, "limit: {limit}"),
            Self::PhaseChange => f.write_str("pause: change of phases"),
            Self::StaleFeed { age } => write!(f, "meter silent for {} s", seconds(age)),
            Self::NoFeed { waited } => write!(f, "no meter reading in {} s", seconds(waited)),
            Self::BadFeed { fault } => write!(f, "meter not trusted: {fault}"),
            Self::NoVehicle => f.write_str("no vehicle"),
            Self::UserStop => f.write_str("stopped by a person"),
            Self::Fault => f.write_str("fault or unknown state of the EVSE"),
            Self::NormalMode => f.write_str("normal mode"),
        }
    }
}
