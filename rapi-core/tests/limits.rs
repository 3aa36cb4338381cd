//! The exact edges of values: of numbers, of texts, of arguments.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod support;

use rapi_core::commands::{GetState, SetLcdColour, State};
use rapi_core::types::{
    Amps, DeciCelsius, EvseState, FaultCount, LcdColour, LcdText, MilliAmps, OrNone, PilotState,
    Relay, SerialNumber, Temperature, Text, Thermistor, VFlags,
};
use rapi_core::{
    AnyCommand, ArgumentError, COMMANDS, Code, Command, DecodeError, Dialect, EncodeError, Field,
    FieldError, Form, Frame, Reply, Response, Sender, Writer, encode_reply,
};
use support::written;

/// Reads the first field of an answer.
fn read<T: Field>(field: &str) -> Result<T, FieldError> {
    let line = format!("$OK {field}");
    let frame = Frame::parse(line.as_bytes(), Sender::Controller).expect(field);
    frame.fields().decode().map_err(|error| match error {
        DecodeError::Field { kind, .. } => kind,
        _ => panic!("{error}"),
    })
}

#[test]
fn a_number_is_taken_up_to_the_last_that_fits_and_not_one_further() {
    assert_eq!(read::<u8>("255"), Ok(255));
    assert_eq!(read::<u8>("256"), Err(FieldError::OutOfRange));
    assert_eq!(read::<u16>("65535"), Ok(65_535));
    assert_eq!(read::<u16>("65536"), Err(FieldError::OutOfRange));
    for good in ["99999999", "100000000", "999999999", "3999999999", "4000000000", "4294967295"] {
        assert_eq!(read::<u32>(good), Ok(good.parse().unwrap()), "{good}");
    }
    for bad in
        ["4294967296", "4999999999", "5000000000", "9999999999", "10000000000", "20000000000"]
    {
        assert_eq!(read::<u32>(bad), Err(FieldError::OutOfRange), "{bad}");
    }
    assert_eq!(read::<u32>("000000007"), Ok(7), "nine digits cannot overflow");
    assert_eq!(read::<u32>("0000000007"), Ok(7), "nor can ten that begin with 0");
    assert_eq!(read::<u32>("00000000007"), Err(FieldError::OutOfRange), "nobody sends eleven");
    // Found by the fuzz target `grammar`: the ninth digit would be lost.
    assert_eq!(read::<FaultCount>("00000007"), Ok(FaultCount(7)));
    for bad in ["000000007", "100000007", "1000000007", "10000000007"] {
        assert_eq!(read::<FaultCount>(bad), Err(FieldError::OutOfRange), "{bad}");
    }
    assert_eq!(read::<i16>("32767"), Ok(i16::MAX));
    assert_eq!(read::<i16>("32768"), Err(FieldError::OutOfRange));
    assert_eq!(read::<i16>("-32768"), Ok(i16::MIN));
    assert_eq!(read::<i16>("-32769"), Err(FieldError::OutOfRange));
    assert_eq!(read::<i32>("2147483647"), Ok(i32::MAX));
    assert_eq!(read::<i32>("2147483648"), Err(FieldError::OutOfRange));
    assert_eq!(read::<i32>("-2147483648"), Ok(i32::MIN));
    assert_eq!(read::<i32>("-2147483649"), Err(FieldError::OutOfRange));
    assert_eq!(read::<bool>("1"), Ok(true));
    assert_eq!(read::<bool>("2"), Err(FieldError::OutOfRange));
}

#[test]
fn what_is_no_number_of_its_kind_is_invalid() {
    for bad in ["x", "1x", "0x1", "-", "--1", "+1", "1.5", "a"] {
        assert_eq!(read::<i32>(bad), Err(FieldError::Invalid), "{bad}");
        assert_eq!(read::<u8>(bad), Err(FieldError::Invalid), "{bad}");
    }
    assert_eq!(read::<u8>("-1"), Err(FieldError::Invalid), "no sign where none can be");
    assert_eq!(read::<EvseState>("fe"), Ok(EvseState::Sleeping));
    assert_eq!(read::<EvseState>("FE"), Ok(EvseState::Sleeping));
    for bad in ["3", "003", "0g", "0G", "0@", "0/", "0:", "0`"] {
        assert_eq!(read::<EvseState>(bad), Err(FieldError::Invalid), "{bad}");
    }
    for bad in ["021", "00021", "002g"] {
        assert_eq!(read::<VFlags>(bad), Err(FieldError::Invalid), "{bad}");
    }
    assert_eq!(read::<VFlags>("ABcd"), Ok(VFlags(0xabcd)));
    assert_eq!(read::<FaultCount>("0"), Ok(FaultCount(0)));
    assert_eq!(read::<FaultCount>("ff"), Ok(FaultCount(255)));
    assert_eq!(read::<FaultCount>("100"), Err(FieldError::OutOfRange));
}

