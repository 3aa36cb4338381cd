//! What all calls of a client share, so that one more command costs a program little.

use rapi_core::commands::GetVersion;
use rapi_core::{
    Code, Command as _, CommandInfo, DEFAULT_TIMEOUT_MS, Reply, ReplyError, Response, Writer,
};

use crate::Error;

/// What there is to know about a command to send it and wait for its answer: it fits a register.
#[derive(Clone, Copy)]
pub(crate) struct Call {
    pub(crate) code: Code,
    pub(crate) answered: bool,
    /// How many time-outs of the transport may go by before the last.
    pub(crate) more_timeouts: u8,
}

impl Call {
    /// The question for the versions, as a fence.
    pub(crate) const FENCE: Self = Self::of(GetVersion::INFO);

    /// By the table.
    pub(crate) const fn of(info: &CommandInfo) -> Self {
        let timeouts = info.timeout_ms.div_ceil(DEFAULT_TIMEOUT_MS).saturating_sub(1);
        // Nobody waits for two minutes.
        let more_timeouts = if timeouts > 0xff { 0xff } else { timeouts.to_le_bytes()[0] };
        Self { code: info.code, answered: info.is_answered(), more_timeouts }
    }
}

/// What writes the arguments of a command, if it has any: then those that have none need no code.
pub(crate) type Arguments<'a> = Option<&'a (dyn Fn(&mut Writer<'_>) + Sync)>;

/// What a response is read from: a reply, or none and the reason.
pub(crate) struct Answer<'a, E> {
    pub(crate) failed: Option<Error<E>>,
    pub(crate) reply: Reply<'a>,
}

impl<'a, E> From<Result<Option<Reply<'a>>, Error<E>>> for Answer<'a, E> {
    fn from(result: Result<Option<Reply<'a>>, Error<E>>) -> Self {
        match result {
            Ok(reply) => Self { failed: None, reply: reply.unwrap_or(Reply::bare_ok()) },
            Err(error) => Self { failed: Some(error), reply: Reply::bare_ok() },
        }
    }
}

impl<E> Answer<'_, E> {
    /// Reads the response.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "what is not inlined is made elsewhere and copied")]
    pub(crate) fn read<R: Response>(&mut self) -> Result<R, Error<E>> {
        // Without a reply this reads nothing, and `finish` says why.
        let response = R::read(&mut self.reply);
        self.finish()?;
        Ok(response)
    }

    /// Says whether what has been read means anything.
    #[inline(never)]
    fn finish(&mut self) -> Result<(), Error<E>> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        // Written out: a chip would take the error apart once more to convert it.
        match self.reply.finish() {
            Ok(()) => Ok(()),
            Err(ReplyError::Decode(error)) => Err(Error::Reply(error)),
            Err(_) => Err(Error::Rejected),
        }
    }
}
