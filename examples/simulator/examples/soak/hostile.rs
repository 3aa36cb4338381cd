//! Bytes as a hostile client sends them.

use fastrand::Rng;
use rapi_core::{COMMANDS, Checksum};

/// Bytes that mean something to a controller.
const MARKS: &[u8] = b"$\r\n\0^*: -0\xff";

/// Noise, beginnings of commands, commands with and without checksum and id, words that are none,
/// and lines without an end.
pub fn bytes(random: &mut Rng) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..random.usize(1..12) {
        match random.u8(..10) {
            0 => bytes.extend((0..random.usize(..200)).map(|_| random.u8(..))),
            1 => bytes.push(mark(random)),
            2 => bytes.extend(format!(" {}", random.i64(..)).bytes()),
            3 => bytes.extend([b'9'; 64]),
            4 => bytes.extend(
                random.choice(COMMANDS).map_or(&b""[..], |row| row.example.sent.as_bytes()),
            ),
            5 => bytes.extend(vec![random.u8(..) | 0x20; random.usize(..20_000)]),
            _ => bytes.extend(command(random)),
        }
    }
    bytes
}

fn mark(random: &mut Rng) -> u8 {
    random.choice(MARKS).copied().unwrap_or(b'$')
}

/// A line that a controller looks at, mostly.
fn command(random: &mut Rng) -> Vec<u8> {
    let code = random.choice(COMMANDS).map_or([b'G', b'V'], |row| row.code.to_bytes());
    let mut line = vec![b'$'];
    line.extend(code);
    for _ in 0..random.usize(..6) {
        line.extend(b" ");
        match random.u8(..8) {
            0 => line.push(random.u8(b'A'..=b'Z')),
            1 => line.extend(format!("-{}", random.u16(..)).bytes()),
            2 => line.push(mark(random)),
            3 => {}
            4 => line.extend(format!("{}", random.u32(..)).bytes()),
            _ => line.extend(format!("{}", random.u8(..)).bytes()),
        }
    }
    if random.bool() {
        line.extend(format!(" :{:02X}", random.u8(..)).bytes());
    }
    let check = Checksum::of(&line);
    match random.u8(..4) {
        0 => line.extend(format!("*{:02X}", check.sum()).bytes()),
        1 => line.extend(format!("^{:02X}", random.u8(..)).bytes()),
        2 => {}
        _ => line.extend(format!("^{:02X}", check.xor()).bytes()),
    }
    if random.u8(..8) > 0 {
        line.push(b'\r');
    }
    line
}
