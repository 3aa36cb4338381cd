//! The program as a person meets it: every subcommand, against a simulated station.

mod support;

use rapi_core::COMMANDS;
use serde_json::json;
use support::{Run, Sim, gateway, peer, rapi, rapi_with};

fn on(sim: &Sim, arguments: &[&str]) -> Run {
    rapi(&[&["--evse", &sim.address], arguments].concat())
}

/// Charges with 24 A.
fn charging() -> Sim {
    let sim = Sim::start("8.2.3");
    on(&sim, &["do", "clear-boot-lock"]).ok();
    sim.car("plug");
    sim.car("ask");
    sim
}

#[test]
fn status_shows_everything_at_a_glance_in_80_columns() {
    let sim = charging();
    let screen = on(&sim, &["status"]).ok();
    assert!(screen.starts_with("OpenEVSE 8.2.3, RAPI 5.2.1, on tcp://127.0.0.1:"), "{screen}");
    for line in [
        "  State          charging for 0:00:0",
        "  Vehicle        connected, asks for energy, relay closed",
        " A drawn, 24 A offered",
        "  Range          6 to 24 A, the saved maximum; the hardware's is 80 A",
        "  Temperature    25.2 °C (clock), 24.0 °C (display)",
        "  Safety checks  all on",
        "  Timer          off",
    ] {
        assert!(screen.contains(line), "{line}\n{screen}");
    }
    assert!(screen.lines().all(|line| line.chars().count() <= 80), "{screen}");

    let json = on(&sim, &["status", "--json"]).json();
    assert_eq!(json["state"]["evse"], 3);
    assert_eq!(json["settings"]["amps"], 24);
    assert_eq!(json["temperatures"]["tmp007"], json!(null));
    assert_eq!(json["text"]["safety_checks"], "all on");
}

#[test]
fn the_simulated_station_has_a_car_that_charges() {
    let screen = rapi(&["--evse", "sim:", "status"]).ok();
    assert!(screen.contains("State          charging for 0:00:"), "{screen}");
    assert!(screen.contains("Current        2"), "{screen}");
}

#[test]
fn status_says_what_to_do_about_a_boot_lock() {
    let sim = Sim::start("8.2.3");
    let screen = on(&sim, &["status"]).ok();
    assert!(screen.contains("starting (boot-locked: it waits for rapi do clear-boot-lock)"));
    assert_eq!(on(&sim, &["do", "clear-boot-lock"]).ok(), "result  cleared\n");
    assert!(on(&sim, &["status"]).ok().contains("State          not connected"));
}

#[test]
fn get_set_and_do_take_names_units_and_answer_with_units() {
    let sim = charging();
    // By name, and by code as the guide has it. An ammeter reads a little low.
    for what in ["power", "GG"] {
        let power = on(&sim, &["get", what]).ok();
        assert!(power.starts_with("current  2"), "{power}");
        assert!(power.ends_with(" mA\nvoltage  240000 mV\n"), "{power}");
    }
    assert_eq!(on(&sim, &["set", "current", "16A"]).ok(), "amps  16 A\n");
    assert_eq!(on(&sim, &["set", "current", "--amps", "10"]).ok(), "amps  10 A\n");
    assert_eq!(on(&sim, &["set", "voltage", "230V"]).ok(), "done\n");
    let answer = on(&sim, &["get", "settings", "--json"]).json();
    assert_eq!(answer["values"], json!({ "amps": 10, "flags": 1 }));
    assert_eq!(answer["text"]["flags"], "level 2");
    assert_eq!(on(&sim, &["do", "sleep"]).ok(), "done\n");
    assert!(on(&sim, &["get", "state"]).ok().contains("sleeping"));
    assert_eq!(on(&sim, &["do", "print-text", "0", "1", "Hello", "World"]).ok(), "done\n");
}

#[test]
fn wrong_arguments_are_refused_before_anything_is_sent_with_what_may_be_written() {
    // Nobody listens there: the arguments are looked at first.
    let run = |arguments: &[&str]| rapi(&[&["--evse", "tcp://127.0.0.1:1"], arguments].concat());
    for (arguments, hint) in [
        (&["set", "current", "256"][..], "amps is out of range: 6 to 80 A"),
        (&["set", "current", "16.5"], "amps cannot be 16.5: 6 to 80 A"),
        (&["set", "current", "-6"], "amps is not of the right kind: 6 to 80 A"),
        (&["set", "current"], "amps is missing: 6 to 80 A"),
        (&["set", "current", "16", "17"], "more words than arguments"),
        (&["set", "time-limit", "90"], "in steps of 15min; or hours: 2.5h"),
        (&["set", "lcd-colour", "pink"], "off, red, green, yellow, blue, violet, teal, white"),
        (
            &["set", "heartbeat", "100", "6"],
            "interval is out of range, because an ATmega computes longer ones modulo 65.536 s: 0 to 65 s",
        ),
        (&["set", "nonsense"], "unrecognized subcommand"),
        (&["send", "$SC 81 V"], "$SC 81 V: amps is out of range: 6 to 80 A"),
        (&["send", "$sc 16"], "two upper-case characters"),
        (&["send", "$S7 3"], "no firmware of OpenEVSE knows $S7"),
        (&["send", "--foreign", "$SC 200"], "leave --foreign out"),
    ] {
        let problem = run(arguments).fails(2);
        assert!(problem.contains(hint), "{arguments:?}: {problem}");
    }
}

