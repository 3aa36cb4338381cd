//! What looks like a command in a document is one: it is run, or held against what it calls.

#[allow(dead_code, reason = "each test file uses a part of it")]
mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use support::{blocks, files, root};

const PROGRAMS: [&str; 4] = ["rapi", "rapi-sim", "rapi-bridge", "divert-sim"];

/// They run until somebody stops them: it is enough that they understand what they are told.
const SERVERS: [&str; 2] = ["rapi-sim", "rapi-bridge"];
const PATIENCE: Duration = Duration::from_millis(1500);

/// Programs of others. What is said to them is tried where it can be: the topics and addresses by
/// the tests of the bridge and of the simulator.
const FOREIGN: [&str; 14] = [
    "mosquitto_pub",
    "mosquitto_rr",
    "mosquitto_sub",
    "curl",
    "printf",
    "ls",
    "sudo",
    "git",
    "rustup",
    "systemctl",
    "echo",
    "npm",
    "pipx",
    "qemu-system-arm",
];

fn program(name: &str) -> PathBuf {
    // Tests lie in target/debug/deps.
    let folder = std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().to_owned();
    let path = folder.join(name);
    if !path.exists() {
        let status = Command::new(std::env::var_os("CARGO").unwrap())
            .args(["build", "--workspace", "--bins"])
            .current_dir(root())
            .status()
            .unwrap();
        assert!(status.success(), "the programs can be built");
    }
    path
}

/// The commands of a block: comments and `export` taken off, lines that go on put together.
fn lines(code: &str) -> Vec<String> {
    code.replace("\\\n", " ")
        .lines()
        .map(|line| line.split("  #").next().unwrap().trim().to_owned())
        .filter(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("export "))
        .collect()
}

/// The words of a command as a shell would hand them over, without what follows `|`, `>` and `&`.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut begun) = (Vec::new(), String::new(), None, false);
    for character in line.chars() {
        match (character, quote) {
            ('\'' | '"', None) => (quote, begun) = (Some(character), true),
            (mark, Some(open)) if mark == open => quote = None,
            ('|' | '>' | '&', None) => break,
            (' ', None) => {
                if begun || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            (other, _) => word.push(other),
        }
    }
    if begun || !word.is_empty() {
        words.push(word);
    }
    words
}

/// `cargo run ... --bin NAME -- WORDS` as `NAME WORDS`.
fn without_cargo(words: &[String]) -> Vec<String> {
    if words.first().map(String::as_str) != Some("cargo")
        || words.get(1).map(String::as_str) != Some("run")
        || words.iter().any(|word| word == "--example")
    {
        return words.to_vec();
    }
    let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
    let name = words[..end].windows(2).find(|two| two[0] == "--bin" || two[0] == "-p");
    let mut rest = vec![name.map_or_else(String::new, |two| two[1].clone())];
    rest.extend(words.iter().skip(end + 1).cloned());
    rest
}

