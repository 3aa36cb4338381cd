//! Scenarios, recordings and the file of EEPROMs.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use common::{Simulator, ask, connect, run};
use rapi_sim::program::scenario::Scenario;
use rapi_sim::{Command, Config, Eeprom, Firmware, Station, Time, serve};

fn file(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).unwrap();
    path
}

fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !done() {
        assert!(Instant::now() < deadline, "{what} does not come");
        std::thread::sleep(Duration::from_millis(50));
    }
}

const DAY: &str = r#"
start = "2024-06-01T07:59:00"

[[step]]
at = "08:00"
vehicle = { connected = true, soc = 40 }

[[step]]
at = "09:30"
faults = { gfi = true }

[[step]]
after = "30s"
vehicle = { connected = false }
faults = { gfi = false }

[[step]]
at = "08:00"
vehicle = { connected = true }
"#;

#[tokio::test]
async fn a_scenario_happens_at_its_times_also_when_time_jumps() {
    let scenario = Scenario::read(&file("day.toml", DAY), 1).unwrap();
    let start = scenario.start.unwrap();
    let firmware: Firmware = "7.1.3".parse().unwrap();
    let station = serve(Config { firmware, ..Config::default() });
    station.plan(scenario.plan(1, start.time())).await;
    for (seconds, state, trips) in [
        (0, "not connected", 0),
        (120, "charging", 0),
        (88 * 60, "charging", 0),
        (70, "ground fault", 1),
        // In a fault its pilot is at -12 V: that the plug is out shows when it tries again.
        (60, "ground fault", 1),
        (300, "not connected", 1),
        (24 * 3600, "connected", 1),
    ] {
        let advance_s = Some(f64::from(seconds));
        station.command(Command::Time(Time { advance_s, ..Time::default() })).await.unwrap();
        let snapshot = station.snapshot().await.unwrap();
        assert_eq!((&*snapshot.state, snapshot.eeprom.trips[0]), (state, trips), "{seconds}");
        if seconds == 88 * 60 {
            // 16 A at 240 V for an hour and a half are 9.6 % of 60 kWh.
            assert!((49.3..49.7).contains(&snapshot.vehicle.soc), "{}", snapshot.vehicle.soc);
        }
    }
}

#[test]
fn a_bad_scenario_names_line_and_field() {
    for (text, line, hint) in [
        ("[[step]]\nat = \"25:00\"\nbutton = {}", "line 2", "25:00"),
        ("[[step]]\nat = \"08:00\"\nvehicle = { conected = true }", "line 3", "`conected`"),
        ("[[step]]\nat = \"08:00\"\nvehicle = { soc = 140 }", "line 3", "vehicle.soc: 140"),
        ("[[step]]\nat = \"08:00\"\nvehicel = {}", "line 3", "there is no \"vehicel\""),
        ("[[step]]\nafter = \"soon\"\nbutton = {}", "line 2", "after: \"soon\" is no time"),
        ("[[step]]\nbutton = {}", "line 1", "a step needs at or after"),
        ("[[step]]\nat = \"08:00\"", "line 1", "nothing happens"),
        ("[[step]]\nat = \"08:00\"\nstation = 4\nbutton = {}", "line 3", "there is no 4"),
        ("begin = \"now\"", "line 1", "`begin`"),
        ("[[step]", "line 1", "[[step]"),
    ] {
        let path = file("bad.toml", text);
        let output = run(&["--listen", "tcp://127.0.0.1:0", "--scenario", path.to_str().unwrap()]);
        let problem = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{text}: {problem}");
        for part in ["bad.toml", line, hint] {
            assert!(problem.contains(part), "{text}: {part:?} is not in {problem}");
        }
    }
}

