//! Trying again over asynchronous transports.

use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;

use embedded_io_async::{Read, Write};
use rapi_core::Command;

use super::{ConfirmedBy, ReadBack, may_repeat, timeout_ms};
use crate::{Client, Confirmed, Error};

impl<T: Read + Write, const RX: usize, const EVENTS: usize> Client<T, RX, EVENTS> {
    /// Sends a command and waits for its answer as long as the table says: half a second for most,
    /// 35 s for [`RecoverStuckRelay`](crate::commands::RecoverStuckRelay). `sleep` makes a future
    /// that is ready after so many milliseconds: `Timer::after_millis(ms.into())` of embassy,
    /// `tokio::time::sleep(Duration::from_millis(ms.into()))`, `Mono::delay(ms.millis())` of RTIC.
    ///
    /// # Errors
    ///
    /// [`Error::Timeout`] when the time is over; otherwise those of [`send`](Self::send).
    ///
    /// # Cancel safety
    ///
    /// As for [`send`](Self::send).
    pub async fn send_timed<C: Command, Sleep: Future>(
        &mut self,
        command: &C,
        sleep: impl FnOnce(u32) -> Sleep,
    ) -> Result<C::Response, Error<T::Error>> {
        let mut sleep = pin!(sleep(timeout_ms::<C>(self.dialect())));
        let mut send = pin!(self.send(command));
        poll_fn(|context| match send.as_mut().poll(context) {
            Poll::Pending => sleep.as_mut().poll(context).map(|_| Err(Error::Timeout)),
            ready @ Poll::Ready(_) => ready,
        })
        .await
    }

    /// Sends a command up to `attempts` times until it is answered, with the time-outs of
    /// [`send_timed`](Self::send_timed). One that must not be repeated ([`Command::IDEMPOTENT`]) is
    /// sent once: [`confirm`](Self::confirm) it instead.
    ///
    /// # Errors
    ///
    /// The last one.
    ///
    /// # Cancel safety
    ///
    /// As for [`send`](Self::send); the command may have been executed.
    pub async fn send_retrying<C: Command, Sleep: Future>(
        &mut self,
        command: &C,
        attempts: u8,
        mut sleep: impl FnMut(u32) -> Sleep,
    ) -> Result<C::Response, Error<T::Error>> {
        let mut left = if C::IDEMPOTENT { attempts } else { 1 };
        loop {
            left = left.saturating_sub(1);
            match self.send_timed(command, &mut sleep).await {
                Err(error) if left > 0 && may_repeat(&error) => {}
                outcome => return outcome,
            }
        }
    }

    /// Sends a command once and looks whether it was executed, whatever the answer: for commands
    /// that must not be repeated, and for settings that matter. The question is asked before and
    /// after, up to `attempts` times.
    ///
    /// # Errors
    ///
    /// Those of the question. What became of the command itself is in [`Confirmed::answer`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the command may or may not have been executed: look yourself.
    pub async fn confirm<C: ReadBack, Sleep: Future>(
        &mut self,
        command: &C,
        attempts: u8,
        mut sleep: impl FnMut(u32) -> Sleep,
    ) -> Result<ConfirmedBy<C, T::Error>, Error<T::Error>> {
        let question = C::Question::default();
        let before = self.send_retrying(&question, attempts, &mut sleep).await?;
        let answer = self.send_timed(command, &mut sleep).await;
        let now = self.send_retrying(&question, attempts, &mut sleep).await?;
        Ok(Confirmed { answer, executed: command.was_executed(&before, &now), now })
    }
}
