//! What a controller can do is found by trying, against the recordings of four firmware versions.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod support;

use rapi_client::commands::{
    GetEnergy, GetHeartbeat, GetVersion, RecoverStuckRelay, SetAuthLock, SetCableSensor,
    SetCurrent, SetDelayTimer, SetHeartbeat, SetTimeLimit, SetVoltage,
};
use rapi_client::rapi_core::EncodeError;
use rapi_client::{AnyCommand, Capabilities, Client, Command, Dialect, Error, Exchange, SeqId};
use rapi_client::{Support, blocking};
use rapi_fixtures::{VERSIONS, recording};
use support::{Peer, block_on, healthy, refusal};

/// Answers a line as the controller did when it was recorded, whatever the id; what was not
/// recorded is refused, as a controller does that does not know it.
fn controller(version: &str) -> impl FnMut(&[u8]) -> Vec<u8> + use<> {
    let exchanges = recording(version, "commands");
    let has_ids = version != "3.7.8";
    move |line| {
        let code = &line[..3];
        let same =
            |sent: &[u8]| sent.starts_with(code) && matches!(sent.get(3), Some(b'^' | b'\r'));
        let found = exchanges.iter().find(|exchange| same(&exchange.send));
        let recorded = found.map_or(&b"$NK^21\r"[..], |exchange| &exchange.recv);
        if !has_ids {
            return recorded.to_vec();
        }
        let seq = support::seq_of(line);
        let end = recorded.iter().position(|&byte| matches!(byte, b'^' | b'\r')).unwrap();
        let id = seq.map_or(String::new(), |seq: SeqId| format!(" :{seq}"));
        let payload = [&recorded[..end], id.as_bytes()].concat();
        let xor = payload.iter().fold(0, |xor, byte| xor ^ byte);
        [&payload[..], format!("^{xor:02X}\r").as_bytes()].concat()
    }
}

fn capabilities(version: &str) -> Capabilities {
    let dialect = if version == "3.7.8" { Dialect::V1 } else { Dialect::V3 };
    let exchange = Exchange::<64, 4>::new(dialect);
    let mut client = blocking::Client::with_exchange(Peer::new(controller(version)), exchange);
    let versions = client.send(&GetVersion).unwrap();
    let found = client.capabilities(&versions).unwrap();

    let exchange = Exchange::<64, 4>::new(dialect);
    let mut client = Client::with_exchange(Peer::new(controller(version)), exchange);
    assert_eq!(block_on(client.capabilities(&versions)).unwrap(), found, "both say the same");
    found
}

#[test]
fn every_version_says_what_it_can_do() {
    use Support::{No, Unknown, Yes};
    let expected = [
        // energy, heartbeat, setting of it, of the voltage, of a time limit, of the current with `V`,
        // of the timer, which is years older than the question for it
        ("3.7.8", [Yes, No, No, No, No, No, Unknown]),
        ("4.12.3", [Yes, No, No, No, Yes, Yes, Yes]),
        ("7.1.3", [Yes, No, No, Unknown, Yes, Yes, Yes]),
        ("8.2.3", [Yes, Yes, Yes, Unknown, No, Yes, Yes]),
    ];
    for (version, expected) in expected {
        let capabilities = capabilities(version);
        let found = [
            GetEnergy::INFO,
            GetHeartbeat::INFO,
            SetHeartbeat::INFO,
            SetVoltage::INFO,
            SetTimeLimit::INFO,
            SetCurrent::INFO,
            SetDelayTimer::INFO,
        ]
        .map(|info| capabilities.of(info));
        assert_eq!(found, expected, "{version}");
        assert_eq!(capabilities.of(RecoverStuckRelay::INFO), No, "{version}: it came with 9.3");
        assert_ne!(capabilities.of(SetAuthLock::INFO), Yes, "{version}");
    }
    assert_eq!(VERSIONS.len(), expected.len());
}

