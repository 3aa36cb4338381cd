//! When a controller tells what has changed.

use rapi_core::Notification;
use rapi_core::types::{Amps, EvseState, PilotState};

use super::{Controller, Said, flag};

/// The flags whose change is told (firmware 7.1.1 and later).
const TOLD_FLAGS: u16 = flag::HARD_FAULT
    | flag::AUTH_LOCKED
    | flag::TIME_LIMIT
    | flag::EV_CONNECTED
    | flag::CHARGE_LIMIT;

/// What was told last.
pub(super) type Told = (EvseState, PilotState, Amps, u16);

impl Controller {
    /// Tells what has changed since the last time, if this firmware tells it.
    pub(super) fn tell(&mut self) {
        if self.evse == EvseState::Starting {
            return;
        }
        // State and plug may differ for a turn; that is not told.
        let connected = self.flags.ev_connected();
        let contradicts = match self.evse {
            EvseState::NotConnected => connected,
            EvseState::Connected | EvseState::Charging => !connected,
            _ => false,
        };
        if contradicts && self.firmware.since([7, 1, 1]) {
            return;
        }
        let told = if self.firmware.since([7, 1, 1]) {
            (self.evse, self.pilot_state, self.pilot, self.flags.0 & TOLD_FLAGS)
        } else if self.firmware.since([6, 2, 1]) {
            (self.evse, PilotState::Unevaluated, Amps(0), self.flags.0 & flag::EV_CONNECTED)
        } else {
            (self.evse, PilotState::Unevaluated, Amps(0), 0)
        };
        if self.told == Some(told) {
            return;
        }
        self.told = Some(told);
        let evse = self.evse;
        if self.firmware.since([6, 0, 0]) {
            let amps = if self.firmware.since([6, 2, 0]) { self.pilot } else { self.saved_max() };
            self.said.push(Said::Notification(Notification::Transition {
                evse,
                pilot: self.pilot_state,
                amps,
                flags: self.flags,
            }));
        } else if self.firmware.since([3, 8, 4])
            || matches!(evse, EvseState::Sleeping | EvseState::Disabled)
        {
            self.said.push(Said::Notification(Notification::State { evse }));
        }
        // A plug that goes in is told one turn of the main loop before it is old news.
        self.remember_plug();
    }

    /// Up to firmware 7.1.0 a command that changes the state tells it before its own reply.
    pub(super) fn tell_at_once(&mut self) {
        if !self.firmware.since([7, 1, 1]) && !self.only_listens() {
            self.tell();
        }
    }
}
