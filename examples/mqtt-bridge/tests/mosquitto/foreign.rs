//! MQTT 5, access lists, and clients that others wrote.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::prelude::*;

const VERSION_5: [&str; 2] = ["--set", "mqtt.version=5"];

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Asks as MQTT 5 has it: with a topic for the answer.
fn request(mosquitto: &Mosquitto, topic: &str, payload: &str) -> String {
    let mut command = Command::new("mosquitto_rr");
    command.args(["-V", "5", "-h", "127.0.0.1", "-p", &mosquitto.port.to_string(), "-W", "20"]);
    command.args(["-t", topic, "-e", "answers/rr", "-m", payload]);
    text(&command.output().unwrap())
}

#[test]
fn mqtt_5_answers_where_it_is_asked_to_with_the_correlation_data() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("mqtt5", None);
    let mut sub = mosquitto.subscribe("openevse/#");
    let bridge = bridge(&[&["--mqtt", &mosquitto.url()][..], &VERSION_5].concat());
    sub.out.wait_for("openevse connected");
    sub.out.wait_for("openevse/state 1");
    let answer: Value =
        serde_json::from_str(&request(&mosquitto, "openevse/rapi/in/$GE", r#"{"id": 3}"#)).unwrap();
    assert_eq!((&answer["id"], &answer["ret"]), (&json!(3), &json!("$OK 24 0001^27")));
    let refused = request(&mosquitto, "openevse/rapi/in/$SC", "81 V");
    assert!(refused.contains(r#""error":"out_of_range""#), "{refused}");
    assert_eq!(request(&mosquitto, "openevse/divertmode/set", "1"), "divert mode Normal");
    // As well on the topics that everybody reads.
    sub.out.wait_for("openevse/rapi/out $OK 24 0001^27");
    sub.out.wait_for("openevse/divertmode/result divert mode Normal");

    let mut answers = Program::start(
        Command::new("mosquitto_sub")
            .args(["-V", "5", "-h", "127.0.0.1", "-p", &mosquitto.port.to_string()])
            .args(["-t", "answers/#", "-t", "openevse", "-F", "%t [%D] %p"]),
    );
    answers.out.wait_for("openevse [] connected");
    let respond = |topic: &str, answer: &str, data: &str| {
        let property = ["-V", "5", "-D", "publish", "response-topic", answer];
        let data = ["-D", "publish", "correlation-data", data];
        mosquitto.publish(topic, "", &[&property[..], &data].concat());
    };
    respond("openevse/rapi/in/$GV", "answers/version", "abc 1");
    answers.out.wait("the answer with its data", |line| {
        line.starts_with("answers/version [abc 1] {") && line.contains("$OK 8.2.3 5.2.1^2F")
    });
    // An answer never becomes a command.
    respond("openevse/rapi/in/$GV", "openevse/rapi/in/$FS", "abc 2");
    respond("openevse/rapi/in/$GV", "answers/last", "abc 3");
    answers.out.wait("the next answer", |line| line.starts_with("answers/last [abc 3] {"));
    mosquitto.publish("openevse/rapi/in/$GS", "", &[]);
    sub.out.wait("the state", |line| line.starts_with("openevse/rapi/out $OK 01 "));
    assert!(!sub.out.seen.iter().any(|line| line.starts_with("openevse/rapi/in/$FS")));
    bridge.signal("KILL");
    sub.out.wait_for("openevse disconnected");
}

#[test]
fn mqtt_5_hears_as_well_why_it_is_not_let_in() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("password5", Some(("me", "p@ss:w%40rd/#?")));
    let mut sub = mosquitto.subscribe("openevse");
    let _right = bridge(&[&["--mqtt", &mosquitto.url()][..], &VERSION_5].concat());
    sub.out.wait_for("openevse connected");
    let wrong = format!("mqtt://me:guess@127.0.0.1:{}", mosquitto.port);
    let mut wrong = bridge(&[&["--mqtt", &wrong][..], &VERSION_5].concat());
    wrong.err.wait("a sentence", |line| line.contains("refuses user and password"));
}

#[test]
fn an_access_list_lets_the_owner_in_and_keeps_guests_from_commands() {
    if !has_mosquitto() {
        return;
    }
    let folder = Folder::new("acl");
    let list = folder.0.join("acl");
    std::fs::write(
        &list,
        "user bridge\ntopic readwrite openevse/#\ntopic readwrite openevse\n\
         topic readwrite homeassistant/#\nuser owner\ntopic readwrite openevse/#\n\
         user guest\ntopic read openevse/#\n",
    )
    .unwrap();
    for version in ["mqtt.version=3", "mqtt.version=5"] {
        // Names without passwords: the list goes by the names. A broker for each, because the first one keeps
        // the first bridge's state, and that says nothing of the second.
        let mosquitto =
            Mosquitto::with("acl", &format!("user root\nacl_file {}\n", list.display()));
        let address = format!("mqtt://bridge:any@127.0.0.1:{}", mosquitto.port);
        let mut sub = mosquitto.subscribe_as("guest", "openevse/#");
        let _bridge = bridge(&["--mqtt", &address, "--set", version]);
        sub.out.wait_for("openevse/state 1");
        mosquitto.publish("openevse/enable/set", "0", &["-u", "guest"]);
        mosquitto.publish("openevse/rapi/in/$FS", "", &["-u", "guest"]);
        mosquitto.publish("openevse/rapi/in/$GE", "", &["-u", "owner"]);
        sub.out.wait_for("openevse/rapi/out $OK 24 0001^27");
        let obeyed = |line: &String| line.contains("/result") || line.contains("$FS");
        assert!(!sub.out.seen.iter().any(obeyed), "{version}");
    }
}

/// A Python with Paho; nothing, with a line that says why, where that cannot be installed.
fn python() -> Option<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/paho");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("paho");
    let python = folder.join("bin/python3").display().to_string();
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output();
        output.map_err(|error| error.to_string()).and_then(|output| {
            let problem = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            if output.status.success() { Ok(()) } else { Err(problem) }
        })
    };
    let ready = run(&python, &["-c", "import paho.mqtt"]).or_else(|_| {
        run("python3", &["-m", "venv", &folder.display().to_string()])?;
        let list = here.join("requirements.txt").display().to_string();
        run(&python, &["-m", "pip", "install", "--quiet", "--requirement", &list])
    });
    match ready {
        Ok(()) => Some(python),
        Err(problem) => {
            assert!(std::env::var_os("CI").is_none(), "Paho is not installed: {problem}");
            eprintln!("SKIPPED: Paho cannot be installed: {problem}");
            None
        }
    }
}

#[test]
fn paho_is_understood_and_understands_in_both_versions() {
    if !has_mosquitto() {
        return;
    }
    let Some(python) = python() else { return };
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/paho/client.py");
    for version in ["3", "5"] {
        let mosquitto = Mosquitto::start("paho", None);
        let set = format!("mqtt.version={version}");
        let _bridge = bridge(&["--mqtt", &mosquitto.url(), "--set", &set]);
        let output = Command::new(&python)
            .arg(&client)
            .args([&mosquitto.port.to_string(), version])
            .output()
            .unwrap();
        let said: Value = serde_json::from_str(&text(&output)).unwrap();
        assert_eq!(said["answer"]["ret"], "$OK 24 0001^27");
        assert_eq!(said["answer"]["id"], 7);
        assert_eq!(said["pilot"], "11");
        let result = said["result"].as_str().unwrap();
        assert!(result.starts_with("override {") && result.contains("11"), "{result}");
        let correlation = if version == "5" { json!("number 7") } else { Value::Null };
        assert_eq!(said["correlation"], correlation);
    }
}
