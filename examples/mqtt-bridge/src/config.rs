//! The configuration: a TOML file, environment variables, flags.
//!
//! `bridge.toml` beside `src` shows every key with its default, and is where the names of the keys
//! come from.

mod compat;
mod evse;
mod feed;
mod http;
#[cfg(feature = "program")]
mod load;
mod log;
mod mqtt;
#[cfg(feature = "program")]
mod overlay;
mod rapi;
#[cfg(feature = "program")]
mod source;
mod station;
mod topic;
mod words;

use std::path::PathBuf;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

pub use compat::Compat;
pub use feed::Feed;
pub use http::{Http, Listen};
#[cfg(feature = "program")]
pub use load::{EXAMPLE, Override, environment, keys, load};
pub use log::{Log, LogFormat};
pub use mqtt::{Mqtt, MqttAddress};
pub use rapi::{Rapi, Rows};
#[cfg(feature = "program")]
pub use source::{Kept, Source};
pub use station::{Mode, Station};
pub use topic::Topic;

macro_rules! from_text {
    ($($Type:ty)+) => {$(
        impl<'de> Deserialize<'de> for $Type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    )+};
}
from_text! { MqttAddress Topic Rows Listen }

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
