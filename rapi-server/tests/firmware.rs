//! What real controllers make of lines that no client should send.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use proptest::prelude::*;
use rapi_core::{CommandInfo, Frame, Sender};
use rapi_server::commands::{
    AcknowledgeHeartbeat, CurrentSet, GetHeartbeat, Heartbeat, HeartbeatSet, PrintText,
    SaveCurrent, SetAmmeterCalibration, SetClock, SetCurrent, SetDelayTimer, SetEcho,
    SetHardwareMaximum, SetLcdUpdates, SetLifetimeEnergy, TuneRelay,
};
use rapi_server::firmware::{Firmware, Responder};
use rapi_server::types::{Amps, HeartbeatTrigger, SignedSeconds};
use rapi_server::{Dialect, Handler, MAX_REPLY_LEN, Rejected};

/// Writes down what it is told.
#[derive(Default)]
struct Log {
    told: Vec<String>,
    old: bool,
}

impl Log {
    fn note(&mut self, what: impl core::fmt::Debug) {
        self.told.push(format!("{what:?}"));
    }
}

impl Handler for Log {
    fn has(&self, command: &CommandInfo) -> bool {
        !self.old || command.name != "SetHardwareMaximum"
    }
    fn set_current(&mut self, command: SetCurrent) -> Result<CurrentSet, Rejected> {
        self.note(command);
        Ok(CurrentSet { amps: Some(command.amps), accepted: true })
    }
    fn save_current(&mut self, command: SaveCurrent) -> Result<CurrentSet, Rejected> {
        self.note(command);
        Ok(CurrentSet { amps: Some(command.amps), accepted: true })
    }
    fn set_hardware_maximum(
        &mut self,
        command: SetHardwareMaximum,
    ) -> Result<CurrentSet, Rejected> {
        self.note(command);
        Ok(CurrentSet { amps: Some(command.amps), accepted: true })
    }
    fn set_ammeter_calibration(&mut self, command: SetAmmeterCalibration) -> Result<(), Rejected> {
        self.note(command);
        Ok(())
    }
    fn set_clock(&mut self, command: SetClock) -> Result<(), Rejected> {
        self.note(command);
        Ok(())
    }
    fn set_delay_timer(&mut self, command: SetDelayTimer) -> Result<(), Rejected> {
        self.note(command);
        Ok(())
    }
    fn set_lifetime_energy(&mut self, command: SetLifetimeEnergy) -> Result<(), Rejected> {
        self.note(command);
        Ok(())
    }
    fn set_lcd_updates(&mut self, command: SetLcdUpdates) -> Result<(), Rejected> {
        self.note(command);
        Ok(())
    }
    fn print_text(&mut self, command: PrintText) -> Result<(), Rejected> {
        self.told.push(String::from_utf8_lossy(command.text.as_bytes()).into_owned());
        Ok(())
    }
    fn tune_relay(&mut self, command: TuneRelay) -> Result<(), Rejected> {
        self.note(command);
        Ok(())
    }
    fn set_echo(&mut self, command: SetEcho) -> Result<(), Rejected> {
        self.note(command);
        Ok(())
    }
    fn acknowledge_heartbeat(&mut self, _: AcknowledgeHeartbeat) -> Result<HeartbeatSet, Rejected> {
        self.get_heartbeat(GetHeartbeat).map(|heartbeat| HeartbeatSet { heartbeat, accepted: true })
    }
    fn get_heartbeat(&mut self, _: GetHeartbeat) -> Result<Heartbeat, Rejected> {
        Ok(Heartbeat {
            interval: SignedSeconds(10),
            fallback: Amps(6),
            trigger: HeartbeatTrigger::Never,
        })
    }
}

/// Returns what is sent and what the device was told.
fn say(responder: &mut Responder, device: &mut Log, bytes: &[u8]) -> (String, String) {
    device.told.clear();
    let mut out = [0; MAX_REPLY_LEN];
    let mut sent = Vec::new();
    for &byte in bytes {
        let answer = responder.push(byte, device, &mut out);
        sent.extend(answer.echo);
        sent.extend_from_slice(&out[..answer.len]);
    }
    (String::from_utf8_lossy(&sent).into_owned(), device.told.join(" "))
}

