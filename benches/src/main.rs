//! Operations for `instructions` to count: `rapi-benches OPERATION TIMES`.

use std::env;
use std::hint::black_box;
use std::process::ExitCode;

use rapi_core::commands::{SetCurrent, State};
use rapi_core::types::Amps;
use rapi_core::{Decoder, Dialect, Frame, Reply, Response, Sender, SeqId, encode_command};

/// The answer to `$GS :1F` while charging.
const LINE: &[u8] = b"$OK 03 12345 03 0240 :1F^7A\r";

fn state(frame: &Frame<'_>) -> Option<State> {
    if !frame.has_check_of(Dialect::V3) {
        return None;
    }
    State::decode(&Reply::of(frame)?).ok()
}

/// A line that lies in memory, to a typed value.
fn decode() -> bool {
    let Some((_, line)) = black_box(LINE).split_last() else { return false };
    let Ok(frame) = Frame::parse(line, Sender::Controller) else { return false };
    black_box(state(&frame)).is_some()
}

/// The same, received byte by byte.
fn decode_bytes() -> bool {
    let mut decoder = Decoder::<64>::new();
    for &byte in black_box(LINE) {
        if decoder.push(byte) {
            let Ok(frame) = decoder.frame(Sender::Controller) else { return false };
            return black_box(state(&frame)).is_some();
        }
    }
    false
}

fn encode() -> bool {
    let mut line = [0; 32];
    let command = black_box(SetCurrent { amps: Amps(16) });
    let len = encode_command(&command, black_box(SeqId::new(0x1f)), Dialect::V3, &mut line);
    black_box(&line);
    len.is_ok()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (operation, times): (fn() -> bool, _) = match arguments.as_slice() {
        [name, times] => match (name.as_str(), times.parse::<u32>()) {
            ("decode", Ok(times)) => (decode, times),
            ("decode-bytes", Ok(times)) => (decode_bytes, times),
            ("encode", Ok(times)) => (encode, times),
            _ => return usage(),
        },
        _ => return usage(),
    };
    // One that fails would be cheap.
    if (0..times).all(|_| black_box(operation)()) {
        ExitCode::SUCCESS
    } else {
        eprintln!("the operation failed");
        ExitCode::FAILURE
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: rapi-benches decode|decode-bytes|encode TIMES");
    ExitCode::from(2)
}
