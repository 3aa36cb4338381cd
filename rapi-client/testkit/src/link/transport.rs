//! A link as a transport: reading lets time pass.

use std::future::poll_fn;
use std::task::Poll;

use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};

use crate::{Link, Peer, Plan};

impl<P, F> ErrorType for Link<P, F> {
    type Error = ErrorKind;
}

impl<P: Peer, F: Plan> Read for Link<P, F> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        let deadline = self.clock.now() + self.timeout;
        loop {
            match self.take(buffer) {
                0 => match self.next_event() {
                    Some(at) if at <= deadline => self.clock.advance_to(at),
                    _ => {
                        self.clock.advance_to(deadline);
                        return Err(ErrorKind::TimedOut);
                    }
                },
                count => return Ok(count),
            }
        }
    }
}

impl<P: Peer, F: Plan> ReadReady for Link<P, F> {
    /// Looking takes ten microseconds, so that whoever looks in a loop sees time pass.
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        self.clock.advance_to(self.clock.now() + 10);
        self.advance(self.clock.now());
        Ok(self.to_client.next_at().is_some_and(|at| at <= self.clock.now()))
    }
}

impl<P: Peer, F: Plan> Write for Link<P, F> {
    fn write(&mut self, buffer: &[u8]) -> Result<usize, ErrorKind> {
        Ok(self.give(buffer))
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

impl<P: Peer, F: Plan> embedded_io_async::Read for Link<P, F> {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        self.hesitate().await;
        poll_fn(|_| match self.take(buffer) {
            0 => {
                if let Some(at) = self.next_event() {
                    self.clock.wake_at(at);
                }
                Poll::Pending
            }
            count => Poll::Ready(Ok(count)),
        })
        .await
    }
}

impl<P: Peer, F: Plan> embedded_io_async::Write for Link<P, F> {
    async fn write(&mut self, buffer: &[u8]) -> Result<usize, ErrorKind> {
        self.hesitate().await;
        // A few bytes at a time, so that a call can be dropped in the middle of a line.
        let most = if self.hesitates { buffer.len().min(3) } else { buffer.len() };
        Ok(self.give(&buffer[..most]))
    }

    async fn flush(&mut self) -> Result<(), ErrorKind> {
        self.hesitate().await;
        Ok(())
    }
}

impl<P: Peer, F: Plan> Link<P, F> {
    async fn hesitate(&mut self) {
        poll_fn(|_| {
            if self.hesitates && !self.waited {
                self.waited = true;
                self.clock.wake_at(self.clock.now());
                return Poll::Pending;
            }
            self.waited = false;
            Poll::Ready(())
        })
        .await;
    }
}
