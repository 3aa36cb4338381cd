//! What people and programs want of the station.

use std::time::Duration;

use serde_json::{Value, json};

use crate::prelude::*;

/// Whether a line has these members behind `head`, in any order, and no others: in which order
/// they come depends on what else is in the build.
fn is_object(line: &str, head: &str, members: &Value) -> bool {
    line.strip_prefix(head)
        .and_then(|object| serde_json::from_str::<Value>(object).ok())
        .is_some_and(|object| object == *members)
}

#[test]
fn each_typed_topic_is_obeyed_and_answered() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("typed", None);
    let mut sub = mosquitto.subscribe("openevse/#");
    let _bridge = bridge(&["--mqtt", &mosquitto.url()]);
    sub.out.wait_for("openevse/state 1");
    let set = |topic: &str, payload: &str| {
        mosquitto.publish(&format!("openevse/{topic}"), payload, &[]);
    };
    set("current/set", "16");
    let told = json!({"auto_release": true, "charge_current": 16});
    let answered = |line: &str| is_object(line, "openevse/current/result override ", &told);
    sub.out.wait("an override of 16 A", answered);
    sub.out.wait_for("openevse/pilot 16");
    set("current/set", "clear");
    sub.out.wait_for("openevse/pilot 24");
    set("enable/set", "0");
    sub.out.wait_for("openevse/state 254");
    set("enable/set", "1");
    sub.out.wait_for("openevse/state 1");
    // A person's wish outranks a program's, and the smallest cap counts.
    set("claim/set", r#"{"state": "disabled", "max_current": 10}"#);
    sub.out.wait_for("openevse/pilot 10");
    set("override/set", "clear");
    sub.out.wait_for("openevse/state 254");
    set("claim/set", "release");
    sub.out.wait_for("openevse/claim/result claim {\"state\":\"null\"}");
    // Only the volatile current was set: it comes back, and nothing wears.
    sub.out.wait_for("openevse/pilot 24");
    assert!(!sub.out.seen.iter().any(|line| line == "openevse/eeprom_writes 1"));
    set("sim/set", "plug");
    sub.out.wait_for("openevse/state 2");
    set("limit/set", r#"{"type": "energy", "value": 1}"#);
    let told = json!({"auto_release": true, "type": "energy", "value": 1});
    let answered = |line: &str| is_object(line, "openevse/limit/result limit ", &told);
    sub.out.wait("a limit of 1 Wh", answered);
    set("sim/set", "ask");
    sub.out.wait_for("openevse/state 3");
    // 24 A reach a watt-hour within a second. A limit outranks a person.
    set("enable/set", "1");
    sub.out.wait_for("openevse/state 254");
    set("limit/set", "clear");
    sub.out.wait_for("openevse/state 3");
    for (topic, payload, problem) in [
        ("current/set", "81", "error: a current is 6 to 80"),
        ("enable/set", "maybe", "error: 1 or 0"),
        ("override/set", "{", "error: "),
        ("claim/set", r#"{"amps": 3}"#, "error: there is no amps"),
        ("limit/set", r#"{"type": "soc", "value": 80}"#, "error: the bridge does not know"),
        ("schedule/set", r#"[{"id": 1}]"#, "error: "),
        ("config/set", r#"{"evse": "sim:"}"#, "error: evse cannot be changed here"),
        ("config/set", r#"{"phases": 2}"#, "error: phases: 1 or 3"),
        ("divertmode/set", "3", "error: the divert mode is 1"),
        ("restart", "now", "error: "),
    ] {
        set(topic, payload);
        let start = format!("openevse/{}/result {problem}", topic.trim_end_matches("/set"));
        sub.out.wait(&start, |line| line.starts_with(&start));
    }
    set("config/set", r#"{"limit_wh": 20000}"#);
    sub.out.wait("the new configuration", |line| {
        line.starts_with("openevse/config {") && line.contains(r#""limit_wh":20000"#)
    });
    set(
        "schedule/set",
        r#"[{"id": 1, "state": "disabled", "time": "00:00", "days": ["monday",
        "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]}]"#,
    );
    set("override/set", "clear");
    sub.out.wait_for("openevse/state 254");
    set("schedule/clear", "1");
    sub.out.wait_for("openevse/state 3");
    set("restart", r#"{"device": "evse"}"#);
    sub.out.wait_for("openevse/restart/result restart of the station");
    set("restart", r#"{"device": "gateway"}"#);
    sub.out.wait_for("openevse disconnected");
    sub.out.wait_for("openevse connected");
}

#[test]
fn what_a_person_sets_in_eco_stays() {
    if !has_mosquitto() {
        return;
    }
    let (mosquitto, mut sub, _bridge) = charging("eco-person", &["--grid", "home/grid"]);
    mosquitto.publish("home/grid", "3300", &[]);
    mosquitto.publish("openevse/divertmode/set", "2", &[]);
    sub.out.wait_for("openevse/pilot 10");
    mosquitto.publish("openevse/rapi/in/$SC", "20 V", &[]);
    sub.out.wait_for("openevse/pilot 20");
    sub.out.wait("who wants that", |line| {
        line.starts_with("openevse/target ")
            && line.contains(r#""charge_current":20,"charge_current_by":"override""#)
    });
    let before = sub.out.seen.len();
    std::thread::sleep(Duration::from_secs(3));
    sub.out.drain();
    let undone = sub.out.seen[before..].iter().any(|line| line.starts_with("openevse/pilot 1"));
    assert!(!undone);
}
