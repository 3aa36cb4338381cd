//! With real timing things take as long as they were measured to take.

use rapi_fixtures::latencies;
use rapi_sim::{Config, Firmware, Station, Timing};

/// What the station and the recorder count in: whole milliseconds, and turns that vary.
const TOLERANCE_MS: f64 = 3.0;

fn station(version: &str, state: &str) -> (Station, u64) {
    let firmware: Firmware = version.parse().unwrap();
    let mut station = Station::new(Config { firmware, timing: Timing::Real, ..Config::default() });
    station.poll(9000);
    station.receive(b"$SB\r", 9000);
    station.poll(11_000);
    for word in ["plug", "ask"].iter().take(match state {
        "A" => 0,
        "B" => 1,
        _ => 2,
    }) {
        station.car(word, 11_000).unwrap();
    }
    station.poll(20_000);
    (station, 20_000)
}

/// Milliseconds to the first byte that comes, and all that comes in a second and a half.
fn answer(station: &mut Station, bytes: &[u8], at: u64) -> (u64, String) {
    let mut said = station.receive(bytes, at);
    let mut first = None;
    for now in at..at + 1500 {
        said.extend(station.poll(now));
        if first.is_none() && !said.is_empty() {
            first = Some(now - at);
        }
    }
    (first.expect("an answer"), String::from_utf8(said).unwrap())
}

#[test]
fn replies_take_as_long_as_those_of_a_real_controller() {
    for version in ["8.2.3", "4.12.3"] {
        for measured in latencies(version) {
            let (mut station, begin) = station(version, &measured.state);
            let line = format!("${}\r", measured.command);
            // As many phases of the main loop as were recorded.
            let took: Vec<u64> = (0..12)
                .map(|phase| answer(&mut station, line.as_bytes(), begin + phase * 2003).0)
                .collect();
            let (min, max) = measured.first;
            for &took in &took {
                assert!(
                    (min - TOLERANCE_MS..=max + TOLERANCE_MS).contains(&(took as f64)),
                    "{version} {measured:?}: {took} ms"
                );
            }
            let spread = took.iter().max().unwrap() - took.iter().min().unwrap();
            assert!(spread > 8, "{version} {measured:?}: always {took:?}");
        }
    }
}

#[test]
fn of_many_frames_without_a_pause_five_are_answered() {
    for (frames, answered) in [(2, 2), (4, 4), (6, 5), (9, 5), (20, 5)] {
        let (mut station, begin) = station("8.2.3", "A");
        let sent: String = (1..=frames).map(|number| format!("$GV :{number:02X}^00\r")).collect();
        // The checksum is made right for each.
        let sent: String = sent
            .split_inclusive('\r')
            .map(|line| {
                let payload = line.split('^').next().unwrap();
                let xor = payload.bytes().fold(0, |xor, byte| xor ^ byte);
                format!("{payload}^{xor:02X}\r")
            })
            .collect();
        let (_, said) = answer(&mut station, sent.as_bytes(), begin);
        assert_eq!(said.matches("$OK").count(), answered, "{frames} frames");
        assert_eq!(said.matches("$NK").count(), 0, "what is lost is not refused");
    }
}

#[test]
fn during_the_self_test_of_the_gfci_nobody_reads_the_line() {
    let (mut station, begin) = station("8.2.3", "B");
    station.car("ask", begin).unwrap();
    station.poll(begin + 600);
    // Recorded: 835 ms, and the state is told first.
    let (first, said) = answer(&mut station, b"$GS^30\r", begin + 600);
    assert!((800..900).contains(&first), "{first} ms");
    assert!(said.starts_with("$AT 03 03 24 0540^36\r$OK 03 0 03 0540"), "{said}");
}

#[test]
fn at_boot_the_first_bytes_are_lost_and_later_ones_wait() {
    let mut station = Station::new(Config { timing: Timing::Real, ..Config::default() });
    station.receive(b"$GV :01\r", 100);
    station.receive(b"$GV :02\r", 800);
    let said = String::from_utf8(station.poll(4600)).unwrap();
    assert!(!said.contains("$OK"), "{said}");
    let said = String::from_utf8(station.poll(6000)).unwrap();
    assert_eq!(said, "$AB 00 8.2.3^1E\r$OK 8.2.3 5.2.1 :02^37\r");
}
