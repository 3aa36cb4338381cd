//! `divert-sim compare`.

use serde::Serialize;

use super::table::table;
use super::{progress, say, say_surplus};
use crate::bound::{Limits, Skies, bound};
use crate::cli::Compare;
use crate::day::Day;
use crate::metrics::{Figures, Totals};
use crate::rules::RuleName;
use crate::simulation::{Setup, run};

/// What one rule came to.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// Its name.
    pub rule: String,
    /// Over all days.
    pub total: Figures,
    /// On each day.
    pub days: Vec<DayFigures>,
}

/// What one rule came to on one day.
#[derive(Clone, Debug, Serialize)]
pub struct DayFigures {
    /// Name of the day.
    pub day: String,
    #[serde(flatten)]
    #[allow(missing_docs)]
    pub figures: Figures,
}

/// Runs the command.
///
/// # Errors
/// A day cannot be read.
pub fn compare(args: &Compare) -> anyhow::Result<()> {
    let setup = args.surroundings.setup()?;
    let days = args.days.load()?;
    let rules = if args.rules.is_empty() { RuleName::usual() } else { args.rules.clone() };
    let outcomes = outcomes(&rules, &days, &setup, !args.no_bound, args.per_day)?;
    if args.json {
        say(format_args!("{}", serde_json::to_string_pretty(&outcomes)?));
        return Ok(());
    }
    for (index, day) in days.iter().enumerate().filter(|_| args.per_day) {
        say(format_args!("{}", day.name));
        table(
            "rule",
            outcomes.iter().map(|outcome| (&*outcome.rule, &outcome.days[index].figures)),
        );
        say(format_args!(""));
    }
    let surplus = outcomes.first().map_or(0.0, |outcome| outcome.total.surplus_kwh);
    say_surplus(days.len(), surplus);
    table("rule", outcomes.iter().map(|outcome| (&*outcome.rule, &outcome.total)));
    Ok(())
}

/// Runs rules over days, with the bound of their sums and, if wanted, of each day.
///
/// # Errors
/// A rule refuses a setting.
pub fn outcomes(
    rules: &[RuleName],
    days: &[Day],
    setup: &Setup,
    with_bound: bool,
    per_day: bool,
) -> anyhow::Result<Vec<Outcome>> {
    let bounds = if with_bound { 1 + if per_day { days.len() } else { 0 } } else { 0 };
    let bar = progress(rules.len() * (days.len() + bounds));
    let skies = Skies::new(days, setup.feed, setup.wiring);
    let single: Vec<Skies> = days
        .iter()
        .map(|day| Skies::new(std::slice::from_ref(day), setup.feed, setup.wiring))
        .collect();
    let limited = |skies: &Skies, totals: &Totals| {
        let figures = totals.figures();
        let limits = Limits { import: figures.import_kwh * 1e3, starts: totals.starts.into() };
        let bound = bound(skies, limits) / 1e3;
        bar.inc(1);
        figures.with_bound(bound)
    };
    let mut outcomes = Vec::new();
    for rule in rules {
        bar.set_message(rule.to_string());
        let mut sum = Totals::default();
        let mut each = Vec::new();
        for (day, skies) in days.iter().zip(&single) {
            let totals = run(&mut *rule.build(setup.wiring)?, day, setup, |_, _, _, _| {});
            bar.inc(1);
            let figures =
                if with_bound && per_day { limited(skies, &totals) } else { totals.figures() };
            each.push(DayFigures { day: day.name.clone(), figures });
            sum.add(&totals);
        }
        let total = if with_bound { limited(&skies, &sum) } else { sum.figures() };
        outcomes.push(Outcome { rule: rule.to_string(), total, days: each });
    }
    bar.finish_and_clear();
    Ok(outcomes)
}
