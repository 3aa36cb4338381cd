//! `divert-sim sweep`.

use anstyle::Style;
use anyhow::ensure;
use rapi_divert::{Config, Millis, WattHours};
use serde::Serialize;

use super::compare::outcomes;
use super::table::{cells, header};
use super::{say, say_surplus};
use crate::cli::Sweep;
use crate::metrics::Figures;
use crate::rules::RuleName;

/// More than anybody waits for.
const MOST: usize = 10_000;

/// What a setting came to.
#[derive(Clone, Debug, Serialize)]
pub struct Point {
    /// Per mille of a watt-hour that must be sun.
    pub sun_share: u16,
    /// The bucket in watt-hours.
    pub bucket_wh: u16,
    /// Least time on and off in seconds.
    pub least_s: u32,
    /// Whether no other setting of the sweep is as good or better in all four figures.
    pub best: bool,
    /// Whether it is as good or better than the rule that it is held against, in all four figures.
    pub ahead: bool,
    #[serde(flatten)]
    #[allow(missing_docs)]
    pub figures: Figures,
}

/// Runs the command.
///
/// # Errors
/// A day cannot be read, or a setting is out of range.
pub fn sweep(args: &Sweep) -> anyhow::Result<()> {
    let setup = args.surroundings.setup()?;
    let days = args.days.load()?;
    let mut settings = Vec::new();
    for &sun_share in &args.share.0 {
        for &bucket_wh in &args.bucket.0 {
            for &least_s in &args.least.0 {
                settings.push((sun_share, bucket_wh, least_s));
            }
        }
    }
    ensure!(settings.len() <= MOST, "{} settings are too many: {MOST} at most", settings.len());
    let mut rules = Vec::new();
    for &(share, bucket, least) in &settings {
        let least = Millis(u32::from(least) * 1000);
        let config =
            Config::default().with_dials(share, WattHours(bucket)).with_min_times(least, least);
        // Before hours of work: the first that is out of range ends it.
        rapi_divert::Divert::new(config)?;
        rules.push(RuleName::Own(Box::new(config)));
    }
    rules.push(args.against.clone());
    let mut outcomes = outcomes(&rules, &days, &setup, !args.no_bound, false)?;
    let Some(against) = outcomes.pop() else { return Ok(()) };
    let mut points: Vec<Point> = outcomes
        .into_iter()
        .zip(settings)
        .map(|(outcome, (sun_share, bucket_wh, least_s))| {
            let figures = outcome.total;
            let ahead = dominates(&figures, &against.total);
            Point { sun_share, bucket_wh, least_s: least_s.into(), best: false, ahead, figures }
        })
        .collect();
    for index in 0..points.len() {
        points[index].best =
            !points.iter().any(|other| dominates(&other.figures, &points[index].figures));
    }
    if args.json {
        say(format_args!("{}", serde_json::to_string_pretty(&points)?));
        return Ok(());
    }
    say_surplus(days.len(), against.total.surplus_kwh);
    header("share  Wh    s");
    say(format_args!("{:<16} {}", against.rule, cells(&against.total)));
    for point in &points {
        let style = if point.ahead { Style::new().bold() } else { Style::new() };
        let Point { sun_share, bucket_wh, least_s, figures, .. } = point;
        let mark = match (point.ahead, point.best) {
            (true, true) => '#',
            (true, false) => '+',
            (false, true) => '*',
            (false, false) => ' ',
        };
        let name = format!("{sun_share:>5} {bucket_wh:>3} {least_s:>4} {mark}");
        say(format_args!("{style}{name:<16} {}{style:#}", cells(figures)));
    }
    say(format_args!(
        "share: sun in a watt-hour, per mille; Wh: bucket; s: least time on and off\n\
         + ahead of {} in solar, grid, starts and sets at once\n\
         * no other setting is ahead of this one\n\
         # both",
        against.rule
    ));
    Ok(())
}

/// Whether `a` is as good as `b` in all four figures and better in one.
fn dominates(a: &Figures, b: &Figures) -> bool {
    let as_good = a.solar_kwh >= b.solar_kwh
        && a.import_kwh <= b.import_kwh
        && a.starts <= b.starts
        && a.sets <= b.sets;
    let better = a.solar_kwh > b.solar_kwh
        || a.import_kwh < b.import_kwh
        || a.starts < b.starts
        || a.sets < b.sets;
    as_good && better
}
