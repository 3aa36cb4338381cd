//! The connection to the broker: passwords, restarts, birth and last will.

use crate::prelude::*;

#[test]
fn a_broker_with_passwords_lets_the_right_one_in_and_the_wrong_one_hears_why_not() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("password", Some(("me", "p@ss:w%40rd/#?")));
    let mut sub = mosquitto.subscribe("#");
    let _right = bridge(&["--mqtt", &mosquitto.url()]);
    sub.out.wait_for("openevse/state 1");

    let folder = Folder::new("wrong");
    let file = folder.0.join("bridge.toml");
    let config = |url: &str| {
        std::fs::write(&file, format!("mqtt.broker = '{url}'\n[[station]]\nname = 'second'\n"))
            .unwrap();
    };
    config(&format!("mqtt://me:guess@127.0.0.1:{}", mosquitto.port));
    let mut wrong = bridge(&["--config", file.to_str().unwrap()]);
    let sentence = wrong.err.wait("a sentence", |line| line.contains("refuses user and password"));
    assert!(sentence.contains("mqtt.password_file") && sentence.ends_with("; trying again"));
    assert!(!wrong.err.seen.concat().contains("guess"), "the password is not shown");
    // It lives, and takes the right one.
    config(&mosquitto.url());
    wrong.signal("HUP");
    sub.out.wait_for("second connected");
}

#[test]
fn a_broker_that_goes_away_is_found_again_and_told_everything() {
    if !has_mosquitto() {
        return;
    }
    let mut mosquitto = Mosquitto::start("restart", None);
    let mut bridge = bridge(&["--mqtt", &mosquitto.url()]);
    let mut sub = mosquitto.subscribe("openevse/#");
    sub.out.wait_for("openevse/state 1");
    mosquitto.stop();
    bridge.err.wait("a sentence", |line| line.contains("trying again"));
    mosquitto.restart();
    let mut sub = mosquitto.subscribe("openevse/#");
    sub.out.wait_for("openevse connected");
    sub.out.wait_for("openevse/evse_connected 1");
    sub.out.wait_for("openevse/firmware 8.2.3");
    sub.out.wait_for("openevse/state 1");
    mosquitto.publish("openevse/rapi/in/$GV", "", &[]);
    sub.out.wait_for("openevse/rapi/out $OK 8.2.3 5.2.1^2F");
}

#[test]
fn the_state_is_kept_for_those_who_come_later_and_answers_are_not() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("kept", None);
    let mut sub = mosquitto.subscribe("#");
    let _bridge = bridge(&["--mqtt", &mosquitto.url()]);
    let arguments = ["--base-topic", "other", "--set", "mqtt.retain=false"];
    let _other = bridge(&[&["--mqtt", &mosquitto.url()][..], &arguments].concat());
    sub.out.wait_for_all(&["openevse/state 1", "other/state 1"]);
    mosquitto.publish("openevse/rapi/in/$GV", "", &[]);
    sub.out.wait("the document", |line| line.starts_with("openevse/rapi/out/$GV "));
    let kept = |topic: &str| mosquitto.kept(topic);
    assert_eq!(kept("openevse/state").as_deref(), Some("1"));
    assert_eq!(kept("openevse").as_deref(), Some("connected"));
    assert_eq!((kept("openevse/rapi/out"), kept("openevse/rapi/out/$GV")), (None, None));
    assert_eq!((kept("other/state"), kept("other").as_deref()), (None, Some("connected")));
}

#[test]
fn a_bridge_that_dies_has_a_last_will() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("will", None);
    let mut sub = mosquitto.subscribe("openevse");
    let bridge = bridge(&["--mqtt", &mosquitto.url()]);
    sub.out.wait_for("openevse connected");
    bridge.signal("KILL");
    sub.out.wait_for("openevse disconnected");
    // It is kept for those who come later.
    mosquitto.subscribe("openevse").out.wait_for("openevse disconnected");
}

