//! The table of commands as the command line offers it: `get`, `set` and `do`, with names and help.

use clap::{Arg, ArgMatches, Command};
use rapi_core::{
    AnyCommand, ArgumentError, COMMANDS, Class, CommandInfo, Dialect, EncodeError, FieldInfo,
    Storage,
};

use crate::{send, value};

/// What a row is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// It reads.
    Get,
    /// It sets something to a value.
    Set,
    /// Everything else.
    Do,
}

impl Verb {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Get, Self::Set, Self::Do];

    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Set => "set",
            Self::Do => "do",
        }
    }

    const fn about(self) -> &'static str {
        match self {
            Self::Get => "Read one thing: state, energy, versions ...",
            Self::Set => "Change one thing: the current, the timer, a feature ...",
            Self::Do => "Let the station do something: sleep, enable, restart ...",
        }
    }
}

/// Returns verb and name of a row, from the name of its type: `GetState` is `get state`.
pub fn name(info: &CommandInfo) -> (Verb, String) {
    let (verb, rest) = if let Some(rest) = info.name.strip_prefix("Get") {
        (Verb::Get, rest.to_owned())
    } else if let Some((before, rest)) = info.name.split_once("Set") {
        (Verb::Set, format!("{before}{rest}"))
    } else {
        (Verb::Do, info.name.to_owned())
    };
    let mut name = String::new();
    for character in rest.chars() {
        if character.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(character.to_ascii_lowercase());
    }
    (verb, name)
}

/// Returns the rows of a verb with their names.
pub fn rows(verb: Verb) -> impl Iterator<Item = (String, &'static CommandInfo)> {
    COMMANDS.iter().filter_map(move |info| {
        let (own, name) = name(info);
        (own == verb).then_some((name, *info))
    })
}

/// Whether somebody has to say yes before it is sent: it touches safety checks, wears the EEPROM,
/// or restarts the controller.
pub fn is_dangerous(info: &CommandInfo) -> Option<&'static str> {
    match (info.class, info.storage) {
        _ if !info.is_answered() => Some("what was not saved is lost, and a charge ends"),
        (_, Storage::EepromOnce) => Some("it can be done once in the controller's life"),
        (Class::Debug, _) => Some("it is about safety, calibration, or what cannot be undone"),
        (_, Storage::Eeprom) => Some("it writes the EEPROM, which wears out"),
        _ => None,
    }
}

/// Returns `get`, `set` and `do` with a subcommand for each row.
pub fn subcommands() -> impl Iterator<Item = Command> {
    Verb::ALL.into_iter().map(|verb| {
        Command::new(verb.name())
            .about(verb.about())
            .subcommand_required(true)
            .arg_required_else_help(true)
            .subcommand_value_name("WHAT")
            .subcommand_help_heading("What")
            .disable_help_subcommand(true)
            .subcommands(rows(verb).map(|(name, info)| subcommand(verb, name, info)))
    })
}

fn subcommand(verb: Verb, name: String, info: &'static CommandInfo) -> Command {
    let arguments: Vec<_> = info.flat_arguments().collect();
    let mut usage = format!("rapi {} {name}", verb.name());
    for argument in &arguments {
        let name = argument.name.to_uppercase();
        usage.push_str(&if is_optional(info, argument) {
            format!(" [{name}]")
        } else {
            format!(" <{name}>")
        });
    }
    // What has a name of its own can also be found by its code.
    let lone = COMMANDS.iter().filter(|other| other.code == info.code).count() == 1;
    let mut command = Command::new(name)
        .about(info.summary.trim_end_matches('.'))
        .override_usage(usage)
        .after_help(details(info))
        .hide(info.until.is_some());
    if lone {
        command = command.alias(info.code.to_string());
    }
    for argument in &arguments {
        command = command.arg(
            Arg::new(argument.name)
                .long(argument.name.replace('_', "-"))
                .value_name(argument.name.to_uppercase())
                .allow_negative_numbers(true)
                .help(help(argument))
                .help_heading("Arguments, in this order or by name"),
        );
    }
    if !arguments.is_empty() {
        command = command.arg(
            Arg::new(VALUES)
                .num_args(0..)
                .allow_negative_numbers(true)
                .hide(true)
                .value_name("VALUE"),
        );
    }
    command
}

const VALUES: &str = "values in order";

