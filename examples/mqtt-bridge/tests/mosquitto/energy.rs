//! Divert, and the house connection.

use std::time::{Duration, Instant};

use crate::prelude::*;

#[test]
fn divert_charges_with_the_sun_and_sleeps_without() {
    if !has_mosquitto() {
        return;
    }
    let (mosquitto, mut sub, _bridge) = charging("divert", &["--grid", "home/grid"]);
    // The car draws 24 A, 5760 W; 3300 W of that come from the grid: 2460 W are sun, 10 A.
    mosquitto.publish("home/grid", "3300", &[]);
    sub.out.wait_for("openevse/grid_ie 3300");
    mosquitto.publish("openevse/divertmode/set", "2", &[]);
    sub.out.wait_for("openevse/divertmode/result divert mode Eco");
    sub.out.wait_for("openevse/divertmode 2");
    sub.out.wait_for("openevse/pilot 10");
    // The other way round: Normal gives everything back.
    mosquitto.publish("openevse/divertmode/set", "1", &[]);
    sub.out.wait_for("openevse/pilot 24");
    // No sun at all: Eco puts the station to sleep at once, and says why.
    mosquitto.publish("home/grid", "7000", &[]);
    sub.out.wait_for("openevse/chargerate 0");
    mosquitto.publish("openevse/divertmode/set", "2", &[]);
    sub.out.wait_for("openevse/state 254");
    std::thread::sleep(Duration::from_millis(1500));
    sub.out.drain();
    let reason = sub.out.seen.iter().rfind(|line| line.contains("divert_reason")).unwrap();
    assert!(reason.contains("pause"), "{reason}");
}

#[test]
fn the_house_connection_is_never_asked_for_more_than_it_stands() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("house", None);
    let mut sub = mosquitto.subscribe("openevse/#");
    let limit = ["--set", "station.live_power=home/all", "--set", "station.live_power_limit=5000"];
    let _bridge = bridge(&[&["--mqtt", &mosquitto.url()][..], &limit].concat());
    // Nothing is known of the house: nobody charges, whatever a person wants.
    mosquitto.publish("openevse/enable/set", "1", &[]);
    sub.out.wait_for("openevse/state 254");
    // Not in this order.
    let by = |line: &str| line.contains(r#""state_by":"house""#);
    if !sub.out.seen.iter().any(|line| by(line)) {
        sub.out.wait("who says so", by);
    }
    // The meter of the connection: the house and the car.
    mosquitto.publish("openevse/sim/set", "plug", &[]);
    mosquitto.publish("openevse/sim/set", "ask", &[]);
    let mut amps = 0;
    for (house, pilot) in [(1000, Some(16)), (2600, Some(10)), (4000, None)] {
        let start = Instant::now();
        loop {
            let before = sub.out.seen.len();
            sub.out.drain();
            for line in &sub.out.seen[before..] {
                let number = |topic: &str| line.strip_prefix(topic)?.parse::<i32>().ok();
                amps = number("openevse/amp ").unwrap_or(amps);
                // Never more on offer than what this house leaves, once it was heard.
                if let Some(offered) = number("openevse/shaper_cur ") {
                    assert!(offered * 240 <= 5000, "{line}");
                }
            }
            let last = |topic: &str| sub.out.seen.iter().rfind(|line| line.starts_with(topic));
            let offered = last("openevse/pilot ").map(String::as_str);
            let state = last("openevse/state ").map(String::as_str);
            let done = match pilot {
                Some(pilot) => {
                    state == Some("openevse/state 3")
                        && offered == Some(&format!("openevse/pilot {pilot}"))
                        // What the car draws comes behind what it is offered.
                        && house + amps * 240 / 1000 <= 5000
                }
                None => state == Some("openevse/state 254") && amps == 0,
            };
            if done {
                break;
            }
            assert!(start.elapsed() < Duration::from_secs(60), "{house} W, {offered:?}, {state:?}");
            mosquitto.publish("home/all", &(house + amps * 240 / 1000).to_string(), &[]);
            std::thread::sleep(Duration::from_millis(300));
        }
    }
}

