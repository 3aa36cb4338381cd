//! From state to state: plug, pilot, relay, sleep.

use rapi_core::types::{EvseState, PilotState};

use super::{Controller, flag, setting};
use crate::{Options, Vehicle};

/// Before this version the time is that of a charge, not of a session.
const TIME_OF_A_SESSION: [u16; 3] = [4, 11, 0];

/// A relay under load waits for the car so long.
const CAR_STOPS_IN_MS: u64 = 3000;

impl Controller {
    /// Looks at the pilot and does what follows.
    pub(super) fn evaluate(&mut self, vehicle: &Vehicle) {
        let asleep = matches!(self.evse, EvseState::Sleeping);
        let delays = self.delays;
        let seen = self
            .debounced
            .look(vehicle.pilot(), self.now_ms, |from, to| delays.debounce(from, to, asleep));
        match self.evse {
            // The pilot is at -12 V: nobody can tell.
            EvseState::Disabled => {}
            EvseState::Sleeping => {
                self.look_at_plug(seen != PilotState::A);
                self.open_relay_in_time(vehicle);
                self.check_contacts();
            }
            EvseState::Starting if self.now_ms < self.wakes_at => {}
            EvseState::Starting => {
                // What happened in the meantime was not debounced; nor is it now.
                self.debounced.reset(vehicle.pilot());
                self.begin(vehicle.pilot());
            }
            state if state.is_fault() => self.stay_in_fault(seen, vehicle),
            _ => {
                self.follow(seen);
                if !self.evse.is_fault() {
                    self.check(seen, vehicle);
                }
            }
        }
    }

    /// The first look at the car after boot or sleep. Its wish is heard once the pilot oscillates.
    fn begin(&mut self, seen: PilotState) {
        self.look_at_plug(seen != PilotState::A);
        self.pilot_state = seen;
        if seen == PilotState::A {
            self.be_free();
        } else {
            self.evse = EvseState::Connected;
            if matches!(seen, PilotState::C | PilotState::D) {
                let step = self.delays.debounce(PilotState::B, PilotState::C, false);
                self.close_relay_after(step);
            }
        }
    }

    /// State A, in which the next car is asked for its authentication where that is built in.
    fn be_free(&mut self) {
        if self.evse != EvseState::NotConnected {
            self.evse = EvseState::NotConnected;
            self.lock_anew();
        }
    }

    pub(super) fn lock_anew(&mut self) {
        if self.firmware.has(Options::AUTH_LOCK.with(Options::AUTH_LOCK_ANEW)) {
            self.flags.0 |= flag::AUTH_LOCKED;
        }
    }

    /// States A to C.
    fn follow(&mut self, seen: PilotState) {
        self.look_at_plug(seen != PilotState::A);
        let asks = match seen {
            PilotState::C => true,
            PilotState::D => self.settings.vent_check_disabled(),
            _ => false,
        };
        if asks && self.flags.auth_locked() {
            self.pilot_state = seen;
            self.closes_at = None;
            self.set_relay(false);
            self.evse = EvseState::Connected;
            return;
        }
        if !asks {
            self.closes_at = None;
            self.set_relay(false);
            if matches!(seen, PilotState::A | PilotState::B) {
                self.pilot_state = seen;
                if seen == PilotState::A {
                    self.be_free();
                } else {
                    self.evse = EvseState::Connected;
                }
            }
            return;
        }
        if self.evse == EvseState::NotConnected {
            // Its wish is heard once the pilot oscillates.
            self.begin(seen);
            return;
        }
        if self.evse == EvseState::Charging {
            self.find_level_again();
        }
        match self.closes_at {
            None if self.evse == EvseState::Charging => self.pilot_state = seen,
            None => self.close_relay_after(0),
            Some(due) if due <= self.now_ms => {
                self.closes_at = None;
                self.pilot_state = seen;
                if self.fails_gfi_test() {
                    self.trip(EvseState::GfiSelfTestFailed);
                } else {
                    self.evse = EvseState::Charging;
                    self.set_relay(true);
                }
            }
            Some(_) => {}
        }
    }

    fn close_relay_after(&mut self, wait: u64) {
        let test = self.settings.0 & setting::NO_GFI_TEST == 0;
        let blocked = if test { self.delays.self_test } else { self.delays.self_test / 5 };
        let due = self.now_ms + wait + blocked;
        self.closes_at = Some(due);
        if wait == 0 {
            self.busy_until = due;
        }
    }

