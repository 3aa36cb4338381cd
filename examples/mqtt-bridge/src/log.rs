//! What is logged: where it goes to, and its last lines, for the page.

mod output;

use std::collections::VecDeque;
use std::fmt::{self, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use output::AMONG;
pub use output::{EXCHANGE, HINT, NEWS, start, station};

/// So many are kept.
const KEPT: usize = 500;
/// A line is cut off behind so many characters.
const LONGEST: usize = 1000;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Counts from 1.
    pub id: u64,
    /// Unix time.
    pub at: i64,
    /// `error`, `warn`, `info`, `debug`, or `rapi` for an exchange with a station.
    pub level: &'static str,
    /// What it says.
    pub text: String,
}

struct Log {
    lines: VecDeque<Line>,
    last: u64,
}

static LOG: Mutex<Log> = Mutex::new(Log { lines: VecDeque::new(), last: 0 });

fn log() -> MutexGuard<'static, Log> {
    // A line is pushed or not.
    LOG.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The lines behind one of them.
#[must_use]
pub fn after(id: u64) -> Vec<Line> {
    log().lines.iter().filter(|line| line.id > id).cloned().collect()
}

fn push(level: &'static str, text: &str) {
    let at = Timestamp::now().as_second();
    let text = text.chars().take(LONGEST).collect();
    let mut log = log();
    log.last += 1;
    let id = log.last;
    log.lines.push_back(Line { id, at, level, text });
    if log.lines.len() > KEPT {
        log.lines.pop_front();
    }
}

/// Keeps what is logged.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keeper;

/// The name of one of several stations, which its span carries.
struct Name(String);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Keeper {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut name = Text { field: "station", text: String::new() };
        attributes.record(&mut name);
        if let Some(span) = context.span(id).filter(|_| attributes.metadata().target() == AMONG) {
            span.extensions_mut().insert(Name(name.text));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let target = event.metadata().target();
        let level = match *event.metadata().level() {
            _ if target == EXCHANGE => "rapi",
            tracing::Level::ERROR => "error",
            tracing::Level::WARN => "warn",
            tracing::Level::INFO => "info",
            _ => "debug",
        };
        let mut text = sentence(event);
        // These two name it themselves.
        if target != EXCHANGE && target != NEWS {
            for span in context.event_scope(event).into_iter().flatten() {
                if let Some(Name(station)) = span.extensions().get() {
                    text = format!("{station}: {text}");
                }
            }
        }
        push(level, &text);
    }
}

/// The sentence of an event. Its fields are for programs: what a person has to know stands in the sentence.
fn sentence(event: &Event<'_>) -> String {
    let mut text = Text { field: "message", text: String::new() };
    event.record(&mut text);
    text.text
}

/// What one field says.
struct Text {
    field: &'static str,
    text: String,
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == self.field {
            // Writing to a text does not fail.
            let _ = write!(self.text, "{value:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept_and_told_once() {
        push("rapi", "first");
        let first = after(0).into_iter().rfind(|line| line.text == "first").unwrap();
        for number in 0..KEPT {
            push("rapi", &format!("line {number}"));
        }
        let lines = after(first.id);
        assert_eq!(lines.len(), KEPT);
        assert!(lines.windows(2).all(|pair| pair[0].id < pair[1].id));
        let last = lines.last().unwrap();
        assert_eq!(last.level, "rapi");
        assert!(after(last.id).iter().all(|line| line.id > last.id));
        assert!(after(0).iter().all(|line| line.id != first.id), "it has made room");
    }
}
