//! Any bytes to a device: it never panics, sends valid lines only, and executes nothing that was not
//! protected by a checksum, unless it was told to; and with the habits of real controllers it
//! executes what it likes, but answers with valid lines only and goes on.
//!
//! Input: flags (1: commands without a checksum are executed, 2: RAPI 1.0.x, 4: with the habits of
//! real controllers), the number of bytes
//! that the answers of the device are made of, these bytes, what the client sends.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rapi_core::{Check, Command, Frame, Sender, commands};
use rapi_fuzz::{Input, Sample, oracle};
use rapi_server::{Dialect, Handler, MAX_REPLY_LEN, Policy, Rejected, Responder, firmware};

struct Device<'a> {
    answers: Input<'a>,
    again: Input<'a>,
    calls: u32,
}

impl<'a> Device<'a> {
    /// Counts a call and decides what is answered.
    fn answer(&mut self) -> Result<&mut Input<'a>, Rejected> {
        self.calls += 1;
        if self.answers.is_empty() {
            self.answers = self.again;
        }
        if self.answers.u8() % 8 == 7 { Err(Rejected) } else { Ok(&mut self.answers) }
    }
}

macro_rules! rows {
    ($({
        $(#[doc = $doc:literal])+
        $Name:ident $method:ident $code:literal $usage:literal -> $answer:literal
        $class:ident $storage:ident idempotent: $idempotent:literal
        since: $since:literal until: $until:literal feature: $feature:literal $(timeout: $timeout:literal)?;
        $($shape:tt)+
    })+) => {
        impl Handler for Device<'_> {
            $(
                fn $method(
                    &mut self,
                    _: commands::$Name,
                ) -> Result<<commands::$Name as Command>::Response, Rejected> {
                    self.answer().map(Sample::sample)
                }
            )+
        }
    };
}
rapi_core::for_each_command!(rows);

/// What a controller of this generation makes of it.
fn with_habits(flags: u8, mut device: Device<'_>, stream: &[u8]) {
    let habits = match flags >> 3 & 3 {
        0 => firmware::Firmware::V3,
        1 => firmware::Firmware::V9.with_max_line(39),
        _ => firmware::Firmware::V8,
    };
    let mut responder = firmware::Responder::new(habits);
    let mut out = [0; MAX_REPLY_LEN];
    for &byte in stream {
        let before = device.calls;
        let echoed = responder.echoes();
        let answer = responder.push(byte, &mut device, &mut out);
        assert_eq!(answer.echo, echoed.then_some(byte));
        // A heartbeat that is refused tells its state.
        assert!(device.calls - before <= 1);
        assert!(byte == b'\r' || (answer.len == 0 && device.calls == before));
        let mut reply = &out[..answer.len];
        if responder.echoes() && !reply.is_empty() {
            reply =
                reply.strip_suffix(b"\n").expect("an echoing controller ends its replies with LF");
        }
        if let Some((end, line)) = reply.split_last() {
            assert_eq!(*end, b'\r');
            let frame = Frame::parse(line, Sender::Controller).unwrap();
            assert!(matches!(&frame.code().to_bytes(), b"OK" | b"NK"));
        }
    }
    // Whatever came, the next command is heard. The CR may end one that has begun.
    responder.push(b'\r', &mut device, &mut out);
    let before = device.calls;
    for &byte in b"$GV\r" {
        responder.push(byte, &mut device, &mut out);
    }
    assert_eq!(device.calls, before + 1);
}

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let flags = input.u8();
    let dialect = if flags & 2 == 0 { Dialect::V3 } else { Dialect::V1 };
    let allow_unchecked = flags & 1 != 0;
    let policy = Policy::new(dialect).with_unchecked_commands(allow_unchecked);
    let count = usize::from(input.u8());
    let answers = Input::new(input.take(count));
    let mut device = Device { answers, again: answers, calls: 0 };
    let stream = input.rest();
    if flags & 4 != 0 {
        return with_habits(flags, device, stream);
    }
    let mut responder = Responder::<31>::new(policy);
    for (place, &byte) in stream.iter().enumerate() {
        let before = device.calls;
        let mut out = [0; MAX_REPLY_LEN];
        let len = responder.push(byte, &mut device, &mut out);
        let executed = device.calls - before;
        assert!(executed <= 1);
        if byte != b'\r' {
            assert_eq!((executed, len), (0, 0), "something happens before the CR");
            continue;
        }
        // The slow reader sees only what came since the CR before.
        let begin = stream[..place].iter().rposition(|&byte| byte == b'\r').map_or(0, |cr| cr + 1);
        let heard = oracle::lines(&stream[begin..=place], 31);
        let heard = heard.first().copied().flatten();
        let Some(line) = heard else {
            assert_eq!((executed, len), (0, 0), "an answer to nothing");
            continue;
        };
        let protected = oracle::xor_verifies(line) || oracle::sum_verifies(line);
        let bare = !line.iter().any(|byte| matches!(byte, b'^' | b'*'));
        if executed == 1 {
            assert!(protected || (bare && allow_unchecked), "executed without a checksum");
        }
        if len == 0 {
            assert!(executed == 1 && line.starts_with(b"$FR"), "a line without an answer");
            continue;
        }
        let Some((b'\r', reply)) = out[..len].split_last() else { panic!("no CR") };
        let frame = Frame::parse(reply, Sender::Controller).unwrap();
        assert!(matches!(&frame.code().to_bytes(), b"OK" | b"NK"));
        assert_eq!(frame.check(), if flags & 2 == 0 { Check::Xor } else { Check::None });
        if let Some(seq) = frame.seq() {
            assert!(protected || bare);
            let asked = Frame::parse(line, Sender::Client).unwrap();
            assert_eq!(asked.seq(), Some(seq), "an id that was not asked with");
        }
        if executed == 1 && dialect.has_sequence_ids() {
            let asked = Frame::parse(line, Sender::Client).unwrap();
            assert_eq!(frame.seq(), asked.seq(), "executed, but answered without its id");
        }
        assert!(executed == 1 || &frame.code().to_bytes() == b"NK");
    }
});
