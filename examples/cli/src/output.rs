//! What is printed: text for people, JSON for programs.

use std::io::{self, IsTerminal as _, Write as _};

use rapi_core::{AnyCommand, AnyResponse, CommandInfo, Notification};
use serde_json::{Map, Value, json};

use crate::catalogue;
use crate::cli::Common;
use crate::problem::Problem;

/// Prints a line. Nobody reading any more (`rapi status | head -1`) ends the program quietly.
pub fn say(line: &str) {
    if writeln!(io::stdout(), "{line}").is_err() {
        std::process::exit(0);
    }
}

/// How a text looks on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    Plain,
    Bold,
    Dim,
    /// Something is wrong.
    Alarm,
}

/// A text with its look, if there is a terminal and nobody minds (<https://no-color.org>).
pub fn styled(look: Look, text: &str) -> String {
    let code = match look {
        Look::Plain => return text.to_owned(),
        Look::Bold => "1",
        Look::Dim => "2",
        Look::Alarm => "1;31",
    };
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if no_colour || !io::stdout().is_terminal() {
        return text.to_owned();
    }
    format!("\x1b[{code}m{text}\x1b[0m")
}

/// Prints JSON: spread out for a person, on one line for a pipe.
pub fn say_json(value: &Value) {
    if io::stdout().is_terminal() {
        say(&format!("{value:#}"));
    } else {
        say(&value.to_string());
    }
}

/// Names and values of what can be shown, as people read them.
pub fn pairs(
    visit: impl FnOnce(&mut dyn FnMut(&'static str, &dyn std::fmt::Display)),
) -> Vec<(&'static str, String)> {
    let mut pairs = Vec::new();
    visit(&mut |name, value| pairs.push((name, value.to_string())));
    pairs
}

/// Breaks a text into lines of 79 characters; all but the first begin with an indentation.
pub fn say_wrapped(text: &str, indent: usize) {
    let mut line = String::new();
    for word in text.split(' ') {
        let space = usize::from(!line.trim().is_empty());
        if space > 0 && line.chars().count() + space + word.chars().count() > 79 {
            say(&line);
            line = " ".repeat(indent);
            line.push_str(word);
            continue;
        }
        if space > 0 || word.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    say(&line);
}

/// Names below each other, values beside them.
pub fn say_pairs(pairs: &[(&str, String)]) {
    let width = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, value) in pairs {
        say_wrapped(&format!("{:<width$}  {value}", name.replace('_', " ")), width + 2);
    }
}

fn texts(pairs: Vec<(&'static str, String)>) -> Value {
    let texts = pairs.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value)));
    Value::Object(texts.collect())
}

/// The fields of a serialised answer in one object, whatever it is made of.
fn values(info: &CommandInfo, serialised: Value) -> Value {
    let mut inner = match serialised {
        Value::Object(map) => map.into_iter().next().map_or(Value::Null, |(_, inner)| inner),
        other => other,
    };
    if !inner.is_object()
        && let [field] = info.fields
    {
        inner = json!({ field.name: inner });
    }
    let mut flat = Map::new();
    flatten(inner, &mut flat);
    flat.remove("accepted");
    Value::Object(flat)
}

fn flatten(value: Value, into: &mut Map<String, Value>) {
    let Value::Object(map) = value else { return };
    for (name, value) in map {
        if value.is_object() {
            flatten(value, into);
        } else {
            into.insert(name, value);
        }
    }
}

/// An answer as JSON: numbers in `values`, what they mean in `text`.
pub fn answer_json(command: &AnyCommand, answer: Option<&AnyResponse>) -> Value {
    let info = command.info();
    let mut object = json!({ "command": info.name, "code": info.code });
    if let Some(answer) = answer {
        let serialised = serde_json::to_value(answer).unwrap_or_default();
        object["accepted"] = answer.accepted().into();
        object["values"] = values(info, serialised);
        object["text"] = texts(pairs(|visitor| answer.visit(visitor)));
    }
    object
}

/// A notification as JSON.
pub fn notification_json(notification: &Notification) -> Value {
    let serialised = serde_json::to_value(notification).unwrap_or_default();
    let (name, values) = match serialised {
        Value::Object(map) => map.into_iter().next().unwrap_or_default(),
        _ => Default::default(),
    };
    let text = texts(pairs(|visitor| notification.visit(visitor)));
    json!({ "notification": name, "code": notification.code(), "values": values, "text": text })
}

/// Shows what a station answered.
pub fn answer(
    common: &Common,
    command: &AnyCommand,
    answer: Option<AnyResponse>,
) -> Result<(), Problem> {
    if common.json {
        say_json(&answer_json(command, answer.as_ref()));
    } else {
        match answer {
            None => say("sent; the controller never answers this"),
            Some(answer) => match pairs(|visitor| answer.visit(visitor)) {
                pairs if pairs.is_empty() => say("done"),
                pairs => say_pairs(&pairs),
            },
        }
    }
    match answer {
        Some(answer) if !answer.accepted() => Err(Problem::Refused(
            "the station said NK: what it says above is what holds now, not what was asked for"
                .to_owned(),
        )),
        _ => Ok(()),
    }
}

/// Asks before what could do harm.
pub fn confirm(common: &Common, command: &AnyCommand) -> Result<(), Problem> {
    let info = command.info();
    let Some(reason) = catalogue::is_dangerous(info) else { return Ok(()) };
    let mut line = [0; 64];
    let line = command.encode(None, common.dialect(), &mut line).map(|len| &line[..len]);
    let line = String::from_utf8_lossy(line.unwrap_or_default());
    let line = line.split('^').next().unwrap_or_default();
    let mut summary = info.summary.trim_end_matches('.').to_owned();
    if let Some(first) = summary.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    let what = format!("{line} {summary}, and needs a yes: {reason}");
    ask(common, &what)
}

/// Asks, if there is somebody to ask and it has not been answered yet.
pub fn ask(common: &Common, what: &str) -> Result<(), Problem> {
    if common.yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(Problem::Unconfirmed(format!("{what}; say --yes if you mean it")));
    }
    eprint!("{what}.\nSend it? [y/N] ");
    let mut word = String::new();
    io::stdin().read_line(&mut word)?;
    if matches!(word.trim(), "y" | "Y" | "yes") {
        Ok(())
    } else {
        Err(Problem::Unconfirmed("not sent".to_owned()))
    }
}