fn run(name: &str, arguments: &[String], folder: &Path) -> Option<Output> {
    let mut child = Command::new(program(name))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        // Who says no station means his own, which is not here.
        .env("RAPI_EVSE", "serial:/no/such/port")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begin = Instant::now();
    while SERVERS.contains(&name) && child.try_wait().unwrap().is_none() {
        if begin.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            return None;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Some(child.wait_with_output().unwrap())
}

/// Whether the line needs something that is not here: a charger, a broker, somebody's file.
fn is_elsewhere(line: &str) -> bool {
    ["serial:", "/dev/", "http://", "tcp://", "mqtt://", ".toml", ".jsonl --once", "../shared"]
        .iter()
        .any(|mark| line.contains(mark))
}

fn check_program(place: &str, words: &[String], line: &str, folder: &Path) {
    let name = words[0].as_str();
    // Without `sim:` it would look for a station.
    let elsewhere = is_elsewhere(line)
        || (name == "rapi" && !line.contains("sim:") && !line.contains("completions"));
    // A year of days takes its time in a debug build.
    if line.contains("365") || line.contains("/man1") || line.contains("log.txt") {
        return;
    }
    if name == "rapi" && line.contains("/dev/") {
        // Nothing that is attached to this machine is spoken to.
        return understood(place, name, &words[1..], line);
    }
    let Some(output) = run(name, &words[1..], folder) else { return };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let code = output.status.code();
    // A port of a server may be in use here: that is not the document's fault.
    if elsewhere || SERVERS.contains(&name) {
        assert!(
            matches!(code, Some(0 | 1 | 3 | 4)) || said.contains(".toml"),
            "{place}: {line}\n{said}"
        );
    } else {
        assert_eq!(code, Some(0), "{place}: {line}\n{said}");
    }
}

/// With the station that is no file: what is left to go wrong is the command line.
fn understood(place: &str, name: &str, words: &[String], line: &str) {
    let words: Vec<String> =
        words
            .iter()
            .map(|word| {
                if word.contains("/dev/") {
                    "serial:/no/such/port".to_owned()
                } else {
                    word.clone()
                }
            })
            .collect();
    let output = run(name, &words, &root()).unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_ne!(output.status.code(), Some(2), "{place}: {line}\n{said}");
}

fn check_cargo(place: &str, words: &[String], line: &str) {
    let after = |flag: &str| words.windows(2).find(|two| two[0] == flag).map(|two| two[1].clone());
    match words[1].as_str() {
        // What is run by CI itself.
        "test" | "install" if after("--path").is_none() => {}
        "install" => {
            let folder = root().join(after("--path").unwrap());
            let manifest = std::fs::read_to_string(folder.join("Cargo.toml"));
            assert!(
                manifest.is_ok_and(
                    |text| text.contains("[[bin]]") || folder.join("src/main.rs").exists()
                ),
                "{place}: {line}"
            );
        }
        "build" => assert!(
            PROGRAMS.contains(&after("--bin").unwrap_or_default().as_str()),
            "{place}: {line}"
        ),
        "run" => {
            if let Some(example) = after("--example") {
                let known = files(&[".rs"]).into_iter().any(|(path, _)| {
                    path.ends_with(&format!("examples/{example}.rs"))
                        || path.ends_with(&format!("examples/{example}/main.rs"))
                });
                assert!(known, "{place}: {line}");
            } else {
                assert_eq!(after("-p").as_deref(), Some("rapi-benches"), "{place}: {line}");
            }
        }
        "xtask" => {
            let script = std::fs::read_to_string(root().join(".ci/run")).unwrap();
            assert!(["ci", "pictures", "spec"].contains(&words[2].as_str()), "{place}: {line}");
            for step in words.iter().skip(3).filter(|word| !word.starts_with('-')) {
                assert!(
                    script.contains(&format!("\nstep {step} "))
                        || script.contains(&format!("\nby_hand {step} ")),
                    "{place}: .ci/run has no step {step}"
                );
            }
        }
        // They take hours, and are run by hand: of a library, in which features there are.
        "llvm-cov" | "mutants" => {
            let library = after("-p").unwrap_or_default();
            let script = std::fs::read_to_string(root().join(".ci/run")).unwrap();
            let list = script.split("libraries=(").nth(1).unwrap().split(')').next().unwrap();
            assert!(list.split(' ').any(|known| known == library), "{place}: {line}");
            let folder = library.strip_prefix("rapi-").filter(|name| *name == "divert");
            let manifest = root().join(folder.unwrap_or(&library)).join("Cargo.toml");
            let manifest = std::fs::read_to_string(manifest).unwrap();
            let feature = after("--features").unwrap_or_default();
            assert!(manifest.contains(&format!("\n{feature} = [")), "{place}: {line}");
        }
        "+nightly" => assert_eq!(words[2], "fuzz", "{place}: {line}"),
        other => panic!("{place}: nobody looks at cargo {other}: {line}"),
    }
}

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
                let first = words[0].as_str();
                if first == "cd" {
                    here.push(&words[1]);
                    assert!(here.is_dir(), "{path}: {line}");
                } else if PROGRAMS.contains(&first) {
                    check_program(&path, &words, &line, &folder);
                } else if first == "cargo" || first.is_empty() || first == "rapi-benches" {
                    check_cargo(&path, &self::words(&line), &line);
                } else if first == "bash" || first.contains('/') {
                    let script = if first == "bash" { &words[1] } else { &words[0] };
                    // What a command above it builds is not there before.
                    let is_built = script.starts_with("target/");
                    assert!(is_built || here.join(script).is_file(), "{path}: no {script}");
                } else {
                    assert!(FOREIGN.contains(&first), "{path}: nobody looks at: {line}");
                }
                count += 1;
            }
        }
    }
    assert!(count > 60, "{count} commands");
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
