//! Sessions as text, a step a line: what is done, and what the station says then.
//!
//! `>` is a command of a client, `!` a word of a person, `~` a wait in milliseconds, `#` a remark.
//! CR is written `~` and LF `/`. Checksums are verified and left out.

use rapi_core::Checksum;
use rapi_sim::{Config, Firmware, Station, Timing, Word};

fn start(build: &str) -> Station {
    let (version, options) = build.split_once(' ').unwrap_or((build, ""));
    let firmware: Firmware = version.parse().expect("a version");
    let options = firmware.options().change(options).expect("options");
    let firmware = firmware.with_options(options);
    let mut station = Station::new(Config { firmware, timing: Timing::Fast, ..Config::default() });
    station.poll(0);
    station
}

/// The lines of a station; a checksum that is there must be right.
fn readable(said: &[u8]) -> String {
    let mut text = String::new();
    for line in said.split_inclusive(|&byte| byte == b'\r') {
        let begin = line.iter().rposition(|&byte| byte == b'$').unwrap_or(0);
        let mut shown = line.to_vec();
        if let Some(mark) = line.iter().rposition(|&byte| byte == b'^') {
            let check = format!("^{:02X}\r", Checksum::of(&line[begin..mark]).xor());
            assert_eq!(&line[mark..], check.as_bytes(), "{}", line.escape_ascii());
            shown.truncate(mark);
            shown.push(b'\r');
        }
        text.extend(shown.iter().copied().map(char::from));
    }
    text.replace('\r', "~").replace('\n', "/")
}

/// Plays a session to a firmware, for instance `8.2.3 +TIME_LIMIT`.
pub fn check(build: &str, session: &str) {
    let mut station = start(build);
    let mut now = 1000;
    for step in session.lines().map(str::trim) {
        if step.is_empty() || step.starts_with('#') {
            continue;
        }
        let (done, expected) = step.rsplit_once('|').expect("what is said then");
        let (kind, done) = done.trim().split_once(' ').expect("a kind of step");
        let said = match kind {
            ">" => {
                now += 10;
                station.receive(format!("{done}\r").as_bytes(), now)
            }
            "~" => {
                now += done.parse::<u64>().expect("milliseconds");
                station.poll(now)
            }
            _ => {
                let word = done.parse::<Word>().expect("a word");
                let Word::Command(command, _) = word else { panic!("{done} changes nothing") };
                station.command(&command, now).expect("what can be done");
                station.poll(now)
            }
        };
        assert_eq!(readable(&said), expected.trim_start(), "{build}: {step}");
    }
}
