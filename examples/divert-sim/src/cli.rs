//! The command line.

mod days;
mod list;
mod surroundings;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::rules::RuleName;

pub use self::days::{Days, MadeUp};
pub use self::list::List;
pub use self::surroundings::Surroundings;

/// What stands below the help of all that print the table.
fn table_help() -> String {
    format!(
        "COLUMNS:\n  \
         solar kWh  sun that went into the car\n  \
         grid kWh   what the car took from the grid besides\n  \
         starts     how often the relay closed\n  \
         sets       how often the offered current changed\n  \
         peak W     the most from the grid at once\n  \
         bound kWh  what somebody who knew the day beforehand could have had with the\n             \
         same grid kWh and starts; of bound is the share of it\n\n{}",
        RuleName::help()
    )
}

/// Solar-divert rules over days: runs, compares, sweeps and draws them.
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
    /// Run rules over days and print a table of what they came to
    Compare(Compare),
    /// Run one rule and print what each day came to
    Run(Run),
    /// Try settings of the rule of rapi-divert and mark the best
    Sweep(Sweep),
    /// Make up days and write them as CSV
    Generate(Generate),
    /// Draw a day: in the terminal, or as SVG or PNG
    Plot(Plot),
}

/// `divert-sim compare`.
#[derive(Clone, Debug, Args)]
#[command(
    override_usage = "divert-sim compare [OPTIONS] <FILE>...\n       \
                      divert-sim compare [OPTIONS] --generate <NUMBER>", after_help = table_help()
)]
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
#[command(
    override_usage = "divert-sim run [OPTIONS] <FILE>...\n       \
                      divert-sim run [OPTIONS] --generate <NUMBER>", after_help = table_help()
)]
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
#[command(
    override_usage = "divert-sim sweep [OPTIONS] <FILE>...\n       \
                      divert-sim sweep [OPTIONS] --generate <NUMBER>", after_help = table_help()
)]
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

/// `divert-sim plot`.
#[derive(Clone, Debug, Args)]
#[command(
    override_usage = "divert-sim plot [OPTIONS] <FILE>...\n       \
                      divert-sim plot [OPTIONS] --generate <NUMBER>", after_help = RuleName::help()
)]
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
