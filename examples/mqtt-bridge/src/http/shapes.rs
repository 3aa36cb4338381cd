//! What clients of the gateway send and look for, in the shapes that they use.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::Problem;
use super::gateway::object;
use crate::control::MQTT_CLIENT;

/// A wish as a whole: what it does not mention is over. Clients read the wish, change it, and send all of
/// it again.
pub(super) fn wish(body: &[u8]) -> Result<Vec<u8>, Problem> {
    let mut wish = object(body)?;
    for key in ["state", "charge_current", "max_current"] {
        wish.entry(key).or_insert(Value::Null);
    }
    wish.entry("auto_release").or_insert(json!(true));
    Ok(Value::Object(wish).to_string().into_bytes())
}

/// Events as they are kept: one may stand alone, a new one needs no id, and days may be written large.
/// What is no event is passed on as it is, to be refused.
pub(super) fn events(body: &[u8], id: Option<u32>, schedule: &Value) -> Vec<u8> {
    let mut list = match serde_json::from_slice(body) {
        Ok(Value::Array(list)) if id.is_none() => list,
        Ok(event @ Value::Object(_)) => vec![event],
        _ => return body.to_vec(),
    };
    let known = schedule.as_array().into_iter().flatten().chain(&list);
    let known: HashSet<_> = known.filter_map(|event| event["id"].as_u64()).collect();
    let mut free = (1_u64..).filter(|id| !known.contains(id));
    for event in list.iter_mut().filter_map(Value::as_object_mut) {
        if let Some(id) = id {
            event.insert("id".to_owned(), json!(id));
        } else if !event.contains_key("id") {
            event.insert("id".to_owned(), json!(free.next()));
        }
        for day in event.get_mut("days").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(name) = day.as_str() {
                *day = json!(name.to_lowercase());
            }
        }
        if let Some(time) = event.get("time").and_then(Value::as_str) {
            // Local time all the same, as the gateway takes it.
            event.insert("time".to_owned(), json!(time.trim_end_matches('Z')));
        }
        // An event is a moment: a calendar sends with it what the gateway does not know.
        event.remove("duration");
    }
    Value::Array(list).to_string().into_bytes()
}

/// The number that gateways give to whoever has a claim.
fn id(by: &str) -> u32 {
    match by {
        "override" => 65_537,
        "divert" => 65_538,
        "schedule" => 65_540,
        "limit" => 65_542,
        // What the supply can carry: the house connection, other stations, a contactor.
        _ => 65_548,
    }
}

/// Programs that use the topic `claim/set`.
const MQTT: u32 = 65_547;

/// All claims, by the numbers of the gateways.
pub(super) fn claims(mut claims: Value) -> Value {
    for claim in claims.as_array_mut().into_iter().flatten() {
        let client = match &claim["client"] {
            Value::String(by) => id(by),
            client if *client == MQTT_CLIENT => MQTT,
            _ => continue,
        };
        claim["client"] = json!(client);
    }
    claims
}

/// Whose a property of the target is: of programs, the one that has it so.
pub(super) fn owner(claims: &Value, name: &str, by: &Value, value: &Value) -> Value {
    let by = by.as_str().unwrap_or_default();
    let program =
        |claim: &&Map<String, Value>| claim["priority"] == 500 && claim.get(name) == Some(value);
    let mut all = claims.as_array().into_iter().flatten().filter_map(Value::as_object);
    match by {
        "claim" => all.find(program).map_or(json!(MQTT), |claim| claim["client"].clone()),
        by => json!(id(by)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: Vec<u8>) -> Value {
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn a_wish_is_whole() {
        let wish = |text: &str| read(wish(text.as_bytes()).unwrap());
        let over = json!({"state": null, "charge_current": null, "max_current": null, "auto_release": true});
        assert_eq!(wish("{}"), over);
        assert_eq!(
            wish(r#"{"state": "active", "charge_current": "7", "auto_release": false}"#),
            json!({"state": "active", "charge_current": "7", "max_current": null, "auto_release": false})
        );
        assert!(super::wish(b"[]").is_err() && super::wish(b"").is_err());
    }

    #[test]
    fn a_new_event_gets_an_id_and_a_calendar_is_understood() {
        let old = json!([{"id": 1}, {"id": 4_294_967_295_u32}]);
        let body =
            br#"{"state": "active", "time": "14:15:22Z", "days": ["Monday"], "duration": 60}"#;
        let made = json!([{"id": 2, "state": "active", "time": "14:15:22", "days": ["monday"]}]);
        assert_eq!(read(events(body, None, &old)), made);
        assert_eq!(read(events(body, Some(3), &old))[0]["id"], 3);
        assert_eq!(
            read(events(b"[{}, {\"id\": 20}, {}]", None, &old)),
            json!([{"id": 2}, {"id": 20}, {"id": 3}])
        );
        assert_eq!(events(b"[]", Some(1), &old), b"[]", "a list is no event");
        assert_eq!(events(b"nonsense", None, &old), b"nonsense");
    }

    #[test]
    fn who_has_got_their_way_is_told_by_the_numbers_of_the_gateways() {
        let all = claims(json!([
            {"client": 0, "priority": 500, "charge_current": 20},
            {"client": 262_145, "priority": 500, "charge_current": 16},
            {"client": "override", "priority": 1000, "state": "active"},
        ]));
        let clients: Vec<_> =
            all.as_array().unwrap().iter().map(|claim| &claim["client"]).collect();
        assert_eq!(clients, [65_547, 262_145, 65_537]);
        let owner = |name, by, value| owner(&all, name, &json!(by), &value);
        assert_eq!(owner("charge_current", "claim", json!(16)), 262_145);
        assert_eq!(owner("state", "override", json!("active")), 65_537);
        assert_eq!(owner("max_current", "house", json!(9)), 65_548);
    }
}
