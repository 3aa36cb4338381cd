//! What comes on the `…/set` topics.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Event, Limit, Run, Wish};
use crate::current;

/// A change of somebody's wish: what is not mentioned stays as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    run: Option<Option<Run>>,
    charge_current: Option<Option<u8>>,
    max_current: Option<Option<u8>>,
    auto_release: Option<bool>,
}

impl Change {
    /// Puts it over what was wished before.
    #[must_use]
    pub fn over(&self, before: Option<Wish>) -> Wish {
        let wish = before.unwrap_or(Wish { auto_release: true, ..Wish::default() });
        Wish {
            run: self.run.unwrap_or(wish.run),
            charge_current: self.charge_current.unwrap_or(wish.charge_current),
            max_current: self.max_current.unwrap_or(wish.max_current),
            auto_release: self.auto_release.unwrap_or(wish.auto_release),
        }
    }

    /// Wishes a current, or none.
    #[must_use]
    pub fn current(amps: Option<u8>) -> Self {
        Self { charge_current: Some(amps), ..Self::default() }
    }

    /// Wishes a start, a stop, or neither.
    #[must_use]
    pub fn run(run: Option<Run>) -> Self {
        Self { run: Some(run), ..Self::default() }
    }
}

/// What can be started anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Device {
    /// The bridge.
    Gateway,
    /// The controller.
    Evse,
}

/// What somebody has asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// A person's wish; nothing: it is over.
    Override(Option<Change>),
    /// The other way round.
    Toggle,
    /// The wish of a program with an id; nothing: it is over.
    Claim(u32, Option<Change>),
    /// A limit of the session, or none.
    Limit(Option<Limit>),
    /// Events of the schedule.
    Schedule(Vec<Event>),
    /// An event is over.
    Unschedule(u32),
    /// Keys of the station's configuration.
    Config(Map<String, Value>),
    /// The limit of the house connection counts, or does not.
    Shaper(bool),
    /// Something is to be started anew.
    Restart(Device),
}

/// The topics below the base whose orders are read here; [`orders`](crate::inbox::orders) has all of them.
pub const TOPICS: [&str; 10] = [
    "current/set",
    "enable/set",
    "override/set",
    "claim/set",
    "limit/set",
    "schedule/set",
    "schedule/clear",
    "config/set",
    "shaper/set",
    "restart",
];

