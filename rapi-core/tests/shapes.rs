//! A server reads the arguments of most rows by one body for all: to the same values as the rows
//! themselves do, and what they refuse it refuses.
#![allow(clippy::arithmetic_side_effects, clippy::unwrap_used, reason = "a test may panic")]

use proptest::prelude::*;
use rapi_core::types::Amps;
use rapi_core::{Arguments, Code, Command, DecodeError, FieldError, Frame, Sender, commands};

/// What is at the edge of some argument.
const WORDS: &[&str] = &[
    "0",
    "1",
    "01",
    "2",
    "3",
    "4",
    "6",
    "80",
    "255",
    "0255",
    "256",
    "65535",
    "65536",
    "99999999",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "-0",
    "-1",
    "-128",
    "-32768",
    "-32769",
    "-2147483648",
    "-2147483649",
    "+1",
    "1.5",
    "1F",
    "A",
    "AA",
    "M",
    "MA",
    "V",
    "B",
    "F",
    "Z",
    "b",
    "165",
    "0165",
    "-",
    "Hello",
    "World",
    "a-longer-word-than-20",
];

fn read_at_once<C: Command>(frame: &Frame<'_>) -> Option<C> {
    let mut arguments = Arguments::new(frame);
    if arguments.read(C::SHAPE) { arguments.command() } else { None }
}

macro_rules! rows {
    ($({
        $(#[doc = $doc:literal])+
        $Name:ident $method:ident $code:literal $usage:literal -> $answer:literal
        $class:ident $storage:ident idempotent: $idempotent:literal
        since: $since:literal until: $until:literal feature: $feature:literal $(timeout: $timeout:literal)?;
        $($shape:tt)*
    })+) => {
        /// The first row that is read in two ways, and for how many rows these are arguments.
        fn compare(frame: &Frame<'_>) -> (Option<&'static str>, usize) {
            let mut fitting = 0;
            $(
                let apart = commands::$Name::decode_args(&mut frame.fields()).ok();
                if apart != read_at_once::<commands::$Name>(frame) {
                    return (Some($usage), fitting);
                }
                fitting += usize::from(apart.is_some());
            )+
            (None, fitting)
        }
    };
}
rapi_core::for_each_command!(rows);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn arguments_read_at_once_are_those_that_each_row_reads_for_itself(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..8),
    ) {
        let line = ["$GS"].iter().chain(&words).copied().collect::<Vec<_>>().join(" ");
        let frame = Frame::parse(line.as_bytes(), Sender::Client).unwrap();
        prop_assert_eq!(compare(&frame).0, None, "{}", line);
    }
}

#[test]
fn the_words_above_are_arguments_of_many_rows() {
    let fitting = |line: &str| compare(&Frame::parse(line.as_bytes(), Sender::Client).unwrap()).1;
    // Rows without arguments take any.
    let always = fitting("$GS - - - - - - -");
    for (line, least) in [("$GS 1", 20), ("$GS B 1", 1), ("$GS 6 80", 4), ("$GS 1 1 1 1", 1)] {
        let count = fitting(line) - always;
        assert!(count >= least, "{line}: {count}");
    }
}

#[test]
fn a_field_has_the_range_of_its_type_or_the_one_that_a_row_says() {
    use rapi_core::FieldInfo;
    use rapi_core::types::MilliAmps;

    let own = FieldInfo::of::<Amps>("amps", " The current. ", &[]);
    assert_eq!((own.unit, own.range, own.optional), ("A", Some((0, 255)), false));
    assert_eq!(own.summary, "The current.");
    let said = FieldInfo::of::<Option<MilliAmps>>("current", "", &[-1..=80_000]);
    assert_eq!((said.unit, said.range, said.optional), ("mA", Some((-1, 80_000)), true));
}

#[test]
fn arguments_that_have_been_read_for_one_row_can_be_read_again_for_another() {
    let frame = Frame::parse(b"$SC 16 V", Sender::Client).unwrap();
    let mut arguments = Arguments::new(&frame);
    assert_eq!(arguments.command::<commands::SetHardwareMaximum>(), None);
    arguments.restart();
    let current = commands::SetCurrent { amps: Amps(16) };
    assert_eq!(arguments.command::<commands::SetCurrent>(), Some(current));
}

#[test]
fn a_word_of_any_length_is_asked_for_as_it_is() {
    let frame = Frame::parse(b"$SY AB 165 ABCD", Sender::Client).unwrap();
    let mut fields = frame.fields();
    for word in [&b"AB"[..], b"165", b"ABCD"] {
        fields.read_word(word);
    }
    assert_eq!(fields.end(), Ok(()));
    for (place, word) in [&b"AC"[..], b"166", b"ABC"].into_iter().enumerate() {
        let mut fields = frame.fields();
        for _ in 0..place {
            fields.next();
        }
        fields.read_word(word);
        let field = u8::try_from(place + 1).unwrap();
        let wrong = DecodeError::Field { field, kind: FieldError::Invalid };
        assert_eq!(fields.finish(()), Err(wrong), "{place}");
    }
}

#[test]
fn codes_are_in_the_order_of_their_letters() {
    let codes =
        ["FD", "FE", "NK", "OK", "SA"].map(|code| Code::new(code.as_bytes().try_into().unwrap()));
    assert!(codes.is_sorted());
    assert!(codes.windows(2).all(|pair| pair[0] < pair[1]));
}
