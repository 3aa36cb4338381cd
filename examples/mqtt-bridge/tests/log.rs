//! The log for programs: each line of it is a JSON object.

mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;

use base64::Engine as _;
use serde_json::Value;
use support::{Folder, Program, bridge, free_port, hash};

/// What must stand in no log: the broker's password, that of the page, and a new one of the broker.
const SECRETS: [&str; 3] = ["se-cret-1", "se-cret-2", "se-cret-3"];

/// A line as a collector of logs reads it.
fn read(line: &str) -> Value {
    let event: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let text = |key: &str| event[key].as_str().unwrap_or_else(|| panic!("no {key}: {line}"));
    let time = text("timestamp");
    assert!(time.ends_with('Z') && time.parse::<jiff::Timestamp>().is_ok(), "{time}");
    assert!(["ERROR", "WARN", "INFO", "DEBUG"].contains(&text("level")), "{line}");
    assert!(!text("target").is_empty() && !text("message").is_empty(), "{line}");
    event
}

fn request(port: u16, password: &str, request: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(support::PATIENCE)).unwrap();
    let who = base64::prelude::BASE64_STANDARD.encode(format!("admin:{password}"));
    let length = body.len();
    write!(
        stream,
        "{request} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Basic {who}\r\n\
         Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// The port of the page, from the line that tells it.
fn port(line: &str) -> u16 {
    let address = line.split("http://127.0.0.1:").nth(1).unwrap();
    address.split('/').next().unwrap().parse().unwrap()
}

#[test]
fn each_line_of_the_json_log_is_an_object_with_its_station_and_without_a_secret() {
    let folder = Folder::new("log");
    let path = folder.0.join("bridge.toml");
    let [broker, page, new] = SECRETS;
    let rest = format!(
        "[log]\nformat = \"json\"\n[http]\nlisten = \"127.0.0.1:0\"\npassword_hash = \"{}\"\n\
         [[station]]\nname = \"left\"\n[[station]]\nname = \"right\"\nevse = \"tcp://127.0.0.1:{}\"\n",
        hash(page),
        free_port(),
    );
    let mqtt = format!("[mqtt]\nbroker = \"mqtt://me:{broker}@127.0.0.1:{}\"\n", free_port());
    std::fs::write(&path, format!("{mqtt}{rest}")).unwrap();
    let mut program = bridge(&["--config", &path.display().to_string(), "-vv"]);
    let line = program.err.wait("the page", |line| line.contains("page http://"));
    let port = port(&line);
    program.err.wait("a station", |line| line.contains("station left (sim:8.2.3), firmware"));
    // A command that is answered, one that is not sent, and an order that is wrong.
    let ask = |path: &str, body: &str| request(port, page, path, body);
    assert!(ask("GET /stations/left/r?json=1&rapi=%24GV", "").contains("$OK 8.2.3"));
    assert!(ask("GET /stations/left/r?json=1&rapi=%24SC+48+M", "").contains("blocked"));
    assert!(ask("POST /stations/left/override", r#"{"charge_current": 5}"#).contains("6 to 80"));
    assert!(request(port, new, "POST /override", "{}").contains(" 401 "), "a wrong password");
    let log = ask("GET /api/log?after=0", "");
    // Somebody forgets the quotes.
    std::fs::write(&path, format!("[mqtt]\npassword = {new}\n{rest}")).unwrap();
    program.signal("HUP");
    program.err.wait("a mistake", |line| line.contains("not read again"));
    program.signal("TERM");
    assert_eq!(program.exit_code(), Some(0));
    // All that there is: it has ended.
    let Program { out, err, .. } = &mut program;
    std::thread::sleep(std::time::Duration::from_millis(100));
    out.drain();
    err.drain();
    assert_eq!(out.seen, [""; 0], "it is for a person");
    let events: Vec<_> = err.seen.iter().map(|line| read(line)).collect();
    for text in err.seen.iter().chain([&log]) {
        for secret in SECRETS.into_iter().chain(["argon2"]) {
            assert!(!text.contains(secret), "{text}");
        }
    }

    let find = |key: &str, value: &str| -> Vec<_> {
        events.iter().filter(|event| event[key] == value).collect()
    };
    let [answered] = find("command", "$GV")[..] else { panic!("{events:?}") };
    assert!(answered["answer"].as_str().unwrap().starts_with("$OK 8.2.3"), "{answered}");
    assert!(answered["ms"].is_u64() && answered["level"] == "DEBUG", "{answered}");
    let [refused] = find("command", "$SC 48 M")[..] else { panic!("{events:?}") };
    assert!(refused["error"] == "blocked" && refused["level"] == "WARN", "{refused}");
    assert_eq!(refused["target"], "rapi_bridge::exchange");
    let [wrong] = find("topic", "override/set")[..] else { panic!("{events:?}") };
    for event in [answered, refused, wrong] {
        assert_eq!(event["span"]["station"], "left", "{event}");
    }
    let there = events.iter().find(|event| event["firmware"] == "8.2.3").unwrap();
    assert!(there["span"]["station"] == "left" && there["target"] == "rapi_bridge::news");
    let away = |event: &&Value| event["message"].as_str().unwrap().starts_with("station right");
    let away = events.iter().find(away).unwrap();
    assert!(away["span"]["station"] == "right" && away["level"] == "WARN", "{away}");
    // What is refused stands once in the page's log, too.
    assert_eq!(log.matches("$SC 48 M").count(), 1, "{log}");
    // And there, too, a line says which station it is about: once.
    assert!(log.contains("\"left: ") && !log.contains("left: left"), "{log}");
}

#[test]
fn a_person_reads_each_refusal_once_and_no_fields() {
    let mqtt = format!("mqtt://127.0.0.1:{}", free_port());
    let mut program = bridge(&["--mqtt", &mqtt, "--http", "127.0.0.1:0", "-vv"]);
    let line = program.out.wait("the page", |line| line.starts_with("page     http://"));
    let port = port(&line);
    program.out.wait("the station", |line| line.starts_with("station  sim:8.2.3"));
    request(port, "", "GET /r?json=1&rapi=%24SC+48+M", "");
    request(port, "", "GET /r?json=1&rapi=%24GV", "");
    let answered = program.err.wait("an answer", |line| line.contains("$GV"));
    assert!(answered.ends_with(" DEBUG openevse: $GV → $OK 8.2.3 5.2.1^2F"), "{answered}");
    let refusals = program.err.seen.iter().filter(|line| line.contains("$SC 48 M"));
    let refusals: Vec<_> = refusals.collect();
    assert!(
        refusals.len() == 1 && refusals[0].contains(" WARN openevse: $SC 48 M: "),
        "{refusals:?}"
    );
}

/// What a person sees at a terminal, with colours or without.
fn at_a_terminal(no_color: &str) -> String {
    let program = env!("CARGO_BIN_EXE_rapi-bridge");
    let command = format!("{program} -v --mqtt mqtt://127.0.0.1:{} --http off", free_port());
    let mut terminal = Program::start(
        Command::new("script")
            .args(["--quiet", "--flush", "--return", "--command", &command, "/dev/null"])
            .env("NO_COLOR", no_color)
            .env("TERM", "xterm"),
    );
    terminal.out.wait("the station", |line| line.starts_with("station  sim:8.2.3"));
    terminal.out.wait("what it sends", |line| line.contains("INFO") && line.contains("$SB"));
    terminal.out.seen.join("\n")
}

#[test]
fn what_is_logged_has_colours_at_a_terminal_unless_somebody_minds() {
    assert!(at_a_terminal("").contains("\x1b[32m INFO"));
    let plain = at_a_terminal("1");
    assert!(!plain.contains('\x1b'), "{plain:?}");
}

#[test]
fn the_firmware_of_a_station_is_told_once() {
    let mqtt = format!("mqtt://127.0.0.1:{}", free_port());
    let mut program = bridge(&["--mqtt", &mqtt, "--http", "127.0.0.1:0", "-v"]);
    let port = port(&program.out.wait("the page", |line| line.starts_with("page     http://")));
    program.out.wait("the station", |line| line.starts_with("station  sim:8.2.3, firmware 8.2.3"));
    // Sent after it was greeted.
    program.err.wait("what it sends", |line| line.ends_with(" INFO $SB"));
    assert!(
        !program.err.seen.iter().any(|line| line.contains("firmware")),
        "{:?}",
        program.err.seen
    );
    let log = request(port, "", "GET /api/log?after=0", "");
    assert_eq!(log.matches("firmware 8.2.3").count(), 1, "{log}");
}

#[test]
fn with_several_stations_a_person_reads_which_one_a_line_is_about() {
    let folder = Folder::new("log");
    let path = folder.0.join("bridge.toml");
    let mqtt = format!("[mqtt]\nbroker = \"mqtt://127.0.0.1:{}\"\n", free_port());
    std::fs::write(
        &path,
        mqtt + "[http]\nlisten = \"127.0.0.1:0\"\n[[station]]\nname = \"left\"\n[[station]]\nname = \"right\"\n",
    )
    .unwrap();
    let mut program = bridge(&["--config", &path.display().to_string(), "-v"]);
    let about = |name| format!(" INFO station{{{name}}}: $SB");
    let mut left = vec![about("left"), about("right")];
    // Either may be the first.
    while !left.is_empty() {
        let is_one = |line: &str| left.iter().any(|about| line.contains(about));
        let line = program.err.wait("a station's own line", is_one);
        left.retain(|about| !line.contains(about));
    }
}

#[test]
fn the_format_is_a_flag_a_key_and_a_variable_and_counts_for_a_mistake_in_the_file() {
    let run = |arguments: &[&str], variable: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rapi-bridge"));
        command.args(["--config", "/nowhere.toml"]).args(arguments);
        if !variable.is_empty() {
            command.env("RAPI_BRIDGE_LOG_FORMAT", variable);
        }
        let output = command.output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
        String::from_utf8(output.stderr).unwrap()
    };
    for (arguments, variable) in [
        (&["--log-format", "json"][..], ""),
        (&["--set", "log.format=json"], "text"),
        (&[], "json"),
        (&["--check-config"], "json"),
    ] {
        let line = run(arguments, variable);
        let event = read(line.trim_end());
        assert!(event["message"].as_str().unwrap().starts_with("cannot read /nowhere.toml"));
        assert_eq!(event["level"], "ERROR");
    }
    for (arguments, variable) in [(&["--log-format", "text"][..], "json"), (&[], "")] {
        let line = run(arguments, variable);
        assert!(line.starts_with("rapi-bridge: cannot read /nowhere.toml"), "{line}");
    }
    let wrong = Command::new(env!("CARGO_BIN_EXE_rapi-bridge"))
        .args(["--log-format", "xml", "--check-config"])
        .output()
        .unwrap();
    let told = String::from_utf8(wrong.stderr).unwrap();
    assert_eq!(
        told.trim_end(),
        "rapi-bridge: --log-format: unknown variant `xml`, expected `text` or `json`"
    );
}
