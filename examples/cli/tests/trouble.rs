//! The program when something is wrong: a station that is silent for a while or for good, ports that
//! are none.
#![allow(dead_code, reason = "the stations are those of all tests of the program")]

mod support;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rapi_sim::{Config, Station, Timing};
use serde_json::Value;
use support::{peer, rapi, rapi_with};

/// A station that says nothing while `is_silent` says so; it gets each line and the time that has
/// passed.
fn station(mut is_silent: impl FnMut(&str, Duration) -> bool + Send + 'static) -> String {
    let begin = Instant::now();
    let config = Config { timing: Timing::Fast, ..Config::default() };
    let mut station = Station::new(config);
    station.receive(b"$SB\r", 0);
    let both = Mutex::new(move |line: &str| {
        let now = begin.elapsed();
        if is_silent(line, now) {
            return Vec::new();
        }
        station.receive(format!("{line}\r").as_bytes(), u64::try_from(now.as_millis()).unwrap())
    });
    peer(move |line| both.lock().unwrap()(line))
}

#[test]
fn monitor_waits_for_a_station_that_is_silent_for_a_while() {
    let silent = |_: &str, now: Duration| (1500..5000).contains(&now.as_millis());
    let lines = rapi(&["--evse", &station(silent), "monitor", "--count", "6"]).ok();
    let lines: Vec<_> = lines.lines().collect();
    let is_silence = |line: &&str| line.ends_with("no answer");
    assert!(lines.iter().any(is_silence), "{lines:?}");
    assert!(lines.last().unwrap().contains("not connected"), "{lines:?}");

    let lines = rapi(&["--evse", &station(silent), "monitor", "--count", "6", "--json"]).ok();
    let kinds: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["kind"].clone())
        .collect();
    assert!(kinds.iter().any(|kind| kind == "silence"), "{lines}");
    assert_eq!(kinds.last().unwrap(), "status", "{lines}");
}

#[test]
fn console_goes_on_after_a_command_that_is_not_answered() {
    let mut until = Duration::ZERO;
    let address = station(move |line, now| {
        if line.starts_with("$FR") {
            until = now + Duration::from_millis(2000);
        }
        now < until
    });
    let input = "do restart\nget version\nget version\nquit\n";
    let shown = rapi_with(input, &["--evse", &address, "--yes", "console"]).ok();
    assert!(shown.contains("does not answer"), "{shown}");
    assert!(shown.contains("firmware  8.2.3"), "{shown}");
}

#[test]
fn a_station_that_says_nothing_is_given_time_to_boot_and_then_up() {
    let address = station(|_, _| true);
    let problem = rapi(&["--evse", &address, "status"]).fails(1);
    assert!(problem.contains("no charging station answers on tcp://"), "{problem}");
    assert!(problem.contains("is it powered, is it the right port"), "{problem}");
}

/// It tells a state five times a second, for a minute, and answers nothing but who it is.
#[test]
fn a_station_that_talks_but_does_not_answer_is_given_up_as_one_that_is_silent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("tcp://{}", listener.local_addr().unwrap());
    let told = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&told);
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut line = Vec::new();
        reader.read_until(b'\r', &mut line).unwrap();
        let id = String::from_utf8(line).unwrap().split([':', '^']).nth(1).unwrap().to_owned();
        let body = format!("$OK 8.2.3 5.2.1 :{id}");
        let xor = body.bytes().fold(0, |xor, byte| xor ^ byte);
        stream.write_all(format!("{body}^{xor:02X}\r").as_bytes()).unwrap();
        for _ in 0..300 {
            count.fetch_add(1, Ordering::Relaxed);
            std::thread::sleep(Duration::from_millis(200));
            if stream.write_all(b"$AT 02 02 24 0700^30\r").is_err() {
                return;
            }
        }
    });
    let problem = rapi(&["--evse", &address, "get", "state"]).fails(1);
    assert!(problem.contains("does not answer"), "{problem}");
    let told = told.load(Ordering::Relaxed);
    assert!(told < 150, "three attempts, half a second each: {told}");
}

#[test]
fn a_line_that_cannot_be_opened_says_why_and_says_it_once() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let no_port = format!("serial:{}", file.path().display());
    for (evse, text) in [
        ("serial:/dev/nothing", "there is no /dev/nothing; is it plugged in?"),
        (no_port.as_str(), "is no serial port"),
        ("tcp://127.0.0.1:1", "cannot connect to 127.0.0.1:1: Connection refused"),
        ("http://127.0.0.1:1", "the line to http://127.0.0.1:1 failed: Connection refused"),
    ] {
        let problem = rapi(&["--evse", evse, "status"]).fails(1);
        assert!(problem.starts_with("rapi: ") && problem.contains(text), "{problem}");
        assert!(problem.matches("refused").count() <= 1, "{problem}");
    }
}
