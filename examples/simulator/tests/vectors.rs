//! Golden lines: each command was fed to the tokenizer of firmware 8.2.3.

use rapi_core::commands::SetClock;
use rapi_core::types::DeciCelsius;
use rapi_fixtures::{Vector, unescape, vectors};
use rapi_sim::{Board, Config, Firmware, Station};

/// The model that the answers were made with: nearly all options, 24 A offered of 32 A saved, in
/// state A, or in B where the note says so.
fn station(vector: &Vector) -> Station {
    let options = Firmware::LATEST
        .options()
        .change("+AUTH_LOCK,+CHARGE_LIMIT,+TIME_LIMIT,+FAKE_CHARGING_CURRENT")
        .unwrap();
    let board = Board { ds3231: None, mcp9808: Some(DeciCelsius(230)), ..Board::default() };
    let mut station = Station::new(Config {
        firmware: Firmware::LATEST.with_options(options),
        board,
        clock: SetClock { year: 26, month: 1, day: 2, hour: 3, minute: 4, second: 2 },
        ..Config::default()
    });
    station.poll(0);
    station.receive(b"$SB\r$SL 2\r$SC 32\r$SC 24 V\r", 1000);
    if vector.row.cell("note").contains("state B") {
        station.car("plug", 2000).unwrap();
    }
    station.poll(3000);
    station
}

/// What the model has no answer for: a made-up serial number, and a restart that it does not do.
const OTHERWISE: [&str; 2] = ["V170", "V029"];

fn without_notifications(said: &[u8]) -> Vec<u8> {
    let lines = said.split_inclusive(|&byte| byte == b'\r');
    lines.filter(|line| !line.starts_with(b"$AT")).collect::<Vec<_>>().concat()
}

#[test]
fn every_golden_command_is_answered_as_noted() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for vector in vectors().iter().filter(|vector| vector.row.cell("kind") == "command") {
        if OTHERWISE.contains(&vector.id()) {
            continue;
        }
        let noted = match vector.row.cell("controller_reply") {
            "(none)" => Vec::new(),
            reply => unescape(reply),
        };
        let said = station(vector).receive(&vector.raw, 3000);
        count += 1;
        // Most notes leave away what is told behind the reply.
        if said != noted && without_notifications(&said) != noted {
            wrong.push(format!(
                "{} {}: noted {}, here {} ({})",
                vector.id(),
                vector.raw.escape_ascii(),
                noted.escape_ascii(),
                said.escape_ascii(),
                vector.row.cell("note")
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {count}\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(count, 232);
}
