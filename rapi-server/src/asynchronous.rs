//! Serving over asynchronous transports.

use embedded_io_async::{Read, Write};
use rapi_core::{MAX_COMMAND_LEN, Notification};

use crate::{Error, Handler, MAX_REPLY_LEN, Policy, Responder};

/// A device on an asynchronous serial line, TCP connection or the like.
#[derive(Debug)]
pub struct Server<T, const RX: usize = MAX_COMMAND_LEN> {
    io: T,
    responder: Responder<RX>,
}

impl<T: Read + Write> Server<T> {
    /// Makes a server that takes lines as long as a real controller does.
    pub const fn new(io: T, policy: Policy) -> Self {
        Self { io, responder: Responder::new(policy) }
    }
}

impl<T: Read + Write, const RX: usize> Server<T, RX> {
    /// Makes a server that takes lines of another length.
    pub const fn with_responder(io: T, responder: Responder<RX>) -> Self {
        Self { io, responder }
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
    /// While it waits for bytes nothing is lost if the future is dropped, so it may race against
    /// whatever the device has to tell by [`notify`](Self::notify).
    pub async fn serve<H: Handler + ?Sized>(
        &mut self,
        handler: &mut H,
    ) -> Result<(), Error<T::Error>> {
        let mut received = [0; 16];
        let count = self.io.read(&mut received).await.map_err(Error::Transport)?;
        if count == 0 {
            return Err(Error::Closed);
        }
        let mut out = [0; MAX_REPLY_LEN];
        for &byte in received.get(..count).ok_or(Error::BadTransport)? {
            let len = self.responder.push(byte, handler, &mut out);
            self.transmit(&out, len).await?;
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
    /// If the future is dropped, a part of the line may have been sent.
    pub async fn notify(&mut self, notification: &Notification) -> Result<(), Error<T::Error>> {
        let mut out = [0; MAX_REPLY_LEN];
        let len = self.responder.notify(notification, &mut out);
        self.transmit(&out, len).await
    }

    /// Gives the transport back.
    pub fn into_inner(self) -> T {
        self.io
    }

    /// Writes a line. Not `write_all`: that one panics when a transport misbehaves.
    async fn transmit(
        &mut self,
        out: &[u8; MAX_REPLY_LEN],
        len: usize,
    ) -> Result<(), Error<T::Error>> {
        let mut rest = out.get(..len).unwrap_or_default();
        while !rest.is_empty() {
            let written = self.io.write(rest).await.map_err(Error::Transport)?;
            rest = match rest.get(written..) {
                Some(rest) if written > 0 => rest,
                Some(_) => return Err(Error::Closed),
                None => return Err(Error::BadTransport),
            };
        }
        if len == 0 { Ok(()) } else { self.io.flush().await.map_err(Error::Transport) }
    }
}
