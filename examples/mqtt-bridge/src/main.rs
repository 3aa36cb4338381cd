//! `rapi-bridge`: MQTT bridge for OpenEVSE charging stations.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};
use rapi_bridge::cli::{self, Args};
use rapi_bridge::config::Source;
use rapi_bridge::log::{self, NEWS};
use rapi_bridge::{config, http, init, mqtt, teller};
use tracing::{error, info};

fn main() -> ExitCode {
    let args = Args::parse();
    match &args.task {
        Some(cli::Task::HashPassword) => return hash_password(),
        Some(cli::Task::Init { file }) => {
            let asked = init::run(file, &mut std::io::stdin().lock(), &mut std::io::stdout());
            return asked.map_or_else(
                |problem| {
                    eprintln!("rapi-bridge: {problem}");
                    ExitCode::FAILURE
                },
                |()| ExitCode::SUCCESS,
            );
        }
        None => {}
    }
    if let Some(shell) = args.completions {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Args::command(), "rapi-bridge", &mut script);
        // Whoever reads only the beginning is fine.
        let _ = std::io::stdout().write_all(&script);
        return ExitCode::SUCCESS;
    }
    if args.print_config {
        // Whoever reads only the beginning is fine.
        let _ = std::io::stdout().write_all(config::EXAMPLE.as_bytes());
        return ExitCode::SUCCESS;
    }
    let mut overrides = match config::environment(variables()) {
        Ok(overrides) => overrides,
        Err(problem) => {
            eprintln!("rapi-bridge: {problem}");
            return ExitCode::from(2);
        }
    };
    overrides.extend(args.overrides());
    let source = Source { file: args.config.clone(), overrides };
    let config = match source.load() {
        Ok(config) => config,
        Err(problem) => {
            log::start(source.log_format(), args.verbose);
            error!(target: NEWS, "{problem}");
            return ExitCode::from(2);
        }
    };
    log::start(config.log.format, args.verbose);
    // What is in no file that a person has written is said.
    if let Ok(Some((path, keys))) = source.beside() {
        info!(target: NEWS, "changed on the page: {} ({})", keys.join(", "), path.display());
    }
    if args.check_config {
        let mut given = config.mqtt;
        // A credential that systemd gives is there only when systemd has started the bridge.
        if given.password_file.starts_with("$CREDENTIALS_DIRECTORY")
            && std::env::var_os("CREDENTIALS_DIRECTORY").is_none()
        {
            given.password_file.clear();
        }
        return match mqtt::check(&given) {
            Ok(()) => ExitCode::SUCCESS,
            Err(problem) => {
                error!(target: NEWS, "{problem:#}");
                ExitCode::from(2)
            }
        };
    }
    match run(source, config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error!(target: NEWS, "{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Reads a password from the standard input, so that it is in no list of processes.
fn hash_password() -> ExitCode {
    if std::io::stdin().is_terminal() {
        eprintln!("The password, and Enter (it is shown while you type):");
    }
    let mut line = String::new();
    let read = std::io::stdin().read_line(&mut line).map_err(|error| error.to_string());
    let hash = read.and_then(|_| http::hash_password(line.trim_end_matches(['\r', '\n'])));
    match hash {
        Ok(hash) => {
            teller::say(&hash);
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("rapi-bridge: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// What of the environment is text.
fn variables() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

#[tokio::main]
async fn run(source: Source, config: config::Config) -> anyhow::Result<()> {
    rapi_bridge::fleet::run(source, config).await
}
