//! The exact edges of lines: of frames, of the decoder's state, of what is written.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod support;

use std::collections::BTreeSet;

use rapi_core::commands::CurrentSet;
use rapi_core::types::{Amps, BootLock};
use rapi_core::{
    AnyCommand, AnyResponse, Check, Checksum, Code, Decoder, Dialect, EncodeError, Field, Frame,
    FrameError, Reply, Response, Sender, SeqId, Writer, encode_rejected, encode_reply,
};
use support::written;

#[test]
fn the_writer_writes_each_digit_and_refuses_what_would_break_the_line() {
    for value in [0, 9, 10, 99, 100, 999_999_999, 1_000_000_000, u32::MAX] {
        assert_eq!(written(|writer| writer.decimal(value)).unwrap(), format!("$OK {value}"));
    }
    for value in [i32::MIN, -1, 0, i32::MAX] {
        assert_eq!(written(|writer| writer.signed(value)).unwrap(), format!("$OK {value}"));
    }
    for (value, width, text) in
        [(0, 0, "0"), (0, 1, "0"), (0x0f, 2, "0f"), (0xabc, 2, "abc"), (0xabcd, 4, "abcd")]
    {
        assert_eq!(written(|writer| writer.hex(value, width)).unwrap(), format!("$OK {text}"));
    }
    for bad in [&b"a b"[..], b"$", b"^", b"*", b"\r", b"\x7f", b"\xff"] {
        let error = written(|writer| {
            writer.decimal(1);
            writer.text(bad);
            writer.refuse_range();
        });
        assert_eq!(error, Err(EncodeError::InvalidText { field: 2 }), "{bad:?}");
    }
    let error = written(|writer| {
        writer.decimal(1);
        writer.refuse_range();
    });
    assert_eq!(error, Err(EncodeError::OutOfRange { field: 1 }));
    let mut none = [0; 0];
    let error = Writer::new(&mut none, Code::OK).finish(SeqId::new(1), Check::Sum);
    assert_eq!(error, Err(EncodeError::BufferTooSmall { needed: 11 }));
    let mut exact = [0; 4];
    assert_eq!(Writer::new(&mut exact, Code::OK).finish(None, Check::None), Ok(4));
}

#[test]
fn both_checksums_of_a_line_are_those_that_are_written_behind_it() {
    for text in ["0", "1", "~", "24", "Hello,", "WORLD!"] {
        let mut line = [0; 32];
        for (check, mark) in [(Check::Xor, '^'), (Check::Sum, '*')] {
            let mut writer = Writer::new(&mut line, Code::new(*b"FP"));
            writer.text(text.as_bytes());
            let len = writer.finish(SeqId::new(0x2a), check).unwrap();
            let (body, digits) =
                core::str::from_utf8(&line[..len - 1]).unwrap().split_once(mark).unwrap();
            let checksum = Checksum::of(body.as_bytes());
            let value = if check == Check::Xor { checksum.xor() } else { checksum.sum() };
            assert_eq!(digits, format!("{value:02X}"), "{body}");
        }
    }
}

#[test]
fn a_line_of_ten_tokens_is_read_and_one_of_eleven_is_not() {
    let parse = |line: &str, sender| Frame::parse(line.as_bytes(), sender).map(|_| ());
    let nine = " 1".repeat(9);
    assert_eq!(parse(&format!("$XX{nine}"), Sender::Client), Ok(()));
    let eleven = Err(FrameError::TooManyTokens);
    assert_eq!(parse(&format!("$XX{nine} 1"), Sender::Client), eleven);
    assert_eq!(parse(&format!("$XX{nine} :01"), Sender::Client), eleven, "the id is a token");
    assert_eq!(parse(&format!("$OK{nine} 1 1"), Sender::Controller), Ok(()), "of a command only");
    assert_eq!(parse("$XX 1  2", Sender::Client), Err(FrameError::EmptyField));
    assert_eq!(parse("$XX 1 ", Sender::Client), Err(FrameError::EmptyField));
    assert_eq!(parse("$OK ", Sender::Controller), Ok(()));
}