#[test]
fn what_could_do_harm_needs_a_yes() {
    let sim = charging();
    for arguments in [
        &["set", "ground-check", "off"][..],
        &["do", "save-current", "16"],
        &["do", "restart"],
        &["set", "hardware-maximum", "32"],
        &["send", "$FF D 0"],
        &["send", "--foreign", "$S7 3"],
    ] {
        let problem = on(&sim, arguments).fails(4);
        assert!(problem.contains("say --yes if you mean it"), "{problem}");
    }
    assert!(on(&sim, &["status"]).ok().contains("Safety checks  all on"));
    assert_eq!(on(&sim, &["do", "save-current", "16", "--yes"]).ok(), "amps  16 A\n");
    let sent = on(&sim, &["do", "restart", "--yes"]).ok();
    assert_eq!(sent, "sent; the controller never answers this\n");
}

#[test]
fn a_refusal_has_its_own_exit_status_and_says_why_it_may_be() {
    let sim = charging();
    let problem = on(&sim, &["get", "relay-health"]).fails(3);
    assert!(problem.contains("its firmware is 8.2.3; known since 9.2.0"), "{problem}");
    // Above the saved maximum the controller sets that, and says NK.
    let run = on(&sim, &["set", "current", "60"]);
    assert_eq!(run.out, "amps  24 A\n");
    assert!(run.fails(3).contains("not what was asked for"));
    assert!(on(&sim, &["send", "--foreign", "--yes", "$S7 3"]).fails(3).contains("$S7 3"));
}

#[test]
fn send_adds_checksum_and_id() {
    let address = peer(|line| {
        let (body, check) = line.split_once('^').unwrap();
        assert_eq!(u8::from_str_radix(check, 16), Ok(body.bytes().fold(0, |xor, byte| xor ^ byte)));
        let (command, id) = body.split_once(" :").unwrap();
        let reply = match command {
            "$GV" => format!("$OK 8.2.3 5.2.1 :{id}"),
            "$SC 16 V" => format!("$OK 16 :{id}"),
            _ => format!("$NK :{id}"),
        };
        let xor = reply.bytes().fold(0, |xor, byte| xor ^ byte);
        format!("{reply}^{xor:02X}\r").into_bytes()
    });
    assert_eq!(rapi(&["--evse", &address, "send", "$SC 16 V"]).ok(), "amps  16 A\n");
    assert_eq!(rapi(&["--evse", &address, "send", "SC", "16", "V"]).ok(), "amps  16 A\n");
}

#[test]
fn monitor_shows_values_and_what_the_station_says_by_itself() {
    let sim = charging();
    let watcher = {
        let address = sim.address.clone();
        std::thread::spawn(move || rapi(&["--evse", &address, "monitor", "--count", "3"]).ok())
    };
    std::thread::sleep(std::time::Duration::from_millis(1500));
    sim.car("stop");
    let lines = watcher.join().unwrap();
    assert!(lines.contains("charging for 0:00:0"), "{lines}");
    assert!(lines.contains("$AT evse: connected; pilot: B; amps: 24 A"), "{lines}");

    let lines = on(&sim, &["monitor", "--count", "1", "--json"]).ok();
    let object: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!((&object["kind"], &object["state"]["evse"]), (&json!("status"), &json!(2)));
}

#[test]
fn console_takes_lines_and_names_and_explains_the_answers() {
    let sim = charging();
    let input =
        "$GG\nGE\nfrob 7\nget version\nset current 300\n$FF D 0\nset lcd-colour red\nhelp\nquit\n";
    let shown = rapi_with(input, &["--evse", &sim.address, "console"]).ok();
    for text in [
        "voltage  240000 mV",
        "amps   24 A\nflags  level 2",
        "there is no frob here; say help",
        "firmware  8.2.3",
        "amps is out of range: 6 to 80 A",
        "$FF D 0 switches the check of the diode in the vehicle, and needs a yes",
        "say --yes if you mean it",
        "done",
        "Tab completes",
    ] {
        assert!(shown.contains(text), "{text}\n{shown}");
    }
}

