//! What the program can do.

pub mod compare;
pub mod generate;
pub mod plot;
pub mod run;
pub mod sweep;
mod table;

use std::fmt::Arguments;
use std::io::Write as _;

use indicatif::{ProgressBar, ProgressStyle};

/// Returns a bar that shows itself on a terminal only, and only if it takes a while.
fn progress(steps: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:24} {wide_bar} {pos}/{len} {eta}");
    let bar = ProgressBar::new(steps as u64);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Columns of the terminal, 80 if there is none.
fn terminal_width() -> usize {
    let (_, columns) = console::Term::stdout().size();
    if console::Term::stdout().is_term() { columns.into() } else { 80 }
}

/// Prints a line, with colours where they belong. Goes on when nobody reads: `divert-sim compare | head -1`.
fn say(line: Arguments<'_>) {
    let _ = writeln!(anstream::stdout(), "{line}");
}

/// Says how much there was to take.
fn say_surplus(days: usize, kwh: f64) {
    let s = if days == 1 { "" } else { "s" };
    say(format_args!("{days} day{s} with {kwh:.1} kWh of surplus"));
}
