//! What a message on a topic of a station means: where a stranger's words come in. No I/O in here.

use serde_json::Value;

use crate::rapi::{self, Document, Refusal, Request};
use crate::{config, control};

/// Nothing that is longer is read: a schedule with all its events has a fifth of it.
pub const LONGEST: usize = 64 * 1024;
/// Below the base: sentences about commands that were not carried out.
pub const ERROR: &str = "rapi/error";

/// Below the base: orders of the divert mode.
pub const MODE: &str = "divertmode/set";
/// Below the base: orders to the car of a simulated station.
pub const CAR: &str = "sim/set";

/// All topics below the base on which orders come, of a station that is simulated or not.
pub fn orders(simulated: bool) -> impl Iterator<Item = &'static str> {
    control::TOPICS.into_iter().chain([MODE]).chain(simulated.then_some(CAR))
}

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
        _ if payload.len() > LONGEST => (Value::Null, Err(Refusal::TooLong)),
        Ok((id, params)) => (id, rapi::parse(config, given, &params)),
        Err(refusal) => (Value::Null, Err(refusal)),
    };
    Command { given, id, request }
}

/// What is answered, and where, below the base, to a message for which there is no time.
#[must_use]
pub fn busy(base: &str, topic: &str, payload: &[u8], retained: bool) -> Vec<(String, String)> {
    const WHY: &str = "the bridge is busy: try again";
    let topic = topic.strip_prefix(base).and_then(|topic| topic.strip_prefix('/'));
    let Some(topic) = topic.filter(|_| !retained) else { return Vec::new() };
    if let Some(given) = topic.strip_prefix("rapi/in/") {
        let id = rapi::split(payload).map_or(Value::Null, |(id, _)| id);
        let document = Document::refused(id, given, "busy", WHY.to_owned());
        return vec![
            (ERROR.to_owned(), format!("{}: {WHY}", document.cmd)),
            (document.topic(), document.json()),
        ];
    }
    let gives_orders = orders(true).any(|order| order == topic);
    let answer = gives_orders.then(|| (result(topic), format!("error: {WHY}")));
    answer.into_iter().collect()
}

/// Where an order is answered, below the base.
#[must_use]
pub fn result(topic: &str) -> String {
    format!("{}/result", topic.trim_end_matches("/set"))
}

/// A sentence in which a stranger's words may stand, as long as a person reads: its begin, which says what is
/// wrong, and its end, which says what would be right.
#[must_use]
pub fn short(sentence: &str) -> String {
    const PART: usize = 200;
    let begin = sentence.char_indices().nth(PART).map(|(at, _)| at);
    let end = sentence.char_indices().nth_back(PART - 1).map(|(at, _)| at);
    let (Some(begin), Some(end)) = (begin, end) else { return sentence.to_owned() };
    if begin >= end {
        return sentence.to_owned();
    }
    format!("{} … {}", &sentence[..begin], &sentence[end..])
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
        let long = [b' '; LONGEST + 1];
        match super::read(&config, "a/b", "a/b/rapi/in/$GV", &long, false) {
            Some(Message::Command(command)) => assert_eq!(command.request, Err(Refusal::TooLong)),
            other => panic!("{other:?}"),
        }
        let wanted = config::Rapi { retained: true, ..config::Rapi::default() };
        assert!(super::read(&wanted, "a/b", "a/b/rapi/in/$GV", b"", true).is_some());
        assert!(super::read(&wanted, "a/b", "a/b/enable/set", b"", true).is_none());
    }

    #[test]
    fn a_question_for_which_there_is_no_time_is_answered_and_a_reading_is_not() {
        let busy =
            |topic: &str, payload: &str, retained| busy("a/b", topic, payload.as_bytes(), retained);
        let told = busy("a/b/rapi/in/$SC", r#"{"id": 7, "params": "16 V"}"#, false);
        let [(error, sentence), (topic, document)] = &told[..] else { panic!("{told:?}") };
        assert_eq!((&**error, &**topic), ("rapi/error", "rapi/out/$SC"));
        assert_eq!(sentence, "$SC: the bridge is busy: try again");
        let document: Value = document.parse().unwrap();
        assert_eq!((&document["id"], &document["error"]), (&Value::from(7), &Value::from("busy")));
        for (topic, answer) in [
            ("current/set", "current/result"),
            ("divertmode/set", "divertmode/result"),
            ("sim/set", "sim/result"),
            ("schedule/clear", "schedule/clear/result"),
            ("restart", "restart/result"),
        ] {
            let told = busy(&format!("a/b/{topic}"), "", false);
            let sentence = "error: the bridge is busy: try again".to_owned();
            assert_eq!(told, [(answer.to_owned(), sentence)]);
        }
        for topic in orders(true) {
            assert_eq!(busy(&format!("a/b/{topic}"), "", false).len(), 1, "{topic}");
        }
        for (topic, retained) in [("a/b/current/set", true), ("home/grid", false), ("a/b", false)] {
            assert!(busy(topic, "", retained).is_empty(), "{topic}");
        }
    }

    #[test]
    fn a_sentence_keeps_its_begin_and_its_end() {
        assert_eq!(short("16 A are wrong; 6 to 80"), "16 A are wrong; 6 to 80");
        let long = short(&format!("wrong: {}; right", "ü".repeat(100_000)));
        assert!(long.starts_with("wrong: ü") && long.ends_with("ü; right"), "{long}");
        assert!(long.chars().count() < 500);
        for count in 398..404 {
            assert!(short(&"ü".repeat(count)).chars().count() >= count.min(400), "{count}");
        }
    }
}
