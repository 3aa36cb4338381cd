//! From bytes of a client to bytes for it, without any I/O.

use rapi_core::{Check, Decoder, Dialect, Frame, MAX_COMMAND_LEN, Notification};
use rapi_core::{Code, Sender, Writer};

use crate::Handler;
use crate::handler::dispatch;

/// The longest line that a device sends, CR included. A `GL` of firmware 9.x with an id is the
/// longest one that is known.
pub const MAX_REPLY_LEN: usize = 80;

/// How a device talks, and what it asks of its clients.
///
/// ```
/// use rapi_server::{Dialect, Policy};
///
/// // As controllers of today do:
/// let policy = Policy::new(Dialect::V3).with_unchecked_commands(true);
/// assert_ne!(policy, Policy::default());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Policy {
    dialect: Dialect,
    allow_unchecked: bool,
}

impl Policy {
    /// Talks a dialect and asks for a checksum on every command.
    #[must_use]
    pub const fn new(dialect: Dialect) -> Self {
        Self { dialect, allow_unchecked: false }
    }

    /// Executes commands without a checksum, or not. All controllers do: it lets people type them
    /// by hand. But a damaged `^` turns a protected command into another one: leave it off for a
    /// new device.
    #[must_use]
    pub const fn with_unchecked_commands(self, allow: bool) -> Self {
        Self { allow_unchecked: allow, ..self }
    }

    /// Returns how the device talks.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }
}

/// Answers one line, from `$` up to CR, CR excluded. Returns how many bytes of `out` are to be sent.
///
/// [`Responder`] does this for each line that it has collected; its documentation says what is
/// answered when.
pub fn respond<H: Handler + ?Sized>(
    line: &[u8],
    policy: Policy,
    handler: &mut H,
    out: &mut [u8; MAX_REPLY_LEN],
) -> usize {
    if line.first() == Some(&b'$') { answer(line, policy, handler, out) } else { 0 }
}

/// Answers what begins with `$`.
// Not part of what has the buffer for the reply on its stack: an AVR reaches 64 bytes of it at once.
#[cfg_attr(target_arch = "avr", inline(never))]
fn answer<H: Handler + ?Sized>(
    line: &[u8],
    policy: Policy,
    handler: &mut H,
    out: &mut [u8; MAX_REPLY_LEN],
) -> usize {
    let dialect = policy.dialect;
    let written = match Frame::parse(line, Sender::Client) {
        Ok(frame) if frame.check() != Check::None || policy.allow_unchecked => {
            dispatch(handler, &frame, dialect, out)
        }
        _ => None,
    };
    // A reply of the table always fits; one of a handler's own response type may not.
    written.unwrap_or_else(|| Writer::new(out, Code::NK).end_reply(false, None, dialect))
}

/// Answers commands: bytes in, bytes out.
///
/// Strict, that is, by the grammar that a client should keep to. What is not understood is
/// answered as controllers do:
///
/// | case | answer |
/// |---|---|
/// | wrong checksum, more than ten tokens | `$NK`, never with an id |
/// | wrong arguments, or a command that is unknown to [`Handler::other`] too | `$NK` with the id |
/// | line too long, no `$`, no CR | none |
///
/// ```
/// use rapi_server::commands::{GetSettings, Settings};
/// use rapi_server::types::{Amps, SettingsFlags};
/// use rapi_server::{Handler, MAX_REPLY_LEN, Policy, Rejected, Responder};
///
/// struct Device;
/// impl Handler for Device {
///     fn get_settings(&mut self, _: GetSettings) -> Result<Settings, Rejected> {
///         Ok(Settings { amps: Amps(24), flags: SettingsFlags(0x0021) })
///     }
/// }
///
/// let mut responder = Responder::<31>::new(Policy::default());
/// let mut out = [0; MAX_REPLY_LEN];
/// let mut sent = Vec::new();
/// for &byte in b"$GE :A5^48\r$GS^31\r" {
///     let len = responder.push(byte, &mut Device, &mut out);
///     sent.extend_from_slice(&out[..len]);
/// }
/// assert_eq!(sent, b"$OK 24 0021 :A5^4B\r$NK^21\r");
/// ```
#[derive(Debug)]
pub struct Responder<const RX: usize = MAX_COMMAND_LEN> {
    decoder: Decoder<RX>,
    policy: Policy,
}

impl<const RX: usize> Responder<RX> {
    /// Makes a responder that has heard nothing.
    #[must_use]
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "what is not inlined is made elsewhere and copied")]
    pub const fn new(policy: Policy) -> Self {
        Self { decoder: Decoder::new(), policy }
    }

    /// Takes one byte. Returns how many bytes of `out` are to be sent: 0, or a line.
    pub fn push<H: Handler + ?Sized>(
        &mut self,
        byte: u8,
        handler: &mut H,
        out: &mut [u8; MAX_REPLY_LEN],
    ) -> usize {
        if !self.decoder.push(byte) {
            return 0;
        }
        // Controllers are silent if it was too long; the sender will notice.
        let Ok(line) = self.decoder.line() else { return 0 };
        answer(line, self.policy, handler, out)
    }

    /// Writes a notification. Returns how many bytes of `out` are to be sent.
    pub fn notify(&self, notification: &Notification, out: &mut [u8; MAX_REPLY_LEN]) -> usize {
        notification.encode(self.policy.dialect, out).unwrap_or(0)
    }

    /// Forgets a command that has begun, as a restart does.
    pub const fn reset(&mut self) {
        self.decoder.reset();
    }
}
