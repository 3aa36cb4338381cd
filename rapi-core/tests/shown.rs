//! What a person reads: values, errors and the columns of the table.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use core::error::Error;

use rapi_core::commands::{GetState, SetCurrent};
use rapi_core::types::{
    Amps, BootLock, CentiHertz, DeciCelsius, EvseState, FaultCount, LcdColour, LcdText, MilliAmps,
    MilliVolts, OrNone, QuarterHours, Seconds, SettingsFlags, Temperature, Text, Thermistor,
    VFlags, WattHours, WattSeconds, Wrapped16,
};
use rapi_core::{
    AnyCommand, AnyResponse, ArgumentError, COMMANDS, Class, Code, Command, DEFAULT_TIMEOUT_MS,
    DecodeError, Dialect, EncodeError, Field, FieldError, Form, Frame, FrameError, Incoming,
    IncomingError, Notification, Rejected, Reply, ReplyError, Sender, SeqId, Storage,
};

fn frame(line: &str, sender: Sender) -> Frame<'_> {
    Frame::parse(line.as_bytes(), sender).expect(line)
}

/// What a visitor is given: names, and names and values as one line shows them.
fn seen(visit: impl Fn(&mut rapi_core::Visitor<'_>)) -> (Vec<&'static str>, String) {
    let (mut names, mut pairs) = (Vec::new(), Vec::new());
    visit(&mut |name, value| {
        names.push(name);
        pairs.push(format!("{name}: {value}"));
    });
    (names, pairs.join("; "))
}

/// How many values a usage or an answer says that may be missing: those in brackets, at its end.
fn optional(line: &str) -> usize {
    line.split_once('[').map_or(0, |(_, rest)| rest.split(' ').count())
}

#[test]
fn each_value_of_each_example_is_shown_by_the_name_that_the_table_gives_it() {
    let (mut commands, mut answers) = (0, 0);
    for info in COMMANDS {
        let command = AnyCommand::try_from(&frame(info.example.sent, Sender::Client)).unwrap();
        // The old ventilation check has the bytes of a newer command.
        if info.name != "OldSetVentCheck" {
            let (names, text) = seen(|visitor| command.visit(visitor));
            let known: Vec<_> = info.flat_arguments().map(|argument| argument.name).collect();
            assert_eq!(names, known[..names.len()], "{}", info.name);
            assert!(known.len() - names.len() <= optional(info.usage), "{}", info.name);
            assert_eq!(command.to_string(), text);
            commands += usize::from(!names.is_empty());
        }
        if !info.is_answered() {
            continue;
        }
        let heard = frame(info.example.heard, Sender::Controller);
        let reply = Reply::of(&heard).expect(info.name);
        let Ok(response) = command.decode_reply(&reply) else {
            assert!(!reply.accepted() || info.name == "OldSetVentCheck", "{}", info.name);
            continue;
        };
        assert_eq!(response.info(), command.info());
        assert_eq!(response.accepted(), reply.accepted(), "{}", info.name);
        let (names, text) = seen(|visitor| response.visit(visitor));
        let known: Vec<_> = response.info().flat_fields().map(|field| field.name).collect();
        assert_eq!(names, known[..names.len()], "{}", info.name);
        assert!(known.len() - names.len() <= optional(info.answer), "{}", info.name);
        if names.is_empty() {
            assert_eq!(response.to_string(), "done");
        } else {
            assert_eq!(response.to_string(), text);
            answers += 1;
        }
    }
    assert!(commands >= 40 && answers >= 25, "{commands} commands, {answers} answers");
}

#[test]
fn a_refusal_that_carries_a_value_is_shown_and_is_no_acceptance() {
    let heard = frame("$NK 24^07", Sender::Controller);
    let reply = Reply::of(&heard).unwrap();
    let command = AnyCommand::SetCurrent(SetCurrent { amps: Amps(32) });
    let response = command.decode_reply(&reply).unwrap();
    assert!(!response.accepted());
    assert_eq!(response.to_string(), "amps: 24 A");
}

#[test]
fn a_notification_is_shown_field_by_field_and_says_its_code() {
    for (line, code, text) in [
        ("$AB 00 8.2.3^1F", "AB", "status: starting; firmware: 8.2.3"),
        (
            "$AT 03 03 16 0140^08",
            "AT",
            "evse: charging; pilot: C; amps: 16 A; flags: relay closed, ev connected",
        ),
        ("$AN 1^2B", "AN", "press: long"),
        ("$WF 02^17", "WF", "mode: default access point"),
        ("$ST fe^20", "ST", "evse: sleeping"),
    ] {
        let line = line.split('^').next().unwrap();
        let notification = Notification::decode(&frame(line, Sender::Controller)).unwrap().unwrap();
        assert_eq!(notification.to_string(), text);
        assert_eq!(notification.code().to_string(), code);
    }
}

#[test]
fn numbers_are_shown_with_their_units() {
    assert_eq!(Amps(16).to_string(), "16 A");
    assert_eq!(CentiHertz(5003).to_string(), "50.03 Hz");
    assert_eq!(CentiHertz(5999).to_string(), "59.99 Hz");
    assert_eq!(QuarterHours(255).to_string(), "3825 min");
    assert_eq!(DeciCelsius(252).to_string(), "25.2 °C");
    assert_eq!(DeciCelsius(-5).to_string(), "-0.5 °C");
    assert_eq!(DeciCelsius(0).to_string(), "0.0 °C");
    assert_eq!(Wrapped16(-3).to_string(), "-3");
    assert_eq!(FaultCount(254).to_string(), "254");
    assert_eq!(OrNone(Some(MilliAmps(-5))).to_string(), "-5 mA");
    assert_eq!(format!("{:<13}|", OrNone::<MilliVolts>(None)), "not measured |");
    assert_eq!(Temperature::Reading(DeciCelsius(-105)).to_string(), "-10.5 °C");
    assert_eq!(Temperature::Absent.to_string(), "no sensor");
    assert_eq!(Temperature::Open.to_string(), "sensor open");
    assert_eq!(Temperature::Shorted.to_string(), "sensor shorted");
    assert_eq!(WattHours::from(WattSeconds(7199)), WattHours(1));
    assert_eq!(WattHours::from(WattSeconds(7200)), WattHours(2));
}

#[test]
fn codes_and_flags_are_shown_by_their_names_and_what_has_none_as_its_number() {
    assert_eq!(EvseState::from_code(0x42).to_string(), "unknown (42)");
    assert_eq!(format!("{:>8}|", EvseState::Charging), "charging|");
    assert_eq!(u8::from(EvseState::Charging), 3);
    assert_eq!(EvseState::from(0xfe), EvseState::Sleeping);
    assert_eq!(BootLock::Refused.to_string(), "refused, the self test has failed");
    for (colour, name) in
        ["off", "red", "green", "yellow", "blue", "violet", "teal", "white"].iter().enumerate()
    {
        let code = u8::try_from(colour).unwrap();
        assert_eq!(&LcdColour(code).to_string(), name);
        // A controller takes the lowest three bits.
        assert_eq!(&LcdColour(code | 0xf8).to_string(), name);
    }
    assert_eq!(VFlags(0).to_string(), "none");
    assert_eq!(VFlags(0x0140).to_string(), "relay closed, ev connected");
    assert_eq!(SettingsFlags(0x0840).to_string(), "0840");
    assert_eq!(SettingsFlags(0x0841).to_string(), "level 2, 0840");
    assert_eq!(format!("{:?}", VFlags(0x0140)), "VFlags(0x0140 relay_closed ev_connected)");
    assert_eq!(format!("{:?}", SettingsFlags(0)), "SettingsFlags(0x0000)");
    assert_eq!(format!("{:?}", Text::<20>::new("8.2.3").unwrap()), "\"8.2.3\"");
    let text = LcdText::new("Hello World").unwrap();
    assert_eq!(format!("{text:?} {text:>12}|"), "\"Hello World\"  Hello World|");
    assert_eq!(format!("{:?}", Code::OK), "Code(OK)");
    assert_eq!(SeqId::new(0x0a).unwrap().to_string(), "0A");
}

/// Every bit of both words has one name at most, and only its own method.
#[test]
fn a_flag_is_its_own_bit() {
    for bit in (0..16).map(|shift| 1_u16 << shift) {
        for text in [format!("{:?}", VFlags(bit)), format!("{:?}", SettingsFlags(bit))] {
            assert!(text.split(' ').count() <= 2, "{text}");
        }
    }
    let flags = VFlags(0xffff);
    assert!(flags.hard_fault() && flags.boot_locked() && flags.timer_on());
    assert!(!VFlags(!0x0002).hard_fault() && !VFlags(!0x4000).boot_locked());
    assert_eq!(format!("{:?}", VFlags(0xffff)).split(' ').count(), 17, "all 16 have names");
    assert_eq!(format!("{:?}", SettingsFlags(0xffff)).split(' ').count(), 13);
}

#[test]
fn a_station_is_unprotected_as_soon_as_one_safety_check_is_off() {
    let checks = [0x0002, 0x0004, 0x0008, 0x0010, 0x0200, 0x0400, 0x4000];
    for bit in (0..16).map(|shift| 1_u16 << shift) {
        let flags = SettingsFlags(bit);
        assert_eq!(flags.safety_check_disabled(), checks.contains(&bit), "{flags:?}");
        let unprotected = format!("{flags:?}").contains("check_disabled")
            || format!("{flags:?}").contains("self_test_disabled");
        assert_eq!(flags.safety_check_disabled(), unprotected, "{flags:?}");
    }
    assert!(!SettingsFlags(0).safety_check_disabled());
}

#[test]
fn whatever_is_neither_a_state_of_j1772_nor_asleep_is_a_fault() {
    for code in 0..=0xff {
        let healthy = matches!(code, 0..=3 | 0xfe | 0xff);
        assert_eq!(EvseState::from_code(code).is_fault(), !healthy, "{code:02x}");
    }
}

#[test]
fn a_sensor_that_gives_no_temperature_has_no_reading() {
    assert_eq!(Temperature::Reading(DeciCelsius(0)).reading(), Some(DeciCelsius(0)));
    for none in [Temperature::Absent, Temperature::Open, Temperature::Shorted] {
        assert_eq!(none.reading(), None);
    }
}

#[test]
fn a_clock_is_absent_if_no_part_of_it_can_be_a_time() {
    let clock = |line| {
        let heard = frame(line, Sender::Controller);
        let reply = Reply::of(&heard).unwrap();
        let command = AnyCommand::GetClock(rapi_core::commands::GetClock);
        let Ok(AnyResponse::GetClock(clock)) = command.decode_reply(&reply) else {
            panic!("{line}")
        };
        clock
    };
    assert!(clock("$OK 165 165 165 165 165 85").is_absent());
    assert!(clock("$OK 26 13 1 24 60 60").is_absent());
    for present in [
        "$OK 26 12 31 23 59 59",
        "$OK 26 12 31 24 60 60",
        "$OK 26 13 31 23 60 60",
        "$OK 26 13 31 24 59 60",
        "$OK 26 13 31 24 60 59",
    ] {
        assert!(!clock(present).is_absent(), "{present}");
    }
}

#[test]
fn the_columns_of_the_table_are_words() {
    let classes = [Class::Read, Class::Display, Class::Control, Class::Setting, Class::Debug];
    let shown = classes.map(|class| class.to_string());
    assert_eq!(shown, ["read", "display", "control", "setting", "debug"]);
    let storages = [Storage::None, Storage::Volatile, Storage::Eeprom, Storage::EepromOnce];
    let shown = storages.map(|storage| storage.to_string());
    assert_eq!(shown, ["-", "volatile", "EEPROM", "EEPROM, once"]);
    let shown = Dialect::ALL.map(|dialect| dialect.to_string());
    let expected = [
        "RAPI 1.0.x",
        "RAPI 2.0.0",
        "RAPI 2.0.1 to 2.0.4",
        "RAPI 3.0.1 and later",
        "RAPI 6.0.0 with long lines",
    ];
    assert_eq!(shown, expected);
    assert_eq!(format!("{:>8}|{:<9}|{:^11}|", Class::Read, Storage::None, Dialect::V1).len(), 31);
}

#[test]
fn a_reply_is_shown_as_it_was_said_without_id_and_checksum() {
    for (line, shown) in [
        (&b"$OK 24 0021 :07^38"[..], "$OK 24 0021"),
        (b"$NK 24^07", "$NK 24"),
        (b"$OK", "$OK"),
        (b"$OK  EOSV1E4F0A1B2C^5A", "$OK  EOSV1E4F0A1B2C"),
    ] {
        let frame = Frame::parse(line, Sender::Controller).unwrap();
        assert_eq!(Reply::of(&frame).unwrap().to_string(), shown);
    }
}

#[test]
fn a_form_says_what_may_be_written() {
    assert_eq!(Form::Decimal.to_string(), "number");
    assert_eq!(Form::Hex { digits: 1 }.to_string(), "hexadecimal number, 1 digits");
    assert_eq!(bool::FORM.to_string(), "0 (off) or 1 (on)");
    assert_eq!(VFlags::FORM.to_string(), "flags, 4 hexadecimal digits");
    assert_eq!(BootLock::FORM.to_string(), "0 (cleared), 1 (refused, the self test has failed)");
    assert_eq!(Thermistor::FORM.to_string(), "r25 beta offset panic");
    assert_eq!(Text::<20>::FORM.to_string(), "text of up to 20 characters");
}

#[test]
fn a_command_waits_as_long_as_its_row_says_and_half_a_second_otherwise() {
    assert_eq!(GetState::INFO.timeout_ms, 500);
    assert_eq!(DEFAULT_TIMEOUT_MS, 500);
    let slow: Vec<_> = COMMANDS
        .iter()
        .filter(|info| info.timeout_ms != DEFAULT_TIMEOUT_MS)
        .map(|info| (info.name, info.timeout_ms))
        .collect();
    assert!(!slow.is_empty() && slow.iter().all(|(_, timeout)| *timeout > 500), "{slow:?}");
}

#[test]
fn a_row_without_an_end_or_a_feature_says_so_with_nothing() {
    assert!(COMMANDS.iter().all(|info| info.until != Some("") && info.feature != Some("")));
    assert!(COMMANDS.iter().any(|info| info.until.is_some()));
    assert!(COMMANDS.iter().any(|info| info.feature.is_some()));
}

/// A register of a chip holds it, so that a result is returned without memory.
#[test]
fn an_error_takes_no_more_than_four_bytes() {
    assert!(size_of::<FrameError>() <= 4);
    assert!(size_of::<FieldError>() <= 4);
    assert!(size_of::<DecodeError>() <= 4);
    assert!(size_of::<EncodeError>() <= 4);
    assert!(size_of::<ReplyError>() <= 4);
    assert!(size_of::<IncomingError>() <= 4);
}

#[test]
fn an_error_says_what_is_wrong_and_where() {
    let field = DecodeError::Field { field: 2, kind: FieldError::Missing };
    let errors: [(&dyn Error, &str); 23] = [
        (&FrameError::NoStart, "the line does not begin with $"),
        (&FrameError::TooLong, "the line is longer than the receive buffer"),
        (&FrameError::Code, "there is no valid code behind $"),
        (&FrameError::Byte, "the line holds a byte that RAPI does not allow"),
        (&FrameError::ChecksumSyntax, "the checksum is not two upper-case hexadecimal digits"),
        (
            &FrameError::Checksum { found: 0x0a, computed: 0x65 },
            "the checksum says 0A, the bytes give 65",
        ),
        (&FrameError::ChecksumMissing, "the checksum is missing"),
        (&FrameError::ChecksumKind, "a controller never sends the additive checksum"),
        (&FrameError::SequenceId, "the sequence id is not 01 to FF in upper case"),
        (&FrameError::EmptyField, "there is an empty argument (double space)"),
        (&FrameError::TooManyTokens, "there are more than ten tokens"),
        (&field, "field 2 is missing"),
        (&DecodeError::UnknownCode, "no command has this code"),
        (&DecodeError::Field { field: 1, kind: FieldError::Surplus }, "field 1 is one too many"),
        (&EncodeError::BufferTooSmall { needed: 12 }, "the line needs 12 bytes"),
        (
            &EncodeError::CommandTooLong { length: 32, limit: 31 },
            "the command has 32 bytes, a controller takes 31",
        ),
        (
            &EncodeError::TooManyTokens { tokens: 11 },
            "the command has 11 tokens, a controller takes 10",
        ),
        (&EncodeError::OutOfRange { field: 1 }, "argument 1 is out of range"),
        (
            &EncodeError::InvalidText { field: 3 },
            "argument 3 holds a character that RAPI does not allow",
        ),
        (&ReplyError::Rejected, "the controller answered NK"),
        (&ReplyError::Decode(field), "the reply has the wrong fields: field 2 is missing"),
        (&IncomingError::Frame(FrameError::ChecksumMissing), "the checksum is missing"),
        (
            &IncomingError::Decode(field),
            "the notification has the wrong fields: field 2 is missing",
        ),
    ];
    for (error, text) in errors {
        assert_eq!(error.to_string(), text);
    }
    let line = ArgumentError::Line(EncodeError::TooManyTokens { tokens: 11 });
    assert_eq!(line.to_string(), EncodeError::TooManyTokens { tokens: 11 }.to_string());
    assert_eq!(Rejected.to_string(), ReplyError::Rejected.to_string());
    let said_once = errors.iter().all(|(error, _)| error.source().is_none());
    assert!(said_once && line.source().is_none());
}

#[test]
fn what_a_controller_says_is_sorted_by_its_code_and_held_to_its_dialect() {
    let sort = |line, dialect| {
        Incoming::sort(&frame(line, Sender::Controller), dialect)
            .map(|incoming| matches!(incoming, Incoming::Reply(_)))
    };
    let missing = Err(IncomingError::Frame(FrameError::ChecksumMissing));
    // RAPI 2.0.0: on replies, not on notifications.
    assert_eq!(sort("$OK", Dialect::V2_0), missing);
    assert_eq!(sort("$NK", Dialect::V2_0), missing);
    assert_eq!(sort("$ST 01", Dialect::V2_0), Ok(false));
    assert_eq!(sort("$OK", Dialect::V1), Ok(true));
    assert_eq!(sort("$ST 01", Dialect::V1), Ok(false));
    for dialect in [Dialect::V2_1, Dialect::V3] {
        assert_eq!(sort("$OK", dialect), missing);
        assert_eq!(sort("$ST 01", dialect), missing);
    }
    assert_eq!(sort("$OK^20", Dialect::V1), Ok(true));
    let bad = DecodeError::Field { field: 1, kind: FieldError::Invalid };
    assert_eq!(sort("$ST 1", Dialect::V1), Err(IncomingError::Decode(bad)));
    let other = Incoming::Other(Code::new(*b"GS"));
    assert_eq!(Incoming::sort(&frame("$GS", Sender::Controller), Dialect::V1), Ok(other));
    // Five numbers are the delay timer's, one is a state.
    let timer = Incoming::Other(Code::new(*b"ST"));
    assert_eq!(Incoming::sort(&frame("$ST 1 2 3 4", Sender::Controller), Dialect::V1), Ok(timer));
}

#[test]
fn the_answer_to_what_is_never_answered_is_a_bare_ok() {
    let reply = Reply::bare_ok();
    assert!(reply.accepted() && reply.fields().is_at_end());
    assert_eq!(reply.seq(), None);
    assert_eq!(reply.finish(), Ok(()));
    let heard = frame("$OK :0A", Sender::Controller);
    assert_eq!(Reply::of(&heard).unwrap().seq(), SeqId::new(10));
    assert_eq!(Seconds::default(), Seconds(0));
}
