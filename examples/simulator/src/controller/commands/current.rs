//! The current: `SC`, `SL`, `GC`, `GE`.

use rapi_core::commands::{CurrentRange, CurrentSet, Settings};
use rapi_core::types::{Amps, ServiceLevel};

use super::execute;
use crate::controller::{Controller, setting};

/// What `SC M` can programme.
const MAX: Amps = Amps(80);

impl Controller {
    /// Clamps, applies and tells what was set: nothing is refused, unless it is too hot.
    fn apply(&mut self, wanted: Amps, max: Amps, save: bool) -> CurrentSet {
        let amps = wanted.clamp(self.min_amps().min(max), max);
        let told = self.firmware.since([4, 3, 2]);
        if self.is_throttled() && amps > self.pilot && self.firmware.since([5, 0, 0]) {
            return CurrentSet { amps: Some(self.pilot), accepted: false };
        }
        self.pilot = amps;
        self.thermal.forget();
        if save {
            let level = self.level();
            self.eeprom.write(|eeprom| eeprom.amps[level] = amps.0);
        }
        CurrentSet { amps: told.then_some(amps), accepted: amps == wanted }
    }
}

execute! {
    |controller, command = SetCurrent| {
        let capped = controller.firmware.since([5, 0, 0]);
        let max = if capped { controller.saved_max() } else { controller.hardware_max() };
        Ok(controller.apply(command.amps, max, false))
    };
    |controller, command = SaveCurrent| {
        let max = controller.hardware_max();
        Ok(controller.apply(command.amps, max, true))
    };
    |controller, command = SetHardwareMaximum| {
        let accepted = controller.eeprom.hardware_max.is_none()
            && (Amps(6)..=MAX).contains(&command.amps);
        if accepted {
            controller.eeprom.write(|eeprom| eeprom.hardware_max = Some(command.amps.0));
        }
        let amps = controller.eeprom.hardware_max.map_or(MAX, Amps);
        Ok(CurrentSet { amps: Some(amps), accepted })
    };
    |controller, command = SetServiceLevel| {
        match command.level {
            ServiceLevel::Auto => {
                if controller.firmware.has(crate::Options::CGMI) {
                    return Ok(());
                }
                if !controller.firmware.has(crate::Options::AUTOSVCLEVEL) {
                    return Err(rapi_core::Rejected);
                }
                controller.settings.0 &= !setting::NO_AUTO_LEVEL;
            }
            level => {
                controller.settings.0 |= setting::NO_AUTO_LEVEL;
                controller.set_level(level == ServiceLevel::L2);
            }
        }
        controller.save_settings();
        Ok(())
    };
    |controller, _ = GetCurrentRange| Ok(CurrentRange {
        min: controller.min_amps(),
        hardware_max: controller.hardware_max(),
        pilot: controller.firmware.since([6, 0, 0]).then_some(controller.pilot),
        saved_max: controller.firmware.since([6, 2, 0]).then(|| controller.saved_max()),
    });
    |controller, _ = GetSettings| {
        Ok(Settings { amps: controller.pilot, flags: controller.settings })
    };
}
