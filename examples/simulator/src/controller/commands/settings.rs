//! Settings: switches of checks, display, clock, timer, lock.

use rapi_core::types::{LcdType, MennekesAction};

use super::execute;
use crate::Options;
use crate::controller::clock::ClockChip;
use crate::controller::timer::Timer;
use crate::controller::{Controller, Said, flag, setting};

impl Controller {
    /// A set bit means that something is off.
    fn switch(&mut self, bit: u16, enabled: bool) {
        if enabled {
            self.settings.0 &= !bit;
        } else {
            self.settings.0 |= bit;
        }
        self.save_settings();
    }
}

/// Commands that set or clear one bit.
macro_rules! switches {
    ($($Name:ident: $bit:expr;)+) => {
        execute! {$(
            |controller, command = $Name| {
                controller.switch($bit, command.enabled);
                Ok(())
            };
        )+}
    };
}

switches! {
    SetButton: setting::NO_BUTTON;
    SetDiodeCheck: setting::NO_DIODE_CHECK;
    SetGfiSelfTest: setting::NO_GFI_TEST;
    SetGroundCheck: setting::NO_GROUND_CHECK;
    SetStuckRelayCheck: setting::NO_RELAY_CHECK;
    SetTemperatureMonitoring: setting::NO_TEMPERATURE_CHECK;
    SetVentCheck: setting::NO_VENT_CHECK;
    OldSetDiodeCheck: setting::NO_DIODE_CHECK;
    OldSetGfiSelfTest: setting::NO_GFI_TEST;
    OlderSetGfiSelfTest: setting::NO_GFI_TEST;
    OldSetGroundCheck: setting::NO_GROUND_CHECK;
    OldSetStuckRelayCheck: setting::NO_RELAY_CHECK;
    OldSetVentCheck: setting::NO_VENT_CHECK;
    SetBootLock: setting::NO_BOOT_LOCK;
    SetOverCurrentCheck: setting::NO_OVER_CURRENT_CHECK;
    SetZeroCrossSwitching: setting::NO_ZERO_CROSS;
}

execute! {
    // The line echoes, not the controller.
    |_controller, _ = SetEcho| Ok(());
    |_controller, _ = OldSetEcho| Ok(());
    |controller, command = SetProximityCheck| {
        // The one bit that is set when something is on.
        controller.switch(setting::NO_AUTO_START, !command.enabled);
        Ok(())
    };
    |controller, command = SetLcdType| {
        controller.switch(setting::MONOCHROME, command.kind == LcdType::Rgb);
        if !controller.firmware.since([3, 8, 0]) {
            let text = format!("wflags{:x}", controller.settings.0);
            controller.said.push(Said::Text(text.into_bytes()));
        }
        Ok(())
    };
    |controller, command = SetClock| {
        if controller.board.clock {
            controller.clock = ClockChip::new(command);
        }
        Ok(())
    };
    |controller, command = SetDelayTimer| {
        let hours = [
            command.start_hour,
            command.start_minute,
            command.stop_hour,
            command.stop_minute,
        ];
        controller.eeprom.write(|eeprom| eeprom.timer = hours);
        controller.timer = Timer::new(hours);
        controller.timer_looked = None;
        controller.drawn = None;
        controller.show_timer();
        if !controller.firmware.since([4, 0, 0]) {
            let on = controller.timer.is_on();
            controller.switch(setting::NO_AUTO_START, !on);
        }
        Ok(())
    };
    |controller, command = SetMennekesLock| {
        match command.action {
            MennekesAction::Automatic => {
                controller.flags.0 &= !flag::MENNEKES_MANUAL;
                controller.plug_locked = controller.flags.ev_connected();
            }
            MennekesAction::Manual => controller.flags.0 |= flag::MENNEKES_MANUAL,
            MennekesAction::Unlock | MennekesAction::Lock => {
                controller.plug_locked = command.action == MennekesAction::Lock;
                controller.busy_until = controller.now_ms + controller.delays.motor;
            }
        }
        Ok(())
    };
    |controller, _ = ClearBootLock| {
        if controller.faults.at_boot {
            return Ok(rapi_core::types::BootLock::Refused);
        }
        controller.flags.0 &= !flag::BOOT_LOCKED;
        if controller.evse == rapi_core::types::EvseState::Starting {
            controller.look_in(controller.delays.unlock);
        }
        Ok(rapi_core::types::BootLock::Cleared)
    };
    |controller, command = SetAuthLock| {
        controller.flags.0 &= !flag::AUTH_LOCKED;
        controller.flags.0 |= if command.locked { flag::AUTH_LOCKED } else { 0 };
        Ok(())
    };
    |controller, command = SetAmmeterCalibrationMode| {
        controller.metering = command.enabled && controller.firmware.has(Options::AMMETER);
        let bit = if controller.firmware.since([7, 1, 1]) {
            flag::CALIBRATING
        } else if controller.firmware.since([6, 0, 0]) {
            flag::CALIBRATING_EARLY
        } else {
            0
        };
        controller.flags.0 &= !bit;
        controller.flags.0 |= if controller.metering { bit } else { 0 };
        Ok(())
    };
    |controller, command = SetAmmeterCalibration| {
        controller.eeprom.write(|eeprom| {
            eeprom.ammeter = [command.scale.0, command.offset.0];
        });
        Ok(())
    };
    |controller, command = SetVoltmeterCalibration| {
        controller.eeprom.write(|eeprom| eeprom.voltmeter = (command.scale, command.offset));
        Ok(())
    };
    |controller, command = OldSetThresholds| {
        controller.eeprom.write(|eeprom| {
            eeprom.thresholds = [command.ambient.0, command.infrared.0];
        });
        Ok(())
    };
}
