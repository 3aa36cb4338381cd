//! What holds for every row of the table and for any bytes at all.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod samples;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use rapi_core::commands;
use rapi_core::types::{LcdText, MilliVolts};
use rapi_core::{
    AnyCommand, Check, Command, Decoder, Dialect, EncodeError, Frame, Incoming, Response, Sender,
    SeqId, encode_reply,
};

use samples::{Sample, any_command, ranges};

fn decode<R: Response>(line: &[u8]) -> R {
    let frame = Frame::parse(&line[..line.len() - 1], Sender::Controller).unwrap();
    match Incoming::sort(&frame, Dialect::V3) {
        Ok(Incoming::Reply(reply)) => R::decode(&reply).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn roundtrip<R: Response + core::fmt::Debug>(response: &R, seq: Option<SeqId>) {
    let mut line = [0; 100];
    let len = encode_reply(response, seq, Dialect::V3, &mut line).unwrap();
    let decoded: R = decode(&line[..len]);
    assert_eq!(format!("{decoded:?}"), format!("{response:?}"));
    assert_eq!(Frame::parse(&line[..len - 1], Sender::Controller).unwrap().seq(), seq);
}

/// What these tests have to know of a command.
trait Known {
    /// The command that a device takes it for: old forms that have the bytes of a newer command.
    fn on_the_wire(self) -> Self;
}

impl Known for AnyCommand {
    fn on_the_wire(self) -> Self {
        match self {
            Self::OldSetVentCheck(old) => Self::SetVoltage(commands::SetVoltage {
                voltage: MilliVolts(i32::from(old.enabled)),
            }),
            other => other,
        }
    }
}

/// What a strict device makes of some bytes: commands with a checksum.
fn commands_in(bytes: &[u8]) -> Vec<AnyCommand> {
    let mut decoder = Decoder::<31>::new();
    let mut commands = Vec::new();
    for &byte in bytes {
        if decoder.push(byte) {
            if let Ok(frame) = decoder.frame(Sender::Client) {
                if frame.check() != Check::None {
                    commands.extend(AnyCommand::try_from(&frame).ok());
                }
            }
        }
    }
    commands
}

macro_rules! every_response {
    ($({ $(#[doc = $doc:literal])+ $Name:ident $($rest:tt)* })+) => {
        #[test]
        fn the_answer_to_every_command_decodes_to_what_was_encoded() {
            let mut runner = TestRunner::default();
            $(
                let sampled = <<commands::$Name as Command>::Response as Sample>::sample();
                runner
                    .run(&(sampled, any::<Option<u8>>()), |(response, id)| {
                        roundtrip(&response, id.and_then(SeqId::new));
                        Ok(())
                    })
                    .unwrap();
            )+
        }
    };
}
rapi_core::for_each_command!(every_response);

/// A text holds the name of a command, the byte before it becomes `$`, and the rest has by chance
/// the right XOR: no device can tell. It takes a damaged line and one text in 256 of that kind.
#[test]
fn the_exception_is_a_text_with_a_command_in_it() {
    let before = b"FP 0 0 ".iter().fold(b' ', |xor, byte| xor ^ byte);
    let (a, b) = (b'!'..=b'~')
        .map(|a| (char::from(a), char::from(a ^ before)))
        .find(|(_, b)| b.is_ascii_alphanumeric())
        .unwrap();
    let text = LcdText::new(&format!("{a}{b} FS")).unwrap();
    let command = commands::PrintText { column: 0, row: 0, text };
    let mut line = [0; 64];
    let len = AnyCommand::PrintText(command).encode(None, Dialect::V3, &mut line).unwrap();
    assert_eq!(commands_in(&line[..len]), [AnyCommand::PrintText(command)]);
    line[10] = b'$';
    assert_eq!(commands_in(&line[..len]), [AnyCommand::Sleep(commands::Sleep)]);
}

/// The same with an id: F0, F1, FB, FC, FD and FE are the codes of commands.
#[test]
fn an_id_above_the_last_may_be_the_code_of_a_command() {
    let (said, heard) = (b"$GN 201 :FC^21\r", b"$GN 201 $FC^21\r");
    let command = AnyCommand::GetCableSensor(commands::GetCableSensor { index: 201 });
    assert_eq!(commands_in(said), [command]);
    let clear = AnyCommand::ClearFaultCounters(commands::ClearFaultCounters);
    assert_eq!(commands_in(heard), [clear]);

    let is_code = |id: u8| {
        rapi_core::COMMANDS.iter().any(|info| info.code.to_string() == format!("{id:02X}"))
    };
    assert!((1..=SeqId::LAST.get()).all(|id| !is_code(id)));
    assert!((SeqId::LAST.get()..=u8::MAX).any(is_code));
}

/// What XOR does not see: two equal bit flips in one column, or swapped bytes.
#[test]
fn two_changed_bytes_may_make_another_command() {
    assert_eq!(commands_in(b"$SC 16 V^65\r").len(), 1);
    assert_ne!(commands_in(b"$SC 16 V^65\r"), commands_in(b"$SC 61 V^65\r"));
    assert_eq!(commands_in(b"$SC 61 V^65\r").len(), 1);
    assert_eq!(commands_in(b"$SC 07 V^65\r").len(), 1);
}

proptest! {
    #[test]
    fn a_command_that_can_be_sent_decodes_to_what_was_encoded(
        command in any_command(),
        id in any::<Option<u8>>(),
    ) {
        let seq = id.and_then(SeqId::new);
        let mut line = [0; 64];
        match command.encode(seq, Dialect::V3, &mut line) {
            Ok(len) => {
                let frame = Frame::parse(&line[..len - 1], Sender::Client).unwrap();
                prop_assert_eq!(AnyCommand::try_from(&frame), Ok(command.on_the_wire()));
                prop_assert_eq!(frame.seq(), seq);
                prop_assert_eq!(frame.code(), command.info().code);
                prop_assert!(len <= 32);
            }
            Err(EncodeError::OutOfRange { field }) => {
                prop_assert!(ranges().contains(&(command.info().name, field)), "{command:?}");
            }
            Err(EncodeError::IntervalTooLong { field: 1 }) => {
                let AnyCommand::SetHeartbeat(heartbeat) = command else { panic!("{command:?}") };
                prop_assert!(heartbeat.interval.0 > 65);
            }
            Err(EncodeError::CommandTooLong { length, limit: 31 }) => prop_assert!(length > 31),
            Err(error) => prop_assert!(false, "{error:?}"),
        }
    }

    #[test]
    fn one_changed_byte_never_makes_another_command(
        command in any_command(),
        id in SeqId::FIRST.get()..=SeqId::LAST.get(),
    ) {
        let mut line = [0; 64];
        let Ok(len) = command.encode(SeqId::new(id), Dialect::V3, &mut line) else {
            return Ok(());
        };
        let command = command.on_the_wire();
        prop_assert_eq!(commands_in(&line[..len]), [command]);
        for place in 0..len {
            for byte in 0..=u8::MAX {
                // See `the_exception_is_a_text_with_a_command_in_it`.
                let is_text = matches!(command, AnyCommand::PrintText(_));
                if byte == b'$' && is_text {
                    continue;
                }
                let mut damaged = line;
                damaged[place] = byte;
                for other in commands_in(&damaged[..len]) {
                    prop_assert_eq!(other, command);
                }
            }
        }
    }

    #[test]
    fn any_bytes_at_all_neither_panic_nor_stop_the_decoder(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let mut decoder = Decoder::<64>::new();
        for &byte in &bytes {
            if decoder.push(byte) {
                for sender in [Sender::Client, Sender::Controller] {
                    if let Ok(frame) = decoder.frame(sender) {
                        let _: Result<_, _> = AnyCommand::try_from(&frame);
                        let _: Result<_, _> = Incoming::sort(&frame, Dialect::V1);
                    }
                }
            }
        }
        // Whatever it was, the next line is understood.
        prop_assert_eq!(decoder.feed(b"$GS^30\r"), Some(7));
        prop_assert_eq!(decoder.line(), Ok(&b"$GS^30"[..]));
    }

    #[test]
    fn a_frame_is_what_a_slow_and_obvious_reader_says(
        payload in "\\$[A-Z][A-Z0-9]( |:|[0-9A-Za-f]){0,20}",
        tail in "([\\^*][0-9A-Fa-f]{0,3})?",
    ) {
        let xor = payload.bytes().fold(0, |xor, byte| xor ^ byte);
        for line in [format!("{payload}{tail}"), format!("{payload}^{xor:02X}")] {
            let parsed = Frame::parse(line.as_bytes(), Sender::Controller);
            prop_assert_eq!(parsed.is_ok(), is_reply_line(&line), "{}", line);
        }
    }
}

/// The grammar of a line from a controller, once more, by other means.
fn is_reply_line(line: &str) -> bool {
    let (payload, check) = match line.find(['^', '*']) {
        Some(place) => (line.split_at(place).0, Some(line.split_at(place).1)),
        None => (line, None),
    };
    if let Some(check) = check {
        let xor = payload.bytes().fold(0, |xor, byte| xor ^ byte);
        if check != format!("^{xor:02X}") {
            return false;
        }
    }
    let mut words = payload.split(' ');
    let code = words.next().unwrap_or_default();
    let last = words.next_back();
    let id_fits = last
        .filter(|word| word.starts_with(':'))
        .is_none_or(|word| (1..=255).any(|id| word == format!(":{id:02X}")));
    code.len() == 3 && id_fits
}
