//! How Home Assistant finds the station: one document for the device with all its entities.

use rapi_core::types::EvseState;
use serde_json::{Map, Value, json};

use crate::config::{Compat, Config, Station};
use crate::current::LEAST;
use crate::inbox;
use crate::mqtt::Life;
use crate::names::TABLE;

/// The states that Home Assistant calls by their names; all others are faults.
const STATES: [EvseState; 6] = [
    EvseState::Starting,
    EvseState::NotConnected,
    EvseState::Connected,
    EvseState::Charging,
    EvseState::Sleeping,
    EvseState::Disabled,
];

/// The topic that says whether Home Assistant runs.
#[must_use]
pub fn status_topic(config: &Config) -> String {
    format!("{}/status", config.homeassistant.prefix.as_str())
}

/// An id of Home Assistant: letters, digits, `_` and `-`.
pub(crate) fn id(base: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    base.chars().map(|c| if fits(c) { c } else { '_' }).collect()
}

/// The topic and the payload of the discovery.
#[must_use]
pub fn document(
    config: &Config,
    station: &Station,
    life: &Life,
    firmware: &str,
) -> (String, String) {
    let base = station.base();
    let device = id(&base);
    let compat = config.publish.compat;
    let has = |topic: &str| TABLE.iter().any(|row| row.topic == topic && row.belongs_to(compat));
    let expires = u32::from(config.publish.period.max(1)) * 3;
    let mut components = Map::new();
    let mut add = |platform: &str, key: &str, name: &str, topic: Option<&str>, more: Value| {
        if topic.is_some_and(|topic| !has(topic)) {
            return;
        }
        let mut component = json!({
            "platform": platform,
            "name": name,
            "unique_id": format!("{device}_{key}"),
        });
        if let Value::Object(component) = &mut component {
            if let Some(topic) = topic {
                component.insert("state_topic".to_owned(), json!(format!("{base}/{topic}")));
                if matches!(platform, "sensor" | "binary_sensor") {
                    component.insert("expire_after".to_owned(), json!(expires));
                }
            }
            if let Value::Object(more) = more {
                component.extend(more);
            }
        }
        components.insert(key.to_owned(), component);
    };
    let measured = |class: &str, unit: &str| json!({"device_class": class, "unit_of_measurement": unit, "state_class": "measurement"});
    let counted = |unit: &str| {
        json!({
            "device_class": "energy",
            "unit_of_measurement": unit,
            "state_class": "total_increasing",
        })
    };
    let degrees = json!({
        "device_class": "temperature",
        "unit_of_measurement": "°C",
        "state_class": "measurement",
        "value_template": "{{ (value | float / 10) if value not in ('false', '') else none }}",
    });
    add("sensor", "current", "Current", Some("amp"), measured("current", "mA"));
    add("sensor", "voltage", "Voltage", Some("voltage"), measured("voltage", "V"));
    add("sensor", "power", "Power", Some("power"), measured("power", "W"));
    add("sensor", "session_energy", "Session energy", Some("session_energy"), counted("Wh"));
    add("sensor", "total_energy", "Total energy", Some("total_energy"), counted("kWh"));
    add("sensor", "temperature", "Temperature", Some("temp"), degrees);
    add("sensor", "pilot", "Offered current", Some("pilot"), measured("current", "A"));
    add("sensor", "grid", "Grid power", Some("grid_ie"), measured("power", "W"));
    add("sensor", "solar", "Solar power", Some("solar"), measured("power", "W"));
    let states = json!({
        "device_class": "enum",
        "options": STATES.map(|state| state.to_string()).into_iter().chain(["fault".to_owned()]).collect::<Vec<_>>(),
        "value_template": format!(
            "{{{{ {{{}}}.get(value, 'fault') }}}}",
            STATES.map(|state| format!("'{}': '{state}'", state.code())).join(", ")
        ),
    });
    add("sensor", "state", "State", Some("state"), states);
    add(
        "sensor",
        "divert_reason",
        "Divert",
        Some("divert_reason"),
        json!({
            "entity_category": "diagnostic",
        }),
    );
    let bits = |class: &str| json!({"device_class": class, "payload_on": "1", "payload_off": "0"});
    add("binary_sensor", "vehicle", "Vehicle", Some("vehicle"), bits("plug"));
    add(
        "number",
        "set_current",
        "Charge current",
        Some("pilot"),
        json!({
            "command_topic": format!("{base}/current/set"),
            "device_class": "current",
            "unit_of_measurement": "A",
            "min": LEAST,
            "max": station.max_current,
            "step": 1,
            "mode": "slider",
        }),
    );
    add(
        "switch",
        "enable",
        "Charging allowed",
        Some("status"),
        json!({
            "command_topic": format!("{base}/enable/set"),
            "payload_on": "1",
            "payload_off": "0",
            "state_on": "active",
            "state_off": "disabled",
        }),
    );
    let (grid, solar) = config.meter(station);
    if !grid.is_empty() || !solar.is_empty() {
        add(
            "select",
            "divert_mode",
            "Divert mode",
            Some("divertmode"),
            json!({
                "command_topic": format!("{base}/{}", inbox::MODE),
                "options": ["Normal", "Eco"],
                "command_template": "{{ {'Normal': '1', 'Eco': '2'}[value] }}",
                "value_template": "{{ {'1': 'Normal', '2': 'Eco'}.get(value) }}",
            }),
        );
    }
    add(
        "button",
        "restart",
        "Restart",
        None,
        json!({
            "command_topic": format!("{base}/restart"),
            "payload_press": r#"{"device": "evse"}"#,
            "device_class": "restart",
            "entity_category": "config",
        }),
    );
    let mut availability = vec![if compat == Compat::V5 {
        json!({
            "topic": life.topic,
            "value_template": "{{ value_json.state }}",
            "payload_available": "connected",
            "payload_not_available": "disconnected",
        })
    } else {
        json!({
            "topic": life.topic,
            "payload_available": life.here,
            "payload_not_available": life.gone,
        })
    }];
    if has("evse_connected") {
        availability.push(json!({
            "topic": format!("{base}/evse_connected"),
            "payload_available": "1",
            "payload_not_available": "0",
        }));
    }
    let document = json!({
        "device": {
            "identifiers": [format!("rapi-bridge_{device}")],
            "name": station.name,
            "manufacturer": "OpenEVSE",
            "model": "RAPI charging station",
            "sw_version": firmware,
        },
        "origin": { "name": "rapi-bridge", "sw_version": env!("CARGO_PKG_VERSION") },
        "availability": availability,
        "availability_mode": "all",
        "qos": 1,
        "components": components,
    });
    let topic = format!("{}/device/{device}/config", config.homeassistant.prefix.as_str());
    (topic, document.to_string())
}

