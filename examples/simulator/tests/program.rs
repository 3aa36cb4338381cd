//! The program as a person meets it.

mod common;

use std::io::{Read as _, Write as _};

use common::{Simulator, connect, expect, run};

#[test]
fn a_car_is_plugged_in_and_charges_and_the_client_hears_of_it() {
    let (mut simulator, address) = Simulator::start(&[]);
    let mut client = connect(&address);
    client.write_all(b"$SB^35\r").unwrap();
    expect(&mut client, "$OK 0^30\r$AT 01 01 24 0200^35\r");
    simulator.car("plug", "the plug is in");
    expect(&mut client, "$AT 02 02 24 0700^30\r");
    simulator.car("ask", "the car asks for energy");
    expect(&mut client, "$AT 03 03 24 0540^36\r");
    simulator.draws("pilot 24 A, car draws 23980 mA, EEPROM written 0 times");
}

#[test]
fn a_new_client_takes_the_place_of_the_one_before() {
    let (_simulator, address) = Simulator::start(&["--firmware", "7.1.3"]);
    let mut first = connect(&address);
    first.write_all(b"$GV^35\r").unwrap();
    expect(&mut first, "$OK D7.1.3 5.1.3^66\r");
    let mut second = connect(&address);
    second.write_all(b"$GV^35\r").unwrap();
    expect(&mut second, "$OK D7.1.3 5.1.3^66\r");
    // The first one is closed: its stream has an end.
    first.read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn a_port_in_use_and_a_wrong_command_line_say_what_to_do() {
    let (_simulator, address) = Simulator::start(&[]);
    let output = run(&["--listen", &address]);
    assert_eq!(output.status.code(), Some(1));
    let problem = String::from_utf8(output.stderr).unwrap();
    assert!(problem.contains(&format!("cannot listen on tcp://{address}")), "{problem}");
    assert!(problem.contains("take another port with --listen"), "{problem}");

    for (arguments, hint) in [
        (&["--firmware", "1.2.3"][..], "take one of 3.7.8, 4.12.3, 5.1.0, 7.1.3, 8.2.3, 9.4.0"),
        (&["--listen", "here"], "tcp://127.0.0.1:8023"),
        (&["--pty", "/tmp/x", "--listen", "tcp://127.0.0.1:0"], "cannot be used with"),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let problem = String::from_utf8(output.stderr).unwrap();
        assert!(problem.contains(hint), "{arguments:?}: {problem}");
    }
}

#[test]
fn help_version_and_completions_are_there() {
    let text = |arguments: &[&str]| String::from_utf8(run(arguments).stdout).unwrap();
    for option in ["--listen", "--pty", "--firmware", "--timing", "EXAMPLES"] {
        assert!(text(&["--help"]).contains(option), "{option}");
    }
    assert_eq!(text(&["--version"]).trim(), concat!("rapi-sim ", env!("CARGO_PKG_VERSION")));
    assert!(text(&["--completions", "bash"]).contains("complete"));
    // A pager that was left.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_rapi-sim"));
    let status = program.args(["--completions", "bash"]).stdout(writer).status().unwrap();
    assert!(status.success());
}
