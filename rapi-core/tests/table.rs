//! The table of commands, held against the reference table and against the guide.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use std::collections::BTreeSet;

use rapi_core::{
    AnyCommand, COMMANDS, Class, Command as _, CommandInfo, Dialect, EncodeError, Frame, Sender,
    Storage, commands,
};
use rapi_fixtures::{Row, vectors};

/// The name of a row in `commands.tsv`: the code, and what tells variants of a code apart.
fn reference_id(info: &CommandInfo) -> String {
    match info.name {
        "SetCurrent" => "SC.V".to_owned(),
        "SetHardwareMaximum" => "SC.M".to_owned(),
        "SetHeartbeat" => "SY.set".to_owned(),
        "AcknowledgeHeartbeat" => "SY.ack".to_owned(),
        "SetRelay" => "SR.9".to_owned(),
        "OldSetStuckRelayCheck" => "SR.old".to_owned(),
        "OldSetVentCheck" => "SV.old".to_owned(),
        _ if info.code.to_bytes() == *b"FF" => {
            format!("FF.{}", info.usage.split(' ').nth(1).unwrap())
        }
        _ => info.code.to_string(),
    }
}

fn reference(info: &CommandInfo) -> Row {
    let id = reference_id(info);
    rapi_fixtures::commands().into_iter().find(|row| row.cell("id") == id).expect(&id)
}

#[test]
fn every_command_and_variant_of_every_firmware_has_a_type() {
    let ours: BTreeSet<String> = COMMANDS.iter().map(|info| reference_id(info)).collect();
    let reference: BTreeSet<String> = rapi_fixtures::commands()
        .iter()
        .map(|row| row.cell("id").to_owned())
        // The bare FF is no command but the head of its variants.
        .filter(|id| id != "FF")
        .collect();
    assert_eq!(ours, reference);
    let codes: BTreeSet<String> = COMMANDS.iter().map(|info| info.code.to_string()).collect();
    assert_eq!(codes.len(), 66);
    // The two commands named GN are one row there.
    assert_eq!(COMMANDS.len(), 85);
}

#[test]
fn what_is_said_of_a_command_is_what_the_reference_says() {
    for info in COMMANDS {
        let row = reference(info);
        let id = row.cell("id");
        assert_eq!(info.idempotent, row.cell("idempotent") == "y", "{id}: idempotent");
        let storage = match row.cell("persists") {
            "" => Storage::None,
            "eeprom (write once)" => Storage::EepromOnce,
            text if text.starts_with("eeprom") => Storage::Eeprom,
            _ => Storage::Volatile,
        };
        assert_eq!(info.storage, storage, "{id}: storage");
        assert!(row.cell("since_fw").starts_with(info.since), "{id}: since");
        let until = info.until.unwrap_or_default();
        assert!(row.cell("until_fw").starts_with(until), "{id}: until");
        assert_eq!(until.is_empty(), row.cell("until_fw").is_empty(), "{id}: until");
        assert_eq!(info.answer.is_empty(), row.cell("answer").starts_with("(no"), "{id}: answer");
        assert_eq!(info.answer == "-", row.cell("answer").starts_with('-'), "{id}: answer");
        let class = match (row.cell("danger"), row.cell("access")) {
            // Writes the EEPROM at each use.
            ("control", _) if id == "SC" => Class::Setting,
            // Cannot be undone.
            ("setting", _) if id == "FC" => Class::Debug,
            ("none", "r") => Class::Read,
            ("none", _) => Class::Display,
            ("control", _) => Class::Control,
            ("setting", _) => Class::Setting,
            ("debug", _) => Class::Debug,
            other => panic!("{id}: {other:?}"),
        };
        assert_eq!(info.class, class, "{id}: class");
    }
}

