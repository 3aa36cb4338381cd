//! What is known of the station, and the topics that tell it.

use std::collections::BTreeMap;

use rapi_core::commands::{CurrentRange, Energy, Power, Settings, State, Temperatures};
use rapi_core::types::{Amps, EvseState, WattHours};

/// The newest answers of the station.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// `GS`
    pub state: Option<State>,
    /// `GE`
    pub settings: Option<Settings>,
    /// `GG`
    pub power: Option<Power>,
    /// `GU`
    pub energy: Option<Energy>,
    /// `GP`
    pub temperatures: Option<Temperatures>,
    /// `GC`
    pub range: Option<CurrentRange>,
}

impl Snapshot {
    /// Whether a vehicle is connected, as far as anybody can tell.
    #[must_use]
    pub fn vehicle(&self) -> bool {
        self.state.is_some_and(|state| match (state.evse, state.flags) {
            (EvseState::Connected | EvseState::Charging, _) => true,
            // Old firmware does not tell while it sleeps; a car that is not there does no harm.
            (EvseState::Sleeping, None) => true,
            (EvseState::Disabled | EvseState::NotConnected, _) | (_, None) => false,
            (_, Some(flags)) => flags.ev_connected(),
        })
    }

    /// What the station may offer at most: its saved maximum, or what the hardware stands.
    #[must_use]
    pub fn limit(&self) -> Option<Amps> {
        self.range.map(|range| range.saved_max.unwrap_or(range.hardware_max))
    }

    /// Adds the topics of the guide, with the guide's units.
    pub fn topics(&self, topics: &mut Topics) {
        if let Some(state) = self.state {
            // The number of the controller, as all gateways send it; the guide lists 1 to 4.
            topics.set("state", state.evse.code().to_string());
            topics.set("elapsed", state.elapsed.0.to_string());
            topics.set("vehicle", u8::from(self.vehicle()).to_string());
        }
        if let Some(settings) = self.settings {
            topics.set("pilot", settings.amps.0.to_string());
        }
        if let Some(power) = self.power {
            if let Some(current) = power.current.0 {
                topics.set("amp", current.0.to_string());
            }
            if let Some(voltage) = power.voltage.0 {
                topics.set("voltage", (voltage.0 / 1000).to_string());
            }
        }
        if let Some(energy) = self.energy {
            topics.set("wh", WattHours::from(energy.session).0.to_string());
        }
        if let Some(Temperatures { ds3231, mcp9808, tmp007 }) = self.temperatures {
            for (topic, sensor) in [("temp1", ds3231), ("temp2", mcp9808), ("temp3", tmp007)] {
                // A sensor that is not installed has no topic, as the guide says.
                if let Some(reading) = sensor.reading() {
                    topics.set(topic, reading.0.to_string());
                }
            }
        }
    }
}

/// Topics below the base and their newest payloads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topics(BTreeMap<&'static str, String>);

impl Topics {
    /// Sets a payload.
    pub fn set(&mut self, topic: &'static str, payload: String) {
        self.0.insert(topic, payload);
    }

    /// Whether there is such a topic.
    #[must_use]
    pub fn has(&self, topic: &str) -> bool {
        self.0.contains_key(topic)
    }

    /// Goes through all of them.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(topic, payload)| (*topic, payload.as_str()))
    }

    /// Returns what is new or different from before.
    #[must_use]
    pub fn changed_since(&self, before: &Self) -> Self {
        let changed =
            |(topic, payload): &(&&'static str, &String)| before.0.get(*topic) != Some(payload);
        Self(
            self.0
                .iter()
                .filter(changed)
                .map(|(topic, payload)| (*topic, payload.clone()))
                .collect(),
        )
    }
}

/// Free memory in bytes: of the gateway in the guide, of this computer here.
#[must_use]
pub fn free_memory() -> Option<u64> {
    let meminfo = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}
