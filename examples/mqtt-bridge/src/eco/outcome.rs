//! What follows from a decision of the rule.

use rapi_divert::{EvseStatus, Wanted};

use crate::control::{Run, Wish};
use crate::current::LEAST;
use crate::share::Told;

/// What divert wants.
pub(super) fn wish(told: &Told, evse: EvseStatus) -> Wish {
    let (run, charge_current) = match told.decision.state {
        Wanted::Charge => (Some(Run::Active), Some(told.decision.current.0)),
        Wanted::Pause => (Some(Run::Disabled), None),
        // The next car begins before it is noticed: with the least current.
        Wanted::Released if evse == EvseStatus::NotConnected => (None, told.offered),
        Wanted::Released => (None, None),
    };
    Wish { run, charge_current, ..Wish::default() }
}

/// What the other stations leave, whoever wants more.
pub(super) fn left(told: &Told, evse: EvseStatus) -> Wish {
    let (run, max_current) = match told.decision.state {
        Wanted::Charge => (None, Some(told.decision.current.0)),
        Wanted::Pause => (Some(Run::Disabled), Some(LEAST)),
        Wanted::Released if evse == EvseStatus::NotConnected => {
            (None, told.offered.or(Some(LEAST)))
        }
        Wanted::Released => (None, None),
    };
    Wish { run, max_current, ..Wish::default() }
}
