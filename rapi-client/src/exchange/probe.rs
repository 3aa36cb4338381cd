//! What the answer to the question for the versions tells.

use rapi_core::{Check, Dialect, Reply, SeqId};

/// Tells from the answer to `$GV` with this id how a controller talks; `None` if it is not that
/// answer.
///
/// Strict, because what is taken for less protection than there is would open the door: a reply
/// without checksum has to say RAPI 1.x itself, one without id 2.x or less.
pub(super) fn dialect_of(reply: &Reply<'_>, check: Check, id: Option<SeqId>) -> Option<Dialect> {
    let protocol = reply.fields().nth(1)?;
    let major = *protocol.first()?;
    if !reply.accepted() || !is_version(protocol) {
        return None;
    }
    match (reply.seq(), check) {
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
