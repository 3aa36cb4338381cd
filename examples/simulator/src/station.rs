//! Controller, car and serial line together, without I/O.

use std::collections::VecDeque;

use rapi_core::commands::SetClock;
use rapi_core::{Dialect, MAX_COMMAND_LEN};
use rapi_server::{MAX_REPLY_LEN, Policy, Responder};

use crate::controller::Controller;
use crate::pilot::Debounced;
use crate::{CAR_HELP, Firmware, Vehicle, Word};

/// How long things take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Timing {
    /// No longer than they must.
    #[default]
    Fast,
    /// As long as they were measured to take: boot, debouncing, self test, replies.
    Real,
}

/// What station to simulate.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// The firmware.
    pub firmware: Firmware,
    /// How long things take.
    pub timing: Timing,
    /// What its clock says at the start.
    pub clock: SetClock,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            firmware: Firmware::LATEST,
            timing: Timing::Fast,
            clock: SetClock { year: 24, month: 1, day: 1, hour: 0, minute: 0, second: 0 },
        }
    }
}

/// How often the station looks at itself when nothing else happens.
const TURN_MS: u64 = 250;

/// A station: bytes of a client in, bytes for it out, by a clock of the caller that counts
/// milliseconds from the power-on and never goes back.
#[derive(Debug)]
pub struct Station {
    controller: Controller,
    vehicle: Vehicle,
    pilot: Debounced,
    responder: Responder<MAX_COMMAND_LEN>,
    timing: Timing,
    now_ms: u64,
    /// Lines on their way out, and when they leave.
    outgoing: VecDeque<(u64, Vec<u8>)>,
    /// Deaf and dumb until then: boot.
    booted_at_ms: u64,
}

impl Station {
    /// Switches a station on at time 0.
    #[must_use]
    pub fn new(config: Config) -> Self {
        // Real controllers execute commands without a checksum.
        let policy = Policy::new(Dialect::V3).with_unchecked_commands(true);
        let mut station = Self {
            controller: Controller::new(config.firmware, config.clock),
            vehicle: Vehicle::default(),
            pilot: Debounced::new(),
            responder: Responder::new(policy),
            timing: config.timing,
            now_ms: 0,
            outgoing: VecDeque::new(),
            booted_at_ms: 0,
        };
        station.boot();
        station
    }

    /// Takes bytes of a client and returns what is to be sent now.
    pub fn receive(&mut self, bytes: &[u8], now_ms: u64) -> Vec<u8> {
        self.advance(now_ms);
        let mut out = [0; MAX_REPLY_LEN];
        for &byte in bytes {
            if self.now_ms < self.booted_at_ms {
                break;
            }
            if self.controller.echoes() {
                self.send(vec![byte], 0);
            }
            let len = self.responder.push(byte, &mut self.controller, &mut out);
            if byte == b'\r' {
                let mut reply = self.controller.take_text();
                reply.extend_from_slice(&out[..len]);
                if len > 0 && self.controller.echoes() {
                    reply.push(b'\n');
                }
                self.send(reply, self.reply_ms());
                // What a command changes is told right behind its reply.
                self.turn();
            }
            if self.controller.wants_restart() {
                self.boot();
            }
        }
        self.due()
    }

    /// Lets time pass and returns what is to be sent now.
    pub fn poll(&mut self, now_ms: u64) -> Vec<u8> {
        self.advance(now_ms);
        self.due()
    }

    /// When to [`poll`](Self::poll) again, at the latest.
    #[must_use]
    pub fn next_poll(&self) -> u64 {
        let leaves = self.outgoing.front().map(|(due, _)| *due);
        [leaves, self.pilot.due()].into_iter().flatten().fold(self.now_ms + TURN_MS, u64::min)
    }

    /// Does what a person says in a word of [`CAR_HELP`](crate::CAR_HELP) that changes something;
    /// the answer is for that person.
    ///
    /// # Errors
    ///
    /// A sentence that says what to do instead.
    pub fn car(&mut self, word: &str, now_ms: u64) -> Result<String, String> {
        match word.parse()? {
            Word::Command(command, done) => {
                self.command(&command, now_ms)?;
                Ok(done.to_owned())
            }
            Word::Help => Ok(CAR_HELP.to_owned()),
            Word::Status => Ok(self.controller.state().to_string()),
        }
    }

    /// Returns the controller, to look at.
    #[must_use]
    pub const fn controller(&self) -> &Controller {
        &self.controller
    }

    pub(crate) const fn vehicle_mut(&mut self) -> &mut Vehicle {
        &mut self.vehicle
    }

    pub(crate) fn boot(&mut self) {
        self.controller.boot();
        self.responder.reset();
        self.pilot = Debounced::new();
        // What has left before the restart is on the line.
        self.outgoing.retain(|(due, _)| *due <= self.now_ms);
        let (logo, post) = match self.timing {
            Timing::Fast => (0, 0),
            Timing::Real => (2255, 4615),
        };
        self.send(b"\nrelayCloseMs: 100\r\nrelayHoldPwm: 255\r\n".to_vec(), logo);
        let [first, booted] = self.controller.boot_notifications();
        let mut out = [0; MAX_REPLY_LEN];
        for (notification, delay) in [(first, logo), (booted, post)] {
            let len = self.responder.notify(&notification, &mut out);
            self.send(out[..len].to_vec(), delay);
        }
        self.booted_at_ms = self.now_ms + post;
    }

    pub(crate) fn advance(&mut self, now_ms: u64) {
        while self.now_ms < now_ms {
            let next = self.now_ms + (now_ms - self.now_ms).min(TURN_MS);
            let elapsed = next - self.now_ms;
            self.now_ms = next;
            self.step(elapsed);
        }
    }

    pub(crate) fn turn(&mut self) {
        self.step(0);
    }

    fn step(&mut self, elapsed_ms: u64) {
        if self.now_ms < self.booted_at_ms {
            return;
        }
        let real = self.timing == Timing::Real;
        let pilot = self.pilot.look(self.vehicle.pilot(), self.now_ms, real);
        self.controller.step(elapsed_ms, &self.vehicle, pilot);
        if let Some(notification) = self.controller.notification() {
            let mut out = [0; MAX_REPLY_LEN];
            let len = self.responder.notify(&notification, &mut out);
            self.send(out[..len].to_vec(), self.reply_ms());
        }
    }

    /// The median of what was measured in states A and B.
    const fn reply_ms(&self) -> u64 {
        match self.timing {
            Timing::Fast => 0,
            Timing::Real => 12,
        }
    }

    fn send(&mut self, line: Vec<u8>, delay_ms: u64) {
        if !line.is_empty() {
            self.outgoing.push_back((self.now_ms + delay_ms, line));
        }
    }

    fn due(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        while self.outgoing.front().is_some_and(|(due, _)| *due <= self.now_ms) {
            bytes.extend(self.outgoing.pop_front().map(|(_, line)| line).unwrap_or_default());
        }
        bytes
    }
}
