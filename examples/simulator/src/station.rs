//! Controller, car and serial line together, without I/O.

mod line;
mod outside;

use rapi_core::commands::SetClock;
use rapi_server::MAX_REPLY_LEN;
use rapi_server::firmware::Responder;

use crate::controller::{Controller, Delays, Eeprom, Said};
use crate::{Board, CAR_HELP, Firmware, Vehicle, Word};
use line::Line;

/// How long things take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Timing {
    /// No longer than they must.
    #[default]
    Fast,
    /// As long as they were measured to take: boot, debouncing, self test, replies; and bytes that
    /// come too fast are lost.
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
    /// What is in its EEPROM; a new one if `None`.
    pub eeprom: Option<Eeprom>,
    /// What it is wired to.
    pub board: Board,
    /// The car.
    pub vehicle: Vehicle,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            firmware: Firmware::LATEST,
            timing: Timing::Fast,
            clock: SetClock { year: 24, month: 1, day: 1, hour: 0, minute: 0, second: 0 },
            eeprom: None,
            board: Board::default(),
            vehicle: Vehicle::default(),
        }
    }
}

/// How often the station looks at itself when nothing else happens.
const TURN_MS: u64 = 250;
/// In one moment not more than so many things follow from each other.
const CHAIN: usize = 8;
/// A restart waits so long for a car that draws.
const RESTART_WAITS_MS: u64 = 3000;

/// A station: bytes of a client in, bytes for it out, by a clock of the caller that counts
/// milliseconds from the power-on and never goes back.
#[derive(Debug)]
pub struct Station {
    controller: Controller,
    vehicle: Vehicle,
    board: Board,
    responder: Responder,
    line: Line,
    /// What of a line has come, without `$`: only how long it takes depends on it.
    command: Vec<u8>,
    timing: Timing,
    now_ms: u64,
    /// When the button is let go.
    release_at: Option<u64>,
}

