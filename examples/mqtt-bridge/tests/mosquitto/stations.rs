//! Stations of each kind: simulated, behind TCP, on a serial port, old, silent, many.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener};

use rapi_sim::{Config, LineFaults, Pty, World};
use serde_json::{Value, json};

use crate::prelude::*;

/// What a user does first: read the version, plug in, charge, change the current.
fn use_it(mosquitto: &Mosquitto, sub: &mut Program, car: impl Fn(&str)) {
    sub.out.wait_for("openevse/state 1");
    mosquitto.publish("openevse/rapi/in/$GV", "", &[]);
    sub.out.wait_for("openevse/rapi/out $OK 8.2.3 5.2.1^2F");
    car("plug");
    sub.out.wait_for("openevse/state 2");
    car("ask");
    // Topics of one poll come in the order of their names.
    sub.out.wait_for("openevse/amp 23980");
    sub.out.wait_for("openevse/state 3");
    mosquitto.publish("openevse/rapi/in/$SC", "10 V", &[]);
    // The station may be read between the command and its answer.
    sub.out.wait_for_all(&["openevse/rapi/out $OK 10^01", "openevse/pilot 10"]);
    // An id of the user's own comes back, that of the client does not.
    mosquitto.publish("openevse/rapi/in/$G0", ":A5", &[]);
    sub.out.wait_for("openevse/rapi/out $OK 1 :A5^5F");
}

#[test]
fn a_simulated_station_is_read_and_commanded() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("sim", None);
    let mut sub = mosquitto.subscribe("openevse/#");
    let mut bridge = bridge(&["--mqtt", &mosquitto.url()]);
    bridge.out.wait("lines to copy", |line| line.contains("mosquitto_pub"));
    use_it(&mosquitto, &mut sub, |word| mosquitto.publish("openevse/sim/set", word, &[]));
    for topic in ["wh", "temp1", "temp2", "freeram", "divertmode", "elapsed", "voltage"] {
        let start = format!("openevse/{topic} ");
        assert!(
            sub.out.seen.iter().any(|line| line.starts_with(&start)),
            "{topic} is published:\n{}",
            sub.out.seen.join("\n")
        );
    }
    let absent = sub.out.seen.iter().any(|line| line.starts_with("openevse/temp3"));
    assert!(!absent, "a sensor that is not installed has no topic");

    bridge.signal("TERM");
    sub.out.wait_for("openevse disconnected");
    assert_eq!(bridge.exit_code(), Some(0));
}

#[test]
fn a_station_behind_tcp_is_read_and_commanded_and_found_again() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("tcp", None);
    let mut sub = mosquitto.subscribe("openevse/#");
    let port = free_port();
    let station = Station::new();
    station.listen(port);
    let evse = format!("tcp://127.0.0.1:{port}");
    let mut bridge = bridge(&["--evse", &evse, "--mqtt", &mosquitto.url()]);
    use_it(&mosquitto, &mut sub, |word| station.car(word));

    drop(station);
    sub.out.wait_for("openevse/evse_connected 0");
    bridge.err.wait("a sentence", |line| line.contains(&evse) && line.contains("trying again"));
    // While it is away, and nothing else has to wait: a command must not be carried out some time later.
    for command in ["$GV", "$FE", "$FS"] {
        mosquitto.publish(&format!("openevse/rapi/in/{command}"), "", &[]);
        let error = format!("openevse/rapi/error {command}: the charging station is not connected");
        sub.out.wait_for(&error);
    }
    mosquitto.publish("openevse/divertmode/set", "1", &[]);
    sub.out.wait_for("openevse/divertmode/result divert mode Normal");

    let station = Station::new();
    let mut heard = Heard::by(&station);
    station.listen(port);
    sub.out.wait_for("openevse/evse_connected 1");
    // The new one was boot-locked.
    sub.out.wait_for("openevse/state 1");
    assert!(!heard.changes().iter().any(|line| ["$FE", "$FS"].contains(&line.as_str())));
}

#[test]
fn the_line_to_copy_for_the_mode_is_that_of_the_other_one() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("other-mode", None);
    let port = free_port();
    let station = Station::new();
    station.listen(port);
    let evse = format!("tcp://127.0.0.1:{port}");
    for (arguments, mode) in [
        (&["--grid", "home/grid"][..], "2"),
        (&["--solar", "home/sun", "--eco"], "1"),
        // Eco needs a meter.
        (&[], "1"),
    ] {
        let always = ["--http", "off", "--evse", &evse, "--mqtt", &mosquitto.url()];
        let mut bridge = bridge(&[&always, arguments].concat());
        let line = bridge.out.wait("the mode", |line| line.contains("openevse/divertmode/set -m "));
        assert!(line.ends_with(&format!(" -m {mode}")), "{arguments:?}: {line}");
    }
}

#[test]
fn a_station_on_a_serial_port_is_read_and_commanded() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("pty", None);
    let mut sub = mosquitto.subscribe("openevse/#");
    let folder = Folder::new("serial-port");
    let path = folder.0.join("evse");
    let station = Station::new();
    station.runtime.block_on(async { station.handle.attach(Pty::open(&path).unwrap()).await });
    let evse = format!("serial:{}", path.display());
    let _bridge = bridge(&["--evse", &evse, "--mqtt", &mosquitto.url()]);
    use_it(&mosquitto, &mut sub, |word| station.car(word));
}

