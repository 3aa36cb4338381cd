//! What a device answers, and what it does not.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use core::convert::Infallible;
use core::future::Future;
use std::collections::VecDeque;

use proptest::prelude::*;
use rapi_core::{CommandInfo, EncodeError, Frame, MAX_COMMAND_LEN, Sender, Writer};
use rapi_fixtures::vectors;
use rapi_server::commands::{CurrentSet, GetSettings, Restart, SetCurrent};
use rapi_server::commands::{SetHardwareMaximum, Settings};
use rapi_server::types::{Amps, ButtonPress, SettingsFlags};
use rapi_server::{
    Dialect, Error, Handler, MAX_REPLY_LEN, Notification, Policy, Rejected, Responder, Server,
    blocking, respond,
};
use rapi_testkit::poll_times;

#[derive(Default)]
struct Device {
    set: Vec<u8>,
    restarts: usize,
}

impl Handler for Device {
    fn get_settings(&mut self, _: GetSettings) -> Result<Settings, Rejected> {
        Ok(Settings { amps: Amps(24), flags: SettingsFlags(0x21) })
    }

    fn set_current(&mut self, command: SetCurrent) -> Result<CurrentSet, Rejected> {
        self.set.push(command.amps.0);
        let amps = Amps(command.amps.0.clamp(6, 32));
        Ok(CurrentSet { amps: Some(amps), accepted: amps == command.amps })
    }

    fn restart(&mut self, _: Restart) -> Result<(), Rejected> {
        self.restarts += 1;
        Ok(())
    }

    /// `S7 n` of a fork.
    fn other(
        &mut self,
        frame: &Frame<'_>,
        dialect: Dialect,
        line: &mut [u8],
    ) -> Result<usize, EncodeError> {
        if frame.code().to_bytes() != *b"S7" {
            return rapi_core::encode_rejected(frame.seq(), dialect, line);
        }
        let mut writer = Writer::new(line, rapi_core::Code::OK);
        writer.text(frame.fields().next().unwrap_or(b"?"));
        writer.finish(frame.seq(), dialect.reply_check())
    }
}

fn ask_with(policy: Policy, device: &mut Device, bytes: &[u8]) -> String {
    let mut responder = Responder::<MAX_COMMAND_LEN>::new(policy);
    let mut out = [0; MAX_REPLY_LEN];
    let mut sent = Vec::new();
    for &byte in bytes {
        let len = responder.push(byte, device, &mut out);
        sent.extend_from_slice(&out[..len]);
    }
    String::from_utf8(sent).unwrap()
}

fn ask(bytes: &[u8]) -> String {
    ask_with(Policy::default(), &mut Device::default(), bytes)
}

#[test]
fn a_known_command_is_answered_with_its_id_and_an_xor() {
    assert_eq!(ask(b"$GE^26\r"), "$OK 24 0021^25\r");
    assert_eq!(ask(b"$GE*B0\r"), "$OK 24 0021^25\r");
    assert_eq!(ask(b"$GE :A5^48\r"), "$OK 24 0021 :A5^4B\r");
    assert_eq!(ask(b"$SC 40 V^66\r"), "$NK 32^00\r", "clamped, and said so");
}

#[test]
fn a_command_without_a_method_is_refused_with_its_id() {
    assert_eq!(ask(b"$GV^35\r"), "$NK^21\r");
    assert_eq!(ask(b"$GV :A5^5B\r"), "$NK :A5^4F\r");
    assert_eq!(ask(b"$XX :33^3E\r"), "$NK :33^3B\r");
    assert_eq!(ask(b"$SC x V^23\r"), "$NK^21\r", "wrong arguments");
}

/// Firmware without `GE` and without `SC n M`, which has a use of its own for `GE`.
#[derive(Default)]
struct Reduced {
    set: Option<SetCurrent>,
}

impl Handler for Reduced {
    fn has(&self, command: &CommandInfo) -> bool {
        !["GetSettings", "SetHardwareMaximum"].contains(&command.name)
    }