impl Station {
    /// Switches a station on at time 0.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let Config { firmware, timing, clock, eeprom, board, vehicle } = config;
        let eeprom = eeprom.unwrap_or_else(|| Eeprom::blank(firmware));
        let delays = match timing {
            Timing::Fast => Delays::NONE,
            Timing::Real => Delays::of(firmware),
        };
        let mut station = Self {
            controller: Controller::with_delays(firmware, eeprom, clock, delays),
            vehicle,
            board,
            responder: Responder::new(firmware.habits()),
            line: Line::default(),
            command: Vec::new(),
            timing,
            now_ms: 0,
            release_at: None,
        };
        station.turn();
        station
    }

    /// Takes bytes of a client and returns what is to be sent now.
    pub fn receive(&mut self, bytes: &[u8], now_ms: u64) -> Vec<u8> {
        self.advance(now_ms);
        if self.timing == Timing::Real || self.controller.is_booting() {
            if !self.is_deaf() {
                self.line.hold(bytes);
                self.settle();
            }
        } else {
            for &byte in bytes {
                self.take(byte);
            }
        }
        self.line.due(self.now_ms)
    }

    /// Lets time pass and returns what is to be sent now.
    pub fn poll(&mut self, now_ms: u64) -> Vec<u8> {
        self.advance(now_ms);
        self.line.due(self.now_ms)
    }

    /// When to [`poll`](Self::poll) again, at the latest.
    #[must_use]
    pub fn next_poll(&self) -> u64 {
        let horizon = self.now_ms + self.controller.horizon(1000);
        [self.line.next_due(), self.line.turn(), self.release_at]
            .into_iter()
            .flatten()
            .fold(horizon, u64::min)
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

    /// Returns the car, to look at.
    #[must_use]
    pub const fn vehicle(&self) -> &Vehicle {
        &self.vehicle
    }

    /// Returns what the station is wired to, to look at.
    #[must_use]
    pub const fn board(&self) -> &Board {
        &self.board
    }

    /// One byte for the controller.
    fn take(&mut self, byte: u8) {
        let mut out = [0; MAX_REPLY_LEN];
        let answer = self.responder.push(byte, &mut self.controller, &mut out);
        if let Some(echo) = answer.echo {
            self.send(vec![echo], self.now_ms);
        }
        if !answer.line {
            self.note(byte);
            return;
        }
        let at = self.now_ms.max(self.controller.busy_until()) + self.extra_ms();
        // Of its own accord it says something before the reply, if at all.
        self.say(at);
        self.send(out[..answer.len].to_vec(), at);
        if self.controller.wants_restart() {
            self.restart();
        }
        // What a command changes is told right behind its reply.
        self.turn_at(at);
    }

    /// Keeps the code and the first argument of a line.
    fn note(&mut self, byte: u8) {
        if byte == b'$' {
            self.command.clear();
        } else if self.command.len() < 40 {
            self.command.push(byte);
        }
    }

    fn extra_ms(&self) -> u64 {
        match self.timing {
            Timing::Fast => 0,
            Timing::Real => line::extra_ms(&self.command),
        }
    }

    fn restart(&mut self) {
        let delays = match self.timing {
            Timing::Fast => 0,
            Timing::Real => {
                let waits =
                    if self.controller.flags().relay_closed() { RESTART_WAITS_MS } else { 0 };
                Delays::of(self.controller.firmware()).reset + waits
            }
        };
        self.line.reset(self.now_ms);
        self.responder.reset();
        self.controller.switch_on_after(delays);
    }

    /// Whether what comes now is lost.
    fn is_deaf(&self) -> bool {
        let deaf = self.controller.deaf_ms();
        self.controller.began_booting().is_some_and(|began| self.now_ms < began + deaf)
    }

    fn advance(&mut self, now_ms: u64) {
        while self.now_ms < now_ms {
            let mut step = self.controller.horizon(TURN_MS).min(now_ms - self.now_ms);
            if let Some(turn) = self.line.turn() {
                step = step.min(turn.saturating_sub(self.now_ms).max(1));
            }
            if let Some(release) = self.release_at {
                step = step.min(release.saturating_sub(self.now_ms).max(1));
            }
            self.now_ms += step;
            if self.release_at.is_some_and(|release| release <= self.now_ms) {
                self.release_at = None;
                self.board.button = false;
            }
            self.controller.step(step, &self.board, &mut self.vehicle);
            self.turn();
            self.read_line();
        }
    }

    /// The main loop comes to the line.
    fn read_line(&mut self) {
        if self.line.is_waiting() {
            self.settle();
        }
        if self.line.turn().is_some_and(|turn| turn <= self.now_ms) && !self.is_busy() {
            for byte in self.line.take_incoming() {
                self.take(byte);
            }
        }
    }

    fn is_busy(&self) -> bool {
        self.controller.is_booting() || self.controller.busy_until() > self.now_ms
    }

    /// Settles when the bytes in the buffer are read: in the next turn of the main loop.
    fn settle(&mut self) {
        if self.controller.is_booting() {
            return;
        }
        let turn = line::turn_ms(&self.controller);
        let next = (self.now_ms / turn + 1) * turn;
        self.line.settle(next.max(self.controller.busy_until()));
    }

    fn turn(&mut self) {
        self.turn_at(self.now_ms);
    }

    /// What follows from what has changed, one thing from the other.
    fn turn_at(&mut self, at: u64) {
        for _ in 0..CHAIN {
            self.say(at);
            self.controller.step(0, &self.board, &mut self.vehicle);
            if !self.controller.goes_on() {
                break;
            }
        }
        self.say(at);
    }

    fn say(&mut self, at: u64) {
        for said in self.controller.take_said() {
            let bytes = match said {
                Said::Text(text) => text,
                Said::Notification(notification) => {
                    let mut out = [0; MAX_REPLY_LEN];
                    let len = self.responder.notify(&notification, &mut out);
                    out[..len].to_vec()
                }
            };
            self.send(bytes, at);
        }
    }

    fn send(&mut self, bytes: Vec<u8>, at: u64) {
        match self.timing {
            Timing::Fast => self.line.send_at_once(bytes, at),
            Timing::Real => self.line.send(bytes, at),
        }
    }
}
