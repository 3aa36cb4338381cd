//! Replies without ids: those of firmware before 4.5, and of a controller that nothing is known of.

use rapi_core::{Check, Code, Dialect, Frame, SeqId};

use super::Progress;
use super::state::{Phase, State};

/// Takes a reply that has no id, or to a question for the dialect. `None`: it belongs to the past.
pub(super) type Recognise = fn(&mut State, &Frame<'_>) -> Option<Progress>;

pub(super) fn recognise(state: &mut State, reply: &Frame<'_>) -> Option<Progress> {
    let is_version = || dialect_of(reply, None).is_some();
    match state.phase {
        Phase::Fencing(needed) if is_version() => return Some(take_version(state, needed)),
        // The answer to a fence that was given up, or that came twice.
        Phase::Unmarked { asks_version: false } if is_version() => return None,
        // It may be what a controller says to a fence that was damaged.
        Phase::Unmarked { .. } if state.unanswered > 0 && is_bare_nk(reply) => {
            state.unanswered = state.unanswered.saturating_sub(1);
            state.outstanding = true;
            return Some(state.garbled());
        }
        Phase::Unmarked { .. } if reply.seq().is_none() => {}
        Phase::Probing(id) => {
            let found = dialect_of(reply, Some(id))?;
            // Whoever has said that lines may be long knows what cannot be found.
            if found != Dialect::V3 || state.dialect != Dialect::V3Long {
                state.dialect = found;
            }
        }
        _ => return None,
    }
    if reply.seq().is_some() {
        return Some(state.done());
    }
    if is_bare_nk(reply) {
        // It may have been said to a fence that was damaged and seemed to be answered, because an
        // earlier one was answered twice.
        state.outstanding = true;
    } else if !matches!(state.phase, Phase::Unmarked { asks_version: false }) {
        state.unanswered = state.unanswered.saturating_sub(1);
    } else {
        return Some(state.done());
    }
    state.phase = Phase::Done;
    Some(Progress::Reply)
}

/// Takes an answer to a fence, when so many were needed.
const fn take_version(state: &mut State, needed: u8) -> Progress {
    state.unanswered = state.unanswered.saturating_sub(1);
    state.phase = Phase::Idle(needed.saturating_sub(1));
    if needed <= 1 {
        state.outstanding = false;
    }
    Progress::Fenced
}

fn is_bare_nk(reply: &Frame<'_>) -> bool {
    reply.code() == Code::NK && reply.fields().all(<[u8]>::is_empty)
}

/// Tells from the answer to `$GV` with this id how a controller talks; `None` if it is not that
/// answer.
///
/// Strict, because what is taken for less protection than there is would open the door: a reply
/// without checksum has to say RAPI 1.x itself, one without id 2.x or less.
fn dialect_of(reply: &Frame<'_>, id: Option<SeqId>) -> Option<Dialect> {
    let protocol = reply.fields().nth(1)?;
    let major = *protocol.first()?;
    if reply.code() == Code::NK || !is_version(protocol) {
        return None;
    }
    match (reply.seq(), reply.check()) {
        (Some(seq), _) => (Some(seq) == id).then_some(Dialect::V3),
        (None, Check::None) => (major == b'1').then_some(Dialect::V1),
        (None, _) if protocol == b"2.0.0" => Some(Dialect::V2_0),
        (None, _) => (major <= b'2' || id.is_none()).then_some(Dialect::V2_1),
    }
}

/// Whether a text is three numbers, as no other reply ends; a fork may add something to the third.
fn is_version(text: &[u8]) -> bool {
    let mut dots = 0_u8;
    let mut digits = false;
    for byte in text {
        match byte {
            b'0'..=b'9' => digits = true,
            b'.' if digits && dots < 2 => {
                dots = dots.wrapping_add(1);
                digits = false;
            }
            _ => break,
        }
    }
    dots == 2 && digits
}
