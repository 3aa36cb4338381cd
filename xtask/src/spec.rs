//! The table of commands as the specification prints it.

use std::fmt::Write as _;

use rapi_core::{COMMANDS, CommandInfo, FieldInfo, Form};

const BEGIN: &str = "<!-- commands: written by `cargo xtask spec` -->\n";
const END: &str = "<!-- /commands -->\n";
const RETIRED: &str = "Retired";

/// Puts the table between its two marks; `None` if they are not there.
pub fn with_table(text: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{}{END}{after}", table()))
}

fn table() -> String {
    let groups = [
        ("Functions", "F"),
        ("Settings", "S"),
        ("Queries", "G"),
        ("Tests of the maker", "TZ"),
        (RETIRED, "FSGTZ"),
    ];
    let mut text = String::new();
    for (name, letters) in groups {
        let mut rows: Vec<_> = COMMANDS
            .iter()
            .filter(|info| info.until.is_some() == (name == RETIRED))
            .filter(|info| info.code.to_string().starts_with(|first| letters.contains(first)))
            .collect();
        rows.sort_by_key(|info| info.code.to_string());
        let _ = write!(text, "\n### {name}\n\n{HEAD}");
        for info in rows {
            text.push_str(&row(info));
        }
    }
    text.push_str("\n### Arguments and fields\n\n");
    for info in COMMANDS {
        text.push_str(&details(info));
    }
    text.push('\n');
    text
}

const HEAD: &str = "\
| command | answer | what it does | class | kept in | twice | firmware | only if built with |
|---|---|---|---|---|---|---|---|
";

fn row(info: &CommandInfo) -> String {
    let answer = match info.answer {
        "" => "never".to_owned(),
        "-" => "`$OK`".to_owned(),
        fields => format!("`{fields}`"),
    };
    let firmware = match info.until {
        Some(until) => format!("{} to {until}", info.since),
        None => info.since.to_owned(),
    };
    format!(
        "| <a id=\"{}\"></a>`{}` | {answer} | {} | {} | {} | {} | {firmware} | {} |\n",
        anchor(info),
        info.usage,
        info.summary,
        info.class,
        info.storage,
        if info.idempotent { "same" } else { "**differs**" },
        info.feature.unwrap_or_default(),
    )
}

/// `cmd-` and the name of the Rust type: codes have several variants, names stay.
fn anchor(info: &CommandInfo) -> String {
    let mut anchor = "cmd".to_owned();
    for character in info.name.chars() {
        if character.is_ascii_uppercase() {
            anchor.push('-');
        }
        anchor.push(character.to_ascii_lowercase());
    }
    anchor
}

fn details(info: &CommandInfo) -> String {
    let example = info.example;
    let heard = match example.heard {
        "" => "no answer".to_owned(),
        line => format!("`{line}`"),
    };
    let source = example
        .recorded
        .map_or_else(String::new, |firmware| format!(", as firmware {firmware} was recorded"));
    let mut text = format!("* `{}`: `{}` → {heard}{source}\n", info.usage, example.sent);
    for (kind, fields) in [("argument", info.arguments), ("answer", info.fields)] {
        for field in fields {
            text.push_str(&field_line(kind, field));
        }
    }
    text
}

fn field_line(kind: &str, field: &FieldInfo) -> String {
    let form = match (field.form, field.range) {
        (Form::Decimal, Some((least, greatest))) => format!("{least} to {greatest}"),
        (form, _) => form.to_string(),
    };
    let unit = match field.unit {
        "" => String::new(),
        unit if unit.starts_with(|first: char| first.is_ascii_digit()) => format!(" × {unit}"),
        unit => format!(" {unit}"),
    };
    let optional = if field.optional { ", may be missing" } else { "" };
    format!("  * {kind} `{}`: {form}{unit}{optional}. {}\n", field.name, field.summary)
}
