//! Which reply is waited for, and what may still be under way.

use rapi_core::commands::GetVersion;
use rapi_core::{Code, Command, Dialect, EncodeError, Frame, SeqId};

use super::line::Line;
use super::unmarked::{Recognise, recognise};
use super::{PATIENCE, Progress};
use crate::call::{Arguments, Call};
use crate::stats::{Stats, count};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing is waited for. So many fences are needed before the next command: without ids a line
    /// that came before may still be under way, and nothing would tell it from the next reply.
    Idle(u8),
    /// Waiting for the reply with this id.
    Waiting(SeqId),
    /// Waiting for a reply without an id: to the question for the versions, or to another.
    Unmarked { asks_version: bool },
    /// Waiting for the versions, which no other reply looks like. So many have to come until one
    /// answers a question that was asked after all else.
    Fencing(u8),
    /// Waiting for the versions, whatever the dialect.
    Probing(SeqId),
    /// The reply is in the decoder.
    Done,
}

/// More questions for the versions are not believed to wait for their answer: at half a second each
/// these are two minutes of silence, and to hear them all takes a few seconds.
const MOST_VERSIONS: u8 = 250;

/// All that does not depend on the sizes.
// In this order it begins with a word and then zeros, words of them: a chip clears nothing byte by byte.
#[derive(Debug)]
#[repr(C)]
pub(super) struct State {
    pub(super) phase: Phase,
    pub(super) dialect: Dialect,
    /// A command was given up, or its refusal may come twice: a reply to an earlier command may come
    /// until a later one is answered.
    pub(super) outstanding: bool,
    pub(super) serial: u32,
    /// How a reply without an id is recognised. A client that never meets one does not link it.
    pub(super) recognise: Option<Recognise>,
    /// 0 if none was sent.
    pub(super) last_id: u8,
    /// How many lines in a row have no answer that may still come. With ids all of them: a late
    /// reply must not meet its id again. Without, questions for the versions: an answer to an early
    /// one must not be taken for that to a later one, a fence would stand too early.
    pub(super) unanswered: u8,
    pub(super) patience: u16,
    pub(super) stats: Stats,
}

/// So many versions are waited for after a command that was given up, in case that some come twice:
/// a question that comes twice, with answers that come twice, has four.
pub(super) const AFTER_TROUBLE: u8 = 5;

/// When so many lines in a row have no answer, one id is left that no late reply bears. It is for the
/// fence, however often that has to be asked for.
const IDS_BEFORE_FENCE: u8 = SeqId::LAST.get() - 1;

