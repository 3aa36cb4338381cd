//! How a line ends: sequence id, checksum, CR, and whether it may be sent.

use super::Writer;
use crate::{Check, Checksum, Code, Dialect, EncodeError, MAX_TOKENS, SeqId};

impl Writer<'_> {
    /// Ends the line with sequence id, checksum and CR, and returns its length.
    ///
    /// # Errors
    ///
    /// The first value that was refused, or a buffer that is too small.
    pub fn finish(mut self, seq: Option<SeqId>, check: Check) -> Result<usize, EncodeError> {
        self.complete(seq, check)
    }

    /// Ends the line as a command that a controller takes, and returns its length.
    ///
    /// # Errors
    ///
    /// The first value that was refused, a line that the controller would drop silently because it is
    /// too long, or a buffer that is too small.
    pub fn finish_command(
        mut self,
        seq: Option<SeqId>,
        dialect: Dialect,
    ) -> Result<usize, EncodeError> {
        self.complete_command(seq, dialect)?;
        Ok(self.len)
    }

    /// Ends the line as the answer to a command, `$OK` or `$NK`, and returns its length.
    ///
    /// # Errors
    ///
    /// The first value that was refused, or a buffer that is too small.
    // It stays where it is: a chip would copy it, and with the compiler's `memcpy`.
    pub fn finish_reply(
        &mut self,
        accepted: bool,
        seq: Option<SeqId>,
        dialect: Dialect,
    ) -> Result<usize, EncodeError> {
        self.end_reply(accepted, seq, dialect);
        self.wrong?;
        self.fitting()?;
        Ok(self.len)
    }

    /// The same without a word on what is wrong: the length is 0 then.
    #[doc(hidden)]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub fn end_reply(&mut self, accepted: bool, seq: Option<SeqId>, dialect: Dialect) -> usize {
        self.set_code(if accepted { Code::OK } else { Code::NK });
        // RAPI 1.0.x sends the space behind `$OK` also when nothing follows.
        if dialect == Dialect::V1 && self.tokens() == 1 {
            self.begin_field();
        }
        if dialect.has_sequence_ids() {
            self.id(seq);
        }
        if dialect.reply_check() == Check::Xor {
            self.marked(b'^', self.xor);
        }
        self.put(b'\r');
        if self.wrong.is_ok() && self.len <= self.buffer.len() { self.len } else { 0 }
    }

    /// The same as [`finish_command`](Self::finish_command), where it stands.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(crate) fn complete_command(
        &mut self,
        seq: Option<SeqId>,
        dialect: Dialect,
    ) -> Result<(), EncodeError> {
        self.end(seq, dialect.command_check());
        self.wrong?;
        let tokens = self.tokens();
        if tokens > MAX_TOKENS {
            return Err(EncodeError::TooManyTokens { tokens });
        }
        // CR does not count.
        let length = self.len.wrapping_sub(1);
        let limit = dialect.max_command_len();
        if length > limit {
            let (length, limit) = (saturated(length), saturated(limit));
            return Err(EncodeError::CommandTooLong { length, limit });
        }
        self.fitting()
    }

    /// The same as [`finish`](Self::finish), where it stands.
    pub(crate) fn complete(
        &mut self,
        seq: Option<SeqId>,
        check: Check,
    ) -> Result<usize, EncodeError> {
        self.end(seq, check);
        self.wrong?;
        self.fitting()?;
        Ok(self.len)
    }

    /// Says whether there was room for the line.
    fn fitting(&self) -> Result<(), EncodeError> {
        if self.len > self.buffer.len() {
            return Err(self.too_long());
        }
        Ok(())
    }

    /// What is wrong if nothing else is.
    pub(crate) fn too_long(&self) -> EncodeError {
        EncodeError::BufferTooSmall { needed: saturated(self.len) }
    }

    fn end(&mut self, seq: Option<SeqId>, check: Check) {
        self.id(seq);
        match check {
            Check::Xor => self.marked(b'^', self.xor),
            Check::Sum => {
                // Too rare to be computed in passing. What does not fit is not sent, and so needs none.
                let line = self.buffer.get(..self.len).unwrap_or_default();
                self.marked(b'*', Checksum::of(line).sum());
            }
            Check::None => {}
        }
        self.put(b'\r');
    }

    fn id(&mut self, seq: Option<SeqId>) {
        if let Some(seq) = seq {
            self.begin_field();
            self.marked(b':', seq.get());
        }
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn marked(&mut self, mark: u8, value: u8) {
        self.put(mark);
        self.hex_digits(value.into(), 2, b'A' - 10);
    }
}

fn saturated(len: usize) -> u8 {
    u8::try_from(len).unwrap_or(u8::MAX)
}
