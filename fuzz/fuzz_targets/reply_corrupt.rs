//! A valid reply, damaged: the client never hands out what the controller did not say.
//!
//! Input: the code, which of its rows, the sequence id that is awaited, the arguments of the command, the
//! reply, the number of faults (modulo 8), the faults (kind, place, byte). A command that cannot be
//! sent gets no reply.
//!
//! What holds for any damage: what is handed out stands as a line in the received bytes, its XOR
//! verifies and it has the awaited id. Two faults can compensate each other under a XOR; no reader
//! can tell.
//!
//! What holds for one changed byte: nothing is handed out. The one exception follows from the
//! grammar: a byte that becomes `$` begins a new line, so if the fields themselves hold `OK` or
//! `NK` right behind that byte, the rest may be a valid reply. It has fewer fields than the command
//! is answered with, so it gives an error and no value.
#![no_main]

use core::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use rapi_client::{Exchange, Progress};
use rapi_core::{Command, Dialect, SeqId, commands, encode_command, encode_reply};
use rapi_fuzz::{Input, Sample, oracle};

/// Longer than the client's own line: with huge numbers `GL` is answered in 80 bytes.
const LONGEST: usize = 128;

type Client = Exchange<LONGEST, 4>;

macro_rules! rows {
    ($({
        $(#[doc = $doc:literal])+
        $Name:ident $method:ident $code:literal $usage:literal -> $answer:literal
        $class:ident $storage:ident idempotent: $idempotent:literal
        since: $since:literal until: $until:literal feature: $feature:literal $(timeout: $timeout:literal)?;
        example $example:tt
        $(after $word:literal)? args { $($(#[$arg_doc:meta])* $arg:ident: $Arg:ty $(where $range:expr $(=> $refuse:ident)?)?,)* } $(by $hand:ident)?
        reply $($reply:tt)+
    })+) => {
        const ROWS: &[fn(SeqId, &mut Input<'_>)] = &[$(
            |id, input| {
                let command = commands::$Name { $($arg: Sample::sample(input),)* };
                let sent = encode_command(&command, Some(id), Dialect::V3, &mut [0; LONGEST]);
                if <commands::$Name as Command>::INFO.is_answered() && sent.is_ok() {
                    attack(&command, id, input);
                }
            },
        )+];

        const CODES: &[[u8; 2]] = &[$(*$code,)+];
    };
}
rapi_core::for_each_command!(rows);

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let row = input.row(CODES);
    // A client uses no others.
    let id = SeqId::new(input.u8()).filter(|id| *id <= SeqId::LAST).unwrap_or(SeqId::FIRST);
    ROWS[row](id, &mut input);
});

fn attack<C: Command<Response: Sample + Debug>>(command: &C, id: SeqId, input: &mut Input<'_>) {
    let reply = C::Response::sample(input);
    let mut line = [0; LONGEST];
    let len = encode_reply(&reply, Some(id), Dialect::V3, &mut line).unwrap();
    let line = &line[..len];
    // A field at the end may only be missing if all behind it are: what an undamaged line means is
    // settled by reading it.
    let said = receive(command, id, line).expect("an undamaged reply");

    let count = input.u8() % 8;
    let damaged = damage(line, count, input);
    if damaged == line {
        return;
    }
    let Some(heard) = receive(command, id, &damaged) else { return };

    let lines = oracle::lines(&damaged, LONGEST);
    let genuine = lines
        .iter()
        .flatten()
        .filter(|line| oracle::xor_verifies(line) && oracle::has_id(line, id.get()));
    assert!(
        genuine
            .clone()
            .any(|line| receive(command, id, &[line, &b"\r"[..]].concat()) == Some(heard.clone())),
        "{heard:?} stands nowhere in {:?}",
        String::from_utf8_lossy(&damaged)
    );

    if let [place] = *changed(line, &damaged) {
        let restarted = damaged[place] == b'$'
            && matches!(damaged.get(place + 1..place + 3), Some(b"OK" | b"NK"));
        assert!(
            restarted && heard.starts_with("Err("),
            "{:?} became {:?}: said {said}, heard {heard}",
            String::from_utf8_lossy(line),
            String::from_utf8_lossy(&damaged)
        );
    }
}

/// What a client that waits for `id` takes for the reply.
fn receive<C: Command<Response: Debug>>(command: &C, id: SeqId, bytes: &[u8]) -> Option<String> {
    let mut exchange = Client::new(Dialect::V3);
    exchange.set_next_id(id);
    let (_, pending) = exchange.begin(command).unwrap();
    for &byte in bytes {
        match exchange.push(byte) {
            Progress::Reply => return exchange.finish(pending).map(|reply| format!("{reply:?}")),
            Progress::Garbled | Progress::GaveUp => return None,
            _ => {}
        }
    }
    assert!(exchange.finish(pending).is_none(), "a reply that was not announced");
    None
}

fn damage(line: &[u8], count: u8, input: &mut Input<'_>) -> Vec<u8> {
    let mut line = line.to_vec();
    for _ in 0..count {
        let kind = input.u8() % 6;
        let place = usize::from(input.u8()).checked_rem(line.len()).unwrap_or(0);
        let byte = input.u8();
        match kind {
            _ if line.is_empty() => line.push(byte),
            0 | 1 => line[place] = byte,
            2 => line.insert(place, byte),
            3 => {
                line.remove(place);
            }
            4 => {
                let other = usize::from(byte) % line.len();
                line.swap(place, other);
            }
            _ => line.extend_from_within(place..),
        }
    }
    line
}

/// The places where two lines of one length differ; none if their lengths differ.
fn changed(line: &[u8], damaged: &[u8]) -> Vec<usize> {
    if line.len() != damaged.len() {
        return Vec::new();
    }
    (0..line.len()).filter(|&place| line[place] != damaged[place]).collect()
}
