//! How the commands of the documents are run, or held against what they call.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::{files, root};

pub const PROGRAMS: [&str; 4] = ["rapi", "rapi-sim", "rapi-bridge", "divert-sim"];

/// They run until somebody stops them: it is enough that they understand what they are told.
const SERVERS: [&str; 2] = ["rapi-sim", "rapi-bridge"];
const PATIENCE: Duration = Duration::from_millis(1500);

/// Programs of others. What is said to them is tried where it can be: the topics and addresses by
/// the tests of the bridge and of the simulator.
pub const FOREIGN: [&str; 19] = [
    "mosquitto_pub",
    "mosquitto_rr",
    "mosquitto_sub",
    "curl",
    "printf",
    "ls",
    "mkdir",
    "sudo",
    "git",
    "rustup",
    "systemctl",
    "systemd-analyze",
    "journalctl",
    "udevadm",
    "docker",
    "echo",
    "npm",
    "pipx",
    "qemu-system-arm",
];

/// What they are given of this repository is there.
pub fn check_foreign(place: &str, words: &[String], line: &str) {
    for word in words.iter().filter(|word| word.starts_with("examples/")) {
        assert!(root().join(word).exists(), "{place}: no {word}: {line}");
    }
}

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
pub fn lines(code: &str) -> Vec<String> {
    code.replace("\\\n", " ")
        .lines()
        .map(|line| line.split("  #").next().unwrap().trim().to_owned())
        .filter(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("export "))
        .collect()
}

/// The words of a command as a shell would hand them over, without what follows `|`, `>` and `&`.
pub fn words(line: &str) -> Vec<String> {
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

/// `cargo run ... -p PACKAGE -- WORDS` as `PROGRAM WORDS`.
pub fn without_cargo(words: &[String]) -> Vec<String> {
    if words.first().map(String::as_str) != Some("cargo")
        || words.get(1).map(String::as_str) != Some("run")
        || words.iter().any(|word| word == "--example")
    {
        return words.to_vec();
    }
    let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
    let name = words[..end].windows(2).find(|two| two[0] == "--bin" || two[0] == "-p");
    let program = match name.map(|two| two[1].as_str()) {
        Some("rapi-cli") => "rapi",
        Some(name) => name,
        None => "",
    };
    let mut rest = vec![program.to_owned()];
    rest.extend(words.iter().skip(end + 1).cloned());
    rest
}

pub fn run(name: &str, arguments: &[String], folder: &Path) -> Option<Output> {
    run_for(name, arguments, folder, SERVERS.contains(&name).then_some(PATIENCE))
}

/// Nothing if it still runs then.
fn run_for(
    name: &str,
    arguments: &[String],
    folder: &Path,
    patience: Option<Duration>,
) -> Option<Output> {
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
    while let Some(patience) = patience
        && child.try_wait().unwrap().is_none()
    {
        if begin.elapsed() > patience {
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
    ["serial:", "/dev/", "http://", "tcp://", "mqtt://", ".toml", ".jsonl --once"]
        .iter()
        .any(|mark| line.contains(mark))
}

pub fn check_program(place: &str, words: &[String], line: &str, folder: &Path) {
    let name = words[0].as_str();
    // Without `sim:` it would look for a station.
    let elsewhere = is_elsewhere(line)
        || (name == "rapi" && !line.contains("sim:") && !line.contains("completions"));
    // A year of days takes its time in a debug build.
    if line.contains("365") || line.contains("/man1") || line.contains("log.txt") {
        return;
    }
    if name == "rapi" && line.contains("/dev/") {
        return understood(place, words, line, folder);
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

/// With no station at all: what is left to go wrong is the command line.
pub fn understood(place: &str, words: &[String], line: &str, folder: &Path) {
    let mut arguments: Vec<String> = words[1..].to_vec();
    for word in &mut arguments {
        // Nothing that is attached to this machine is spoken to.
        if word.contains("/dev/") {
            "serial:/no/such/port".clone_into(word);
        }
    }
    let says = |arguments: &[String]| {
        let output = run_for(&words[0], arguments, folder, Some(PATIENCE))?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code() == Some(2)).then_some(said)
    };
    let Some(said) = says(&arguments) else { return };
    // The name of what a program can do stands for all that can be asked of it.
    assert!(said.contains("missing") || said.contains("required"), "{place}: {line}\n{said}");
    arguments.push("--help".to_owned());
    assert_eq!(says(&arguments), None, "{place}: {line}");
}

pub fn check_cargo(place: &str, words: &[String], line: &str) {
    let after = |flag: &str| words.windows(2).find(|two| two[0] == flag).map(|two| two[1].clone());
    match words[1].as_str() {
        // What is run by CI itself.
        "test" | "bench" | "install" if after("--path").is_none() => {
            if let Some(package) = after("-p") {
                assert!(packages().contains(&package), "{place}: {line}");
            }
        }
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
        "build" => {
            let known = after("--bin").is_none_or(|name| PROGRAMS.contains(&name.as_str()));
            assert!(known, "{place}: {line}");
        }
        "run" => {
            if let Some(example) = after("--example") {
                let known = files(&[".rs"]).into_iter().any(|(path, _)| {
                    path.ends_with(&format!("examples/{example}.rs"))
                        || path.ends_with(&format!("examples/{example}/main.rs"))
                });
                assert!(known, "{place}: {line}");
            } else {
                let name = after("-p").or_else(|| after("--bin")).unwrap_or_default();
                let known = PROGRAMS.contains(&name.as_str()) || name == "rapi-benches";
                assert!(known, "{place}: {line}");
            }
        }
        "publish" => {
            for two in words.windows(2).filter(|two| two[0] == "-p") {
                assert!(packages().contains(&two[1]), "{place}: {line}");
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
        "+nightly" => {
            assert!(
                words[2] == "fuzz" && ["run", "cmin"].contains(&words[3].as_str()),
                "{place}: {line}"
            );
            check_fuzz_target(place, &words[4], line);
        }
        other => panic!("{place}: nobody looks at cargo {other}: {line}"),
    }
}

/// A script of the repository, by its path from `here`.
pub fn check_script(place: &str, words: &[String], line: &str, here: &Path) {
    // What a command above it builds is not there before.
    let is_built = words[0].starts_with("target/");
    assert!(is_built || here.join(&words[0]).is_file(), "{place}: no {}", words[0]);
    let before = match words[0].as_str() {
        "fuzz/run" => 2,
        "fuzz/minimise" => 1,
        _ => return,
    };
    for target in words.iter().skip(before) {
        check_fuzz_target(place, target, line);
    }
}

fn check_fuzz_target(place: &str, target: &str, line: &str) {
    let source = root().join(format!("fuzz/fuzz_targets/{target}.rs"));
    assert!(source.is_file(), "{place}: no target {target}: {line}");
}

fn packages() -> Vec<String> {
    let manifests = files(&["Cargo.toml"]).into_iter();
    manifests
        .filter_map(|(_, text)| {
            let name = text.split("[package]\nname = \"").nth(1)?.split('"').next()?;
            Some(name.to_owned())
        })
        .collect()
}
