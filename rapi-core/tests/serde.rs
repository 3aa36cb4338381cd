//! Values as JSON and back.
#![cfg(feature = "serde")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use rapi_core::commands::{GetState, MennekesLock, PrintText, SetCurrent};
use rapi_core::types::{
    Amps, DeciCelsius, EvseState, LcdText, MennekesAction, MilliAmps, OrNone, SettingsFlags,
    Temperature, Text,
};
use rapi_core::{
    AnyCommand, AnyResponse, COMMANDS, Code, Dialect, Frame, Incoming, Notification, Sender,
};
use rapi_fixtures::recordings;
use serde::{Deserialize, Serialize};

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
    both_ways(&EvseState::Unknown(0x42), "66");
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

#[test]
fn commands_have_the_name_of_their_type() {
    both_ways(
        &AnyCommand::SetCurrent(SetCurrent { amps: Amps(16) }),
        r#"{"SetCurrent":{"amps":16}}"#,
    );
    both_ways(&AnyCommand::GetState(GetState), r#"{"GetState":null}"#);
    both_ways(
        &AnyCommand::MennekesLock(MennekesLock { action: MennekesAction::Unlock }),
        r#"{"MennekesLock":{"action":"unlock"}}"#,
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
