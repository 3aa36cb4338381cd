//! `/status`, from the table of the topics.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::At;
use crate::config::Compat;
use crate::door::View;
use crate::names::TABLE;

/// A JSON answer.
#[derive(Clone, Debug)]
pub(super) struct Json(pub(super) Value);

impl IntoResponse for Json {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "application/json")], self.0.to_string()).into_response()
    }
}

/// Topics whose payload is a word, even if it looks like a number.
const WORDS: [&str; 3] = ["firmware", "status", "divert_reason"];

/// Everything there is to tell: the topics by their names, and what the gateway has besides.
pub(super) fn status(view: &View) -> Map<String, Value> {
    let facts = &view.facts;
    let mut status = Map::new();
    for row in TABLE {
        let mine = [Compat::Default, Compat::V5].into_iter().filter(|c| row.belongs_to(*c));
        // A sensor that is not installed: `false`, as the gateways 5.x have it.
        let Some(text) = mine.filter_map(|compat| row.value(facts, compat)).next() else {
            continue;
        };
        let value = if WORDS.contains(&row.topic) {
            Value::String(text)
        } else {
            serde_json::from_str(&text).unwrap_or(Value::String(text))
        };
        status.insert(row.topic.to_owned(), value);
    }
    let mut insert = |key: &str, value: Value| {
        status.entry(key).or_insert(value);
    };
    // A computer has no WiFi of its own to tell about: it is a client in somebody's network.
    insert("mode", json!("STA"));
    insert("wifi_client_connected", json!(0));
    insert("eth_connected", json!(1));
    insert("net_connected", json!(1));
    insert("mqtt_connected", json!(u8::from(view.broker)));
    insert("mqtt_enabled", json!(1));
    if view.standby {
        insert("status", json!("standby"));
    }
    insert("standby", json!(view.standby));
    insert("mqtt_error", json!(view.broker_problem));
    insert("divert_type", json!(u8::from(facts.divert.solar.is_none())));
    insert("has_meter", json!(view.meter));
    insert("simulated", json!(view.simulated));
    insert("rapi_connected", json!(u8::from(facts.version.is_some())));
    insert("emoncms_connected", json!(0));
    insert("ocpp_connected", json!(0));
    let limit = view.documents.get("limit").is_some_and(|limit| !limit.contains("\"none\""));
    insert("limit", json!(limit));
    insert("ohm_hour", json!("NotConnected"));
    insert("ota_update", json!(0));
    insert("time", json!(Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()));
    insert("free_heap", json!(facts.free_memory));
    if let Some(energy) = facts.snapshot.energy {
        insert("wattsec", json!(energy.session.0));
        insert("watthour", json!(energy.total.0));
    }
    status
}

/// What a client of the gateway follows without looking whether it is there.
pub(super) const ALWAYS: [&str; 7] =
    ["state", "vehicle", "amp", "power", "session_energy", "session_elapsed", "total_energy"];

pub(super) async fn get(At(place): At) -> Json {
    let view = place.door.view();
    let mut status = status(&view.borrow());
    // While nothing is known yet: `rapi_connected` tells that these are none.
    for key in ALWAYS {
        status.entry(key).or_insert(json!(0));
    }
    status.entry("status").or_insert(json!("unknown"));
    Json(Value::Object(status))
}
