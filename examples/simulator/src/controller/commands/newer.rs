//! What firmware 9.x has more.

use rapi_core::Rejected;
use rapi_core::commands::{
    self, CableTemperatures, MainsFrequency, RelayHealth, RelaySwitching, Relays,
};
use rapi_core::types::{
    CentiHertz, DeciCelsius, MilliAmps, Milliseconds, Relay, Temperature, Thermistor,
};

use super::execute;
use crate::CableSensor;

execute! {
    |controller, _ = ClearFaultCounters| {
        controller.eeprom.write(|eeprom| {
            eeprom.trips = [0; 3];
            eeprom.total = 0;
        });
        Ok(())
    };
    |_controller, _ = SetCableMonitoring| Ok(());
    |_controller, _ = ResetRelayHealth| Ok(());
    |controller, _ = RecoverStuckRelay| {
        if controller.flags.ev_connected() { Err(Rejected) } else { Ok(()) }
    };
    |controller, command = SetPanicTemperature| {
        if command.temperature.0 <= 0 {
            return Err(Rejected);
        }
        controller.eeprom.write(|eeprom| eeprom.thresholds[0] = command.temperature.0);
        Ok(())
    };
    |controller, command = SetRelay| {
        let place = match command.relay {
            Relay::Dc1 => 0,
            Relay::Dc2 => 1,
            Relay::Ac => 2,
        };
        controller.eeprom.write(|eeprom| eeprom.relays[place] = command.enabled);
        Ok(())
    };
    |controller, command = SetZeroCurrentThreshold| {
        controller.eeprom.write(|eeprom| eeprom.zero_current = command.current.0.clamp(0, 5000));
        Ok(())
    };
    |controller, command = SetCableSensor| {
        let place = usize::from(command.index);
        let mut sensor = *controller.eeprom.cable.get(place).ok_or(Rejected)?;
        sensor.pin = command.pin;
        if let Some(Thermistor { r25, beta, offset, panic }) = command.thermistor {
            sensor = CableSensor { r25, beta, offset: offset.0, panic: panic.0, ..sensor };
        }
        controller.eeprom.write(|eeprom| eeprom.cable[place] = sensor);
        Ok(())
    };
    |controller, _ = GetRelays| {
        let [dc1, dc2, ac] = controller.eeprom.relays;
        Ok(Relays { dc1, dc2, ac })
    };
    |controller, _ = GetMainsFrequency| Ok(MainsFrequency {
        frequency: CentiHertz(6000),
        zero_threshold: Some(MilliAmps(controller.eeprom.zero_current)),
    });
    |_controller, _ = GetRelaySwitching| Ok(RelaySwitching {
        hot_openings: 0,
        last_current: MilliAmps(0),
        close: Milliseconds(300),
        open: Milliseconds(300),
    });
    |_controller, _ = GetRelayHealth| Ok(RelayHealth {
        life: 100,
        cold_openings: 0,
        damage: 0,
        transit_base: Milliseconds(0),
        drift_warning: false,
        thermal: 0,
        thermal_base: 0,
        thermal_warning: false,
        recoveries: Some(0),
    });
    |controller, command = GetCableSensor| {
        let sensor = controller.eeprom.cable.get(usize::from(command.index)).ok_or(Rejected)?;
        let &CableSensor { pin, r25, beta, offset, panic } = sensor;
        let [offset, panic] = [offset, panic].map(DeciCelsius);
        Ok(commands::CableSensor { pin, thermistor: Thermistor { r25, beta, offset, panic } })
    };
    |_controller, _ = GetCableTemperatures| {
        let absent = Temperature::Absent;
        Ok(CableTemperatures { t0: absent, t1: absent, t2: absent, t3: absent })
    };
}
