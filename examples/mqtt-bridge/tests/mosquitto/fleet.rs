//! Bridges that take over from each other.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::prelude::*;

fn standby(mqtt: &str, evse: &str) -> Program {
    bridge(&["--mqtt", mqtt, "--evse", evse, "--set", "bridge.standby=true", "-v"])
}

/// Where the page of a bridge is.
fn page(bridge: &mut Program) -> String {
    let line = bridge.out.wait("its page", |line| line.starts_with("page "));
    line.rsplit_once("http://").unwrap().1.trim_end_matches('/').to_owned()
}

/// The answer of a page, with its head.
fn get(page: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(page).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {page}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_standby_bridge_tells_once_that_its_broker_is_gone_and_once_that_it_is_back() {
    if !has_mosquitto() {
        return;
    }
    let mut mosquitto = Mosquitto::start("standby-alone", None);
    mosquitto.stop();
    let mut bridge = bridge(&["--mqtt", &mosquitto.url(), "--set", "bridge.standby=true"]);
    let page = page(&mut bridge);
    bridge.out.wait("that it waits", |line| line.starts_with("standby  sim:"));
    bridge.err.wait("why", |line| line.contains("trying again"));
    // The next attempts.
    std::thread::sleep(Duration::from_secs(3));
    let status = get(&page, "/status");
    assert!(status.contains(r#""standby":true"#) && status.contains(r#""status":"standby""#));
    mosquitto.restart();
    bridge.out.wait("the broker", |line| line.starts_with("broker "));
    // Nobody has the station.
    bridge.out.wait("the station", |line| line.starts_with("station "));
    bridge.err.drain();
    assert_eq!(bridge.err.seen.len(), 1, "{:?}", bridge.err.seen);
    wait_until("the end of standby", || get(&page, "/status").contains(r#""standby":false"#));
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
    let page = page(&mut second);
    second.out.wait("its broker", |line| line.starts_with("broker "));
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
    // Who asks the second one is told so.
    let refused = get(&page, "/r?json=1&rapi=$GV");
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    assert!(refused.contains("standby: this bridge waits until no other one"), "{refused}");
    let health = get(&page, "/healthz");
    assert!(health.starts_with("HTTP/1.1 200 "), "{health}");
    assert!(health.contains(r#""standby":true"#), "{health}");
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

#[test]
fn a_station_whose_bridge_has_ended_is_not_healthy_and_refuses_at_once_and_the_others_go_on() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("ended", None);
    let folder = Folder::new("ended");
    let (path, password) = (folder.0.join("bridge.toml"), folder.0.join("password"));
    let text = format!(
        "[mqtt]\nbroker = \"{}\"\nuser = \"me\"\npassword_file = \"{}\"\n[[station]]\nname = \"left\"\n\
         [[station]]\nname = \"right\"\n",
        mosquitto.url(),
        password.display()
    );
    std::fs::write(&path, text).unwrap();
    std::fs::write(&password, "any").unwrap();
    let mut bridge = bridge(&["--config", &path.display().to_string()]);
    let page = page(&mut bridge);
    wait_until("health", || get(&page, "/healthz").starts_with("HTTP/1.1 200 "));
    std::fs::remove_file(&password).unwrap();
    mosquitto.publish("left/restart", r#"{"device": "gateway"}"#, &[]);
    bridge.err.wait("the end", |line| line.contains("station left: mqtt.password_file"));
    wait_until("no health", || get(&page, "/healthz").starts_with("HTTP/1.1 503 "));
    let health = get(&page, "/healthz");
    assert!(health.contains(r#""left":{"evse":false,"mqtt":false"#), "{health}");
    assert!(health.contains(r#""right":{"evse":true,"mqtt":true"#), "{health}");
    let refused = get(&page, "/stations/left/r?json=1&rapi=$GV");
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    let other = get(&page, "/stations/right/r?json=1&rapi=$GV");
    assert!(other.starts_with("HTTP/1.1 200 "), "{other}");
}