#[test]
fn the_first_wrong_field_is_named_and_what_comes_behind_it_is_not_looked_at() {
    let frame = Frame::parse(b"$OK 24 x y", Sender::Controller).unwrap();
    let mut fields = frame.fields();
    let (first, second): (Amps, Amps) = (fields.read(), fields.read());
    assert_eq!(first, Amps(24));
    assert!(fields.is_at_end(), "{second}");
    let wrong = |field, kind| Err(DecodeError::Field { field, kind });
    assert_eq!(fields.decode::<Amps>(), wrong(2, FieldError::Invalid));
    assert_eq!(fields.end(), Err(DecodeError::Field { field: 2, kind: FieldError::Invalid }));

    // A word that is missing counts as the field where it would stand.
    let mut fields = frame.fields();
    for word in [&b"24"[..], b"x", b"y"] {
        assert_eq!(fields.word(), word);
    }
    assert_eq!(fields.word(), b"");
    assert_eq!(fields.finish(()), Err(DecodeError::Field { field: 4, kind: FieldError::Missing }));
    let mut fields = Frame::parse(b"$OK", Sender::Controller).unwrap().fields();
    assert_eq!(
        fields.decode::<Relay>(),
        Err(DecodeError::Field { field: 1, kind: FieldError::Missing })
    );
    let mut fields = frame.fields();
    assert_eq!(fields.next(), Some(&b"24"[..]));
    assert_eq!(fields.end(), Err(DecodeError::Field { field: 2, kind: FieldError::Surplus }));
}

/// Found by the fuzz target `grammar`, which had reckoned with 255 of them.
#[test]
fn a_line_of_more_fields_than_a_byte_counts_is_read_to_its_end() {
    let line = format!("$OK{}", " 7".repeat(300));
    let frame = Frame::parse(line.as_bytes(), Sender::Controller).unwrap();
    let mut fields = frame.fields();
    assert_eq!(fields.by_ref().take(299).count(), 299);
    assert_eq!(fields.clone().read::<u8>(), 7);
    let wrong = DecodeError::Field { field: 44, kind: FieldError::OutOfRange };
    assert_eq!(fields.decode::<bool>(), Err(wrong), "the 300th");
}

#[test]
fn a_state_is_read_by_the_number_of_its_fields() {
    let state = |line: &str| {
        let frame = Frame::parse(line.as_bytes(), Sender::Controller).unwrap();
        State::decode(&Reply::of(&frame).unwrap())
    };
    let evse = |line| state(line).unwrap().evse;
    assert_eq!(evse("$OK 10 60"), EvseState::OverTemperature);
    assert_eq!(evse("$OK 10 60 01 0000"), EvseState::ProximityMissing);
    assert_eq!(evse("$OK 255 0"), EvseState::Disabled);
    let wrong =
        |field, kind| Err(rapi_core::ReplyError::Decode(DecodeError::Field { field, kind }));
    assert_eq!(state("$OK 256 0"), wrong(1, FieldError::OutOfRange));
    assert_eq!(state("$OK 3 60 01 0000"), wrong(1, FieldError::Invalid));
    assert_eq!(state("$OK fe 60"), wrong(1, FieldError::Invalid));
    assert_eq!(state("$OK 03 x"), wrong(2, FieldError::Invalid));
    // The first that is wrong is named, although it is read last.
    assert_eq!(state("$OK x y"), wrong(1, FieldError::Invalid));
    assert_eq!(state("$OK 03 60 01"), wrong(4, FieldError::Missing));
    assert_eq!(state("$OK 03"), wrong(2, FieldError::Missing));

    let old = State {
        evse: EvseState::Sleeping,
        elapsed: rapi_core::types::Seconds(60),
        pilot: None,
        flags: None,
    };
    let mut line = [0; 32];
    let len = encode_reply(&old, None, Dialect::V1, &mut line).unwrap();
    assert_eq!(&line[..len], b"$OK 254 60\r");
    let new = State { pilot: Some(PilotState::B), flags: Some(VFlags(0x100)), ..old };
    let len = encode_reply(&new, None, Dialect::V1, &mut line).unwrap();
    assert_eq!(&line[..len], b"$OK fe 60 02 0100\r");
    let half = State { flags: Some(VFlags(0)), ..old };
    let len = encode_reply(&half, None, Dialect::V1, &mut line).unwrap();
    assert_eq!(&line[..len], b"$OK 254 60\r", "flags without a pilot cannot be sent");
}

