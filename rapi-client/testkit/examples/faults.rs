//! Tries the promise of `rapi-client` for as long as you like, and prints the figures.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Parser, ValueEnum};
use rapi_client::Dialect;
use rapi_testkit::{Dice, Figures, Kind, Trial};

/// Commands, faults, dropped calls and restarts, as the dice fall: is every answer that is handed
/// out the answer to its command?
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// How many commands to send
    #[arg(short = 'n', long, default_value_t = 1_000_000)]
    exchanges: u64,
    /// Where the dice begin; the same seed gives the same run
    #[arg(short, long, default_value_t = 1)]
    seed: u64,
    /// A line has a fault once in so many times
    #[arg(short, long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..))]
    once_in: u32,
    /// How the device talks: with sequence ids (v3), without (v2)
    #[arg(short, long, value_enum, default_value_t = Talk::V3)]
    dialect: Talk,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Talk {
    V3,
    V2,
}

/// How many episodes a client lives. Long enough for its ids to begin anew many times.
const LIFE: u64 = 2000;

fn main() -> ExitCode {
    let args = Args::parse();
    let dialect = match args.dialect {
        Talk::V3 => Dialect::V3,
        Talk::V2 => Dialect::V2_1,
    };
    let begin = Instant::now();
    let mut shown = begin;
    let (mut sum, mut faults) = (Figures::default(), BTreeMap::<Kind, u64>::new());
    let mut seed = args.seed;
    while sum.exchanges < args.exchanges {
        let mut trial = Trial::new(dialect, Dice::new(seed), args.once_in);
        for episode in 0..LIFE {
            if let Err(wrong) = trial.episode() {
                eprintln!("\nBROKEN: {wrong}\nseed {seed}, episode {episode}, {dialect:?}");
                return ExitCode::FAILURE;
            }
        }
        add(&mut sum, trial.figures());
        for (kind, count) in trial.faults() {
            *faults.entry(kind).or_default() += count;
        }
        seed += 1;
        if shown.elapsed() > Duration::from_millis(200) && std::io::stderr().is_terminal() {
            shown = Instant::now();
            let percent = (sum.exchanges * 100 / args.exchanges.max(1)).min(100);
            eprint!("\r{percent:3} %, {} exchanges ", sum.exchanges);
            // A terminal that is gone is no reason to stop.
            let _ = std::io::stderr().flush();
        }
    }
    if std::io::stderr().is_terminal() {
        eprint!("\r{:40}\r", "");
    }
    print(&sum, &faults);
    println!("{:<24}{:>12.1} s", "time", begin.elapsed().as_secs_f64());
    ExitCode::SUCCESS
}

fn add(sum: &mut Figures, figures: &Figures) {
    sum.exchanges += figures.exchanges;
    sum.answered += figures.answered;
    sum.failed += figures.failed;
    sum.dropped += figures.dropped;
    sum.undetectable += figures.undetectable;
    sum.misheard += figures.misheard;
    sum.recoveries += figures.recoveries;
    sum.garbled_first += figures.garbled_first;
    sum.notifications += figures.notifications;
    sum.worst_recovery = sum.worst_recovery.max(figures.worst_recovery);
}

fn print(sum: &Figures, faults: &BTreeMap<Kind, u64>) {
    for (name, count) in [
        ("exchanges", sum.exchanges),
        ("  answered", sum.answered),
        ("  failed, and said so", sum.failed),
        ("  dropped by the caller", sum.dropped),
        ("wrong answers", 0),
        ("recoveries", sum.recoveries),
        ("  $NK of old lines first", sum.garbled_first),
        ("  most bytes for one", sum.worst_recovery),
        ("notifications taken", sum.notifications),
        ("faults", faults.values().sum()),
    ] {
        println!("{name:<24}{count:>12}");
    }
    for kind in Kind::ALL {
        println!("  {kind:<22}{:>12}", faults.get(&kind).copied().unwrap_or(0));
    }
    println!("damage that eight bits of XOR do not show (no client can tell)");
    println!("  {:<22}{:>12}", "in answers", sum.undetectable);
    println!("  {:<22}{:>12}", "in commands", sum.misheard);
}
