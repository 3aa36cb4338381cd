//! RAPI over MQTT: what is carried out, what is refused, and which answer belongs to what.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use crate::prelude::*;

#[test]
fn what_is_dangerous_or_no_command_is_refused_in_words() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("refuse", None);
    let mut sub = mosquitto.subscribe("openevse/#");
    let _bridge = bridge(&["--mqtt", &mosquitto.url(), "--eeprom-writes", "1"]);
    sub.out.wait_for("openevse/state 1");
    for (command, payload, problem) in [
        ("$SC", "48 M", "$SC amps M is not allowed here: its class is debug"),
        ("$SC", "81 V", "amps is out of range: 6 to 80 A; the command is $SC amps V"),
        ("$SC", "16\r$FD", "this is no RAPI command"),
        ("$SC^33", "", "leave the checksum out"),
        ("$Z0", "25 75", "$Z0 close hold is not allowed here: its class is debug"),
        ("$FF", "G 0", "$FF G enabled is not allowed here: its class is debug"),
        ("$S9", "1", "the bridge does not know the command $S9"),
        ("$SL", "3", "field 1 is not of the right kind; the command is $SL level"),
        ("hello", "", "a command begins with $"),
    ] {
        mosquitto.publish(&format!("openevse/rapi/in/{command}"), payload, &[]);
        let line = format!("openevse/rapi/error {command}: {problem}");
        sub.out.wait(&line, |seen| seen.starts_with(&line));
    }
    // The first write of the EEPROM is the person's wish, the second one within the day too many.
    mosquitto.publish("openevse/rapi/in/$SC", "16", &[]);
    sub.out.wait_for("openevse/rapi/out $OK 16^07");
    mosquitto.publish("openevse/rapi/in/$SC", "20", &[]);
    sub.out.wait("a refusal", |line| line.contains("the EEPROM was written 1 times"));
    // And nothing of all that reached the station.
    mosquitto.publish("openevse/rapi/in/$GE", "", &[]);
    sub.out.wait_for("openevse/rapi/out $OK 16 0001^26");
    // Whoever restarts the bridge has no more writes than before.
    mosquitto.publish("openevse/restart", r#"{"device": "gateway"}"#, &[]);
    sub.out.wait_for("openevse connected");
    sub.out.wait_for("openevse/state 1");
    mosquitto.publish("openevse/rapi/in/$SC", "20", &[]);
    sub.out.wait("a refusal", |line| line.contains("the EEPROM was written 1 times"));
}

#[test]
fn a_retained_command_is_not_executed() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("retained", None);
    mosquitto.publish("openevse/rapi/in/$FS", "", &["-r"]);
    mosquitto.publish("openevse/rapi/in/$SC", "8 V", &["-r"]);
    let mut sub = mosquitto.subscribe("openevse/#");
    let _bridge = bridge(&["--mqtt", &mosquitto.url()]);
    sub.out.wait_for("openevse/state 1");
    mosquitto.publish("openevse/rapi/in/$GE", "", &[]);
    sub.out.wait_for("openevse/rapi/out $OK 24 0001^27");
}

#[test]
fn a_flood_of_commands_is_answered_or_refused_and_the_bridge_stays_connected() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("flood", None);
    let mut sub = mosquitto.subscribe("openevse/#");
    let _bridge = bridge(&["--mqtt", &mosquitto.url()]);
    sub.out.wait_for("openevse/state 1");
    let lines: String = (0..2000).map(|_| "\n").collect();
    mosquitto.publish_lines("openevse/rapi/in/$G0", &lines);
    let mut outcomes = 0;
    while outcomes < 100 {
        sub.out.wait("an answer or a refusal", |line| {
            line == "openevse/rapi/out $OK 0^30" || line.contains("busy: try again")
        });
        outcomes += 1;
    }
    // It still listens.
    std::thread::sleep(Duration::from_secs(2));
    mosquitto.publish("openevse/rapi/in/$GV", "", &[]);
    sub.out.wait_for("openevse/rapi/out $OK 8.2.3 5.2.1^2F");
    assert!(!sub.out.seen.iter().any(|line| line == "openevse disconnected"));
}

