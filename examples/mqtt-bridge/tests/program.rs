//! The program as a person meets it, without mosquitto.

mod support;

use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use rumqttc::{Client, Event, MqttOptions, Packet, QoS};
use support::{bridge, free_port};

/// The port of an embedded broker is looked for and then taken: one at a time.
static EMBEDDED: Mutex<()> = Mutex::new(());

fn output(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_rapi-bridge")).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn one_command_brings_station_and_broker_and_says_what_to_do_next() {
    let _one = EMBEDDED.lock();
    let mut bridge = bridge(&["--base-topic", "test/evse"]);
    bridge.out.wait("the station", |line| line == "station  sim:8.2.3, firmware 8.2.3, RAPI 5.2.1");
    // In whichever order.
    let is_broker = |line: &str| line.starts_with("broker ");
    let seen = bridge.out.seen.iter().find(|line| is_broker(line)).cloned();
    let line = seen.unwrap_or_else(|| bridge.out.wait("the broker", is_broker));
    assert!(line.ends_with(" (embedded)"), "{line}");
    let port: u16 =
        line.trim_end_matches(" (embedded)").rsplit_once(':').unwrap().1.parse().unwrap();
    bridge.out.wait("a line to copy", |line| line.contains("'test/evse/rapi/in/$GV'"));
    // And those that make the car charge, in their order.
    for order in ["plug", "ask"] {
        let end = format!(" -t test/evse/sim/set -m {order}");
        bridge.out.wait(order, |line| line.starts_with("  mosquitto_pub ") && line.ends_with(&end));
    }

    let (client, mut connection) = Client::new(MqttOptions::new("test", "127.0.0.1", port), 10);
    client.subscribe("test/evse/#", QoS::AtLeastOnce).unwrap();
    let mut wanted =
        vec!["test/evse/state 1", "test/evse/rapi/out $OK 8.2.3 5.2.1^2F", "test/evse/state 3"];
    let mut sent = false;
    let begin = Instant::now();
    while let Ok(event) = connection.recv_timeout(Duration::from_secs(20)) {
        assert!(begin.elapsed() < Duration::from_secs(60), "{wanted:?} did not come");
        if let Event::Incoming(Packet::Publish(publish)) = event.unwrap() {
            let line = format!("{} {}", publish.topic, String::from_utf8_lossy(&publish.payload));
            wanted.retain(|wanted| *wanted != line);
            // Who publishes has subscribed: before, what is sent to it would be lost.
            if !sent && line == "test/evse/state 1" {
                sent = true;
                for (topic, payload) in
                    [("rapi/in/$GV", ""), ("sim/set", "plug"), ("sim/set", "ask")]
                {
                    let topic = format!("test/evse/{topic}");
                    client.publish(topic, QoS::AtLeastOnce, false, payload).unwrap();
                }
            }
        }
        if wanted.is_empty() {
            return;
        }
    }
    panic!("{wanted:?} did not come");
}

#[test]
fn a_second_bridge_takes_the_next_port() {
    let _one = EMBEDDED.lock();
    let mut first = bridge(&[]);
    let first = first.out.wait("the broker", |line| line.starts_with("broker "));
    let mut second = bridge(&[]);
    let second = second.out.wait("the broker", |line| line.starts_with("broker "));
    assert_ne!(first, second);
}

#[test]
fn what_is_not_there_is_said_in_one_sentence_and_tried_again() {
    let port = free_port();
    let mqtt = format!("mqtt://127.0.0.1:{port}");
    let evse = format!("tcp://127.0.0.1:{}", free_port());
    let mut nothing = bridge(&["--mqtt", &mqtt, "--evse", &evse]);
    // In whichever order.
    for _ in 0..2 {
        nothing.err.wait("two sentences", |line| line.ends_with("; trying again"));
    }
    let sentences = nothing.err.seen.join("\n");
    assert!(sentences.contains(&format!("broker {mqtt}: no connection: ")), "{sentences}");
    assert!(sentences.contains(&format!("station {evse}: cannot connect: ")), "{sentences}");

    let mut nothing = bridge(&["--mqtt", &mqtt, "--evse", "serial:/nowhere/ttyUSB9"]);
    nothing.err.wait("no port", |line| {
        line.contains("station serial:/nowhere/ttyUSB9: cannot open the serial port: ")
            && line.contains("is the adapter plugged in?")
    });
}

#[test]
fn a_reason_that_changes_is_told_too() {
    let folder = support::Folder::new("reasons");
    let port = folder.0.join("ttyUSB9");
    let evse = format!("serial:{}", port.display());
    let mqtt = format!("mqtt://127.0.0.1:{}", free_port());
    let mut nothing = bridge(&["--mqtt", &mqtt, "--http", "off", "--evse", &evse]);
    let says = |words: &'static str| {
        move |line: &str| line.contains("cannot open the serial port: ") && line.contains(words)
    };
    nothing.err.wait("no port", says("No such file"));
    // Now there is something, which is no port: what was said before does not help any more.
    std::fs::write(&port, "").unwrap();
    nothing.err.wait("another reason", says("Inappropriate ioctl"));
}