/// The golden frames of the reference: each is one command, and that command is that frame.
#[test]
fn every_row_has_a_golden_frame_that_decodes_and_encodes_back() {
    let mut count = 0;
    for info in COMMANDS {
        let row = reference(info);
        let id = row.cell("id");
        let mut examples = 0;
        for example in row.cell("xor_examples").split(" ; ") {
            let frame = Frame::parse(example.as_bytes(), Sender::Client).expect(id);
            let command = AnyCommand::try_from(&frame).expect(id);
            let mut line = [0; 64];
            let encoded = command.encode(None, Dialect::V3, &mut line);
            if id == "SV.old" {
                // The bytes of `SV 0|1` set a voltage of 0 or 1 mV today: never sent.
                assert_eq!(encoded, Err(EncodeError::OutOfRange { field: 1 }));
                continue;
            }
            let len = encoded.expect(example);
            assert_eq!(core::str::from_utf8(&line[..len - 1]), Ok(example), "{id}");
            // GN is one row for two commands.
            if command.info().name == info.name {
                examples += 1;
            }
        }
        assert!(examples > 0 || id == "SV.old", "{id} has a golden frame");
        count += examples;
    }
    assert!(count >= 120, "{count} golden frames");
}

#[test]
fn every_command_of_the_guide_has_a_type() {
    let mut count = 0;
    for vector in vectors() {
        let row = &vector.row;
        if !row.cell("source").starts_with("guide") || row.cell("kind") != "command" {
            continue;
        }
        let line = vector.raw.strip_suffix(b"\r").unwrap();
        let frame = Frame::parse(line, Sender::Client).unwrap();
        assert!(AnyCommand::try_from(&frame).is_ok(), "{} {}", vector.id(), row.cell("source"));
        count += 1;
    }
    assert_eq!(count, 67);
}

#[test]
fn commands_of_one_code_are_told_apart() {
    let decode = |line: &str| {
        AnyCommand::try_from(&Frame::parse(line.as_bytes(), Sender::Client).unwrap())
            .map(|command| command.info().name)
            .ok()
    };
    assert_eq!(decode("$SC 16"), Some("SaveCurrent"));
    assert_eq!(decode("$SC 16 V"), Some("SetCurrent"));
    assert_eq!(decode("$SC 16 x"), Some("SetCurrent"));
    assert_eq!(decode("$SC 16 M"), Some("SetHardwareMaximum"));
    assert_eq!(decode("$SC 16 V V"), None);
    assert_eq!(decode("$SY"), Some("HeartbeatPulse"));
    assert_eq!(decode("$SY 165"), Some("AcknowledgeHeartbeat"));
    assert_eq!(decode("$SY 164"), None, "a wrong cookie is not a pulse");
    assert_eq!(decode("$SY 60 6"), Some("SetHeartbeat"));
    assert_eq!(decode("$SR 1"), Some("OldSetStuckRelayCheck"));
    assert_eq!(decode("$SR 2 1"), Some("SetRelay"));
    assert_eq!(decode("$GN"), Some("GetCableTemperatures"));
    assert_eq!(decode("$GN 0"), Some("GetCableSensor"));
    assert_eq!(decode("$FF D 1"), Some("SetDiodeCheck"));
    assert_eq!(decode("$FF X 1"), None);
    assert_eq!(decode("$GS 1 2"), Some("GetState"), "surplus arguments of a query are ignored");
}

