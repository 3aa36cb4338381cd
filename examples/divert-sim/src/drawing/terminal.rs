//! The day in a terminal: a column of characters for each slice of time.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Color, Style};

use super::{Kind, Sketch, Slice, clock};

/// Columns left of the chart: the scale.
const SCALE: usize = 6;
/// Lines of the chart without axis and legend.
const LINES: usize = 14;

const fn colour(colour: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(colour)))
}

/// What a cell shows, readable without colours.
const HOUSE: (char, Style) = ('▒', colour(AnsiColor::BrightBlack));
const EV: (char, Style) = ('█', colour(AnsiColor::Blue));
const GRID: (char, Style) = ('#', colour(AnsiColor::Red));
const SUN: (char, Style) = ('·', colour(AnsiColor::Yellow));

/// Draws a day, `width` characters wide, with colours. Print it with `anstream`, which takes them out where they do
/// not belong.
#[must_use]
pub fn chart(sketch: &Sketch, width: usize) -> String {
    let columns = width.saturating_sub(SCALE + 1).clamp(20, 400);
    let slices = sketch.slices(columns);
    let most = slices.iter().map(|slice| slice.solar.max(slice.taken())).fold(1000.0, f64::max);
    let step = step_w(most);
    let mut text = format!("{}, rule {}\n{}\n\n", sketch.day, sketch.rule, sketch.summary());
    for line in (0..LINES).rev() {
        #[allow(clippy::cast_precision_loss, reason = "a few lines")]
        let (low, middle) = (line as f64 * step, (line as f64 + 0.5) * step);
        let label = if line % 2 == 0 { format!("{:.1}", low / 1000.0) } else { String::new() };
        // Not above what there is.
        if low > most {
            continue;
        }
        let _ = write!(text, "{label:>5} ");
        let mut last = None;
        for slice in &slices {
            let cell = cell(slice, middle);
            if cell != last {
                if let Some((_, style)) = last {
                    let _ = write!(text, "{}", style.render_reset());
                }
                if let Some((_, style)) = cell {
                    let _ = write!(text, "{}", style.render());
                }
                last = cell;
            }
            text.push(cell.map_or(' ', |(symbol, _)| symbol));
        }
        if let Some((_, style)) = last {
            let _ = write!(text, "{}", style.render_reset());
        }
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }
    text.push_str(&axis(sketch, columns));
    legend(&mut text);
    events(sketch, &mut text, width);
    text
}

/// Watts of a line: round, and enough for the highest power.
fn step_w(most: f64) -> f64 {
    let steps = [100.0, 200.0, 250.0, 500.0, 1000.0, 2000.0, 2500.0, 5000.0];
    #[allow(clippy::cast_precision_loss, reason = "a few lines")]
    let enough = steps.into_iter().find(|step| step * LINES as f64 >= most);
    enough.unwrap_or(10_000.0)
}

fn cell(slice: &Slice, power: f64) -> Option<(char, Style)> {
    if power < slice.house {
        Some(HOUSE)
    } else if power < slice.house + slice.ev_sun {
        Some(EV)
    } else if power < slice.taken() {
        Some(GRID)
    } else if power < slice.solar {
        Some(SUN)
    } else {
        None
    }
}

fn axis(sketch: &Sketch, columns: usize) -> String {
    let (first, last) = sketch.hours;
    let mut ticks = vec!['─'; columns];
    let mut labels = vec![' '; columns + 5];
    // A label needs six columns.
    #[allow(clippy::cast_precision_loss, reason = "columns of a terminal")]
    let per_hour = columns as f64 / (last - first);
    let every = [1.0, 2.0, 3.0, 6.0].into_iter().find(|hours| hours * per_hour >= 8.0);
    let every = every.unwrap_or(12.0);
    let mut hour = (first / every).ceil() * every;
    while hour < last {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range")]
        let at = ((hour - first) * per_hour) as usize;
        if at + 5 <= columns {
            ticks[at] = '┬';
            for (slot, letter) in labels[at..].iter_mut().zip(clock(hour).chars()) {
                *slot = letter;
            }
        }
        hour += every;
    }
    let pad = " ".repeat(SCALE);
    let labels: String = labels.into_iter().collect();
    format!("{:>5} {}\n{pad}{}\n", "kW", ticks.into_iter().collect::<String>(), labels.trim_end())
}

fn legend(text: &mut String) {
    text.push('\n');
    let entries = [
        (EV, "car, from the sun"),
        (GRID, "car, from the grid"),
        (HOUSE, "house"),
        (SUN, "sun left"),
    ];
    let _ = write!(text, "{}", " ".repeat(SCALE));
    for (index, ((symbol, style), name)) in entries.into_iter().enumerate() {
        let gap = if index == 0 { "" } else { "   " };
        let _ = write!(text, "{gap}{style}{symbol}{symbol}{style:#} {name}");
    }
    text.push('\n');
}

/// The starts and stops, and why.
fn events(sketch: &Sketch, text: &mut String, width: usize) {
    const MOST: usize = 12;
    text.push('\n');
    let count = sketch.switches().count();
    for event in sketch.switches().take(MOST) {
        let style = match event.kind {
            Kind::Start | Kind::More => colour(AnsiColor::Green),
            Kind::Stop | Kind::Less => colour(AnsiColor::Red),
        };
        let line: String = event.text.chars().take(width.saturating_sub(SCALE + 6)).collect();
        let _ =
            writeln!(text, "{}{}  {style}{line}{style:#}", " ".repeat(SCALE), clock(event.hour));
    }
    if count > MOST {
        let _ = writeln!(text, "{}and {} more", " ".repeat(SCALE), count - MOST);
    }
    if count == 0 {
        let _ = writeln!(text, "{}No start: the sun was never enough.", " ".repeat(SCALE));
    }
}