#[test]
fn a_state_folder_that_cannot_be_written_is_told_in_one_sentence_and_the_bridge_goes_on() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = support::Folder::new("read-only");
    let read_only = std::fs::Permissions::from_mode(0o555);
    std::fs::set_permissions(&folder.0, read_only).unwrap();
    // Nothing is read-only to root: then it is a file that is in the way.
    let probe = folder.0.join("probe");
    let is_root = std::fs::write(&probe, "").is_ok();
    let state = if is_root { &probe } else { &folder.0 };
    let mqtt = format!("mqtt://127.0.0.1:{}", free_port());
    let folder = state.display().to_string();
    let mut bridge = bridge(&["--mqtt", &mqtt, "--http", "off", "--state-dir", &folder]);
    let line = bridge.err.wait("a sentence", |line| line.contains("cannot write"));
    for part in [&*folder, "openevse.json", "let the bridge write there", "bridge.state_dir"] {
        assert!(line.contains(part), "{part}: {line}");
    }
    // Once, however much there would be to keep.
    bridge.out.wait("the station", |line| line.starts_with("station  sim:8.2.3"));
    std::thread::sleep(Duration::from_secs(3));
    bridge.err.drain();
    assert_eq!(bridge.err.seen.iter().filter(|line| line.contains("cannot write")).count(), 1);
}

