//! `spec/rapi.md` is up to date, what the code cites from it exists, and CI is explained.

#[allow(dead_code, reason = "each test file uses a part of it")]
mod support;

use std::collections::BTreeSet;

use support::{anchors, files, root};

fn specification() -> String {
    std::fs::read_to_string(root().join("spec/rapi.md")).unwrap()
}

#[test]
fn the_table_of_commands_is_that_of_the_code() {
    let text = specification();
    let new = xtask::spec::with_table(&text).expect("the marks of the table are there");
    assert!(new == text, "run `cargo xtask spec`");
    for info in rapi_core::COMMANDS {
        assert!(text.contains(&format!("</a>`{}` |", info.usage)), "{}", info.usage);
    }
}

#[test]
fn every_anchor_has_its_name_to_itself() {
    let mut seen = BTreeSet::new();
    let text = specification();
    for anchor in text.split("<a id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(seen.insert(anchor), "{anchor} stands twice in spec/rapi.md");
    }
    assert!(seen.len() > 100, "{} anchors", seen.len());
}

#[test]
fn every_section_that_the_code_cites_exists() {
    let anchors: BTreeSet<String> = anchors(&specification()).into_iter().collect();
    let mut cited = BTreeSet::new();
    for (path, text) in files(&[".rs", ".toml"]) {
        for rest in text.split("spec/rapi.md#").skip(1) {
            let anchor: String =
                rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            // This file names the pattern itself.
            if anchor.is_empty() {
                continue;
            }
            assert!(anchors.contains(&anchor), "{path}: spec/rapi.md has no #{anchor}");
            cited.insert(anchor);
        }
    }
    assert!(cited.len() >= 25, "only {} sections are cited", cited.len());
}

#[test]
fn every_step_of_ci_is_explained() {
    let script = std::fs::read_to_string(root().join(".ci/run")).unwrap();
    let explained = std::fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
    let mut count = 0;
    for line in script.lines() {
        let row = if let Some(rest) = line.strip_prefix("step ") {
            format!("| `{}` |", rest.split(' ').next().unwrap())
        } else if let Some(rest) = line.strip_prefix("by_hand ") {
            format!("| `cargo xtask ci {}` |", rest.split(' ').next().unwrap())
        } else {
            continue;
        };
        assert!(explained.contains(&row), "CONTRIBUTING.md has no row {row}");
        count += 1;
    }
    assert!(count >= 15, "{count} steps");
}