#[test]
fn trace_shows_what_is_sent_and_heard_beside_the_answer() {
    let sim = charging();
    let run = on(&sim, &["--trace", "send", "$SC 16 V"]);
    assert_eq!(run.out, "amps  16 A\n");
    let heard: Vec<_> = run.err.lines().filter(|line| line.starts_with("< $OK 16 :")).collect();
    let sent: Vec<_> = run.err.lines().filter(|line| line.starts_with("> $SC 16 V :")).collect();
    assert_eq!((heard.len(), sent.len()), (1, 1), "{}", run.err);
    assert!(run.err.lines().all(|line| line.starts_with("> $") || line.starts_with("< $")));
}

#[test]
fn decode_explains_a_log_from_a_file_or_the_standard_input() {
    let log = "10:00:01 TX $SC 16 V^65\n10:00:01 RX $OK 16^07\n10:00:02 RX $AT 03 03 16 0540^37\n";
    let explained = rapi_with(log, &["decode"]).ok();
    let lines: Vec<_> = explained.lines().collect();
    assert_eq!(lines[0], "$SC 16 V^65                  SetCurrent: amps: 16 A");
    assert_eq!(lines[1], "$OK 16^07                    amps: 16 A");
    assert!(lines[2].contains("Transition: evse: charging; pilot: C; amps: 16 A"), "{explained}");

    let objects = rapi_with(log, &["decode", "--json"]).ok();
    let kinds: Vec<_> = objects
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["kind"].clone())
        .collect();
    assert_eq!(kinds, ["command", "answer", "notification"]);

    let nothing = rapi_with("US$5\n", &["decode"]).fails(1);
    assert!(nothing.contains("there is no frame in it"), "{nothing}");
}

#[test]
fn decode_explains_every_recording_of_a_real_controller() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/oracle");
    for (file, least) in [("8.2.3/states.jsonl", 100), ("3.7.8/commands.jsonl", 300)] {
        let explained = rapi(&["decode", &format!("{folder}/{file}")]).ok();
        assert!(explained.lines().count() > least, "{file}");
        let unknown: Vec<_> = explained
            .lines()
            .filter(|line| line.contains("damaged") && line.starts_with("$OK"))
            .collect();
        assert!(unknown.is_empty(), "{file}: {unknown:?}");
    }
}

#[test]
fn record_writes_what_the_tests_read() {
    let sim = charging();
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    on(&sim, &["record", "--output", path, "$GS^30", "$GV"]).ok();
    let text = std::fs::read_to_string(path).unwrap();
    let records: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records.len(), 2);
    assert_eq!(records[0]["send"], "$GS^30\r");
    let state = records[0]["recv"].as_str().unwrap();
    assert!(state.contains("$OK 03 ") && state.ends_with('\r'), "{state:?}");
    assert!(records[0]["ms"].as_f64().unwrap() >= 0.0);
    assert_eq!(records[1]["recv"], "$OK 8.2.3 5.2.1^2F\r");
    // What has been recorded can be explained.
    assert!(rapi(&["decode", path]).ok().contains("firmware: 8.2.3; protocol: 5.2.1"));

    // Behind a question could be an order.
    for line in ["$GS^30$FD", "$GS^30\r$FD", "$GS*8E\n$FD"] {
        assert!(on(&sim, &["record", line]).fails(2).contains("one line at a time"), "{line}");
    }
    // A recording outlives a wrong port.
    let before = std::fs::read(path).unwrap();
    rapi(&["--evse", "tcp://127.0.0.1:1", "record", "--output", path]).fails(1);
    assert_eq!(std::fs::read(path).unwrap(), before);
    let problem = on(&sim, &["record", "$FE"]).fails(2);
    assert!(problem.contains("would change the station"), "{problem}");
}

#[test]
fn the_clock_is_set_to_local_time() {
    let sim = charging();
    let before = on(&sim, &["clock"]).ok();
    assert!(before.starts_with("2024-01-01 00:00:") && before.contains("days slow"), "{before}");
    assert!(on(&sim, &["clock", "set"]).ok().contains("(right)"));
    let json = on(&sim, &["clock", "--json"]).json();
    assert!(json["ahead_s"].as_i64().unwrap().abs() <= 2, "{json}");
}

#[test]
fn firmware_says_what_the_controller_can() {
    let sim = Sim::start("7.1.3");
    // It may be wrapped anywhere.
    let shown = on(&sim, &["firmware"]).ok().replace("\n  ", " ");
    for text in [
        "firmware  D7.1.3",
        "checksums and sequence ids",
        "$GS state",
        "It can also:",
        "It has not:",
        "relay-health ($GL)",
        "diode-check ($FF D)",
        "hardware-maximum ($SC M)",
    ] {
        assert!(shown.contains(text), "{text}\n{shown}");
    }
    let json = on(&sim, &["firmware", "--json"]).json();
    assert!(json["can"].as_array().unwrap().contains(&json!("GetState")));
    assert!(json["cannot"].as_array().unwrap().contains(&json!("GetRelayHealth")));
}

