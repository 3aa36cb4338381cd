//! Any bytes in any chunks give the lines that a slow reader of the whole stream finds.
//!
//! Input: the number of chunk sizes (modulo 8), the sizes, the stream. The sizes repeat.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rapi_core::{
    AnyCommand, COMMANDS, Check, DecodeError, Decoder, Dialect, Frame, FrameError, Incoming, Sender,
};
use rapi_fuzz::{Input, oracle};

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let count = usize::from(input.u8() % 8);
    let sizes = input.take(count);
    let stream = input.rest();
    // What controllers take, what the client takes, and one that nearly everything overflows.
    check::<31>(sizes, stream);
    check::<64>(sizes, stream);
    check::<5>(sizes, stream);
});

type Line = Result<Vec<u8>, FrameError>;

fn check<const N: usize>(sizes: &[u8], stream: &[u8]) {
    let expected: Vec<Line> = oracle::lines(stream, N)
        .into_iter()
        .map(|line| line.map(<[u8]>::to_vec).ok_or(FrameError::TooLong))
        .collect();

    let mut single = Decoder::<N>::new();
    let mut found = Vec::new();
    for &byte in stream {
        if single.push(byte) {
            found.push(single.line().map(<[u8]>::to_vec));
            look_closer(&single);
        }
    }
    assert_eq!(found, expected);

    let mut chunked = Decoder::<N>::new();
    let mut found = Vec::new();
    for mut chunk in chunks(sizes, stream) {
        while let Some(taken) = chunked.feed(chunk) {
            chunk = &chunk[taken..];
            found.push(chunked.line().map(<[u8]>::to_vec));
        }
    }
    assert_eq!(found, expected);
    assert_eq!(chunked.dropped(), single.dropped());
    assert_eq!(chunked.is_mid_line(), single.is_mid_line());

    // Whatever it was, the next line is understood.
    assert_eq!(chunked.feed(b"$GS^\r"), (N >= 4).then_some(5));
    assert_eq!(chunked.line(), Ok(&b"$GS^"[..]));
}

fn chunks<'a>(sizes: &[u8], mut stream: &'a [u8]) -> Vec<&'a [u8]> {
    let mut chunks = Vec::new();
    let mut sizes = sizes.iter().cycle();
    while !stream.is_empty() {
        let size = sizes.next().map_or(stream.len(), |&size| usize::from(size).max(1));
        let (chunk, rest) = stream.split_at(size.min(stream.len()));
        chunks.push(chunk);
        stream = rest;
    }
    chunks
}

/// A frame is only what the slow reader agrees to.
fn look_closer<const N: usize>(decoder: &Decoder<N>) {
    let Ok(line) = decoder.line() else { return };
    for sender in [Sender::Client, Sender::Controller] {
        let Ok(frame) = decoder.frame(sender) else { continue };
        assert_eq!(Frame::parse(line, sender), Ok(frame));
        let marked = line.iter().any(|byte| matches!(byte, b'^' | b'*'));
        match frame.check() {
            Check::Xor => assert!(oracle::xor_verifies(line)),
            Check::Sum => assert!(oracle::sum_verifies(line) && sender == Sender::Client),
            Check::None => assert!(!marked),
        }
        for field in frame.fields() {
            assert!(field.iter().all(|byte| byte.is_ascii_graphic()));
        }
        let known = COMMANDS.iter().any(|info| info.code == frame.code());
        let command = AnyCommand::try_from(&frame);
        assert_eq!(command == Err(DecodeError::UnknownCode), !known);
        for dialect in Dialect::ALL {
            let _: Result<_, _> = Incoming::sort(&frame, dialect);
        }
    }
}
