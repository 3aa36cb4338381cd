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

use core::future::{Future, ready};

use rapi_client::commands::{GetEnergy, GetSettings, GetState, GetVersion, SetCurrent};
use rapi_client::types::{Amps, EvseState};
use rapi_client::{AnyCommand, Client, Dialect, Exchange, Notification};
use rapi_testkit::poll_times;
use support::{Peer, block_on, healthy};

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

/// Drops a call after each number of polls until it is ready; after each drop the next commands
/// get their own answers. Returns how often it was dropped.
fn drop_everywhere<Call>(dialect: Dialect, call: &Call) -> usize
where
    Call: AsyncFn(&mut Client<Peer<Answer>, 64, 4>),
{
    for polls in 0..10_000 {
        let mut client = hesitating(dialect);
        if poll_times(polls, call(&mut client)).is_some() {
            return polls;
        }
        let place = format!("{dialect:?}, dropped after {polls} polls");
        assert_eq!(block_on(client.send(&GetSettings)).unwrap().amps, Amps(24), "{place}");
        let state = block_on(client.send(&GetState)).unwrap();
        assert_eq!(state.evse, EvseState::Charging, "{place}");
    }
    panic!("it never ends");
}

/// A time-out that never strikes.
fn never(_: u32) -> impl Future<Output = ()> {
    core::future::pending()
}

#[test]
fn every_asynchronous_call_may_be_dropped() {
    for dialect in [Dialect::V2_1, Dialect::V3] {
        let drops = [
            drop_everywhere(dialect, &async |client| {
                let _ = client.probe().await.unwrap();
            }),
            drop_everywhere(dialect, &async |client| {
                let _ = client.send_any(&AnyCommand::GetEnergy(GetEnergy)).await.unwrap();
            }),
            drop_everywhere(dialect, &async |client| {
                let _ = client.send_raw(b"$GU").await.unwrap();
            }),
            drop_everywhere(dialect, &async |client| {
                let _ = client.send_timed(&GetEnergy, never).await.unwrap();
            }),
            drop_everywhere(dialect, &async |client| {
                let _ = client.send_retrying(&GetEnergy, 3, never).await.unwrap();
            }),
            drop_everywhere(dialect, &async |client| {
                // This one times out in the middle, at every place, and tries again.
                let _ = client.send_retrying(&GetEnergy, 3, |_| ready(())).await;
            }),
            drop_everywhere(dialect, &async |client| {
                let _ = client.confirm(&SetCurrent { amps: Amps(16) }, 2, never).await.unwrap();
            }),
        ];
        assert!(
            drops.iter().enumerate().all(|(place, &polls)| place == 5 || polls >= 8),
            "{drops:?}"
        );
    }
}

#[test]
fn a_dropped_search_for_capabilities_disturbs_nobody() {
    let refuses = |line: &[u8]| match &line[..3] {
        b"$GS" | b"$GE" | b"$GU" | b"$GV" => healthy(line),
        _ => support::refusal(line),
    };
    let fresh = || {
        let mut peer = Peer::new(refuses as Answer);
        peer.hesitates = true;
        Client::<_, 64, 4>::with_exchange(peer, Exchange::new(Dialect::V3))
    };
    let versions = block_on(fresh().send(&GetVersion)).unwrap();
    let mut polls = 0;
    loop {
        let mut client = fresh();
        if poll_times(polls, client.capabilities(&versions)).is_some() {
            break;
        }
        assert_eq!(block_on(client.send(&GetSettings)).unwrap().amps, Amps(24), "{polls} polls");
        polls += 7;
    }
    assert!(polls > 100, "{polls}");
}

#[test]
fn a_dropped_wait_for_a_notification_loses_none() {
    for polls in 0..20 {
        let mut client = hesitating(Dialect::V3);
        client.get_mut().say(b"$AN 0^3B\r$AN 1^3A\r");
        let mut taken = 0;
        if poll_times(polls, client.next_notification()).is_some() {
            taken += 1;
        }
        while taken < 2 {
            let notification = block_on(client.next_notification()).unwrap();
            assert!(matches!(notification, Notification::Button { .. }), "{polls} polls");
            taken += 1;
        }
    }
}

/// Executors with several threads take no others.
#[test]
fn a_call_may_change_threads() {
    fn is_send<T: Send>(call: T) -> T {
        call
    }
    let mut client = hesitating(Dialect::V3);
    drop(is_send(client.send(&GetState)));
    drop(is_send(client.send_any(&AnyCommand::GetState(GetState))));
    drop(is_send(client.send_raw(b"$GS")));
    drop(is_send(client.probe()));
}
