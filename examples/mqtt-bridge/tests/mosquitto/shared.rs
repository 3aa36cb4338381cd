//! Several stations behind one connection and one meter, and a bridge that dies.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::prelude::*;

/// Two simulated stations whose cars take all they get, behind one bridge.
fn two(mosquitto: &Mosquitto, folder: &Folder, share: &str) -> (Program, Program) {
    let path = folder.0.join("bridge.toml");
    let text = format!(
        "[mqtt]\nbroker = \"{}\"\n[share]\n{share}\n[[station]]\nname = \"left\"\n\
         [[station]]\nname = \"right\"\n",
        mosquitto.url()
    );
    std::fs::write(&path, text).unwrap();
    let sub = mosquitto.subscribe("#");
    (bridge(&["--config", &path.display().to_string()]), sub)
}

/// The newest values of all topics.
#[derive(Default)]
struct Newest(BTreeMap<String, String>);

impl Newest {
    fn look(&mut self, sub: &mut Program, mut each: impl FnMut(&Self)) {
        let seen = sub.out.seen.len();
        sub.out.drain();
        for line in &sub.out.seen[seen..] {
            if let Some((topic, payload)) = line.split_once(' ') {
                self.0.insert(topic.to_owned(), payload.to_owned());
                each(self);
            }
        }
    }

    fn number(&self, topic: &str) -> Option<i64> {
        self.0.get(topic)?.parse().ok()
    }

    /// Both stations' values of a topic.
    fn both(&self, topic: &str) -> Option<[i64; 2]> {
        Some([self.number(&format!("left/{topic}"))?, self.number(&format!("right/{topic}"))?])
    }
}

#[test]
fn two_stations_share_one_connection_and_never_draw_more_than_it_stands() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("connection-shared", None);
    let folder = Folder::new("connection-shared");
    let (_bridge, mut sub) = two(&mosquitto, &folder, "limit = 20");
    sub.out.wait_for_all(&["left/state 1", "right/state 1"]);
    for station in ["left", "right"] {
        mosquitto.publish(&format!("{station}/sim/set"), "plug", &[]);
        mosquitto.publish(&format!("{station}/sim/set"), "ask", &[]);
    }
    let mut newest = Newest::default();
    let start = Instant::now();
    loop {
        newest.look(&mut sub, |newest| {
            if let Some([left, right]) = newest.both("amp") {
                assert!(left + right <= 20_500, "{left} and {right} mA of 20 A");
            }
        });
        let charging = newest.both("state") == Some([3, 3]);
        if charging && newest.both("pilot").is_some_and(|[left, right]| left + right == 20) {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{:#?}", newest.0);
        std::thread::sleep(Duration::from_millis(200));
    }
    // A person who wants more gets no more than is left.
    mosquitto.publish("left/current/set", "32", &[]);
    sub.out.wait("who decides", |line| {
        line.starts_with("left/target ") && line.contains(r#""max_current_by":"share""#)
    });
    std::thread::sleep(Duration::from_secs(3));
    newest.look(&mut sub, |_| {});
    let [left, right] = newest.both("amp").unwrap();
    assert!(left + right <= 20_500, "{left} and {right} mA of 20 A");
}

#[test]
fn a_station_that_shares_has_a_maximum_of_its_own_and_the_rest_with_the_others() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("maximum", None);
    let folder = Folder::new("maximum");
    let (_bridge, mut sub) = two(&mosquitto, &folder, "limit = 63");
    sub.out.wait_for_all(&["left/state 1", "right/state 1"]);
    for (key, value) in [("min_current", 8), ("phases", 3)] {
        mosquitto.publish("left/config/set", &json!({ key: value }).to_string(), &[]);
        let line = sub.out.wait("a refusal", |line| line.starts_with("left/config/result "));
        let why = format!("error: {key}: the stations of [share] have the same");
        assert!(line.contains(&why), "{line}");
    }
    // What stays as it is, is no change.
    mosquitto.publish("left/config/set", r#"{"min_current": 6, "max_current": 10}"#, &[]);
    sub.out.wait("done", |line| line.starts_with("left/config/result done"));
    for station in ["left", "right"] {
        mosquitto.publish(&format!("{station}/sim/set"), "plug", &[]);
        mosquitto.publish(&format!("{station}/sim/set"), "ask", &[]);
    }
    // There is enough for two of 24 A.
    sub.out.wait_for_all(&["left/pilot 10", "right/state 3", "left/state 3"]);
    mosquitto.publish("left/current/set", "32", &[]);
    sub.out.wait("who decides", |line| {
        line.starts_with("left/target ") && line.contains(r#""max_current":10"#)
    });
    mosquitto.publish("right/rapi/in/$GE", "", &[]);
    sub.out.wait("the other one", |line| line.starts_with("right/rapi/out $OK 24 "));
}

#[test]
fn two_stations_share_one_surplus() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("sun-shared", None);
    let folder = Folder::new("sun-shared");
    let (_bridge, mut sub) = two(&mosquitto, &folder, "grid = \"home/grid\"\nlimit = 40");
    sub.out.wait_for_all(&["left/state 1", "right/state 1"]);
    let mut newest = Newest::default();
    // 4800 W of sun, 20 A, and a house that needs nothing.
    let meter = |newest: &Newest| {
        let amp = newest.both("amp").map_or(0, |[left, right]| left + right);
        mosquitto.publish("home/grid", &(amp * 240 / 1000 - 4800).to_string(), &[]);
    };
    meter(&newest);
    for station in ["left", "right"] {
        mosquitto.publish(&format!("{station}/divertmode/set"), "2", &[]);
        mosquitto.publish(&format!("{station}/sim/set"), "plug", &[]);
        mosquitto.publish(&format!("{station}/sim/set"), "ask", &[]);
    }
    let start = Instant::now();
    loop {
        newest.look(&mut sub, |_| {});
        meter(&newest);
        let charging = newest.both("state") == Some([3, 3]);
        let fair = newest.both("pilot").is_some_and(|[left, right]| {
            left.min(right) >= 8 && (18..=20).contains(&(left + right))
        });
        if charging && fair {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(90), "{:#?}", newest.0);
        std::thread::sleep(Duration::from_millis(700));
    }
}

#[test]
fn when_the_bridge_is_killed_the_car_goes_down_to_a_safe_current() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("dead", None);
    let port = free_port();
    let station = Station::new();
    station.listen(port);
    let evse = format!("tcp://127.0.0.1:{port}");
    let mut sub = mosquitto.subscribe("openevse/#");
    let bridge = bridge(&[
        "--evse",
        &evse,
        "--mqtt",
        &mosquitto.url(),
        "--set",
        "station.heartbeat_seconds=3",
        "--set",
        "station.heartbeat_current=7",
    ]);
    sub.out.wait_for("openevse/state 1");
    station.car("plug");
    station.car("ask");
    sub.out.wait_for("openevse/state 3");
    let drawn = || station.runtime.block_on(station.handle.snapshot()).unwrap().current_ma;
    let start = Instant::now();
    while drawn() < 20_000 {
        assert!(start.elapsed() < Duration::from_secs(20), "{} mA", drawn());
        std::thread::sleep(Duration::from_millis(50));
    }
    // As long as the bridge lives, the current stays.
    std::thread::sleep(Duration::from_secs(4));
    assert!(drawn() > 20_000);
    bridge.signal("KILL");
    let killed = Instant::now();
    while drawn() > 7_500 {
        assert!(killed.elapsed() < Duration::from_secs(10), "{} mA", drawn());
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!((6_000..=7_500).contains(&drawn()), "{} mA", drawn());
}