    fn get_settings(&mut self, _: GetSettings) -> Result<Settings, Rejected> {
        panic!("it is not there")
    }

    fn set_hardware_maximum(&mut self, _: SetHardwareMaximum) -> Result<CurrentSet, Rejected> {
        panic!("it is not there")
    }

    fn set_current(&mut self, command: SetCurrent) -> Result<CurrentSet, Rejected> {
        self.set = Some(command);
        Ok(CurrentSet { amps: Some(command.amps), accepted: true })
    }

    fn other(
        &mut self,
        frame: &Frame<'_>,
        dialect: Dialect,
        line: &mut [u8],
    ) -> Result<usize, EncodeError> {
        Writer::new(line, frame.code()).finish(frame.seq(), dialect.reply_check())
    }
}

#[test]
fn a_command_that_is_not_compiled_in_is_not_executed_and_its_code_is_free() {
    let mut device = Reduced::default();
    let mut answer = |line: &[u8]| {
        let mut out = [0; MAX_REPLY_LEN];
        let policy = Policy::default().with_unchecked_commands(true);
        let len = respond(line, policy, &mut device, &mut out);
        String::from_utf8(out[..len].to_vec()).unwrap()
    };
    assert_eq!(answer(b"$GE :A5"), "$GE :A5^48\r");
    assert_eq!(answer(b"$GE 1"), "$GE^26\r", "whatever the arguments");
    assert_eq!(answer(b"$SC 16 V"), "$OK 16^07\r", "another row of the code");
    assert_eq!(answer(b"$SC 32 M"), "$NK^21\r", "which has no row that fits");
    assert_eq!(device.set, Some(SetCurrent { amps: Amps(16) }));
}

#[test]
fn a_damaged_line_is_refused_without_an_id_and_not_executed() {
    let mut device = Device::default();
    assert_eq!(ask_with(Policy::default(), &mut device, b"$SC 16 V :A5^00\r"), "$NK^21\r");
    assert_eq!(
        ask_with(Policy::default(), &mut device, b"$GS 1 2 3 4 5 6 7 8 9 0^31\r"),
        "$NK^21\r"
    );
    assert!(device.set.is_empty());
}

#[test]
fn a_line_that_is_too_long_or_has_no_end_is_not_answered() {
    assert_eq!(ask(b"$FP 0 0 AAAAAAAAAAAAAAAAAAAAA^53\r"), "");
    assert_eq!(ask(b"$GE^26"), "");
    assert_eq!(ask(b"GE^26\r\r\n"), "");
    assert_eq!(ask(b"$GE^2$GE^26\r"), "$OK 24 0021^25\r", "a new $ begins anew");
}

#[test]
fn a_restart_is_executed_and_not_answered() {
    let mut device = Device::default();
    assert_eq!(ask_with(Policy::default(), &mut device, b"$FR^30\r"), "");
    assert_eq!(device.restarts, 1);
}

#[test]
fn a_command_without_a_checksum_is_executed_only_where_that_is_allowed() {
    let mut device = Device::default();
    assert_eq!(ask_with(Policy::default(), &mut device, b"$SC 16 V\r"), "$NK^21\r");
    assert!(device.set.is_empty());
    let policy = Policy::new(Dialect::V3).with_unchecked_commands(true);
    assert_eq!(ask_with(policy, &mut device, b"$SC 16 V\r"), "$OK 16^07\r");
    assert_eq!(device.set, [16]);
}

#[test]
fn an_old_dialect_has_no_checksum_and_a_space() {
    let policy = Policy::new(Dialect::V1);
    assert_eq!(ask_with(policy, &mut Device::default(), b"$GE :A5^48\r"), "$OK 24 0021\r");
    assert_eq!(ask_with(policy, &mut Device::default(), b"$GV^35\r"), "$NK \r");
}

#[test]
fn a_vendors_command_reaches_the_handler() {
    assert_eq!(ask(b"$S7 3^53\r"), "$OK 3^33\r");
    assert_eq!(ask(b"$S8 3^5C\r"), "$NK^21\r");
}

