//! What the scripts of this folder measure, and `report`, which runs them all.

#[cfg(feature = "end-to-end")]
mod end_to_end;

use std::env;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, ExitCode};

use rapi_benches::{decode, decode_bytes, encode};

const USAGE: &str = "usage: rapi-benches report [--update]
       rapi-benches end-to-end
       rapi-benches decode|decode-bytes|encode TIMES

report      everything: sizes, panics, instructions, stack, other crates, throughput, end to end,
            MQTT
            (--update accepts sizes and instructions, see benches/README.md)
end-to-end  a client and a simulated station over TCP and a pseudo-terminal, beside a bare echo
TIMES       lets one operation run so often, for callgrind to count";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["report", rest @ ..] => report(rest),
        #[cfg(feature = "end-to-end")]
        ["end-to-end"] => match end_to_end::run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("rapi-benches: {error:#}");
                ExitCode::FAILURE
            }
        },
        ["decode", times] => repeat(decode, times),
        ["decode-bytes", times] => repeat(decode_bytes, times),
        ["encode", times] => repeat(encode, times),
        ["--help" | "-h"] => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        _ => usage(),
    }
}

/// The script knows what is to be run in which order.
fn report(arguments: &[&str]) -> ExitCode {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("report");
    match Command::new(&script).args(arguments).status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("rapi-benches: {}: {error}", script.display());
            ExitCode::FAILURE
        }
    }
}

fn repeat(operation: fn() -> bool, times: &str) -> ExitCode {
    let Ok(times) = times.parse::<u32>() else { return usage() };
    // One that fails would be cheap.
    if (0..times).all(|_| black_box(operation)()) {
        ExitCode::SUCCESS
    } else {
        eprintln!("the operation failed");
        ExitCode::FAILURE
    }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}
