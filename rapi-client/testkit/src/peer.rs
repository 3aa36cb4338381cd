//! Who is at the other end of the line.

use rapi_core::{MAX_COMMAND_LEN, Notification};
use rapi_server::types::{Amps, EvseState, PilotState, Text, VFlags};
use rapi_server::{Handler, MAX_REPLY_LEN, Policy, Responder};

/// What a peer sends: lines, each with the time that passes before it leaves, in microseconds.
#[derive(Clone, Debug, Default)]
pub struct Outbox(pub(crate) Vec<(u64, Vec<u8>)>);

impl Outbox {
    /// Sends a line after a while.
    pub fn send(&mut self, line: impl Into<Vec<u8>>, after: u64) {
        let line = line.into();
        if !line.is_empty() {
            self.0.push((after, line));
        }
    }
}

/// The other end of a line. Times are microseconds of the line's clock.
pub trait Peer {
    /// Hears one byte.
    fn hear(&mut self, byte: u8, now: u64, out: &mut Outbox);

    /// When it has something to say on its own account.
    fn wakes_at(&self) -> Option<u64> {
        None
    }

    /// Says it.
    fn wake(&mut self, now: u64, out: &mut Outbox) {
        let _ = (now, out);
    }

    /// Restarts.
    fn restart(&mut self, now: u64, out: &mut Outbox) {
        let _ = (now, out);
    }

    /// Until when it hears nothing, because it boots.
    fn deaf_until(&self) -> u64 {
        0
    }
}

/// A peer that answers each line by a script.
#[derive(Clone, Debug)]
pub struct Script<F> {
    answer: F,
    line: Vec<u8>,
    /// All lines that were heard, `$` and CR included.
    pub heard: Vec<Vec<u8>>,
}

impl<F: FnMut(&[u8]) -> Vec<Vec<u8>>> Script<F> {
    /// `answer` gets a line, `$` and CR included, and returns the lines to be sent at once.
    pub const fn new(answer: F) -> Self {
        Self { answer, line: Vec::new(), heard: Vec::new() }
    }
}

impl<F: FnMut(&[u8]) -> Vec<Vec<u8>>> Peer for Script<F> {
    fn hear(&mut self, byte: u8, _: u64, out: &mut Outbox) {
        if byte == b'$' {
            self.line.clear();
        }
        self.line.push(byte);
        if byte == b'\r' {
            for line in (self.answer)(&self.line) {
                out.send(line, 0);
            }
            self.heard.push(std::mem::take(&mut self.line));
        }
    }
}

/// How long a reply takes, as measured on a real controller: the median in states A and B.
const REPLY_TIME: u64 = 12_000;
const BOOT_TIME: u64 = 4_600_000;

/// The real `rapi-server` with a handler of yours, and a controller's boot: text, `$AT 00`, `$AB`,
/// and no ear until then.
#[derive(Debug)]
pub struct Device<H> {
    /// What it does with commands.
    pub handler: H,
    responder: Responder<MAX_COMMAND_LEN>,
    reply_time: u64,
    deaf_until: u64,
    line: Vec<u8>,
    /// Whether it repeats what it hears.
    pub echoes: bool,
}

impl<H: Handler> Device<H> {
    /// A device that has booted long ago.
    pub const fn new(handler: H, policy: Policy) -> Self {
        Self {
            handler,
            responder: Responder::new(policy),
            reply_time: REPLY_TIME,
            deaf_until: 0,
            line: Vec::new(),
            echoes: false,
        }
    }

    /// With another time to answer.
    #[must_use]
    pub fn with_reply_time(self, reply_time: u64) -> Self {
        Self { reply_time, ..self }
    }

    /// A line that the device sends on its own account.
    #[must_use]
    pub fn notification(&self, notification: &Notification) -> Vec<u8> {
        let mut out = [0; MAX_REPLY_LEN];
        let len = self.responder.notify(notification, &mut out);
        out[..len].to_vec()
    }
}

impl<H: Handler> Peer for Device<H> {
    fn hear(&mut self, byte: u8, now: u64, out: &mut Outbox) {
        if now < self.deaf_until {
            return;
        }
        if self.echoes {
            self.line.push(byte);
            if byte == b'\r' {
                out.send(std::mem::take(&mut self.line), 0);
            }
        }
        let mut reply = [0; MAX_REPLY_LEN];
        let len = self.responder.push(byte, &mut self.handler, &mut reply);
        let mut reply = reply[..len].to_vec();
        if self.echoes && len > 0 {
            reply.push(b'\n');
        }
        out.send(reply, self.reply_time);
    }

    fn restart(&mut self, now: u64, out: &mut Outbox) {
        self.responder.reset();
        self.deaf_until = now + BOOT_TIME;
        out.send(b"\nrelayCloseMs: 100\r\nrelayHoldPwm: 255\r\n".to_vec(), BOOT_TIME / 2);
        let begins = Notification::Transition {
            evse: EvseState::Starting,
            pilot: PilotState::Unevaluated,
            amps: Amps(0),
            flags: VFlags(0x0200),
        };
        out.send(self.notification(&begins), BOOT_TIME / 2);
        if let Some(firmware) = Text::new("8.2.3") {
            let booted = Notification::Boot { status: EvseState::Starting, firmware };
            out.send(self.notification(&booted), BOOT_TIME);
        }
    }

    fn deaf_until(&self) -> u64 {
        self.deaf_until
    }
}