#[test]
fn a_text_fits_its_length_and_no_more() {
    assert_eq!(Text::<5>::new("8.2.3").unwrap().as_str(), "8.2.3");
    assert_eq!(Text::<4>::new("8.2.3"), None);
    for bad in ["", "a b", "a$", "a^", "a*", "\u{7f}", "\n", "ä"] {
        assert_eq!(Text::<20>::new(bad), None, "{bad:?}");
    }
    assert!(Text::<20>::new("!~").is_some());
    assert_eq!(read::<Text<5>>("12345").unwrap().as_bytes(), b"12345");
    assert_eq!(read::<Text<5>>("123456"), Err(FieldError::Invalid));
    assert_eq!(LcdText::new("12345678901234567890").unwrap().as_str().len(), 20);
    assert_eq!(LcdText::new("123456789012345678901"), None);
    assert_eq!(LcdText::new("1234567890 12345678901"), None);
    // A text must not be taken for something else, nor hold what a controller cannot read.
    for bad in ["", " a", "a ", "a  b", "a :01", ":", "a$b", "a^b"] {
        assert_eq!(LcdText::new(bad), None, "{bad:?}");
    }
    assert_eq!(LcdText::new("a :b c").unwrap().as_str(), "a :b c");
    assert_eq!(read::<LcdText>("a b c").unwrap().as_str(), "a b c");
    assert_eq!(read::<LcdText>("1234567890 1234567890"), Err(FieldError::OutOfRange));
    assert_eq!(read::<LcdText>("123456789012345678901"), Err(FieldError::OutOfRange));
    assert_eq!(read::<LcdText>("1234567890 123456789").unwrap().as_str().len(), 20);
    let words: [&[u8]; 3] = [b"one", b"two", b"three"];
    assert_eq!(LcdText::from_words(words).as_str(), "one two three");
    let long: [&[u8]; 2] = [b"1234567890", b"12345678901"];
    assert_eq!(LcdText::from_words(long).as_str(), "1234567890 123456789");
}

#[test]
fn only_the_serial_number_of_an_atmega_has_an_empty_field_before_it() {
    let serial = |text| SerialNumber(Text::new(text).unwrap());
    let line = |text| written(|writer| Field::encode(&serial(text), writer)).unwrap();
    assert_eq!(line("58353837323417"), "$OK  58353837323417");
    assert_eq!(line("5835383732341"), "$OK 5835383732341");
    assert_eq!(line("583538373234170"), "$OK 583538373234170");
    assert_eq!(read::<SerialNumber>(" 58353837323417"), Ok(serial("58353837323417")));
    assert_eq!(read::<SerialNumber>("5835383732341"), Ok(serial("5835383732341")));
    assert_eq!(serial("58353837323417").to_string(), "58353837323417");
}

#[test]
fn values_are_written_as_they_are_read() {
    let wire = |temperature: Temperature| written(|writer| temperature.encode(writer)).unwrap();
    for (temperature, text) in [
        (Temperature::Absent, "-2560"),
        (Temperature::Open, "-2561"),
        (Temperature::Shorted, "-2562"),
        (Temperature::Reading(DeciCelsius(-5)), "-5"),
    ] {
        assert_eq!(wire(temperature), format!("$OK {text}"));
        assert_eq!(read::<Temperature>(text), Ok(temperature));
    }
    let none = OrNone::<MilliAmps>(None);
    assert_eq!(written(|writer| none.encode(writer)).unwrap(), "$OK -1");
    assert_eq!(read::<OrNone<MilliAmps>>("-1"), Ok(none));
    assert_eq!(read::<OrNone<MilliAmps>>("1"), Ok(OrNone(Some(MilliAmps(1)))));
    assert_eq!(written(|writer| FaultCount(0x0f).encode(writer)).unwrap(), "$OK f");
    let thermistor =
        Thermistor { r25: 10_000, beta: 3950, offset: DeciCelsius(-5), panic: DeciCelsius(850) };
    assert_eq!(written(|writer| thermistor.encode(writer)).unwrap(), "$OK 10000 3950 -5 850");
    assert_eq!(read("10000 3950 -5 850"), Ok(thermistor));
    let mut shown = Vec::new();
    AnyCommand::from_args(row("SetCableSensor"), &["0", "1", "10000", "3950", "-5", "850"])
        .unwrap()
        .visit(&mut |name, value| shown.push(format!("{name} {value}")));
    assert_eq!(shown.last().unwrap(), "panic 85.0 °C");
    assert!(shown.contains(&"r25 10000 Ω".to_owned()), "{shown:?}");
}

