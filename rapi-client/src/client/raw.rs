//! Commands as a person types them.

use embedded_io_async::{Read, Write};
use rapi_core::{Reply, Writer};

use super::Client;
use crate::{Error, RawCommand};

impl<T: Read + Write, const RX: usize, const EVENTS: usize> Client<T, RX, EVENTS> {
    /// Sends a command as it is typed on a console, `$GV` for instance, and returns the reply as it
    /// came; `None` if the controller never answers that command. See [`RawCommand`].
    ///
    /// # Errors
    ///
    /// [`Error::Line`] if it has not the form of a command; otherwise see [`Error`]. `$NK` is not
    /// an error here.
    ///
    /// # Cancel safety
    ///
    /// As for [`send`](Self::send).
    pub async fn send_raw(&mut self, line: &[u8]) -> Result<Option<Reply<'_>>, Error<T::Error>> {
        let command = RawCommand::parse(line).map_err(Error::Line)?;
        let call = command.call();
        self.request(call, Some(&|writer: &mut Writer<'_>| command.write_args(writer))).await?;
        self.link.exchange.answer(call)
    }
}
