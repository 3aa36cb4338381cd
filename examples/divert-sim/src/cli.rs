//! The command line.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand};
use jiff::civil::Date;

use crate::day::Day;
use crate::generator::{self, Site, Weather};
use crate::plant::Wiring;
use crate::rules::RuleName;
use crate::simulation::{FeedKind, Setup};

/// Runs solar-divert rules over days, compares, sweeps and draws them.
#[derive(Clone, Debug, Parser)]
#[command(
    version,
    arg_required_else_help = true,
    after_help = "\
EXAMPLES:
  All rules side by side, on days of your own:
      divert-sim compare days/*.csv
  Two rules on a made-up week, with a meter that is 20 s late:
      divert-sim compare --rules balanced,evcc --latency 20 --generate 7
  A day in the terminal, and as a picture:
      divert-sim plot --generate 1
      divert-sim plot --rule v5 --out day.svg days/monday.csv
  Which settings are worth having:
      divert-sim sweep --share 800..950:25 --bucket 10,20,40 days/*.csv

RULES: balanced, sun-only, few-starts, no-waste (presets of rapi-divert);
own:SHARE/BUCKET (its dials in per mille and Wh, as own:875/20); v5,
v5-no-import, v5-no-waste, v2.9, v2.7 (OpenEVSE gateways); evcc and
debt-BUDGET (as described in public; evcc was not run).

A day is a CSV file with the columns t_s, solar_w and, if it is known, house_w:
the power of the sun and of the house without the car, in watts, from t_s
seconds on until the next row; the last row holds for a minute."
)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Option<Command>,

    /// Print a completion script for a shell and exit
    #[arg(long, value_name = "SHELL")]
    pub completions: Option<clap_complete::Shell>,
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Runs rules over days and prints a table of what they came to
    Compare(Compare),
    /// Runs one rule and prints what each day came to
    Run(Run),
    /// Tries settings of the rule of rapi-divert and marks the best
    Sweep(Sweep),
    /// Makes up days and writes them as CSV
    Generate(Generate),
    /// Draws a day: in the terminal, or as SVG or PNG
    Plot(Plot),
}

/// `divert-sim compare`.
#[derive(Clone, Debug, Args)]
pub struct Compare {
    /// The rules to run, with commas between them
    #[arg(long, value_name = "RULE,...", value_delimiter = ',')]
    pub rules: Vec<RuleName>,

    /// One table for each day, too
    #[arg(long)]
    pub per_day: bool,

    /// Leave the clairvoyant bound out: faster
    #[arg(long)]
    pub no_bound: bool,

    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub days: Days,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub surroundings: Surroundings,
}

/// `divert-sim run`.
#[derive(Clone, Debug, Args)]
pub struct Run {
    /// The rule to run
    #[arg(long, value_name = "RULE", default_value = "balanced")]
    pub rule: RuleName,

    /// Leave the clairvoyant bound out: faster
    #[arg(long)]
    pub no_bound: bool,

    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub days: Days,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub surroundings: Surroundings,
}

/// `divert-sim sweep`.
#[derive(Clone, Debug, Args)]
pub struct Sweep {
    /// Sun shares in per mille: 800,875 or 800..900:25
    #[arg(long, value_name = "LIST", default_value = "800..950:25")]
    pub share: List,

    /// Buckets in watt-hours
    #[arg(long, value_name = "LIST", default_value = "10,20,40")]
    pub bucket: List,

    /// Least times on and off in seconds
    #[arg(long, value_name = "LIST", default_value = "300")]
    pub least: List,

    /// The rule that settings are held against
    #[arg(long, value_name = "RULE", default_value = "v5")]
    pub against: RuleName,

    /// Leave the clairvoyant bound out: faster
    #[arg(long)]
    pub no_bound: bool,

    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub days: Days,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub surroundings: Surroundings,
}

/// `divert-sim generate`.
#[derive(Clone, Debug, Args)]
pub struct Generate {
    /// How many days, 1 to 3660
    #[arg(value_name = "NUMBER", default_value_t = 1,
          value_parser = clap::value_parser!(u32).range(1..=3660))]
    pub count: u32,

    /// Write each day into a file in this folder instead of the standard output
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub made_up: MadeUp,
}

/// Numbers: with commas between them, or `FROM..TO:STEP`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List(pub Vec<u16>);

impl FromStr for List {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no list: 10,20,40 or 800..950:25 is one");
        let mut numbers = Vec::new();
        for part in text.split(',') {
            let Some((from, rest)) = part.split_once("..") else {
                numbers.push(part.trim().parse().map_err(|_| wrong())?);
                continue;
            };
            let (to, step) = rest.split_once(':').ok_or_else(wrong)?;
            let parse = |number: &str| number.trim().parse::<u16>().map_err(|_| wrong());
            let (from, to, step) = (parse(from)?, parse(to)?, parse(step)?);
            if step == 0 || from > to {
                return Err(wrong());
            }
            numbers.extend((from..=to).step_by(step.into()));
        }
        Ok(Self(numbers))
    }
}

/// `divert-sim plot`.
#[derive(Clone, Debug, Args)]
pub struct Plot {
    /// The rule to run
    #[arg(long, value_name = "RULE", default_value = "balanced")]
    pub rule: RuleName,

    /// Draw one day into this file, .svg or .png, instead of the terminal
    #[arg(long, value_name = "FILE", conflicts_with = "folder")]
    pub out: Option<PathBuf>,

    /// Draw each day into an SVG file in this folder
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,

    /// Width of the picture in pixels
    #[arg(long, value_name = "PIXELS", default_value_t = 900,
          value_parser = clap::value_parser!(u32).range(500..=8000))]
    pub width: u32,

    /// Height of the picture in pixels
    #[arg(long, value_name = "PIXELS", default_value_t = 480,
          value_parser = clap::value_parser!(u32).range(300..=8000))]
    pub height: u32,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub days: Days,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub surroundings: Surroundings,
}

/// Which days.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Days")]
pub struct Days {
    /// CSV files, one a day
    #[arg(value_name = "FILE", required_unless_present = "generate")]
    pub files: Vec<PathBuf>,

    /// Power of the house in watts where a file does not say
    #[arg(long, value_name = "WATTS", default_value_t = 300)]
    pub house: i32,

    /// Make up this many days, 1 to 3660, instead of reading files
    #[arg(long, value_name = "NUMBER", conflicts_with = "files",
          value_parser = clap::value_parser!(u32).range(1..=3660))]
    pub generate: Option<u32>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub made_up: MadeUp,
}

/// What the days are like that `--generate` makes up.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Days that are made up")]
pub struct MadeUp {
    /// The same seed gives the same days
    #[arg(long, default_value_t = 1)]
    pub seed: u64,

    /// The first day
    #[arg(long, value_name = "YYYY-MM-DD", default_value = "2026-04-15")]
    pub date: Date,

    /// Degrees north; south is negative
    #[arg(long, value_name = "DEGREES", default_value = "50", value_parser = latitude,
          allow_negative_numbers = true)]
    pub latitude: f64,

    /// Power of the solar generator in full sun
    #[arg(long, value_name = "WATTS", default_value_t = 6000,
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub peak: u32,

    /// The sky; without this every day has one of its own
    #[arg(long, value_enum)]
    pub weather: Option<Weather>,
}

impl Days {
    /// Reads the days, or makes them up.
    ///
    /// # Errors
    /// A file cannot be read or has a wrong line.
    pub fn load(&self) -> anyhow::Result<Vec<Day>> {
        match self.generate {
            Some(count) => self.made_up.days(count),
            None => self.files.iter().map(|file| Day::read(file, self.house)).collect(),
        }
    }
}

impl MadeUp {
    /// Makes up days.
    ///
    /// # Errors
    /// The calendar ends.
    pub fn days(&self, count: u32) -> anyhow::Result<Vec<Day>> {
        let MadeUp { seed, date, latitude, peak, weather } = *self;
        let site = Site { latitude, peak_w: peak.into(), weather };
        generator::days(&site, date, seed, count)
    }
}

/// Meter and station.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Meter and station")]
pub struct Surroundings {
    /// What the meter measures
    #[arg(long, value_enum, default_value_t)]
    pub feed: FeedKind,

    /// Seconds between two meter readings, 0.1 to 900
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = period)]
    pub period: u64,

    /// By how many seconds the meter is late, 0 to 900
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = latency)]
    pub latency: u64,

    /// Voltage between phase and neutral
    #[arg(long, value_name = "VOLTS", default_value_t = 240,
          value_parser = clap::value_parser!(u16).range(60..=300))]
    pub voltage: u16,

    /// Phases that the car charges on: 1 or 3
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = phases)]
    pub phases: u8,

    /// Least current of the station
    #[arg(long, value_name = "AMPS", default_value_t = 6,
          value_parser = clap::value_parser!(u8).range(6..=80))]
    pub min: u8,

    /// Greatest current of the station
    #[arg(long, value_name = "AMPS", default_value_t = 32,
          value_parser = clap::value_parser!(u8).range(6..=80))]
    pub max: u8,
}

impl Surroundings {
    /// Returns what the rules run in.
    ///
    /// # Errors
    /// The least current is above the greatest.
    pub fn setup(&self) -> anyhow::Result<Setup> {
        let (min_amps, max_amps) = (self.min, self.max);
        anyhow::ensure!(
            min_amps <= max_amps,
            "--min {min_amps} is above --max {max_amps}: swap them"
        );
        let (volts, phases) = (self.voltage.into(), self.phases.into());
        let wiring = Wiring { volts, phases, min_amps, max_amps };
        Ok(Setup { feed: self.feed, period_ms: self.period, latency_ms: self.latency, wiring })
    }
}

fn milliseconds(text: &str, least: f64, most: f64) -> Result<u64, String> {
    let seconds: Option<f64> = text.parse().ok().filter(|s| (least..=most).contains(s));
    let seconds = seconds.ok_or_else(|| format!("seconds from {least} to {most} are expected"))?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    Ok((seconds * 1000.0).round() as u64)
}

fn period(text: &str) -> Result<u64, String> {
    milliseconds(text, 0.1, 900.0)
}

fn latency(text: &str) -> Result<u64, String> {
    milliseconds(text, 0.0, 900.0)
}

fn latitude(text: &str) -> Result<f64, String> {
    let degrees = text.parse().ok().filter(|degrees| (-66.0..=66.0).contains(degrees));
    degrees.ok_or_else(|| "degrees from -66 to 66 are expected".to_owned())
}

fn phases(text: &str) -> Result<u8, String> {
    match text {
        "1" => Ok(1),
        "3" => Ok(3),
        _ => Err("a car charges on 1 or 3 phases".to_owned()),
    }
}
