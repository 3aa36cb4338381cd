//! What the commands do to the controller.

use rapi_core::commands::{
    AcknowledgeHeartbeat, AmmeterCalibration, BootLock, ClearBootLock, Clock, CurrentRange,
    CurrentSet, DelayTimer, Disable, Enable, Energy, EvConnected, FaultCounters,
    GetAmmeterCalibration, GetClock, GetCurrentRange, GetDelayTimer, GetEnergy, GetEvConnected,
    GetFaultCounters, GetHeartbeat, GetMennekesLock, GetPower, GetSerialNumber, GetSettings,
    GetState, GetTemperatures, GetVersion, Heartbeat, HeartbeatPulse, HeartbeatSet, MennekesLock,
    MennekesState, Power, PressButton, PrintText, Restart, SaveCurrent, SetAmmeterCalibration,
    SetButton, SetClock, SetCurrent, SetDelayTimer, SetDiodeCheck, SetEcho, SetGfiSelfTest,
    SetGroundCheck, SetHardwareMaximum, SetHeartbeat, SetLcdColour, SetLcdType, SetLcdUpdates,
    SetLifetimeEnergy, SetServiceLevel, SetStuckRelayCheck, SetTemperatureMonitoring, SetVentCheck,
    SetVoltage, Settings, Sleep, State, Temperatures, TuneRelay, Version,
};
use rapi_core::types::{
    Amps, EvseState, FaultCount, HeartbeatTrigger, LcdType, MennekesAction, MennekesMode,
    MilliVolts, OrNone, SerialNumber, ServiceLevel, SettingsFlags, SignedSeconds, Text,
};
use rapi_server::{Handler, Rejected};

use super::{AUTO_LEVEL_DISABLED, BOOT_LOCKED, Controller, LEVEL_2, MENNEKES_MANUAL, TIMER_ON};

const DIODE_CHECK_DISABLED: u16 = 0x0002;
const VENT_CHECK_DISABLED: u16 = 0x0004;
const GROUND_CHECK_DISABLED: u16 = 0x0008;
const STUCK_RELAY_CHECK_DISABLED: u16 = 0x0010;
const LCD_MONOCHROME: u16 = 0x0100;
const GFI_SELF_TEST_DISABLED: u16 = 0x0200;
const TEMPERATURE_CHECK_DISABLED: u16 = 0x0400;
const BUTTON_DISABLED: u16 = 0x8000;

