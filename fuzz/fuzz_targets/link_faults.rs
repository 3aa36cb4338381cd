//! A client on a faulty line, with the real `rapi-server` at its end: an answer that is handed out
//! was given to its command, whatever happens in between; and when the line is good again, the next
//! command is answered.
//!
//! Input: flags (1: a controller without sequence ids), how often a line has a fault, the number of
//! bytes that decide which, these bytes, the number of bytes that decide how many bytes are read at
//! once, these bytes, what the client does. `rapi_testkit::Trial` reads them, in the order in which
//! things happen.
//!
//! Damage that a XOR does not show is no fault of the client: the trial tells it apart. Without ids
//! that damage, lines that overtake each other, lines that come twice and noise that the controller
//! answers are left out: a fuzzer would find the combinations that nobody can see through.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rapi_client::Dialect;
use rapi_fuzz::Input;
use rapi_testkit::{Dice, Trial, Weather};

/// So that an input is run through in a moment.
const EPISODES: u32 = 64;

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let dialect = if input.flag() { Dialect::V2_1 } else { Dialect::V3 };
    let once_in = input.within(2, 16);
    let mut part = || {
        let count = usize::from(input.u8());
        Dice::from_bytes(input.take(count))
    };
    let weather = Weather::new(part(), once_in);
    let weather =
        if dialect.has_sequence_ids() { weather } else { weather.without_ids().without_doubles() };
    let chunks = part();
    let mut trial = Trial::with_weather(dialect, Dice::from_bytes(input.rest()), weather, chunks);
    for episode in 0..EPISODES {
        if let Err(wrong) = trial.episode() {
            panic!("episode {episode}, {dialect:?}: {wrong}");
        }
        if trial.is_over() {
            break;
        }
    }
});
