//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::command::inside;
use crate::timebase::SPEEDS;
use crate::{Address, Firmware, LineChange, LineFaults, Options, Timing};

/// A simulated OpenEVSE controller with a car, for everything that talks RAPI.
///
/// On a terminal it shows the station and takes words: plug, ask, stop, unplug, help. The same words
/// can come from the standard input.
#[derive(Debug, Parser)]
#[command(
    name = "rapi-sim",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "\
EXAMPLES:
  rapi-sim                                    listen on tcp://127.0.0.1:8023
  rapi-sim --pty /tmp/evse                    be a serial port
  rapi-sim --stations 100                     a hundred, on ports 8023 to 8122
  rapi-sim --scenario day.toml --speed 600    a day in 144 seconds
  rapi-sim replay recorded.jsonl              be the controller of a recording
  rapi-sim --control                          be told what to do over HTTP

EXIT CODES: 0 ended by Ctrl-C, 1 something cannot be had, 2 wrong command line"
)]
pub struct Args {
    /// What to do instead of simulating.
    #[command(subcommand)]
    pub action: Option<Action>,
    /// Where clients find the stations.
    #[command(flatten)]
    pub place: Place,

    /// How many stations: on ports or paths that count up
    #[arg(long, value_name = "N", default_value_t = 1,
          value_parser = clap::value_parser!(u16).range(1..=20_000))]
    pub stations: u16,

    /// Firmware to be; one with a boot lock charges after $SB, as a real one
    #[arg(long, value_name = "VERSION", default_value = "8.2.3")]
    pub firmware: Firmware,

    /// What it is compiled with beside what is usual: +TIME_LIMIT,-BOOTLOCK
    #[arg(long, value_name = "OPTIONS", default_value = "", allow_hyphen_values = true,
          hide_default_value = true, value_parser = build)]
    pub build: String,

    /// Be on a board of the sixth version, which prints how its relay is held when it closes
    #[arg(long)]
    pub v6: bool,

    /// How long things take: at once, or as long as they were measured to take
    #[arg(long, value_enum, default_value_t = Pace::Fast)]
    pub timing: Pace,

    /// How many times faster than real time passes: 0.01 to 100000
    #[arg(long, value_name = "X", default_value = "1", value_parser = speed)]
    pub speed: f64,

    /// Where chance begins: the same seed brings the same line faults
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub seed: u64,

    /// Keep the EEPROMs in this file, so that they survive the program
    #[arg(long, value_name = "FILE")]
    pub state_file: Option<PathBuf>,

    /// What happens to the stations, and when: a TOML file
    #[arg(long, value_name = "FILE")]
    pub scenario: Option<PathBuf>,

    /// Answer HTTP requests that move the car, break things and let time pass; without an address
    /// on 127.0.0.1 and the port behind the last station, 8024
    #[arg(long, value_name = "HOST:PORT", num_args = 0..=1)]
    pub control: Option<Option<SocketAddr>>,

    /// Let --control take an address that other computers reach
    #[arg(long, requires = "control")]
    pub control_anywhere: bool,

    /// Write down what happens on the line, in the format of the recordings
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,

    /// Faults of the line.
    #[command(flatten)]
    pub faults: FaultArgs,

    /// Plain lines, also on a terminal
    #[arg(long)]
    pub plain: bool,

    /// Print a completion script for a shell and exit
    #[arg(long, value_name = "SHELL")]
    pub completions: Option<clap_complete::Shell>,
}

/// What to do instead of simulating.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Be the controller of a recording, for a client under test
    Replay(ReplayArgs),
}

/// The command line of `replay`.
#[derive(Debug, clap::Args)]
pub struct ReplayArgs {
    /// The recording, as --record writes it
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Where the client finds it.
    #[command(flatten)]
    pub place: Place,
    /// How long answers take: none, or as long as recorded
    #[arg(long, value_enum, default_value_t = Pace::Fast)]
    pub timing: Pace,
    /// End with the first client; exit code 1 if it sent what is not in the recording
    #[arg(long)]
    pub once: bool,
}

/// Where clients find the stations.
#[derive(Debug, clap::Args)]
pub struct Place {
    /// Address to listen on; a new client takes the place of the one before
    #[arg(
        long,
        value_name = "tcp://HOST:PORT",
        default_value = "tcp://127.0.0.1:8023",
        group = "place"
    )]
    pub listen: Address,

    /// Be a serial port that can be opened at this path, instead of listening
    #[arg(long, value_name = "PATH", group = "place")]
    pub pty: Option<PathBuf>,

    /// Be the controller at the other end of this serial port, instead of listening
    #[arg(long, value_name = "DEVICE", group = "place")]
    pub serial: Option<PathBuf>,

    /// Speed of --serial, in bits a second
    #[arg(long, value_name = "BAUD", default_value_t = 115_200)]
    pub baud: u32,
}

/// Faults of the line.
#[derive(Debug, clap::Args)]
pub struct FaultArgs {
    /// Lose each byte with this probability, in both directions
    #[arg(long, value_name = "0..1", default_value = "0", value_parser = probability)]
    pub fault_loss: f64,

    /// Flip a bit of each byte with this probability
    #[arg(long, value_name = "0..1", default_value = "0", value_parser = probability)]
    pub fault_corruption: f64,

    /// Repeat what arrives together with this probability
    #[arg(long, value_name = "0..1", default_value = "0", value_parser = probability)]
    pub fault_duplication: f64,

    /// Delay each piece by a random part of this, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0,
          value_parser = clap::value_parser!(u64).range(..=60_000))]
    pub fault_delay: u64,
}

impl FaultArgs {
    /// Returns what they say.
    ///
    /// # Errors
    ///
    /// What is out of its range, which the command line has refused before.
    pub fn faults(&self) -> Result<LineFaults, String> {
        LineFaults::default().with(&LineChange {
            loss: Some(self.fault_loss),
            corruption: Some(self.fault_corruption),
            duplication: Some(self.fault_duplication),
            delay_ms: Some(self.fault_delay),
        })
    }
}

/// How long things take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Pace {
    /// No time.
    Fast,
    /// As long as measured.
    Real,
}

impl From<Pace> for Timing {
    fn from(pace: Pace) -> Self {
        match pace {
            Pace::Fast => Self::Fast,
            Pace::Real => Self::Real,
        }
    }
}

impl Args {
    /// Returns the firmware with what it is compiled with.
    ///
    /// # Errors
    ///
    /// A name that the command line has refused before.
    pub fn built(&self) -> Result<Firmware, String> {
        let options = self.firmware.options().change(&self.build)?;
        Ok(self.firmware.with_options(options))
    }
}

fn build(text: &str) -> Result<String, String> {
    Options::NONE.change(text).map(|_| text.to_owned())
}

fn speed(text: &str) -> Result<f64, String> {
    let speed = text.parse().map_err(|_| "it is a number".to_owned())?;
    inside("speed", Some(speed), SPEEDS).map(|()| speed)
}

fn probability(text: &str) -> Result<f64, String> {
    let probability = text.parse().map_err(|_| "it is a number from 0 to 1".to_owned())?;
    inside("probability", Some(probability), 0.0..=1.0).map(|()| probability)
}