/// The least that a pilot can offer.
pub(super) const MIN: Amps = Amps(6);

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

    /// A set bit means that the check is off.
    fn switch(&mut self, bit: u16, enabled: bool) {
        let flags = self.eeprom.flags.0;
        let flags = if enabled { flags & !bit } else { flags | bit };
        self.write_eeprom(|eeprom| eeprom.flags = SettingsFlags(flags));
    }

    fn heartbeat(&self) -> Heartbeat {
        let super::heartbeat::Settings { interval, fallback } = self.eeprom.heartbeat;
        Heartbeat {
            interval: SignedSeconds(interval.cast_signed()),
            fallback,
            trigger: self.heartbeat.trigger,
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
        self.timer_overruled = true;
        Ok(())
    }

    fn set_lcd_updates(&mut self, _: SetLcdUpdates) -> Result<(), Rejected> {
        Ok(())
    }

    fn print_text(&mut self, _: PrintText) -> Result<(), Rejected> {
        Ok(())
    }

    fn set_lcd_type(&mut self, command: SetLcdType) -> Result<(), Rejected> {
        self.switch(LCD_MONOCHROME, command.kind == LcdType::Rgb);
        Ok(())
    }

    fn set_button(&mut self, command: SetButton) -> Result<(), Rejected> {
        self.switch(BUTTON_DISABLED, command.enabled);
        Ok(())
    }

    fn set_diode_check(&mut self, command: SetDiodeCheck) -> Result<(), Rejected> {
        self.switch(DIODE_CHECK_DISABLED, command.enabled);
        Ok(())
    }

    fn set_gfi_self_test(&mut self, command: SetGfiSelfTest) -> Result<(), Rejected> {
        self.switch(GFI_SELF_TEST_DISABLED, command.enabled);
        Ok(())
    }

    fn set_ground_check(&mut self, command: SetGroundCheck) -> Result<(), Rejected> {
        self.switch(GROUND_CHECK_DISABLED, command.enabled);
        Ok(())
    }

    fn set_stuck_relay_check(&mut self, command: SetStuckRelayCheck) -> Result<(), Rejected> {
        self.switch(STUCK_RELAY_CHECK_DISABLED, command.enabled);
        Ok(())
    }

    fn set_temperature_monitoring(
        &mut self,
        command: SetTemperatureMonitoring,
    ) -> Result<(), Rejected> {
        self.switch(TEMPERATURE_CHECK_DISABLED, command.enabled);
        Ok(())
    }

    fn set_vent_check(&mut self, command: SetVentCheck) -> Result<(), Rejected> {
        self.switch(VENT_CHECK_DISABLED, command.enabled);
        Ok(())
    }

    /// Both values switch it on: a mistake of all firmware that has it.
    fn set_echo(&mut self, _: SetEcho) -> Result<(), Rejected> {
        self.echo = true;
        Ok(())
    }

    fn tune_relay(&mut self, command: TuneRelay) -> Result<(), Rejected> {
        let TuneRelay { close, hold } = command;
        self.text = format!("\nZ0 {} {hold}\r\n", close.0).into_bytes();
        Ok(())
    }

    fn set_clock(&mut self, command: SetClock) -> Result<(), Rejected> {
        self.clock = super::ClockChip::new(command);
        Ok(())
    }

    fn set_ammeter_calibration(&mut self, command: SetAmmeterCalibration) -> Result<(), Rejected> {
        self.write_eeprom(|eeprom| eeprom.ammeter = [command.scale.0, command.offset.0]);
        Ok(())
    }

    fn set_lifetime_energy(&mut self, command: SetLifetimeEnergy) -> Result<(), Rejected> {
        self.write_eeprom(|eeprom| eeprom.total = command.energy);
        Ok(())
    }

    fn set_voltage(&mut self, command: SetVoltage) -> Result<(), Rejected> {
        self.millivolts = command.voltage.0;
        Ok(())
    }

    fn set_delay_timer(&mut self, command: SetDelayTimer) -> Result<(), Rejected> {
        let timer = super::Timer::new(command);
        self.write_eeprom(|eeprom| eeprom.timer = timer);
        if timer.is_on() {
            self.flags.0 |= TIMER_ON;
        } else {
            self.flags.0 &= !TIMER_ON;
        }
        self.timer_overruled = false;
        Ok(())
    }

    fn mennekes_lock(&mut self, command: MennekesLock) -> Result<(), Rejected> {
        if !self.firmware.mennekes {
            return Err(Rejected);
        }
        match command.action {
            MennekesAction::Automatic => {
                self.flags.0 &= !MENNEKES_MANUAL;
                self.plug_locked = self.flags.ev_connected();
            }
            MennekesAction::Manual => self.flags.0 |= MENNEKES_MANUAL,
            MennekesAction::Unlock => self.plug_locked = false,
            MennekesAction::Lock => self.plug_locked = true,
        }
        Ok(())
    }

    fn set_heartbeat(&mut self, command: SetHeartbeat) -> Result<HeartbeatSet, Rejected> {
        if !self.firmware.heartbeat {
            return Err(Rejected);
        }
        // Cut to 16 bits, as the firmware does.
        let interval = (command.interval.0 & 0xffff) as u16;
        let settings = super::heartbeat::Settings { interval, fallback: command.fallback };
        if interval == 0 && self.heartbeat.trigger == HeartbeatTrigger::Limited {
            self.pilot = self.saved_max();
        }
        if settings != self.eeprom.heartbeat {
            self.write_eeprom(|eeprom| eeprom.heartbeat = settings);
        }
        self.heartbeat = super::Heartbeat::default();
        Ok(HeartbeatSet { heartbeat: self.heartbeat(), accepted: true })
    }

    fn acknowledge_heartbeat(&mut self, _: AcknowledgeHeartbeat) -> Result<HeartbeatSet, Rejected> {
        if !self.firmware.heartbeat {
            return Err(Rejected);
        }
        if self.heartbeat.trigger == HeartbeatTrigger::Limited {
            self.pilot = self.saved_max();
            self.heartbeat.trigger = HeartbeatTrigger::Acknowledged;
        }
        self.heartbeat.pulse();
        Ok(HeartbeatSet { heartbeat: self.heartbeat(), accepted: true })
    }

    fn heartbeat_pulse(&mut self, _: HeartbeatPulse) -> Result<HeartbeatSet, Rejected> {
        if !self.firmware.heartbeat {
            return Err(Rejected);
        }
        self.heartbeat.pulse();
        let accepted = self.heartbeat.trigger != HeartbeatTrigger::Limited;
        Ok(HeartbeatSet { heartbeat: self.heartbeat(), accepted })
    }

    fn get_heartbeat(&mut self, _: GetHeartbeat) -> Result<Heartbeat, Rejected> {
        if self.firmware.heartbeat { Ok(self.heartbeat()) } else { Err(Rejected) }
    }

    fn get_mennekes_lock(&mut self, _: GetMennekesLock) -> Result<MennekesState, Rejected> {
        if !self.firmware.mennekes {
            return Err(Rejected);
        }
        let mode = if self.flags.mennekes_manual() {
            MennekesMode::Manual
        } else {
            MennekesMode::Automatic
        };
        Ok(MennekesState { locked: self.plug_locked, mode })
    }

    fn get_ammeter_calibration(
        &mut self,
        _: GetAmmeterCalibration,
    ) -> Result<AmmeterCalibration, Rejected> {
        let [scale, offset] = self.eeprom.ammeter;
        Ok(AmmeterCalibration { scale, offset })
    }

    fn get_delay_timer(&mut self, _: GetDelayTimer) -> Result<DelayTimer, Rejected> {
        Ok(self.eeprom.timer.hours())
    }

    fn get_serial_number(&mut self, _: GetSerialNumber) -> Result<SerialNumber, Rejected> {
        self.firmware.serial.and_then(Text::new).map(SerialNumber).ok_or(Rejected)
    }

    fn set_lcd_colour(&mut self, _: SetLcdColour) -> Result<(), Rejected> {
        Ok(())
    }

    fn disable(&mut self, _: Disable) -> Result<(), Rejected> {
        if !self.flags.boot_locked() {
            self.set_relay(false);
            self.plug_locked &= self.flags.mennekes_manual();
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
            self.millivolts = self.default_millivolts();
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
        Ok(Power {
            current: OrNone(Some(self.current)),
            voltage: OrNone(Some(MilliVolts(self.millivolts))),
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
        Ok(self.clock.now())
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
