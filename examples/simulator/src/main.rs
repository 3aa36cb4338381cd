//! `rapi-sim`: a simulated OpenEVSE controller with a car.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{CommandFactory, Parser, ValueEnum};
use rapi_core::commands::SetClock;
use rapi_sim::{Address, CAR_HELP, Config, Firmware, Handle, Pty, Timing, serve, tcp};
use tokio::io::{AsyncBufReadExt as _, BufReader};

/// A simulated OpenEVSE controller with a car, for everything that talks RAPI.
///
/// Lines on standard input move the car: plug, unplug, ask, stop, status, help.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "\
EXAMPLES:
  rapi-sim                                  listen on tcp://127.0.0.1:8023
  rapi-sim --pty /tmp/evse                  be a serial port
  printf '$GV^35\\r' | nc -q1 127.0.0.1 8023  ask for the version"
)]
struct Args {
    /// Address to listen on; a new client takes the place of the one before
    #[arg(long, value_name = "tcp://HOST:PORT", default_value = "tcp://127.0.0.1:8023")]
    listen: Address,

    /// Be a serial port that can be opened at this path, instead of listening
    #[arg(long, value_name = "PATH", conflicts_with = "listen")]
    pty: Option<PathBuf>,

    /// Firmware to be: 8.2.3 (starts boot-locked, as a real one: say $SB) or 7.1.3
    #[arg(long, value_name = "VERSION", default_value = "8.2.3")]
    firmware: Firmware,

    /// How long things take: at once, or as long as they were measured to take
    #[arg(long, value_enum, default_value_t = Pace::Fast)]
    timing: Pace,

    /// Print a completion script for a shell and exit
    #[arg(long, value_name = "SHELL")]
    completions: Option<clap_complete::Shell>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Pace {
    Fast,
    Real,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    if let Some(shell) = args.completions {
        clap_complete::generate(shell, &mut Args::command(), "rapi-sim", &mut std::io::stdout());
        return Ok(());
    }
    let station = serve(Config {
        firmware: args.firmware,
        timing: match args.timing {
            Pace::Fast => Timing::Fast,
            Pace::Real => Timing::Real,
        },
        clock: local_time(),
    });
    let place = if let Some(path) = args.pty {
        station.attach(Pty::open(&path)?).await;
        path.display().to_string()
    } else {
        format!("tcp://{}", tcp(&args.listen, station.clone()).await?)
    };
    println!("OpenEVSE controller, firmware {}, on {place}", args.firmware);
    if args.firmware.boot_lock {
        println!("It starts boot-locked, as a real one does: it charges after $SB.");
    }
    println!("\n{CAR_HELP}\n");
    tokio::select! {
        result = obey_standard_input(station) => result,
        result = tokio::signal::ctrl_c() => result.context("cannot wait for Ctrl-C"),
    }
}

/// What a person would set the clock to: controllers know no time zones.
fn local_time() -> SetClock {
    let now = jiff::Zoned::now();
    let small = |value: i8| u8::try_from(value).unwrap_or(0);
    SetClock {
        year: u8::try_from(now.year().rem_euclid(100)).unwrap_or(0),
        month: small(now.month()),
        day: small(now.day()),
        hour: small(now.hour()),
        minute: small(now.minute()),
        second: small(now.second()),
    }
}

/// At the end of the input the station goes on: it may run without a terminal.
async fn obey_standard_input(station: Handle) -> anyhow::Result<()> {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await.context("cannot read the standard input")? {
        match line.trim() {
            "" => {}
            word => match station.car(word).await {
                Ok(answer) => println!("{answer}"),
                Err(problem) => eprintln!("{problem}"),
            },
        }
    }
    std::future::pending().await
}
