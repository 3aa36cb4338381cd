//! The bridge between a simulated station and a real mosquitto, with its own tools as users.

mod support;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use rapi_sim::{Address, Config, Handle, Pty, serve, tcp};
use serde_json::{Value, json};
use support::{Folder, Mosquitto, Program, bridge, free_port, has_mosquitto};
use tokio::runtime::Runtime;

/// A station that is not part of the bridge.
struct Station {
    handle: Handle,
    runtime: Runtime,
}

impl Station {
    fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let handle = runtime.block_on(async { serve(Config::default()) });
        Self { handle, runtime }
    }

    fn listen(&self, port: u16) {
        let address: Address = format!("tcp://127.0.0.1:{port}").parse().unwrap();
        self.runtime.block_on(tcp(&address, self.handle.clone())).unwrap();
    }

    fn car(&self, word: &str) {
        self.runtime.block_on(self.handle.car(word)).unwrap();
    }
}

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
    sub.out.wait_for("openevse/rapi/out $OK 10^01");
    sub.out.wait_for("openevse/pilot 10");
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
    bridge.out.wait("three lines to copy", |line| line.contains("mosquitto_pub"));
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
    // At once, and nothing else has to wait: a command must not be carried out some time later.
    let asked = Instant::now();
    for command in ["$GV", "$FE", "$FS"] {
        mosquitto.publish(&format!("openevse/rapi/in/{command}"), "", &[]);
        let error = format!("openevse/rapi/error {command}: the charging station is not connected");
        sub.out.wait_for(&error);
    }
    mosquitto.publish("openevse/divertmode/set", "1", &[]);
    sub.out.wait_for("openevse/divertmode/result divert mode Normal");
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());

    let station = Station::new();
    station.listen(port);
    sub.out.wait_for("openevse/evse_connected 1");
    // The new one was boot-locked.
    sub.out.wait_for("openevse/state 1");
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

