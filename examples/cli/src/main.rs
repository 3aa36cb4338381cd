//! `rapi`: the command line for OpenEVSE charging stations.

mod catalogue;
mod cli;
mod clock;
mod console;
mod decode;
mod firmware;
mod line;
mod monitor;
mod output;
mod problem;
mod record;
mod send;
mod station;
mod status;
mod value;

use std::process::ExitCode;

use anyhow::Context as _;
use cli::{Action, Common, Task};
use problem::Problem;
use rapi_sim::EvseAddress;
use station::Station;

fn main() -> ExitCode {
    let (common, task) = cli::parse();
    match run(&common, task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("rapi: {problem}");
            ExitCode::from(problem.exit_code())
        }
    }
}

fn run(common: &Common, task: Task) -> Result<(), Problem> {
    let connect =
        || Station::connect(place(common)?, common.trace, common.dialect()).map_err(Problem::from);
    match task {
        Task::Command(command) => {
            output::confirm(common, &command)?;
            let answer = connect()?.send(&command)?;
            output::answer(common, &command, answer)
        }
        Task::Action(action) => match action {
            Action::Status => status::run(common, &mut connect()?),
            Action::Send { line, foreign } => send::run(common, &line.join(" "), foreign, connect),
            Action::Monitor { interval, count, plain } => {
                monitor::run(common, &mut connect()?, interval, count, plain)
            }
            Action::Console => console::run(common, &mut connect()?),
            Action::Decode { file } => decode::run(common, &file),
            Action::Record { output, listen, lines } => {
                record::run(place(common)?, &output, listen, &lines)
            }
            Action::Clock { set } => clock::run(common, &mut connect()?, set.is_some()),
            Action::Firmware => firmware::run(common, &mut connect()?),
            Action::Completions { shell } => {
                let mut script = Vec::new();
                clap_complete::generate(shell, &mut cli::command(), "rapi", &mut script);
                output::say(&String::from_utf8_lossy(&script));
                Ok(())
            }
            Action::Man { folder: Some(folder) } => {
                std::fs::create_dir_all(&folder)
                    .and_then(|()| clap_mangen::generate_to(cli::command(), &folder))
                    .with_context(|| format!("cannot write to {}", folder.display()))?;
                Ok(())
            }
            Action::Man { folder: None } => {
                let mut page = Vec::new();
                clap_mangen::Man::new(cli::command()).render(&mut page)?;
                output::say(&String::from_utf8_lossy(&page));
                Ok(())
            }
        },
    }
}

/// Where the station is; says what there is to choose from if nobody has told.
fn place(common: &Common) -> Result<&EvseAddress, Problem> {
    common.evse.as_ref().ok_or_else(|| {
        let ports = line::ports();
        let hint = format!(
            "where is the station? Say --evse serial:/dev/ttyUSB0, tcp://HOST:PORT, http://HOST, \
             or sim: to try; or set RAPI_EVSE{ports}"
        );
        Problem::Usage(hint)
    })
}
