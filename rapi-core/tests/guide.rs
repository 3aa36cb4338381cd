//! The tables of the OpenEVSE Developers Guide: each row has a named type.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::path::PathBuf;

use rapi_core::{AnyCommand, COMMANDS, Code, CommandInfo, Frame, Notification, Reply, Sender};

/// The codes that the guide has in its tables: facts, so that there is something to check where the
/// guide itself is not at hand.
const STATION: &[&str] = &["F0", "F1", "FB", "FD", "FE", "FP", "FR", "FS"];
const SET: &[&str] = &["S0", "S1", "S2", "S3", "S4", "SA", "SC", "SH", "SK", "SL", "ST"];
const GET: &[&str] = &[
    "G0", "G3", "G4", "GA", "GC", "GD", "GE", "GF", "GG", "GH", "GO", "GP", "GS", "GT", "GU", "GV",
];
const DEBUGGING: &[&str] = &["FF", "T0", "Z0"];
/// The features of `FF`.
const FEATURES: &[&str] = &["D", "E", "F", "G", "R", "T", "V"];
/// The lists of the WiFi gateway's RAPI tab.
const RAPI_TAB: &[&str] = &[
    "FB", "FD", "FE", "FP", "FR", "FS", "G3", "GA", "GC", "GE", "GF", "GG", "GH", "GM", "GO", "GP",
    "S0", "S1", "S2", "S3", "SA", "SC", "SD",
];
const NOTIFICATIONS: &[&str] = &["ST", "WF"];

fn has_type(code: &str) -> bool {
    COMMANDS.iter().any(|info| info.code.to_string() == code)
}

fn is_notification(code: &str) -> bool {
    let line = format!("${code} 01");
    let frame = Frame::parse(line.as_bytes(), Sender::Controller).unwrap();
    Notification::decode(&frame).is_some_and(|notification| {
        notification.unwrap().code() == Code::new(code.as_bytes().try_into().unwrap())
    })
}

#[test]
fn every_code_of_every_table_has_a_type() {
    for table in [STATION, SET, GET, DEBUGGING, RAPI_TAB] {
        for code in table {
            assert!(has_type(code), "${code}");
        }
    }
    for feature in FEATURES {
        for enabled in ["0", "1"] {
            let line = format!("$FF {feature} {enabled}");
            let frame = Frame::parse(line.as_bytes(), Sender::Client).unwrap();
            assert!(AnyCommand::try_from(&frame).is_ok(), "{line}");
        }
    }
    for code in NOTIFICATIONS {
        assert!(is_notification(code), "${code}");
    }
}

/// The guide, if it is at hand: it may not be copied into the repository.
fn guide() -> Option<String> {
    let shared = std::env::var_os("RAPI_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let path = shared.join("reference/developers-guide.txt");
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) => {
            eprintln!("SKIPPED: the guide is not at hand: {}: {error}", path.display());
            None
        }
    }
}

/// Everything that looks like a row: a line that begins with a code, or with `$` and a code, and
/// goes on with a tab.
fn rows(guide: &str) -> BTreeSet<String> {
    guide
        .lines()
        .filter_map(|line| {
            let (cell, _) = line.split_once('\t')?;
            let cell = cell.trim_start_matches(['\\', '$']).trim();
            let code: [u8; 2] = cell.as_bytes().try_into().ok()?;
            let [first, second] = code;
            let known_first = matches!(first, b'F' | b'S' | b'G' | b'T' | b'Z');
            (known_first && (second.is_ascii_uppercase() || second.is_ascii_digit()))
                .then(|| cell.to_owned())
        })
        .collect()
}