#[cfg(test)]
mod rules;

#[cfg(test)]
mod tests {
    use super::rules::check;
    use super::*;

    #[test]
    fn what_has_no_name_of_its_own_for_home_assistant_is_a_fault() {
        for code in 0..=u8::MAX {
            let state = EvseState::from_code(code);
            assert_eq!(STATES.contains(&state), !state.is_fault(), "{code:02x}");
        }
    }

    #[test]
    fn home_assistant_takes_the_document_of_every_profile() {
        for compat in [Compat::Default, Compat::Guide, Compat::V2_7, Compat::V2_9, Compat::V5] {
            let mut config = Config::default();
            config.publish.compat = compat;
            let station = Station {
                name: "Garage 1".to_owned(),
                base_topic: "home/evse 1".parse().unwrap(),
                grid: "grid".parse().unwrap(),
                ..Station::default()
            };
            let life = crate::profile::life(compat, &station);
            let (topic, payload) = document(&config, &station, &life, "8.2.3");
            assert_eq!(topic, "homeassistant/device/home_evse_1/config");
            check(&payload);
            let document: Value = payload.parse().unwrap();
            let platforms: Vec<_> = document["components"]
                .as_object()
                .unwrap()
                .values()
                .map(|component| component["platform"].as_str().unwrap())
                .collect();
            if matches!(compat, Compat::Default | Compat::V5) {
                for platform in ["sensor", "binary_sensor", "number", "switch", "select", "button"]
                {
                    assert!(platforms.contains(&platform), "{platform} in {compat:?}");
                }
                for key in ["session_energy", "total_energy"] {
                    assert_eq!(document["components"][key]["state_class"], "total_increasing");
                }
            }
            // Every state topic is one that this profile has.
            for component in document["components"].as_object().unwrap().values() {
                if let Some(topic) = component["state_topic"].as_str() {
                    let topic = topic.strip_prefix("home/evse 1/").unwrap();
                    assert!(TABLE.iter().any(|row| row.topic == topic && row.belongs_to(compat)));
                }
            }
        }
    }
}