#[test]
fn what_a_controller_would_misread_is_refused_before_it_is_sent() {
    use rapi_core::encode_command;
    use rapi_core::types::{Amps, LcdText, MilliVolts, Seconds};
    let mut line = [0; 64];
    let mut encode = |command: AnyCommand| command.encode(None, Dialect::V3, &mut line);
    let heartbeat = commands::SetHeartbeat { interval: Seconds(100), fallback: Amps(6) };
    let too_long = EncodeError::IntervalTooLong { field: 1 };
    assert_eq!(encode(AnyCommand::SetHeartbeat(heartbeat)), Err(too_long));
    assert_eq!(
        too_long.to_string(),
        "argument 1 is out of range, because an ATmega computes longer ones modulo 65.536 s"
    );
    let voltage = commands::SetVoltage { voltage: MilliVolts(1) };
    assert_eq!(encode(AnyCommand::SetVoltage(voltage)), Err(EncodeError::OutOfRange { field: 1 }));

    let text = |text| commands::PrintText { column: 0, row: 0, text: LcdText::new(text).unwrap() };
    assert_eq!(encode(AnyCommand::PrintText(text("AAAAAAAAAAAAAAAAAAAA"))), Ok(32));
    let seq = rapi_core::SeqId::new(1);
    assert_eq!(
        encode_command(&text("AAAAAAAAAAAAAAAAA"), seq, Dialect::V3, &mut line),
        Err(EncodeError::CommandTooLong { length: 32, limit: 31 })
    );
    assert_eq!(encode_command(&text("AAAAAAAAAAAAAAAA"), seq, Dialect::V3, &mut line), Ok(32));
    assert_eq!(encode_command(&text("AAAAAAAAAAAAAAAAAA"), None, Dialect::V1, &mut line), Ok(30));
    assert_eq!(
        encode_command(&text("AAAAAAAAAAAAAAAAAAA"), None, Dialect::V1, &mut line),
        Err(EncodeError::CommandTooLong { length: 30, limit: 29 })
    );
    assert_eq!(encode_command(&text("a b c d e f g"), None, Dialect::V3, &mut line), Ok(25));
    assert_eq!(
        encode_command(&text("a b c d e f g h"), None, Dialect::V3, &mut line),
        Err(EncodeError::TooManyTokens { tokens: 11 })
    );

    // A thermistor at both ends of its cable needs 32 bytes, which only some controllers take.
    let words = ["0", "1", "10000", "3950", "-5", "850"];
    let sensor = AnyCommand::from_args(commands::SetCableSensor::INFO, &words).unwrap();
    assert_eq!(
        sensor.encode(seq, Dialect::V3, &mut line),
        Err(EncodeError::CommandTooLong { length: 32, limit: 31 })
    );
    assert_eq!(sensor.encode(seq, Dialect::V3Long, &mut line), Ok(33));
    let longest = text("AAAAAAAAAAAAAAAAAAAA");
    assert_eq!(encode_command(&longest, seq, Dialect::V3Long, &mut line), Ok(36));
}

