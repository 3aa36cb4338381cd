//! Meter and station.

use clap::Args;

use crate::plant::Wiring;
use crate::simulation::{FeedKind, Setup};

/// Meter and station.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Meter and station")]
pub struct Surroundings {
    /// What the meter measures
    #[arg(long, value_enum, default_value_t)]
    pub feed: FeedKind,

    /// Seconds between two meter readings, 0.1 to 900
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = period,
          allow_negative_numbers = true)]
    pub period: u64,

    /// By how many seconds the meter is late, 0 to 900
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = latency,
          allow_negative_numbers = true)]
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

fn phases(text: &str) -> Result<u8, String> {
    match text {
        "1" => Ok(1),
        "3" => Ok(3),
        _ => Err("a car charges on 1 or 3 phases".to_owned()),
    }
}
