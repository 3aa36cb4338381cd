//! Encoding and decoding alone.

use core::hint::black_box;

use embedded_io::{Read, Write};
use rapi_core::commands::{CurrentSet, SetCurrent};
use rapi_core::types::Amps;
use rapi_core::{Decoder, Dialect, Reply, Response, Sender, SeqId, encode_command};

use crate::Wire;

/// One typed command: out, and its answer in.
#[unsafe(no_mangle)]
pub extern "C" fn group_core(amps: u8, id: u8) -> u32 {
    let mut line = [0; 32];
    let command = SetCurrent { amps: Amps(amps) };
    let Ok(len) = encode_command(&command, SeqId::new(id), Dialect::V3, &mut line) else {
        return 1;
    };
    if Wire.write(line.get(..len).unwrap_or_default()).is_err() {
        return 2;
    }
    let mut decoder = Decoder::<64>::new();
    let mut byte = [0];
    while Wire.read(&mut byte).is_ok() {
        if !decoder.push(byte[0]) {
            continue;
        }
        let Ok(frame) = decoder.frame(Sender::Controller) else { return 3 };
        let Some(reply) = Reply::of(&frame) else { return 4 };
        let Ok(set) = CurrentSet::decode(&reply) else { return 5 };
        black_box(&set);
        return 0;
    }
    6
}
