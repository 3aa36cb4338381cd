//! Counts instructions and stack of one operation on an emulated Cortex-M: `benches/instructions`
//! runs it.
//!
//! The code is that of a Cortex-M0 (thumbv6m). QEMU's `-icount shift=0` lets one instruction take
//! one nanosecond, and its SysTick counts 25 MHz: 40 instructions.
#![no_std]
#![cfg_attr(feature = "client", allow(dead_code, reason = "the others are built by themselves"))]

#[cfg(feature = "client")]
mod client;

use core::arch::asm;
use core::hint::black_box;
use core::panic::PanicInfo;
use core::ptr;

use rapi_core::commands::{SetCurrent, State};
use rapi_core::types::Amps;
use rapi_core::{Decoder, Dialect, Frame, Reply, Response, Sender, SeqId, Writer, encode_command};
use rapi_divert::{
    Config, Divert, EvseStatus, Feed, Measurement, MilliAmps, Millis, Mode, Preset, Wanted, Watts,
};

const TIMES: u32 = 2_000;
const INSTRUCTIONS_PER_TICK: u32 = 40;
/// How much of the stack is looked at.
const STACK_WORDS: usize = 512;

/// The answer to `$GS :1F` while charging.
const LINE: &[u8] = b"$OK 03 12345 03 0240 :1F^7A\r";

#[cfg(feature = "client")]
const OPERATIONS: [(&str, fn() -> bool); 1] = [("client", client::ask)];
#[cfg(not(feature = "client"))]
const OPERATIONS: [(&str, fn() -> bool); 5] = [
    ("verify-bytes", verify_bytes),
    ("decode-bytes", decode_bytes),
    ("decode", decode),
    ("encode", encode),
    ("divert", divert),
];

/// The decoder of a program that runs for years: it is not made anew for each line.
fn decoder() -> &'static mut Decoder<64> {
    static mut DECODER: Decoder<64> = Decoder::new();
    // SAFETY: nothing here is interrupted, and each operation asks once.
    unsafe { &mut *(&raw mut DECODER) }
}

/// Received byte by byte, taken apart and verified.
fn verify_bytes() -> bool {
    let decoder = decoder();
    black_box(LINE).iter().any(|&byte| decoder.push(byte))
        && black_box(decoder.frame(Sender::Controller)).is_ok()
}

fn state(frame: &Frame<'_>) -> bool {
    frame.has_check_of(Dialect::V3)
        && Reply::of(frame).is_some_and(|reply| black_box(State::decode(&reply)).is_ok())
}

/// The same, and decoded to a typed value.
fn decode_bytes() -> bool {
    let decoder = decoder();
    black_box(LINE).iter().any(|&byte| decoder.push(byte))
        && decoder.frame(Sender::Controller).is_ok_and(|frame| state(&frame))
}

/// A line that lies in memory, to a typed value.
fn decode() -> bool {
    let Some((_, line)) = black_box(LINE).split_last() else { return false };
    Frame::parse(line, Sender::Controller).is_ok_and(|frame| state(&frame))
}

fn encode() -> bool {
    let mut line = [0; 32];
    let command = black_box(SetCurrent { amps: Amps(16) });
    let len = encode_command(&command, black_box(SeqId::new(0x1f)), Dialect::V3, &mut line);
    black_box(&line);
    len.is_ok()
}

/// A step of the solar divert with a new reading, while the car charges and has just changed its current.
fn divert() -> bool {
    static mut DIVERT: Divert = match Divert::new(Config::preset(Preset::Balanced)) {
        Ok(divert) => divert,
        Err(_) => panic!(),
    };
    static mut STEPS: u32 = 0;
    // SAFETY: nothing here is interrupted.
    let (divert, steps) = unsafe { (&mut *(&raw mut DIVERT), &mut *(&raw mut STEPS)) };
    *steps += 1;
    let now = Millis(*steps * 10_000);
    // The car is never quite steady: the delay of the meter is looked for at each reading.
    let current = MilliAmps(if *steps % 2 == 0 { 9_900 } else { 10_200 });
    let power = Watts(-500 - (*steps % 64) as i32 * 4);
    let measurement = Measurement::new(Mode::Eco, EvseStatus::Charging, rapi_divert::Amps(32))
        .with_feed(Feed::Grid { power, sampled_at: now })
        .with_ev_current(current);
    let decision = divert.step(now, black_box(&measurement));
    black_box(&decision).state == Wanted::Charge
}

