//! The answer to a question for the state, four numbers, as others would send and take it, and what no
//! protocol can go below. `peers` beside it measures them.
#![cfg_attr(target_os = "none", no_std)]

use core::hint::black_box;

use at_commands::parser::CommandParser;
use atat::digest::ParseError;
use atat::{AtDigester, DigestResult, Digester, Parser};

/// What we send.
pub const RAPI: &[u8] = b"$OK 03 12345 03 0240 :1F^7A\r";
/// The same four numbers as an AT command's answer.
pub const AT: &[u8] = b"\r\n+GS: 3,12345,3,576\r\n\r\nOK\r\n";

/// The same four numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct State {
    evse: u8,
    elapsed: u32,
    pilot: u8,
    flags: u16,
}

pub const STATE: State = State { evse: 3, elapsed: 12_345, pilot: 3, flags: 0x0240 };

/// Binary, with COBS and its end, without a checksum.
pub const POSTCARD: &[u8] = &[7, 3, 185, 96, 3, 192, 4, 0];

/// Reads its numbers; nothing is checked.
#[inline(never)]
pub fn at_commands(line: &[u8]) -> Option<(i32, i32, i32, i32)> {
    CommandParser::parse(line)
        .expect_identifier(b"\r\n+GS: ")
        .expect_int_parameter()
        .expect_int_parameter()
        .expect_int_parameter()
        .expect_int_parameter()
        .expect_identifier(b"\r\n\r\nOK\r\n")
        .finish()
        .ok()
}

struct NoUrc;

impl Parser for NoUrc {
    fn parse(_: &[u8]) -> Result<(&[u8], usize), ParseError> {
        Err(ParseError::NoMatch)
    }
}

/// Finds the frame; numbers are not read.
#[inline(never)]
pub fn atat(line: &[u8]) -> Option<usize> {
    let mut digester = AtDigester::<NoUrc>::new();
    match digester.digest(line) {
        (DigestResult::Response(Ok(body)), _) => Some(body.len()),
        _ => None,
    }
}

#[inline(never)]
pub fn postcard(frame: &[u8]) -> Option<State> {
    // It decodes in place.
    let mut copy = [0; 16];
    let copy = copy.get_mut(..frame.len())?;
    copy.copy_from_slice(frame);
    postcard::from_bytes_cobs(copy).ok()
}

/// No verification can be cheaper than this one, byte by byte.
#[inline(never)]
pub fn xor(line: &[u8]) -> u8 {
    line.iter().fold(0, |sum, byte| black_box(sum ^ byte))
}

/// No reception can be cheaper.
#[inline(never)]
pub fn memcpy(line: &[u8]) -> [u8; 28] {
    let mut copy = [0; 28];
    if let Some(line) = line.get(..28) {
        copy.copy_from_slice(line);
    }
    copy
}

macro_rules! groups {
    ($($group:ident: $work:expr;)+) => {$(
        /// # Safety
        ///
        /// `line` and `len` are those of a slice.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $group(line: *const u8, len: usize) -> u32 {
            let work: fn(&[u8]) -> bool = $work;
            // SAFETY: see above.
            u32::from(work(unsafe { core::slice::from_raw_parts(line, len) }))
        }
    )+};
}

groups! {
    group_empty: |line| black_box(line).is_empty();
    group_at_commands: |line| black_box(at_commands(line)).is_some();
    group_atat: |line| black_box(atat(line)).is_some();
    group_postcard: |line| black_box(postcard(line)).is_some();
    group_xor: |line| black_box(xor(line)) == 0;
}

#[cfg(target_os = "none")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