fn check(firmware: Firmware, cases: &[(&[u8], &str, &str)]) {
    for (bytes, sent, told) in cases {
        let (mut responder, mut device) = (Responder::new(firmware), Log::default());
        let said = say(&mut responder, &mut device, bytes);
        assert_eq!(said, ((*sent).to_owned(), (*told).to_owned()), "{}", bytes.escape_ascii());
    }
}

#[test]
fn every_character_of_a_number_counts_and_it_is_cut_to_its_size() {
    check(
        Firmware::V8,
        &[
            (b"$SC 262\r", "$OK 6^36\r", "SaveCurrent { amps: Amps(6) }"),
            (b"$SC -6\r", "$OK 232^33\r", "SaveCurrent { amps: Amps(232) }"),
            (b"$SC 16.5\r", "$OK 49^0D\r", "SaveCurrent { amps: Amps(49) }"),
            (b"$SC  24\r", "$OK 0^30\r", "SetCurrent { amps: Amps(0) }"),
            (b"$SC 16 x\r", "$OK 16^07\r", "SetCurrent { amps: Amps(16) }"),
            (b"$SC 16 Mx\r", "$OK 16^07\r", "SetHardwareMaximum { amps: Amps(16) }"),
            (b"$SK 4294967297\r", "$OK^20\r", "SetLifetimeEnergy { energy: WattHours(1) }"),
            (
                b"$SA -5 65535\r",
                "$OK^20\r",
                "SetAmmeterCalibration { scale: Wrapped16(-25), offset: Wrapped16(-1) }",
            ),
            (b"$F0 x\r", "$OK^20\r", "SetLcdUpdates { enabled: true }"),
        ],
    );
}

#[test]
fn generations_differ() {
    check(
        Firmware::V3,
        &[
            (
                b"$SA -5 7\r",
                "$OK \r",
                "SetAmmeterCalibration { scale: Wrapped16(-5), offset: Wrapped16(7) }",
            ),
            // One digit is the high one: 20 is the checksum of `GC`, which nobody answers here.
            (b"$SC 1^10\r", "$NK \r", ""),
            (b"$SK 1 2 3\r", "$OK \r", "SetLifetimeEnergy { energy: WattHours(1) }"),
            (b"$FP 0\r", "$OK \r", ""),
            // 30 bytes before CR are one too many.
            (b"$FP 0 0 ABCDEFGHIJKLMNOPQRSTUV\r", "", ""),
        ],
    );
    check(Firmware::V9, &[(b"$SC -6\r", "$OK 250^37\r", "SaveCurrent { amps: Amps(250) }")]);
    let (mut responder, mut device) =
        (Responder::new(Firmware::V8), Log { old: true, ..Log::default() });
    let (_, told) = say(&mut responder, &mut device, b"$SC 16 M\r");
    assert_eq!(told, "SetCurrent { amps: Amps(16) }", "M means nothing yet");
}

#[test]
fn up_to_4_12_hours_that_begin_with_0_switch_the_timer_off() {
    let timer = |hours: [u8; 4]| {
        let [start_hour, start_minute, stop_hour, stop_minute] = hours;
        format!("{:?}", SetDelayTimer { start_hour, start_minute, stop_hour, stop_minute })
    };
    let (off, on, late) = (timer([0; 4]), timer([1, 5, 2, 1]), timer([10, 5, 2, 1]));
    check(Firmware::V3, &[(b"$ST 01 05 02 01\r", "$OK \r", &off)]);
    let cases: &[(&[u8], &str, &str)] =
        &[(b"$ST 01 05 02 01\r", "$OK^20\r", &off), (b"$ST 10 05 02 01\r", "$OK^20\r", &late)];
    check(Firmware::V4, cases);
    check(Firmware::V4, &[(b"$ST 01 05 02\r", "$NK^21\r", "")]);
    check(Firmware::V8, &[(b"$ST 01 05 02 01\r", "$OK^20\r", &on)]);
    check(Firmware::V4, &[(b"$SC 06\r", "$OK 6^36\r", "SaveCurrent { amps: Amps(6) }")]);
}

#[test]
fn firmware_3_11_says_ok_to_settings_that_it_does_not_know() {
    for (line, answer) in [
        (&b"$SX 1 2\r"[..], "$OK \r"),
        (b"$SC\r", "$OK \r"),
        (b"$GX\r", "$NK \r"),
        (b"$FX\r", "$NK \r"),
        (b"$SX^00\r", "$NK \r"),
    ] {
        check(Firmware::V3_11, &[(line, answer, "")]);
        check(Firmware::V3, &[(line, "$NK \r", "")]);
    }
}