fn nothing() -> bool {
    black_box(true)
}

#[unsafe(link_section = ".vectors")]
#[used]
static VECTORS: (u32, extern "C" fn() -> !) = (0x2001_0000, reset);

#[unsafe(no_mangle)]
extern "C" fn reset() -> ! {
    start_timer();
    let empty = count(nothing).unwrap_or(0);
    for (name, operation) in OPERATIONS {
        match count(operation) {
            Some(instructions) => {
                let stack = stack_of(operation).wrapping_sub(stack_of(nothing));
                say(name, instructions.wrapping_sub(empty), stack);
            }
            // One that fails would be cheap.
            None => say("failed", 0, 0),
        }
    }
    call_host(0x18, 0x2_0026); // SYS_EXIT, ADP_Stopped_ApplicationExit
    loop {}
}

fn count(operation: fn() -> bool) -> Option<u32> {
    let operation = black_box(operation);
    let begin = timer();
    for _ in 0..TIMES {
        if !operation() {
            return None;
        }
    }
    // It counts down, in 24 bits.
    let ticks = begin.wrapping_sub(timer()) & 0x00ff_ffff;
    Some(ticks * INSTRUCTIONS_PER_TICK / TIMES)
}

/// Paints the stack below, and looks how far down the paint is gone.
#[inline(never)]
fn stack_of(operation: fn() -> bool) -> u32 {
    const PAINT: u32 = 0xa5a5_a5a5;
    let here = stack_pointer() as *mut u32;
    // Not what this function itself still pushes.
    let below = |word: usize| here.wrapping_sub(word + 16);
    for word in 0..STACK_WORDS {
        // SAFETY: this part of the stack is not in use.
        unsafe { ptr::write_volatile(below(word), PAINT) };
    }
    black_box(operation)();
    // SAFETY: as above.
    let is_used = |word: &usize| unsafe { ptr::read_volatile(below(*word)) } != PAINT;
    let used = (0..STACK_WORDS).rev().find(is_used).map_or(0, |word| word + 1);
    (used * 4) as u32
}

#[inline(always)]
fn stack_pointer() -> usize {
    let pointer;
    // SAFETY: reads a register.
    unsafe { asm!("mov {}, sp", out(reg) pointer) };
    pointer
}

fn start_timer() {
    // SAFETY: the registers of the SysTick timer.
    unsafe {
        ptr::write_volatile(0xe000_e014 as *mut u32, 0x00ff_ffff);
        ptr::write_volatile(0xe000_e018 as *mut u32, 0);
        ptr::write_volatile(0xe000_e010 as *mut u32, 5);
    }
}

fn timer() -> u32 {
    // SAFETY: as above.
    unsafe { ptr::read_volatile(0xe000_e018 as *const u32) }
}

fn say(name: &str, instructions: u32, stack: u32) {
    let mut line = [0; 32];
    let mut writer = Writer::new(&mut line, rapi_core::Code::new(*b"M0"));
    writer.text(name.as_bytes());
    writer.decimal(instructions);
    writer.decimal(stack);
    if writer.finish(None, rapi_core::Check::None).is_ok() {
        for byte in line.iter_mut().filter(|byte| **byte == b'\r') {
            *byte = b'\n';
        }
        call_host(0x04, line.as_ptr() as u32); // SYS_WRITE0
    }
}

fn call_host(operation: u32, argument: u32) {
    // SAFETY: semihosting; QEMU answers in r0.
    unsafe { asm!("bkpt 0xab", inout("r0") operation => _, in("r1") argument) };
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    say("panicked", 0, 0);
    call_host(0x18, 0x2_0026);
    loop {}
}
