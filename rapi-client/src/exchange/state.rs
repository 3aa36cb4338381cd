//! Which reply is waited for, and what may still be under way.

use rapi_core::commands::GetVersion;
use rapi_core::{Check, Code, Command, Dialect, Reply, SeqId, Writer, encode_line};

use super::line::Line;
use super::probe::dialect_of;
use super::{PATIENCE, Progress};
use crate::BeginError;
use crate::stats::{Stats, count};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Idle,
    Waiting(Option<SeqId>),
    /// Waiting for the versions, which no other reply looks like.
    Fencing,
    /// Waiting for the versions, whatever the dialect.
    Probing(SeqId),
    /// The reply is in the decoder.
    Done,
    /// A reply without id may still come.
    Desynchronised,
}

/// All that does not depend on the sizes.
#[derive(Debug)]
pub(super) struct State {
    pub(super) dialect: Dialect,
    pub(super) next_id: SeqId,
    pub(super) serial: u32,
    pub(super) phase: Phase,
    /// Whether it is the versions that are waited for.
    pub(super) asks_version: bool,
    /// A command was given up: its reply may come until the line was quiet.
    pub(super) outstanding: bool,
    /// The same of a question for the versions: a fence would not be told from it.
    pub(super) version_outstanding: bool,
    pub(super) patience: u16,
    pub(super) stats: Stats,
}

impl State {
    /// Gives up what is waited for and returns id and dialect of the next command.
    pub(super) const fn prepare(&mut self) -> Result<(Option<SeqId>, Dialect), BeginError> {
        self.abandon();
        if matches!(self.phase, Phase::Desynchronised) {
            return Err(BeginError::Desynchronised);
        }
        let seq = if self.dialect.has_sequence_ids() { Some(self.next_id) } else { None };
        Ok((seq, self.dialect))
    }

    pub(super) const fn take_id(&mut self) -> SeqId {
        let id = self.next_id;
        self.next_id = id.next();
        id
    }

    /// One body for all commands.
    pub(super) fn begin(
        &mut self,
        code: Code,
        answered: bool,
        arguments: &dyn Fn(&mut Writer<'_>),
    ) -> Result<(Line, u32), BeginError> {
        let (seq, dialect) = self.prepare()?;
        let line = Line::write(|line| encode_line(code, arguments, seq, dialect, line))?;
        Ok((line, self.start(seq, code, answered)))
    }

    /// Returns the number that is the right to the reply.
    pub(super) fn start(&mut self, seq: Option<SeqId>, code: Code, answered: bool) -> u32 {
        if let Some(seq) = seq {
            self.next_id = seq.next();
        }
        self.serial = self.serial.wrapping_add(1);
        self.patience = PATIENCE;
        self.asks_version = code == GetVersion::CODE;
        self.phase = Phase::Waiting(seq);
        if !answered {
            // A line that was damaged on its way is answered all the same.
            self.outstanding = true;
            self.settle();
        }
        self.serial
    }

    pub(super) const fn abandon(&mut self) {
        if self.is_waiting() {
            count(&mut self.stats.abandoned);
            self.outstanding = true;
            self.version_outstanding |= self.asks_version;
        }
        self.settle();
    }

    /// Ends an exchange. Without ids nothing would tell a reply that is still outstanding from
    /// that of the next command; a dialect without ids may also have been found only now.
    pub(super) const fn settle(&mut self) {
        self.phase = if self.outstanding && !self.dialect.has_sequence_ids() {
            Phase::Desynchronised
        } else {
            Phase::Idle
        };
    }

    pub(super) const fn is_waiting(&self) -> bool {
        matches!(self.phase, Phase::Waiting(_) | Phase::Probing(_) | Phase::Fencing)
    }

    pub(super) const fn spend_patience(&mut self) {
        if matches!(self.phase, Phase::Done) {
            // The reply was not taken and is about to be overwritten.
            self.settle();
        }
        self.patience = self.patience.saturating_sub(1);
    }

    pub(super) const fn out_of_patience(&mut self) -> Progress {
        if self.is_waiting() && self.patience == 0 {
            self.abandon();
            return Progress::GaveUp;
        }
        Progress::Pending
    }

    pub(super) fn take_reply(&mut self, reply: &Reply<'_>, check: Check) -> Progress {
        if self.phase == Phase::Fencing && dialect_of(reply, check, None).is_some() {
            self.outstanding = false;
            self.phase = Phase::Idle;
            return Progress::Synchronised;
        }
        let matches = match self.phase {
            Phase::Waiting(awaited) => reply.seq() == awaited,
            Phase::Probing(id) => match dialect_of(reply, check, Some(id)) {
                Some(dialect) => {
                    self.dialect = dialect;
                    true
                }
                None => false,
            },
            Phase::Idle | Phase::Done | Phase::Desynchronised | Phase::Fencing => false,
        };
        if matches {
            self.phase = Phase::Done;
            return Progress::Reply;
        }
        if matches!(self.phase, Phase::Waiting(Some(_)))
            && reply.seq().is_none()
            && !reply.accepted()
        {
            count(&mut self.stats.garbled);
            self.settle();
            return Progress::Garbled;
        }
        count(&mut self.stats.stale);
        self.out_of_patience()
    }
}
