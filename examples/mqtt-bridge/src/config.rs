//! The configuration: a TOML file, environment variables, flags.
//!
//! `bridge.toml` beside `src` shows every key with its default, and is where the names of the keys
//! come from.

mod address;
mod feed;
mod http;
#[cfg(feature = "program")]
mod load;
#[cfg(feature = "program")]
mod source;

use std::path::PathBuf;

use rapi_core::Class;
use rapi_sim::{EvseAddress, Firmware};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use address::{MqttAddress, Rows, Topic};
pub use feed::Feed;
pub use http::{Http, Listen};
#[cfg(feature = "program")]
pub use load::{EXAMPLE, Override, environment, keys, load};
#[cfg(feature = "program")]
pub use source::Source;

/// Everything that a person may set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The bridge itself.
    pub bridge: Bridge,
    /// The broker.
    pub mqtt: Mqtt,
    /// What is published, and when.
    pub publish: Publish,
    /// RAPI over MQTT.
    pub rapi: Rapi,
    /// Home Assistant.
    pub homeassistant: HomeAssistant,
    /// The page and the gateway's HTTP.
    pub http: Http,
    /// What several stations share.
    pub share: Share,
    /// The stations; one if none is given.
    pub station: Vec<Station>,
}

/// The bridge itself.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bridge {
    /// Where it keeps what must outlive it.
    pub state_dir: PathBuf,
    /// Whether it waits until no other bridge has its stations.
    pub standby: bool,
}

/// The broker.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mqtt {
    /// Nodes of one cluster.
    #[serde(deserialize_with = "address::one_or_more")]
    pub broker: Vec<MqttAddress>,
    /// Who the bridge is.
    pub user: String,
    /// What only it knows.
    pub password: String,
    /// A file with the password.
    pub password_file: PathBuf,
    /// Who signed the broker's certificate.
    pub ca_file: PathBuf,
    /// The certificate of this client.
    pub client_certificate: PathBuf,
    /// Its key.
    pub client_key: PathBuf,
    /// 3 (3.1.1) or 5.
    #[serde(deserialize_with = "address::mqtt_version")]
    pub version: u8,
    /// Seconds between signs of life.
    pub keep_alive: u16,
    /// Whether state is retained.
    pub retain: bool,
}

impl Default for Mqtt {
    fn default() -> Self {
        let nowhere = PathBuf::new;
        Self {
            broker: vec![MqttAddress::Embedded],
            user: String::new(),
            password: String::new(),
            password_file: nowhere(),
            ca_file: nowhere(),
            client_certificate: nowhere(),
            client_key: nowhere(),
            version: 3,
            keep_alive: 15,
            retain: true,
        }
    }
}

impl std::fmt::Debug for Mqtt {
    /// Without the password: this ends up in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mqtt").field("broker", &self.broker).finish_non_exhaustive()
    }
}

/// Names and meanings of the topics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Compat {
    /// Those of the gateways 5.x, and the guide's.
    #[default]
    #[serde(rename = "default")]
    Default,
    /// What the guide promises.
    #[serde(rename = "guide")]
    Guide,
    /// Gateways 2.7.
    #[serde(rename = "2.7")]
    V2_7,
    /// Gateways 2.9.
    #[serde(rename = "2.9")]
    V2_9,
    /// Gateways 5.x.
    #[serde(rename = "5")]
    V5,
}

/// What is published, and when.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Publish {
    /// Names and meanings.
    pub compat: Compat,
    /// Seconds.
    pub period: u16,
    /// Milliamps.
    pub dead_band_ma: u16,
}

impl Default for Publish {
    fn default() -> Self {
        Self { compat: Compat::Default, period: 30, dead_band_ma: 100 }
    }
}

/// RAPI over MQTT.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rapi {
    /// By class.
    #[serde(deserialize_with = "address::classes")]
    pub allow: Vec<Class>,
    /// By code or usage.
    pub allow_commands: Vec<Rows>,
    /// By code or usage.
    pub deny_commands: Vec<Rows>,
    /// Whether retained commands are carried out.
    pub retained: bool,
    /// EEPROM writes.
    pub eeprom_writes_per_hour: u16,
    /// EEPROM writes.
    pub eeprom_writes_per_day: u16,
}