#[test]
fn each_profile_has_its_own_topics_birth_and_will() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("profiles", None);
    for (compat, wanted, unwanted) in [
        (
            "guide",
            &["wh 0", "temp1 ", "openevse connected"][..],
            &["status", "voltage", "power"][..],
        ),
        ("2.7", &["wh 0", "temp3 -2560", "openevse connected"], &["voltage", "chargerate"]),
        ("2.9", &["voltage ", "temp3 false", "openevse connected"], &["power", "session_energy"]),
        ("5", &["session_energy 0", "status active", r#"announce {"#], &["wh", "chargerate"]),
    ] {
        let mut sub = mosquitto.subscribe("openevse/#");
        // Again each second: nothing is kept for a subscriber that comes late.
        let settings = ["--set", "mqtt.retain=false", "--set", "publish.period=1"];
        let url = mosquitto.url();
        let bridge = bridge(&[&["--mqtt", &url, "--compat", compat][..], &settings].concat());
        for part in wanted {
            let mut seen = sub.out.seen.iter();
            if !seen.any(|line| line.contains(part)) {
                sub.out.wait(&format!("{part} of {compat}"), |line| line.contains(part));
            }
        }
        for topic in unwanted {
            let start = format!("openevse/{topic} ");
            assert!(!sub.out.seen.iter().any(|line| line.starts_with(&start)), "{compat}: {topic}");
        }
        bridge.signal("KILL");
        sub.out.wait("the will", |line| line.contains("disconnected"));
    }
}

#[test]
fn home_assistant_finds_the_station_and_finds_it_again_after_its_restart() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("discovery", None);
    let mut sub = mosquitto.subscribe("homeassistant/#");
    let _bridge = bridge(&["--mqtt", &mosquitto.url()]);
    let found = |line: &str| {
        line.starts_with("homeassistant/device/openevse/config {") && line.contains("\"8.2.3\"")
    };
    sub.out.wait("a discovery", found);
    mosquitto.publish("homeassistant/status", "online", &[]);
    sub.out.wait_for("homeassistant/status online");
    sub.out.wait("another one", found);
    // It is there for a Home Assistant that is started later, too.
    mosquitto.subscribe("homeassistant/#").out.wait("a retained one", found);
}

#[test]
fn broker_and_charger_away_at_once_lose_no_wish_and_bring_nothing_old() {
    if !has_mosquitto() {
        return;
    }
    let mut mosquitto = Mosquitto::start("both-away", None);
    let port = free_port();
    let station = Station::new();
    station.listen(port);
    let evse = format!("tcp://127.0.0.1:{port}");
    let mut bridge = bridge(&["--evse", &evse, "--mqtt", &mosquitto.url()]);
    let mut sub = mosquitto.subscribe("openevse/#");
    sub.out.wait_for("openevse/state 1");
    mosquitto.publish(
        "openevse/override/set",
        r#"{"charge_current": 10, "auto_release": false}"#,
        &[],
    );
    sub.out.wait_for("openevse/pilot 10");
    drop(sub);
    mosquitto.stop();
    bridge.err.wait("no broker", |line| line.contains("broker") && line.contains("trying again"));
    drop(station);
    bridge.err.wait("no station", |line| line.contains(&evse) && line.contains("trying again"));
    // Far more has happened meanwhile than a queue would hold.
    std::thread::sleep(std::time::Duration::from_secs(3));
    // The charger is another one, or was off: it offers 24 A again.
    let station = Station::new();
    station.listen(port);
    station.car("plug");
    mosquitto.restart();
    let mut sub = mosquitto.subscribe("openevse/#");
    sub.out.wait_for("openevse/pilot 10");
    sub.out.wait_for("openevse/state 2");
    mosquitto.publish("openevse/rapi/in/$GS", "", &[]);
    sub.out.wait("awake", |line| line.starts_with("openevse/rapi/out $OK 02 "));
}
