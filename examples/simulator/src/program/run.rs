//! What the program does.

use std::io::{IsTerminal as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::{CommandFactory as _, Parser as _};
use jiff::civil::DateTime;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::signal::unix::{SignalKind, signal};

use super::cli::{Action, Args, Place};
use super::record::Recording;
use super::scenario::Scenario;
use super::state_file::StateFile;
use super::{Member, Places, control, fleet, numbered, replaying, view};
use crate::{Board, CAR_HELP, Command, Config, Firmware, Station, What, World};

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let args = Args::parse();
    if let Some(shell) = args.completions {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Args::command(), "rapi-sim", &mut script);
        // Whoever reads only the beginning is fine.
        let _ = std::io::stdout().write_all(&script);
        return ExitCode::SUCCESS;
    }
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(problem) => return complain(&problem.into()),
    };
    let code = runtime.block_on(run(&args)).unwrap_or_else(|problem| complain(&problem));
    // A thread waits for the standard input and would go on doing so.
    runtime.shutdown_timeout(Duration::ZERO);
    code
}

fn complain(problem: &anyhow::Error) -> ExitCode {
    eprintln!("rapi-sim: {problem:#}");
    ExitCode::FAILURE
}

async fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.action {
        Some(Action::Replay(replay)) => tokio::select! {
            code = replaying::run(replay) => code,
            end = told_to_end() => end,
        },
        None => simulate(args).await,
    }
}

/// Ctrl-C, or SIGTERM.
async fn told_to_end() -> anyhow::Result<ExitCode> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot wait for SIGTERM")?;
    tokio::select! {
        _ = terminate.recv() => {}
        result = tokio::signal::ctrl_c() => result.context("cannot wait for Ctrl-C")?,
    }
    Ok(ExitCode::SUCCESS)
}

impl Place {
    fn places(&self) -> Places {
        match (&self.pty, &self.serial) {
            (Some(path), _) => Places::Pty(path.clone()),
            (_, Some(path)) => Places::Serial(path.clone(), self.baud),
            _ => Places::Tcp(self.listen.clone()),
        }
    }
}

async fn simulate(args: &Args) -> anyhow::Result<ExitCode> {
    let count = usize::from(args.stations);
    if args.place.serial.is_some() && count > 1 {
        anyhow::bail!("--serial is one line: leave --stations away");
    }
    let scenario = args.scenario.as_deref().map(|path| Scenario::read(path, count)).transpose()?;
    let start = scenario.as_ref().and_then(|scenario| scenario.start).unwrap_or_else(local_time);
    let firmware = args.built().map_err(anyhow::Error::msg)?;
    let config = Config {
        firmware,
        timing: args.timing.into(),
        clock: crate::set_clock(start),
        board: Board { v6: args.v6, ..Board::default() },
        ..Config::default()
    };
    let line = args.faults.faults().map_err(anyhow::Error::msg)?;
    let world = World { speed: args.speed, line, seed: args.seed };
    let mut state = args.state_file.as_deref().map(StateFile::open).transpose()?;
    let stations = (0..count).map(|place| {
        let eeprom = state.as_ref().and_then(|state| state.eeprom(place));
        Station::new(Config { eeprom, ..config })
    });
    let stations = stations.collect();
    let members = fleet::start(stations, &args.place.places(), world).await?;
    let mut recordings = Vec::new();
    for member in &members {
        if let Some(path) = &args.record {
            let path = numbered(path, member.number, count);
            recordings.push(Recording::start(&path, &member.handle).await?);
        }
        if let Some(scenario) = &scenario {
            member.handle.plan(scenario.plan(member.number, start.time())).await;
        }
    }
    let control = match args.control {
        Some(address) => {
            let address = match address {
                Some(address) => address,
                None => SocketAddr::from((Ipv4Addr::LOCALHOST, port_behind(&members))),
            };
            Some(control::start(address, args.control_anywhere, members.clone()).await?)
        }
        None => None,
    };
    let shown = !args.plain && std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let code = tokio::select! {
        end = told_to_end() => end,
        code = view::run(&members, control), if shown => code,
        code = lines(args, firmware, &members, control, start), if !shown => code,
        problem = keep(state.as_mut(), &members) => Err(problem),
    };
    if let Some(state) = &mut state {
        state.save(&members).await?;
    }
    for recording in recordings {
        recording.end().await;
    }
    code
}

