//! Faults: what trips, and what ends it.

use rapi_core::types::{Amps, EvseState, PilotState};

use super::thermal::Heat;
use super::{Controller, flag, setting};
use crate::{Options, Vehicle};

/// A trip so soon after the relay has closed does not end by itself.
const SOON_MS: u64 = 2000;
/// A tripped GFCI tries again after so long, and so often.
const RETRY_MS: u64 = 300_000;
const RETRIES: u8 = 6;
/// Before this version the pilot is at -12 V in a fault, as it is while disabled.
pub(super) const FAULTS_SEE_THE_PLUG: [u16; 3] = [8, 1, 0];
/// More than the pilot allows, and for how long.
const SURPLUS: i32 = 5000;
const SURPLUS_MS: u64 = 10_000;

/// What is known about faults since boot.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Faults {
    /// The self test at boot has failed: nothing else happens until power-off.
    pub(super) at_boot: bool,
    tripped_at: u64,
    relay_closed_at: u64,
    retries: u8,
    hard: bool,
    surplus_since: Option<u64>,
    hot_since: Option<u64>,
    /// The pilot is no longer believed.
    blind: bool,
    due: Option<u64>,
}

impl Faults {
    pub(super) const fn relay_closed(&mut self, now_ms: u64) {
        self.relay_closed_at = now_ms;
        self.surplus_since = None;
    }

    pub(super) const fn is_hard(&self) -> bool {
        self.hard
    }

    /// When something may follow from a fault.
    pub(super) const fn due(&self) -> Option<u64> {
        self.due
    }
}

impl Controller {
    /// Looks for faults in states A to C.
    pub(super) fn check(&mut self, seen: PilotState, vehicle: &Vehicle) {
        let built = self.firmware.has(Options::ADVPWR);
        let checks = |bit: u16| self.settings.0 & bit == 0;
        let closed = self.flags.relay_closed();
        self.faults.due = None;
        let fault = if seen == PilotState::DiodeFailure && checks(setting::NO_DIODE_CHECK) {
            self.pilot_state = seen;
            Some(EvseState::DiodeCheckFailed)
        } else if seen == PilotState::D && checks(setting::NO_VENT_CHECK) {
            self.pilot_state = seen;
            Some(EvseState::VentRequired)
        } else if closed && self.board.residual_current {
            Some(EvseState::GroundFault)
        } else if closed && built && !self.board.ground && checks(setting::NO_GROUND_CHECK) {
            Some(EvseState::NoGround)
        } else if self.is_too_hot() {
            Some(EvseState::OverTemperature)
        } else if closed && self.draws_too_much(vehicle) {
            Some(EvseState::OverCurrent)
        } else {
            None
        };
        match fault {
            Some(fault) => self.trip(fault),
            None => self.check_contacts(),
        }
    }

    /// An open relay with voltage behind it.
    pub(super) fn check_contacts(&mut self) {
        let checks =
            self.firmware.has(Options::ADVPWR) && self.settings.0 & setting::NO_RELAY_CHECK == 0;
        if checks && self.board.relay_stuck && !self.flags.relay_closed() {
            self.trip(EvseState::StuckRelay);
        }
    }

    /// Whether the self test of the GFCI is done, and fails.
    pub(super) fn fails_gfi_test(&self) -> bool {
        !self.board.gfi_works && self.tests_gfi()
    }

    /// Whether the GFCI has tripped before its self test.
    pub(super) fn has_tripped(&self) -> bool {
        self.board.residual_current && self.tests_gfi()
    }

    fn tests_gfi(&self) -> bool {
        self.firmware.has(Options::GFI_SELFTEST) && self.settings.0 & setting::NO_GFI_TEST == 0
    }

    pub(super) fn trip(&mut self, fault: EvseState) {
        let soon = self.now_ms < self.faults.relay_closed_at + SOON_MS;
        let counter = match fault {
            EvseState::GroundFault => {
                self.flags.0 |= flag::GFI_TRIPPED;
                Some(0)
            }
            EvseState::NoGround => {
                self.flags.0 |= flag::GROUND_TRIPPED;
                Some(1)
            }
            EvseState::StuckRelay => Some(2),
            _ => None,
        };
        if let Some(counter) = counter {
            self.eeprom.write(|eeprom| {
                eeprom.trips[counter] = eeprom.trips[counter].saturating_add(1).min(0xfe);
            });
        }
        let retried = self.faults.retries >= RETRIES;
        let protective = matches!(fault, EvseState::GroundFault | EvseState::NoGround);
        self.faults.hard = fault == EvseState::StuckRelay
            || fault == EvseState::GfiSelfTestFailed
            || fault == EvseState::OverCurrent
            || (protective && (soon || retried));
        if self.faults.hard {
            self.flags.0 |= flag::HARD_FAULT;
        }
        self.faults.tripped_at = self.now_ms;
        self.faults.blind = false;
        self.faults.due = Some(self.now_ms + self.delays.fault_pilot);
        self.closes_at = None;
        self.set_relay(false);
        self.evse = fault;
    }