/// Whether an argument or the group that it belongs to may be left out.
fn is_optional(info: &CommandInfo, argument: &FieldInfo) -> bool {
    let outer = info.arguments.iter().find(|outer| outer.name == argument.name);
    outer.is_none_or(|outer| outer.optional)
}

fn help(argument: &FieldInfo) -> String {
    let summary = argument.summary.trim_end_matches('.');
    format!("{summary} [{}]", value::accepted(argument))
}

/// What stands below the arguments: what is sent, and what the table knows.
fn details(info: &CommandInfo) -> String {
    let answer = match info.answer {
        "" => "nothing, ever".to_owned(),
        "-" => "$OK".to_owned(),
        fields => format!("$OK {fields}"),
    };
    let mut text = format!("Sends ${}, which is answered with {answer}.\n", info.usage);
    for field in info.flat_fields() {
        let unit = if field.unit.is_empty() { String::new() } else { format!(" ({})", field.unit) };
        text.push_str(&format!("  {:<15} {}{unit}\n", field.name, field.summary));
    }
    text.push_str(&format!("For instance: {} -> {}\n", info.example.sent, info.example.heard));
    text.push_str(&format!("Firmware {}", info.since));
    match info.until {
        Some(until) => text.push_str(&format!(" to {until}")),
        None => text.push_str(" and later"),
    }
    if let Some(feature) = info.feature {
        text.push_str(&format!(", built with {feature}"));
    }
    text.push_str(&format!(". Class: {}", info.class));
    if info.storage != Storage::None {
        text.push_str(&format!(", kept in: {}", info.storage));
    }
    text.push('.');
    if let Some(reason) = is_dangerous(info) {
        text.push_str(&format!("\nAsks first, or needs --yes: {reason}."));
    }
    text
}

/// Reads a command that was given as arguments.
pub fn read(
    info: &'static CommandInfo,
    matches: &ArgMatches,
    dialect: Dialect,
) -> Result<AnyCommand, String> {
    let mut in_order = matches
        .try_get_many::<String>(VALUES)
        .ok()
        .flatten()
        .into_iter()
        .flatten()
        .map(String::as_str);
    let mut words = Vec::new();
    for argument in info.flat_arguments() {
        let named = matches.get_one::<String>(argument.name).map(String::as_str);
        let Some(word) = named.or_else(|| in_order.next()) else { break };
        words.push(value::to_wire(argument, word)?);
    }
    // The rest of a text, if it was not quoted; otherwise one argument too many.
    words.extend(in_order.map(str::to_owned));
    build(info, &words, dialect)
}

/// Makes a command of words in wire form.
fn build(
    info: &'static CommandInfo,
    words: &[String],
    dialect: Dialect,
) -> Result<AnyCommand, String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    AnyCommand::from_args(info, &words).or_else(|error| match error {
        // It allows what all controllers take; no command with fixed words is that long.
        ArgumentError::Line(EncodeError::CommandTooLong { .. }) => {
            let line = format!("${} {}", info.code, words.join(" "));
            send::parse(&line, dialect).map_err(|problem| problem.to_string())
        }
        ArgumentError::Argument { argument, .. } => {
            let problem = error.to_string();
            let what = problem.split(": ").next().unwrap_or_default();
            let accepted = value::accepted(argument);
            Err(format!("{what}: {accepted}"))
        }
        error => Err(error.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_row_has_a_name_of_its_own() {
        let names: BTreeSet<_> = COMMANDS
            .iter()
            .map(|info| {
                let (verb, name) = name(info);
                (verb.name(), name)
            })
            .collect();
        assert_eq!(names.len(), COMMANDS.len());
        for (verb, what) in [
            ("get", "state"),
            ("get", "current-range"),
            ("set", "current"),
            ("set", "old-vent-check"),
            ("do", "save-current"),
            ("do", "sleep"),
            ("do", "restart"),
        ] {
            assert!(names.contains(&(verb, what.to_owned())), "{verb} {what}");
        }
    }

    #[test]
    fn what_could_do_harm_asks_first() {
        for info in COMMANDS {
            let asks = is_dangerous(info).is_some();
            assert!(asks || info.class != Class::Debug, "{}", info.name);
            assert!(!asks || info.class != Class::Read, "{}", info.name);
        }
        for (name, asks) in
            [("Restart", true), ("SaveCurrent", true), ("SetCurrent", false), ("Sleep", false)]
        {
            let info = COMMANDS.iter().find(|info| info.name == name).unwrap();
            assert_eq!(is_dangerous(info).is_some(), asks, "{name}");
        }
    }
}
