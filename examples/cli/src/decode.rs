//! Explains what stands in a log or a capture of the line.

use std::collections::HashMap;
use std::io::{self, Read as _};
use std::path::Path;

use anyhow::Context as _;
use rapi_core::{
    AnyCommand, AnyResponse, Code, Dialect, Frame, FrameError, Incoming, Notification, Sender,
    SeqId,
};
use serde_json::{Value, json};

use crate::cli::Common;
use crate::output;
use crate::problem::Problem;

/// What a frame is.
#[derive(Debug)]
pub enum Meaning {
    /// A command of the table.
    Command(AnyCommand),
    /// A command that the table does not have, or with wrong arguments; in words.
    OtherCommand(String),
    /// The answer to the last command.
    Answer(AnyCommand, AnyResponse),
    /// An answer that cannot be decoded, because its command is not known or does not fit.
    OtherAnswer(String),
    /// Sent by the controller on its own account.
    Notification(Notification),
    /// Damaged.
    Damaged(FrameError),
}

/// Explains frames one after the other: which command an answer belongs to, only those before tell,
/// and the sequence id if there is one.
#[derive(Debug, Default)]
pub struct Explainer {
    /// What has not been answered yet: one for each id, and one without.
    asked: HashMap<Option<SeqId>, AnyCommand>,
}

impl Explainer {
    /// Explains a frame, CR cut off.
    pub fn explain(&mut self, line: &[u8]) -> Meaning {
        let from_controller = Frame::parse(line, Sender::Controller);
        match from_controller {
            Ok(frame) if is_from_controller(&frame) => self.controllers(&frame),
            _ => match Frame::parse(line, Sender::Client) {
                Ok(frame) => self.command(&frame),
                Err(error) => Meaning::Damaged(error),
            },
        }
    }

    fn command(&mut self, frame: &Frame<'_>) -> Meaning {
        match AnyCommand::try_from(frame) {
            Ok(command) => {
                self.asked.insert(frame.seq(), command);
                Meaning::Command(command)
            }
            Err(error) => {
                self.asked.remove(&frame.seq());
                Meaning::OtherCommand(error.to_string())
            }
        }
    }

    fn controllers(&mut self, frame: &Frame<'_>) -> Meaning {
        // The dialect that expects nothing: what was checked was right.
        match Incoming::sort(frame, Dialect::V1) {
            Ok(Incoming::Notification(notification)) => Meaning::Notification(notification),
            Ok(Incoming::Reply(reply)) => match self.asked.remove(&reply.seq()) {
                Some(command) => match command.decode_reply(&reply) {
                    Ok(answer) => Meaning::Answer(command, answer),
                    Err(error) => Meaning::OtherAnswer(format!("{}: {error}", command.info().name)),
                },
                None => {
                    let outcome = if reply.accepted() { "accepted" } else { "refused" };
                    Meaning::OtherAnswer(format!("{outcome}, but to which command is not known"))
                }
            },
            Ok(_) => Meaning::OtherAnswer("neither an answer nor a notification".to_owned()),
            Err(error) => Meaning::OtherAnswer(error.to_string()),
        }
    }
}

/// `$ST` is a notification with one field and a command with four.
fn is_from_controller(frame: &Frame<'_>) -> bool {
    match &frame.code().to_bytes() {
        b"AT" | b"AB" | b"AN" | b"WF" => true,
        b"ST" => frame.fields().count() == 1,
        _ => matches!(frame.code(), Code::OK | Code::NK),
    }
}

/// One line of explanation, for people.
pub fn text(meaning: &Meaning) -> String {
    match meaning {
        Meaning::Command(command) => {
            let arguments = command.to_string();
            let separator = if arguments.is_empty() { "" } else { ": " };
            format!("{}{separator}{arguments}", command.info().name)
        }
        Meaning::OtherCommand(problem) => format!("unknown command: {problem}"),
        Meaning::Answer(_, answer) if answer.accepted() => answer.to_string(),
        Meaning::Answer(_, answer) => format!("not as asked: {answer}"),
        Meaning::OtherAnswer(problem) => problem.clone(),
        Meaning::Notification(notification) => {
            let name = output::notification_json(notification)["notification"].clone();
            format!("{}: {notification}", name.as_str().unwrap_or_default())
        }
        Meaning::Damaged(error) => format!("damaged: {error}"),
    }
}

fn to_json(line: &str, meaning: &Meaning) -> Value {
    let mut object = json!({ "line": line });
    let detail = match meaning {
        Meaning::Command(command) => {
            let arguments = output::pairs(|visitor| command.visit(visitor));
            let arguments: serde_json::Map<_, _> = arguments
                .into_iter()
                .map(|(name, text)| (name.to_owned(), Value::String(text)))
                .collect();
            object["kind"] = "command".into();
            json!({ "command": command.info().name, "text": arguments })
        }
        Meaning::Answer(command, answer) => {
            object["kind"] = "answer".into();
            output::answer_json(command, Some(answer))
        }
        Meaning::Notification(notification) => {
            object["kind"] = "notification".into();
            output::notification_json(notification)
        }
        other => {
            object["kind"] = match other {
                Meaning::Damaged(_) => "damaged",
                Meaning::OtherCommand(_) => "command",
                _ => "answer",
            }
            .into();
            json!({ "problem": text(other) })
        }
    };
    if let (Value::Object(object), Value::Object(detail)) = (&mut object, detail) {
        object.extend(detail);
    }
    object
}

