//! Prints how far the simulator agrees with the recordings, as it stands in the README; with
//! `--lines` every line that differs.
#![allow(dead_code, reason = "the tests use the rest")]

mod replay;

use rapi_sim::Timing;

fn main() {
    println!("{}", replay::table::table());
    if !std::env::args().any(|argument| argument == "--lines") {
        return;
    }
    for (version, file) in replay::RECORDED {
        let played = replay::play(version, file, Timing::Real);
        for line in played.iter().filter(|line| !line.equal) {
            println!(
                "{} {:?}\n    recorded {:?}\n    here     {:?}",
                line.recorded.place,
                String::from_utf8_lossy(&line.recorded.send),
                String::from_utf8_lossy(&line.recorded.recv),
                String::from_utf8_lossy(&line.said)
            );
        }
    }
}
