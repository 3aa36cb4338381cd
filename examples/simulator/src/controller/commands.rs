//! What the commands do to the controller.

use rapi_core::commands::{
    BootLock, ClearBootLock, Clock, CurrentRange, CurrentSet, Disable, Enable, Energy, EvConnected,
    FaultCounters, GetClock, GetCurrentRange, GetEnergy, GetEvConnected, GetFaultCounters,
    GetPower, GetSettings, GetState, GetTemperatures, GetVersion, Power, PressButton, Restart,
    SaveCurrent, SetCurrent, SetHardwareMaximum, SetLcdColour, SetServiceLevel, Settings, Sleep,
    State, Temperatures, Version,
};
use rapi_core::types::{
    Amps, EvseState, FaultCount, MilliVolts, OrNone, ServiceLevel, SettingsFlags, Text,
};
use rapi_server::{Handler, Rejected};

use super::{AUTO_LEVEL_DISABLED, BOOT_LOCKED, Controller, LEVEL_2};

/// How long the simulated car takes to see that the pilot is steady.
const CAR_STOPS_IN_MS: u64 = 250;

/// The least that a pilot can offer.
const MIN: Amps = Amps(6);

impl Controller {
    /// Clamps, applies and tells what was set: real controllers refuse nothing.
    fn apply(&mut self, wanted: Amps, max: Amps) -> CurrentSet {
        let amps = wanted.clamp(MIN, max);
        self.pilot = amps;
        CurrentSet { amps: Some(amps), accepted: amps == wanted }
    }

    fn write_eeprom(&mut self, change: impl FnOnce(&mut super::Eeprom)) {
        change(&mut self.eeprom);
        self.eeprom.writes += 1;
    }

    fn wake(&mut self) {
        if matches!(self.evse, EvseState::Sleeping | EvseState::Disabled) {
            self.evse = EvseState::Starting;
        }
    }

    fn fall_asleep(&mut self) {
        if self.flags.boot_locked() {
            return;
        }
        self.evse = EvseState::Sleeping;
        if self.flags.relay_closed() {
            self.relay_opens_in_ms = Some(CAR_STOPS_IN_MS);
        }
    }
}

impl Handler for Controller {
    fn press_button(&mut self, _: PressButton) -> Result<(), Rejected> {
        if matches!(self.evse, EvseState::Sleeping | EvseState::Disabled) {
            self.wake();
        } else {
            self.fall_asleep();
        }
        Ok(())
    }

    fn set_lcd_colour(&mut self, _: SetLcdColour) -> Result<(), Rejected> {
        Ok(())
    }

    fn disable(&mut self, _: Disable) -> Result<(), Rejected> {
        if !self.flags.boot_locked() {
            self.set_relay(false);
            self.evse = EvseState::Disabled;
        }
        Ok(())
    }

    fn enable(&mut self, _: Enable) -> Result<(), Rejected> {
        self.wake();
        Ok(())
    }

    fn restart(&mut self, _: Restart) -> Result<(), Rejected> {
        self.restart = true;
        Ok(())
    }

    fn sleep(&mut self, _: Sleep) -> Result<(), Rejected> {
        self.fall_asleep();
        Ok(())
    }

    fn clear_boot_lock(&mut self, _: ClearBootLock) -> Result<BootLock, Rejected> {
        if !self.firmware.boot_lock {
            return Err(Rejected);
        }
        self.flags.0 &= !BOOT_LOCKED;
        Ok(BootLock::Cleared)
    }

    fn set_current(&mut self, command: SetCurrent) -> Result<CurrentSet, Rejected> {
        Ok(self.apply(command.amps, self.saved_max()))
    }

    fn set_hardware_maximum(
        &mut self,
        command: SetHardwareMaximum,
    ) -> Result<CurrentSet, Rejected> {
        let unwritten = self.eeprom.hardware_max.is_none();
        let accepted = unwritten && (MIN..=Amps(80)).contains(&command.amps);
        if accepted {
            self.write_eeprom(|eeprom| eeprom.hardware_max = Some(command.amps));
        }
        Ok(CurrentSet { amps: Some(self.eeprom.hardware_max.unwrap_or(Amps(80))), accepted })
    }