/// Keeps the EEPROMs; ends only when that fails.
async fn keep(state: Option<&mut StateFile>, members: &[Member]) -> anyhow::Error {
    let Some(state) = state else { return std::future::pending().await };
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if let Err(problem) = state.save(members).await {
            return problem;
        }
    }
}

/// Without a terminal, or told so.
async fn lines(
    args: &Args,
    firmware: Firmware,
    members: &[Member],
    control: Option<SocketAddr>,
    start: DateTime,
) -> anyhow::Result<ExitCode> {
    announce(firmware, members);
    if let Some(address) = control {
        tell!("Control interface: http://{address}");
    }
    tell!("\n{}\n", help());
    if args.scenario.is_some() {
        for member in members {
            tokio::spawn(log(member.clone(), members.len(), start));
        }
    }
    obey_standard_input(members).await
}

/// The port behind that of the last station.
fn port_behind(members: &[Member]) -> u16 {
    let port = |member: &Member| member.place.rsplit_once(':')?.1.parse::<u16>().ok();
    let last = members.last().filter(|member| member.place.starts_with("tcp://")).and_then(port);
    last.unwrap_or(8023).saturating_add(1)
}

fn announce(firmware: Firmware, members: &[Member]) {
    match members {
        [only] => tell!("OpenEVSE controller, firmware {firmware}, on {}", only.place),
        [first, .., last] => tell!(
            "{} OpenEVSE controllers, firmware {firmware}, on {} to {}",
            members.len(),
            first.place,
            last.place
        ),
        [] => {}
    }
    if firmware.boot_lock() {
        tell!("It starts boot-locked, as a real one does: it charges after $SB.");
    }
}

/// What a scenario does is worth a line.
async fn log(member: Member, count: usize, start: DateTime) {
    let mut watched = member.handle.watch().await;
    let who = if count == 1 { String::new() } else { format!("station {}: ", member.number) };
    while let Some(seen) = watched.recv().await {
        let passed = jiff::SignedDuration::from_millis(seen.at_ms as i64);
        let time = start.checked_add(passed).unwrap_or(start).strftime("%H:%M:%S");
        match seen.what {
            What::Command(command) => tell!("{time} {who}{}", command.describe()),
            What::Refused(command, problem) => {
                eprintln!("{time} {who}{} failed: {problem}", command.describe());
            }
            What::Sent(_) | What::Received(_) => {}
        }
    }
}

/// What a person would set the clock to: controllers know no time zones.
fn local_time() -> DateTime {
    jiff::Zoned::now().datetime()
}

/// At the end of the input the stations go on: they may run without a terminal.
async fn obey_standard_input(members: &[Member]) -> anyhow::Result<ExitCode> {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await.context("cannot read the standard input")? {
        if line.trim().is_empty() {
            continue;
        }
        match say_to(members, 0, line.trim()).await {
            Ok(answer) => tell!("{answer}"),
            Err(problem) => eprintln!("{problem}"),
        }
    }
    std::future::pending().await
}

/// A word for the station at this place, or for the one whose number stands before it.
pub(super) async fn say_to(members: &[Member], place: usize, line: &str) -> Result<String, String> {
    let (number, word) = match line.split_once(' ') {
        Some((number, word)) => match number.parse::<usize>() {
            Ok(number) => (number, word),
            Err(_) => (place + 1, line),
        },
        None => (place + 1, line),
    };
    if word.trim() == "help" {
        return Ok(help());
    }
    match members.get(number.wrapping_sub(1)) {
        Some(member) => member.handle.car(word).await,
        None => Err(format!("there is no station {number}; they count 1 to {}", members.len())),
    }
}

/// The words, and the commands of the control interface, which are words, too.
fn help() -> String {
    let more = Command::NAMES.join(", ");
    format!("{CAR_HELP}\nand with field=value, as vehicle soc=40 or faults gfi=true:\n  {more}")
}
