//! What looks like a command in a document is one: it is run, or held against what it calls.

#[allow(dead_code, reason = "each test file uses a part of it")]
mod support;

use std::path::Path;

use support::commands::{
    FOREIGN, PROGRAMS, check_cargo, check_foreign, check_program, check_script, lines, run,
    understood, without_cargo, words,
};
use support::{blocks, files, root, spans};

#[test]
fn every_command_of_every_document_is_understood() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("commands");
    // As from the top folder: what a command writes must not land in the repository.
    std::fs::create_dir_all(folder.join("divert/docs")).unwrap();
    std::fs::create_dir_all(folder.join("docs/pictures")).unwrap();
    let mut count = 0;
    for (path, text) in files(&[".md"]) {
        for block in blocks(&text).iter().filter(|block| block.language == "sh") {
            let mut here = root();
            for line in lines(&block.code) {
                let words = without_cargo(&words(&line));
                let words = match &words[..] {
                    [sudo, rest @ ..] if sudo == "sudo" && PROGRAMS.contains(&rest[0].as_str()) => {
                        rest
                    }
                    all => all,
                };
                let first = words[0].as_str();
                if first == "cd" {
                    here.push(&words[1]);
                    assert!(here.is_dir(), "{path}: {line}");
                } else if PROGRAMS.contains(&first) {
                    check_program(&path, words, &line, &folder);
                } else if first == "cargo" || first.is_empty() || first == "rapi-benches" {
                    check_cargo(&path, &self::words(&line), &line);
                } else if first == "bash" || first.contains('/') {
                    let words = words.strip_prefix(&["bash".to_owned()]).unwrap_or(words);
                    check_script(&path, words, &line, &here);
                } else {
                    assert!(FOREIGN.contains(&first), "{path}: nobody looks at: {line}");
                    check_foreign(&path, words, &line);
                }
                count += 1;
            }
        }
    }
    assert!(count > 60, "{count} commands");
    std::fs::remove_dir_all(&folder).unwrap();
}

/// A block that is not marked as `sh` is not looked at above.
#[test]
fn no_command_hides_in_another_block() {
    for (path, text) in files(&[".md"]) {
        for block in blocks(&text).iter().filter(|block| ["", "text"].contains(&&*block.language)) {
            for line in block.code.lines() {
                let first = line.split(' ').next().unwrap();
                let is_command = PROGRAMS.contains(&first)
                    || FOREIGN.contains(&first)
                    || ["cargo", "fuzz/run", "$"].contains(&first);
                assert!(!is_command, "{path}: mark this as `sh` or `console`: {line}");
            }
        }
    }
}

/// `rapi status` in the middle of a sentence, in a document, a form or a comment.
#[test]
fn every_command_in_a_sentence_is_understood() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("spans");
    std::fs::create_dir_all(&folder).unwrap();
    let mut count = 0;
    for (path, text) in files(&[".md", ".yml", ".rs"]) {
        for span in spans(&path, &text) {
            // One word is a name, as is `cargo mutants`; capitals stand for something.
            let words = without_cargo(&words(&span));
            let stands_for = |word: &String| {
                word.len() > 1 && word.trim_end_matches('.').chars().all(|c| c.is_ascii_uppercase())
            };
            let least = if span.starts_with("cargo ") { 3 } else { 2 };
            if words.len() < least || words.iter().any(stands_for) {
                continue;
            }
            if span.starts_with("cargo ") {
                check_cargo(&path, &self::words(&span), &span);
            } else if words[0] == "fuzz/run" || words[0].starts_with("benches/") {
                check_script(&path, &words, &span, &root());
            } else if PROGRAMS.contains(&words[0].as_str()) && !path.ends_with(".rs") {
                understood(&path, &words, &span, &folder);
            } else {
                continue;
            }
            count += 1;
        }
    }
    assert!(count > 40, "{count} commands");
    std::fs::remove_dir_all(&folder).unwrap();
}

/// `$ command`, and below it what it says; `[..]` stands for anything within a line.
#[test]
fn what_the_documents_show_is_what_the_programs_say() {
    let mut count = 0;
    for (path, text) in files(&[".md"]) {
        for block in blocks(&text).iter().filter(|block| block.language == "console") {
            for shown in block.code.split("$ ").skip(1) {
                let (line, expected) = shown.split_once('\n').unwrap_or((shown, ""));
                let words = without_cargo(&words(line));
                assert!(PROGRAMS.contains(&words[0].as_str()), "{path}: {line}");
                let output = run(&words[0], &words[1..], &root()).expect("it ends");
                let said = String::from_utf8_lossy(&output.stdout).into_owned()
                    + &String::from_utf8_lossy(&output.stderr);
                let said: Vec<&str> = said.lines().map(str::trim_end).collect();
                let expected: Vec<&str> = expected.lines().map(str::trim_end).collect();
                let same = said.len() == expected.len()
                    && said.iter().zip(&expected).all(|(said, expected)| like(said, expected));
                assert!(same, "{path}: {line} says\n{}\n", said.join("\n"));
                count += 1;
            }
        }
    }
    assert!(count > 0, "{count} shown answers");
}

fn like(said: &str, expected: &str) -> bool {
    let mut rest = said;
    let pieces: Vec<&str> = expected.split("[..]").collect();
    for (number, piece) in pieces.iter().enumerate() {
        let Some(at) = rest.find(piece) else { return false };
        if number == 0 && at != 0 {
            return false;
        }
        rest = &rest[at + piece.len()..];
    }
    rest.is_empty() || expected.ends_with("[..]")
}

/// The pictures are what the printed commands draw.
#[test]
fn the_pictures_are_up_to_date() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    let mut count = 0;
    for (path, text) in files(&[".md"]) {
        for block in blocks(&text).iter().filter(|block| block.language == "sh") {
            for line in lines(&block.code) {
                let words = without_cargo(&words(&line));
                let Some(at) = words.iter().position(|word| word == "--out") else { continue };
                let Some(picture) = words.get(at + 1).filter(|name| name.contains('/')) else {
                    continue;
                };
                std::fs::create_dir_all(folder.join(picture).parent().unwrap()).unwrap();
                let output = run(&words[0], &words[1..], &folder).unwrap();
                assert!(output.status.success(), "{path}: {line}");
                let [drawn, kept] = [folder.as_path(), &root()]
                    .map(|folder| std::fs::read(folder.join(picture)).unwrap_or_default());
                assert!(
                    drawn == kept,
                    "{picture} is not what `{line}` draws: run `cargo xtask pictures`"
                );
                count += 1;
            }
        }
    }
    assert!(count >= 3, "{count} pictures");
    std::fs::remove_dir_all(&folder).unwrap();
}
