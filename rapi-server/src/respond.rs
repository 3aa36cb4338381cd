//! From bytes of a client to bytes for it, without any I/O.

use rapi_core::encode_rejected;
use rapi_core::{Check, Decoder, Dialect, FrameError, MAX_COMMAND_LEN, Notification, Sender};

use crate::Handler;
use crate::handler::dispatch;

/// The longest line that a device sends, CR included.
pub const MAX_REPLY_LEN: usize = 64;

/// What a device asks of its clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Policy {
    /// How it talks.
    pub dialect: Dialect,
    /// Whether it executes commands without a checksum, as all controllers do. It lets people type
    /// commands by hand, and a damaged `^` turns a protected command into another one: leave it
    /// off for a new device.
    pub allow_unchecked: bool,
}

/// Answers commands: bytes in, bytes out.
///
/// Strict, that is, by the grammar that a client should keep to. What is not understood is
/// answered as controllers do:
///
/// | case | answer |
/// |---|---|
/// | wrong checksum, more than ten tokens | `$NK`, never with an id |
/// | unknown command, wrong arguments | `$NK` with the id |
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
        let dialect = self.policy.dialect;
        let written = match self.decoder.frame(Sender::Client) {
            Ok(frame) if frame.check() == Check::None && !self.policy.allow_unchecked => {
                encode_rejected(None, dialect, out)
            }
            Ok(frame) => dispatch(handler, &frame, frame.seq(), dialect, out),
            // Controllers are silent here; the sender will notice.
            Err(FrameError::TooLong | FrameError::NoStart) => return 0,
            Err(_) => encode_rejected(None, dialect, out),
        };
        // A reply of the table always fits; one of a handler's own response type may not.
        written.or_else(|_| encode_rejected(None, dialect, out)).unwrap_or(0)
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
