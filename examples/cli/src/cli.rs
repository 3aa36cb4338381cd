//! The command line.

use std::path::PathBuf;

use clap::{Args, Command, FromArgMatches as _, Parser, Subcommand};
use clap_complete::Shell;
use rapi_core::{AnyCommand, Dialect};
use rapi_sim::EvseAddress;

use crate::catalogue::{self, Verb};

const EXAMPLES: &str = "\
EXAMPLES:
  rapi --evse sim: status                   try it without a station
  export RAPI_EVSE=serial:/dev/ttyUSB0      say once where the station is
  rapi status                               everything at a glance
  rapi set current 16A                      offer 16 A, until the next restart
  rapi get energy --json                    one thing, for a script
  rapi send '$SC 16 V'                      a line as it is, checksum added
  rapi monitor                              watch it live

EXIT STATUS:
  0  done
  1  the line, the station or a file failed
  2  the command line makes no sense
  3  the station refused, or set something else than it was told
  4  not confirmed: say --yes

SAFETY: this drives mains equipment. The station's own safety checks stay in
charge: leave them on.";

const EVERYWHERE: &str = "Everywhere";

/// The command line for OpenEVSE charging stations.
///
/// Talks RAPI over a serial port, TCP or the station's WiFi gateway: shows what the station does,
/// changes its settings, watches it live, explains what goes over the line.
#[derive(Debug, Parser)]
#[command(name = "rapi", version, after_help = EXAMPLES)]
#[command(arg_required_else_help = true, disable_help_subcommand = true)]
pub struct Options {
    #[command(flatten)]
    pub common: Common,

    /// Print a completion script for a shell and exit
    #[arg(long, value_name = "SHELL")]
    pub completions: Option<Shell>,
}

/// What every subcommand takes.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// Where the station is: serial:/dev/ttyUSB0, tcp://HOST:PORT, http://HOST (its WiFi gateway),
    /// or sim:, a simulated one
    #[arg(long, short, global = true, value_name = "WHERE", env = "RAPI_EVSE", help_heading = EVERYWHERE)]
    pub evse: Option<EvseAddress>,

    /// The controller takes lines of 39 bytes, not of 31: firmware 9.x with sensors in the cable, or
    /// for a SAMD. It does not say so itself
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub long_lines: bool,

    /// Print JSON: one object, or one a line for what goes on
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub json: bool,

    /// Show each line as it is sent (>) and heard (<), on the standard error
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub trace: bool,

    /// Do not ask before what could do harm
    #[arg(long, short, global = true, help_heading = EVERYWHERE)]
    pub yes: bool,
}

impl Common {
    /// How to talk to the station, as far as it cannot be found out.
    pub const fn dialect(&self) -> Dialect {
        if self.long_lines { Dialect::V3Long } else { Dialect::V3 }
    }
}

/// What is not in the table of commands.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Show everything that the station tells, on one screen
    #[command(display_order = 1)]
    Status,
    /// Send a line as it is; checksum and sequence id are added
    Send {
        /// Code and arguments, for instance '$SC 16 V' (mind the quotes)
        #[arg(required = true, num_args = 1.., value_name = "LINE")]
        line: Vec<String>,
        /// A command that no firmware of OpenEVSE knows, but yours does: sent unchecked
        #[arg(long)]
        foreign: bool,
    },
    /// Watch the station: what it tells by itself, and what it is asked once a second
    Monitor {
        /// Seconds between two questions
        #[arg(long, default_value = "1", value_name = "SECONDS",
              value_parser = clap::value_parser!(u16).range(1..))]
        interval: u16,
        /// Stop after so many rounds of questions
        #[arg(long, value_name = "NUMBER")]
        count: Option<u32>,
        /// Print lines also on a terminal, instead of filling it
        #[arg(long)]
        plain: bool,
    },
    /// Type commands, see answers explained; with history and completion
    Console,
    /// Explain what stands in a log or a capture of the line
    Decode {
        /// The file; - or nothing is the standard input
        #[arg(default_value = "-", value_name = "FILE")]
        file: PathBuf,
    },
    /// Record what a station says to each question, for tests; changes nothing on it
    Record {
        /// Where to write it; - or nothing is the standard output
        #[arg(long, short, default_value = "-", value_name = "FILE")]
        output: PathBuf,
        /// Before, listen for so many seconds to what the station says by itself
        #[arg(long, default_value_t = 0, value_name = "SECONDS")]
        listen: u16,
        /// Lines to send instead of all questions of the table, for instance '$GS' '$GV^35'
        #[arg(value_name = "LINE")]
        lines: Vec<String>,
    },
    /// Show the controller's clock next to this computer's, or set it
    Clock {
        /// Set it to this computer's local time
        #[arg(value_parser = ["set"], value_name = "set")]
        set: Option<String>,
    },
    /// Show what the controller is and which commands it can
    Firmware,
    /// As `--completions`, which all programs have
    #[command(hide = true)]
    Completions { shell: Shell },
    /// Print the manual page, or write one for each subcommand into a folder
    #[command(display_order = 2001)]
    Man {
        /// The folder, for instance ~/.local/share/man/man1
        folder: Option<PathBuf>,
    },
}

/// What is to be done.
#[derive(Debug)]
pub enum Task {
    /// Something of its own.
    Action(Action),
    /// A row of the table with its arguments.
    Command(AnyCommand),
}

/// Returns the whole command line, the rows of the table included.
pub fn command() -> Command {
    let command = <Options as clap::CommandFactory>::command();
    let about = command.get_about().cloned();
    let long_about = command.get_long_about().cloned();
    // Adding subcommands takes their enumeration's description over.
    Action::augment_subcommands(command)
        .about(about.unwrap_or_default())
        .long_about(long_about.unwrap_or_default())
        .subcommands(catalogue::subcommands())
}

/// Reads the command line; ends the program with help if it makes no sense.
pub fn parse() -> (Common, Task) {
    let matches = command().get_matches();
    let common = Common::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let verb_and_row = matches.subcommand().and_then(|(verb, inner)| {
        let verb = Verb::ALL.into_iter().find(|known| known.name() == verb)?;
        let (name, arguments) = inner.subcommand()?;
        let (_, info) = catalogue::rows(verb).find(|(known, _)| known == name)?;
        Some((verb, name, info, arguments))
    });
    // Not exclusive: the station may be in the environment.
    if let Some(shell) = matches.get_one("completions") {
        return (common, Task::Action(Action::Completions { shell: *shell }));
    }
    let task = match verb_and_row {
        Some((verb, name, info, arguments)) => {
            let command =
                catalogue::read(info, arguments, common.dialect()).unwrap_or_else(|problem| {
                    let hint = format!("{problem}\n\nFor help: rapi {} {name} --help", verb.name());
                    clap::Error::raw(clap::error::ErrorKind::ValueValidation, format!("{hint}\n"))
                        .exit()
                });
            Task::Command(command)
        }
        None => Task::Action(
            Action::from_arg_matches(&matches)
                .unwrap_or_else(|error| error.format(&mut command()).exit()),
        ),
    };
    (common, task)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_sound() {
        super::command().debug_assert();
    }
}
