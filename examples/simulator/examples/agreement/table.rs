//! The table of the README: how far they agree, and why a line differs.

use std::fmt::Write as _;

use rapi_sim::Timing;

use super::{Played, RECORDED, play};

/// Lines that differ, and why.
const REASONS: [(&str, &str, &[usize], &str); 3] = [
    (
        "8.2.3",
        "framing",
        &[136, 137, 139, 140],
        "the recorder has woken the station before line 136 by a command that is not in the file",
    ),
    (
        "8.2.3",
        "states",
        &[49, 63, 76, 86, 95, 100, 132],
        "measured: energy from an ammeter whose readings come at times that were not recorded",
    ),
    (
        "4.12.3",
        "states",
        &[49, 63, 76, 86, 95, 100, 132],
        "measured: energy from an ammeter whose readings come at times that were not recorded",
    ),
];

/// Says why a line differs, where that is known.
pub fn reason(version: &str, file: &str, number: usize) -> Option<&'static str> {
    let known = |(v, f, lines, _): &&(&str, &str, &[usize], &str)| {
        *v == version && *f == file && lines.contains(&number)
    };
    REASONS.iter().find(known).map(|(.., reason)| *reason)
}

/// The lines that differ for one reason: `3 to 5, 7`.
fn ranges(numbers: &[usize]) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for &number in numbers {
        match ranges.last_mut() {
            Some((_, end)) if *end + 1 == number => *end = number,
            _ => ranges.push((number, number)),
        }
    }
    let shown = |&(begin, end): &(usize, usize)| match end - begin {
        0 => begin.to_string(),
        1 => format!("{begin}, {end}"),
        _ => format!("{begin} to {end}"),
    };
    ranges.iter().map(shown).collect::<Vec<_>>().join(", ")
}

/// How many displays were read, and how many are equal.
fn displays(played: &[Played]) -> String {
    let read = played.iter().filter(|line| line.recorded.lcd.is_some()).count();
    let equal = played.iter().filter(|line| line.shows_the_same() == Some(true)).count();
    if read == 0 { "none".to_owned() } else { format!("{equal} of {read}") }
}

/// The table that stands in the README: how many lines are equal, and how late those of a wait
/// came at most.
pub fn table() -> String {
    let mut table = String::from(
        "| firmware | recording | lines | equal | displays, equal | events, largest difference |\n\
         |---|---|--:|--:|--:|--:|\n",
    );
    for (version, file) in RECORDED {
        let played = play(version, file, Timing::Real);
        let equal = played.iter().filter(|line| line.equal).count();
        let late = played.iter().flat_map(|line| &line.late).map(|late| late.abs());
        let late = late.fold(None, |most: Option<f64>, late| Some(most.unwrap_or(0.0).max(late)));
        let late = late.map_or("none".to_owned(), |late| format!("{late:.0} ms"));
        let lines = played.len();
        let displays = displays(&played);
        // Writing to a string does not fail.
        let _ = writeln!(
            table,
            "| {version} | `{file}.jsonl` | {lines} | {equal} | {displays} | {late} |"
        );
    }
    table.push_str("\nThe lines that differ:\n\n");
    for (version, file, lines, reason) in REASONS {
        let _ = writeln!(table, "* {version} `{file}.jsonl` {}: {reason}", ranges(lines));
    }
    table
}
