//! The simulator, told the same as real controllers, answers the same.

#[path = "../examples/agreement/replay.rs"]
mod replay;

use rapi_sim::{Config, Station, Timing, Vehicle};
use replay::table::{reason, table};
use replay::{Played, RECORDED, play, play_with};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn show(line: &Played) -> String {
    format!(
        "{} {:?}: recorded {:?}, here {:?}",
        line.recorded.place,
        text(&line.recorded.send),
        text(&line.recorded.recv),
        text(&line.said)
    )
}

#[test]
fn every_line_is_answered_byte_for_byte_or_its_difference_has_a_reason() {
    for (version, file) in RECORDED {
        let played = play(version, file, Timing::Real);
        let wrong: Vec<String> = played
            .iter()
            .filter(|line| !line.equal && reason(version, file, line.number).is_none())
            .map(show)
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn the_display_shows_what_it_showed() {
    let mut read = 0;
    for (version, file) in RECORDED {
        for line in play(version, file, Timing::Real) {
            let Some(same) = line.shows_the_same() else { continue };
            let here = line.lcd.map(|line| text(&line));
            assert!(same, "{}: {:?}, here {here:?}", line.recorded.place, line.recorded.lcd);
            read += 1;
        }
    }
    assert_eq!(read, 101);
}

#[test]
fn with_the_command_that_is_not_in_the_file_its_lines_are_equal_too() {
    let played = play_with("8.2.3", "framing", Timing::Real, |number| match number {
        136 => b"$FE\r",
        _ => b"",
    });
    for line in played.iter().filter(|line| line.number >= 136) {
        assert_eq!(text(&line.said), text(&line.recorded.recv), "{}", line.recorded.place);
    }
}

#[test]
fn a_reason_for_a_difference_is_given_only_where_there_is_one() {
    for (version, file) in RECORDED {
        for line in play(version, file, Timing::Real) {
            let told = reason(version, file, line.number);
            assert!(told.is_none() || !line.equal, "{}: {told:?}", line.recorded.place);
        }
    }
}

/// What a controller says on its own account, one line after the other.
fn notifications(bytes: impl Iterator<Item = u8>) -> Vec<String> {
    let all: Vec<u8> = bytes.collect();
    text(&all)
        .split('\r')
        .map(str::trim)
        .filter(|line| ["$A", "$S", "$W"].iter().any(|begin| line.starts_with(begin)))
        .map(str::to_owned)
        .collect()
}

#[test]
fn in_a_hurry_the_same_lines_come_in_the_same_order() {
    for (version, file) in RECORDED {
        let played = play(version, file, Timing::Fast);
        let recorded = notifications(played.iter().flat_map(|line| line.recorded.recv.clone()));
        let said = notifications(played.iter().flat_map(|line| line.said.clone()));
        if (version, file) == ("8.2.3", "framing") {
            // The recorder has woken the station by other means: see the reason of that line.
            continue;
        }
        assert_eq!(said, recorded, "{version} {file}");
    }
}

#[test]
fn in_a_hurry_all_commands_but_a_restart_are_answered_as_they_were() {
    for version in rapi_fixtures::VERSIONS {
        let played = play(version, "commands", Timing::Fast);
        let wrong: Vec<&Played> = played.iter().filter(|line| !line.equal).collect();
        // It comes at once, and not a second later.
        let restart = wrong.iter().all(|line| matches!(line.number, 525 | 526));
        assert!(restart, "{}", wrong.iter().map(|line| show(line)).collect::<String>());
    }
}

#[test]
fn a_restart_is_not_answered_and_forgets_what_is_volatile() {
    let mut station = Station::new(Config::default());
    station.poll(9000);
    station.receive(b"$SB\r$SC 10 V\r", 9100);
    let boot = "\nrelayCloseMs: 100\r\nrelayHoldPwm: 255\r\n$AT 00 00 0 4200^07\r$AB 00 8.2.3^1E\r";
    assert_eq!(text(&station.receive(b"$FR^30\r", 9200)), boot);
    assert_eq!(text(&station.receive(b"$GS^30\r", 9300)), "$OK 00 0 00 4200^16\r");
    assert_eq!(text(&station.receive(b"$GE^26\r", 9400)), "$OK 24 0001^27\r");
}

#[test]
fn a_car_that_is_connected_at_boot_is_seen_when_the_lock_is_cleared() {
    let mut vehicle = Vehicle::default();
    vehicle.plug();
    let mut station = Station::new(Config { vehicle, ..Config::default() });
    station.poll(0);
    let answer = text(&station.receive(b"$SB^35\r", 10));
    assert_eq!(answer, "$OK 0^30\r$AT 02 02 12 0701^34\r");
}

#[test]
fn the_table_in_the_readme_is_what_is_measured() {
    let readme = include_str!("../README.md");
    let (_, rest) = readme.split_once("<!-- agreement -->\n").unwrap();
    let (stands, _) = rest.split_once("<!-- /agreement -->").unwrap();
    let print = "cargo run -p rapi-sim --example agreement";
    assert_eq!(stands.trim(), table().trim(), "put there what `{print}` prints");
}
