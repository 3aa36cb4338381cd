//! Completion, and a hint at what follows.

use rapi_core::COMMANDS;
use rustyline::completion::{Completer, Pair};
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::validate::Validator;
use rustyline::{Context, Result};

use crate::catalogue::{self, Verb};
use crate::value;
use rapi_core::{CommandInfo, Form};

/// Knows the table of commands.
pub(super) struct Helper;

const WORDS: [&str; 4] = ["status", "listen", "help", "quit"];

/// What may stand at the last word of a line.
fn candidates(line: &str) -> Vec<(String, &'static str)> {
    let words: Vec<&str> = line.split(' ').collect();
    match words.as_slice() {
        [] => Vec::new(),
        [first] => {
            let dollar = if first.starts_with('$') { "$" } else { "" };
            let codes =
                COMMANDS.iter().map(|info| (format!("{dollar}{}", info.code), info.summary));
            let verbs = Verb::ALL.iter().map(|verb| (verb.name().to_owned(), ""));
            let words = WORDS.iter().map(|word| ((*word).to_owned(), ""));
            let mut all: Vec<_> = verbs.chain(words).chain(codes).collect();
            all.dedup_by(|one, other| one.0 == other.0);
            all
        }
        [verb, _] => match Verb::ALL.into_iter().find(|known| known.name() == *verb) {
            Some(verb) => catalogue::rows(verb)
                .filter(|(_, info)| info.until.is_none())
                .map(|(name, info)| (name, info.summary))
                .collect(),
            None => Vec::new(),
        },
        [verb, name, before @ .., _] => row(verb, name)
            .and_then(|info| info.flat_arguments().nth(before.len()))
            .map(|argument| match argument.form {
                Form::Switch | Form::Words(_) | Form::Codes { .. } => value::accepted(argument)
                    .split(", ")
                    .map(|word| (word.to_owned(), ""))
                    .collect(),
                _ => Vec::new(),
            })
            .unwrap_or_default(),
    }
}

fn row(verb: &str, name: &str) -> Option<&'static CommandInfo> {
    let verb = Verb::ALL.into_iter().find(|known| known.name() == verb)?;
    catalogue::rows(verb).find(|(known, _)| known == name).map(|(_, info)| info)
}

impl Completer for Helper {
    type Candidate = Pair;

    fn complete(&self, line: &str, place: usize, _: &Context<'_>) -> Result<(usize, Vec<Pair>)> {
        let before = line.get(..place).unwrap_or(line);
        let start = before.rfind(' ').map_or(0, |space| space + 1);
        let word = before.get(start..).unwrap_or_default();
        let pairs = candidates(before)
            .into_iter()
            .filter(|(candidate, _)| candidate.starts_with(word))
            .map(|(candidate, about)| Pair {
                display: if about.is_empty() {
                    candidate.clone()
                } else {
                    format!("{candidate:<24} {about}")
                },
                replacement: candidate,
            })
            .collect();
        Ok((start, pairs))
    }
}

impl Hinter for Helper {
    type Hint = String;

    /// The arguments that are still to come.
    fn hint(&self, line: &str, place: usize, _: &Context<'_>) -> Option<String> {
        if place < line.len() || line.ends_with(' ') {
            return None;
        }
        let words: Vec<&str> = line.split(' ').collect();
        let (info, given) = match words.as_slice() {
            [verb, name, given @ ..] => (row(verb, name)?, given.len()),
            [code] => {
                let code = code.trim_start_matches('$');
                let mut rows = COMMANDS.iter().filter(|info| info.code.to_string() == code);
                let first = rows.next()?;
                // Several: the usage of one would hide the others.
                if rows.next().is_some() {
                    return None;
                }
                (*first, 0)
            }
            _ => return None,
        };
        let names: Vec<_> =
            info.flat_arguments().skip(given).map(|argument| argument.name).collect();
        (!names.is_empty()).then(|| format!(" {}", names.join(" ")))
    }
}

impl Highlighter for Helper {
    fn highlight_hint<'h>(&self, hint: &'h str) -> std::borrow::Cow<'h, str> {
        format!("\x1b[2m{hint}\x1b[0m").into()
    }
}

impl Validator for Helper {}
impl rustyline::Helper for Helper {}

#[cfg(test)]
mod tests {
    use super::*;

    fn completed(line: &str) -> Vec<String> {
        let history = rustyline::history::DefaultHistory::new();
        let context = Context::new(&history);
        let (_, pairs) = Helper.complete(line, line.len(), &context).unwrap();
        pairs.into_iter().map(|pair| pair.replacement).collect()
    }

    #[test]
    fn codes_names_and_values_are_completed() {
        assert_eq!(completed("$GU"), ["$GU"]);
        assert_eq!(completed("sta"), ["status"]);
        assert_eq!(completed("get ene"), ["energy", "energy-limit"]);
        assert_eq!(completed("set lcd-colour vi"), ["violet"]);
        assert_eq!(completed("set diode-check o"), ["on", "off"]);
        assert!(completed("set current 1").is_empty());
    }

    #[test]
    fn the_arguments_to_come_are_hinted_at() {
        let history = rustyline::history::DefaultHistory::new();
        let context = Context::new(&history);
        let hint = |line: &str| Helper.hint(line, line.len(), &context);
        assert_eq!(hint("set current").as_deref(), Some(" amps"));
        assert_eq!(hint("do print-text 0").as_deref(), Some(" row text"));
        assert_eq!(hint("$SL").as_deref(), Some(" level"));
        assert_eq!(hint("$SC"), None);
        assert_eq!(hint("get state"), None);
    }
}
