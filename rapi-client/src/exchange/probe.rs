//! What the answer to the question for the versions tells.

use rapi_core::commands::Version;
use rapi_core::{Check, Dialect, Reply, Response, SeqId};

/// Tells from the answer to `$GV` with this id how a controller talks; `None` if it is not that
/// answer.
///
/// Strict, because what is taken for less protection than there is would open the door: a reply
/// without checksum has to say RAPI 1.x itself, one without id 2.x or less.
pub(super) fn dialect_of(reply: &Reply<'_>, check: Check, id: Option<SeqId>) -> Option<Dialect> {
    let version = Version::decode(reply).ok()?;
    let protocol = version.protocol.as_bytes();
    let major = *protocol.first()?;
    if !is_version(protocol) {
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
    let mut parts = text.splitn(3, |&byte| byte == b'.');
    let is_number = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    parts.next().is_some_and(is_number)
        && parts.next().is_some_and(is_number)
        && parts.next().and_then(<[u8]>::first).is_some_and(u8::is_ascii_digit)
}
