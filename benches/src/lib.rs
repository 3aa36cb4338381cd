//! The operations that are measured.

use std::hint::black_box;

use rapi_core::commands::{SetCurrent, State};
use rapi_core::types::Amps;
use rapi_core::{Decoder, Dialect, Frame, Reply, Response, Sender, SeqId, encode_command};

/// The answer to `$GS :1F` while charging.
pub const LINE: &[u8] = b"$OK 03 12345 03 0240 :1F^7A\r";

fn state(frame: &Frame<'_>) -> Option<State> {
    if !frame.has_check_of(Dialect::V3) {
        return None;
    }
    State::decode(&Reply::of(frame)?).ok()
}

/// A line that lies in memory, to a typed value.
#[must_use]
pub fn decode() -> bool {
    let Some((_, line)) = black_box(LINE).split_last() else { return false };
    let Ok(frame) = Frame::parse(line, Sender::Controller) else { return false };
    black_box(state(&frame)).is_some()
}

/// The same, received byte by byte.
#[must_use]
pub fn decode_bytes() -> bool {
    let mut decoder = Decoder::<64>::new();
    for &byte in black_box(LINE) {
        if decoder.push(byte) {
            let Ok(frame) = decoder.frame(Sender::Controller) else { return false };
            return black_box(state(&frame)).is_some();
        }
    }
    false
}

/// `$SC 16 V` with an id, from a typed command.
#[must_use]
pub fn encode() -> bool {
    let mut line = [0; 32];
    let command = black_box(SetCurrent { amps: Amps(16) });
    let len = encode_command(&command, black_box(SeqId::new(0x1f)), Dialect::V3, &mut line);
    black_box(&line);
    len.is_ok()
}
