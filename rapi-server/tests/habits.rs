//! Every command of the table through both responders, and the odd habits of firmware one by one.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use rapi_core::{AnyCommand, COMMANDS, Command, CommandInfo, Frame, Sender};
use rapi_server::commands;
use rapi_server::firmware::{Firmware, Responder as FirmwareResponder};
use rapi_server::types::ButtonPress;
use rapi_server::{
    Dialect, Handler, MAX_REPLY_LEN, Notification, Policy, Rejected, Responder, respond,
};

/// Writes down what it is told, and refuses it.
#[derive(Default)]
struct Clerk {
    told: Option<String>,
    /// The name of a command that it has not.
    lacks: &'static str,
}

macro_rules! clerk {
    ($({
        $(#[doc = $doc:literal])+
        $Name:ident $method:ident $code:literal $usage:literal -> $answer:literal
        $class:ident $storage:ident idempotent: $idempotent:literal
        since: $since:literal until: $until:literal feature: $feature:literal $(timeout: $timeout:literal)?;
        $($shape:tt)*
    })+) => {
        impl Handler for Clerk {
            fn has(&self, command: &CommandInfo) -> bool {
                command.name != self.lacks
            }

            $(fn $method(
                &mut self,
                command: commands::$Name,
            ) -> Result<<commands::$Name as Command>::Response, Rejected> {
                self.told = Some(format!("{:?}", AnyCommand::$Name(command)));
                Err(Rejected)
            })+
        }
    };
}
rapi_core::for_each_command!(clerk);

/// A device that says nothing of what it has.
struct Silent;
impl Handler for Silent {}

fn strict(line: &[u8]) -> (String, Option<String>) {
    let mut clerk = Clerk::default();
    let policy = Policy::default().with_unchecked_commands(true);
    let mut out = [0; MAX_REPLY_LEN];
    let len = respond(line, policy, &mut clerk, &mut out);
    (String::from_utf8(out[..len].to_vec()).unwrap(), clerk.told)
}

fn lenient(firmware: Firmware, lacks: &'static str, bytes: &[u8]) -> (String, Option<String>) {
    let mut clerk = Clerk { lacks, ..Clerk::default() };
    let mut responder = FirmwareResponder::new(firmware);
    let mut out = [0; MAX_REPLY_LEN];
    let mut sent = Vec::new();
    for &byte in bytes {
        let answer = responder.push(byte, &mut clerk, &mut out);
        sent.extend_from_slice(&out[..answer.len]);
    }
    (String::from_utf8(sent).unwrap(), clerk.told)
}

/// All golden lines of the table with the command that each is.
fn golden() -> Vec<(Vec<u8>, String)> {
    let rows = rapi_fixtures::commands();
    let examples = rows.iter().flat_map(|row| row.cell("xor_examples").split(" ; "));
    let lines = examples.map(|line| line.as_bytes().to_vec());
    let decoded = lines.filter_map(|line| {
        let command = AnyCommand::try_from(&Frame::parse(&line, Sender::Client).ok()?).ok()?;
        let text = format!("{command:?}");
        Some((line, text))
    });
    decoded.collect()
}

#[test]
fn a_method_is_called_with_what_stood_on_the_line_by_both_responders() {
    let golden = golden();
    assert!(golden.len() >= 120, "{} lines", golden.len());
    for (line, command) in &golden {
        let text = String::from_utf8_lossy(line);
        let (sent, told) = strict(line);
        assert_eq!(told.as_ref(), Some(command), "{text}");
        let refused = if line.starts_with(b"$FR") { "" } else { "$NK^21\r" };
        assert_eq!(sent, refused, "{text}");
        // An older form of a command is another one's for a firmware that has both.
        let forms = ["SaveCurrent", "SetVoltage", "Old"];
        if forms.iter().any(|name| command.starts_with(name)) {
            continue;
        }
        let with_end = [&line[..], b"\r"].concat();
        let (_, told) = lenient(Firmware::V9, "", &with_end);
        assert_eq!(told.as_ref(), Some(command), "{text}");
    }
}

#[test]
fn a_device_is_not_told_what_it_has_not_and_has_all_if_it_says_nothing() {
    for info in COMMANDS {
        assert!(Silent.has(info));
        let line = [info.example.sent.as_bytes(), b"\r"].concat();
        let (_, told) = lenient(Firmware::V8, info.name, &line);
        let called = format!("{}(", info.name);
        assert!(told.is_none_or(|told| !told.starts_with(&called)), "{}", info.name);
    }
}

/// Checksums and ids that are cut short, too long or no digits. The words behind `GV` are ignored
/// and make the XOR what the case needs.
#[test]
fn digits_are_read_as_each_generation_reads_them() {
    let executed = |firmware, line: &[u8]| lenient(firmware, "", line).1.is_some();
    for line in [
        &b"$GV aw^3\r"[..], // 03
        b"$GV^35xyz\r",
        b"$GV^35 1 2\r",
        b"$GV at^zz\r", // 00
        b"$GV at^z3\r",
        b"$GV at^3z\r",
        b"$GV at^\r",
        b"$GV*C1\r",
        b"$GV*c1\r",
    ] {
        let text = line.escape_ascii();
        assert!(executed(Firmware::V8, line), "{text}");
        assert!(executed(Firmware::V9, line), "{text}");
    }
    for line in [&b"$GV aw^30\r"[..], b"$GV^53\r", b"$GV*35\r", b"$GV^C1\r", b"$GV aD^3\r"] {
        assert!(!executed(Firmware::V8, line), "{}", line.escape_ascii());
    }
    for line in [&b"$GV aD^3\r"[..], b"$GV au^a1\r", b"$GV^35\r", b"$GV at^z\r", b"$GV a~^0A\r"] {
        assert!(executed(Firmware::V3, line), "{}", line.escape_ascii());
    }
    for line in [&b"$GV aw^3\r"[..], b"$GV a~^0a\r"] {
        assert!(!executed(Firmware::V3, line), "{}", line.escape_ascii());
    }
    // A NUL ends the line for what is read: no checksum is seen behind it.
    assert!(executed(Firmware::V8, b"$GV\0^00\r"));
    for (line, answer) in [
        (&b"$GV :5\r"[..], "$NK :05^3E\r"),
        (b"$GV :A5B\r", "$NK :A5^4F\r"),
        (b"$GV :a5\r", "$NK :A5^4F\r"),
        (b"$GV :00\r", "$NK^21\r"),
        (b"$GV :zz\r", "$NK^21\r"),
        (b"$GV :A5 x\r", "$NK^21\r"),
        (b"$:5\r", "$NK^21\r"),
        // A mark right behind `$` is a part of the code.
        (b"$^5 :05\r", "$NK :05^3E\r"),
        (b"$*5 :05\r", "$NK :05^3E\r"),
    ] {
        assert_eq!(lenient(Firmware::V8, "", line).0, answer, "{}", line.escape_ascii());
    }
    assert_eq!(lenient(Firmware::V3, "", b"$GV :05\r").0, "$NK \r", "3.x knows no ids");
}

#[test]
fn a_line_is_taken_up_to_its_length_and_dropped_beyond() {
    let heard = |firmware: Firmware, length: usize| {
        let line = format!("$GV {}\r", "x".repeat(length - 4));
        let (sent, told) = lenient(firmware, "", line.as_bytes());
        assert_eq!(sent.is_empty(), told.is_none());
        told.is_some()
    };
    for (firmware, most) in [
        (Firmware::V3, 29),
        (Firmware::V8, 31),
        (Firmware::V9, 31),
        (Firmware::V8.with_max_line(20), 20),
        (Firmware::V8.with_max_line(38), 38),
        (Firmware::V8.with_max_line(39), 39),
        (Firmware::V8.with_max_line(40), 39),
        (Firmware::V8.with_max_line(255), 39),
    ] {
        assert!(heard(firmware, most) && !heard(firmware, most + 1), "{firmware:?}");
    }
    assert_eq!(Firmware::V3.dialect(), Dialect::V1);
    assert_eq!(Firmware::V8.dialect(), Dialect::V3);
}

#[test]
fn arguments_are_read_without_a_look_at_what_they_mean() {
    let told = |line: &str| lenient(Firmware::V9, "", format!("{line}\r").as_bytes()).1;
    for (line, command) in [
        ("$FF D 1", "SetDiodeCheck(SetDiodeCheck { enabled: true })"),
        ("$FF D 0", "SetDiodeCheck(SetDiodeCheck { enabled: false })"),
        ("$FF D 1x", "SetDiodeCheck(SetDiodeCheck { enabled: true })"),
        ("$FF Dx 1", "SetDiodeCheck(SetDiodeCheck { enabled: true })"),
        ("$S0 7", "SetLcdType(SetLcdType { kind: Rgb })"),
        ("$S0 0", "SetLcdType(SetLcdType { kind: Monochrome })"),
        ("$SL 1x", "SetServiceLevel(SetServiceLevel { level: L1 })"),
        ("$SL A", "SetServiceLevel(SetServiceLevel { level: Auto })"),
        ("$FB 258", "SetLcdColour(SetLcdColour { colour: LcdColour(2) })"),
        ("$S3 257", "SetTimeLimit(SetTimeLimit { limit: QuarterHours(1) })"),
        ("$SH 257", "SetEnergyLimit(SetEnergyLimit { limit: KilowattHours(1) })"),
        ("$SR 258 1", "SetRelay(SetRelay { relay: Dc2, enabled: true })"),
        ("$SY 65546 6", "SetHeartbeat(SetHeartbeat { interval: Seconds(10), fallback: Amps(6) })"),
        ("$SY", "HeartbeatPulse(HeartbeatPulse)"),
    ] {
        assert_eq!(told(line).as_deref(), Some(command), "{line}");
    }
    // Four words that belong together, or none of them.
    let sensor = "$SN 0 1 10000 3950 -5 850";
    assert_eq!(told(sensor), strict(sensor.as_bytes()).1);
    assert_eq!(told("$SN 0 1"), strict(b"$SN 0 1").1);
    assert_eq!(told("$SN 0 1 10000 3950"), None);
    for refused in ["$FF D 2", "$FF D", "$FF D 1 2", "$SL 3", "$SL", "$SR 4 1", "$SC", "$SC 1 2 3"]
    {
        let told = told(refused);
        assert!(told.is_none_or(|told| told.starts_with("Get")), "{refused}");
    }
}

#[test]
fn a_bare_frame_is_answered_whatever_is_in_it() {
    // What a policy says of the dialect is what is answered.
    let policy = Policy::new(Dialect::V2_1);
    assert_eq!(policy.dialect(), Dialect::V2_1);
    let mut out = [0; MAX_REPLY_LEN];
    let len = respond(b"$GV :05^3E", policy, &mut Silent, &mut out);
    assert_eq!(&out[..len], b"$NK^21\r", "no ids before RAPI 3");
    let len = respond(b"$XX :33^3E", Policy::default(), &mut Silent, &mut out);
    assert_eq!(&out[..len], b"$NK :33^3B\r", "a code that nobody knows");
    for silent in [&b""[..], b"GV^35"] {
        assert_eq!(respond(silent, Policy::default(), &mut Silent, &mut out), 0);
    }
}

#[test]
fn a_reset_forgets_what_has_begun() {
    let mut out = [0; MAX_REPLY_LEN];
    let mut strict = Responder::<31>::new(Policy::default());
    let mut lenient = FirmwareResponder::new(Firmware::V8);
    for &byte in b"$GV^3" {
        assert_eq!(strict.push(byte, &mut Silent, &mut out), 0);
        assert_eq!(lenient.push(byte, &mut Silent, &mut out).len, 0);
    }
    strict.reset();
    lenient.reset();
    for &byte in b"5\r" {
        assert_eq!(strict.push(byte, &mut Silent, &mut out), 0);
        assert!(!lenient.push(byte, &mut Silent, &mut out).line);
    }
    let button = Notification::Button { press: ButtonPress::Long };
    let len = lenient.notify(&button, &mut out);
    assert_eq!(&out[..len], b"$AN 1^3A\r");
    let len = FirmwareResponder::new(Firmware::V3).notify(&button, &mut out);
    assert_eq!(&out[..len], b"$AN 1\r");
}

#[test]
fn an_echo_is_switched_by_the_command_of_its_generation() {
    let echoes = |firmware, bytes: &[u8], kind: bool| {
        struct Kind(bool);
        impl Handler for Kind {
            fn set_echo(&mut self, _: commands::SetEcho) -> Result<(), Rejected> {
                if self.0 { Ok(()) } else { Err(Rejected) }
            }
            fn old_set_echo(&mut self, _: commands::OldSetEcho) -> Result<(), Rejected> {
                Ok(())
            }
            fn set_diode_check(&mut self, _: commands::SetDiodeCheck) -> Result<(), Rejected> {
                Ok(())
            }
        }
        let mut responder = FirmwareResponder::new(firmware);
        let mut out = [0; MAX_REPLY_LEN];
        for &byte in bytes {
            responder.push(byte, &mut Kind(kind), &mut out);
        }
        responder.echoes()
    };
    assert!(echoes(Firmware::V8, b"$FF E 1\r", true));
    assert!(!echoes(Firmware::V8, b"$FF E 1\r", false), "it was refused");
    assert!(!echoes(Firmware::V8, b"$FF D 1\r", true));
    assert!(!echoes(Firmware::V8, b"$FF E 1", true), "it has not ended");
    assert!(echoes(Firmware::V3, b"$SE 1\r", true));
    assert!(!echoes(Firmware::V3, b"$SE 1\r$SE 0\r", true));
    assert!(!echoes(Firmware::V9, b"$SE 1\r", true));
}
