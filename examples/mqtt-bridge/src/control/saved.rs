//! What outlives the bridge.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Done, Event, Limit, Wish, order};

/// What outlives the bridge.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Saved {
    #[serde(rename = "override")]
    pub(super) person: Option<Wish>,
    pub(super) claims: BTreeMap<u32, Wish>,
    pub(super) limit: Option<Limit>,
    pub(super) schedule: Vec<Event>,
    /// A car was there: what is for its stay only ends when it is not any more.
    pub(super) vehicle: bool,
    pub(super) done: Done,
}

impl Saved {
    /// From the documents of another bridge, by their names; what is none is left out.
    #[must_use]
    pub fn from_documents(get: impl Fn(&str) -> serde_json::Value) -> Self {
        let wish = |name| serde_json::from_value::<Wish>(get(name)).ok();
        let target = get("target");
        Self {
            person: wish("override"),
            claims: wish("claim").map(|wish| (order::MQTT_CLIENT, wish)).into_iter().collect(),
            limit: serde_json::from_value(get("limit")).ok(),
            schedule: serde_json::from_value(get("schedule")).unwrap_or_default(),
            vehicle: true,
            done: Done::from_target(&target),
        }
    }
}