/// Finds the frames in whatever it is: a capture, a log with other text around them, or one of our
/// recordings.
pub fn frames(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    for line in bytes.split(|byte| matches!(byte, b'\r' | b'\n')) {
        if let Some(exchange) = recorded(line) {
            for side in exchange {
                frames.extend(side.split(|&byte| byte == b'\r').flat_map(in_line));
            }
        } else {
            frames.extend(in_line(line));
        }
    }
    frames
}

/// Both sides of a line of a recording.
fn recorded(line: &[u8]) -> Option<[Vec<u8>; 2]> {
    let record: Value = serde_json::from_slice(line.trim_ascii()).ok()?;
    let side = |name: &str| -> Option<Vec<u8>> {
        record.get(name)?.as_str()?.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
    };
    Some([side("send")?, side("recv")?])
}

/// The frames of one line of text: from each `$` on, up to where the checksum ends, or the line.
fn in_line(line: &[u8]) -> Vec<Vec<u8>> {
    let mut pieces = line.split(|&byte| byte == b'$');
    // What stands before the first one is a time stamp or noise.
    pieces.next();
    pieces.filter_map(in_piece).collect()
}

fn in_piece(piece: &[u8]) -> Option<Vec<u8>> {
    let mark = piece.iter().position(|byte| matches!(byte, b'^' | b'*'));
    let end = match mark {
        Some(mark) => {
            let digits = piece.iter().skip(mark + 1).take_while(|byte| byte.is_ascii_hexdigit());
            mark + 1 + digits.count().min(2)
        }
        // Without one, a quote or a closing bracket belongs to the log, and `$OK ` ends in a space.
        None => piece
            .iter()
            .position(|byte| matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'\\' | b','))
            .unwrap_or(piece.len()),
    };
    let frame = piece.get(..end)?.trim_ascii_end();
    // The price of something is no frame.
    let code = frame.get(..2)?;
    (code.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && code.first()?.is_ascii_uppercase())
    .then(|| [b"$", frame].concat())
}

/// Explains a file, or what comes from the standard input.
pub fn run(common: &Common, file: &Path) -> Result<(), Problem> {
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        io::stdin().read_to_end(&mut bytes).context("cannot read the standard input")?;
    } else {
        bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    }
    let mut explainer = Explainer::default();
    let frames = frames(&bytes);
    for frame in &frames {
        let meaning = explainer.explain(frame);
        let line = String::from_utf8_lossy(frame);
        if common.json {
            output::say_json(&to_json(&line, &meaning));
        } else {
            output::say(&format!("{line:<28} {}", text(&meaning)));
        }
    }
    if frames.is_empty() {
        return Err(Problem::Failed(anyhow::anyhow!(
            "there is no frame in it: a frame begins with $, for instance $GS^30"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(text: &str) -> Vec<String> {
        let mut explainer = Explainer::default();
        frames(text.as_bytes()).iter().map(|frame| super::text(&explainer.explain(frame))).collect()
    }

    #[test]
    fn frames_are_found_in_logs_captures_and_recordings() {
        let expected = ["GetVersion", "firmware: 8.2.3; protocol: 5.2.1"];
        for text in [
            "$GV^35\r$OK 8.2.3 5.2.1^2F\r",
            "12:00:01.5 TX: $GV^35\n12:00:01.6 RX: $OK 8.2.3 5.2.1^2F\n",
            "sent \"$GV^35\", got \"$OK 8.2.3 5.2.1^2F\"\n",
            r#"{"send": "$GV^35\r", "recv": "$OK 8.2.3 5.2.1^2F\r", "ms": 1.0, "note": ""}"#,
            "\nrelayCloseMs: 100\r\n$GV^35\r$OK 8.2.3 5.2.1^2F\r\n",
            "$GV\r\n$OK 8.2.3 5.2.1\r\n",
        ] {
            assert_eq!(explained(text), expected, "{text}");
        }
        assert!(frames(b"it costs US$5 or $x").is_empty());
    }

    #[test]
    fn an_answer_belongs_to_the_command_with_its_id() {
        let asked = "$GE :01\r$GG :02\r";
        let late = explained(&format!("{asked}$OK 0 240000 :02\r$OK 24 0001 :01\r"));
        assert_eq!(late[2], "current: 0 mA; voltage: 240000 mV");
        assert_eq!(late[3], "amps: 24 A; flags: level 2");
    }

    #[test]
    fn what_goes_wrong_is_said() {
        assert_eq!(
            explained("$SC 200 V^50\r$NK 32^00\r$OK 17^07\r$OK^20\r$XX 1\r$AT 03 03 16 0540^37\r"),
            [
                "SetCurrent: amps: 200 A",
                "not as asked: amps: 32 A",
                "damaged: the checksum says 07, the bytes give 06",
                "accepted, but to which command is not known",
                "unknown command: no command has this code",
                "Transition: evse: charging; pilot: C; amps: 16 A; \
                 flags: relay closed, ev connected, ev was connected",
            ]
        );
    }
}
