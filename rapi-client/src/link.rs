//! What the two clients have in common: all but the transport.

use crate::inbox::Inbox;
use crate::{Error, Exchange, Progress};

/// An exchange, and the bytes that were read for it.
// A chip reaches best what lies in front.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Link<const RX: usize, const EVENTS: usize> {
    inbox: Inbox,
    pub(crate) exchange: Exchange<RX, EVENTS>,
}

impl<const RX: usize, const EVENTS: usize> Link<RX, EVENTS> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "what is not inlined is made elsewhere and copied")]
    pub(crate) const fn new(exchange: Exchange<RX, EVENTS>) -> Self {
        Self { inbox: Inbox::new(), exchange }
    }

    /// Looks at what came behind the last reply.
    pub(crate) fn clear(&mut self) {
        while self.look() != Progress::Pending {}
    }

    /// Looks at what has been read, up to what ends an exchange.
    #[inline(never)]
    fn look(&mut self) -> Progress {
        for byte in self.inbox.by_ref() {
            match self.exchange.push(byte) {
                Progress::Pending | Progress::Notification => {}
                end => return end,
            }
        }
        Progress::Pending
    }

    /// Returns how the wait for a reply has ended, if what has been read ends it.
    pub(crate) fn outcome<E>(&mut self) -> Option<Result<(), Error<E>>> {
        match self.look() {
            Progress::Pending | Progress::Notification => None,
            Progress::Reply | Progress::Fenced => Some(Ok(())),
            Progress::Garbled => Some(Err(Error::Garbled)),
            Progress::GaveUp => Some(Err(Error::Timeout)),
        }
    }

    /// Returns the place to read into. What was there has been looked at.
    pub(crate) const fn space(&mut self) -> &mut [u8] {
        self.inbox.space()
    }

    /// Takes what has been read: so many bytes.
    pub(crate) fn filled<E>(&mut self, count: usize) -> Result<(), Error<E>> {
        match count {
            0 => Err(Error::Closed),
            count if self.inbox.filled(count) => Ok(()),
            _ => Err(Error::BadTransport),
        }
    }

    /// Returns the next byte of what has been read.
    pub(crate) fn next_byte(&mut self) -> Option<u8> {
        self.inbox.next()
    }
}