impl Default for Rapi {
    fn default() -> Self {
        Self {
            allow: vec![Class::Read, Class::Display, Class::Control, Class::Setting],
            allow_commands: Vec::new(),
            deny_commands: Vec::new(),
            retained: false,
            eeprom_writes_per_hour: 10,
            eeprom_writes_per_day: 50,
        }
    }
}

/// What several stations share.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Share {
    /// The meter at the grid connection.
    pub grid: Topic,
    /// The meter of the solar generator.
    pub solar: Topic,
    /// Amps per phase, all stations together; 0: no limit.
    pub limit: u8,
    /// Minutes.
    pub rotation: u16,
}

impl Default for Share {
    fn default() -> Self {
        Self { grid: Topic::default(), solar: Topic::default(), limit: 0, rotation: 30 }
    }
}

impl Share {
    /// Whether anything is shared.
    #[must_use]
    pub fn is_given(&self) -> bool {
        !self.grid.is_empty() || !self.solar.is_empty() || self.limit > 0
    }
}

impl Config {
    /// The topics of the meters that divert goes by: those of the station, or the shared ones.
    #[must_use]
    pub fn meter<'a>(&'a self, station: &'a Station) -> (&'a Topic, &'a Topic) {
        if self.share.is_given() {
            (&self.share.grid, &self.share.solar)
        } else {
            (&station.grid, &station.solar)
        }
    }
}

/// Home Assistant.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HomeAssistant {
    /// Whether it finds the stations.
    pub discovery: bool,
    /// Where it looks for them.
    pub prefix: Topic,
}

impl Default for HomeAssistant {
    fn default() -> Self {
        Self { discovery: true, prefix: Topic::new("homeassistant") }
    }
}

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
    #[serde(with = "address::evse")]
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
    /// Who comes first when several stations share: 0 is last.
    pub priority: u8,
    /// The meter of the house.
    pub live_power: Feed,
    /// Watts.
    pub live_power_limit: u32,
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
            priority: 0,
            live_power: Feed::default(),
            live_power_limit: 0,
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

    /// With other values of some keys, while the bridge runs.
    ///
    /// # Errors
    ///
    /// What is wrong with them, in words.
    pub fn changed(&self, map: Map<String, Value>) -> Result<Self, String> {
        const LIVE: [&str; 11] = [
            "meter_pointer",
            "meter_scale",
            "min_current",
            "max_current",
            "phases",
            "live_power_limit",
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
        let station: Self =
            serde_json::from_value(Value::Object(all)).map_err(|error| error.to_string())?;
        match station.problem(true) {
            Some((key, why)) => Err(format!("{key}: {why}")),
            None => Ok(station),
        }
    }

    /// What is wrong with it: the key, and why.
    fn problem(&self, shared: bool) -> Option<(&'static str, &'static str)> {
        let base = self.base();
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
            (!(6..=80).contains(&self.max_current), "max_current", "6 to 80 A"),
            (
                !(6..=self.max_current.max(6)).contains(&self.min_current),
                "min_current",
                "6 A to max_current",
            ),
            (
                !self.live_power.is_empty() && self.live_power_limit == 0,
                "live_power_limit",
                "live_power needs the watts that the house connection stands",
            ),
            (
                self.live_power.is_empty() && self.live_power_limit != 0,
                "live_power",
                "live_power_limit needs the topic of a meter",
            ),
            (
                self.heartbeat_seconds != 0 && !(3..=65).contains(&self.heartbeat_seconds),
                "heartbeat_seconds",
                "0, or 3 to 65 s",
            ),
            (
                self.home_battery_soc.is_empty() != self.home_battery_power.is_empty(),
                "home_battery_power",
                "a home battery needs both, home_battery_soc and home_battery_power",
            ),
            (!(6..=80).contains(&self.heartbeat_current), "heartbeat_current", "6 to 80 A"),
        ];
        wrong.into_iter().find(|row| row.0).map(|(_, key, why)| (key, why))
    }
}
