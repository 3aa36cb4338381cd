//! A client has 239 ids. When so many commands were given up in a row, the replies to all of them may
//! still come: none may meet the id that it bears on a later command.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod support;

use core::cell::Cell;
use std::rc::Rc;

use embedded_io::ErrorKind;
use rapi_client::commands::{Energy, GetEnergy, GetState};
use rapi_client::{BeginError, Client, Dialect, Error, Exchange, Progress, SeqId, blocking};
use rapi_testkit::{Clock, Elapsed, Fault, Link, Plan, Script, Way};
use support::{hear, reply, seq_of};

/// The n-th question for the energy is answered with n, and the first answer is so late, in
/// seconds, that everything behind it waits as well.
fn line(
    clock: &Clock,
    late: u64,
    asked: &Rc<Cell<u32>>,
) -> Link<impl rapi_testkit::Peer + use<>, impl Plan + use<>> {
    let asked = Rc::clone(asked);
    let peer = Script::new(move |line: &[u8]| {
        let seq = seq_of(line);
        vec![if line.starts_with(b"$GU") {
            asked.set(asked.get() + 1);
            reply(&format!("{0} {0}", asked.get()), seq)
        } else {
            reply("8.2.3 5.2.1", seq)
        }]
    });
    let mut first = Some(Fault::Late(late * 1_000_000));
    Link::new(clock, peer, move |way: Way, _: &[u8]| {
        if way == Way::ToClient { first.take().into_iter().collect() } else { Vec::new() }
    })
}

/// Sends until the line is good again, and a while longer; every answer is the command's own.
fn judge(mut ask: impl FnMut() -> Result<Energy, Error<ErrorKind>>, asked: &Cell<u32>, late: u64) {
    let mut in_a_row = 0;
    for sent in 1..4 * late {
        match ask() {
            Ok(energy) => {
                assert_eq!(energy.total.0, asked.get(), "{late} s late, command {sent}");
                in_a_row += 1;
            }
            Err(error) => {
                assert_eq!((error, in_a_row), (Error::Timeout, 0), "{late} s late, command {sent}");
            }
        }
    }
    assert!(in_a_row > late, "half a second each: {in_a_row}");
}

#[test]
fn a_reply_that_is_minutes_late_never_meets_its_id_again() {
    for late in [120, 126, 127, 128, 129, 130, 200, 300, 1000] {
        let (clock, asked) = (Clock::new(), Rc::new(Cell::new(0)));
        let mut client = blocking::Client::<_, 64, 4>::new(line(&clock, late, &asked));
        client.set_next_id(SeqId::new(0x11).unwrap());
        judge(|| client.send(&GetEnergy), &asked, late);

        let (clock, asked) = (Clock::new(), Rc::new(Cell::new(0)));
        let mut client = Client::<_>::new(line(&clock, late, &asked));
        let ask = || match clock.run(clock.timeout(500_000, client.send(&GetEnergy))).unwrap() {
            Ok(outcome) => outcome,
            Err(Elapsed) => Err(Error::Timeout),
        };
        judge(ask, &asked, late);
    }
}

#[test]
fn one_id_is_kept_for_the_fence_however_often_it_is_asked_for() {
    let mut exchange = Exchange::<64, 4>::new(Dialect::V3);
    let mut ids = Vec::new();
    while let Ok((line, _)) = exchange.begin(&GetState) {
        ids.push(seq_of(line.as_bytes()).unwrap().get());
        exchange.abandon();
    }
    assert_eq!(ids, (1..=0xee).collect::<Vec<_>>());
    assert!(exchange.needs_fence());
    assert_eq!(exchange.begin(&GetState).unwrap_err(), BeginError::Unfenced);
    for _ in 0..300 {
        assert_eq!(exchange.begin_fence().unwrap().as_bytes(), b"$GV :EF^2C\r");
        exchange.abandon();
    }
    let line = exchange.begin_fence().unwrap();
    for id in 1..=0xee {
        let late = reply("03 60 03 0140", SeqId::new(id));
        assert_eq!(hear(&mut exchange, &late), Progress::Pending, "{id}");
    }
    let versions = reply("8.2.3 5.2.1", seq_of(line.as_bytes()));
    assert_eq!(hear(&mut exchange, &versions), Progress::Fenced);
    // Those to the fences that were given up.
    for _ in 0..300 {
        assert_eq!(hear(&mut exchange, &versions), Progress::Pending);
    }
    let (line, pending) = exchange.begin(&GetState).unwrap();
    assert_eq!(line.as_bytes(), b"$GS :01^2B\r");
    assert_eq!(hear(&mut exchange, &reply("03 60 03 0140", SeqId::new(1))), Progress::Reply);
    assert!(exchange.finish(pending).unwrap().is_ok());
}

/// A program that waits for a station to be switched on asks for nothing else.
#[test]
fn a_probe_counts_as_well_and_its_answer_is_none_of_a_later_command() {
    let mut exchange = Exchange::<64, 4>::new(Dialect::V3);
    let mut late = Vec::new();
    for _ in 0..600 {
        let (line, _) = exchange.begin_probe().unwrap();
        late.push(reply("8.2.3 5.2.1", seq_of(line.as_bytes())));
        exchange.abandon();
    }
    let (_, pending) = exchange.begin_probe().unwrap();
    let mut answers = late.into_iter();
    let known = answers.by_ref().position(|line| hear(&mut exchange, &line) == Progress::Reply);
    assert!(known.is_some_and(|known| known >= 0xee), "one of those in front of it: {known:?}");
    assert!(exchange.finish(pending).unwrap().is_ok());
    let _waited = exchange.begin(&GetState).unwrap();
    for line in answers {
        assert_eq!(hear(&mut exchange, &line), Progress::Pending);
    }
}
