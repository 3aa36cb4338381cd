//! Where what is logged goes to.

use std::io::{Stderr, Write as _};

use anstream::{AutoStream, ColorChoice};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Span, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::{self, format};
use tracing_subscriber::layer::Context;
use tracing_subscriber::prelude::*;

use super::{Keeper, sentence};
use crate::config::LogFormat;
use crate::teller::say;

/// The target of what is told without `-v`, too: what is there, what is not, and what has gone wrong.
pub const NEWS: &str = "rapi_bridge::news";
/// That of lines to copy: for a person only.
pub const HINT: &str = "hint";
/// That of commands of users, and of what became of them.
pub const EXCHANGE: &str = "rapi_bridge::exchange";

const OURS: &str = "rapi_bridge";
/// The target of the only station, which a person need not be told.
const ALONE: &str = "station";
/// That of one of several.
pub(super) const AMONG: &str = "stations";

/// What is logged in it is about this station, one of so many.
#[must_use]
pub fn station(name: &str, stations: usize) -> Span {
    // The level is that of what is always there.
    if stations > 1 {
        tracing::error_span!(target: AMONG, "station", station = %name)
    } else {
        tracing::error_span!(target: ALONE, "station", station = %name)
    }
}

/// Logs from now on.
pub fn start(log_format: LogFormat, verbose: u8) {
    let (ours, theirs) = match verbose {
        0 => (Level::WARN, LevelFilter::OFF),
        1 => (Level::INFO, LevelFilter::OFF),
        _ => (Level::DEBUG, LevelFilter::WARN),
    };
    // The page shows more than the terminal.
    let kept = Targets::new()
        .with_target(OURS, ours.max(Level::INFO))
        .with_target(EXCHANGE, Level::DEBUG)
        .with_target(AMONG, Level::ERROR);
    let registry = tracing_subscriber::registry().with(Keeper.with_filter(kept));
    let ours = Targets::new().with_target(OURS, ours);
    if log_format == LogFormat::Json {
        let all = ours
            .with_default(theirs)
            .with_target(NEWS, Level::INFO)
            .with_targets([ALONE, AMONG].map(|target| (target, Level::ERROR)));
        let lines = lines()
            .with_ansi(false)
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .with_target(true);
        registry.with(lines.with_filter(all)).init();
        return;
    }
    let message = format::debug_fn(|writer, field, value| match field.name() {
        "message" | "station" => write!(writer, "{value:?}"),
        _ => Ok(()),
    });
    let ours = ours.with_target(NEWS, LevelFilter::OFF).with_target(AMONG, Level::ERROR);
    let theirs = Targets::new()
        .with_default(theirs)
        .with_targets([OURS, HINT, ALONE, AMONG].map(|target| (target, LevelFilter::OFF)));
    let news = Targets::new().with_targets([NEWS, HINT].map(|target| (target, Level::INFO)));
    registry
        .with(lines().fmt_fields(message).with_filter(ours))
        .with(lines().with_filter(theirs))
        .with(News.with_filter(news))
        .init();
}

type Lines<S> = fmt::Layer<S, format::DefaultFields, format::Format, fn() -> Stderr>;

fn lines<S>() -> Lines<S> {
    let to: fn() -> Stderr = std::io::stderr;
    let colours = AutoStream::choice(&std::io::stderr()) != ColorChoice::Never;
    fmt::layer().with_writer(to).with_ansi(colours).with_target(false)
}

/// Tells news as a person reads them: what is there on the standard output, what is wrong on the other one.
struct News;

impl<S: Subscriber> Layer<S> for News {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let (metadata, text) = (event.metadata(), sentence(event));
        if *metadata.level() <= Level::WARN {
            // Nobody reads it: nothing that could be done about that.
            let _ = writeln!(std::io::stderr(), "rapi-bridge: {text}");
            return;
        }
        match text.split_once(' ').filter(|_| metadata.target() == NEWS) {
            // Below each other.
            Some((what, rest)) => say(&format!("{what:8} {rest}")),
            None => say(&text),
        }
    }
}