    /// A level that nobody could look for at boot is seen behind the closed relay.
    fn find_level_again(&mut self) {
        if self.flags.level_detection_skipped()
            && self.level_at.is_some_and(|due| due <= self.now_ms)
        {
            self.level_at = None;
            self.flags.0 &= !flag::LEVEL_SKIPPED;
            self.set_level(self.board.level_2);
        }
    }

    pub(super) fn look_at_plug(&mut self, connected: bool) {
        if connected == self.flags.ev_connected() {
            return;
        }
        if connected {
            self.flags.0 |= flag::EV_CONNECTED;
            self.lock_plug(true);
            if self.evse == EvseState::Sleeping && !self.firmware.since([6, 2, 0]) {
                self.new_car = true;
            } else if self.firmware.since(TIME_OF_A_SESSION) {
                self.meter.begin();
            } else {
                self.meter.begin_energy();
            }
            if self.evse != EvseState::Sleeping {
                self.remember_plug();
            }
        } else {
            self.set_relay(false);
            self.lock_plug(false);
            self.flags.0 &= !(flag::EV_CONNECTED | flag::EV_WAS_CONNECTED | flag::LIMIT_SLEEP);
            self.flags.0 &= !(flag::TIME_LIMIT | flag::CHARGE_LIMIT);
            self.flags.0 |= flag::SESSION_ENDED;
            self.limits = (0, 0);
            self.new_car = false;
            let energy = self.meter.watt_hours().0;
            self.eeprom.write(|eeprom| eeprom.total = eeprom.total.wrapping_add(energy));
        }
    }

    pub(super) const fn remember_plug(&mut self) {
        if self.flags.ev_connected() {
            self.flags.0 |= flag::EV_WAS_CONNECTED;
        }
    }

    /// Locks or unlocks the plug, where the controller does that by itself.
    pub(super) fn lock_plug(&mut self, locked: bool) {
        if self.firmware.has(Options::MENNEKES_LOCK) && !self.flags.mennekes_manual() {
            self.plug_locked = locked;
        }
    }

    pub(super) fn set_relay(&mut self, closed: bool) {
        self.opens_at = None;
        if closed == self.flags.relay_closed() {
            return;
        }
        if closed {
            self.flags.0 |= flag::RELAY_CLOSED;
            self.flags.0 &= !flag::SESSION_ENDED;
            if core::mem::take(&mut self.new_car) {
                self.meter.begin();
            }
            if !self.firmware.since(TIME_OF_A_SESSION) {
                self.meter.begin_time();
            }
            if self.board.v6 {
                self.tell_relay();
            }
            self.meter.close(self.delays.first_reading);
            self.faults.relay_closed(self.now_ms);
            self.level_at = Some(self.now_ms + self.delays.level);
            self.measured_heat = true;
        } else {
            self.flags.0 &= !flag::RELAY_CLOSED;
            self.meter.open();
        }
    }

    fn open_relay_in_time(&mut self, vehicle: &Vehicle) {
        // It sleeps first, and says so.
        if self.told_state() != Some(self.evse) {
            return;
        }
        let low = if self.firmware.since([6, 1, 2]) { 1000 } else { 3000 };
        let stopped = vehicle.draw().0 <= low;
        if self.opens_at.is_some_and(|due| due <= self.now_ms || stopped) {
            self.set_relay(false);
        }
    }

    /// From sleep or disabled: the car is looked at anew.
    pub(super) fn wake(&mut self) {
        if matches!(self.evse, EvseState::Sleeping | EvseState::Disabled) {
            self.evse = EvseState::Starting;
            self.flags.0 &= !flag::LIMIT_SLEEP;
            self.look_in(self.delays.wake);
            self.set_relay(false);
        }
    }

    /// Looks at the pilot at once if it says that nobody is there, else after a while.
    pub(super) fn look_in(&mut self, delay: u64) {
        let wait = if self.present == PilotState::A { 0 } else { delay };
        self.wakes_at = self.now_ms + wait;
    }

    pub(super) fn fall_asleep(&mut self) {
        if self.only_listens() || self.faults.is_hard() {
            return;
        }
        self.evse = EvseState::Sleeping;
        self.closes_at = None;
        if self.flags.relay_closed() && self.opens_at.is_none() {
            self.opens_at = Some(self.now_ms + CAR_STOPS_IN_MS);
        }
    }
}
