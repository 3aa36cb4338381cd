//! RAPI over MQTT: from topic and payload to a command, from a reply to a line.

use std::fmt;

use rapi_core::{
    AnyCommand, COMMANDS, Check, Class, Code, DecodeError, Dialect, EncodeError, Frame, FrameError,
    Reply, Sender, SeqId, Storage, Writer,
};

/// A command that somebody sent over MQTT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// What to send.
    pub command: AnyCommand,
    /// The sequence id that the user wants to see in the answer.
    pub seq: Option<SeqId>,
}

/// Why a command is not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It does not begin with `$`.
    NoCommand,
    /// It has a checksum, which is the bridge's business, or a mark that would begin one.
    Checksum,
    /// It is no RAPI.
    Frame(FrameError),
    /// The table of commands does not have it.
    Unknown(Code),
    /// Its arguments are wrong.
    Arguments(Code, DecodeError),
    /// An argument is out of its range, or the line is too long.
    Encode(&'static str, EncodeError),
    /// It is too dangerous to be let in.
    Forbidden(&'static str, Class),
    /// The EEPROM has been written too often.
    EepromWear(u16),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCommand => f.write_str("a command begins with $, for instance $GS"),
            Self::Checksum => {
                f.write_str("leave the checksum out, and ^ and *: the bridge adds it")
            }
            Self::Frame(error) => write!(f, "this is no RAPI command: {error}"),
            Self::Unknown(code) => write!(f, "the bridge does not know the command ${code}"),
            Self::Arguments(code, error) => {
                write!(f, "{error}; the command is")?;
                let rows = COMMANDS.iter().filter(|info| info.code == *code);
                for (number, info) in rows.enumerate() {
                    write!(f, "{} ${}", if number == 0 { "" } else { " or" }, info.usage)?;
                }
                Ok(())
            }
            Self::Encode(usage, error) => write!(f, "{error}; the command is ${usage}"),
            Self::Forbidden(usage, class) => {
                write!(f, "${usage} is not allowed over MQTT: its class is {class}")
            }
            Self::EepromWear(limit) => write!(
                f,
                "the EEPROM was written {limit} times within a day: use the volatile form, or \
                 start the bridge with a greater --eeprom-writes"
            ),
        }
    }
}

/// What may be sent over MQTT: "check status and change settings", as the guide promises. The class
/// belongs to the exact code and variant: a row of the table.
const ALLOWED: [Class; 4] = [Class::Read, Class::Display, Class::Control, Class::Setting];

/// Reads a command from what follows `rapi/in/` in the topic, and the payload.
///
/// # Errors
///
/// What is wrong with it, in words for the person who sent it. Nothing that is let through can
/// become a second command: the line is not passed on but written anew from what was understood.
pub fn parse(topic: &str, payload: &[u8]) -> Result<Request, Refusal> {
    let mut line = topic.as_bytes().to_vec();
    let payload = payload.trim_ascii();
    if !payload.is_empty() {
        line.push(b' ');
        line.extend_from_slice(payload);
    }
    if line.first() != Some(&b'$') {
        return Err(Refusal::NoCommand);
    }
    if line.contains(&b'^') || line.contains(&b'*') {
        return Err(Refusal::Checksum);
    }
    let frame = Frame::parse(&line, Sender::Client).map_err(Refusal::Frame)?;
    let command = AnyCommand::try_from(&frame).map_err(|error| match error {
        DecodeError::UnknownCode => Refusal::Unknown(frame.code()),
        error => Refusal::Arguments(frame.code(), error),
    })?;
    let usage = command.info().usage;
    // Ranges and length, with the id that the client will add.
    let mut written = [0; 64];
    command
        .encode(Some(SeqId::FIRST), Dialect::V3, &mut written)
        .map_err(|error| Refusal::Encode(usage, error))?;
    let class = command.info().class;
    if !ALLOWED.contains(&class) {
        return Err(Refusal::Forbidden(usage, class));
    }
    Ok(Request { command, seq: frame.seq() })
}

/// Writes a reply as the user would have got it: without the id that the client added, with the
/// one that the user sent, and with a checksum that fits; without CR.
#[must_use]
pub fn line(reply: &Reply<'_>, seq: Option<SeqId>, dialect: Dialect) -> String {
    let code = if reply.accepted() { Code::OK } else { Code::NK };
    let mut buffer = [0; 128];
    let mut writer = Writer::new(&mut buffer, code);
    for field in reply.fields() {
        writer.text(field);
    }
    let seq = seq.filter(|_| dialect.has_sequence_ids());
    let check = if dialect == Dialect::V1 { Check::None } else { Check::Xor };
    let len = writer.finish(seq, check).unwrap_or(0);
    String::from_utf8_lossy(&buffer[..len]).trim_end_matches('\r').to_owned()
}

/// Counts what wears the EEPROM, and says when it is enough.
#[derive(Clone, Debug)]
pub struct EepromGuard {
    limit: u16,
    /// When it was written, in milliseconds, within the last day.
    writes: std::collections::VecDeque<u64>,
}

impl EepromGuard {
    const DAY_MS: u64 = 24 * 3_600_000;

    /// Allows so many writes a day. 100,000 wear an EEPROM out.
    #[must_use]
    pub const fn new(limit: u16) -> Self {
        Self { limit, writes: std::collections::VecDeque::new() }
    }

