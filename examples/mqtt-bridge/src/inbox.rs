//! What a message on a topic of a station means: where a stranger's words come in. No I/O in here.

use serde_json::Value;

use crate::config;
use crate::rapi::{self, Refusal, Request};

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Message<'a> {
    /// A RAPI command.
    Command(Command<'a>),
    /// The name of the bridge that has the station.
    Owner,
    /// Something else: the topic below the base.
    Order(&'a str),
}

/// A RAPI command.
#[derive(Clone, Debug, PartialEq)]
pub struct Command<'a> {
    /// As it was given: what follows `rapi/in/`.
    pub given: &'a str,
    /// What the user gave to know the answer by.
    pub id: Value,
    /// What is to be sent, or why nothing is.
    pub request: Result<Request, Refusal>,
}

/// Reads a message on a topic below `base`; nothing if it is elsewhere, or must be ignored: what is
/// `retained` may be of any age, and comes again with each connection.
#[must_use]
pub fn read<'a>(
    config: &config::Rapi,
    base: &str,
    topic: &'a str,
    payload: &[u8],
    retained: bool,
) -> Option<Message<'a>> {
    let topic = topic.strip_prefix(base)?.strip_prefix('/')?;
    if topic == OWNER {
        return Some(Message::Owner);
    }
    match topic.strip_prefix("rapi/in/") {
        Some(_) if retained && !config.retained => None,
        Some(given) => Some(Message::Command(command(config, given, payload))),
        None => (!retained).then_some(Message::Order(topic)),
    }
}

/// Reads a command and its payload.
#[must_use]
pub fn command<'a>(config: &config::Rapi, given: &'a str, payload: &[u8]) -> Command<'a> {
    let (id, request) = match rapi::split(payload) {
        Ok((id, params)) => (id, rapi::parse(config, given, &params)),
        Err(refusal) => (Value::Null, Err(refusal)),
    };
    Command { given, id, request }
}

/// Below the base: who has the station.
pub const OWNER: &str = "owner";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_retained_or_somebody_else_s_is_no_message() {
        let config = config::Rapi::default();
        let read = |topic, retained| read(&config, "a/b", topic, b"", retained);
        assert!(matches!(
            read("a/b/rapi/in/$GV", false),
            Some(Message::Command(Command { given: "$GV", request: Ok(_), .. }))
        ));
        assert_eq!(read("a/b/enable/set", false), Some(Message::Order("enable/set")));
        for retained in ["a/b/rapi/in/$GV", "a/b/enable/set"] {
            assert_eq!(read(retained, true), None);
        }
        // The owner is a retained message.
        assert_eq!(read("a/b/owner", true), Some(Message::Owner));
        for other in ["a/bc/enable/set", "a/b", "a/enable/set", "b/enable/set", ""] {
            assert_eq!(read(other, false), None, "{other}");
        }
        let wanted = config::Rapi { retained: true, ..config::Rapi::default() };
        assert!(super::read(&wanted, "a/b", "a/b/rapi/in/$GV", b"", true).is_some());
        assert!(super::read(&wanted, "a/b", "a/b/enable/set", b"", true).is_none());
    }
}