#[test]
fn each_part_of_a_line_is_what_it_has_to_be() {
    use FrameError as E;
    let parse = |line: &[u8], sender| Frame::parse(line, sender).map(|_| ());
    for (line, error) in [
        (&b""[..], E::NoStart),
        (b"GS", E::NoStart),
        (b"$", E::Code),
        (b"$G", E::Code),
        (b"$gS", E::Code),
        (b"$Gs", E::Code),
        (b"$0S", E::Code),
        (b"$GSX", E::Code),
        (b"$GS 1\x7f", E::Byte),
        (b"$GS 1\x1f", E::Byte),
        (b"$GS 1$", E::Byte),
        (b"$GS 1234\x80", E::Byte),
        (b"$GS 1\x802345", E::Byte),
        (b"$GS 1$2345", E::Byte),
        (b"$GS ^1", E::ChecksumSyntax),
        (b"$GS^3", E::ChecksumSyntax),
        (b"$GS^3g", E::ChecksumSyntax),
        (b"$GS^3a", E::ChecksumSyntax),
        (b"$GS^^30", E::ChecksumSyntax),
        (b"$GS^31", E::Checksum { found: 0x31, computed: 0x30 }),
        (b"$GS*BF", E::Checksum { found: 0xbf, computed: 0xbe }),
        (b"$GS :00", E::SequenceId),
        (b"$GS :1", E::SequenceId),
        (b"$GS :0a", E::SequenceId),
        (b"$GS :001", E::SequenceId),
        (b"$GS :", E::SequenceId),
    ] {
        assert_eq!(parse(line, Sender::Client), Err(error), "{}", line.escape_ascii());
    }
    for line in [&b"$GS"[..], b"$G0", b"$GS^30", b"$GS*BE", b"$GS :FF", b"$GS :01 x", b"$XX 1~!"] {
        assert_eq!(parse(line, Sender::Client), Ok(()), "{}", line.escape_ascii());
    }
    assert_eq!(parse(b"$OK*BE", Sender::Controller), Err(E::ChecksumKind));
    let ids = |line: &[u8]| Frame::parse(line, Sender::Client).unwrap().seq();
    assert_eq!(ids(b"$GS :FF"), SeqId::new(255));
    assert_eq!(ids(b"$GS :01 x"), None, "an id stands at the end");
}

/// One byte in each place of a line of each length: the words of four bytes and what is left.
#[test]
fn every_byte_is_allowed_or_not_wherever_it_stands() {
    for byte in 0..=255_u8 {
        for length in 1..=9 {
            for place in 0..length {
                let mut line = b"$XX ".to_vec();
                line.resize(4 + length, b'1');
                line[4 + place] = byte;
                // Digits stand behind the mark if it is the third from the end: no checksum fits.
                let allowed = matches!(byte, b' '..=b'~') && !matches!(byte, b'$' | b'*' | b'^');
                let fine = Frame::parse(&line, Sender::Controller);
                let odd_id = byte == b':' && place == 0 && length != 3;
                assert_eq!(fine.is_ok(), allowed && !odd_id, "{}: {fine:?}", line.escape_ascii());
            }
        }
    }
}

#[test]
fn ids_go_round_without_zero() {
    assert_eq!(SeqId::new(0), None);
    assert_eq!(SeqId::FIRST.get(), 1);
    assert_eq!(SeqId::LAST.get(), 0xef);
    assert_eq!(SeqId::new(0xee).unwrap().next(), SeqId::LAST);
    for last in SeqId::LAST.get()..=u8::MAX {
        assert_eq!(SeqId::new(last).unwrap().next(), SeqId::FIRST);
    }
    let seeds: BTreeSet<u8> = (0..1_000).map(|seed| SeqId::from_seed(seed).get()).collect();
    assert_eq!(seeds, (1..=SeqId::LAST.get()).collect());
}

#[test]
fn the_decoder_knows_where_it_is() {
    let mut decoder = Decoder::<8>::default();
    assert_eq!(decoder.line(), Err(FrameError::NoStart));
    assert!(!decoder.is_mid_line());
    assert!(!decoder.push(b'x'), "outside of a line");
    assert!(!decoder.is_mid_line());
    assert_eq!(decoder.feed(b"$GS"), None);
    assert!(decoder.is_mid_line());
    assert_eq!(decoder.line(), Err(FrameError::NoStart), "it has not ended");
    assert_eq!(decoder.feed(b"\r$"), Some(1));
    assert!(!decoder.is_mid_line());
    assert_eq!(decoder.line(), Ok(&b"$GS"[..]));

    // A line that has begun is forgotten, and what follows is noise.
    assert_eq!(decoder.feed(b"$G"), None);
    decoder.reset();
    assert!(!decoder.is_mid_line());
    assert_eq!(decoder.feed(b"S\r"), None);
    assert_eq!((decoder.dropped().noise, decoder.dropped().cut), (3, 0));
    assert_eq!(decoder.feed(b"$GE\r"), Some(4));

    // Eight bytes fit, nine do not.
    assert_eq!(decoder.feed(b"$SC 1234\r"), Some(9));
    assert_eq!(decoder.line(), Ok(&b"$SC 1234"[..]));
    assert_eq!(decoder.feed(b"$SC 12345"), None);
    assert!(decoder.is_mid_line());
    assert_eq!(decoder.feed(b"\r"), Some(1));
    assert_eq!(decoder.line(), Err(FrameError::TooLong));
    assert_eq!(decoder.dropped().too_long, 1);
    assert_eq!(decoder.feed(b"$SC 123456$G$S"), None);
    assert_eq!((decoder.dropped().too_long, decoder.dropped().cut), (2, 1));

    // A decoder without room never has a line.
    let mut nothing = Decoder::<0>::new();
    assert_eq!(nothing.feed(b"$\r"), Some(2));
    assert_eq!(nothing.line(), Err(FrameError::TooLong));
}