/// The names that stand in a usage or an answer: code, brackets and fixed words left out.
fn names(text: &'static str) -> Vec<&'static str> {
    text.split([' ', '[', ']'])
        .filter(|name| name.starts_with(|c: char| c.is_lowercase()))
        .collect()
}

#[test]
fn arguments_and_fields_are_called_what_their_line_calls_them() {
    for info in COMMANDS {
        let arguments: Vec<_> = info.flat_arguments().map(|argument| argument.name).collect();
        assert_eq!(arguments, names(info.usage), "${}", info.usage);
        assert_eq!(info.is_bare(), info.usage == info.code.to_string(), "${}", info.usage);
        let fields: Vec<_> = info.flat_fields().map(|field| field.name).collect();
        assert_eq!(fields, names(info.answer), "${} -> {}", info.usage, info.answer);
        for field in info.flat_arguments().chain(info.flat_fields()) {
            assert!(field.summary.ends_with('.'), "{}: {field:?}", info.name);
        }
        assert!(info.summary.ends_with('.') && !info.summary.starts_with(' '), "{}", info.name);
    }
}

#[test]
fn every_golden_frame_can_be_written_as_arguments() {
    let mut count = 0;
    for info in COMMANDS {
        for example in reference(info).cell("xor_examples").split(" ; ") {
            let line = example.split('^').next().unwrap();
            let frame = Frame::parse(line.as_bytes(), Sender::Client).expect(example);
            let command = AnyCommand::try_from(&frame).expect(example);
            if command.info().name != info.name {
                continue;
            }
            // What stands in the usage in lower case is an argument, the rest is the command's.
            let fixed: Vec<&str> =
                info.usage.split(' ').filter(|word| !names(info.usage).contains(word)).collect();
            let words: Vec<&str> = line
                .trim_start_matches('$')
                .split(' ')
                .filter(|word| !fixed.contains(word))
                .collect();
            let made = AnyCommand::from_args(info, &words);
            if info.name == "SetVoltage" && words[0].len() == 1 {
                assert!(made.is_err(), "{example} was the ventilation check");
                continue;
            }
            assert_eq!(made, Ok(command), "{example}: {words:?}");
            count += 1;
        }
    }
    assert!(count >= 118, "{count} golden frames");
}

#[test]
fn a_wrong_argument_is_named_with_what_it_may_be() {
    let problem = |name: &str, words: &[&str]| {
        let info = COMMANDS.iter().find(|info| info.name == name).unwrap();
        AnyCommand::from_args(info, words).unwrap_err().to_string()
    };
    assert_eq!(problem("SetCurrent", &["5"]), "amps is out of range: 6 to 80 A");
    assert_eq!(problem("SetCurrent", &["300"]), "amps is out of range: 6 to 80 A");
    assert_eq!(problem("SetCurrent", &[]), "amps is missing: 6 to 80 A");
    assert_eq!(problem("SetCurrent", &["16", "V"]), "there are more words than arguments");
    assert_eq!(problem("SetCurrent", &["16 V"]), "amps is not of the right kind: 6 to 80 A");
    assert_eq!(problem("SetDiodeCheck", &["2"]), "enabled is out of range: 0 (off) or 1 (on)");
    assert_eq!(
        problem("SetServiceLevel", &["3"]),
        "level is not of the right kind: 1 (level 1), 2 (level 2), A (automatic)"
    );
    assert_eq!(
        problem("SetHeartbeat", &["66", "6"]),
        "interval is out of range, because an ATmega computes longer ones modulo 65.536 s: 0 to 65 s"
    );
    assert_eq!(
        problem("PrintText", &["0", "0", "US$5"]),
        "text is not of the right kind: text of up to 20 characters"
    );
    assert_eq!(
        problem("PrintText", &["0", "0", "a b c d e f g h"]),
        "the command has 11 tokens, a controller takes 10"
    );
}

#[test]
fn every_example_is_its_row_and_was_recorded_if_it_says_so() {
    let mut recorded = 0;
    for info in COMMANDS {
        let example = info.example;
        let sent = Frame::parse(example.sent.as_bytes(), Sender::Client).expect(info.name);
        // The old ventilation check has the bytes of a voltage of 1 mV.
        if info.name != "OldSetVentCheck" {
            assert_eq!(AnyCommand::try_from(&sent).expect(info.name).info().name, info.name);
        }
        assert_eq!(example.heard.is_empty(), !info.is_answered(), "{}", info.name);
        let Some(firmware) = example.recorded else { continue };
        let heard = rapi_fixtures::recordings().into_iter().any(|(version, _, exchanges)| {
            version == firmware
                && exchanges.iter().any(|exchange| {
                    let said = String::from_utf8_lossy(&exchange.recv);
                    exchange.send == format!("{}\r", example.sent).as_bytes()
                        && said.split('\r').any(|line| line == example.heard)
                })
        });
        assert!(heard, "{}: {example:?}", info.name);
        recorded += 1;
    }
    assert!(recorded >= 37, "{recorded} recorded examples");
}

/// The description of a type as it stands in the sources of the table: nothing else has it.
fn description(name: &str) -> String {
    const SOURCES: [&str; 9] = [
        include_str!("../src/table/current.rs"),
        include_str!("../src/table/features.rs"),
        include_str!("../src/table/functions.rs"),
        include_str!("../src/table/hardware.rs"),
        include_str!("../src/table/heartbeat.rs"),
        include_str!("../src/table/queries.rs"),
        include_str!("../src/table/readings.rs"),
        include_str!("../src/table/retired.rs"),
        include_str!("../src/table/settings.rs"),
    ];
    let start = format!("\n            {name} ");
    let before = SOURCES.iter().find_map(|source| Some(source.split_once(&start)?.0)).expect(name);
    let lines = before.lines().rev().take_while(|line| line.trim() != "{");
    let lines: Vec<_> = lines.filter_map(|line| line.trim().strip_prefix("///")).collect();
    lines.into_iter().rev().map(str::trim).collect::<Vec<_>>().join(" ")
}

/// The other half of a page is made by the macro: wire line, example, firmware, storage.
#[test]
fn every_description_says_what_is_refused_and_where_that_is_from() {
    for info in COMMANDS {
        let text = description(info.name);
        assert!(text.contains("Refused (`$NK`): "), "{}: {text}", info.name);
        let (_, source) = text.split_once("Source: ").expect(info.name);
        let guide = reference(info).cell("in_guide").to_owned();
        assert_eq!(source.contains("the guide"), guide != "n", "{}: {source}", info.name);
        let recorded = info.example.recorded.is_some();
        assert_eq!(source.contains("recordings"), recorded, "{}: {source}", info.name);
    }
}
