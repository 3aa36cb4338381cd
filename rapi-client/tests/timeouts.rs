//! How long is waited for what, in both clients, on a line with its own time.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use embedded_io::ErrorKind;
use rapi_client::blocking::{Deadline, DeadlineError};
use rapi_client::commands::{GetState, RecoverStuckRelay, Restart};
use rapi_client::{Client, Command, Error, blocking};
use rapi_server::{Handler, Policy, Rejected};
use rapi_testkit::{Clock, Device, Fault, Link, Peer, Plan, Script, Way};

const SECOND: u64 = 1_000_000;

/// Frees its relay in 30 s.
struct Slow;

impl Handler for Slow {
    fn recover_stuck_relay(&mut self, _: RecoverStuckRelay) -> Result<(), Rejected> {
        Ok(())
    }
}

const fn healthy(_: Way, _: &[u8]) -> Vec<Fault> {
    Vec::new()
}

fn slow(clock: &Clock) -> Link<impl Peer + use<>, impl Plan + use<>> {
    let device = Device::new(Slow, Policy::default()).with_reply_time(30 * SECOND);
    Link::new(clock, device, healthy)
}

fn silent(clock: &Clock) -> Link<impl Peer + use<>, impl Plan + use<>> {
    Link::new(clock, Script::new(|_: &[u8]| Vec::new()), healthy)
}

#[test]
fn the_table_knows_how_long_a_command_takes() {
    assert_eq!(RecoverStuckRelay::INFO.timeout_ms, 35_000);
    assert_eq!(GetState::INFO.timeout_ms, 500);
}

#[test]
fn the_recovery_of_a_relay_is_waited_for() {
    let clock = Clock::new();
    assert_eq!(blocking::Client::<_>::new(slow(&clock)).send(&RecoverStuckRelay), Ok(()));
    assert!(clock.now() > 30 * SECOND);

    let clock = Clock::new();
    let mut client = Client::<_>::new(slow(&clock));
    let sleep = |ms: u32| clock.sleep(u64::from(ms) * 1000);
    assert_eq!(clock.run(client.send_timed(&RecoverStuckRelay, sleep)), Ok(Ok(())));
    assert!(clock.now() > 30 * SECOND);
}

#[test]
fn and_not_for_ever() {
    let clock = Clock::new();
    let mut client = blocking::Client::<_>::new(silent(&clock));
    assert_eq!(client.send(&RecoverStuckRelay), Err(Error::Timeout));
    assert_eq!(clock.now(), 35 * SECOND);
    assert_eq!(client.send_raw(b"$FK"), Err(Error::Timeout));
    assert_eq!(clock.now(), 70 * SECOND);
    assert_eq!(client.send(&GetState), Err(Error::Timeout));
    assert_eq!(clock.now(), 70 * SECOND + SECOND / 2);

    let clock = Clock::new();
    let mut client = Client::<_>::new(silent(&clock));
    let sleep = |ms: u32| clock.sleep(u64::from(ms) * 1000);
    assert_eq!(clock.run(client.send_timed(&RecoverStuckRelay, sleep)), Ok(Err(Error::Timeout)));
    assert_eq!(clock.now(), 35 * SECOND);
    assert_eq!(clock.run(client.send_timed(&GetState, sleep)), Ok(Err(Error::Timeout)));
    assert_eq!(clock.now(), 35 * SECOND + SECOND / 2);
}

#[test]
fn a_restart_is_not_waited_for() {
    let clock = Clock::new();
    assert_eq!(blocking::Client::<_>::new(silent(&clock)).send(&Restart), Ok(()));
    assert_eq!(clock.now(), 0);
    let mut client = Client::<_>::new(silent(&clock));
    assert_eq!(clock.run(client.send(&Restart)), Ok(Ok(())));
    assert_eq!(clock.now(), 0);
}

#[test]
fn without_a_time_out_a_lost_answer_is_a_call_that_never_ends() {
    // The kit sees it: that is what its `Stuck` is for.
    let clock = Clock::new();
    let mut client = Client::<_>::new(silent(&clock));
    assert_eq!(clock.run(client.send(&GetState)), Err(rapi_testkit::Stuck));
}

#[test]
fn a_deadline_counts_from_the_command_on() {
    // Half a second of bytes that are no answer, one every 30 ms: no gap is ever long enough for a
    // time-out from byte to byte.
    let noisy = |clock: &Clock| {
        let peer = Script::new(|_: &[u8]| vec![b"relayCloseMs: 100\r\n".repeat(50)]);
        Link::new(clock, peer, |_: Way, _: &[u8]| vec![Fault::Slow(30_000)])
    };
    let clock = Clock::new();
    let hands = clock.clone();
    let port = Deadline::new(noisy(&clock), move || hands.now_ms(), 500);
    let mut client = blocking::Client::<_>::new(port);
    let error: Error<DeadlineError<ErrorKind>> = client.send(&GetState).unwrap_err();
    assert_eq!(error, Error::Timeout);
    assert!((400_000..1_000_000).contains(&clock.now()), "{}", clock.now());
}
