//! Which days to run.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use crate::day::Day;
use crate::generator::{self, Site, Weather};

/// Which days.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Days")]
pub struct Days {
    /// CSV files, one a day
    #[arg(value_name = "FILE", required_unless_present = "generate")]
    pub files: Vec<PathBuf>,

    /// Power of the house in watts where a file does not say
    #[arg(long, value_name = "WATTS", default_value_t = 300,
          value_parser = clap::value_parser!(i32).range(0..=100_000))]
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

fn latitude(text: &str) -> Result<f64, String> {
    let degrees = text.parse().ok().filter(|degrees| (-66.0..=66.0).contains(degrees));
    degrees.ok_or_else(|| "degrees from -66 to 66 are expected".to_owned())
}
