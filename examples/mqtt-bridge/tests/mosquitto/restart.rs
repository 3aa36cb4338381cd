//! What a bridge leaves behind, and what the next one makes of it.

use rapi_sim::{Command, Config};

use crate::prelude::*;

#[test]
fn wishes_and_mode_survive_and_a_restart_of_everything_brings_no_burst() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("survive", None);
    let folder = Folder::new("state");
    let port = free_port();
    let station = Station::new();
    station.listen(port);
    let (evse, dir) = (format!("tcp://127.0.0.1:{port}"), folder.0.display().to_string());
    let url = mosquitto.url();
    let arguments = ["--evse", &evse, "--mqtt", &url, "--state-dir", &dir, "--grid", "home/grid"];
    let mut sub = mosquitto.subscribe("openevse/#");
    let first = bridge(&arguments);
    sub.out.wait_for("openevse/state 1");
    // A controller that looks for its level by itself would set its maximum anew when the relay closes.
    mosquitto.publish("openevse/rapi/in/$SL", "2", &[]);
    sub.out.wait("the level", |line| line.starts_with("openevse/rapi/out $OK"));
    station.car("plug");
    station.car("ask");
    sub.out.wait_for("openevse/state 3");
    mosquitto.publish("openevse/divertmode/set", "2", &[]);
    sub.out.wait_for("openevse/divertmode 2");
    mosquitto.publish("openevse/override/set", r#"{"state": "active", "charge_current": 10}"#, &[]);
    sub.out.wait_for("openevse/pilot 10");
    mosquitto.publish("openevse/claim/set", r#"{"max_current": 20, "auto_release": false}"#, &[]);
    mosquitto.publish(
        "openevse/schedule/set",
        r#"[{"id": 7, "state": "active", "time": "22:00", "days": ["monday"]}]"#,
        &[],
    );
    sub.out.wait_for("openevse/schedule/result 1 events");
    mosquitto.publish("openevse/limit/set", r#"{"type": "energy", "value": 50000}"#, &[]);
    sub.out.wait("a limit", |line| line.starts_with("openevse/limit/result limit "));
    let file = folder.0.join("openevse.json");
    let kept = || std::fs::read_to_string(&file).unwrap_or_default();
    wait_until("the limit is kept", || kept().contains("50000"));
    // No goodbye, and the station loses its power as well: it boots locked, and would offer 24 A.
    first.signal("KILL");
    drop(first);
    let mut heard = Heard::by(&station);
    station.runtime.block_on(station.handle.command(Command::Restart(Default::default()))).unwrap();

    let mut sub = mosquitto.subscribe("openevse/#");
    let mut second = bridge(&arguments);
    second.out.wait("the station", |line| line.starts_with("station "));
    let mut most = 0;
    wait_until("it charges again", || {
        let snapshot = station.runtime.block_on(station.handle.snapshot()).unwrap();
        most = most.max(snapshot.current_ma);
        snapshot.relay_closed && snapshot.current_ma > 9_000
    });
    let changes = heard.changes();
    assert!(most <= 10_500, "{most} mA after {changes:?}");
    let place = |word: &str| changes.iter().position(|line| line.starts_with(word));
    let (set, unlock) = (place("$SC 10 V"), place("$SB"));
    assert!(set.is_some() && set < unlock, "{changes:?}");
    assert!(!changes.iter().any(|line| line.starts_with("$SC") && !line.starts_with("$SC 10 V")));
    for line in ["openevse/divertmode 2", "openevse/pilot 10"] {
        if !sub.out.seen.iter().any(|seen| seen == line) {
            sub.out.wait_for(line);
        }
    }
    let mut documents = mosquitto.subscribe("openevse/+");
    for part in [r#""max_current":20"#, r#""id":7"#, r#""value":50000"#] {
        if !documents.out.seen.iter().any(|line| line.contains(part)) {
            documents.out.wait(part, |line| line.contains(part));
        }
    }
}

#[test]
fn a_station_that_cannot_be_told_a_current_is_not_started_with_another_one() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("old", None);
    let port = free_port();
    let firmware = "3.7.8".parse().unwrap();
    let station = Station::with(Config { firmware, ..Config::default() });
    station.listen(port);
    let evse = format!("tcp://127.0.0.1:{port}");
    let mut sub = mosquitto.subscribe("openevse/#");
    let mut bridge = bridge(&["--evse", &evse, "--mqtt", &mosquitto.url()]);
    sub.out.wait_for("openevse/state 1");
    station.car("plug");
    station.car("ask");
    sub.out.wait_for("openevse/state 3");
    mosquitto.publish("openevse/enable/set", "0", &[]);
    sub.out.wait_for("openevse/state 254");
    let mut heard = Heard::by(&station);
    mosquitto.publish("openevse/override/set", r#"{"state": "active", "charge_current": 10}"#, &[]);
    bridge.err.wait("why", |line| line.contains("cannot be told a current"));
    assert_eq!(heard.changes(), ["$SC 10 V"]);
    // When nobody wants a current any more, it starts.
    mosquitto.publish("openevse/override/set", "clear", &[]);
    sub.out.wait_for("openevse/state 3");
    assert_eq!(heard.changes(), ["$SC 10 V", "$FE"]);
}

#[test]
fn a_broken_state_is_told_and_the_bridge_starts_with_the_defaults() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("broken-state", None);
    let folder = Folder::new("broken");
    std::fs::write(folder.0.join("openevse.json"), "{ this is no JSON").unwrap();
    let mut sub = mosquitto.subscribe("openevse/state");
    let dir = folder.0.display().to_string();
    let mut broken = bridge(&["--mqtt", &mosquitto.url(), "--state-dir", &dir]);
    broken.err.wait("a warning", |line| line.contains("it starts with the defaults"));
    sub.out.wait_for("openevse/state 1");
}