impl State {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "what is not inlined is made elsewhere and copied")]
    pub(super) const fn new(dialect: Dialect) -> Self {
        let has_ids = dialect.has_sequence_ids();
        Self {
            dialect,
            last_id: 0,
            serial: 0,
            phase: Phase::Idle(if has_ids { 0 } else { AFTER_TROUBLE }),
            recognise: if has_ids { None } else { Some(recognise) },
            // Somebody may have asked before us.
            outstanding: true,
            unanswered: 0,
            patience: 0,
            stats: Stats::new(),
        }
    }

    /// Writes a command and waits for its answer. Where a fence is needed it has to be [`Call::FENCE`].
    pub(super) fn begin(
        &mut self,
        line: &mut Line,
        call: Call,
        arguments: Arguments<'_>,
    ) -> Result<(), EncodeError> {
        let phase = match self.phase {
            Phase::Idle(1..) => self.fence_phase(),
            _ if self.dialect.has_sequence_ids() => Phase::Waiting(self.free_id()),
            _ => Phase::Unmarked { asks_version: call.code == GetVersion::CODE },
        };
        self.ask(line, phase, call.code, arguments)?;
        if !call.answered {
            // A line that was damaged on its way is answered all the same.
            self.outstanding = true;
            self.settle();
        }
        Ok(())
    }

    /// Writes a line and waits for its answer. The right to it is the number in `serial`. One body for
    /// all commands; what was waited for before is given up.
    pub(super) fn ask(
        &mut self,
        line: &mut Line,
        phase: Phase,
        code: Code,
        arguments: Arguments<'_>,
    ) -> Result<(), EncodeError> {
        let (seq, dialect) = match phase {
            Phase::Waiting(id) => (Some(id), self.dialect),
            Phase::Probing(id) => (Some(id), Dialect::V3),
            _ => (None, self.dialect),
        };
        line.write(code, arguments, seq, dialect)?;
        self.serial = self.serial.wrapping_add(1);
        self.patience = PATIENCE;
        self.phase = phase;
        if let Some(seq) = seq {
            self.last_id = seq.get();
        }
        if !matches!(phase, Phase::Unmarked { asks_version: false }) {
            self.unanswered = self.unanswered.saturating_add(1);
        }
        Ok(())
    }

    pub(super) const fn abandon(&mut self) {
        match self.phase {
            Phase::Waiting(_) | Phase::Unmarked { .. } | Phase::Probing(_) => {
                count(&mut self.stats.abandoned);
                self.outstanding = true;
                self.settle();
            }
            Phase::Fencing(needed) => {
                count(&mut self.stats.abandoned);
                // What is needed was reckoned when the last command ended.
                self.phase = Phase::Idle(needed);
            }
            Phase::Done => self.settle(),
            Phase::Idle(_) => {}
        }
    }

    pub(super) const fn set_next_id(&mut self, id: SeqId) {
        self.last_id = id.get().wrapping_sub(1);
    }

    /// The id of the next line: one that no reply bears that may still come.
    pub(super) const fn free_id(&self) -> SeqId {
        match SeqId::new(self.last_id) {
            Some(last) if self.unanswered > IDS_BEFORE_FENCE => last,
            Some(last) => last.next(),
            None => SeqId::FIRST,
        }
    }

    /// What to wait for after the next fence.
    pub(super) const fn fence_phase(&self) -> Phase {
        match self.phase {
            _ if self.dialect.has_sequence_ids() => Phase::Waiting(self.free_id()),
            Phase::Idle(needed @ 1..) => Phase::Fencing(needed),
            _ => Phase::Fencing(AFTER_TROUBLE),
        }
    }

    /// Ends an exchange. Without ids nothing would tell a line that is still under way from the
    /// reply to the next command: neither a late reply nor one that comes twice. A dialect without
    /// ids may also have been found only now.
    #[inline(never)]
    pub(super) const fn settle(&mut self) {
        if self.dialect.has_sequence_ids() {
            self.phase = Phase::Idle(if self.unanswered < IDS_BEFORE_FENCE { 0 } else { 1 });
            return;
        }
        let own = if self.outstanding { AFTER_TROUBLE } else { 1 };
        let versions =
            if self.unanswered < MOST_VERSIONS { self.unanswered } else { MOST_VERSIONS };
        self.phase = Phase::Idle(versions.saturating_add(own));
    }

    pub(super) const fn is_waiting(&self) -> bool {
        !matches!(self.phase, Phase::Idle(_) | Phase::Done)
    }

    /// Lets go of a reply that was not taken and is about to be overwritten.
    pub(super) const fn overwrite(&mut self) {
        if matches!(self.phase, Phase::Done) {
            self.settle();
        }
    }

    /// A byte has brought nothing.
    pub(super) const fn spend_patience(&mut self) -> Progress {
        if self.is_waiting() {
            self.patience = self.patience.wrapping_sub(1);
            if self.patience == 0 {
                self.abandon();
                return Progress::GaveUp;
            }
        }
        Progress::Pending
    }

    /// `None`: it belongs to the past, or may.
    pub(super) fn take_reply(&mut self, reply: &Frame<'_>) -> Option<Progress> {
        if let Phase::Waiting(id) = self.phase {
            if reply.seq() == Some(id) {
                let was_fence = self.unanswered > IDS_BEFORE_FENCE;
                let reply = self.done();
                if was_fence {
                    self.phase = Phase::Idle(0);
                    return Some(Progress::Fenced);
                }
                return Some(reply);
            }
            if reply.seq().is_none() && reply.code() == Code::NK {
                // If an earlier line may be meant, the own reply may come after all.
                if !core::mem::replace(&mut self.outstanding, true) {
                    return Some(self.garbled());
                }
                count(&mut self.stats.garbled);
                return None;
            }
        } else if let Some(progress) = self.recognise.and_then(|it| it(self, reply)) {
            return Some(progress);
        }
        count(&mut self.stats.stale);
        None
    }

    /// Takes a reply that was given last of all. Lines do not overtake each other: what was asked
    /// before was answered, or never will be.
    pub(super) const fn done(&mut self) -> Progress {
        self.phase = Phase::Done;
        self.unanswered = 0;
        self.outstanding = false;
        Progress::Reply
    }

    pub(super) const fn garbled(&mut self) -> Progress {
        count(&mut self.stats.garbled);
        self.settle();
        Progress::Garbled
    }
}
