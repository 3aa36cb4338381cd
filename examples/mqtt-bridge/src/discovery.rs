//! How Home Assistant finds the station: one document for the device with all its entities.

use serde_json::{Map, Value, json};

use crate::config::{Compat, Config, Station};
use crate::mqtt::Life;
use crate::names::TABLE;

/// The topic that says whether Home Assistant runs.
#[must_use]
pub fn status_topic(config: &Config) -> String {
    format!("{}/status", config.homeassistant.prefix.as_str())
}

/// An id of Home Assistant: letters, digits, `_` and `-`.
fn id(base: &str) -> String {
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
        "options": ["not connected", "connected", "charging", "sleeping", "disabled", "fault"],
        "value_template": "{{ {'1': 'not connected', '2': 'connected', '3': 'charging', \
                           '254': 'sleeping', '255': 'disabled'}.get(value, 'fault') }}",
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
            "min": 6,
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
                "command_topic": format!("{base}/divertmode/set"),
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
mod tests {
    use super::*;

    /// The units that a device class of a sensor or a number takes; those that are used here, from
    /// Home Assistant's pages of the integrations `sensor` and `number`.
    const UNITS: [(&str, &[&str]); 5] = [
        ("current", &["A", "mA"]),
        ("voltage", &["V", "mV", "µV", "kV", "MV"]),
        ("power", &["mW", "W", "kW", "MW", "GW", "TW"]),
        ("energy", &["J", "kJ", "MJ", "GJ", "mWh", "Wh", "kWh", "MWh", "GWh", "TWh"]),
        ("temperature", &["°C", "°F", "K"]),
    ];
    /// The keys at the root of a device's discovery: `DEVICE_DISCOVERY_SCHEMA` in Home Assistant's
    /// `components/mqtt/schemas.py`, which allows no others.
    const ROOT: [&str; 9] = [
        "availability",
        "availability_mode",
        "device",
        "origin",
        "components",
        "state_topic",
        "command_topic",
        "qos",
        "encoding",
    ];
    /// The keys of a device and of the origin, from the same file.
    const DEVICE: [&str; 11] = [
        "identifiers",
        "connections",
        "manufacturer",
        "model",
        "name",
        "hw_version",
        "serial_number",
        "sw_version",
        "via_device",
        "suggested_area",
        "configuration_url",
    ];
    const ORIGIN: [&str; 3] = ["name", "sw_version", "support_url"];
    const AVAILABILITY: [&str; 4] =
        ["topic", "payload_available", "payload_not_available", "value_template"];
    /// The keys that each platform takes, from its page (`sensor.mqtt`, `number.mqtt`, and so on); those
    /// of all platforms first.
    const KEYS: [(&str, &[&str]); 7] = [
        ("", &["platform", "name", "unique_id", "device_class", "entity_category"]),
        (
            "sensor",
            &[
                "state_topic",
                "unit_of_measurement",
                "state_class",
                "value_template",
                "expire_after",
                "options",
            ],
        ),
        ("binary_sensor", &["state_topic", "payload_on", "payload_off", "expire_after"]),
        (
            "number",
            &["state_topic", "command_topic", "unit_of_measurement", "min", "max", "step", "mode"],
        ),
        (
            "switch",
            &["state_topic", "command_topic", "payload_on", "payload_off", "state_on", "state_off"],
        ),
        (
            "select",
            &["state_topic", "command_topic", "options", "command_template", "value_template"],
        ),
        ("button", &["command_topic", "payload_press"]),
    ];

    fn keys(platform: &str) -> &'static [&'static str] {
        KEYS.iter().find(|(name, _)| *name == platform).map(|(_, keys)| *keys).unwrap()
    }

    fn check(payload: &str) {
        let document: Value = payload.parse().unwrap();
        for key in ["device", "origin", "components"] {
            assert!(document[key].is_object(), "{key} is required");
        }
        let only = |value: &Value, keys: &[&str]| {
            for key in value.as_object().unwrap().keys() {
                assert!(keys.contains(&key.as_str()), "{key} is none of {keys:?}");
            }
        };
        only(&document, &ROOT);
        only(&document["device"], &DEVICE);
        only(&document["origin"], &ORIGIN);
        assert!((0..=2).contains(&document["qos"].as_u64().unwrap()));
        assert!(document["origin"]["name"].is_string());
        let identifiers = document["device"]["identifiers"].as_array().unwrap();
        assert!(!identifiers.is_empty() && document["device"]["name"].is_string());
        assert!(
            ["all", "any", "latest"].contains(&document["availability_mode"].as_str().unwrap())
        );
        for availability in document["availability"].as_array().unwrap() {
            only(availability, &AVAILABILITY);
            assert!(availability["topic"].is_string());
        }
        let mut ids = Vec::new();
        for (key, component) in document["components"].as_object().unwrap() {
            let text = |field: &str| component[field].as_str();
            let platform = text("platform").expect("each component says what it is");
            for field in component.as_object().unwrap().keys() {
                let known =
                    keys("").contains(&field.as_str()) || keys(platform).contains(&field.as_str());
                assert!(known, "{key}: a {platform} has no {field}");
            }
            ids.push(text("unique_id").expect("with a device each one needs an id").to_owned());
            let command = matches!(platform, "number" | "switch" | "select" | "button");
            assert_eq!(text("command_topic").is_some(), command, "{key}");
            assert_eq!(text("state_topic").is_some(), platform != "button", "{key}");
            for topic in [text("command_topic"), text("state_topic")].into_iter().flatten() {
                assert!(!topic.contains(['#', '+']), "{key}: {topic}");
            }
            if let (Some(class), Some(unit)) = (text("device_class"), text("unit_of_measurement")) {
                let (_, units) = UNITS.iter().find(|(name, _)| *name == class).expect(class);
                assert!(units.contains(&unit), "{key}: {class} in {unit}");
            }
            match text("state_class") {
                Some("total_increasing") => assert_eq!(text("device_class"), Some("energy")),
                Some("measurement") => assert_ne!(text("device_class"), Some("energy"), "{key}"),
                Some(other) => panic!("{key}: {other}"),
                None => assert!(component["unit_of_measurement"].is_null() || platform == "number"),
            }
            if text("device_class") == Some("enum") {
                assert!(component["options"].is_array() && text("unit_of_measurement").is_none());
            }
            if platform == "select" {
                assert!(component["options"].is_array());
            }
            if platform == "number" {
                assert!(component["min"].as_u64() < component["max"].as_u64());
            }
            if let Some(category) = text("entity_category") {
                // A sensor may not be `config`.
                let allowed: &[&str] =
                    if command { &["config", "diagnostic"] } else { &["diagnostic"] };
                assert!(allowed.contains(&category), "{key}: {category}");
            }
        }
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "ids are unique");
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
