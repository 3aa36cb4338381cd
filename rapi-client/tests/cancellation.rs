//! Calls that are dropped before they end.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod support;

use rapi_client::commands::{GetEnergy, GetSettings, GetState};
use rapi_client::types::{Amps, EvseState};
use rapi_client::{Client, Dialect, Exchange};
use support::{Peer, block_on, healthy, poll_times};

/// How many polls a call takes that is not dropped.
fn polls_needed(dialect: Dialect) -> usize {
    let needed = (1..1000).find(|&polls| {
        let mut client = hesitating(dialect);
        poll_times(polls, client.send(&GetEnergy)).is_some()
    });
    needed.unwrap()
}

type Answer = fn(&[u8]) -> Vec<u8>;

fn hesitating(dialect: Dialect) -> Client<Peer<Answer>, 64, 4> {
    let mut peer = Peer::new(healthy as Answer);
    peer.hesitates = true;
    Client::with_exchange(peer, Exchange::new(dialect))
}

#[test]
fn a_call_may_be_dropped_at_every_await_point() {
    for dialect in [Dialect::V1, Dialect::V2_1, Dialect::V3] {
        let needed = polls_needed(dialect);
        assert!(needed >= 8, "a line is written in several parts: {needed}");
        for polls in 0..needed {
            let mut client = hesitating(dialect);
            assert_eq!(poll_times(polls, client.send(&GetEnergy)), None);
            // The next command gets its own answer, and so does the one after it.
            let settings = block_on(client.send(&GetSettings)).unwrap();
            assert_eq!(settings.amps, Amps(24), "{dialect:?}, dropped after {polls} polls");
            let state = block_on(client.send(&GetState)).unwrap();
            assert_eq!(state.evse, EvseState::Charging, "{dialect:?}, dropped after {polls} polls");
        }
    }
}

#[test]
fn two_calls_in_a_row_may_be_dropped_at_every_pair_of_await_points() {
    for dialect in [Dialect::V2_1, Dialect::V3] {
        let needed = polls_needed(dialect);
        for first in 0..needed {
            for second in 0..needed {
                let mut client = hesitating(dialect);
                assert_eq!(poll_times(first, client.send(&GetEnergy)), None);
                // What the first call has left behind may make it shorter or longer.
                let _ = poll_times(second, client.send(&GetSettings));
                let state = block_on(client.send(&GetState)).unwrap();
                let place = format!("{dialect:?}, dropped after {first} and {second} polls");
                assert_eq!(state.evse, EvseState::Charging, "{place}");
                assert_eq!(block_on(client.send(&GetSettings)).unwrap().amps, Amps(24), "{place}");
            }
        }
    }
}