#[test]
fn a_serial_port_is_a_line_as_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("evse");
    support::serial_port(&path);
    let evse = format!("serial:{}", path.display());
    assert_eq!(rapi(&["--evse", &evse, "do", "clear-boot-lock"]).ok(), "result  cleared\n");
    let screen = rapi(&["--evse", &evse, "status"]).ok();
    assert!(screen.contains("State          not connected"), "{screen}");
    let recorded = rapi(&["--evse", &evse, "record", "$GV^35"]).ok();
    assert!(recorded.contains("$OK 8.2.3 5.2.1^2F"), "{recorded}");
}

#[test]
fn a_gateway_stands_in_for_the_line() {
    let base = gateway();
    let run = |arguments: &[&str]| rapi(&[&["--evse", &base], arguments].concat());
    assert!(run(&["status"]).ok().contains("State          not connected"));
    assert_eq!(run(&["set", "current", "13"]).ok(), "amps  13 A\n");
    assert!(run(&["get", "relay-health"]).fails(3).contains("refuses $GL"));
    assert!(run(&["monitor", "--count", "2"]).ok().contains("13 A offered"));
    assert!(run(&["record"]).fails(2).contains("record over serial: or tcp://"));
}

/// A controller of 2013's protocol: no checksums, no ids, every field decimal.
#[test]
fn a_controller_of_the_first_protocol_is_shown_as_well() {
    let recording = rapi_fixtures::recording("3.7.8", "commands");
    let address = peer(move |line| {
        // Ids are one more argument there, which queries ignore.
        let body = line.split(['^', '*']).next().unwrap().split(" :").next().unwrap();
        let same =
            recording.iter().find(|exchange| exchange.send == format!("{body}\r").as_bytes());
        same.map_or(b"$NK \r".to_vec(), |exchange| exchange.recv.clone())
    });
    let screen = rapi(&["--evse", &address, "status"]).ok();
    assert!(screen.starts_with("OpenEVSE 3.7.8, RAPI 1.0.3"), "{screen}");
    for line in ["State          not connected", "Range          6 to "] {
        assert!(screen.contains(line), "{line}\n{screen}");
    }
}

#[test]
fn a_station_that_is_not_there_is_said_with_what_to_try() {
    let problem = rapi(&["status"]).fails(2);
    assert!(problem.contains("--evse serial:/dev/ttyUSB0"), "{problem}");
    let problem = rapi(&["--evse", "tcp://127.0.0.1:1", "status"]).fails(1);
    assert!(problem.contains("cannot connect to 127.0.0.1:1"), "{problem}");
    let problem = rapi(&["--evse", "serial:/dev/nothing", "status"]).fails(1);
    assert!(problem.contains("is it plugged in"), "{problem}");
    let problem = rapi(&["--evse", "nowhere", "status"]).fails(2);
    assert!(problem.contains("http://openevse.local"), "{problem}");
}

#[test]
fn help_manual_and_completions_know_every_row_of_the_table() {
    let help: String = ["get", "set", "do"].map(|verb| rapi(&[verb, "--help"]).ok()).concat();
    for info in COMMANDS.iter().filter(|info| info.until.is_none()) {
        let summary = info.summary.trim_end_matches('.');
        let start: String = summary.chars().take(40).collect();
        assert!(help.contains(&start), "{summary}");
    }
    let one = rapi(&["set", "current", "--help"]).ok();
    for text in ["rapi set current <AMPS>", "[6 to 80 A]", "Sends $SC amps V", "Firmware 4.3.2"] {
        assert!(one.contains(text), "{text}\n{one}");
    }
    assert!(rapi(&["--help"]).ok().contains("EXIT STATUS"));
    assert_eq!(rapi(&["--version"]).ok().trim(), concat!("rapi ", env!("CARGO_PKG_VERSION")));
    assert!(rapi(&["--completions", "bash"]).ok().contains("diode-check"));
    assert!(rapi(&["--completions", "zsh"]).ok().contains("lcd-colour"));
    assert!(rapi(&["completions", "bash"]).ok().contains("diode-check"), "as it once was");
    let problem = rapi(&["--json"]).fails(2);
    assert!(problem.contains("a subcommand is required") && problem.contains("Usage: rapi"));
    assert!(rapi(&["man"]).ok().contains(".TH rapi 1"));
    let folder = tempfile::tempdir().unwrap();
    rapi(&["man", folder.path().to_str().unwrap()]).ok();
    let page = std::fs::read_to_string(folder.path().join("rapi-set-current.1")).unwrap();
    assert!(page.contains("$SC amps V"), "{page}");
}