    /// Lets a command through, or not.
    ///
    /// # Errors
    ///
    /// [`Refusal::EepromWear`] if it would be one write too many within a day.
    pub fn check(&mut self, command: &AnyCommand, now_ms: u64) -> Result<(), Refusal> {
        if !matches!(command.info().storage, Storage::Eeprom | Storage::EepromOnce) {
            return Ok(());
        }
        self.writes.retain(|&write| now_ms.saturating_sub(write) < Self::DAY_MS);
        if self.writes.len() >= usize::from(self.limit) {
            return Err(Refusal::EepromWear(self.limit));
        }
        self.writes.push_back(now_ms);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapi_core::Incoming;
    use rapi_core::commands::{GetVersion, SaveCurrent, SetCurrent};
    use rapi_core::types::Amps;

    fn command(topic: &str, payload: &str) -> Result<AnyCommand, Refusal> {
        parse(topic, payload.as_bytes()).map(|request| request.command)
    }

    #[test]
    fn arguments_may_stand_in_topic_or_payload() {
        let volatile = Ok(AnyCommand::SetCurrent(SetCurrent { amps: Amps(13) }));
        assert_eq!(command("$SC", "13 V"), volatile);
        assert_eq!(command("$SC 13 V", ""), volatile);
        assert_eq!(command("$SC 13", "V\n"), volatile);
        // A space behind the code alone, as old gateways send it, makes nothing else of it.
        let saved = Ok(AnyCommand::SaveCurrent(SaveCurrent { amps: Amps(13) }));
        assert_eq!(command("$SC 13", " "), saved);
        assert_eq!(command("$GV", ""), Ok(AnyCommand::GetVersion(GetVersion)));
    }

    #[test]
    fn a_payload_never_becomes_a_second_command() {
        for payload in ["13\r$FD", "13$FD", "13 V\r", "\r$FD\r", "13\n$FD", "13\0"] {
            let result = command("$SC", payload);
            let same = payload == "13 V\r"; // white space at the ends means nothing
            assert_eq!(result.is_ok(), same, "{payload:?}: {result:?}");
        }
        assert!(matches!(command("$GS\r$FD", ""), Err(Refusal::Frame(_))));
        assert_eq!(command("$GS^30", ""), Err(Refusal::Checksum));
        assert_eq!(command("GS", ""), Err(Refusal::NoCommand));
        assert_eq!(command("", "$GS"), Err(Refusal::NoCommand));
    }

    #[test]
    fn what_the_controller_would_misread_is_refused() {
        for (payload, what) in
            [("256", "out of range"), ("-6", "right kind"), ("16.5", "right kind")]
        {
            let refusal = command("$SC", payload).unwrap_err().to_string();
            assert!(refusal.contains(what), "{payload}: {refusal}");
        }
        assert!(matches!(command("$SC", "5"), Err(Refusal::Encode(..))));
        assert!(matches!(command("$SC", "81 V"), Err(Refusal::Encode(..))));
        assert!(matches!(command("$SC", ""), Err(Refusal::Arguments(..))));
        assert!(matches!(command("$FEabc", ""), Err(Refusal::Frame(FrameError::Code))));
        assert!(matches!(command("$fe", ""), Err(Refusal::Frame(FrameError::Code))));
        assert!(matches!(command("$S9", "1"), Err(Refusal::Unknown(_))));
    }

    /// The golden frames of the reference: what touches safety checks or calibration, or cannot be
    /// undone, never gets through, and everything else does.
    #[test]
    fn what_is_dangerous_is_never_sent() {
        let mut refused = Vec::new();
        for row in rapi_fixtures::commands() {
            for example in row.cell("xor_examples").split(" ; ") {
                let line = example.split('^').next().unwrap_or_default();
                match (parse(line, b""), row.cell("danger")) {
                    (Err(Refusal::Forbidden(..)), _) => refused.push(row.cell("id").to_owned()),
                    // The old ventilation check has the bytes of a voltage of 0 or 1 mV.
                    (Err(Refusal::Encode(..)), _) if row.cell("id") == "SV.old" => {}
                    (Ok(_), "none" | "setting" | "control") => {}
                    (result, danger) => panic!("{example}, {danger}: {result:?}"),
                }
            }
        }
        refused.dedup();
        // FC clears counters for ever; the reference calls that a setting.
        for id in ["SC.M", "FC", "SA", "Z0", "FF.D", "FF.E", "FF.G", "SM", "T0"] {
            assert!(refused.iter().any(|refused| refused == id), "{id}");
        }
    }

    #[test]
    fn the_answer_is_the_line_that_the_user_would_have_got() {
        let frame = Frame::parse(b"$OK 8.2.3 5.2.1 :07^32", Sender::Controller).unwrap();
        let Ok(Incoming::Reply(reply)) = Incoming::sort(&frame, Dialect::V3) else { panic!() };
        assert_eq!(line(&reply, None, Dialect::V3), "$OK 8.2.3 5.2.1^2F");
        assert_eq!(line(&reply, SeqId::new(0xa5), Dialect::V3), "$OK 8.2.3 5.2.1 :A5^41");
        assert_eq!(line(&reply, None, Dialect::V1), "$OK 8.2.3 5.2.1");
        let frame = Frame::parse(b"$OK ", Sender::Controller).unwrap();
        let Ok(Incoming::Reply(reply)) = Incoming::sort(&frame, Dialect::V1) else { panic!() };
        assert_eq!(line(&reply, None, Dialect::V1), "$OK ");
    }

    #[test]
    fn the_eeprom_is_written_only_so_often() {
        let mut guard = EepromGuard::new(2);
        let save = AnyCommand::SaveCurrent(SaveCurrent { amps: Amps(16) });
        let set = AnyCommand::SetCurrent(SetCurrent { amps: Amps(16) });
        assert_eq!(guard.check(&save, 0), Ok(()));
        assert_eq!(guard.check(&save, 1000), Ok(()));
        assert_eq!(guard.check(&save, 86_399_999), Err(Refusal::EepromWear(2)));
        assert_eq!(guard.check(&set, 86_399_999), Ok(()));
        assert_eq!(guard.check(&save, 86_400_000), Ok(()));
    }
}