#[test]
fn the_guide_has_no_row_without_a_type() {
    let Some(guide) = guide() else { return };
    let rows = rows(&guide);
    let ours: BTreeSet<String> =
        [STATION, SET, GET, DEBUGGING, RAPI_TAB].concat().into_iter().map(str::to_owned).collect();
    assert_eq!(rows, ours, "the lists above are those of the guide");
    for code in &rows {
        assert!(has_type(code), "${code}");
    }

    // Every frame that is printed anywhere, its checksum left out: several are wrong.
    let mut frames = 0;
    for cell in guide.split(['\t', '\n']) {
        let Some((_, printed)) = cell.split_once('$') else { continue };
        let Some((body, _check)) = printed.split_once('^') else { continue };
        let line = format!("${body}");
        match Frame::parse(line.as_bytes(), Sender::Client) {
            Ok(frame) if !matches!(frame.code(), Code::OK | Code::NK) => {
                assert!(AnyCommand::try_from(&frame).is_ok(), "{line}");
                frames += 1;
            }
            // `$0K` with a zero, and what stands for something: `$cc pp`.
            _ => {}
        }
    }
    assert!(frames >= 60, "{frames} frames");

    // The features of FF stand in the second column.
    let features: BTreeSet<&str> =
        guide.lines().filter_map(|line| line.split("$FF ").nth(1)?.split(' ').next()).collect();
    assert_eq!(features, FEATURES.iter().copied().collect());

    // `$ST state`, `$WF mode`: one word behind a code, between the headings of that chapter.
    let chapter = guide.split("Asynchronous notification messages").nth(1).unwrap();
    let chapter = chapter.split("Station Commands").next().unwrap();
    let told: BTreeSet<&str> = chapter
        .lines()
        .filter_map(|line| line.trim_start_matches('\\').strip_prefix('$')?.split_once(' '))
        .filter(|(code, rest)| code.len() == 2 && rest.contains("\\r"))
        .map(|(code, _)| code)
        .collect();
    assert_eq!(told, NOTIFICATIONS.iter().copied().collect());
}

/// The command that is its code alone, or the first of a code that has none of these.
fn command_of(code: &str) -> Option<&'static CommandInfo> {
    let mut rows = COMMANDS.iter().filter(|info| info.code.to_string() == code);
    rows.clone().find(|info| info.is_bare()).or_else(|| rows.next()).copied()
}

/// Answers stand in rows of their own as well: the three of `G0` below each other.
#[test]
fn every_answer_of_the_guide_has_the_fields_of_its_command() {
    let Some(guide) = guide() else { return };
    let mut command: Option<&CommandInfo> = None;
    let (mut counted, mut decoded) = (0, 0);
    for line in guide.lines() {
        let Some((first, _)) = line.split_once('\t') else { continue };
        command = match first.trim() {
            "" => command,
            code => command_of(code),
        };
        let Some(command) = command else { continue };
        let answers = line.split('\t').filter_map(|cell| cell.trim().strip_prefix("\\$OK"));
        for answer in answers {
            let body = answer.split('^').next().unwrap();
            let words: Vec<&str> = body.split_whitespace().collect();
            let least = command.flat_fields().filter(|field| !field.optional).count();
            // To a setting the guide has a bare `$OK`, also where a controller says more.
            let known = (least..=command.flat_fields().count()).contains(&words.len());
            assert!(known || words.is_empty(), "{} -> {body}", command.usage);
            counted += 1;
            if words.is_empty() || !words.iter().all(|word| word.parse::<u8>().is_ok()) {
                continue;
            }
            let asked = format!("${}", command.usage);
            let asked = Frame::parse(asked.as_bytes(), Sender::Client).unwrap();
            let said = format!("$OK{body}");
            let said = Frame::parse(said.as_bytes(), Sender::Controller).unwrap();
            let asked = AnyCommand::try_from(&asked).unwrap();
            let answer = asked.decode_reply(&Reply::of(&said).unwrap());
            assert!(answer.is_ok(), "{} -> {body}: {answer:?}", command.usage);
            decoded += 1;
        }
    }
    // G0 with three answers and G4 with two; 16 codes are asked for in all.
    assert!(counted >= 30 && decoded == 5, "{counted} answers, {decoded} with numbers");
}