#[test]
fn one_line_can_be_answered_without_a_responder() {
    let mut out = [0; MAX_REPLY_LEN];
    let len = respond(b"$GE^26", Policy::default(), &mut Device::default(), &mut out);
    assert_eq!(&out[..len], b"$OK 24 0021^25\r");
}

/// What a strict device refuses, it refuses for every golden line, and nothing is executed.
#[test]
fn every_golden_command_gets_at_most_one_answer_for_each_line() {
    for vector in vectors() {
        if vector.row.cell("kind") != "command" {
            continue;
        }
        let mut device = Device::default();
        let sent = ask_with(Policy::default(), &mut device, &vector.raw);
        let ends = vector.raw.split(|&byte| byte == b'\r').count() - 1;
        assert!(sent.matches('\r').count() <= ends, "{}: {sent:?}", vector.id());
        if !vector.is("valid") {
            assert!(device.set.is_empty(), "{}", vector.id());
            assert!(sent.is_empty() || sent == "$NK^21\r", "{}: {sent:?}", vector.id());
        }
    }
}

/// A byte stream in memory that ends.
struct Wire {
    incoming: VecDeque<u8>,
    sent: Vec<u8>,
}

impl Wire {
    fn new(incoming: &[u8]) -> Self {
        Self { incoming: incoming.iter().copied().collect(), sent: Vec::new() }
    }

    fn take(&mut self, buffer: &mut [u8]) -> usize {
        let count = buffer.len().min(self.incoming.len()).min(5);
        for place in &mut buffer[..count] {
            *place = self.incoming.pop_front().unwrap();
        }
        count
    }

    /// In small parts, as a full buffer would.
    fn give(&mut self, bytes: &[u8]) -> usize {
        let count = bytes.len().min(4);
        self.sent.extend_from_slice(&bytes[..count]);
        count
    }
}

impl embedded_io::ErrorType for Wire {
    type Error = Infallible;
}

impl embedded_io::Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        Ok(self.take(buffer))
    }
}

impl embedded_io::Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        Ok(self.give(bytes))
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

impl embedded_io_async::Read for Wire {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        Ok(self.take(buffer))
    }
}

impl embedded_io_async::Write for Wire {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        Ok(self.give(bytes))
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    poll_times(1, future).expect("the wire never waits")
}

#[test]
fn both_servers_answer_a_stream_and_tell_what_happens() {
    const ASKED: &[u8] = b"$GE^26\r$GV :A5^5B\rnoise$SC 16 V^65\r";
    const ANSWERED: &str = "$OK 24 0021^25\r$NK :A5^4F\r$OK 16^07\r$AN 1^3A\r";
    let button = Notification::Button { press: ButtonPress::Long };

    let mut device = Device::default();
    let mut server = blocking::Server::new(Wire::new(ASKED), Policy::default());
    let end = core::iter::repeat_with(|| server.serve(&mut device)).find(Result::is_err);
    assert_eq!(end, Some(Err(Error::Closed)));
    server.notify(&button).unwrap();
    assert_eq!(String::from_utf8(server.into_inner().sent).unwrap(), ANSWERED);

    let mut server = Server::new(Wire::new(ASKED), Policy::default());
    let end = core::iter::repeat_with(|| run(server.serve(&mut device))).find(Result::is_err);
    assert_eq!(end, Some(Err(Error::Closed)));
    run(server.notify(&button)).unwrap();
    assert_eq!(String::from_utf8(server.into_inner().sent).unwrap(), ANSWERED);
    assert_eq!(device.set, [16, 16]);
}

proptest! {
    #[test]
    fn whatever_comes_the_next_command_is_answered(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut device = Device::default();
        let sent = ask_with(Policy::default(), &mut device, &[&bytes[..], b"$GE^26\r"].concat());
        prop_assert!(sent.ends_with("$OK 24 0021^25\r"), "{sent:?}");
        for line in sent.split_terminator('\r') {
            prop_assert!(Frame::parse(line.as_bytes(), Sender::Controller).is_ok(), "{line:?}");
        }
    }
}