fn row(name: &str) -> &'static rapi_core::CommandInfo {
    COMMANDS.iter().find(|info| info.name == name).expect(name)
}

#[test]
fn words_that_fit_no_line_are_refused_as_such() {
    let long = "x".repeat(100);
    let error = AnyCommand::from_args(row("PrintText"), &["0", "0", &long]).unwrap_err();
    let ArgumentError::Line(EncodeError::CommandTooLong { length, limit: 31 }) = error else {
        panic!("{error:?}")
    };
    assert_eq!(length, 105, "two numbers, three spaces and the word");
    assert_eq!(
        AnyCommand::from_args(GetState::INFO, &["1"]),
        Err(ArgumentError::Surplus),
        "a query has no arguments"
    );
    assert_eq!(AnyCommand::from_args(row("HeartbeatPulse"), &[]).unwrap().to_string(), "");
    let heartbeat = AnyCommand::from_args(row("SetHeartbeat"), &["60"]).unwrap_err();
    assert_eq!(heartbeat.to_string(), "fallback is missing: 0 to 80 A");
    for bad in ["", "a\rb", "a$b", "a^b", "a*b", "\u{e4}"] {
        let error = AnyCommand::from_args(row("PrintText"), &["0", "0", bad]).unwrap_err();
        assert!(matches!(error, ArgumentError::Argument { .. }), "{bad:?}: {error:?}");
        let error = AnyCommand::from_args(row("PrintText"), &["0", "0", "good", bad]).unwrap_err();
        assert!(matches!(error, ArgumentError::Argument { .. }), "{bad:?}: {error:?}");
    }
    let text = AnyCommand::from_args(row("PrintText"), &["0", "0", "Hello World", "again"]);
    assert_eq!(text.unwrap().to_string(), "column: 0; row: 0; text: Hello World again");
    // What stands at the end of a line and begins with a colon is a sequence id.
    for words in [&["0", "0", "a", ":01"][..], &["0", "0", "a :b"], &["0", "0", ":"]] {
        let error = AnyCommand::from_args(row("PrintText"), words).unwrap_err().to_string();
        assert_eq!(error, "text is not of the right kind: text of up to 20 characters");
    }
    assert!(AnyCommand::from_args(row("PrintText"), &["0", "0", ":01", "a"]).is_ok());
}

/// Both ends of each range of the table, and one beyond.
#[test]
fn every_number_is_sent_up_to_its_limit_and_not_beyond() {
    let mut count = 0;
    for info in COMMANDS {
        let line = info.example.sent.split('^').next().unwrap();
        let fixed = |word: &&str| info.usage.split(' ').any(|other| other == *word);
        let words: Vec<&str> = line.split(' ').skip(1).filter(|word| !fixed(word)).collect();
        // The old ventilation check cannot be sent at all.
        let Ok(_) = AnyCommand::from_args(info, &words) else { continue };
        for (place, argument) in info.flat_arguments().enumerate().take(words.len()) {
            let (Form::Decimal, Some((least, greatest))) = (argument.form, argument.range) else {
                continue;
            };
            let with = |value: i64| {
                let value = value.to_string();
                let mut words = words.clone();
                words[place] = &value;
                AnyCommand::from_args(info, &words)
            };
            for value in [least, greatest] {
                let fits = matches!(with(value), Ok(_) | Err(ArgumentError::Line(_)));
                assert!(fits, "{} {} {value}", info.name, argument.name);
            }
            for value in [least - 1, greatest + 1] {
                assert!(with(value).is_err(), "{} {} {value}", info.name, argument.name);
            }
            count += 1;
        }
    }
    assert!(count >= 30, "{count} arguments");
    for (colour, sent) in [(LcdColour(7), Ok(9)), (LcdColour(8), Err(1))] {
        let command = AnyCommand::SetLcdColour(SetLcdColour { colour });
        let line = command.encode(None, Dialect::V2_1, &mut [0; 32]);
        let expected = sent.map_err(|field| EncodeError::OutOfRange { field });
        assert_eq!(line, expected);
    }
}

#[test]
fn a_reply_that_is_wrong_or_too_long_has_no_length() {
    let length = |room: usize, refused: bool| {
        let mut line = [0; 16];
        let mut writer = Writer::new(&mut line[..room], Code::OK);
        writer.decimal(16);
        if refused {
            writer.refuse_range();
        }
        writer.end_reply(true, None, Dialect::V3)
    };
    assert_eq!(length(10, false), 10, "$OK 16^07 and CR");
    assert_eq!(length(9, false), 0);
    assert_eq!(length(16, true), 0);
}