#[test]
fn other_topics_tell_of_voltage_vehicle_and_home_battery_and_limit_the_session() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("feeds", None);
    let mut sub = mosquitto.subscribe("openevse/#");
    let feeds = [
        "--set",
        "station.voltage=grid/volts",
        "--set",
        r#"station.vehicle_soc={topic="car", pointer="/soc", scale=100.0}"#,
        "--set",
        r#"station.vehicle_range={topic="car", pointer="/km"}"#,
        "--set",
        "station.home_battery_soc=home/soc",
        "--set",
        "station.home_battery_power=home/power",
    ];
    let _bridge = bridge(&[&["--mqtt", &mosquitto.url()][..], &feeds].concat());
    sub.out.wait_for("openevse/state 1");
    mosquitto.publish("grid/volts", "229.6", &[]);
    sub.out.wait_for("openevse/voltage 230");
    // The simulated station has no voltmeter: it reckons with what it is told.
    mosquitto.publish("openevse/rapi/in/$GG", "", &[]);
    sub.out.wait("the voltage that it was told", |line| {
        line.starts_with("openevse/rapi/out $OK") && line.contains(" 230000")
    });
    mosquitto.publish("car", r#"{"soc": 0.79, "km": 210}"#, &[]);
    sub.out.wait_for("openevse/battery_level 79");
    sub.out.wait_for("openevse/battery_range 210");
    mosquitto.publish("home/soc", "55", &[]);
    sub.out.wait_for("openevse/home_battery_soc 55");
    mosquitto.publish("home/power", "-1200", &[]);
    sub.out.wait_for("openevse/home_battery_power -1200");
    // What cannot be is not believed.
    mosquitto.publish("home/soc", "155", &[]);

    mosquitto.publish("openevse/sim/set", "plug", &[]);
    mosquitto.publish("openevse/sim/set", "ask", &[]);
    sub.out.wait_for("openevse/state 3");
    mosquitto.publish("openevse/limit/set", r#"{"type": "soc", "value": 80}"#, &[]);
    sub.out.wait("a limit", |line| line.starts_with("openevse/limit/result limit "));
    mosquitto.publish("car", r#"{"soc": 0.8, "km": 212}"#, &[]);
    sub.out.wait_for("openevse/state 254");
    assert!(!sub.out.seen.iter().any(|line| line == "openevse/home_battery_soc 155"));
}

#[test]
fn a_voltage_that_did_not_arrive_is_told_again() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("volts", None);
    let (station, port) = (Station::new(), free_port());
    station.listen(port);
    let evse = format!("tcp://127.0.0.1:{}", losing(port, "$SV"));
    let mut sub = mosquitto.subscribe("openevse/#");
    let voltage = ["--set", "station.voltage=grid/volts"];
    let mut bridge =
        bridge(&[&["--mqtt", &mosquitto.url(), "--evse", &evse, "-v"][..], &voltage].concat());
    sub.out.wait_for("openevse/state 1");
    let mut heard = Heard::by(&station);
    mosquitto.publish("grid/volts", "229.6", &[]);
    bridge.err.wait("the first one is lost", |line| line.contains("$SV 230000"));
    wait_until("the voltage arrives", || heard.changes().iter().any(|line| line == "$SV 230000"));
    // Once it has arrived it is not told again before it differs.
    sub.out.wait_for("openevse/voltage 230");
    mosquitto.publish("grid/volts", "230.4", &[]);
    mosquitto.publish("openevse/override/set", r#"{"charge_current": 10}"#, &[]);
    sub.out.wait_for("openevse/pilot 10");
    assert_eq!(heard.changes().iter().filter(|line| line.starts_with("$SV")).count(), 1);
}

#[test]
fn a_meter_that_cannot_be_right_is_told_on_a_topic_and_in_the_log() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("fault", None);
    let mut sub = mosquitto.subscribe("openevse/feed_fault");
    let mut bridge = bridge(&["--mqtt", &mosquitto.url(), "--solar", "roof"]);
    mosquitto.subscribe("openevse/state").out.wait_for("openevse/state 1");
    mosquitto.publish("roof", "2000", &[]);
    sub.out.wait_for("openevse/feed_fault none");
    mosquitto.publish("roof", "-2000", &[]);
    sub.out.wait_for("openevse/feed_fault wrong sign");
    bridge
        .err
        .wait("a warning", |line| line.contains("the meter roof cannot be right: wrong sign"));
}

#[test]
fn the_limit_of_the_house_connection_is_switched_off_and_on() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("shaper", None);
    let mut sub = mosquitto.subscribe("openevse/#");
    let limit = [
        "--set",
        r#"station.live_power={topic="home", pointer="/w"}"#,
        "--set",
        "station.live_power_limit=5000",
    ];
    let _bridge = bridge(&[&["--mqtt", &mosquitto.url()][..], &limit].concat());
    // Nothing is known of the house.
    sub.out.wait_for("openevse/state 254");
    mosquitto.publish("openevse/shaper/set", "0", &[]);
    sub.out.wait_for("openevse/shaper/result shaper off");
    sub.out.wait_for("openevse/shaper 0");
    sub.out.wait_for("openevse/state 1");
    mosquitto.publish("openevse/shaper/set", "1", &[]);
    sub.out.wait_for("openevse/shaper 1");
    sub.out.wait_for("openevse/state 254");
    mosquitto.publish("home", r#"{"w": 400}"#, &[]);
    sub.out.wait_for("openevse/shaper_live_pwr 400");
    sub.out.wait_for("openevse/shaper_updated 1");
}

#[test]
fn a_current_that_is_saved_in_eco_without_a_reading_is_not_taken_back() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("saved", None);
    let mut sub = mosquitto.subscribe("openevse/#");
    let _bridge = bridge(&["--mqtt", &mosquitto.url(), "--grid", "home/grid", "--eco", "-v"]);
    sub.out.wait_for("openevse/pilot 6");
    mosquitto.publish("openevse/sim/set", "plug", &[]);
    sub.out.wait_for("openevse/state 2");
    for amps in ["12", "20"] {
        mosquitto.publish("openevse/rapi/in/$SC", amps, &[]);
        sub.out.wait_for(&format!("openevse/pilot {amps}"));
        // The new maximum is known with the new current, not seconds later.
        sub.out.wait_for(&format!("openevse/max_current {amps}"));
    }
    std::thread::sleep(Duration::from_secs(3));
    sub.out.drain();
    let pilot = sub.out.seen.iter().rfind(|line| line.starts_with("openevse/pilot ")).unwrap();
    assert_eq!(pilot, "openevse/pilot 20");
}

