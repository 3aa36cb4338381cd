//! From bytes of a client to bytes for it, as a controller's firmware does it.

use rapi_core::commands::{OldSetEcho, SetDelayTimer, SetEcho};
use rapi_core::{Code, Command, Notification, encode_rejected};

use super::commands::dispatch;
use super::line::{Line, Parsed};
use super::{Firmware, Generation};
use crate::{Handler, MAX_REPLY_LEN};

/// What is to be sent after a byte, in this order: the echo; what the handler prints or tells
/// before its reply; the reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Answer {
    /// The byte itself, in echo mode.
    pub echo: Option<u8>,
    /// How many bytes of the buffer are a reply.
    pub len: usize,
    /// Whether the byte ended a line that was looked at, answered or not.
    pub line: bool,
}

/// Answers commands as the firmware of a real controller does, mistakes included.
///
/// For simulators, and for tests of clients. A new device takes the strict
/// [`Responder`](crate::Responder), which executes nothing that is damaged.
///
/// ```
/// use rapi_server::commands::{CurrentSet, SetCurrent};
/// use rapi_server::firmware::{Firmware, Responder};
/// use rapi_server::types::Amps;
/// use rapi_server::{Handler, MAX_REPLY_LEN, Rejected};
///
/// struct Station;
/// impl Handler for Station {
///     fn set_current(&mut self, command: SetCurrent) -> Result<CurrentSet, Rejected> {
///         let amps = Amps(command.amps.0.clamp(6, 32));
///         Ok(CurrentSet { amps: Some(amps), accepted: amps == command.amps })
///     }
/// }
///
/// let mut responder = Responder::new(Firmware::V8);
/// let mut out = [0; MAX_REPLY_LEN];
/// let mut sent = Vec::new();
/// // 262 is cut to eight bits; the word behind two spaces is the third one.
/// for &byte in b"$SC 262 V\r$SC  24\r" {
///     let answer = responder.push(byte, &mut Station, &mut out);
///     sent.extend_from_slice(&out[..answer.len]);
/// }
/// assert_eq!(sent, b"$OK 6^36\r$NK 6^37\r");
/// ```
#[derive(Clone, Debug)]
pub struct Responder {
    firmware: Firmware,
    line: Line,
    echo: bool,
}

impl Responder {
    /// Makes a responder that has just been switched on.
    #[must_use]
    pub const fn new(firmware: Firmware) -> Self {
        Self { firmware, line: Line::new(), echo: false }
    }

    /// Takes one byte. The reply, if there is one, is in `out` then.
    pub fn push<H: Handler + ?Sized>(
        &mut self,
        byte: u8,
        handler: &mut H,
        out: &mut [u8; MAX_REPLY_LEN],
    ) -> Answer {
        let echo = self.echo.then_some(byte);
        let line = self.line.push(byte, self.firmware.max_line);
        let len = if line { self.answer(handler, out) } else { 0 };
        Answer { echo, len, line }
    }

    /// Writes a notification. Returns how many bytes of `out` are to be sent.
    pub fn notify(&self, notification: &Notification, out: &mut [u8; MAX_REPLY_LEN]) -> usize {
        notification.encode(self.firmware.dialect, out).unwrap_or(0)
    }

    /// Whether every byte is sent back.
    #[must_use]
    pub const fn echoes(&self) -> bool {
        self.echo
    }

    /// Forgets everything, as a restart does.
    pub const fn reset(&mut self) {
        self.line.reset();
        self.echo = false;
    }

    fn answer<H: Handler + ?Sized>(
        &mut self,
        handler: &mut H,
        out: &mut [u8; MAX_REPLY_LEN],
    ) -> usize {
        let dialect = self.firmware.dialect;
        let written = match self.line.parse(self.firmware) {
            Ok(parsed) => {
                // Up to 4.12 only the first characters of four hours are looked at.
                // See spec/rapi.md#st.
                if self.firmware.generation < Generation::V8 && parsed.code == SetDelayTimer::CODE {
                    self.line.cut_zeros();
                }
                let written = dispatch(handler, &self.line, parsed, self.firmware, out);
                let accepted = out.get(1..3) == Some(&Code::OK.to_bytes());
                // The token behind the last place overwrites the switch of the echo.
                // See spec/rapi.md#too-many-tokens.
                self.echo |= parsed.overrun;
                if accepted {
                    self.switch_echo(parsed);
                }
                written
            }
            Err(_damaged) => encode_rejected(None, dialect, out),
        };
        let len = written.or_else(|_| encode_rejected(None, dialect, out)).unwrap_or(0);
        let len = self.without_space(len, out);
        match out.get_mut(len) {
            Some(place) if self.echo && len > 0 => {
                *place = b'\n';
                len.saturating_add(1)
            }
            _ => len,
        }
    }

    /// The space behind a bare `$OK` is a habit of the oldest ones; later ones that are built without
    /// checksums have lost it.
    // See spec/rapi.md#dialects.
    fn without_space(&self, len: usize, out: &mut [u8]) -> usize {
        if self.firmware.generation == Generation::V3 {
            return len;
        }
        match out.get_mut(..len) {
            Some([.., space @ b' ', b'\r']) => {
                *space = b'\r';
                len.saturating_sub(1)
            }
            _ => len,
        }
    }

    /// `FF E 0` switches it on as well: the firmware compares a number with a character.
    // See spec/rapi.md#echo.
    fn switch_echo(&mut self, parsed: Parsed) {
        let first = |number| self.line.token(number).first().copied();
        if parsed.code == SetEcho::CODE && first(1) == Some(b'E') {
            self.echo = true;
        } else if parsed.code == OldSetEcho::CODE && self.firmware.generation != Generation::V9 {
            self.echo = first(1) != Some(b'0');
        }
    }
}
