//! RAPI over MQTT: from topic and payload to a command, from a reply to a line.

mod answer;
mod eeprom;

use std::fmt;

use rapi_core::{
    AnyCommand, ArgumentError, COMMANDS, Class, Code, CommandInfo, DecodeError, Dialect, Frame,
    FrameError, Sender, SeqId,
};
use serde_json::Value;

pub use answer::{Document, line};
pub use eeprom::{EepromGuard, EepromWear};

use crate::{config, inbox};

/// A command that somebody sent over MQTT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What to send.
    pub command: AnyCommand,
    /// The sequence id that the user wants to see in the answer.
    pub seq: Option<SeqId>,
}

/// Why a command is not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It does not begin with `$`.
    NoCommand,
    /// It has a checksum, which is the bridge's business, or a mark that would begin one.
    Checksum,
    /// It is no RAPI.
    Frame(FrameError),
    /// The table of commands does not have it.
    Unknown(Code),
    /// Its arguments are wrong.
    Arguments(Code, DecodeError),
    /// An argument is out of its range, or the line is too long.
    Encode(&'static str, ArgumentError),
    /// It is too dangerous to be let in.
    Forbidden(&'static str, Class),
    /// The payload is no JSON, or not the one that is understood.
    Json(&'static str),
    /// The payload is longer than any command.
    TooLong,
    /// The EEPROM has been written too often.
    EepromWear(EepromWear),
}

impl Refusal {
    /// A word for programs.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NoCommand | Self::Checksum | Self::Frame(_) | Self::Json(_) | Self::TooLong => {
                "malformed"
            }
            Self::Unknown(_) => "unknown",
            Self::Arguments(..) => "bad_arguments",
            Self::Encode(..) => "out_of_range",
            Self::Forbidden(..) => "blocked",
            Self::EepromWear(_) => "eeprom_wear",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCommand => f.write_str("a command begins with $, for instance $GS"),
            Self::Checksum => {
                f.write_str("leave the checksum out, and ^ and *: the bridge adds it")
            }
            Self::Frame(error) => write!(f, "this is no RAPI command: {error}"),
            Self::Unknown(code) => write!(f, "the bridge does not know the command ${code}"),
            Self::Arguments(code, error) => {
                write!(f, "{error}; the command is")?;
                let rows = COMMANDS.iter().filter(|info| info.code == *code);
                for (number, info) in rows.enumerate() {
                    write!(f, "{} ${}", if number == 0 { "" } else { " or" }, info.usage)?;
                }
                Ok(())
            }
            Self::Encode(usage, error) => write!(f, "{error}; the command is ${usage}"),
            Self::Forbidden(usage, class) => {
                write!(
                    f,
                    "${usage} is not allowed here: its class is {class}; see \
                     rapi.allow_commands in the configuration"
                )
            }
            Self::Json(problem) => {
                write!(f, "{problem}; a payload is {{\"id\": 1, \"params\": \"13 V\"}}, or 13 V")
            }
            Self::TooLong => write!(f, "a payload has at most {} bytes", inbox::LONGEST),
            Self::EepromWear(wear) => fmt::Display::fmt(wear, f),
        }
    }
}

/// Whether a command may be sent. The class belongs to the exact code and variant: a row
/// of the table.
#[must_use]
pub fn is_allowed(config: &config::Rapi, info: &CommandInfo) -> bool {
    let named = |list: &[config::Rows]| list.iter().any(|rows| rows.has(info));
    !named(&config.deny_commands)
        && (config.allow.contains(&info.class) || named(&config.allow_commands))
}

/// A command as a person writes it: without checksum.
#[must_use]
pub fn text(command: &AnyCommand) -> String {
    let mut line = [0; 64];
    let written = command.encode(None, Dialect::V3, &mut line).ok();
    let line = written.and_then(|len| line.get(..len)?.split(|byte| *byte == b'^').next());
    line.map_or_else(
        || format!("${}", command.info().usage),
        |line| String::from_utf8_lossy(line).into_owned(),
    )
}

/// What a command can do; nothing if it is none that would be sent.
#[must_use]
pub fn class(line: &str) -> Option<Class> {
    match parse(&config::Rapi::default(), line, "") {
        Ok(request) => Some(request.command.info().class),
        Err(Refusal::Forbidden(_, class)) => Some(class),
        Err(_) => None,
    }
}

/// The id that the user gave, and the arguments: a payload is these arguments, or JSON with them.
///
/// # Errors
///
/// It is JSON, but not that.
pub fn split(payload: &[u8]) -> Result<(Value, String), Refusal> {
    let payload = payload.trim_ascii();
    if payload.first() != Some(&b'{') {
        // What is no text is no RAPI either.
        return Ok((Value::Null, String::from_utf8_lossy(payload).into_owned()));
    }
    let Ok(Value::Object(mut object)) = serde_json::from_slice(payload) else {
        return Err(Refusal::Json("this is no JSON"));
    };
    let id = object.remove("id").unwrap_or_default();
    let word = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let params = match object.remove("params").unwrap_or_default() {
        Value::Null => Some(String::new()),
        Value::Array(list) => {
            list.iter().map(word).collect::<Option<Vec<_>>>().map(|words| words.join(" "))
        }
        value => word(&value),
    };
    if let (Some(params), true) = (params, object.is_empty()) {
        return Ok((id, params));
    }
    Err(Refusal::Json("this JSON has something else than id and params"))
}

/// Reads a command from what follows `rapi/in/` in the topic, and its arguments.
///
/// # Errors
///
/// What is wrong with it, in words for the person who sent it. Nothing that is let through can
/// become a second command: the line is not passed on but written anew from what was understood.
pub fn parse(config: &config::Rapi, topic: &str, params: &str) -> Result<Request, Refusal> {
    let mut line = topic.as_bytes().to_vec();
    let params = params.trim_ascii();
    if !params.is_empty() {
        line.push(b' ');
        line.extend_from_slice(params.as_bytes());
    }
    if line.first() != Some(&b'$') {
        return Err(Refusal::NoCommand);
    }
    if line.contains(&b'^') || line.contains(&b'*') {
        return Err(Refusal::Checksum);
    }
    let frame = Frame::parse(&line, Sender::Client).map_err(Refusal::Frame)?;
    let command = AnyCommand::try_from(&frame).map_err(|error| match error {
        DecodeError::UnknownCode => Refusal::Unknown(frame.code()),
        error => Refusal::Arguments(frame.code(), error),
    })?;
    let info = command.info();
    // Ranges and length, with the id that the client will add.
    let mut written = [0; 64];
    command
        .encode(Some(SeqId::FIRST), Dialect::V3, &mut written)
        .map_err(|error| Refusal::Encode(info.usage, ArgumentError::of_line(info, error)))?;
    if !is_allowed(config, info) {
        return Err(Refusal::Forbidden(info.usage, info.class));
    }
    Ok(Request { command, seq: frame.seq() })
}

#[cfg(test)]
mod tests;
