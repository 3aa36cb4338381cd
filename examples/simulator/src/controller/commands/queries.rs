//! What the station tells.

use rapi_core::Rejected;
use rapi_core::commands::{
    AmmeterCalibration, Clock, DelayTimer, FaultCounters, MennekesLock, State, Temperatures,
    Thresholds, Version, VoltmeterCalibration,
};
use rapi_core::types::{
    DeciCelsius, EvConnected, EvseState, FaultCount, MennekesMode, SerialNumber, Temperature, Text,
};

use super::execute;
use crate::controller::Controller;
use crate::controller::faults::FAULTS_SEE_THE_PLUG;

/// Made up; only its form is that of a real one.
const SERIAL: &str = "EOSV1E4F0A1B2C";

impl Controller {
    /// What `GP` says of its three sensors.
    fn temperatures(&self) -> [Temperature; 3] {
        let reading = |value: i16| Temperature::Reading(DeciCelsius(value));
        let sensors = self.board.temperatures();
        if !self.firmware.since([4, 0, 0]) {
            // Measured while charging only; before that it is what the memory begins with.
            let value = if self.faults.at_boot { 0 } else { 230 };
            return if self.measured_heat {
                sensors.map(|sensor| sensor.map_or(reading(0), Temperature::Reading))
            } else {
                [reading(value); 3]
            };
        }
        let absent = if self.firmware.since([4, 10, 0]) { Temperature::Absent } else { reading(0) };
        let [ds3231, mcp9808, tmp007] =
            sensors.map(|sensor| sensor.map_or(absent, Temperature::Reading));
        if self.faults.at_boot {
            // The others are set up after the self test.
            return [ds3231, absent, reading(0)];
        }
        [ds3231, mcp9808, tmp007]
    }
}

execute! {
    |controller, _ = GetState| {
        let new = controller.firmware.since([6, 0, 0]);
        Ok(State {
            evse: controller.evse,
            elapsed: controller.elapsed(),
            pilot: new.then_some(controller.pilot_state),
            flags: new.then_some(controller.flags),
        })
    };
    |controller, _ = GetEvConnected| {
        let blind = match controller.evse {
            EvseState::Disabled => true,
            state => state.is_fault() && !controller.firmware.since(FAULTS_SEE_THE_PLUG),
        };
        Ok(match controller.flags.ev_connected() {
            _ if blind => EvConnected::Indeterminate,
            true => EvConnected::Yes,
            false => EvConnected::No,
        })
    };
    |controller, _ = GetVersion| {
        Ok(Version {
            firmware: Text::new(&controller.firmware.reports()).ok_or(Rejected)?,
            protocol: Text::new(controller.firmware.protocol()).ok_or(Rejected)?,
        })
    };
    |_controller, _ = GetSerialNumber| Text::new(SERIAL).map(SerialNumber).ok_or(Rejected);
    |controller, _ = GetTemperatures| {
        let [ds3231, mcp9808, tmp007] = controller.temperatures();
        Ok(Temperatures { ds3231, mcp9808, tmp007 })
    };
    |controller, _ = GetThresholds| {
        let [ambient, infrared] = controller.eeprom.thresholds.map(DeciCelsius);
        let both = !controller.firmware.since([9, 0, 0]);
        Ok(Thresholds { ambient, infrared: both.then_some(infrared) })
    };
    |controller, _ = GetFaultCounters| {
        let [gfi, no_ground, stuck_relay] = controller.eeprom.trips.map(|trips| {
            // Those of a new EEPROM, as they are.
            let blank = trips == 0 && !controller.firmware.since([3, 9, 0]);
            FaultCount(if blank { 0xff } else { trips })
        });
        Ok(FaultCounters { gfi, no_ground, stuck_relay })
    };
    |controller, _ = GetClock| {
        if controller.board.clock {
            return Ok(controller.clock.now());
        }
        Ok(Clock { year: 165, month: 165, day: 165, hour: 165, minute: 165, second: 85 })
    };
    |controller, _ = GetDelayTimer| {
        let [start_hour, start_minute, stop_hour, stop_minute] = controller.eeprom.timer;
        Ok(DelayTimer { start_hour, start_minute, stop_hour, stop_minute })
    };
    |controller, _ = GetMennekesLock| {
        let manual = controller.flags.mennekes_manual();
        let mode = if manual { MennekesMode::Manual } else { MennekesMode::Automatic };
        Ok(MennekesLock { locked: controller.plug_locked, mode })
    };
    |controller, _ = GetAmmeterCalibration| {
        let [scale, offset] = controller.eeprom.ammeter;
        Ok(AmmeterCalibration { scale, offset })
    };
    |controller, _ = GetVoltmeterCalibration| {
        let (scale, offset) = controller.eeprom.voltmeter;
        Ok(VoltmeterCalibration { scale, offset })
    };
}
