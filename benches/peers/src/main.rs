//! `peers OPERATION TIMES`: something for callgrind to count.

use std::hint::black_box;
use std::process::ExitCode;

use peers::{AT, POSTCARD, RAPI, STATE, at_commands, atat, memcpy, postcard, xor};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (name, times) = match arguments.as_slice() {
        [name, times] => (name.as_str(), times.parse().unwrap_or(0)),
        _ => ("", 0_u32),
    };
    let operation: fn() -> bool = match name {
        "at-commands" => || at_commands(black_box(AT)) == Some((3, 12_345, 3, 576)),
        "atat" => || black_box(atat(black_box(AT))) == Some(18),
        "postcard" => || postcard(black_box(POSTCARD)) == Some(STATE),
        "xor" => || black_box(xor(black_box(RAPI))) != 0,
        "memcpy" => || black_box(memcpy(black_box(RAPI))) == *RAPI,
        _ => {
            eprintln!("usage: peers at-commands|atat|postcard|xor|memcpy TIMES");
            return ExitCode::from(2);
        }
    };
    // One that fails would be cheap.
    if times > 0 && (0..times).all(|_| black_box(operation)()) {
        ExitCode::SUCCESS
    } else {
        eprintln!("{name} failed");
        ExitCode::FAILURE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_frame_is_that_of_the_state() {
        let mut frame = [0; 16];
        let frame = ::postcard::to_slice_cobs(&STATE, &mut frame).expect("it fits");
        assert_eq!(frame, POSTCARD);
        assert_eq!(postcard(frame), Some(STATE));
        assert_eq!(atat(AT), Some(18));
    }
}
