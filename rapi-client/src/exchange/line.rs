//! A command on its way, and the right to its reply.

use core::marker::PhantomData;

use rapi_core::{Code, Dialect, EncodeError, SeqId, Writer};

use crate::call::Arguments;

/// A command, ready to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
// Aligned so that a chip clears it by words.
#[cfg_attr(target_arch = "arm", repr(align(4)))]
pub struct Line {
    bytes: [u8; Dialect::LONGEST_COMMAND + 1],
    len: u8,
}

impl Line {
    pub(crate) const EMPTY: Self = Self { bytes: [0; Dialect::LONGEST_COMMAND + 1], len: 0 };

    pub(super) fn write(
        &mut self,
        code: Code,
        arguments: Arguments<'_>,
        seq: Option<SeqId>,
        dialect: Dialect,
    ) -> Result<(), EncodeError> {
        let mut writer = Writer::new(&mut self.bytes, code);
        if let Some(arguments) = arguments {
            arguments(&mut writer);
        }
        let [len, ..] = writer.finish_command(seq, dialect)?.to_le_bytes();
        self.len = len;
        Ok(())
    }

    /// Returns the bytes, `$` and CR included.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }
}

/// The right to the reply of one command of one exchange. It is gone when the next one begins.
#[derive(Debug)]
#[must_use]
pub struct Pending<C> {
    pub(crate) serial: u32,
    command: PhantomData<fn() -> C>,
}

impl<C> Pending<C> {
    pub(super) const fn new(serial: u32) -> Self {
        Self { serial, command: PhantomData }
    }
}
