//! What the controller is and what it can.

use rapi_client::{Capabilities, Dialect, Support};
use rapi_core::{AnyCommand, AnyResponse, COMMANDS, Class, CommandInfo};
use serde_json::{Value, json};

use crate::catalogue::{self, Verb};
use crate::cli::Common;
use crate::output;
use crate::problem::Problem;
use crate::station::Station;

/// What can be asked without arguments, and what came of it.
struct Question {
    name: String,
    command: AnyCommand,
    answer: Option<AnyResponse>,
}

/// Tries everything that only reads, and tells what follows from it.
pub fn run(common: &Common, station: &mut Station) -> Result<(), Problem> {
    let capabilities = station.capabilities()?;
    let mut questions = Vec::new();
    for (name, info) in catalogue::rows(Verb::Get).filter(|(_, info)| info.arguments.is_empty()) {
        let command = AnyCommand::from_args(info, &[])?;
        let answer = match capabilities.of(info) {
            Support::Yes => station.send(&command)?,
            _ => None,
        };
        questions.push(Question { name, command, answer });
    }
    if common.json {
        output::say_json(&to_json(station, &capabilities));
        return Ok(());
    }
    let version = station.version;
    output::say_pairs(&[
        ("firmware", version.firmware.to_string()),
        ("protocol", format!("RAPI {} (what it says)", version.protocol)),
        ("talks", talks(station.dialect()).to_owned()),
    ]);
    output::say("\nIt tells:");
    for Question { name, command, answer } in &questions {
        if let Some(answer) = answer {
            let code = command.info().code;
            output::say_wrapped(&format!("  ${code} {name:<22} {answer}"), 29);
        }
    }
    let rows = |wanted: Support| {
        Verb::ALL
            .into_iter()
            .flat_map(catalogue::rows)
            .filter(|(_, info)| capabilities.of(info) == wanted)
            .filter(|(_, info)| wanted == Support::Yes || info.until.is_none())
            .collect::<Vec<_>>()
    };
    for (heading, support) in [
        ("It can also:", Support::Yes),
        ("It has not:", Support::No),
        ("Only trying would tell:", Support::Unknown),
    ] {
        let names: Vec<_> = rows(support)
            .into_iter()
            .filter(|(_, info)| support != Support::Yes || info.class != Class::Read)
            .map(|(name, info)| format!("{name} (${})", head(info)))
            .collect();
        if !names.is_empty() {
            output::say(&format!("\n{heading}"));
            output::say_wrapped(&format!("  {}", names.join(", ")), 2);
        }
    }
    Ok(())
}

/// The code, with the fixed words that tell it from others of this code: `FF D`, `SC V`.
fn head(info: &CommandInfo) -> String {
    let fixed = |word: &&str| !word.contains(|c: char| c.is_lowercase() || c == '[');
    info.usage.split(' ').filter(fixed).collect::<Vec<_>>().join(" ")
}

const fn talks(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::V1 => "no checksums, no sequence ids (firmware before 4.0)",
        Dialect::V2_0 => "checksums on replies, no sequence ids (firmware 4.0)",
        Dialect::V2_1 => "checksums, no sequence ids (firmware before 4.5, or built without)",
        Dialect::V3Long => "checksums, sequence ids, long lines (as --long-lines says)",
        _ => "checksums and sequence ids",
    }
}

fn to_json(station: &Station, capabilities: &Capabilities) -> Value {
    let names = |wanted: Support| -> Vec<&str> {
        let rows = COMMANDS.iter().filter(|info| capabilities.of(info) == wanted);
        rows.map(|info| info.name).collect()
    };
    json!({
        "firmware": station.version.firmware,
        "protocol": station.version.protocol,
        "dialect": station.dialect(),
        "can": names(Support::Yes),
        "cannot": names(Support::No),
        "unknown": names(Support::Unknown),
    })
}
