//! The table of what rules came to.

use anstyle::Style;

use super::say;
use crate::metrics::Figures;

/// Prints the names of the columns.
pub(super) fn header(first: &str) {
    let bold = Style::new().bold();
    say(format_args!(
        "{bold}{first:<16} {:>9} {:>9} {:>6} {:>6} {:>7} {:>9} {:>8}{bold:#}",
        "solar kWh", "grid kWh", "starts", "sets", "peak W", "bound kWh", "of bound"
    ));
}

/// Prints a line for each of what `first` names.
pub(super) fn table<'a>(first: &str, rows: impl Iterator<Item = (&'a str, &'a Figures)>) {
    header(first);
    for (name, figures) in rows {
        say(format_args!("{name:<16} {}", cells(figures)));
    }
}

/// Returns the figures as columns of 61 characters in all.
pub(super) fn cells(figures: &Figures) -> String {
    let bound = figures.bound_kwh.map_or_else(|| "-".to_owned(), |kwh| format!("{kwh:.2}"));
    let share = figures.of_bound;
    let share = share.map_or_else(|| "-".to_owned(), |share| format!("{:.1} %", share * 100.0));
    format!(
        "{:>9.2} {:>9.2} {:>6} {:>6} {:>7} {bound:>9} {share:>8}",
        figures.solar_kwh, figures.import_kwh, figures.starts, figures.sets, figures.peak_import_w,
    )
}
