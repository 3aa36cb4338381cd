//! Whatever a stranger publishes: a command of the table and nothing else, an order within its ranges,
//! or a refusal. No broker is needed.

use proptest::prelude::*;
use rapi_bridge::config::Rapi;
use rapi_bridge::control::{Limit, Order, TOPICS, parse};
use rapi_bridge::{feeds, rapi};
use rapi_core::{AnyCommand, COMMANDS, Class, Dialect, Frame, Sender};

/// What somebody who knows RAPI and wants to do harm would write.
fn crafted() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        prop::sample::select(
            COMMANDS.iter().map(|info| format!("${}", info.usage)).collect::<Vec<_>>()
        ),
        prop::sample::select(
            COMMANDS.iter().map(|info| format!("${}", info.code)).collect::<Vec<_>>()
        ),
        prop::sample::select(
            [
                "\r", "\n", "\0", "^", "^20", "*", ":A5", " ", "V", "M", "{", "}", "\"", "id",
                "params", "16", "-1", "999", "6", "80", "1e400", "null", "clear", "active",
                "energy", "type"
            ]
            .map(str::to_owned)
            .to_vec()
        ),
        "[ -~]{0,8}",
    ];
    prop::collection::vec(word, 0..8).prop_map(|words| words.concat().into_bytes())
}

fn payload() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        crafted(),
        crafted().prop_map(|params| {
            let params = String::from_utf8_lossy(&params).into_owned();
            serde_json::json!({ "id": 1, "params": params }).to_string().into_bytes()
        }),
        prop::collection::vec(any::<u8>(), 0..64),
    ]
}

fn topic() -> impl Strategy<Value = String> {
    prop_oneof![
        crafted().prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        prop::sample::select(
            COMMANDS.iter().map(|info| format!("${}", info.code)).collect::<Vec<_>>()
        ),
    ]
}

/// The line that the client would send.
fn line(command: &AnyCommand) -> Vec<u8> {
    let mut line = [0; 64];
    let len = command.encode(None, Dialect::V3, &mut line).expect("it was checked");
    line[..len].to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn a_stranger_sends_one_command_that_is_allowed_or_none(topic in topic(), payload in payload()) {
        let config = Rapi::default();
        let request = rapi::split(&payload).and_then(|(_, params)| rapi::parse(&config, &topic, &params));
        let Ok(request) = request else { return Ok(()) };
        prop_assert!(request.command.info().class != Class::Debug, "{:?}", request.command);
        let line = line(&request.command);
        // One command, and the one that was understood.
        prop_assert_eq!(line.iter().filter(|byte| **byte == b'\r').count(), 1);
        prop_assert_eq!(line.iter().filter(|byte| **byte == b'$').count(), 1);
        prop_assert!(line.starts_with(b"$") && line.ends_with(b"\r"));
        let frame = Frame::parse(&line[..line.len() - 1], Sender::Client).expect("a frame");
        prop_assert_eq!(AnyCommand::try_from(&frame), Ok(request.command));
    }

    #[test]
    fn an_order_is_within_its_ranges(
        topic in prop::sample::select(TOPICS.to_vec()),
        payload in payload(),
    ) {
        match parse(topic, &payload) {
            None => prop_assert!(false, "{topic} is one of the topics"),
            Some(Err(problem)) => prop_assert!(!problem.is_empty()),
            Some(Ok(Order::Override(Some(change)) | Order::Claim(_, Some(change)))) => {
                let wish = change.over(None);
                for amps in [wish.charge_current, wish.max_current].into_iter().flatten() {
                    prop_assert!((6..=80).contains(&amps), "{amps} A");
                }
            }
            Some(Ok(Order::Limit(Some(Limit { .. })))) => prop_assert_eq!(topic, "limit/set"),
            Some(Ok(_)) => {}
        }
    }

    #[test]
    fn a_reading_is_a_number_or_a_sentence(payload in payload(), scale in -1e6..1e6_f64) {
        for pointer in ["", "/id", "/params", "/a/0/~1"] {
            match feeds::number(&payload, pointer, scale) {
                Ok(number) => prop_assert!(number.is_finite()),
                Err(problem) => prop_assert!(!problem.is_empty()),
            }
        }
    }
}