    /// A fault ends with its cause, with the plug, after a while, or never.
    pub(super) fn stay_in_fault(&mut self, seen: PilotState, vehicle: &Vehicle) {
        let since = self.now_ms - self.faults.tripped_at;
        // With the pilot at -12 V nobody can tell.
        let unplugged = !vehicle.is_connected()
            && self.flags.ev_connected()
            && self.firmware.since(FAULTS_SEE_THE_PLUG);
        let protective = matches!(self.evse, EvseState::GroundFault | EvseState::NoGround);
        if protective && !self.faults.hard {
            self.faults.due = Some(self.faults.tripped_at + RETRY_MS);
            // In the turn after the trip, and not in it: both are told.
            if !self.faults.blind && since >= self.delays.fault_pilot {
                self.faults.blind = true;
                if self.told_state() == Some(self.evse) {
                    self.pilot_state = PilotState::Unevaluated;
                } else {
                    self.faults.blind = false;
                }
            }
        }
        let over = if self.faults.hard {
            self.evse != EvseState::StuckRelay && unplugged
        } else {
            match self.evse {
                EvseState::DiodeCheckFailed => vehicle.pilot() != PilotState::DiodeFailure,
                EvseState::VentRequired => seen != PilotState::D,
                EvseState::OverTemperature => {
                    self.thermal.look(self.board.temperatures()) == Heat::Cool
                }
                _ if protective => unplugged || self.retries_now(since),
                _ => unplugged,
            }
        };
        if unplugged {
            self.look_at_plug(false);
        }
        if over {
            self.faults.hard = false;
            self.flags.0 &= !flag::HARD_FAULT;
            self.faults.due = None;
            self.evse = EvseState::Starting;
            self.look_in(self.delays.wake);
        }
    }

    fn retries_now(&mut self, since: u64) -> bool {
        let again = since >= RETRY_MS;
        if again {
            self.faults.retries += 1;
        }
        again
    }

    /// Lowers the current when it is hot; returns whether to stop.
    fn is_too_hot(&mut self) -> bool {
        let monitored = self.firmware.has(Options::TEMPERATURE_MONITORING)
            && self.settings.0 & setting::NO_TEMPERATURE_CHECK == 0;
        if !monitored {
            return false;
        }
        let heat = self.thermal.look(self.board.temperatures());
        if self.evse == EvseState::Charging {
            let min = self.min_amps();
            if let Some(amps) = self.thermal.throttle(self.pilot, min) {
                self.pilot = amps;
            }
        }
        if heat < Heat::Stop {
            self.faults.hot_since = None;
            return false;
        }
        let due = *self.faults.hot_since.get_or_insert(self.now_ms) + self.delays.hot;
        self.faults.due = Some(due);
        let stops = self.now_ms >= due;
        if stops {
            self.thermal.forget();
            self.faults.hot_since = None;
        }
        stops
    }

    fn draws_too_much(&mut self, vehicle: &Vehicle) -> bool {
        let Amps(pilot) = self.pilot;
        let checked = self.firmware.has(Options::OVERCURRENT_THRESHOLD)
            && self.settings.0 & setting::NO_OVER_CURRENT_CHECK == 0;
        if !checked || vehicle.draw().0 <= i32::from(pilot) * 1000 + SURPLUS {
            self.faults.surplus_since = None;
            return false;
        }
        let due = *self.faults.surplus_since.get_or_insert(self.now_ms) + SURPLUS_MS;
        self.faults.due = Some(due);
        self.now_ms >= due
    }

    /// Whether it is so hot that the current may not be raised.
    pub(super) fn is_throttled(&self) -> bool {
        self.thermal.heat > Heat::Cool
    }

    pub(super) fn told_state(&self) -> Option<EvseState> {
        self.told.map(|(state, ..)| state)
    }
}