#[test]
fn a_broker_with_passwords_lets_the_right_one_in_and_the_wrong_one_hears_why_not() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("password", Some(("me", "p@ss:w%40rd/#?")));
    let mut sub = mosquitto.subscribe("openevse/#");
    let _right = bridge(&["--mqtt", &mosquitto.url()]);
    sub.out.wait_for("openevse/state 1");

    let wrong = format!("mqtt://me:guess@127.0.0.1:{}", mosquitto.port);
    let mut wrong = bridge(&["--mqtt", &wrong]);
    assert_eq!(wrong.exit_code(), Some(1));
    wrong.err.wait("a sentence", |line| line.contains("refuses user and password"));
    assert!(!wrong.err.seen.concat().contains("guess"), "the password is not shown");
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
fn what_is_dangerous_or_no_command_is_refused_in_words() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("refuse", None);
    let mut sub = mosquitto.subscribe("openevse/#");
    let _bridge = bridge(&["--mqtt", &mosquitto.url(), "--eeprom-writes", "1"]);
    sub.out.wait_for("openevse/state 1");
    for (command, payload, problem) in [
        ("$SC", "48 M", "$SC amps M is not allowed over MQTT: its class is debug"),
        ("$SC", "81 V", "argument 1 is out of range; the command is $SC amps V"),
        ("$SC", "16\r$FD", "this is no RAPI command"),
        ("$SC^33", "", "leave the checksum out"),
        ("$Z0", "25 75", "$Z0 close hold is not allowed over MQTT: its class is debug"),
        ("$FF", "G 0", "$FF G enabled is not allowed over MQTT: its class is debug"),
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
fn divert_charges_with_the_sun_and_sleeps_without() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("divert", None);
    let mut sub = mosquitto.subscribe("openevse/#");
    let _bridge = bridge(&["--mqtt", &mosquitto.url(), "--grid", "home/grid"]);
    sub.out.wait_for("openevse/state 1");
    mosquitto.publish("openevse/sim/set", "plug", &[]);
    mosquitto.publish("openevse/sim/set", "ask", &[]);
    sub.out.wait_for("openevse/state 3");
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
        let bridge =
            bridge(&["--mqtt", &mosquitto.url(), "--compat", compat, "--set", "mqtt.retain=false"]);
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

/// Whether a line has these members behind `head`, in any order, and no others: in which order
/// they come depends on what else is in the build.
fn is_object(line: &str, head: &str, members: &Value) -> bool {
    line.strip_prefix(head)
        .and_then(|object| serde_json::from_str::<Value>(object).ok())
        .is_some_and(|object| object == *members)
}

#[test]
fn each_typed_topic_is_obeyed_and_answered() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("typed", None);
    let mut sub = mosquitto.subscribe("openevse/#");
    let _bridge = bridge(&["--mqtt", &mosquitto.url()]);
    sub.out.wait_for("openevse/state 1");
    let set = |topic: &str, payload: &str| {
        mosquitto.publish(&format!("openevse/{topic}"), payload, &[]);
    };
    set("current/set", "16");
    let told = json!({"auto_release": true, "charge_current": 16});
    let answered = |line: &str| is_object(line, "openevse/current/result override ", &told);
    sub.out.wait("an override of 16 A", answered);
    sub.out.wait_for("openevse/pilot 16");
    set("current/set", "clear");
    sub.out.wait_for("openevse/pilot 24");
    set("enable/set", "0");
    sub.out.wait_for("openevse/state 254");
    set("enable/set", "1");
    sub.out.wait_for("openevse/state 1");
    // A person's wish outranks a program's, and the smallest cap counts.
    set("claim/set", r#"{"state": "disabled", "max_current": 10}"#);
    sub.out.wait_for("openevse/pilot 10");
    set("override/set", "clear");
    sub.out.wait_for("openevse/state 254");
    set("claim/set", "release");
    sub.out.wait_for("openevse/claim/result claim {\"state\":\"null\"}");
    // Only the volatile current was set: it comes back, and nothing wears.
    sub.out.wait_for("openevse/pilot 24");
    assert!(!sub.out.seen.iter().any(|line| line == "openevse/eeprom_writes 1"));
    set("sim/set", "plug");
    sub.out.wait_for("openevse/state 2");
    set("limit/set", r#"{"type": "energy", "value": 1}"#);
    let told = json!({"auto_release": true, "type": "energy", "value": 1});
    let answered = |line: &str| is_object(line, "openevse/limit/result limit ", &told);
    sub.out.wait("a limit of 1 Wh", answered);
    set("sim/set", "ask");
    sub.out.wait_for("openevse/state 3");
    // 24 A reach a watt-hour within a second. A limit outranks a person.
    set("enable/set", "1");
    sub.out.wait_for("openevse/state 254");
    set("limit/set", "clear");
    sub.out.wait_for("openevse/state 3");
    for (topic, payload, problem) in [
        ("current/set", "81", "error: a current is 6 to 80"),
        ("enable/set", "maybe", "error: 1 or 0"),
        ("override/set", "{", "error: "),
        ("claim/set", r#"{"amps": 3}"#, "error: there is no amps"),
        ("limit/set", r#"{"type": "soc", "value": 80}"#, "error: the bridge does not know"),
        ("schedule/set", r#"[{"id": 1}]"#, "error: "),
        ("config/set", r#"{"evse": "sim:"}"#, "error: evse cannot be changed here"),
        ("config/set", r#"{"phases": 2}"#, "error: phases: 1 or 3"),
        ("divertmode/set", "3", "error: the divert mode is 1"),
        ("restart", "now", "error: "),
    ] {
        set(topic, payload);
        let start = format!("openevse/{}/result {problem}", topic.trim_end_matches("/set"));
        sub.out.wait(&start, |line| line.starts_with(&start));
    }
    set("config/set", r#"{"limit_wh": 20000}"#);
    sub.out.wait("the new configuration", |line| {
        line.starts_with("openevse/config {") && line.contains(r#""limit_wh":20000"#)
    });
    set(
        "schedule/set",
        r#"[{"id": 1, "state": "disabled", "time": "00:00", "days": ["monday",
        "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]}]"#,
    );
    set("override/set", "clear");
    sub.out.wait_for("openevse/state 254");
    set("schedule/clear", "1");
    sub.out.wait_for("openevse/state 3");
    set("restart", r#"{"device": "evse"}"#);
    sub.out.wait_for("openevse/restart/result restart of the station");
    set("restart", r#"{"device": "gateway"}"#);
    sub.out.wait_for("openevse disconnected");
    sub.out.wait_for("openevse connected");
}

#[test]
fn what_a_person_sets_in_eco_stays() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("eco-person", None);
    let mut sub = mosquitto.subscribe("openevse/#");
    let _bridge = bridge(&["--mqtt", &mosquitto.url(), "--grid", "home/grid"]);
    sub.out.wait_for("openevse/state 1");
    mosquitto.publish("openevse/sim/set", "plug", &[]);
    mosquitto.publish("openevse/sim/set", "ask", &[]);
    sub.out.wait_for("openevse/state 3");
    mosquitto.publish("home/grid", "3300", &[]);
    mosquitto.publish("openevse/divertmode/set", "2", &[]);
    sub.out.wait_for("openevse/pilot 10");
    mosquitto.publish("openevse/rapi/in/$SC", "20 V", &[]);
    sub.out.wait_for("openevse/pilot 20");
    sub.out.wait("who wants that", |line| {
        line.starts_with("openevse/target ")
            && line.contains(r#""charge_current":20,"charge_current_by":"override""#)
    });
    let before = sub.out.seen.len();
    std::thread::sleep(Duration::from_secs(3));
    sub.out.drain();
    let undone = sub.out.seen[before..].iter().any(|line| line.starts_with("openevse/pilot 1"));
    assert!(!undone);
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