#[test]
fn what_is_saved_survives_the_program_and_what_is_not_does_not() {
    let path = file("eeprom.json", "");
    fs::remove_file(&path).unwrap();
    let arguments = ["--state-file", path.to_str().unwrap()];
    let (simulator, place) = Simulator::start(&arguments);
    assert_eq!(ask(&mut connect(&place), "$SC 10^15\r", "$OK"), "$OK 10^01\r");
    wait_for("the file", || fs::read_to_string(&path).is_ok_and(|text| text.contains("10")));
    drop(simulator); // it is killed

    let (_simulator, place) = Simulator::start(&arguments);
    let mut client = connect(&place);
    assert_eq!(ask(&mut client, "$GE^26\r", "$OK"), "$OK 10 0001^20\r");

    fs::write(&path, r#"{"stations":[{"amps":[12,"many"]}]}"#).unwrap();
    let output = run(&["--listen", "tcp://127.0.0.1:0", arguments[0], arguments[1]]);
    let problem = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(problem.contains("eeprom.json") && problem.contains("stations[0].amps"), "{problem}");
}

#[test]
fn what_is_known_of_a_cable_is_kept_in_the_eeprom_also_of_older_files() {
    let firmware = "9.4.0".parse().unwrap();
    let start = |eeprom| {
        let mut station = Station::new(Config { firmware, eeprom, ..Config::default() });
        station.poll(0);
        station
    };
    let mut station = start(None);
    assert_eq!(station.receive(b"$SN 2 5 47000 4100 -12 850\r", 1), b"$OK^20\r");
    let kept = *station.controller().eeprom();
    assert_eq!(kept.writes, 1);
    let mut station = start(Some(kept));
    assert_eq!(station.receive(b"$GN 2\r", 1), b"$OK 5 47000 4100 -12 850^10\r");

    // Files from before have no cable in them.
    let mut file = serde_json::to_value(kept).unwrap();
    file.as_object_mut().unwrap().remove("cable").unwrap();
    let older: Eeprom = serde_json::from_value(file).unwrap();
    assert_eq!(older.cable, Eeprom::blank(firmware).cable);
}

#[test]
fn the_last_wait_of_a_recording_is_written_when_the_simulator_is_stopped() {
    let path = file("last.jsonl", "");
    let (mut simulator, _) = Simulator::start(&["--record", path.to_str().unwrap()]);
    simulator.car("plug", "the plug is in");
    let pid = simulator.child.id().to_string();
    std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    simulator.child.wait().unwrap();
    let written = fs::read_to_string(&path).unwrap();
    assert!(written.lines().last().unwrap().contains(r#""pilot":"B""#), "{written}");
}

#[test]
fn a_recorded_session_is_replayed_to_a_client() {
    let path = file("session.jsonl", "");
    let (mut simulator, place) =
        Simulator::start(&["--firmware", "7.1.3", "--record", path.to_str().unwrap()]);
    let mut client = connect(&place);
    let asked = [("$GV^35\r", "$OK"), ("$GS^30\r", "$OK")];
    let first: Vec<String> =
        asked.iter().map(|(line, until)| ask(&mut client, line, until)).collect();
    simulator.car("plug", "the plug is in");
    let told = ask(&mut client, "$GS^30\r", "$OK 02");
    wait_for("the recording", || {
        fs::read_to_string(&path).is_ok_and(|text| text.contains("$OK 02"))
    });
    drop(simulator);

    let start = || {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_rapi-sim"))
            .args(["replay", path.to_str().unwrap(), "--once", "--listen", "tcp://127.0.0.1:0"])
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut out, &mut line).unwrap();
        (child, line.trim().rsplit_once("tcp://").unwrap().1.to_owned())
    };
    let (mut replay, place) = start();
    let mut client = connect(&place);
    for ((line, until), answer) in asked.iter().zip(&first) {
        let heard = ask(&mut client, line, until);
        assert!(heard.starts_with(answer.as_str()), "{heard} instead of {answer}");
    }
    assert!(ask(&mut client, "$GS^30\r", "$OK 02").ends_with(told.rsplit('$').next().unwrap()));
    drop(client);
    assert_eq!(replay.wait().unwrap().code(), Some(0));

    let (mut replay, place) = start();
    let mut client = connect(&place);
    ask(&mut client, "$GU^36\r$GV^35\r", "$OK D7.1.3");
    drop(client);
    assert_eq!(replay.wait().unwrap().code(), Some(1), "GU was not recorded");
}
