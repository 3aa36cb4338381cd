//! Trying again over blocking transports.

use embedded_io::{Read, Write};
use rapi_core::Command;

use super::{ConfirmedBy, ReadBack, may_repeat};
use crate::blocking::Client;
use crate::{Confirmed, Error};

impl<T: Read + Write, const RX: usize, const EVENTS: usize> Client<T, RX, EVENTS> {
    /// Sends a command up to `attempts` times until it is answered. One that must not be repeated
    /// ([`Command::IDEMPOTENT`]) is sent once: [`confirm`](Self::confirm) it instead.
    ///
    /// # Errors
    ///
    /// The last one.
    pub fn send_retrying<C: Command>(
        &mut self,
        command: &C,
        attempts: u8,
    ) -> Result<C::Response, Error<T::Error>> {
        let mut left = if C::IDEMPOTENT { attempts } else { 1 };
        loop {
            left = left.saturating_sub(1);
            match self.send(command) {
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
    pub fn confirm<C: ReadBack>(
        &mut self,
        command: &C,
        attempts: u8,
    ) -> Result<ConfirmedBy<C, T::Error>, Error<T::Error>> {
        let before = self.send_retrying(&C::Question::default(), attempts)?;
        let answer = self.send(command);
        let now = self.send_retrying(&C::Question::default(), attempts)?;
        Ok(Confirmed { answer, executed: command.was_executed(&before, &now), now })
    }
}
