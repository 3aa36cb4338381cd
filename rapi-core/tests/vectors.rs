//! Every golden line.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use rapi_core::{
    AnyCommand, Check, DecodeError, Decoder, Dialect, Frame, FrameError, Incoming, IncomingError,
    Notification, Sender, SeqId, Writer,
};
use rapi_fixtures::{Vector, vectors};

/// The commands that a controller accepts although their sequence id is not two upper-case
/// hexadecimal digits. The grammar of rapi-core refuses them: nobody should send them, and they
/// cannot be written again as they were.
const ODD_SEQUENCE_IDS: [&str; 5] = ["V299", "V301", "V302", "V303", "V305"];

/// Odd bytes *between* frames, or a frame that a new `$` cuts off: the decoder gets over them.
const RESYNCHRONISED: [&str; 8] = ["V331", "V335", "V338", "V339", "V340", "V348", "V349", "V359"];

fn dialect(vector: &Vector) -> Dialect {
    match vector.row.cell("dialect") {
        "v1.0.x" => Dialect::V1,
        // From here on notifications carry a checksum, and that is what the rows are about.
        "v2+" | "v2.0.1+" => Dialect::V2_1,
        "v1+" | "v3+" | "v5+" | "v6" => Dialect::V3,
        other => panic!("{}: unknown dialect {other}", vector.id()),
    }
}

fn sender(vector: &Vector) -> Sender {
    if vector.row.cell("kind") == "command" { Sender::Client } else { Sender::Controller }
}

/// What came of each line of a vector.
fn results(vector: &Vector) -> Vec<Result<(Vec<u8>, Parts), FrameError>> {
    let mut decoder = Decoder::<64>::new();
    let mut results = Vec::new();
    for &byte in &vector.raw {
        if decoder.push(byte) {
            let limit = if sender(vector) == Sender::Client { 31 } else { 64 };
            results.push(decoder.line().and_then(|line| {
                if line.len() > limit {
                    return Err(FrameError::TooLong);
                }
                let frame = Frame::parse(line, sender(vector))?;
                if sender(vector) == Sender::Controller {
                    if let Err(IncomingError::Frame(error)) =
                        Incoming::sort(&frame, dialect(vector))
                    {
                        return Err(error);
                    }
                }
                Ok((line.to_vec(), Parts::of(&frame)))
            }));
        }
    }
    results
}

/// A frame, taken apart and owned.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    code: rapi_core::Code,
    params: Vec<Vec<u8>>,
    seq: Option<SeqId>,
    check: Check,
}

impl Parts {
    fn of(frame: &Frame<'_>) -> Self {
        Self {
            code: frame.code(),
            params: frame.fields().map(<[u8]>::to_vec).collect(),
            seq: frame.seq(),
            check: frame.check(),
        }
    }

    fn encode(&self) -> Vec<u8> {
        let mut line = [0; 80];
        let mut writer = Writer::new(&mut line, self.code);
        for param in &self.params {
            writer.text(param);
        }
        let len = writer.finish(self.seq, self.check).unwrap();
        line[..len].to_vec()
    }
}

/// What the columns `code`, `params`, `seq` and `ck_kind` say.
fn expected(vector: &Vector) -> Parts {
    let row = &vector.row;
    let [first, second] = *row.cell("code").as_bytes() else { panic!("{}", vector.id()) };
    let params = row.cell("params");
    // `$OK ` of RAPI 1.0.x: one empty field, which the column cannot show.
    let params = if params.is_empty() && vector.raw.ends_with(b"K \r") {
        vec![Vec::new()]
    } else if params.is_empty() {
        Vec::new()
    } else {
        params.split('|').map(rapi_fixtures::unescape).collect()
    };
    Parts {
        code: rapi_core::Code::new([first, second]),
        params,
        seq: u8::from_str_radix(row.cell("seq"), 16).ok().and_then(SeqId::new),
        check: match row.cell("ck_kind") {
            "xor" => Check::Xor,
            "sum" => Check::Sum,
            "none" => Check::None,
            other => panic!("{}: checksum {other}", vector.id()),
        },
    }
}

#[test]
fn a_valid_and_clean_line_decodes_to_its_fields_and_encodes_back_to_its_bytes() {
    let mut count = 0;
    for vector in vectors().iter().filter(|v| v.is("valid") && v.is("clean_syntax")) {
        let results = results(vector);
        let [result] = &results[..] else { panic!("{}: {results:?}", vector.id()) };
        if ODD_SEQUENCE_IDS.contains(&vector.id()) {
            assert_eq!(result, &Err(FrameError::SequenceId), "{}", vector.id());
            continue;
        }
        let (_, parts) = result.as_ref().unwrap_or_else(|e| panic!("{}: {e}", vector.id()));
        assert_eq!(parts, &expected(vector), "{}", vector.id());
        assert_eq!(parts.encode(), vector.raw, "{}", vector.id());
        count += 1;
    }
    assert_eq!(count, 287 - ODD_SEQUENCE_IDS.len());
}

