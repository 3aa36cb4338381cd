//! A peer that plays the recordings of real controllers.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod support;

use rapi_client::commands::{self, BootLock, EvConnected, GetEvConnected, GetState, GetVersion};
use rapi_client::types::{Amps, DeciCelsius, EvseState, MilliVolts, Temperature};
use rapi_client::{Command, Dialect, Error, Exchange, SeqId, blocking};
use rapi_fixtures::{VERSIONS, recording};
use support::Peer;

/// Answers each line as the controller did when it was recorded.
fn controller(version: &str) -> impl FnMut(&[u8]) -> Vec<u8> + use<> {
    let exchanges = recording(version, "commands");
    move |line| {
        let line = line.to_vec();
        let found = exchanges.iter().find(|exchange| exchange.send == line);
        found
            .unwrap_or_else(|| panic!("{:?} was recorded", String::from_utf8_lossy(&line)))
            .recv
            .clone()
    }
}

fn dialect(version: &str) -> Dialect {
    if version == "3.7.8" { Dialect::V1 } else { Dialect::V3 }
}

type Reply<C> = Result<<C as Command>::Response, Error<embedded_io::ErrorKind>>;

/// The recordings have each getter with the id A5, so the client sends the very bytes.
fn ask<C: Command>(version: &str, command: &C) -> Reply<C> {
    let mut exchange = Exchange::<64, 4>::new(dialect(version));
    exchange.set_next_id(SeqId::new(0xa5).unwrap());
    blocking::Client::<_, 64, 4>::with_exchange(Peer::new(controller(version)), exchange)
        .send(command)
}

macro_rules! getters {
    ($({
        $(#[doc = $doc:literal])+
        $Name:ident $method:ident $code:literal $usage:literal -> $answer:literal
        $class:ident $storage:ident idempotent: $idempotent:literal
        since: $since:literal until: $until:literal feature: $feature:literal $(timeout: $timeout:literal)?;
        example $example:tt
        $(after $word:literal)? args $args:tt $(by $hand:ident)? reply $Response:tt $($fields:tt)?
    })+) => {
        /// Asks everything that reads; returns the codes that were refused.
        fn ask_all(version: &str) -> Vec<&'static str> {
            let mut refused = Vec::new();
            $(getters!(@$class $args $Name $usage version refused);)+
            refused
        }
    };
    (@Read {} $Name:ident $usage:literal $version:ident $refused:ident) => {
        // Firmware 9.x was not recorded, so the commands that came with it are not there.
        if !commands::$Name::INFO.since.starts_with("9.") {
            match ask($version, &commands::$Name) {
                Ok(_) => {}
                Err(Error::Rejected) => $refused.push($usage),
                Err(error) => panic!("{} of {}: {error:?}", $usage, $version),
            }
        }
    };
    (@$class:ident $args:tt $Name:ident $usage:literal $version:ident $refused:ident) => {};
}
rapi_core::for_each_command!(getters);

/// What is refused was not invented yet, or was not compiled into that build.
#[test]
fn every_getter_of_every_version_decodes() {
    let refused: [&[&str]; 4] = [
        &["G0", "G3", "G4", "G5", "GD", "GH", "GI", "GM", "GO", "GY"],
        &["G4", "G5", "GI", "GM", "GO", "GY"],
        &["G4", "G5", "GI", "GM", "GO", "GY"],
        &["G3", "G4", "GH", "GM", "GO"],
    ];
    for (version, refused) in VERSIONS.into_iter().zip(refused) {
        assert_eq!(ask_all(version), refused, "{version}");
    }
}

#[test]
fn the_dialect_is_found_by_probing() {
    for version in VERSIONS {
        let exchange = {
            let mut exchange = Exchange::<64, 4>::new(Dialect::V3);
            exchange.set_next_id(SeqId::new(0xa5).unwrap());
            exchange
        };
        let mut client = blocking::Client::with_exchange(Peer::new(controller(version)), exchange);
        let found = client.probe().unwrap();
        assert!(found.firmware.as_str().ends_with(version), "{version}");
        assert_eq!(client.dialect(), dialect(version), "{version}");
    }
}

#[test]
fn the_state_is_decimal_before_6_0_0_and_hexadecimal_from_then_on() {
    let old = ask("3.7.8", &GetState).unwrap();
    assert_eq!((old.evse, old.pilot, old.flags), (EvseState::NotConnected, None, None));
    let new = ask("8.2.3", &GetState).unwrap();
    assert_eq!(new.evse, EvseState::NotConnected);
    assert!(new.flags.unwrap().session_ended());
}

