//! What is done to a station by others than its client.

use rapi_core::commands::SetClock;

use super::Station;
use crate::{Board, Vehicle};

impl Station {
    /// Changes the car and what the station is wired to.
    pub fn arrange(&mut self, now_ms: u64, change: impl FnOnce(&mut Vehicle, &mut Board)) {
        self.advance(now_ms);
        change(&mut self.vehicle, &mut self.board);
        self.turn();
    }

    /// Presses the button and lets it go after so many milliseconds.
    pub fn press(&mut self, now_ms: u64, hold_ms: u64) {
        self.arrange(now_ms, |_, board| board.button = true);
        self.release_at = Some(self.now_ms + hold_ms);
    }

    /// Sets the clock, as a person would.
    pub fn set_clock(&mut self, now_ms: u64, clock: SetClock) {
        self.advance(now_ms);
        self.controller.set_clock_chip(clock);
        self.turn();
    }

    /// Switches the power off and on again.
    pub fn power_cycle(&mut self, now_ms: u64) {
        self.advance(now_ms);
        self.line.reset(self.now_ms);
        self.responder.reset();
        self.controller.switch_on_after(0);
        self.turn();
    }
}