#[test]
fn an_invalid_line_gives_the_reason() {
    use FrameError as E;
    let mut count = 0;
    for vector in vectors().iter().filter(|v| !v.is("valid")) {
        let results = results(vector);
        let error = match &results[..] {
            [] => None,
            [Err(error)] => Some(*error),
            [Ok((_, parts))] => {
                // The form is right, the content is not.
                match vector.row.cell("reason") {
                    "field state is not hex" => {
                        let line = &vector.raw[..vector.raw.len() - 1];
                        let frame = Frame::parse(line, Sender::Controller).unwrap();
                        assert!(
                            matches!(Notification::decode(&frame), Some(Err(_))),
                            "{}",
                            vector.id()
                        );
                    }
                    reason => panic!("{}: {reason}: accepted as {parts:?}", vector.id()),
                }
                count += 1;
                continue;
            }
            more => panic!("{}: {more:?}", vector.id()),
        };
        let fits = match vector.row.cell("reason") {
            "checksum mismatch" => matches!(
                error,
                // Where the digits are odd, that is said before they are compared; a `*` in a text
                // is a mark, and what follows are no digits. Of a controller a `*` is wrong anyway.
                Some(E::Checksum { .. } | E::ChecksumSyntax | E::ChecksumKind)
            ),
            "checksum not two upper-case hex digits" | "second checksum mark" => {
                error == Some(E::ChecksumSyntax)
            }
            "no $" | "no $: ignored" | "no CR" | "no CR: frame stays open, no reply" => {
                error.is_none()
            }
            "overlong: silently dropped" => error == Some(E::TooLong),
            "more than 10 tokens" => error == Some(E::TooManyTokens),
            "no checksum, but this dialect always sends XOR" => error == Some(E::ChecksumMissing),
            "bad sequence id" => error == Some(E::SequenceId),
            "code is neither OK nor NK" => error == Some(E::Code),
            // V440 has the checksum of another line as well.
            "non-printable byte" => matches!(error, Some(E::Byte | E::Checksum { .. })),
            "field state is not hex" => false,
            other => panic!("{}: unknown reason {other}", vector.id()),
        };
        assert!(fits, "{}: {} gave {error:?}", vector.id(), vector.row.cell("reason"));
        count += 1;
    }
    assert_eq!(count, 50);
}

#[test]
fn an_odd_command_that_a_controller_accepts_is_refused_or_resynchronised() {
    for vector in vectors() {
        if !vector.is("valid") || vector.is("clean_syntax") || sender(&vector) != Sender::Client {
            continue;
        }
        let results = results(&vector);
        if RESYNCHRONISED.contains(&vector.id()) {
            let Some(Ok((line, parts))) = results.last() else {
                panic!("{}: {results:?}", vector.id())
            };
            assert_eq!(parts.code.to_string(), vector.row.cell("code"), "{}", vector.id());
            assert!(vector.raw.windows(line.len()).any(|window| window == line));
        } else {
            // By its form, or because no command has such a code.
            let refused = |result: &Result<(Vec<u8>, Parts), FrameError>| match result {
                Err(_) => true,
                Ok((line, _)) => {
                    let frame = Frame::parse(line, Sender::Client).unwrap();
                    AnyCommand::try_from(&frame) == Err(DecodeError::UnknownCode)
                }
            };
            let all = !results.is_empty() && results.iter().all(refused);
            assert!(all, "{}: {results:?}", vector.id());
        }
    }
}

#[test]
fn the_last_frame_of_a_stream_with_noise_is_the_one_that_is_meant() {
    for vector in vectors() {
        if !vector.is("valid") || vector.is("clean_syntax") || sender(&vector) == Sender::Client {
            continue;
        }
        let results = results(&vector);
        let Some(Ok((_, parts))) = results.last() else { panic!("{}: {results:?}", vector.id()) };
        assert_eq!(parts, &Parts { seq: None, ..expected(&vector) }, "{}", vector.id());
    }
}

#[test]
fn a_notification_decodes_and_encodes_back_to_its_bytes() {
    let mut count = 0;
    for vector in vectors().iter().filter(|v| v.is("valid") && v.is("clean_syntax")) {
        if vector.row.cell("kind") != "notification" {
            continue;
        }
        let line = &vector.raw[..vector.raw.len() - 1];
        let frame = Frame::parse(line, Sender::Controller).unwrap();
        let notification = Notification::decode(&frame).unwrap().unwrap();
        let mut line = [0; 64];
        let len = notification.encode(dialect(vector), &mut line).unwrap();
        assert_eq!(line[..len], vector.raw, "{}", vector.id());
        if let Notification::Transition { evse, .. } = notification {
            assert!(evse.is_known(), "{}: a known state", vector.id());
        }
        count += 1;
    }
    assert_eq!(count, 29);
}