    fn save_current(&mut self, command: SaveCurrent) -> Result<CurrentSet, Rejected> {
        let set = self.apply(command.amps, self.hardware_max());
        let level = usize::from(self.eeprom.flags.level_2());
        let amps = self.pilot;
        if self.eeprom.amps[level] != amps {
            self.write_eeprom(|eeprom| eeprom.amps[level] = amps);
        }
        Ok(set)
    }

    fn set_service_level(&mut self, command: SetServiceLevel) -> Result<(), Rejected> {
        let flags = self.eeprom.flags.0;
        let flags = match command.level {
            ServiceLevel::L1 => (flags & !LEVEL_2) | AUTO_LEVEL_DISABLED,
            ServiceLevel::L2 => flags | LEVEL_2 | AUTO_LEVEL_DISABLED,
            ServiceLevel::Auto => flags & !AUTO_LEVEL_DISABLED,
        };
        self.write_eeprom(|eeprom| eeprom.flags = SettingsFlags(flags));
        if command.level != ServiceLevel::Auto {
            self.pilot = self.saved_max();
        }
        Ok(())
    }

    fn get_ev_connected(&mut self, _: GetEvConnected) -> Result<EvConnected, Rejected> {
        Ok(match (self.evse, self.flags.ev_connected()) {
            (EvseState::Disabled, _) => EvConnected::Indeterminate,
            (_, true) => EvConnected::Yes,
            (_, false) => EvConnected::No,
        })
    }

    fn get_current_range(&mut self, _: GetCurrentRange) -> Result<CurrentRange, Rejected> {
        Ok(CurrentRange {
            min: MIN,
            hardware_max: self.hardware_max(),
            pilot: Some(self.pilot),
            saved_max: Some(self.saved_max()),
        })
    }

    fn get_settings(&mut self, _: GetSettings) -> Result<Settings, Rejected> {
        Ok(Settings { amps: self.pilot, flags: self.eeprom.flags })
    }

    fn get_fault_counters(&mut self, _: GetFaultCounters) -> Result<FaultCounters, Rejected> {
        let never = FaultCount(0);
        Ok(FaultCounters { gfi: never, no_ground: never, stuck_relay: never })
    }

    fn get_power(&mut self, _: GetPower) -> Result<Power, Rejected> {
        let millivolts = i32::try_from(self.volts() * 1000).map_err(|_| Rejected)?;
        Ok(Power {
            current: OrNone(Some(self.current)),
            voltage: OrNone(Some(MilliVolts(millivolts))),
        })
    }

    fn get_temperatures(&mut self, _: GetTemperatures) -> Result<Temperatures, Rejected> {
        let [ds3231, mcp9808, tmp007] = Self::temperatures();
        Ok(Temperatures { ds3231, mcp9808, tmp007 })
    }

    fn get_state(&mut self, _: GetState) -> Result<State, Rejected> {
        Ok(State {
            evse: self.evse,
            elapsed: self.elapsed(),
            pilot: Some(self.pilot_state),
            flags: Some(self.flags),
        })
    }

    fn get_clock(&mut self, _: GetClock) -> Result<Clock, Rejected> {
        let elapsed = jiff::SignedDuration::from_secs((self.clock_ms / 1000).cast_signed());
        let now = self.clock.checked_add(elapsed).map_err(|_| Rejected)?;
        let small = |value: i8| u8::try_from(value).unwrap_or(0);
        Ok(Clock {
            year: u8::try_from(now.year().rem_euclid(100)).unwrap_or(0),
            month: small(now.month()),
            day: small(now.day()),
            hour: small(now.hour()),
            minute: small(now.minute()),
            second: small(now.second()),
        })
    }

    fn get_energy(&mut self, _: GetEnergy) -> Result<Energy, Rejected> {
        Ok(Energy { session: self.session(), total: self.eeprom.total })
    }

    fn get_version(&mut self, _: GetVersion) -> Result<Version, Rejected> {
        Ok(Version {
            firmware: Text::new(self.firmware.version).ok_or(Rejected)?,
            protocol: Text::new(self.firmware.protocol).ok_or(Rejected)?,
        })
    }
}
