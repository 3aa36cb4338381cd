//! Values as JSON and back.
#![cfg(feature = "serde")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use rapi_core::commands::{GetState, PrintText, SetCurrent, SetMennekesLock};
use rapi_core::types::{
    Amps, DeciCelsius, EvseState, LcdText, MennekesAction, MilliAmps, OrNone, SettingsFlags,
    Temperature, Text,
};
use rapi_core::{
    AnyCommand, AnyResponse, COMMANDS, Code, Dialect, Frame, Incoming, Notification, Sender,
};
use rapi_fixtures::recordings;
use serde::{Deserialize, Serialize};
use serde_test::{Configure as _, Token, assert_de_tokens_error, assert_tokens};

fn both_ways<T: Serialize + for<'a> Deserialize<'a> + PartialEq + core::fmt::Debug>(
    value: &T,
    json: &str,
) {
    assert_eq!(serde_json::to_string(value).unwrap(), json);
    assert_eq!(&serde_json::from_str::<T>(json).unwrap(), value);
}

#[test]
fn units_are_numbers_codes_are_their_numbers_and_texts_are_texts() {
    both_ways(&Amps(16), "16");
    both_ways(&OrNone(Some(MilliAmps(-5))), "-5");
    both_ways(&OrNone::<MilliAmps>(None), "null");
    both_ways(&EvseState::Charging, "3");
    both_ways(&EvseState::from_code(0x42), "66");
    both_ways(&SettingsFlags(0x21), "33");
    both_ways(&MennekesAction::Automatic, "\"automatic\"");
    both_ways(&Text::<20>::new("8.2.3").unwrap(), "\"8.2.3\"");
    both_ways(&Code::OK, "\"OK\"");
    both_ways(&Temperature::Reading(DeciCelsius(252)), "252");
    both_ways(&Temperature::Absent, "null");
    both_ways(&Temperature::Shorted, "\"shorted\"");
    assert!(serde_json::from_str::<LcdText>("\"US$5\"").is_err());
    assert!(serde_json::from_str::<Text<4>>("\"8.2.3\"").is_err());
}

/// Formats for machines keep the number of the wire.
#[test]
fn a_temperature_is_a_number_or_a_word_for_people_and_a_number_for_machines() {
    for (temperature, wire, word) in [
        (Temperature::Absent, -2560, Token::None),
        (Temperature::Open, -2561, Token::Str("open")),
        (Temperature::Shorted, -2562, Token::Str("shorted")),
        (Temperature::Reading(DeciCelsius(-5)), -5, Token::I16(-5)),
        (Temperature::Reading(DeciCelsius(i16::MAX)), i16::MAX, Token::I16(i16::MAX)),
    ] {
        assert_tokens(&temperature.compact(), &[Token::I16(wire)]);
        if !matches!(temperature, Temperature::Absent) {
            assert_tokens(&temperature.readable(), &[word]);
        }
    }
    let refused = |json: &str| serde_json::from_str::<Temperature>(json).unwrap_err().to_string();
    for (json, what) in [
        ("32768", "integer `32768`"),
        ("-32769", "integer `-32769`"),
        ("\"warm\"", "string \"warm\""),
        ("true", "boolean `true`"),
    ] {
        let error = refused(json);
        assert!(error.contains(what), "{error}");
        assert!(error.contains("tenths of a degree, null, open or shorted"), "{error}");
    }
    both_ways(&Temperature::Open, "\"open\"");
    both_ways(&Temperature::Reading(DeciCelsius(-5)), "-5");
    assert_de_tokens_error::<serde_test::Compact<Code>>(
        &[Token::Str("OKAY")],
        "invalid value: string \"OKAY\", expected two characters",
    );
}

#[test]
fn commands_have_the_name_of_their_type() {
    both_ways(
        &AnyCommand::SetCurrent(SetCurrent { amps: Amps(16) }),
        r#"{"SetCurrent":{"amps":16}}"#,
    );
    both_ways(&AnyCommand::GetState(GetState), r#"{"GetState":null}"#);
    both_ways(
        &AnyCommand::SetMennekesLock(SetMennekesLock { action: MennekesAction::Unlock }),
        r#"{"SetMennekesLock":{"action":"unlock"}}"#,
    );
    let text = LcdText::new("Hello World").unwrap();
    both_ways(
        &PrintText { column: 0, row: 1, text },
        r#"{"column":0,"row":1,"text":"Hello World"}"#,
    );
    let row = serde_json::to_value(COMMANDS[0]).unwrap();
    assert_eq!(row["code"], "F0");
    assert_eq!(row["arguments"][0]["form"], "Switch");
}

/// Every answer and every notification of every recorded controller.
#[test]
fn whatever_controllers_said_survives_json() {
    let mut answers = 0;
    let mut notifications = 0;
    for (version, _, exchanges) in recordings() {
        let dialect = if version == "3.7.8" { Dialect::V1 } else { Dialect::V3 };
        for exchange in exchanges {
            let line = exchange.send.strip_suffix(b"\r").unwrap_or_default();
            let command = Frame::parse(line, Sender::Client)
                .ok()
                .and_then(|frame| AnyCommand::try_from(&frame).ok());
            for piece in exchange.recv.split(|&byte| byte == b'\r') {
                let Ok(frame) = Frame::parse(piece, Sender::Controller) else { continue };
                match (Incoming::sort(&frame, dialect), command) {
                    (Ok(Incoming::Reply(reply)), Some(command)) => {
                        let Ok(response) = command.decode_reply(&reply) else { continue };
                        let json = serde_json::to_string(&response).unwrap();
                        let again: AnyResponse = serde_json::from_str(&json).unwrap();
                        assert_eq!(again, response, "{}: {json}", exchange.place);
                        assert!(!response.to_string().is_empty());
                        answers += 1;
                    }
                    (Ok(Incoming::Notification(notification)), _) => {
                        let json = serde_json::to_string(&notification).unwrap();
                        let again: Notification = serde_json::from_str(&json).unwrap();
                        assert_eq!(again, notification, "{}: {json}", exchange.place);
                        notifications += 1;
                    }
                    _ => {}
                }
            }
        }
    }
    assert!(answers > 700 && notifications > 100, "{answers} answers, {notifications}");
}
