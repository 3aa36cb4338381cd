//! A reply belongs to its command on any line: generated faults, one for each reply.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod support;

use proptest::prelude::*;
use rapi_client::commands::GetEnergy;
use rapi_client::{Error, blocking};
use support::{Peer, reply, seq_of};

/// What a bad line does to one reply.
#[derive(Clone, Copy, Debug)]
enum Fault {
    None,
    Lost,
    Twice,
    /// It comes with the reply to a later command.
    Late,
    Flipped(u8, u8),
    CutOff(u8),
    WithNoise,
    WithNotification,
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::None),
        Just(Fault::Lost),
        Just(Fault::Twice),
        Just(Fault::Late),
        (any::<u8>(), 0_u8..8).prop_map(|(place, bit)| Fault::Flipped(place, bit)),
        any::<u8>().prop_map(Fault::CutOff),
        Just(Fault::WithNoise),
        Just(Fault::WithNotification),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// The n-th answer says n, so that any mix-up shows.
    #[test]
    fn a_reply_belongs_to_its_command_on_any_line(faults in prop::collection::vec(fault(), 1..60)) {
        let mut number = 0_u32;
        let mut late = Vec::new();
        let plan = faults.clone();
        let peer = Peer::new(move |line: &[u8]| {
            number += 1;
            let good = reply(&format!("{number} {number}"), seq_of(line));
            let mut sent = Vec::new();
            match plan.get(number as usize - 1).copied().unwrap_or(Fault::None) {
                Fault::None => sent = good,
                Fault::Lost => {}
                Fault::Twice => sent = [&good[..], &good[..]].concat(),
                Fault::Late => {
                    late.extend_from_slice(&good);
                    return Vec::new();
                }
                Fault::Flipped(place, bit) => {
                    sent = good;
                    // Not the `$`: without it the line would run into one that was cut off
                    // before, and of two faults together eight bits let 1 in 256 through.
                    let place = 1 + usize::from(place) % (sent.len() - 1);
                    sent[place] ^= 1 << bit;
                }
                Fault::CutOff(len) => sent.extend_from_slice(&good[..usize::from(len) % good.len()]),
                Fault::WithNoise => sent = [b"\0\xff relayCloseMs: 100\r\n", &good[..]].concat(),
                Fault::WithNotification => sent = [b"$AT 02 02 24 0700^30\r", &good[..]].concat(),
            }
            [core::mem::take(&mut late), sent].concat()
        });
        let mut client = blocking::Client::new(peer);
        for (number, fault) in (1..).zip(&faults) {
            match client.send(&GetEnergy) {
                Ok(energy) => prop_assert_eq!((energy.session.0, energy.total.0), (number, number)),
                Err(Error::Timeout) => prop_assert!(
                    matches!(fault, Fault::Lost | Fault::Late | Fault::Flipped(..) | Fault::CutOff(_)),
                    "{:?}", fault
                ),
                Err(error) => prop_assert!(false, "{error:?}"),
            }
        }
        // The line is good again: so is the next command.
        let number = u32::try_from(faults.len()).unwrap() + 1;
        prop_assert_eq!(client.send(&GetEnergy).unwrap().session.0, number);
    }
}
