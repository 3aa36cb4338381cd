//! What a damaged reply is taken for, if for anything: every damage of its kind, counted.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use rapi_core::commands::State;
use rapi_core::types::{EvseState, PilotState, Seconds, VFlags};
use rapi_core::{COMMANDS, Decoder, Dialect, Frame, Incoming, Response, Sender, SeqId, Writer};

/// The worst case: there is no sequence id that would have to be right as well.
const LINE: &[u8] = b"$OK 03 12345 03 0020^13\r";

const MEANT: State = State {
    evse: EvseState::Charging,
    elapsed: Seconds(12345),
    pilot: Some(PilotState::C),
    flags: Some(VFlags(0x0020)),
};

/// The first state that comes out of the bytes, as a client would read it.
fn received(bytes: &[u8]) -> Option<State> {
    let mut decoder = Decoder::<64>::new();
    bytes.iter().find_map(|&byte| {
        if !decoder.push(byte) {
            return None;
        }
        let frame = decoder.frame(Sender::Controller).ok()?;
        match Incoming::sort(&frame, Dialect::V3).ok()? {
            Incoming::Reply(reply) => State::decode(&reply).ok(),
            _ => None,
        }
    })
}

/// How many of the damaged lines are taken for another state, and how many there are.
fn wrong(damaged: impl Iterator<Item = Vec<u8>>) -> (usize, usize) {
    damaged.fold((0, 0), |(wrong, all), line| {
        let is_wrong = received(&line).is_some_and(|state| state != MEANT);
        (wrong + usize::from(is_wrong), all + 1)
    })
}

fn flipped(bits: &[usize]) -> Vec<u8> {
    let mut line = LINE.to_vec();
    for bit in bits {
        line[bit / 8] ^= 1 << (bit % 8);
    }
    line
}

const fn all_bits() -> core::ops::Range<usize> {
    0..LINE.len() * 8
}

#[test]
fn an_undamaged_reply_is_read() {
    assert_eq!(received(LINE), Some(MEANT));
}

#[test]
fn no_flipped_bit_gives_another_state() {
    assert_eq!(wrong(all_bits().map(|bit| flipped(&[bit]))), (0, 192));
}

#[test]
fn no_changed_byte_gives_another_state() {
    let changed = (0..LINE.len()).flat_map(|place| {
        (0..=u8::MAX).filter(move |&byte| byte != LINE[place]).map(move |byte| {
            let mut line = LINE.to_vec();
            line[place] = byte;
            line
        })
    });
    assert_eq!(wrong(changed), (0, 24 * 255));
}

#[test]
fn no_lost_byte_gives_another_state() {
    let lost = (0..LINE.len()).map(|place| {
        let mut line = LINE.to_vec();
        line.remove(place);
        line
    });
    assert_eq!(wrong(lost), (0, 24));
}

#[test]
fn no_added_byte_gives_another_state() {
    let added = (0..=LINE.len()).flat_map(|place| {
        (0..=u8::MAX).map(move |byte| {
            let mut line = LINE.to_vec();
            line.insert(place, byte);
            line
        })
    });
    assert_eq!(wrong(added), (0, 25 * 256));
}

#[test]
fn no_early_end_gives_another_state() {
    let cut = (0..LINE.len() - 1).map(|len| [&LINE[..len], b"\r"].concat());
    assert_eq!(wrong(cut), (0, 23));
}

/// Two flips in the same column of the checksum cancel each other out: 1.6 % of all pairs do where
/// the bytes stay digits. Nothing but a sequence id, or reading back, helps against that.
#[test]
fn two_flipped_bits_give_another_state_where_the_checksum_cannot_see_them() {
    let pairs = all_bits()
        .flat_map(|first| (first + 1..LINE.len() * 8).map(move |second| flipped(&[first, second])));
    let (wrong, all) = wrong(pairs);
    assert_eq!(all, 192 * 191 / 2);
    assert!(wrong * 1000 <= all * 16, "{wrong} of {all}");
    assert!(wrong > 0, "the checksum has become better than it can be");
}

/// Only what keeps the XOR: two swapped bytes, which the meaning of the fields has to catch.
#[test]
fn swapped_neighbours_give_another_state_where_both_are_digits_of_one_field() {
    let swapped =
        (0..LINE.len() - 1).filter(|&place| LINE[place] != LINE[place + 1]).map(|place| {
            let mut line = LINE.to_vec();
            line.swap(place, place + 1);
            line
        });
    let (wrong, all) = wrong(swapped);
    // 03, 12345, 03, 0020: one, four, one, two (a 0 with its like is no swap).
    assert_eq!((wrong, all), (8, 22));
}

/// Two to four random bytes: hardly any are digits with the XOR of those that were there. One of
/// these 20,000 is.
#[test]
fn next_to_no_burst_of_noise_gives_another_state() {
    // A generator of its own: the same bursts on every machine.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let bursts = (0..20_000).map(|_| {
        let mut line = LINE.to_vec();
        let length = 2 + (next() % 3) as usize;
        let place = (next() % (LINE.len() - length + 1) as u64) as usize;
        for byte in &mut line[place..place + length] {
            *byte = next() as u8;
        }
        line
    });
    let (wrong, all) = wrong(bursts);
    assert_eq!(all, 20_000);
    assert!(wrong <= 1, "{wrong}");
}

/// The answer to each command of the table, with a sequence id and without.
fn every_answer() -> Vec<Vec<u8>> {
    let heard = COMMANDS.iter().map(|info| info.example.heard).filter(|line| !line.is_empty());
    heard
        .flat_map(|line| {
            let frame = Frame::parse(line.as_bytes(), Sender::Controller).unwrap();
            [None, SeqId::new(0xa5)].map(|seq| {
                let mut line = [0; 64];
                let mut writer = Writer::new(&mut line, frame.code());
                for word in frame.fields() {
                    writer.text(word);
                }
                let len = writer.finish(seq, frame.check()).unwrap();
                line[..len].to_vec()
            })
        })
        .collect()
}

/// Nothing that comes out of a line with one changed byte is a reply, whatever command it answers.
#[test]
fn no_changed_byte_makes_another_answer_to_any_command() {
    let replies = |bytes: &[u8]| {
        let mut decoder = Decoder::<64>::new();
        let ended = bytes.iter().filter(|&&byte| {
            decoder.push(byte)
                && decoder.frame(Sender::Controller).is_ok_and(|frame| {
                    matches!(Incoming::sort(&frame, Dialect::V3), Ok(Incoming::Reply(_)))
                })
        });
        ended.count()
    };
    let answers = every_answer();
    assert_eq!(answers.len(), 2 * (COMMANDS.len() - 1), "only a restart has none");
    for line in answers {
        assert_eq!(replies(&line), 1, "{}", line.escape_ascii());
        for place in 0..line.len() {
            for byte in (0..=u8::MAX).filter(|&byte| byte != line[place]) {
                let mut damaged = line.clone();
                damaged[place] = byte;
                assert_eq!(replies(&damaged), 0, "{}", damaged.escape_ascii());
            }
        }
    }
}
