//! The serial line of a real controller: a small buffer that is emptied once a turn of the main
//! loop, and one byte after the other.

use std::collections::VecDeque;

use rapi_core::types::EvseState;

use crate::Controller;

/// What the buffer of the UART holds; what comes then is lost.
const BUFFER: usize = 63;

/// A byte takes so long at 115,200 baud, as the divider of the chip has it, in microseconds.
const BYTE_US: u64 = 85;

/// Bytes on their way in and out.
#[derive(Debug, Default)]
pub(super) struct Line {
    incoming: VecDeque<u8>,
    /// When the main loop comes to them.
    turn: Option<u64>,
    outgoing: VecDeque<(u64, Vec<u8>)>,
    /// Until then the wire is busy with what was sent, in microseconds.
    wire_free_us: u64,
}

impl Line {
    /// Puts bytes into the buffer that nobody has read yet.
    pub(super) fn hold(&mut self, bytes: &[u8]) {
        let room = BUFFER - self.incoming.len().min(BUFFER);
        self.incoming.extend(bytes.iter().take(room));
    }

    /// Takes all that has come.
    pub(super) fn take_incoming(&mut self) -> Vec<u8> {
        self.turn = None;
        self.incoming.drain(..).collect()
    }

    pub(super) fn is_waiting(&self) -> bool {
        !self.incoming.is_empty()
    }

    /// Says when the bytes in the buffer will be read, unless that is settled.
    pub(super) fn settle(&mut self, turn: u64) {
        self.turn.get_or_insert(turn);
    }

    pub(super) const fn turn(&self) -> Option<u64> {
        self.turn
    }

    /// Sends bytes at a time, or when the wire is free.
    pub(super) fn send(&mut self, bytes: Vec<u8>, at_ms: u64) {
        if bytes.is_empty() {
            return;
        }
        let begin = self.wire_free_us.max(at_ms * 1000);
        self.wire_free_us = begin + BYTE_US * bytes.len() as u64;
        self.outgoing.push_back((begin / 1000, bytes));
    }

    /// Sends bytes at a time, however many are before them.
    pub(super) fn send_at_once(&mut self, bytes: Vec<u8>, at_ms: u64) {
        if !bytes.is_empty() {
            self.outgoing.push_back((at_ms, bytes));
        }
    }

    /// Takes what has left until now.
    pub(super) fn due(&mut self, now_ms: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        while self.outgoing.front().is_some_and(|(due, _)| *due <= now_ms) {
            bytes.extend(self.outgoing.pop_front().map(|(_, line)| line).unwrap_or_default());
        }
        bytes
    }

    pub(super) fn next_due(&self) -> Option<u64> {
        self.outgoing.front().map(|(due, _)| *due)
    }

    /// A reset: what has not left is lost, and what was not read too.
    pub(super) fn reset(&mut self, now_ms: u64) {
        self.outgoing.retain(|(due, _)| *due <= now_ms);
        self.incoming.clear();
        self.turn = None;
    }
}

/// How long a turn of the main loop takes, in milliseconds: the pilot is read for longer while it
/// oscillates, and the ammeter while the relay is closed.
pub(super) fn turn_ms(controller: &Controller) -> u64 {
    if controller.only_listens() {
        return 1;
    }
    match controller.state() {
        EvseState::Sleeping | EvseState::Disabled => 2,
        EvseState::Charging => 30,
        _ => 19,
    }
}

/// What a command takes beyond a turn, in milliseconds: those that draw on the display.
pub(super) fn extra_ms(line: &[u8]) -> u64 {
    match line {
        [b'S', b'C' | b'L' | b'0', ..]
        | [b'S', b'T', b' ', ..]
        | [b'F', b'0', b' ', b'1'..=b'~', ..] => 18,
        [b'F', b'P', ..] => line.len() as u64 / 3,
        _ => 1,
    }
}
