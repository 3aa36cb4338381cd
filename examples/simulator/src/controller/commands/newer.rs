//! What firmware 9.x has more.

use rapi_core::Rejected;
use rapi_core::commands::{
    CableSensor, CableTemperatures, MainsFrequency, RelayHealth, RelaySwitching, Relays,
};
use rapi_core::types::{
    CentiHertz, DeciCelsius, MilliAmps, Milliseconds, Relay, Temperature, Thermistor,
};

use super::execute;

/// What is written on a usual sensor.
const THERMISTOR: Thermistor =
    Thermistor { r25: 10_000, beta: 3950, offset: DeciCelsius(0), panic: DeciCelsius(900) };

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
        let place = controller.cable.get_mut(usize::from(command.index)).ok_or(Rejected)?;
        place.0 = command.pin;
        place.1 = command.thermistor.unwrap_or(place.1);
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
        let (pin, thermistor) =
            *controller.cable.get(usize::from(command.index)).ok_or(Rejected)?;
        Ok(CableSensor { pin, thermistor })
    };
    |_controller, _ = GetCableTemperatures| {
        let absent = Temperature::Absent;
        Ok(CableTemperatures { t0: absent, t1: absent, t2: absent, t3: absent })
    };
}

/// The sensors of a new cable.
pub(in crate::controller) const CABLE: [(u8, Thermistor); 4] = [(0, THERMISTOR); 4];
