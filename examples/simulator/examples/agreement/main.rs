//! Prints how far the simulator agrees with the recordings; with `--lines` every line that differs.

mod replay;

use rapi_sim::Timing;

fn main() {
    let lines = std::env::args().any(|argument| argument == "--lines");
    for (version, file) in replay::RECORDED {
        for timing in [Timing::Fast, Timing::Real] {
            let played = replay::play(version, file, timing);
            let equal = played.iter().filter(|line| line.equal).count();
            let late =
                played.iter().flat_map(|line| &line.late).fold(0.0, |a: f64, b| a.max(b.abs()));
            println!("{version} {file} {timing:?}: {equal} of {} {late:.0}", played.len());
            if lines && timing == Timing::Real {
                for line in played.iter().filter(|line| !line.equal) {
                    println!(
                        "  {} {:?} ({}):\n    recorded {:?}\n    here     {:?}",
                        line.number,
                        String::from_utf8_lossy(&line.recorded.send),
                        line.recorded.note,
                        String::from_utf8_lossy(&line.recorded.recv),
                        String::from_utf8_lossy(&line.said)
                    );
                }
            }
        }
    }
}