#[test]
fn an_ok_alone_proves_nothing() {
    // Firmware 3.8 to 3.11 said it to everything.
    let polite = |line: &[u8]| match &line[..3] {
        b"$GV" => b"$OK 3.10.4 1.0.3\r".to_vec(),
        _ => b"$OK \r".to_vec(),
    };
    let exchange = Exchange::<64, 4>::new(Dialect::V1);
    let mut client = blocking::Client::with_exchange(Peer::new(polite), exchange);
    let versions = client.send(&GetVersion).unwrap();
    let capabilities = client.capabilities(&versions).unwrap();
    assert_eq!(capabilities.of(GetVersion::INFO), Support::Yes);
    assert_eq!(capabilities.of(GetHeartbeat::INFO), Support::No);
    assert_eq!(capabilities.of(GetEnergy::INFO), Support::No);
}

#[test]
fn everything_that_only_reads_is_asked_and_nothing_else() {
    let mut client = blocking::Client::new(Peer::new(controller("8.2.3")));
    let versions = client.send(&GetVersion).unwrap();
    client.capabilities(&versions).unwrap();
    let sent = client.into_inner().written;
    assert_eq!(sent.len(), 1 + Capabilities::questions().count());
    assert!(sent.iter().all(|line| line.starts_with(b"$G")), "{sent:?}");
}

#[test]
fn a_question_that_was_damaged_on_its_way_is_left_out_and_the_others_are_asked() {
    let damaged = || {
        let mut controller = controller("8.2.3");
        // Without the id: it could not be read.
        move |line: &[u8]| match &line[..3] {
            b"$GU" => b"$NK^21\r".to_vec(),
            _ => controller(line),
        }
    };
    let mut client = blocking::Client::new(Peer::new(damaged()));
    let versions = client.send(&GetVersion).unwrap();
    let found = client.capabilities(&versions).unwrap();
    assert_eq!(found.of(GetEnergy::INFO), Support::Unknown);
    assert_eq!(found.of(GetHeartbeat::INFO), Support::Yes);
    let mut client = Client::new(Peer::new(damaged()));
    assert_eq!(block_on(client.capabilities(&versions)).unwrap(), found, "both say the same");
}

#[test]
fn a_controller_that_was_said_to_take_long_lines_and_talks_like_an_old_one_is_old() {
    let old = |_: &[u8]| b"$OK 3.10.4 1.0.3\r".to_vec();
    let exchange = Exchange::<64, 4>::new(Dialect::V3Long);
    let mut client = blocking::Client::with_exchange(Peer::new(old), exchange);
    client.probe().unwrap();
    assert_eq!(client.dialect(), Dialect::V1);
}

#[test]
fn lines_may_be_long_for_a_controller_that_is_known_to_take_them_also_once_it_was_probed() {
    let sensor = || {
        let words = ["0", "1", "10000", "3950", "-5", "850"];
        AnyCommand::from_args(SetCableSensor::INFO, &words).unwrap()
    };
    let mut sent = Vec::new();
    let mut long = blocking::Client::<_, 64, 4>::with_exchange(
        Peer::new(|line: &[u8]| {
            sent.push(line.to_vec());
            if line.starts_with(b"$SN") { refusal(line) } else { healthy(line) }
        }),
        Exchange::new(Dialect::V3Long),
    );
    long.probe().unwrap();
    assert_eq!(long.dialect(), Dialect::V3Long);
    assert!(long.send_any(&sensor()).unwrap().is_some());
    drop(long);
    assert_eq!(sent[1].len(), 33, "{:?}", String::from_utf8_lossy(&sent[1]));

    let mut usual =
        blocking::Client::<_, 64, 4>::with_exchange(Peer::new(healthy), Exchange::new(Dialect::V3));
    let refused = usual.send_any(&sensor()).map(|_| ());
    assert_eq!(refused, Err(Error::Encode(EncodeError::CommandTooLong { length: 32, limit: 31 })));
}
