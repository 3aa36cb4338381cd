//! Generated exchanges over a faulty line, with the real `rapi-server` at its end: an answer that
//! is handed out belongs to its command, and when the line is good again the next command is
//! answered. For as long as you like: `cargo run --release -p rapi-testkit --example faults`.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may panic")]

use rapi_client::Dialect;
use rapi_testkit::{Dice, Kind, Trial};

/// A client at a time, about 4.5 commands an episode.
const EPISODES: u64 = 700;

fn try_seeds(dialect: Dialect, seeds: core::ops::Range<u64>, once_in: u32) {
    for seed in seeds {
        let mut trial = Trial::new(dialect, Dice::new(seed), once_in);
        for episode in 0..EPISODES {
            trial
                .episode()
                .unwrap_or_else(|wrong| panic!("{dialect:?}, seed {seed}, {episode}: {wrong}"));
        }
        let figures = trial.figures();
        assert_eq!(figures.recoveries, EPISODES);
        // The trial is worth nothing if all of it fails, or nothing.
        assert!(figures.answered > EPISODES && figures.failed > EPISODES / 10, "{figures:?}");
        let faults = trial.faults();
        assert!(faults.len() >= 10 && faults.len() <= Kind::ALL.len(), "{faults:?}");
    }
}

#[test]
fn with_ids_every_answer_belongs_to_its_command() {
    try_seeds(Dialect::V3, 0..8, 4);
    try_seeds(Dialect::V3, 8..12, 15);
}

#[test]
fn without_ids_every_answer_belongs_to_its_command() {
    try_seeds(Dialect::V2_1, 0..8, 4);
    try_seeds(Dialect::V2_1, 8..12, 15);
}
