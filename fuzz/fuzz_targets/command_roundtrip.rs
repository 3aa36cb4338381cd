//! Every command of the table survives the wire, or is refused because an argument is out of range.
//!
//! Input: the row of the table, the sequence id (0: none), the dialect, the size of the buffer, the
//! arguments.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rapi_core::types::{Amps, LcdColour, ServiceLevel};
use rapi_core::{AnyCommand, Check, Decoder, Dialect, EncodeError, Frame, Sender, SeqId, commands};
use rapi_fuzz::{Input, Sample, oracle};

macro_rules! rows {
    ($({
        $(#[doc = $doc:literal])+
        $Name:ident $method:ident $code:literal $usage:literal -> $answer:literal
        $class:ident $storage:ident idempotent: $idempotent:literal
        since: $since:literal feature: $feature:expr;
        args { $($(#[$arg_doc:meta])* $arg:ident: $Arg:ty $(where $range:expr)?,)* } $(by $hand:ident)?
        reply $($reply:tt)+
    })+) => {
        /// A row with arguments, and whether all of them are in range.
        type Make = fn(&mut Input<'_>) -> (AnyCommand, bool);

        const ROWS: &[Make] = &[$(
            |input| {
                let _ = &input;
                let command = commands::$Name { $($arg: <$Arg>::sample(input),)* };
                let in_range = true $(&& command.$arg.in_range())*;
                (AnyCommand::$Name(command), in_range)
            },
        )+];

        const CODES: &[[u8; 2]] = &[$(*$code,)+];
    };
}
rapi_core::for_each_command!(rows);

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let row = usize::from(input.u8()) % ROWS.len();
    let seq = SeqId::new(input.u8());
    let dialect = match input.u8() % 4 {
        0 => Dialect::V3,
        1 => Dialect::V2_1,
        2 => Dialect::V2_0,
        _ => Dialect::V1,
    };
    let size = usize::from(input.u8());
    let (command, in_range) = ROWS[row](&mut input);

    let mut line = [0; 255];
    let len = match command.encode(seq, dialect, &mut line) {
        Ok(len) => len,
        Err(error) => {
            assert!(!in_range, "{command:?} is refused: {error}");
            assert!(matches!(error, EncodeError::OutOfRange { field: 1.. }), "{error:?}");
            return;
        }
    };
    assert!(in_range, "{command:?} is sent");

    let (line, beyond) = line.split_at(len);
    assert!(beyond.iter().all(|&byte| byte == 0));
    let Some((b'\r', body)) = line.split_last() else { panic!("no CR") };
    assert!(body.len() <= dialect.max_command_len());
    assert!(body.iter().all(|byte| (b' '..=b'~').contains(byte)));
    assert_eq!(body.iter().filter(|&&byte| byte == b'$').count(), 1);
    assert!(oracle::xor_verifies(body));

    let frame = Frame::parse(body, Sender::Client).unwrap();
    assert_eq!(AnyCommand::try_from(&frame), Ok(command));
    assert_eq!(frame.seq(), seq);
    assert_eq!(frame.check(), Check::Xor);
    assert_eq!(frame.code(), command.info().code);
    assert_eq!(frame.code().to_bytes(), CODES[row]);

    let mut decoder = Decoder::<31>::new();
    assert_eq!(decoder.feed(line), Some(len));
    assert_eq!(decoder.frame(Sender::Client), Ok(frame));

    // A buffer of any size: the same line, or an error that names the size.
    let mut small = vec![0; size];
    match command.encode(seq, dialect, &mut small) {
        Ok(again) => assert_eq!(&small[..again], line),
        Err(error) => {
            assert!(size < len);
            let needed = u8::try_from(len).unwrap();
            assert_eq!(error, EncodeError::BufferTooSmall { needed });
        }
    }
});
