//! Bridges that take over from each other.

use std::time::Duration;

use crate::prelude::*;

fn standby(mqtt: &str, evse: &str) -> Program {
    bridge(&["--mqtt", mqtt, "--evse", evse, "--set", "bridge.standby=true", "-v"])
}

#[test]
fn a_standby_bridge_takes_a_station_over_with_all_that_was_wished() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("standby", None);
    let port = free_port();
    let station = Station::new();
    station.listen(port);
    let evse = format!("tcp://127.0.0.1:{port}");
    let mut sub = mosquitto.subscribe("openevse/#");
    let first = standby(&mosquitto.url(), &evse);
    sub.out.wait_for("openevse connected");
    sub.out.wait_for("openevse/state 1");
    let mut second = standby(&mosquitto.url(), &evse);
    station.car("plug");
    mosquitto.publish("openevse/current/set", "11", &[]);
    sub.out.wait_for("openevse/pilot 11");
    mosquitto.publish("openevse/limit/set", r#"{"type": "energy", "value": 9000}"#, &[]);
    sub.out.wait("the limit", |line| line.starts_with("openevse/limit/result limit "));
    // The second one waits: everything is answered once.
    std::thread::sleep(Duration::from_secs(6));
    mosquitto.publish("openevse/rapi/in/$GV", "", &[]);
    sub.out.wait_for("openevse/rapi/out $OK 8.2.3 5.2.1^2F");
    std::thread::sleep(Duration::from_secs(1));
    sub.out.drain();
    let answers = |sub: &Program| {
        sub.out.seen.iter().filter(|line| line.starts_with("openevse/rapi/out $OK 8")).count()
    };
    assert_eq!(answers(&sub), 1);
    first.signal("KILL");
    sub.out.wait_for("openevse disconnected");
    second.err.wait("a takeover", |line| line.contains("openevse is taken over"));
    sub.out.wait_for("openevse connected");
    sub.out.wait_for("openevse/pilot 11");
    let mut limit = mosquitto.subscribe("openevse/limit");
    limit.out.wait("the same limit", |line| line.contains("9000"));
    mosquitto.publish("openevse/rapi/in/$GV", "", &[]);
    sub.out.wait_for("openevse/rapi/out $OK 8.2.3 5.2.1^2F");
    // The first one comes back and waits in its turn.
    let _first = standby(&mosquitto.url(), &evse);
    std::thread::sleep(Duration::from_secs(6));
    let before = answers(&sub);
    mosquitto.publish("openevse/rapi/in/$GV", "", &[]);
    sub.out.wait_for("openevse/rapi/out $OK 8.2.3 5.2.1^2F");
    std::thread::sleep(Duration::from_secs(1));
    sub.out.drain();
    assert_eq!(answers(&sub), before + 1);
}
