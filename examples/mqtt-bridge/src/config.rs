//! The configuration: a TOML file, environment variables, flags.
//!
//! `bridge.toml` beside `src` shows every key with its default, and is where the names of the keys
//! come from.

mod address;
mod feed;
mod http;
#[cfg(feature = "program")]
mod load;
mod log;
#[cfg(feature = "program")]
mod overlay;
#[cfg(feature = "program")]
mod source;
mod station;
mod words;

use std::path::PathBuf;

use rapi_core::Class;
use serde::Deserialize;

pub use address::{MqttAddress, Rows, Topic};
pub use feed::Feed;
pub use http::{Http, Listen};
#[cfg(feature = "program")]
pub use load::{EXAMPLE, Override, environment, keys, load};
pub use log::{Log, LogFormat};
#[cfg(feature = "program")]
pub use source::{Kept, Source};
pub use station::{Mode, Station};

/// Everything that a person may set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The bridge itself.
    pub bridge: Bridge,
    /// What it says while it runs.
    pub log: Log,
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compat {
    /// Those of the gateways 5.x, and the guide's.
    #[default]
    Default,
    /// What the guide promises.
    Guide,
    /// Gateways 2.7.
    V2_7,
    /// Gateways 2.9.
    V2_9,
    /// Gateways 5.x.
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
