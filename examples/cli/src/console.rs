//! Type commands, see answers explained.

mod helper;

use std::time::Duration;

use anyhow::Context as _;
use rapi_core::{COMMANDS, Frame, Notification, Sender};
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{Config, Editor};

use crate::catalogue::{self, Verb};
use crate::cli::Common;
use crate::decode::{self, Meaning};
use crate::problem::Problem;
use crate::send;
use crate::station::{Silent, Station};
use crate::{output, status};
use helper::Helper;

const HELP: &str = "  $GS, GS              a line of RAPI; checksum and sequence id are added
  get state            the same by name: get, set and do, with --help for each
  set current 16A
  status               everything at a glance
  listen 10            what the station says by itself in so many seconds
  help, quit
Tab completes, the arrows go back in history.";

/// Reads line by line until the end.
pub fn run(common: &Common, station: &mut Station) -> Result<(), Problem> {
    let config = Config::builder().history_ignore_space(true).auto_add_history(true).build();
    let mut editor: Editor<Helper, FileHistory> =
        Editor::with_config(config).context("cannot use the terminal")?;
    editor.set_helper(Some(Helper));
    let history = history();
    if let Some(history) = &history {
        // There is none the first time.
        let _ = editor.load_history(history);
    }
    output::say(&status::title(station));
    output::say("Type help for help.");
    loop {
        tell(station)?;
        match editor.readline("rapi> ") {
            Ok(line) => match execute(common, station, line.trim()) {
                Ok(true) => break,
                Ok(false) => {}
                // It may be restarting.
                Err(Problem::Failed(error)) if error.is::<Silent>() => {
                    output::say(&error.to_string());
                }
                // A line that is gone does not come back here.
                Err(Problem::Failed(error)) => return Err(Problem::Failed(error)),
                Err(problem) => output::say(&problem.to_string()),
            },
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(error.into()),
        }
    }
    if let Some(history) = &history {
        editor.append_history(history).context("cannot keep the history")?;
    }
    Ok(())
}

/// Where lines are kept from one time to the next.
fn history() -> Option<std::path::PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME").map(std::path::PathBuf::from);
    let home = || Some(std::path::PathBuf::from(std::env::var_os("HOME")?).join(".local/state"));
    let folder = state.or_else(home)?;
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("rapi_history"))
}

/// Shows what the station has said by itself meanwhile.
fn tell(station: &mut Station) -> anyhow::Result<()> {
    let mut heard = station.listen(Duration::from_millis(1))?;
    while let Some(notification) = heard {
        say_notification(notification);
        heard = station.take_notification();
    }
    Ok(())
}

fn say_notification(notification: Notification) {
    output::say_wrapped(&format!("! {}", decode::text(&Meaning::Notification(notification))), 2);
}

/// Does what a line says; `true` at the end.
fn execute(common: &Common, station: &mut Station, line: &str) -> Result<bool, Problem> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        [] => {}
        ["quit" | "exit" | "q"] => return Ok(true),
        ["help" | "?"] => output::say(HELP),
        ["status"] => status::run(common, station)?,
        ["listen"] => listen(station, 10)?,
        ["listen", seconds] => listen(
            station,
            seconds.parse().map_err(|_| Problem::Usage(format!("{seconds} is no number")))?,
        )?,
        [verb, ..] if Verb::ALL.iter().any(|known| known.name() == *verb) => {
            by_name(common, station, &words)?;
        }
        // A line of RAPI begins with two characters, and nothing else that is known here does.
        [word, ..] if !word.starts_with('$') && word.len() != 2 => {
            return Err(Problem::Usage(format!("there is no {word} here; say help")));
        }
        _ => typed(common, station, line)?,
    }
    Ok(false)
}

fn listen(station: &mut Station, seconds: u16) -> anyhow::Result<()> {
    let end = std::time::Instant::now() + Duration::from_secs(seconds.into());
    while let Some(left) = end.checked_duration_since(std::time::Instant::now()) {
        let left = left.min(Duration::from_millis(200)).max(Duration::from_millis(1));
        match station.listen(left)? {
            Some(notification) => say_notification(notification),
            None => std::thread::sleep(Duration::from_millis(1)),
        }
    }
    Ok(())
}

/// `get state`, as on the command line.
fn by_name(common: &Common, station: &mut Station, words: &[&str]) -> Result<(), Problem> {
    let command = clap::Command::new("rapi")
        .no_binary_name(true)
        .disable_help_subcommand(true)
        .subcommands(catalogue::subcommands());
    let matches = match command.try_get_matches_from(words) {
        Ok(matches) => matches,
        Err(help) => {
            output::say(help.to_string().trim_end());
            return Ok(());
        }
    };
    let Some((verb, Some((name, arguments)))) =
        matches.subcommand().map(|(verb, inner)| (verb, inner.subcommand()))
    else {
        return Ok(());
    };
    let verb = Verb::ALL.into_iter().find(|known| known.name() == verb);
    let row = verb.and_then(|verb| catalogue::rows(verb).find(|(known, _)| known == name));
    let Some((_, info)) = row else { return Ok(()) };
    let command = catalogue::read(info, arguments, common.dialect()).map_err(Problem::Usage)?;
    output::confirm(common, &command)?;
    let answer = station.send(&command)?;
    output::answer(common, &command, answer)
}

/// A line of RAPI; what the table does not have is sent as it is, after a yes.
fn typed(common: &Common, station: &mut Station, line: &str) -> Result<(), Problem> {
    let line = send::with_dollar(line);
    match Frame::parse(line.as_bytes(), Sender::Client) {
        Ok(frame) if COMMANDS.iter().all(|info| info.code != frame.code()) => {
            output::ask(common, &format!("{line} is not in the table: nothing is known about it"))?;
            output::say(&station.raw(&line)?.unwrap_or_default());
            Ok(())
        }
        _ => {
            let command = send::parse(&line, common.dialect())?;
            output::confirm(common, &command)?;
            let answer = station.send(&command)?;
            output::answer(common, &command, answer)
        }
    }
}
