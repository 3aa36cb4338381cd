//! The clock of the computer jumps: a battery that was empty, a time server that comes late.

use std::path::Path;
use std::process::Command;

use crate::prelude::*;

/// Debian's `faketime`: it tells a program another time of day, which a file names. The clock that only
/// counts on is left alone, as by a real jump.
const FAKETIME: [&str; 3] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/faketime/libfaketime.so.1",
];

fn faketime() -> Option<&'static str> {
    let found = FAKETIME.into_iter().find(|library| Path::new(library).exists());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "faketime is missing: apt-get install faketime");
        eprintln!("SKIPPED: faketime is not installed (apt-get install faketime)");
    }
    found
}

#[test]
fn a_clock_that_jumps_moves_the_schedule_and_nothing_else() {
    let (true, Some(faketime)) = (has_mosquitto(), faketime()) else { return };
    let mosquitto = Mosquitto::start("clock", None);
    let folder = Folder::new("clock");
    let file = folder.0.join("time");
    let at = |time: &str| std::fs::write(&file, format!("@{time}\n")).unwrap();
    // A Monday.
    at("2026-03-02 12:00:00");
    let mut sub = mosquitto.subscribe("openevse/#");
    let mut command = Command::new(env!("CARGO_BIN_EXE_rapi-bridge"));
    command.args(["--mqtt", &mosquitto.url(), "--grid", "home/grid"]).envs([
        ("LD_PRELOAD", faketime),
        ("FAKETIME_TIMESTAMP_FILE", file.to_str().unwrap()),
        ("FAKETIME_NO_CACHE", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ("TZ", "UTC"),
    ]);
    let _bridge = Program::start(&mut command);
    sub.out.wait("its time", |line| line.starts_with("openevse/time 2026-03-02T12:00:"));
    let set = |topic: &str, payload: &str| {
        mosquitto.publish(&format!("openevse/{topic}"), payload, &[]);
    };
    sub.out.wait_for("openevse/state 1");
    set("sim/set", "plug");
    set("sim/set", "ask");
    sub.out.wait_for("openevse/state 3");
    set("claim/set", r#"{"max_current": 13, "auto_release": false}"#);
    sub.out.wait_for("openevse/pilot 13");
    let events = r#"[{"id": 1, "state": "disabled", "time": "22:00", "days": ["monday"]},
                     {"id": 2, "state": "active", "time": "06:00", "days": ["tuesday"]}]"#;
    set("schedule/set", events);
    sub.out.wait_for("openevse/schedule/result 2 events");
    // Eleven hours on, back again, two years back, and where it was.
    for (time, state) in [
        ("2026-03-02 23:00:00", "openevse/state 254"),
        ("2026-03-02 12:00:00", "openevse/state 3"),
        ("2024-03-04 22:30:00", "openevse/state 254"),
        ("2026-03-03 06:30:00", "openevse/state 3"),
    ] {
        at(time);
        sub.out.wait_for(state);
        // A command is answered at once, whatever the time is.
        set("rapi/in/$GE", "");
        sub.out.wait("an answer", |line| line.starts_with("openevse/rapi/out $OK 13 "));
    }
    // No other current was offered at any jump.
    assert!(!sub.out.seen.iter().any(|line| {
        let pilot = line.strip_prefix("openevse/pilot ");
        pilot.is_some_and(|amps| amps != "13" && amps != "24")
    }));
    let first = sub.out.seen.iter().position(|line| line == "openevse/pilot 13");
    assert!(!sub.out.seen.iter().skip(first.unwrap()).any(|line| line == "openevse/pilot 24"));
}
