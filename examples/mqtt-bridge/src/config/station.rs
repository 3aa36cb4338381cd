//! One station, and who decides at its start.

use rapi_sim::{EvseAddress, Firmware};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Feed, Topic, words};
use crate::current::{self, LEAST};

/// No house has more; a sum of two fits.
const MOST_WATTS: u32 = 500_000;

/// Who decides at the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Charge when a car asks.
    #[default]
    Normal,
    /// Charge by the sun.
    Eco,
}

/// One station.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Station {
    /// What a person calls it.
    pub name: String,
    /// Where it is.
    #[serde(with = "super::evse")]
    pub evse: EvseAddress,
    /// First part of all topics.
    pub base_topic: Topic,
    /// Where it is announced.
    pub announce: Topic,
    /// The meter at the grid connection.
    pub grid: Topic,
    /// The meter of the solar generator.
    pub solar: Topic,
    /// Where the number is.
    pub meter_pointer: String,
    /// What makes watts of it.
    pub meter_scale: f64,
    /// Who decides at the start.
    pub mode: Mode,
    /// Amps.
    pub min_current: u8,
    /// Amps.
    pub max_current: u8,
    /// 1 or 3.
    pub phases: u8,
    /// What a contactor shows that switches between one phase and three.
    pub phases_actual: Feed,
    /// Minutes.
    pub phases_rest: u16,
    /// Who comes first when several stations share: 0 is last.
    pub priority: u8,
    /// The meter of the house.
    pub live_power: Feed,
    /// Watts.
    pub live_power_limit: u32,
    /// Watts, the mean of a quarter of an hour.
    pub live_power_peak: u32,
    /// The currents of the house, L1 first.
    pub live_current: Vec<Feed>,
    /// Amps of each phase.
    pub live_current_limit: u16,
    /// Volts, phase to neutral.
    pub voltage: Feed,
    /// Per cent.
    pub vehicle_soc: Feed,
    /// As far as the vehicle can drive.
    pub vehicle_range: Feed,
    /// Seconds until the vehicle is full.
    pub vehicle_eta: Feed,
    /// Per cent.
    pub vehicle_charge_limit: Feed,
    /// Per cent.
    pub home_battery_soc: Feed,
    /// Watts, + charging.
    pub home_battery_power: Feed,
    /// Per cent: below, the home battery comes first.
    pub home_battery_priority: u8,
    /// Per cent: from this on the home battery helps the car.
    pub home_battery_buffer: u8,
    /// Watts: with so much.
    pub home_battery_discharge: u16,
    /// Minutes.
    pub limit_minutes: u32,
    /// Watt-hours.
    pub limit_wh: u32,
    /// Seconds.
    pub heartbeat_seconds: u16,
    /// Amps.
    pub heartbeat_current: u8,
    /// Whether its clock is set.
    pub set_clock: bool,
}

impl Default for Station {
    fn default() -> Self {
        Self {
            name: "openevse".to_owned(),
            evse: EvseAddress::Sim(Firmware::LATEST),
            base_topic: Topic::default(),
            announce: Topic::default(),
            grid: Topic::default(),
            solar: Topic::default(),
            meter_pointer: String::new(),
            meter_scale: 1.0,
            mode: Mode::Normal,
            min_current: 6,
            max_current: 32,
            phases: 1,
            phases_actual: Feed::default(),
            phases_rest: 15,
            priority: 0,
            live_power: Feed::default(),
            live_power_limit: 0,
            live_power_peak: 0,
            live_current: Vec::new(),
            live_current_limit: 0,
            voltage: Feed::default(),
            vehicle_soc: Feed::default(),
            vehicle_range: Feed::default(),
            vehicle_eta: Feed::default(),
            vehicle_charge_limit: Feed::default(),
            home_battery_soc: Feed::default(),
            home_battery_power: Feed::default(),
            home_battery_priority: 50,
            home_battery_buffer: 101,
            home_battery_discharge: 0,
            limit_minutes: 0,
            limit_wh: 0,
            heartbeat_seconds: 0,
            heartbeat_current: 6,
            set_clock: false,
        }
    }
}

impl Station {
    /// The first part of all its topics.
    #[must_use]
    pub fn base(&self) -> String {
        let base = if self.base_topic.is_empty() { &self.name } else { self.base_topic.as_str() };
        base.trim_matches('/').to_owned()
    }

    /// The key that stations which share have in common, but not these two; and this one's value.
    #[must_use]
    pub fn shared_differently(&self, other: &Self) -> Option<(&'static str, u8)> {
        let common = [
            ("min_current", self.min_current, other.min_current),
            ("phases", self.phases, other.phases),
        ];
        common.into_iter().find(|(_, ours, theirs)| ours != theirs).map(|(key, has, _)| (key, has))
    }

