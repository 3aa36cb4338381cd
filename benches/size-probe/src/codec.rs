//! Encoding and decoding alone.

use core::hint::black_box;

use embedded_io::{Read, Write};
use rapi_core::commands::{CurrentSet, SetCurrent};
use rapi_core::types::Amps;
use rapi_core::{Decoder, Dialect, Reply, Response, Sender, SeqId, encode_command};

use crate::Wire;

/// One typed command: out, and its answer in. What lives as long as the program is a `static`.
#[unsafe(no_mangle)]
pub extern "C" fn group_core(amps: u8, id: u8) -> u32 {
    static mut LINE: [u8; 32] = [0; 32];
    static mut DECODER: Decoder = Decoder::new();
    // SAFETY: the group is called once, as the entry of a program is.
    let (line, decoder) = unsafe { (&mut *(&raw mut LINE), &mut *(&raw mut DECODER)) };
    let set = exchange(amps, SeqId::new(id), line, decoder);
    black_box(&set);
    u32::from(set.is_none())
}

fn exchange(
    amps: u8,
    id: Option<SeqId>,
    line: &mut [u8; 32],
    decoder: &mut Decoder,
) -> Option<CurrentSet> {
    let command = SetCurrent { amps: Amps(amps) };
    let len = encode_command(&command, id, Dialect::V3, line).ok()?;
    Wire.write(line.get(..len)?).ok()?;
    let mut byte = [0];
    loop {
        Wire.read(&mut byte).ok()?;
        if decoder.push(byte[0]) {
            let frame = decoder.frame(Sender::Controller).ok()?;
            return CurrentSet::decode(&Reply::of(&frame)?).ok();
        }
    }
}
