//! `divert-sim run`.

use super::compare::outcomes;
use super::say;
use super::table::table;
use crate::cli::Run;

/// Runs the command.
///
/// # Errors
/// A day cannot be read.
pub fn run(args: &Run) -> anyhow::Result<()> {
    let setup = args.surroundings.setup()?;
    let days = args.days.load()?;
    let rules = std::slice::from_ref(&args.rule);
    let outcomes = outcomes(rules, &days, &setup, !args.no_bound, !args.no_bound)?;
    if args.json {
        say(format_args!("{}", serde_json::to_string_pretty(&outcomes)?));
        return Ok(());
    }
    for outcome in &outcomes {
        say(format_args!("Rule {}", outcome.rule));
        let days = outcome.days.iter().map(|day| (&*day.day, &day.figures));
        table("day", days.chain([("all days", &outcome.total)]));
    }
    Ok(())
}