    /// With other values of some keys, while the bridge runs.
    ///
    /// # Errors
    ///
    /// What is wrong with them, in words.
    pub fn changed(&self, map: Map<String, Value>) -> Result<Self, String> {
        const LIVE: [&str; 13] = [
            "meter_pointer",
            "meter_scale",
            "min_current",
            "max_current",
            "phases",
            "live_power_limit",
            "live_power_peak",
            "live_current_limit",
            "limit_minutes",
            "limit_wh",
            "home_battery_priority",
            "home_battery_buffer",
            "home_battery_discharge",
        ];
        if let Some(key) = map.keys().find(|key| !LIVE.contains(&key.as_str())) {
            return Err(format!("{key} cannot be changed here, but {}", LIVE.join(", ")));
        }
        let Ok(Value::Object(mut all)) = serde_json::to_value(self) else {
            return Err("this station cannot be changed".to_owned());
        };
        all.extend(map);
        let station: Self = serde_json::from_value(Value::Object(all))
            .map_err(|error| words::plain(&error.to_string()))?;
        match station.problem(true) {
            Some((key, why)) => Err(format!("{key}: {why}")),
            None => Ok(station),
        }
    }

    /// What is wrong with it: the key, and why.
    pub(super) fn problem(&self, shared: bool) -> Option<(&'static str, String)> {
        let (base, amps) = (self.base(), format!("{} A", current::range()));
        let least = format!("{LEAST} A to max_current");
        let wrong = [
            (
                base.is_empty() || base.contains(['#', '+', '$']),
                "base_topic",
                "a base topic is not empty and has none of # + $",
            ),
            (
                !self.grid.is_empty() && !self.solar.is_empty(),
                "solar",
                "divert has one meter: grid or solar",
            ),
            (
                self.mode == Mode::Eco && self.grid.is_empty() && self.solar.is_empty() && !shared,
                "mode",
                "eco needs a meter: give its topic with grid or solar (--grid, --solar)",
            ),
            (!self.meter_scale.is_normal(), "meter_scale", "it is a number and not 0"),
            (
                !self.meter_pointer.is_empty() && !self.meter_pointer.starts_with('/'),
                "meter_pointer",
                "a JSON pointer begins with /, for instance /power",
            ),
            (![1, 3].contains(&self.phases), "phases", "1 or 3"),
            (!current::is_possible(self.max_current), "max_current", &amps),
            (
                !(LEAST..=self.max_current.max(LEAST)).contains(&self.min_current),
                "min_current",
                &least,
            ),
            (
                !self.phases_actual.is_empty() && shared,
                "phases_actual",
                "stations that share do not switch their phases: leave it out",
            ),
            (!(1..=1440).contains(&self.phases_rest), "phases_rest", "1 to 1440 minutes"),
            (
                !self.live_power.is_empty()
                    && self.live_power_limit == 0
                    && self.live_power_peak == 0,
                "live_power_limit",
                "live_power needs the watts that the house connection stands, or live_power_peak",
            ),
            (
                self.live_power.is_empty() && self.live_power_limit != 0,
                "live_power",
                "live_power_limit needs the topic of a meter",
            ),
            (
                self.live_power.is_empty() && self.live_power_peak != 0,
                "live_power",
                "live_power_peak needs the topic of a meter",
            ),
            (self.live_power_limit > MOST_WATTS, "live_power_limit", "0 (none), or up to 500000 W"),
            (self.live_power_peak > MOST_WATTS, "live_power_peak", "0 (none), or up to 500000 W"),
            (
                ![0, 1, 3].contains(&self.live_current.len())
                    || self.live_current.iter().any(Feed::is_empty),
                "live_current",
                "one topic, or three: L1, L2, L3",
            ),
            (
                self.live_current.is_empty() != (self.live_current_limit == 0),
                "live_current_limit",
                "live_current and the amps that each phase of the house stands belong together",
            ),
            (
                self.heartbeat_seconds != 0 && !(3..=65).contains(&self.heartbeat_seconds),
                "heartbeat_seconds",
                "0, or 3 to 65 s: a controller computes longer ones modulo 65.536 s",
            ),
            (
                self.home_battery_soc.is_empty() != self.home_battery_power.is_empty(),
                "home_battery_power",
                "a home battery needs both, home_battery_soc and home_battery_power",
            ),
            (!current::is_possible(self.heartbeat_current), "heartbeat_current", &amps),
        ];
        wrong.into_iter().find(|row| row.0).map(|(_, key, why)| (key, why.to_owned()))
    }
}