#[test]
fn firmware_up_to_5_1_can_be_built_without_ids_and_without_checksums() {
    let amps = "SetCurrent { amps: Amps(16) }";
    check(
        Firmware::V8.with_dialect(Dialect::V2_1),
        &[
            (b"$XX :05\r", "$NK^21\r", ""),
            (b"$SC 16 :05\r", "$OK 16^07\r", amps),
            (b"$SC 16 V :05\r", "$NK^21\r", ""),
        ],
    );
    check(
        Firmware::V4.with_dialect(Dialect::V1),
        &[
            (b"$XX :05\r", "$NK\r", ""),
            (b"$F0 1\r", "$OK\r", "SetLcdUpdates { enabled: true }"),
            (b"$SC 16 V\r", "$OK 16\r", amps),
            (b"$SC 16 V^00\r", "$NK\r", ""),
        ],
    );
}

#[test]
fn how_many_words_there_are_matters_mostly() {
    check(
        Firmware::V8,
        &[
            (b"$ST 1 2 3\r", "$NK^21\r", ""),
            (b"$Z0 100\r", "$OK^20\r", ""),
            (b"$SY 164\r", "$NK 10 6 0^06\r", ""),
            (b"$SY 421\r", "$OK 10 6 0^07\r", ""),
            (b"$FP 0 0\r", "$NK^21\r", ""),
            (b"$FP 0 0 a  b\r", "$OK^20\r", "a  b"),
            (b"$FP 0 0 a b c d e f g h\r", "$NK^21\r", ""),
        ],
    );
}

#[test]
fn what_an_older_line_has_left_shows_through() {
    let (mut responder, mut device) = (Responder::new(Firmware::V8), Log::default());
    say(&mut responder, &mut device, b"$SK 500 600^3F\r$GU^36\r");
    let (_, told) = say(&mut responder, &mut device, b"$SK^3C\r");
    assert_eq!(told, "SetLifetimeEnergy { energy: WattHours(49) }");
    say(&mut responder, &mut device, b"$GV ^35\r");
    assert_eq!(say(&mut responder, &mut device, b"$GV :\r").0, "$NK :05^3E\r");
}

#[test]
fn the_echo_goes_on_and_never_off() {
    let (mut responder, mut device) = (Responder::new(Firmware::V8), Log::default());
    assert_eq!(say(&mut responder, &mut device, b"$FF E 0\r").0, "$OK^20\r\n");
    assert_eq!(say(&mut responder, &mut device, b"\n$FF E 0\r").0, "\n$FF E 0\r$OK^20\r\n");
    assert_eq!(say(&mut responder, &mut device, b"$FR\r").0, "$FR\r", "which is never answered");
    responder.reset();
    assert!(!responder.echoes());
    let mut responder = Responder::new(Firmware::V3);
    say(&mut responder, &mut device, b"$SK 1 2 3 4 5 6 7 8 9 10\r");
    assert!(responder.echoes(), "the eleventh token overwrites the switch");
}

proptest! {
    #[test]
    fn whatever_comes_the_next_command_is_answered(
        bytes in prop::collection::vec(
            prop_oneof![any::<u8>(), prop::sample::select(&b"$ ^*:0SCFPKGE\r\0"[..])], 0..300,
        ),
        old in any::<bool>(),
    ) {
        let firmware = if old { Firmware::V3 } else { Firmware::V8 };
        let (mut responder, mut device) = (Responder::new(firmware), Log::default());
        let mut out = [0; MAX_REPLY_LEN];
        for &byte in &bytes {
            let answer = responder.push(byte, &mut device, &mut out);
            prop_assert!(answer.len == 0 || byte == b'\r');
            let reply = out[..answer.len].strip_suffix(b"\n").unwrap_or(&out[..answer.len]);
            if let Some(line) = reply.strip_suffix(b"\r") {
                prop_assert!(Frame::parse(line, Sender::Controller).is_ok());
            }
        }
        let (sent, told) = say(&mut responder, &mut device, b"$SC 16\r");
        prop_assert!(sent.contains("$OK 16"), "{sent:?}");
        prop_assert_eq!(told, "SaveCurrent { amps: Amps(16) }");
    }
}
