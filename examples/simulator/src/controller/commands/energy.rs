//! Energy, its limits, and time.

use rapi_core::Rejected;
use rapi_core::commands::{AuthLock, Energy, Power};
use rapi_core::types::{EvseState, KilowattHours, MilliVolts, OrNone, QuarterHours};

use super::execute;
use crate::Options;
use crate::controller::{Controller, flag};

impl Controller {
    /// Limits are for a car that is there (firmware 4.12.0 and later).
    fn takes_limits(&self) -> bool {
        matches!(self.evse, EvseState::Connected | EvseState::Charging)
            || !self.firmware.since([4, 12, 0])
    }

    /// From firmware 4.12.1 to 5.0.1 a limit is on top of what has been.
    fn limits_extend(&self) -> bool {
        self.firmware.since([4, 12, 1]) && !self.firmware.since([5, 1, 0])
    }

    fn show_limits(&mut self) {
        let (quarters, kilowatt_hours) = self.limits;
        self.flags.0 &= !(flag::TIME_LIMIT | flag::CHARGE_LIMIT);
        if self.firmware.since([7, 1, 1]) {
            self.flags.0 |= if quarters > 0 { flag::TIME_LIMIT } else { 0 };
            self.flags.0 |= if kilowatt_hours > 0 { flag::CHARGE_LIMIT } else { 0 };
        }
    }
}

execute! {
    |controller, command = SetTimeLimit| {
        if !controller.takes_limits() {
            return Err(Rejected);
        }
        controller.limits.0 = command.limit.0;
        controller.limit_base.0 = if controller.limits_extend() {
            controller.elapsed().0
        } else {
            0
        };
        controller.show_limits();
        Ok(())
    };
    |controller, command = SetEnergyLimit| {
        if !controller.takes_limits() {
            return Err(Rejected);
        }
        controller.limits.1 = command.limit.0;
        controller.limit_base.1 = if controller.limits_extend() {
            controller.meter.watt_hours().0
        } else {
            0
        };
        controller.show_limits();
        Ok(())
    };
    |controller, _ = GetTimeLimit| Ok(QuarterHours(controller.limits.0));
    |controller, _ = GetEnergyLimit| Ok(KilowattHours(controller.limits.1));
    |controller, _ = GetAuthLock| Ok(AuthLock { locked: controller.flags.auth_locked() });
    |controller, command = SetLifetimeEnergy| {
        controller.eeprom.write(|eeprom| eeprom.total = command.energy.0);
        Ok(())
    };
    |controller, command = SetVoltage| {
        controller.millivolts = command.voltage.0;
        Ok(())
    };
    |controller, _ = GetEnergy| {
        Ok(Energy { session: controller.session(), total: controller.total() })
    };
    |controller, _ = GetPower| {
        let known = controller.firmware.since([7, 0, 1])
            || controller.firmware.has(Options::VOLTMETER);
        Ok(Power {
            current: OrNone(Some(controller.current())),
            voltage: OrNone(known.then_some(MilliVolts(controller.millivolts))),
        })
    };
}