#[test]
fn fields_that_came_later_are_options() {
    let old = ask("4.12.3", &commands::GetCurrentRange).unwrap();
    assert_eq!((old.min, old.hardware_max, old.pilot), (Amps(6), Amps(80), None));
    let new = ask("8.2.3", &commands::GetCurrentRange).unwrap();
    assert_eq!((new.pilot, new.saved_max), (Some(Amps(24)), Some(Amps(24))));

    assert_eq!(ask("4.12.3", &commands::GetPower).unwrap().voltage.0, None);
    assert_eq!(ask("8.2.3", &commands::GetPower).unwrap().voltage.0, Some(MilliVolts(240_000)));

    let temperatures = ask("8.2.3", &commands::GetTemperatures).unwrap();
    assert_eq!(temperatures.ds3231, Temperature::Reading(DeciCelsius(252)));
    assert_eq!(temperatures.tmp007, Temperature::Absent);
}

#[test]
fn a_setting_with_a_number_in_its_answer_says_what_was_really_set() {
    let mut client = blocking::Client::new(Peer::new(|line: &[u8]| match line {
        b"$SC 30 V :01^7A\r" => b"$NK 24 :01^1C\r$AT 01 01 24 0200^35\r".to_vec(),
        other => panic!("{:?}", String::from_utf8_lossy(other)),
    }));
    let set = client.send(&commands::SetCurrent { amps: Amps(30) }).unwrap();
    assert_eq!(set, commands::CurrentSet { amps: Some(Amps(24)), accepted: false });
}

#[test]
fn a_controller_that_has_no_boot_lock_refuses_to_clear_it() {
    let exchanges = recording("7.1.3", "commands");
    let no_id = |line: &[u8]| exchanges.iter().find(|e| e.send == line).unwrap().recv.clone();
    let mut exchange = Exchange::<64, 4>::new(Dialect::V2_1);
    exchange.set_next_id(SeqId::FIRST);
    let mut client = blocking::Client::with_exchange(Peer::new(no_id), exchange);
    assert_eq!(client.send(&commands::ClearBootLock), Err(Error::Rejected));

    let exchanges = recording("8.2.3", "commands");
    let no_id = |line: &[u8]| exchanges.iter().find(|e| e.send == line).unwrap().recv.clone();
    let exchange = Exchange::<64, 4>::new(Dialect::V2_1);
    let mut client = blocking::Client::with_exchange(Peer::new(no_id), exchange);
    assert_eq!(client.send(&commands::ClearBootLock), Ok(BootLock::Cleared));
}

#[test]
fn a_controller_in_echo_mode_is_understood() {
    let echoing = recording("8.2.3", "commands")
        .into_iter()
        .find(|exchange| exchange.recv.starts_with(b"$GV^35\r$OK"))
        .unwrap();
    let mut client = blocking::Client::with_exchange(
        Peer::new(move |_: &[u8]| echoing.recv.clone()),
        Exchange::<64, 4>::new(Dialect::V2_1),
    );
    assert_eq!(client.send(&GetVersion).unwrap().firmware.as_str(), "8.2.3");
    assert_eq!(client.send(&GetVersion).unwrap().firmware.as_str(), "8.2.3");
    // Two commands and their fences: at the beginning one of five questions.
    assert_eq!(client.stats().echoed, 2 + 5 + 1);
}

#[test]
fn a_station_that_cannot_tell_whether_a_vehicle_is_there_says_so() {
    let states = recording("8.2.3", "states");
    let mut told = Vec::new();
    for exchange in states.into_iter().filter(|exchange| exchange.send.starts_with(b"$G0^")) {
        // It was asked without an id, and so says nothing of one.
        let fenced = move |line: &[u8]| match line {
            [b'$', b'G', b'V', ..] => b"$OK 8.2.3 5.2.1^2F\r".to_vec(),
            _ => exchange.recv.clone(),
        };
        let line = Exchange::<64, 4>::new(Dialect::V2_1);
        let mut client = blocking::Client::<_, 64, 4>::with_exchange(Peer::new(fenced), line);
        told.push(client.send(&GetEvConnected).unwrap());
    }
    told.dedup();
    let (no, yes, nobody_knows) = (EvConnected::No, EvConnected::Yes, EvConnected::Indeterminate);
    assert_eq!(told, [no, yes, no, yes, nobody_knows, no, nobody_knows, no]);
}