/// Plays the recordings of a controller: each command is answered as it was, ids are not known.
fn old_station(version: &'static str) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let exchanges = rapi_fixtures::recording(version, "commands");
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut lines = BufReader::new(stream.try_clone().unwrap());
            let mut stream = stream;
            let mut line = Vec::new();
            while lines.read_until(b'\r', &mut line).is_ok_and(|count| count > 0) {
                let end = line.iter().position(|&byte| byte == b'^').unwrap_or(line.len() - 1);
                let end = line[..end].windows(2).position(|pair| pair == b" :").unwrap_or(end);
                let command = [&line[..end], b"\r"].concat();
                let known = exchanges.iter().find(|exchange| exchange.send == command);
                stream.write_all(known.map_or(b"$NK \r", |exchange| &exchange.recv)).unwrap();
                line.clear();
            }
        }
    });
    port
}

#[test]
fn a_station_of_the_first_protocol_is_read_and_commanded() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("old", None);
    let mut sub = mosquitto.subscribe("openevse/#");
    let evse = format!("tcp://127.0.0.1:{}", old_station("3.7.8"));
    let mut bridge = bridge(&["--evse", &evse, "--mqtt", &mosquitto.url()]);
    bridge.out.wait("the station", |line| line.ends_with("firmware 3.7.8, RAPI 1.0.3"));
    sub.out.wait_for("openevse/pilot 16");
    sub.out.wait_for("openevse/state 1");
    // As it was on the wire: no checksum.
    mosquitto.publish("openevse/rapi/in/$GV", "", &[]);
    sub.out.wait_for("openevse/rapi/out $OK 3.7.8 1.0.3");
    mosquitto.publish("openevse/rapi/in/$G0", "", &[]);
    sub.out.wait_for("openevse/rapi/out $NK ");
}

#[test]
fn many_stations_each_have_their_topics_and_one_broken_one_stops_no_other() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("fleet", None);
    let folder = Folder::new("fleet-config");
    let path = folder.0.join("bridge.toml");
    let broken = free_port();
    let text = format!(
        "[mqtt]\nbroker = \"{}\"\n[[station]]\nname = \"left\"\n[[station]]\nname = \"right\"\n\
         [[station]]\nname = \"broken\"\nevse = \"tcp://127.0.0.1:{broken}\"\n",
        mosquitto.url()
    );
    std::fs::write(&path, text).unwrap();
    let mut bridge = bridge(&["--config", &path.display().to_string()]);
    let mut sub = mosquitto.subscribe("+/state");
    let mut both = vec!["left/state 1", "right/state 1"];
    while !both.is_empty() {
        let line = sub.out.wait("a state", |_| true);
        both.retain(|wanted| *wanted != line);
    }
    bridge.err.wait("a sentence", |line| line.contains("station broken (tcp://"));
    mosquitto.publish("left/sim/set", "plug", &[]);
    sub.out.wait_for("left/state 2");
    mosquitto.publish("right/enable/set", "0", &[]);
    sub.out.wait_for("right/state 254");
    assert!(!sub.out.seen.iter().any(|line| line == "left/state 254"));
    // Each says goodbye.
    let mut life = mosquitto.subscribe("+");
    life.out.wait_for("left connected");
    bridge.signal("TERM");
    let mut gone = vec!["left disconnected", "right disconnected", "broken disconnected"];
    while !gone.is_empty() {
        let line = life.out.wait("a goodbye", |_| true);
        gone.retain(|wanted| *wanted != line);
    }
}

#[test]
fn on_a_bad_line_an_answer_is_that_of_its_command_or_says_that_there_is_none() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("line", None);
    let port = free_port();
    let line = LineFaults { loss: 0.002, corruption: 0.002, duplication: 0.05, delay_ms: 10 };
    let world = World { line, seed: 7, speed: 1.0 };
    let station = Station::within(world, Config::default());
    station.listen(port);
    let mut sub = mosquitto.subscribe("openevse/#");
    let evse = format!("tcp://127.0.0.1:{port}");
    let _bridge = bridge(&["--evse", &evse, "--mqtt", &mosquitto.url()]);
    sub.out.wait_for("openevse/state 1");
    let (mut set, mut answers, mut failures) = (None, 0, 0);
    for number in 0..24 {
        let amps = 6 + number * 7 % 19;
        let (code, params) =
            if number % 2 == 0 { ("$SC", format!("{amps} V")) } else { ("$GE", String::new()) };
        let order = json!({"id": number, "params": params}).to_string();
        mosquitto.publish(&format!("openevse/rapi/in/{code}"), &order, &[]);
        let (start, id) = (format!("openevse/rapi/out/{code} "), format!("\"id\":{number},"));
        let told = sub.out.wait("an answer", |line| line.starts_with(&start) && line.contains(&id));
        let told: Value = serde_json::from_str(&told[start.len()..]).unwrap();
        let answered = told["ret"].as_str().filter(|_| told["ok"] == true);
        let begins =
            |amps: i32| answered.is_some_and(|line| line.starts_with(&format!("$OK {amps}")));
        match (code, answered) {
            ("$SC", Some(line)) => {
                assert!(line.starts_with(&format!("$OK {amps}^")), "{told}");
                set = Some(amps);
            }
            // Nobody knows whether it was obeyed.
            ("$SC", None) => set = None,
            (_, Some(_)) => assert!(set.is_none_or(begins), "{told}, not {set:?}"),
            (_, None) => {}
        }
        if answered.is_some() {
            answers += 1;
        } else {
            assert!(told["error"].is_string(), "{told}");
            failures += 1;
        }
    }
    assert!(answers > 8 && failures > 0, "{answers} answers, {failures} failures");
}
