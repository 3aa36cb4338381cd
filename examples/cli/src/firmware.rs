//! What the controller is and what it can.

use rapi_core::{AnyCommand, AnyResponse, Class, Dialect};
use serde_json::json;

use crate::catalogue::{self, Verb};
use crate::cli::Common;
use crate::output;
use crate::problem::Problem;
use crate::station::Station;

/// Asks everything that can be asked without arguments.
pub fn run(common: &Common, station: &mut Station) -> Result<(), Problem> {
    let mut answers: Vec<(String, AnyCommand, Option<AnyResponse>)> = Vec::new();
    for (name, info) in catalogue::rows(Verb::Get).filter(|(_, info)| info.arguments.is_empty()) {
        let command = AnyCommand::from_args(info, &[])?;
        debug_assert_eq!(info.class, Class::Read);
        match station.send(&command) {
            Ok(answer) => answers.push((name, command, answer)),
            // Refused, or an OK without the fields, which firmware 3.x says to everything.
            Err(Problem::Refused(_)) => answers.push((name, command, None)),
            Err(Problem::Failed(error)) if error.to_string().starts_with('$') => {
                answers.push((name, command, None));
            }
            Err(problem) => return Err(problem),
        }
    }
    let version = station.version;
    let talks = match station.dialect() {
        Dialect::V1 => "no checksums, no sequence ids (firmware before 4.0)",
        Dialect::V2_0 => "checksums on replies, no sequence ids (firmware 4.0)",
        Dialect::V2_1 => "checksums, no sequence ids (firmware before 4.5, or built without)",
        _ => "checksums and sequence ids",
    };
    if common.json {
        let can: Vec<_> = answers.iter().filter(|(_, _, answer)| answer.is_some()).collect();
        let names = |rows: Vec<&AnyCommand>| -> Vec<String> {
            rows.into_iter().map(|command| command.info().code.to_string()).collect()
        };
        let cannot = answers.iter().filter(|(_, _, answer)| answer.is_none());
        output::say_json(&json!({
            "firmware": version.firmware,
            "protocol": version.protocol,
            "dialect": station.dialect(),
            "answers": names(can.iter().map(|(_, command, _)| command).collect()),
            "refuses": names(cannot.map(|(_, command, _)| command).collect()),
        }));
        return Ok(());
    }
    output::say_pairs(&[
        ("firmware", version.firmware.to_string()),
        ("protocol", format!("RAPI {} (what it says)", version.protocol)),
        ("talks", talks.to_owned()),
    ]);
    output::say("\nIt can tell:");
    for (name, command, answer) in &answers {
        if let Some(answer) = answer {
            let code = command.info().code;
            output::say_wrapped(&format!("  ${code} {name:<22} {answer}"), 29);
        }
    }
    let cannot = answers.iter().filter(|(_, _, answer)| answer.is_none());
    let names: Vec<_> =
        cannot.map(|(name, command, _)| format!("{name} (${})", command.info().code)).collect();
    if !names.is_empty() {
        output::say("\nIt was built without:");
        output::say_wrapped(&format!("  {}", names.join(", ")), 2);
    }
    Ok(())
}
