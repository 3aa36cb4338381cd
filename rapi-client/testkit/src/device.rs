//! A device that never says the same twice.

use rapi_server::commands::{self, CurrentSet, GetEnergy, GetPower, GetSettings, GetState};
use rapi_server::commands::{GetTemperatures, GetVersion, SetCurrent};
use rapi_server::types::{
    Amps, DeciCelsius, EvseState, MilliAmps, MilliVolts, OrNone, PilotState, Seconds,
    SettingsFlags, Temperature, Text, VFlags, WattHours, WattSeconds,
};
use rapi_server::{Handler, Rejected};

/// Numbers its answers, so that any mix-up of two of them shows.
#[derive(Clone, Debug)]
pub struct Numbered {
    number: u32,
    protocol: &'static str,
}

impl Numbered {
    /// A device that says it talks this protocol.
    #[must_use]
    pub const fn new(protocol: &'static str) -> Self {
        Self { number: 0, protocol }
    }

    fn next(&mut self) -> u32 {
        self.number = self.number.wrapping_add(1);
        self.number
    }

    fn low(&mut self) -> u16 {
        u16::try_from(self.next() & 0xffff).unwrap_or(0)
    }
}

impl Handler for Numbered {
    fn get_version(&mut self, _: GetVersion) -> Result<commands::Version, Rejected> {
        let firmware = Text::new(&format!("4.2.{}", self.next())).ok_or(Rejected)?;
        let protocol = Text::new(self.protocol).ok_or(Rejected)?;
        Ok(commands::Version { firmware, protocol })
    }

    fn get_state(&mut self, _: GetState) -> Result<commands::State, Rejected> {
        Ok(commands::State {
            evse: EvseState::Charging,
            elapsed: Seconds(self.next()),
            pilot: Some(PilotState::C),
            flags: Some(VFlags(0x0540)),
        })
    }

    fn get_energy(&mut self, _: GetEnergy) -> Result<commands::Energy, Rejected> {
        let number = self.next();
        Ok(commands::Energy { session: WattSeconds(number), total: WattHours(number) })
    }

    fn get_power(&mut self, _: GetPower) -> Result<commands::Power, Rejected> {
        let current = MilliAmps(i32::from(self.low()));
        let voltage = MilliVolts(240_000);
        Ok(commands::Power { current: OrNone(Some(current)), voltage: OrNone(Some(voltage)) })
    }

    fn get_settings(&mut self, _: GetSettings) -> Result<commands::Settings, Rejected> {
        Ok(commands::Settings { amps: Amps(24), flags: SettingsFlags(self.low()) })
    }

    fn get_temperatures(&mut self, _: GetTemperatures) -> Result<commands::Temperatures, Rejected> {
        let ds3231 = Temperature::Reading(DeciCelsius((self.low() & 0x7ff).cast_signed()));
        Ok(commands::Temperatures {
            ds3231,
            mcp9808: Temperature::Absent,
            tmp007: Temperature::Absent,
        })
    }

    fn set_current(&mut self, command: SetCurrent) -> Result<CurrentSet, Rejected> {
        // As a controller does that is told more than it can.
        let amps = command.amps.min(Amps(48));
        Ok(CurrentSet { amps: Some(amps), accepted: amps == command.amps })
    }

    fn enable(&mut self, _: commands::Enable) -> Result<(), Rejected> {
        Ok(())
    }
}
