//! Whatever comes over the line, a station goes on.

mod common;
#[path = "../examples/soak/hostile.rs"]
mod hostile;

use std::io::{Read as _, Write as _};

use common::{Simulator, ask, connect};
use rapi_sim::{Config, Firmware, Station, Timing};

const FIRMWARE: [&str; 6] = ["3.7.8", "4.12.3", "5.1.0", "7.1.3", "8.2.3", "9.4.0"];

#[test]
fn a_station_answers_after_hours_of_hostile_bytes() {
    for version in FIRMWARE {
        for timing in [Timing::Fast, Timing::Real] {
            let firmware: Firmware = version.parse().unwrap();
            let mut station = Station::new(Config { firmware, timing, ..Config::default() });
            let mut random = fastrand::Rng::with_seed(5);
            let mut now = 10_000;
            for _ in 0..3000 {
                now += random.u64(..5000);
                station.receive(&hostile::bytes(&mut random), now);
                station.poll(now);
            }
            // It may have been told to restart.
            now += 20_000;
            station.poll(now);
            let mut said = station.receive(b"\r$GV\r", now);
            for _ in 0..100 {
                now += 20;
                said.extend(station.poll(now));
            }
            let said = String::from_utf8_lossy(&said).into_owned();
            assert!(said.contains("$OK"), "{version} {timing:?}: {said:?}");
        }
    }
}

#[test]
fn a_station_answers_after_hostile_clients_on_its_socket() {
    let (_simulator, place) = Simulator::start(&[]);
    let mut random = fastrand::Rng::with_seed(6);
    for _ in 0..20 {
        let mut client = connect(&place);
        let mut reader = client.try_clone().unwrap();
        let drain = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while reader.read(&mut buffer).is_ok_and(|count| count > 0) {}
        });
        for _ in 0..200 {
            client.write_all(&hostile::bytes(&mut random)).unwrap();
        }
        client.shutdown(std::net::Shutdown::Both).unwrap();
        drain.join().unwrap();
    }
    // One that never reads, and one that comes and goes.
    let mut deaf = connect(&place);
    for _ in 0..200 {
        deaf.write_all(b"$GV\r").unwrap();
    }
    drop(connect(&place));
    let mut client = connect(&place);
    assert!(ask(&mut client, "\r$GV\r", "$OK").contains("8.2.3"), "it answers");
}
