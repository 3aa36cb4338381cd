//! A controller that takes longer lines than others, which nothing on the wire says.
#![allow(dead_code, reason = "the stations are those of all tests of the program")]

mod support;

use support::{Sim, rapi};

#[test]
fn a_controller_that_takes_long_lines_gets_them_when_it_is_told_so() {
    let sim = Sim::start("9.4.0");
    let on = |arguments: &[&str]| rapi(&[&["--evse", &sim.address], arguments].concat());
    let hint = "on a SAMD, it takes more: say --long-lines";
    // 32 bytes with a sequence id, and 38.
    let short = ["--yes", "send", "$SN 0 14 10000 3950 0 900"];
    let long = "--yes set cable-sensor 3 255 100000 3950 --offset=-10C --panic=100C";
    let long: Vec<&str> = long.split(' ').collect();
    for (line, code) in [(&short[..], 1), (&long, 2)] {
        let problem = on(line).fails(code);
        assert!(problem.contains(hint), "{problem}");
        assert_eq!(on(&[&["--long-lines"], line].concat()).ok(), "done\n");
    }
    let sensor = on(&["get", "cable-sensor", "3", "--json"]).json();
    assert_eq!(sensor["values"]["r25"], 100_000);
    let talks = on(&["--long-lines", "firmware"]).ok();
    assert!(talks.contains("long lines (as --long-lines says)"), "{talks}");
    // No controller takes 40 bytes.
    let text = "123456789012345678901234567890";
    let problem = on(&["--long-lines", "send", "$FP 0 0", text]).fails(2);
    assert!(!problem.contains("--long-lines"), "{problem}");
}
