//! Every command of the table survives the wire, or is refused because an argument is out of
//! its range or the line too long.
//!
//! Input: the code, which of its rows, the sequence id (0: none), the dialect, the size of the buffer, the
//! arguments.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rapi_core::types::MilliVolts;
use rapi_core::{
    AnyCommand, Check, Command, Decoder, Dialect, EncodeError, Frame, Sender, SeqId, Writer,
    commands,
};
use rapi_fuzz::{Input, Sample, oracle, out_of_range};

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
        /// A row with arguments, and how long its line would be.
        type Make = fn(&mut Input<'_>, Option<SeqId>) -> (AnyCommand, Option<usize>);

        const ROWS: &[Make] = &[$(
            |_input, seq| {
                let command = commands::$Name { $($arg: Sample::sample(_input),)* };
                (AnyCommand::$Name(command), measure(&command, seq))
            },
        )+];

        const CODES: &[[u8; 2]] = &[$(*$code,)+];
    };
}
rapi_core::for_each_command!(rows);

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let row = input.row(CODES);
    let seq = SeqId::new(input.u8());
    // 0 is the usual one.
    let mut dialects = Dialect::ALL.into_iter().rev().cycle().skip(1);
    let dialect = dialects.nth(input.u8().into()).expect("they go round");
    let size = usize::from(input.u8());
    let (command, length) = ROWS[row](&mut input, seq);
    let refusal = refusal(&command, length, seq, dialect);

    let mut line = [0; 255];
    let mut small = vec![0; size];
    let sent = command.encode(seq, dialect, &mut line);
    let again = command.encode(seq, dialect, &mut small);
    if refusal.is_some() {
        assert_eq!(sent.err(), refusal, "{command:?}");
        assert_eq!(again.err(), refusal, "{command:?}, a buffer of {size}");
        return;
    }
    let len = sent.unwrap();
    assert_eq!(Some(len), length);

    let (line, beyond) = line.split_at(len);
    assert!(beyond.iter().all(|&byte| byte == 0));
    let Some((b'\r', body)) = line.split_last() else { panic!("no CR") };
    assert!(body.len() <= dialect.max_command_len());
    assert!(body.iter().all(|byte| (b' '..=b'~').contains(byte)));
    assert_eq!(body.iter().filter(|&&byte| byte == b'$').count(), 1);
    assert!(oracle::xor_verifies(body));

    let frame = Frame::parse(body, Sender::Client).unwrap();
    assert_eq!(AnyCommand::try_from(&frame), Ok(on_the_wire(command)));
    assert_eq!(frame.seq(), seq);
    assert_eq!(frame.check(), Check::Xor);
    assert_eq!(frame.code(), command.info().code);
    assert_eq!(frame.code().to_bytes(), CODES[row]);

    let mut decoder = Decoder::<{ Dialect::LONGEST_COMMAND }>::new();
    assert_eq!(decoder.feed(line), Some(len));
    assert_eq!(decoder.frame(Sender::Client), Ok(frame));

    // A buffer of any size: the same line, or an error that names the size.
    match again {
        Ok(again) => assert_eq!(&small[..again], line),
        Err(error) => {
            assert!(size < len);
            let needed = u8::try_from(len).unwrap();
            assert_eq!(error, EncodeError::BufferTooSmall { needed });
        }
    }
});

/// How long the line would be if nothing limited it; nothing if it is refused for another reason.
fn measure<C: Command>(command: &C, seq: Option<SeqId>) -> Option<usize> {
    let mut line = [0; 255];
    let mut writer = Writer::new(&mut line, C::CODE);
    command.encode_args(&mut writer);
    writer.finish(seq, Check::Xor).ok()
}

/// Why a command has to be refused.
fn refusal(
    command: &AnyCommand,
    length: Option<usize>,
    seq: Option<SeqId>,
    dialect: Dialect,
) -> Option<EncodeError> {
    if let Some(field) = out_of_range(command) {
        let too_long = matches!(command, AnyCommand::SetHeartbeat(set) if set.interval.0 > 65);
        return Some(match field {
            1 if too_long => EncodeError::IntervalTooLong { field },
            _ => EncodeError::OutOfRange { field },
        });
    }
    if let AnyCommand::PrintText(print) = command {
        let words = print.text.as_str().split(' ').count();
        // Code, column and row come before, the id behind.
        let tokens = 3 + words + usize::from(seq.is_some());
        if tokens > 10 {
            return Some(EncodeError::TooManyTokens { tokens: u8::try_from(tokens).unwrap() });
        }
    }
    let length = u8::try_from(length.expect("arguments in range") - 1).unwrap();
    let limit = u8::try_from(dialect.max_command_len()).unwrap();
    (length > limit).then_some(EncodeError::CommandTooLong { length, limit })
}

/// The command that a device takes it for: an old form may have the bytes of a newer command.
fn on_the_wire(command: AnyCommand) -> AnyCommand {
    match command {
        AnyCommand::OldSetVentCheck(old) => AnyCommand::SetVoltage(commands::SetVoltage {
            voltage: MilliVolts(i32::from(old.enabled)),
        }),
        other => other,
    }
}