#[test]
fn an_answer_belongs_to_its_command_by_topic_and_id() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("correlated", None);
    let mut sub = mosquitto.subscribe("openevse/#");
    let _bridge = bridge(&["--mqtt", &mosquitto.url(), "--set", "rapi.allow_commands=[\"Z0\"]"]);
    sub.out.wait_for("openevse/state 1");
    let mut ask = |topic: &str, payload: &str, parts: &[&str]| {
        mosquitto.publish(&format!("openevse/rapi/in/{topic}"), payload, &[]);
        let code = if topic.starts_with('$') { &topic[..3] } else { "invalid" };
        let start = format!("openevse/rapi/out/{code} {{");
        let line = sub.out.wait("a document", |line| line.starts_with(&start));
        for part in parts {
            assert!(line.contains(part), "{topic} {payload}: {part} is not in {line}");
        }
    };
    ask(
        "$GE",
        r#"{"id": "a-1"}"#,
        &[
            r#""id":"a-1""#,
            r#""cmd":"$GE""#,
            r#""ret":"$OK 24 0001^27""#,
            r#""ok":true"#,
            r#""amps":24"#,
            r#""flags":1"#,
            r#""error":null"#,
            r#""ms":"#,
        ],
    );
    ask("$SC", r#"{"id": 2, "params": [12, "V"]}"#, &[r#""id":2"#, r#""ret":"$OK 12^"#]);
    ask("$Z0", "", &[r#""id":null"#, r#""error":"bad_arguments""#]);
    ask("$SC", r#"{"id": 3, "params": "81 V"}"#, &[r#""id":3"#, r#""error":"out_of_range""#]);
    ask("$SA", r#"{"id": 4, "params": "1 2"}"#, &[r#""error":"blocked""#, r#""ok":false"#]);
    ask("$SC", r#"{"id": 5, "params": "13\r$FD"}"#, &[r#""error":"malformed""#]);
    ask("$SC", r#"{"id": 6, "param": "13"}"#, &[r#""error":"malformed""#]);
    ask("$S9", r#"{"id": 7, "params": "1"}"#, &[r#""id":7"#, r#""error":"unknown""#]);
    ask("hello", "", &[r#""error":"malformed""#]);
    // A debug command that the configuration names, and this controller does not know.
    ask("$Z0", r#"{"id": 8, "params": "25 75"}"#, &[r#""id":8"#, r#""ok":"#]);
}

#[test]
fn a_station_that_falls_silent_is_an_answer_too() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("silent", None);
    let mut sub = mosquitto.subscribe("openevse/#");
    // It knows little, is silent to GF, and its answer to GI is damaged.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let evse = format!("tcp://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut lines = BufReader::new(stream.try_clone().unwrap());
            let mut line = Vec::new();
            while lines.read_until(b'\r', &mut line).is_ok_and(|count| count > 0) {
                let command = String::from_utf8_lossy(&line).into_owned();
                let id = command.split(" :").nth(1).and_then(|id| id.get(..2)).map(str::to_owned);
                let mut reply = match &command[..3] {
                    "$GV" => "$OK 8.2.3 5.2.1".to_owned(),
                    "$GS" => "$OK 01 0 01 0000".to_owned(),
                    _ => "$NK".to_owned(),
                };
                if let Some(id) = id {
                    reply += &format!(" :{id}");
                }
                let xor = reply.bytes().fold(0, |xor, byte| xor ^ byte);
                let xor = if command.starts_with("$GI") { !xor } else { xor };
                if !command.starts_with("$GF") {
                    write!(stream, "{reply}^{xor:02X}\r").unwrap();
                }
                line.clear();
            }
        }
    });
    let _bridge = bridge(&["--evse", &evse, "--mqtt", &mosquitto.url()]);
    sub.out.wait_for("openevse/evse_connected 1");
    for (code, error) in [("$GF", "timeout"), ("$GI", "bad_checksum"), ("$GG", "nk")] {
        mosquitto.publish(&format!("openevse/rapi/in/{code}"), r#"{"id": 1}"#, &[]);
        let start = format!("openevse/rapi/out/{code} ");
        let line = sub.out.wait("an answer", |line| line.starts_with(&start));
        assert!(line.contains(&format!(r#""error":"{error}""#)), "{line}");
        assert!(line.contains(r#""id":1"#), "{line}");
    }
}
