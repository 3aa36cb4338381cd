//! Normal mode: nothing is steered.

use super::{Divert, Order, View};
use crate::measurement::EvseStatus;
use crate::reason::Reason;

impl Divert {
    /// Gives the EVSE back as a person expects it after Eco, once, and then leaves it alone.
    pub(super) const fn normal(&mut self, evse: EvseStatus, view: &View) -> Reason {
        match evse {
            EvseStatus::Disabled => self.paused = false,
            // An EVSE asleep without a vehicle is woken when the next one comes.
            EvseStatus::Fault | EvseStatus::Asleep { vehicle: false } => {}
            EvseStatus::NotConnected
            | EvseStatus::Connected
            | EvseStatus::Charging
            | EvseStatus::Asleep { vehicle: true } => {
                if let (true, Some(ladder)) = (self.touched, &view.ladder) {
                    let wake = self.paused && !matches!(evse, EvseStatus::NotConnected);
                    self.order = if wake { Order::Start } else { Order::SetCurrent };
                    self.offered = ladder.highest();
                    self.touched = false;
                    self.paused = false;
                }
            }
        }
        Reason::NormalMode
    }
}