#[test]
fn a_contactor_is_switched_asleep_and_nothing_charges_until_it_shows_what_is_wanted() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("contactor", None);
    // It was there before the bridge, and says what it shows once and for all.
    mosquitto.publish("contactor/shows", "3", &["-r"]);
    let phases = ["--set", "station.phases_actual=contactor/shows"];
    let (mosquitto, mut sub, _bridge) = charging_at(mosquitto, &phases, |mosquitto, sub| {
        // One phase is wanted: the station sleeps, and only then the contactor is told.
        sub.out.wait_for("openevse/state 254");
        sub.out.wait_for("openevse/phases_wanted 1");
        mosquitto.publish("contactor/shows", "1", &["-r"]);
    });
    // It was told before anything charged.
    let first = |line: &str| sub.out.seen.iter().position(|seen| seen == line).unwrap();
    assert!(first("openevse/phases 1") < first("openevse/state 3"));
    // A contactor that moves by itself ends the charge.
    mosquitto.publish("contactor/shows", "3", &["-r"]);
    sub.out.wait_for("openevse/state 254");
    sub.out.drain();
    let by = |line: &String| line.contains(r#""state_by":"contactor""#);
    assert!(sub.out.seen.iter().any(by));
}

#[test]
fn the_fuse_of_the_worst_phase_and_the_peak_of_the_quarter_limit_the_car() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("fuses", None);
    let limits = [
        "--set",
        r#"station.live_current=["home/l1", "home/l2", "home/l3"]"#,
        "--set",
        "station.live_current_limit=25",
        "--set",
        "station.phases=3",
        "--set",
        "station.live_power=home/all",
        "--set",
        "station.live_power_peak=10000",
    ];
    let mut sub = mosquitto.subscribe("openevse/#");
    let _bridge = bridge(&[&["--mqtt", &mosquitto.url()][..], &limits].concat());
    sub.out.wait_for("openevse/shaper_updated 0");
    for (topic, value) in
        [("home/all", "0"), ("home/l1", "2"), ("home/l2", "11.5"), ("home/l3", "-4")]
    {
        mosquitto.publish(topic, value, &[]);
    }
    // 13 A are left on L2, and so many or more of the quarter's 10 kW.
    sub.out.wait_for("openevse/shaper_updated 1");
    sub.out.wait_for("openevse/shaper_cur 13");
    // The house takes more than the peak: nothing is left of this quarter.
    mosquitto.publish("home/all", "30000", &[]);
    sub.out.wait_for("openevse/shaper_cur 0");
}
