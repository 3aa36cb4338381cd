//! Everything that real controllers sent, fed to the decoder.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use proptest::prelude::*;
use rapi_core::{Decoder, Dialect, Incoming, Sender};
use rapi_fixtures::{Exchange, recordings};

/// A slow, obvious reader: what lies between the last `$` before a CR and that CR.
fn lines_of(stream: &[u8]) -> Vec<Vec<u8>> {
    stream
        .split_inclusive(|&byte| byte == b'\r')
        .filter_map(|piece| {
            let line = piece.strip_suffix(b"\r")?;
            let start = line.iter().rposition(|&byte| byte == b'$')?;
            Some(line[start..].to_vec())
        })
        .collect()
}

fn decode<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<Vec<u8>> {
    let mut decoder = Decoder::<64>::new();
    let mut lines = Vec::new();
    for mut chunk in chunks {
        while let Some(used) = decoder.feed(chunk) {
            lines.push(decoder.line().expect("no line is longer than 64 bytes").to_vec());
            decoder.frame(Sender::Controller).unwrap_or_else(|error| {
                panic!("{:?}: {error}", String::from_utf8_lossy(decoder.line().unwrap()))
            });
            chunk = &chunk[used..];
        }
    }
    assert_eq!(decoder.dropped().too_long, 0);
    lines
}

fn all() -> impl Iterator<Item = Exchange> {
    recordings().into_iter().flat_map(|(_, _, exchanges)| exchanges)
}

#[test]
fn every_line_of_every_recording_is_a_frame_in_one_piece_and_byte_by_byte() {
    let mut count = 0;
    for exchange in all() {
        let expected = lines_of(&exchange.recv);
        assert_eq!(decode([&exchange.recv[..]]), expected, "{}", exchange.place);
        assert_eq!(decode(exchange.recv.chunks(1)), expected, "{}", exchange.place);
        count += expected.len();
    }
    // A check that the fixtures are not empty and the slow reader is not blind.
    assert!(count > 2500, "{count} lines");
}

#[test]
fn what_is_no_rapi_is_skipped_and_counted() {
    let boot = b"\nrelayCloseMs: 100\r\nrelayHoldPwm: 255\r\n$AT 00 00 0 4200^07\r";
    let mut decoder = Decoder::<64>::new();
    assert_eq!(decoder.feed(boot), Some(boot.len()));
    assert_eq!(decoder.line(), Ok(&b"$AT 00 00 0 4200^07"[..]));
    assert_eq!(decoder.dropped().noise, 39);
    assert_eq!(decode([&b"wflags101$OK \r"[..]]), [b"$OK ".to_vec()]);
}

#[test]
fn every_frame_is_a_reply_a_notification_or_in_echo_mode_our_own_command() {
    for (version, _, exchanges) in recordings() {
        let dialect = if version == "3.7.8" { Dialect::V1 } else { Dialect::V3 };
        for exchange in exchanges {
            for line in lines_of(&exchange.recv) {
                let frame = rapi_core::Frame::parse(&line, Sender::Controller).unwrap();
                let incoming = Incoming::sort(&frame, dialect)
                    .unwrap_or_else(|error| panic!("{}: {error:?}", exchange.place));
                if let Incoming::Other(code) = incoming {
                    assert!(
                        exchange.send.starts_with(&line),
                        "{}: {code} is no echo",
                        exchange.place
                    );
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_lines_do_not_depend_on_the_chunks(sizes in prop::collection::vec(1_usize..40, 1..200)) {
        let stream: Vec<u8> = all().flat_map(|exchange| exchange.recv).collect();
        let mut rest = &stream[..];
        let chunks = sizes.iter().cycle().map_while(|&size| {
            if rest.is_empty() {
                return None;
            }
            let (chunk, tail) = rest.split_at(size.min(rest.len()));
            rest = tail;
            Some(chunk)
        });
        prop_assert_eq!(decode(chunks), lines_of(&stream));
    }
}
