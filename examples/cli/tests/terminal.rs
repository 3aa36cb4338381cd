//! The program on a terminal of 80 columns, which `script` of util-linux makes.
#![cfg(target_os = "linux")]

use std::process::{Command, Stdio};

/// What the program writes on a terminal.
fn on_a_terminal(arguments: &str, no_colour: &str) -> String {
    let program = env!("CARGO_BIN_EXE_rapi");
    let command = format!("stty cols 80 rows 24 && {program} --evse sim: {arguments}");
    let output = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .env("NO_COLOR", no_colour)
        .env("TERM", "xterm")
        .stdin(Stdio::null())
        .output()
        .expect("Debian's bsdutils has it");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    text
}

#[test]
fn monitor_fills_the_terminal_and_gives_it_back() {
    let shown = on_a_terminal("monitor --count 2", "");
    let (enter, leave) = ("\x1b[?1049h", "\x1b[?1049l");
    assert!(shown.find(enter) < shown.find(leave), "{shown:?}");
    for text in ["charging", "Safety checks", "height", "newest", "q quits"] {
        assert!(shown.contains(text), "{text}\n{shown:?}");
    }
    // Nothing of it where lines are wanted.
    let lines = on_a_terminal("monitor --count 1 --plain", "");
    assert!(lines.contains("charging for") && !lines.contains(enter), "{lines:?}");
}

#[test]
fn status_has_a_look_on_a_terminal_unless_somebody_minds() {
    let shown = on_a_terminal("status", "");
    assert!(shown.contains("\x1b[1mOpenEVSE 8.2.3"), "{shown:?}");
    assert!(!on_a_terminal("status", "1").contains('\x1b'));
}

#[test]
fn json_is_spread_out_for_a_person() {
    let shown = on_a_terminal("get version --json", "");
    assert!(shown.contains("\"firmware\": \"8.2.3\""), "{shown:?}");
    assert!(shown.lines().count() > 5, "{shown:?}");
}
