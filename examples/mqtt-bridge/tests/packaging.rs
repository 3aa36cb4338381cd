//! The files of `packaging` against the program and, where it is, against systemd.

mod support;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use support::{Folder, bridge, free_port, hash};

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What comes behind this in its line, for each line that begins so.
fn values<'a>(text: &'a str, begin: &'a str) -> impl Iterator<Item = &'a str> {
    text.lines().filter_map(move |line| line.strip_prefix(begin))
}

/// Starts the program as the file does, to look at a configuration that is there.
fn check(arguments: &[&str], variables: &[&str]) {
    let folder = Folder::new("packaging");
    let file = folder.0.join("bridge.toml");
    let text = format!("[http]\npassword_hash = \"{}\"\n", hash("se-cret"));
    std::fs::write(&file, text).unwrap();
    let file = file.display().to_string();
    assert!(arguments.iter().any(|word| word.ends_with("bridge.toml")), "{arguments:?}");
    let arguments = arguments
        .iter()
        .map(|word| if word.ends_with("bridge.toml") { file.as_str() } else { *word });
    let output = Command::new(env!("CARGO_BIN_EXE_rapi-bridge"))
        .args(arguments)
        .arg("--check-config")
        .envs(variables.iter().map(|variable| variable.split_once('=').unwrap()))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{variables:?}: {said}");
}

#[test]
fn the_program_knows_what_the_unit_tells_it() {
    let unit = read("rapi-bridge.service");
    let line = values(&unit, "ExecStart=/usr/local/bin/rapi-bridge ").next().unwrap();
    let arguments: Vec<_> = line.split(' ').collect();
    // What is there to be switched on, too.
    let variables: Vec<_> =
        values(&unit, "Environment=").chain(values(&unit, "#Environment=")).collect();
    assert!(variables.len() > 1, "{variables:?}");
    check(&arguments, &variables);
}

#[test]
fn the_program_knows_what_the_image_tells_it() {
    let file = read("Dockerfile");
    let command = values(&file, "CMD ").next().unwrap();
    let arguments: Vec<String> = serde_json::from_str(command).unwrap();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let variables: Vec<_> = values(&file, "ENV ").next().unwrap().split(' ').collect();
    check(&arguments, &variables);
    assert!(file.contains("\nENTRYPOINT [\"rapi-bridge\"]\n"));
    // One Debian, and so one C library.
    let images: Vec<_> = values(&file, "FROM ").collect();
    let [build, run] = images[..] else { panic!("{images:?}") };
    let debian = run.strip_prefix("debian:").unwrap().strip_suffix("-slim").unwrap();
    assert!(build.contains(&format!("-slim-{debian} ")), "{images:?}");
}

#[test]
fn the_image_is_healthy_while_every_station_answers() {
    let file = read("Dockerfile");
    let (_, command) = values(&file, "HEALTHCHECK ").next().unwrap().split_once("CMD ").unwrap();
    let command: Vec<String> = serde_json::from_str(command).unwrap();
    let is_healthy = |address: &str| {
        let mut check = Command::new(&command[0]);
        check.args(&command[1..]).env("RAPI_BRIDGE_HTTP", address).stderr(Stdio::null());
        check.status().unwrap().success()
    };
    for (evse, healthy) in [("sim:", true), (&*format!("tcp://127.0.0.1:{}", free_port()), false)] {
        let address = format!("127.0.0.1:{}", free_port());
        assert!(!is_healthy(&address), "it has not started");
        let mqtt = format!("mqtt://127.0.0.1:{}", free_port());
        let mut program = bridge(&["--evse", evse, "--mqtt", &mqtt, "--http", &address]);
        program.out.wait("the page", |line| line.starts_with("page     http://"));
        if healthy {
            program.out.wait("the station", |line| line.starts_with("station  sim:"));
        }
        assert_eq!(is_healthy(&address), healthy, "{evse}");
    }
    assert!(is_healthy("off"), "it has nothing to ask");
}

#[test]
fn systemd_understands_the_unit_and_finds_little_open() {
    let runs = |command: &mut Command| command.stdout(Stdio::null()).status().is_ok();
    if !runs(Command::new("systemd-analyze").arg("--version")) {
        // Not by println!: the test runner would swallow it.
        let _ = std::io::stderr().write_all(b"SKIPPED: systemd is not installed\n");
        return;
    }
    let folder = Folder::new("unit");
    let path = folder.0.join("rapi-bridge.service");
    // The program is not installed here.
    let unit = read("rapi-bridge.service")
        .replace("/usr/local/bin/rapi-bridge", env!("CARGO_BIN_EXE_rapi-bridge"));
    std::fs::write(&path, unit).unwrap();
    for arguments in [&["verify"][..], &["security", "--offline=true", "--threshold=20"]] {
        let mut command = Command::new("systemd-analyze");
        let output = command.args(arguments).arg(&path).output().unwrap();
        let [out, err] =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        assert!(output.status.success(), "{arguments:?}\n{out}{err}");
        // An unknown key, for instance, is no error to it.
        assert!(!err.contains("rapi-bridge.service"), "{arguments:?}\n{err}");
    }
}