#[test]
fn rapi_1_sends_a_space_behind_ok_when_nothing_follows_and_only_then() {
    let mut line = [0; 32];
    let mut sent = |dialect, amps| {
        let mut writer = Writer::new(&mut line, Code::OK);
        Option::<Amps>::encode(&amps, &mut writer);
        let len = writer.finish_reply(true, SeqId::new(1), dialect).unwrap();
        String::from_utf8(line[..len].to_vec()).unwrap()
    };
    assert_eq!(sent(Dialect::V1, None), "$OK \r");
    assert_eq!(sent(Dialect::V1, Some(Amps(6))), "$OK 6\r");
    assert_eq!(sent(Dialect::V2_1, None), "$OK^20\r");
    assert_eq!(sent(Dialect::V2_1, Some(Amps(6))), "$OK 6^36\r");
    assert_eq!(sent(Dialect::V3, None), "$OK :01^3B\r");
    let len = encode_rejected(None, Dialect::V1, &mut line).unwrap();
    assert_eq!(&line[..len], b"$NK \r");
    let len = encode_rejected(SeqId::new(5), Dialect::V3, &mut line).unwrap();
    assert_eq!(&line[..len], b"$NK :05^3E\r");
    let len = encode_reply(&BootLock::Refused, None, Dialect::V1, &mut line).unwrap();
    assert_eq!(&line[..len], b"$OK 1\r");
}

/// Whoever forwards an answer must not turn a refusal into an acceptance.
#[test]
fn an_answer_with_a_value_is_written_as_what_it_was_read_from() {
    for (sent, heard) in [
        ("$SC 32 V", "$NK 24^07\r"),
        ("$SC 16 V", "$OK 16^07\r"),
        ("$SY 165", "$NK 60 6 2^03\r"),
        ("$SY 165", "$OK 60 6 1^01\r"),
    ] {
        let command = Frame::parse(sent.as_bytes(), Sender::Client).unwrap();
        let command = AnyCommand::try_from(&command).unwrap();
        let body = heard.split('^').next().unwrap();
        let frame = Frame::parse(body.as_bytes(), Sender::Controller).unwrap();
        let response = command.decode_reply(&Reply::of(&frame).unwrap()).unwrap();
        assert_eq!(response.accepted(), heard.starts_with("$OK"), "{heard}");
        let mut line = [0; 32];
        let len = match response {
            AnyResponse::SetCurrent(answer) => {
                encode_reply(&answer, None, Dialect::V3, &mut line).unwrap()
            }
            AnyResponse::AcknowledgeHeartbeat(answer) => {
                encode_reply(&answer, None, Dialect::V3, &mut line).unwrap()
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(core::str::from_utf8(&line[..len]), Ok(heard));
    }
}

/// It is begun as an acceptance, and its checksum follows when it becomes a refusal.
#[test]
fn a_refusal_that_carries_a_value_is_written_so_that_it_can_be_read() {
    for amps in 0..=u8::MAX {
        let answer = CurrentSet { amps: Some(Amps(amps)), accepted: false };
        let mut line = [0; 32];
        let len = encode_reply(&answer, None, Dialect::V3, &mut line).unwrap();
        let frame = Frame::parse(&line[..len - 1], Sender::Controller).unwrap();
        assert_eq!(CurrentSet::decode(&Reply::of(&frame).unwrap()), Ok(answer));
    }
}

#[test]
fn firmware_before_4_3_2_sets_a_current_without_saying_which() {
    for line in ["$OK", "$OK ", "$OK^20"] {
        let frame = Frame::parse(line.as_bytes(), Sender::Controller).unwrap();
        let answer = CurrentSet::decode(&Reply::of(&frame).unwrap());
        assert_eq!(answer, Ok(CurrentSet { amps: None, accepted: true }), "{line}");
    }
}

#[test]
fn a_refusal_of_a_command_without_an_answer_is_no_acceptance() {
    let decode = |line: &str| {
        let frame = Frame::parse(line.as_bytes(), Sender::Controller).unwrap();
        <()>::decode(&Reply::of(&frame).unwrap())
    };
    assert_eq!(decode("$OK^20"), Ok(()));
    assert_eq!(decode("$OK 1 2"), Ok(()), "newer firmware may say more");
    assert_eq!(decode("$NK^21"), Err(rapi_core::ReplyError::Rejected));
    assert_eq!(decode("$NK 5"), Err(rapi_core::ReplyError::Rejected));
}
