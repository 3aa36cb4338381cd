//! How the bridge says who it is: birth, last will, announcement.

use serde_json::json;

use crate::config::{Compat, Station};
use crate::mqtt::Life;

/// The topic that tells who is there.
#[must_use]
pub fn announce_topic(station: &Station) -> String {
    station.announce.given().map_or_else(|| format!("{}/announce", station.base()), str::to_owned)
}

/// What is said there; without a state where something else tells it, because a bridge has one last
/// will only.
#[must_use]
pub fn announcement(station: &Station, state: Option<&str>) -> String {
    let base = station.base();
    let mut announcement = json!({ "id": base, "name": station.name, "mqtt": base });
    if let Some(state) = state {
        announcement["state"] = state.into();
    }
    announcement.to_string()
}

/// Birth and last will: on the base topic up to 2.9, an announcement since.
#[must_use]
pub fn life(compat: Compat, station: &Station) -> Life {
    if compat == Compat::V5 {
        return Life {
            topic: announce_topic(station),
            here: announcement(station, Some("connected")),
            gone: announcement(station, Some("disconnected")),
        };
    }
    Life { topic: station.base(), here: "connected".to_owned(), gone: "disconnected".to_owned() }
}
