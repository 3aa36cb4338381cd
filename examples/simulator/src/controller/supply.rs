//! Mains, currents and what is shown of them.

use rapi_core::types::{Amps, EvseState};

use super::{Controller, display, setting};
use crate::vehicle::Offer;
use crate::{Options, Vehicle};

/// What is drawn stands so long; then it is looked at again, also for the seconds of the clock.
const REDRAWN_AFTER_MS: u64 = 1000;

impl Controller {
    /// What the pilot offers to the car, and whether there is power behind it.
    pub(super) fn offer(&self) -> Offer {
        let oscillates = matches!(self.evse, EvseState::Connected | EvseState::Charging)
            && !self.flags.auth_locked();
        Offer {
            pilot: oscillates.then_some(self.pilot),
            power: self.flags.relay_closed() || self.board.relay_stuck,
            volts: if self.settings.level_2() { 240 } else { 120 },
        }
    }

    pub(super) fn measure(&mut self, elapsed_ms: u64, vehicle: &mut Vehicle) {
        // Up to firmware 5.x only while it charges, not while it waits for the car to stop.
        let counts = self.evse == EvseState::Charging || self.firmware.since([6, 0, 0]);
        let flows = self.flags.relay_closed() && vehicle.is_connected();
        if (flows && counts) || self.metering {
            let drawn = self.fake_current.unwrap_or_else(|| vehicle.draw());
            let (scales, window) = (self.eeprom.ammeter, self.delays.ammeter);
            let whole_amps = !self.firmware.since([6, 0, 0]);
            let millivolts = self.volts_for_energy();
            self.meter.step(elapsed_ms, drawn, scales, millivolts, whole_amps, window);
        }
        vehicle.step(elapsed_ms, self.offer());
    }

    /// What the energy is computed with.
    pub(super) fn volts_for_energy(&self) -> i32 {
        if self.firmware.since([7, 0, 1]) { self.millivolts } else { self.default_millivolts() }
    }

    /// The voltage that the energy is computed with, if nobody has set another.
    pub(super) fn default_millivolts(&self) -> i32 {
        if self.settings.level_2() { self.firmware.level_2_millivolts() } else { 120_000 }
    }

    pub(super) fn level(&self) -> usize {
        usize::from(self.settings.level_2())
    }

    pub(super) fn min_amps(&self) -> Amps {
        self.firmware.min_amps()[self.level()]
    }

    pub(super) fn saved_max(&self) -> Amps {
        Amps(self.eeprom.amps[self.level()])
    }

    pub(super) fn hardware_max(&self) -> Amps {
        let max = self.firmware.hardware_max()[self.level()];
        match self.eeprom.hardware_max {
            Some(programmed) if self.settings.level_2() => Amps(programmed),
            _ => max,
        }
    }

    /// Goes to a service level with what is saved for it.
    pub(super) fn set_level(&mut self, level_2: bool) {
        self.settings.0 &= !setting::LEVEL_2;
        self.settings.0 |= if level_2 { setting::LEVEL_2 } else { 0 };
        self.pilot = self.saved_max();
        self.millivolts = self.default_millivolts();
    }

    /// Saves the settings flags as they are.
    pub(super) fn save_settings(&mut self) {
        let flags = self.settings.0;
        self.eeprom.write(|eeprom| eeprom.flags = flags);
    }

    /// Whether it draws on its display: not if it was told not to, but for a fault.
    fn draws(&self) -> bool {
        let allowed =
            self.display.updates || (self.evse.is_fault() && self.firmware.since([8, 2, 0]));
        self.firmware.has(Options::LCD16X2) && allowed && self.boot.is_none()
    }

    /// When it draws again.
    pub(super) fn redraws_at(&self) -> Option<u64> {
        self.drawn.filter(|_| self.draws()).map(|(at, ..)| at + REDRAWN_AFTER_MS)
    }

    pub(super) fn refresh_display(&mut self) {
        let stands = self.drawn.is_some_and(|(at, state, amps)| {
            self.now_ms < at + REDRAWN_AFTER_MS && (state, amps) == (self.evse, self.pilot)
        });
        if stands || !self.draws() {
            return;
        }
        self.drawn = Some((self.now_ms, self.evse, self.pilot));
        let now = self.clock.now();
        self.display.draw(display::Shown {
            state: self.evse,
            level_2: self.settings.level_2(),
            amps: self.pilot.0,
            session_wh: self.meter.watt_hours().0,
            total_wh: self.eeprom.total,
            elapsed: self.elapsed().0,
            time: (now.hour, now.minute, now.second),
        });
    }
}
