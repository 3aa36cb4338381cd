//! `divert-sim`: solar-divert rules over days.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};
use divert_sim::cli::{Cli, Command};
use divert_sim::commands;

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Some(shell) = cli.completions {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "divert-sim", &mut script);
        // Whoever reads only the beginning is fine.
        let _ = std::io::stdout().write_all(&script);
        return ExitCode::SUCCESS;
    }
    let result = match &cli.command {
        Some(Command::Compare(args)) => commands::compare::compare(args),
        Some(Command::Run(args)) => commands::run::run(args),
        Some(Command::Sweep(args)) => commands::sweep::sweep(args),
        Some(Command::Generate(args)) => commands::generate::generate(args),
        Some(Command::Plot(args)) => commands::plot::plot(args),
        None => Ok(()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("divert-sim: {error:#}");
            ExitCode::FAILURE
        }
    }
}
