//! `rapi-bridge`: MQTT bridge for OpenEVSE charging stations.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};
use rapi_bridge::cli::Args;
use rapi_bridge::config;
use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

fn main() -> ExitCode {
    let args = Args::parse();
    if let Some(shell) = args.completions {
        let mut command = Args::command();
        clap_complete::generate(shell, &mut command, "rapi-bridge", &mut std::io::stdout());
        return ExitCode::SUCCESS;
    }
    if args.print_config {
        // Whoever reads only the beginning is fine.
        let _ = std::io::stdout().write_all(config::EXAMPLE.as_bytes());
        return ExitCode::SUCCESS;
    }
    let loaded = config::environment(variables()).and_then(|mut overrides| {
        overrides.extend(args.overrides());
        config::load(args.config.as_deref(), &overrides)
    });
    let config = match loaded {
        Ok(config) => config,
        Err(problem) => {
            eprintln!("rapi-bridge: {problem}");
            return ExitCode::from(2);
        }
    };
    if args.check_config {
        return ExitCode::SUCCESS;
    }
    log(args.verbose);
    match run(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rapi-bridge: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// What of the environment is text.
fn variables() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

fn log(verbose: u8) {
    let (ours, theirs) = match verbose {
        0 => (Level::WARN, LevelFilter::OFF),
        1 => (Level::INFO, LevelFilter::OFF),
        _ => (Level::DEBUG, LevelFilter::WARN),
    };
    let filter = Targets::new().with_default(theirs).with_target("rapi_bridge", ours);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    tracing_subscriber::registry().with(lines).with(filter).init();
}

#[tokio::main]
async fn run(config: config::Config) -> anyhow::Result<()> {
    rapi_bridge::fleet::run(config).await
}