#[test]
fn a_wrong_command_line_says_what_would_be_right() {
    for (arguments, hint) in [
        (
            &["--evse", "ttyUSB0"][..],
            "--evse: a station is serial:/dev/ttyUSB0, tcp://192.168.1.20:8023 or sim:\n",
        ),
        (&["--evse", "http://openevse.local"], "--evse: the bridge takes the place of the gateway"),
        (&["--evse", "sim:1"], "--evse: "),
        (&["--mqtt", "localhost"], "mqtt://user:password@"),
        // They look like numbers, and have no quotes to miss.
        (&["--evse", "99"], "--evse: a station is serial:/dev/ttyUSB0"),
        (&["--mqtt", "99"], "--mqtt: a broker is embedded, mqtt://user:password@"),
        (&["--http", "99"], "--http: HTTP listens at 127.0.0.1:8080"),
        (&["--http", "true"], "--http: HTTP listens at 127.0.0.1:8080"),
        (&["--log-format", "3"], "--log-format: unknown variant `3`, expected `text` or `json`"),
        (&["--compat", "true"], "--compat: true is none of default, guide"),
        (&["--set", "http.listen=99"], "--set http.listen: HTTP listens at 127.0.0.1:8080"),
        (&["--set", "mqtt.retain=yes"], "--set mqtt.retain: expected true or false\n"),
        (&["--base-topic", "a/#"], "without # and +"),
        (&["--compat", "3"], "3 is none of default, guide, 2.7, 2.9, 5"),
        (&["--set", "mqtt.version=5"], "the embedded broker speaks 3.1.1 only"),
        (&["--grid", "a", "--solar", "b"], "cannot be used with"),
        (&["--nonsense"], "unexpected argument"),
    ] {
        let (code, _, err) = output(arguments);
        assert_eq!(code, Some(2), "{arguments:?}");
        assert!(err.contains(hint) && !err.contains("quotes"), "{arguments:?}: {err}");
    }
    let (code, _, err) = output(&["--eco"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("--grid"), "{err}");
}

#[test]
fn a_configuration_is_printed_checked_and_its_mistakes_are_told() {
    let folder = support::Folder::new("config");
    let path = folder.0.join("bridge.toml");
    let file = path.display().to_string();
    let (code, example, _) = output(&["--print-config"]);
    assert_eq!(code, Some(0));
    std::fs::write(&path, &example).unwrap();
    assert_eq!(output(&["--config", &file, "--check-config"]).0, Some(0));

    std::fs::write(&path, example.replace("#retain = true", "retain = \"yes\"")).unwrap();
    let (code, _, err) = output(&["--config", &file, "--check-config"]);
    assert_eq!(code, Some(2));
    for part in [&file, "line ", "retain = \"yes\"", "expected a boolean"] {
        assert!(err.contains(part), "{part}: {err}");
    }
    for (text, told) in [
        ("[station]\nname = \"a\"\n", "line 1: [station]: a station begins with [[station]]"),
        (
            "[publish]\nperiod = \"x\"\n",
            "line 2: period = \"x\": expected a whole number from 0 to 65535",
        ),
    ] {
        std::fs::write(&path, text).unwrap();
        let (code, _, err) = output(&["--config", &file, "--check-config"]);
        assert_eq!((code, err.lines().count()), (Some(2), 1), "{err}");
        assert!(err.starts_with(&format!("rapi-bridge: {file}: {told}")), "{err}");
    }
    let (code, _, err) = output(&["--config", "/nowhere.toml", "--check-config"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("cannot read /nowhere.toml"), "{err}");
    // What only shows when somebody looks into the files that it names.
    for (key, more) in [
        ("mqtt.ca_file", &["--mqtt", "mqtts://broker"][..]),
        ("mqtt.password_file", &["--mqtt", "mqtt://broker", "--set", "mqtt.user=me"]),
    ] {
        let set = format!("{key}=/nowhere.pem");
        let (code, _, err) = output(&[more, &["--set", &set, "--check-config"]].concat());
        assert_eq!(code, Some(2));
        assert!(
            err.contains(key) && err.contains("/nowhere.pem") && err.lines().count() == 1,
            "{err}"
        );
    }
    let (code, _, err) = output(&["--set", "mqtt.retian=1", "--check-config"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("--set mqtt.retian: unknown field"), "{err}");
}

#[test]
fn help_version_and_completions_are_there() {
    let (code, help, _) = output(&["--help"]);
    assert_eq!(code, Some(0));
    for option in ["--evse", "--mqtt", "--base-topic", "--grid", "SAFETY"] {
        assert!(help.contains(option), "{option}");
    }
    // Of which options there is a variable is said once, for all of them.
    assert!(!help.contains("[env: ") && help.contains("RAPI_BRIDGE_CONFIG"), "{help}");
    let (_, version, _) = output(&["--version"]);
    assert_eq!(version.trim(), concat!("rapi-bridge ", env!("CARGO_PKG_VERSION")));
    let (_, script, _) = output(&["--completions", "bash"]);
    assert!(script.contains("complete"));
    // A pager that was left.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut program = Command::new(env!("CARGO_BIN_EXE_rapi-bridge"));
    let status = program.args(["--completions", "bash"]).stdout(writer).status().unwrap();
    assert!(status.success());
}

/// All Rust sources of a folder and of those in it, with their names.
fn sources(folder: &std::path::Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.with_extension("").display().to_string();
            found.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The tests of a source: functions behind an attribute that says so.
fn tests(text: &str) -> Vec<&str> {
    let mut is_test = false;
    let mut names = Vec::new();
    for line in text.lines().map(str::trim_start) {
        if line.starts_with("#[") || line.starts_with("//") {
            is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            continue;
        }
        let function = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ");
        if let Some(name) = function.and_then(|rest| rest.split('(').next()).filter(|_| is_test) {
            names.push(name);
        }
        is_test = false;
    }
    names
}

#[test]
fn every_test_that_the_documentation_names_exists() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["src", "tests", "../../divert/tests", "../../rapi-client/tests"] {
        sources(&here.join(folder), &mut found);
    }
    // `module::begin_of_a_name…`, `module::*`, and in a table of one module the begin alone.
    let is_there = |word: &str| {
        let (module, name) = word.rsplit_once("::").unwrap_or(("", word));
        let module = format!("/{}", module.replace("::", "/"));
        let begin = name.trim_end_matches(['…', '*']);
        let whole = begin == name;
        let fits = |test: &&str| if whole { *test == name } else { test.starts_with(begin) };
        let inside = |file: &str| module == "/" || file.ends_with(&module);
        found.iter().any(|(file, text)| inside(file) && tests(text).iter().any(fits))
    };
    let mut named = 0;
    for page in ["docs/features.md", "docs/fleet.md", "README.md"] {
        let text = std::fs::read_to_string(here.join(page)).unwrap();
        let mut is_table_of_tests = false;
        for line in text.lines() {
            let Some(row) = line.strip_prefix('|').and_then(|line| line.strip_suffix('|')) else {
                is_table_of_tests = false;
                continue;
            };
            let row: Vec<_> = row.split('|').map(str::trim).collect();
            let cell = row.last().copied().unwrap_or_default();
            if cell == "test" {
                is_table_of_tests = true;
            } else if is_table_of_tests && !cell.starts_with("--") {
                let words: Vec<_> = cell.split('`').skip(1).step_by(2).collect();
                assert!(!words.is_empty(), "{page}: no test in {row:?}");
                for word in words.iter().filter(|word| **word != "bridge_topics") {
                    assert!(is_there(word), "{page}: there is no test {word}");
                    named += 1;
                }
                // A feature is there, or it is no row of this table.
                assert!(page != "docs/features.md" || row[2] == "●", "{row:?}");
            }
        }
    }
    assert!(named > 120, "{named}");
}
