//! Serving over asynchronous transports.

use embedded_io_async::{Read, Write};
use rapi_core::{MAX_COMMAND_LEN, Notification};

use crate::{Error, Handler, MAX_REPLY_LEN, Policy, Responder};

/// A device on an asynchronous serial line, TCP connection or the like.
///
/// Both [`serve`](Self::serve) and [`notify`](Self::notify) may be dropped at any await point: what was
/// read and what is still to be written stays here, and the next call goes on with it. So they may race
/// against each other and against whatever the device does besides. The reads and writes of the transport
/// have to be cancel-safe themselves: take a buffered UART.
#[derive(Debug)]
pub struct Server<T, const RX: usize = MAX_COMMAND_LEN> {
    io: T,
    responder: Responder<RX>,
    incoming: Incoming,
    outgoing: Outgoing,
}

/// So many bytes are read at once.
const CHUNK: usize = 16;

/// What was read and not answered yet.
#[derive(Debug)]
struct Incoming {
    bytes: [u8; CHUNK],
    taken: usize,
    len: usize,
}

/// A line that is being written.
#[derive(Debug)]
struct Outgoing {
    line: [u8; MAX_REPLY_LEN],
    written: usize,
    len: usize,
}

impl<T: Read + Write> Server<T> {
    /// Makes a server that takes lines as long as a real controller does.
    pub const fn new(io: T, policy: Policy) -> Self {
        Self::with_responder(io, Responder::new(policy))
    }
}

impl<T: Read + Write, const RX: usize> Server<T, RX> {
    /// Makes a server that takes lines of another length.
    pub const fn with_responder(io: T, responder: Responder<RX>) -> Self {
        let incoming = Incoming { bytes: [0; CHUNK], taken: 0, len: 0 };
        let outgoing = Outgoing { line: [0; MAX_REPLY_LEN], written: 0, len: 0 };
        Self { io, responder, incoming, outgoing }
    }

    /// Returns the transport, for instance to change its speed.
    pub const fn get_mut(&mut self) -> &mut T {
        &mut self.io
    }

    /// Waits for bytes and answers what they complete.
    ///
    /// # Errors
    ///
    /// Those of the transport; what a client sends is never an error.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost if the future is dropped: see [`Server`].
    pub async fn serve<H: Handler + ?Sized>(
        &mut self,
        handler: &mut H,
    ) -> Result<(), Error<T::Error>> {
        self.transmit().await?;
        if self.incoming.taken >= self.incoming.len {
            let len = self.io.read(&mut self.incoming.bytes).await.map_err(Error::Transport)?;
            match len {
                0 => return Err(Error::Closed),
                1..=CHUNK => (self.incoming.taken, self.incoming.len) = (0, len),
                _ => return Err(Error::BadTransport),
            }
        }
        while let Some(byte) = self.incoming.next() {
            self.outgoing.len = self.responder.push(byte, handler, &mut self.outgoing.line);
            self.transmit().await?;
        }
        Ok(())
    }

    /// Sends a notification.
    ///
    /// # Errors
    ///
    /// Those of the transport.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before an earlier line was written to its end, nothing is sent; after that
    /// the next call sends what is left.
    pub async fn notify(&mut self, notification: &Notification) -> Result<(), Error<T::Error>> {
        self.transmit().await?;
        self.outgoing.len = self.responder.notify(notification, &mut self.outgoing.line);
        self.transmit().await
    }

    /// Gives the transport back.
    pub fn into_inner(self) -> T {
        self.io
    }

    /// Writes what is left of a line. Not `write_all`: that one panics when a transport misbehaves, and
    /// whoever drops it does not learn how far it came.
    async fn transmit(&mut self) -> Result<(), Error<T::Error>> {
        let Outgoing { line, written, len } = &mut self.outgoing;
        while let Some(rest @ [_, ..]) = line.get(*written..*len) {
            match self.io.write(rest).await.map_err(Error::Transport)? {
                0 => return Err(Error::Closed),
                count if count > rest.len() => return Err(Error::BadTransport),
                count => *written = written.saturating_add(count),
            }
        }
        if *len > 0 {
            self.io.flush().await.map_err(Error::Transport)?;
        }
        (*written, *len) = (0, 0);
        Ok(())
    }
}

impl Iterator for Incoming {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let byte = self.bytes.get(..self.len)?.get(self.taken).copied()?;
        self.taken = self.taken.saturating_add(1);
        Some(byte)
    }
}