/// Reads an order; nothing if the topic is none of [`TOPICS`].
///
/// # Errors
///
/// What to send instead, in words.
#[must_use]
pub fn parse(topic: &str, payload: &[u8]) -> Option<Result<Order, String>> {
    let text = String::from_utf8_lossy(payload);
    let text = text.trim();
    let order = match (topic, text) {
        ("current/set", "clear") => Ok(Order::Override(Some(Change::current(None)))),
        ("current/set", amps) => amps
            .strip_suffix(".0")
            .unwrap_or(amps)
            .parse()
            .ok()
            .filter(|amps| current::is_possible(*amps))
            .map(|amps| Order::Override(Some(Change::current(Some(amps)))))
            .ok_or_else(|| {
                format!("a current is {} (amps) or clear, not {amps:?}", current::range())
            }),
        ("enable/set", "1" | "true" | "on" | "ON" | "active") => {
            Ok(Order::Override(Some(Change::run(Some(Run::Active)))))
        }
        ("enable/set", "0" | "false" | "off" | "OFF" | "disabled") => {
            Ok(Order::Override(Some(Change::run(Some(Run::Disabled)))))
        }
        ("enable/set", "clear") => Ok(Order::Override(Some(Change::run(None)))),
        ("enable/set", other) => Err(format!("1 or 0 or clear, not {other:?}")),
        ("override/set", "clear") => Ok(Order::Override(None)),
        ("override/set", "toggle") => Ok(Order::Toggle),
        ("override/set", json) => change(json).map(|change| Order::Override(Some(change))),
        ("claim/set", _) => claim(MQTT_CLIENT, text),
        ("limit/set", "clear") => Ok(Order::Limit(None)),
        ("limit/set", json) => from_object(json, r#"{"type": "energy", "value": 5000} or clear"#)
            .map(|limit| Order::Limit(Some(limit))),
        ("schedule/set", json) => from_list(
            json,
            r#"[{"id": 1, "state": "active", "time": "22:00", "days": ["monday"]}]"#,
        )
        .map(Order::Schedule),
        ("schedule/clear", id) => {
            id.parse().map(Order::Unschedule).map_err(|_| format!("{id:?} is no id of an event"))
        }
        ("config/set", json) => from_object(json, r#"{"limit_wh": 10000}"#).map(Order::Config),
        ("shaper/set", "1") => Ok(Order::Shaper(true)),
        ("shaper/set", "0") => Ok(Order::Shaper(false)),
        ("shaper/set", other) => Err(format!("1 or 0, not {other:?}")),
        ("restart", json) => {
            #[derive(Deserialize)]
            struct What {
                device: Device,
            }
            from_object::<What>(json, r#"{"device": "gateway"} or {"device": "evse"}"#)
                .map(|what| Order::Restart(what.device))
        }
        _ => {
            let client = topic.strip_prefix("claim/")?.strip_suffix("/set")?;
            match client.parse() {
                Ok(client) => claim(client, text),
                Err(_) => Err(format!("{client:?} is no id of a program: a number")),
            }
        }
    };
    Some(order)
}

/// The id of all programs that use `claim/set`.
pub const MQTT_CLIENT: u32 = 0;

fn claim(client: u32, text: &str) -> Result<Order, String> {
    match text {
        "release" | "clear" => Ok(Order::Claim(client, None)),
        json => change(json).map(|change| Order::Claim(client, Some(change))),
    }
}

fn from_json<T: DeserializeOwned>(json: &str, example: &str) -> Result<T, String> {
    serde_json::from_str(json).map_err(|error| format!("{error}; for instance {example}"))
}

/// Members by their names: a list of them, which the library would take as well, is no order.
fn from_object<T: DeserializeOwned>(json: &str, example: &str) -> Result<T, String> {
    let map: Map<String, Value> = from_json(json, example)?;
    serde_json::from_value(whole(Value::Object(map)))
        .map_err(|error| format!("{error}; for instance {example}"))
}

/// `16.0` is 16: there are clients that have no whole numbers.
fn whole(value: Value) -> Value {
    /// Up to here a float is exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) if number.is_f64() => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && float.abs() < EXACT => Value::from(float as i64),
            _ => Value::Number(number),
        },
        Value::Array(list) => list.into_iter().map(whole).collect(),
        Value::Object(map) => map.into_iter().map(|(key, value)| (key, whole(value))).collect(),
        other => other,
    }
}

/// A list of such objects.
fn from_list<T: DeserializeOwned>(json: &str, example: &str) -> Result<Vec<T>, String> {
    let list: Vec<Map<String, Value>> = from_json(json, example)?;
    let one = |map| serde_json::from_value(whole(Value::Object(map)));
    let all: Result<_, _> = list.into_iter().map(one).collect();
    all.map_err(|error| format!("{error}; for instance {example}"))
}

/// Amps may be a text. 0 is the least that can be offered: so a controller takes it, and there are clients
/// that send it with each stop.
fn amps(key: &str, value: &Value) -> Result<Option<u8>, String> {
    if value.is_null() || value == "clear" {
        return Ok(None);
    }
    match value.as_str().map_or(value.as_u64(), |text| text.parse().ok()).map(u8::try_from) {
        Some(Ok(0)) => Ok(Some(current::LEAST)),
        Some(Ok(amps)) if current::is_possible(amps) => Ok(Some(amps)),
        _ => Err(format!("{key} is {} (amps) or \"clear\", not {value}", current::range())),
    }
}

fn change(json: &str) -> Result<Change, String> {
    let map: Map<String, Value> = from_json(
        json,
        r#"{"state": "active", "charge_current": 16, "max_current": 20, "auto_release": true}"#,
    )?;
    let mut change = Change::default();
    for (key, value) in map {
        let value = whole(value);
        match key.as_str() {
            "charge_current" => change.charge_current = Some(amps(&key, &value)?),
            "max_current" => change.max_current = Some(amps(&key, &value)?),
            "state" => {
                change.run = Some(match value.as_str() {
                    Some("active") => Some(Run::Active),
                    Some("disabled" | "disable") => Some(Run::Disabled),
                    Some("clear" | "null" | "auto") => None,
                    _ if value.is_null() => None,
                    _ => return Err(format!("state is active, disabled or clear, not {value}")),
                });
            }
            // The gateway's own example has them as nothing.
            "energy_limit" | "time_limit" if value.is_null() || value == 0 => {}
            "auto_release" => {
                let value = value.as_bool().ok_or("auto_release is true or false")?;
                change.auto_release = Some(value);
            }
            other => {
                return Err(format!(
                    "there is no {other}: state, charge_current, max_current, auto_release"
                ));
            }
        }
    }
    Ok(change)
}

#[cfg(test)]
mod tests;
