//! What Home Assistant asks of a device's discovery.

use serde_json::Value;

/// The units and the state class that are used here with each device class. Home Assistant takes more: see
/// `DEVICE_CLASS_UNITS` and `DEVICE_CLASS_STATE_CLASSES` in its `components/sensor/const.py`, which each row was
/// compared with (2026).
const UNITS: [(&str, &[&str], &str); 5] = [
    ("current", &["A", "mA"], "measurement"),
    ("voltage", &["V"], "measurement"),
    ("power", &["W"], "measurement"),
    ("energy", &["Wh", "kWh"], "total_increasing"),
    ("temperature", &["°C"], "measurement"),
];
/// The keys at the root of a device's discovery, from `DEVICE_DISCOVERY_SCHEMA` in Home Assistant's
/// `components/mqtt/schemas.py`, but for the older forms of availability. It allows no others.
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
    ("select", &["state_topic", "command_topic", "options", "command_template", "value_template"]),
    ("button", &["command_topic", "payload_press"]),
];

fn keys(platform: &str) -> &'static [&'static str] {
    KEYS.iter().find(|(name, _)| *name == platform).map(|(_, keys)| *keys).unwrap()
}

/// Panics at what Home Assistant would not take.
pub(super) fn check(payload: &str) {
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
    assert!(["all", "any", "latest"].contains(&document["availability_mode"].as_str().unwrap()));
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
        let unit = text("unit_of_measurement");
        if let (Some(class), Some(unit)) = (text("device_class"), unit) {
            let (_, units, state) = UNITS.iter().find(|row| row.0 == class).expect(class);
            assert!(units.contains(&unit), "{key}: {class} in {unit}");
            let expected = (platform == "sensor").then_some(*state);
            assert_eq!(text("state_class"), expected, "{key}");
        } else {
            assert!(unit.is_none() && text("state_class").is_none(), "{key}");
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
