//! A day as a picture: what the sun makes, where it goes, and why.

pub mod picture;
pub mod terminal;

use crate::day::Day;
use crate::metrics::Figures;
use crate::simulation::{FeedKind, Moment, Setup, record};

const HOUR: f64 = 3600.0;

/// A slice of the day, with the mean powers in watts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Slice {
    /// What the sun makes.
    pub solar: f64,
    /// What the house takes.
    pub house: f64,
    /// What the car takes from the sun.
    pub ev_sun: f64,
    /// What the car takes from the grid.
    pub ev_grid: f64,
}

impl Slice {
    /// What is taken in all.
    #[must_use]
    pub fn taken(&self) -> f64 {
        self.house + self.ev_sun + self.ev_grid
    }
}

/// What a decision did to the car.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The relay closed.
    Start,
    /// The relay opened.
    Stop,
    /// The current rose.
    More,
    /// The current fell.
    Less,
}

/// A decision that changed something.
#[derive(Clone, Debug)]
pub struct Event {
    /// When, in hours.
    pub hour: f64,
    /// What.
    pub kind: Kind,
    /// Why.
    pub text: String,
}

/// A stretch of time in which the reason was of one sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not charging.
    Pause,
    /// Charging.
    Charge,
    /// Charging only because the last start was a moment ago.
    LeastOn,
    /// Not charging only because the last stop was a moment ago.
    LeastOff,
}

/// Everything that is drawn.
#[derive(Clone, Debug)]
pub struct Sketch {
    /// Name of the day.
    pub day: String,
    /// Name of the rule.
    pub rule: String,
    /// What the day came to.
    pub figures: Figures,
    /// First and last hour shown.
    pub hours: (f64, f64),
    /// The changes, in order.
    pub events: Vec<Event>,
    /// From which hour on which state held.
    pub states: Vec<(f64, State)>,
    moments: Vec<Moment>,
    end_s: f64,
    feed: FeedKind,
}

impl Sketch {
    /// Runs a rule over a day and prepares the drawing.
    #[must_use]
    pub fn new(day: &Day, name: &str, rule: &mut dyn crate::rules::Rule, setup: &Setup) -> Self {
        let (totals, moments) = record(rule, day, setup);
        let mut sketch = Self {
            day: day.name.clone(),
            rule: name.to_owned(),
            figures: totals.figures(),
            hours: lit(&moments),
            events: Vec::new(),
            states: Vec::new(),
            moments,
            end_s: day.end_s().into(),
            feed: setup.feed,
        };
        sketch.find_events(setup);
        sketch
    }

    fn find_events(&mut self, setup: &Setup) {
        let mut before = 0;
        for moment in &self.moments {
            let hour = moment.at_s / HOUR;
            let kind = match (before, moment.ev_w) {
                (0, 1..) => Some((Kind::Start, "start")),
                (1.., 0) => Some((Kind::Stop, "stop")),
                (old, new) if new > old => Some((Kind::More, "more")),
                (old, new) if new < old => Some((Kind::Less, "less")),
                _ => None,
            };
            if let Some((kind, word)) = kind {
                let why = moment.reason.strip_prefix(word).unwrap_or(&moment.reason);
                let why = why.trim_start_matches([':', ' ']);
                let text = match (kind, moment.ev_w / setup.wiring.power(1)) {
                    (Kind::Start, amps) => format!("{word} at {amps} A: {why}"),
                    _ => format!("{word}: {why}"),
                };
                self.events.push(Event { hour, kind, text });
            }
            before = moment.ev_w;
            let least = moment.reason.contains("least");
            let state = match (moment.ev_w > 0, least) {
                (true, false) => State::Charge,
                (true, true) => State::LeastOn,
                (false, true) => State::LeastOff,
                (false, false) => State::Pause,
            };
            if self.states.last().is_none_or(|(_, last)| *last != state) {
                self.states.push((hour, state));
            }
        }
    }

    /// Cuts the hours shown into slices of equal length.
    #[must_use]
    pub fn slices(&self, count: usize) -> Vec<Slice> {
        let (first, last) = (self.hours.0 * HOUR, self.hours.1 * HOUR);
        #[allow(clippy::cast_precision_loss, reason = "a few thousand")]
        let length = (last - first) / count.max(1) as f64;
        let mut sums = vec![Slice::default(); count];
        let ends = self.moments.iter().skip(1).map(|next| next.at_s).chain([self.end_s]);
        for (moment, end) in self.moments.iter().zip(ends) {
            let (solar, house) = (f64::from(moment.row.solar_w), f64::from(moment.row.house_w));
            let ev = f64::from(moment.ev_w);
            let ev_sun = ev.min(f64::from(self.feed.surplus(&moment.row)));
            let mut at = moment.at_s.max(first);
            let end = end.min(last);
            while at < end {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let index = ((at - first) / length) as usize;
                let Some(sum) = sums.get_mut(index) else { break };
                #[allow(clippy::cast_precision_loss, reason = "a few thousand")]
                let piece = (first + (index + 1) as f64 * length).min(end);
                // Rounding must not keep it in place.
                let piece = piece.max(at + 1e-6);
                let share = (piece - at) / length;
                sum.solar += solar * share;
                sum.house += house * share;
                sum.ev_sun += ev_sun * share;
                sum.ev_grid += (ev - ev_sun) * share;
                at = piece;
            }
        }
        sums
    }

    /// The starts and stops: when, and why.
    pub fn switches(&self) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(|event| matches!(event.kind, Kind::Start | Kind::Stop))
    }

    /// What the day came to, in a line.
    #[must_use]
    pub fn summary(&self) -> String {
        let figures = &self.figures;
        format!(
            "{:.1} of {:.1} kWh of surplus, {:.2} kWh from the grid, {}, {}",
            figures.solar_kwh,
            figures.surplus_kwh,
            figures.import_kwh,
            plural(figures.starts, "start"),
            plural(figures.sets, "change"),
        )
    }
}

/// When there is something to see, in whole hours.
fn lit(moments: &[Moment]) -> (f64, f64) {
    let seen = |moment: &&Moment| moment.row.solar_w > 0 || moment.ev_w > 0;
    let first = moments.iter().find(seen).map_or(0.0, |moment| moment.at_s);
    let last = moments.iter().rev().find(seen).map_or(first, |moment| moment.at_s);
    let first = (first / HOUR).floor();
    (first, (last / HOUR).ceil().max(first + 1.0))
}

fn plural(count: u32, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// Writes an hour as people do.
#[must_use]
pub fn clock(hour: f64) -> String {
    #[allow(clippy::cast_possible_truncation, reason = "minutes of a day")]
    let minutes = (hour * 60.0).floor() as i64;
    format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60)
}
