//! A station of which only the WiFi gateway can be reached: `GET /r?json=1&rapi=%24GV`.
//!
//! The gateway adds a checksum to what it is given and knows no sequence ids, so both are taken off
//! a command, and put on its reply: which reply belongs to which command is what HTTP says.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::time::Duration;

use rapi_core::{Check, Decoder, Frame, Sender, SeqId, Writer};
use serde::Deserialize;

use super::Stream;

/// The gateway waits half a second for the station, and is slow itself.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A WiFi gateway as a line: one request for each command. Notifications do not come through.
pub(super) struct Gateway {
    agent: ureq::Agent,
    base: String,
    outgoing: Decoder<64>,
    incoming: VecDeque<u8>,
}

#[derive(Deserialize)]
struct Answer {
    ret: Option<String>,
    error: Option<String>,
}

impl Gateway {
    pub(super) fn new(base: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            // 500 says that the station does not answer.
            .http_status_as_error(false)
            .build();
        Self {
            agent: config.into(),
            base: base.to_owned(),
            outgoing: Decoder::new(),
            incoming: VecDeque::new(),
        }
    }

    /// Passes a command on. What does not come back is a time-out for the client.
    fn ask(&mut self) -> io::Result<()> {
        let Ok(command) = self.outgoing.frame(Sender::Client) else { return Ok(()) };
        let url = format!("{}/r?json=1&rapi={}", self.base, query(&command));
        let seq = command.seq();
        let mut response = self.agent.get(&url).call().map_err(problem)?;
        let status = response.status();
        let body = response.body_mut().read_to_string().map_err(problem)?;
        if body.trim().is_empty() {
            // An old gateway, of a station that does not answer.
            return Ok(());
        }
        let answer: Answer = serde_json::from_str(&body).map_err(|_| {
            io::Error::other(format!("{} is no OpenEVSE gateway: it says {status}", self.base))
        })?;
        match (answer.ret, answer.error) {
            (Some(reply), _) => self.incoming.extend(with_id(&reply, seq)),
            (None, Some(error)) if error.contains("TIMEOUT") => {}
            (None, Some(error)) => {
                return Err(io::Error::other(format!("the gateway refuses: {error}")));
            }
            (None, None) => return Err(io::Error::other(format!("the gateway says {status}"))),
        }
        Ok(())
    }
}

fn problem(error: ureq::Error) -> io::Error {
    match error {
        ureq::Error::Timeout(_) => io::ErrorKind::TimedOut.into(),
        ureq::Error::Io(error) => error,
        error => io::Error::other(error.to_string()),
    }
}

/// Code and arguments, percent-encoded.
fn query(command: &Frame<'_>) -> String {
    let mut text = format!("%24{}", command.code());
    for field in command.fields() {
        text.push_str("%20");
        for &byte in field {
            if byte.is_ascii_alphanumeric() {
                text.push(char::from(byte));
            } else {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    text
}

/// A reply with the sequence id that the client waits for. What is no reply is passed on as it is:
/// the client counts it.
fn with_id(reply: &str, seq: Option<SeqId>) -> Vec<u8> {
    let reply = reply.trim_end_matches(['\r', '\n']);
    let mut line = [0; 128];
    let rewritten = Frame::parse(reply.as_bytes(), Sender::Controller).ok().and_then(|frame| {
        let mut writer = Writer::new(&mut line, frame.code());
        for field in frame.fields() {
            writer.text(field);
        }
        writer.finish(seq, Check::Xor).ok()
    });
    match rewritten.and_then(|len| line.get(..len)) {
        Some(line) => line.to_vec(),
        None => format!("{reply}\r").into_bytes(),
    }
}

impl Stream for Gateway {
    /// A request is answered or not: there is nothing to wait for behind it.
    fn set_timeout(&mut self, _timeout: Duration) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Gateway {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.incoming.is_empty() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.incoming.read(buffer)
    }
}

impl Write for Gateway {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for &byte in bytes {
            if self.outgoing.push(byte) {
                self.ask()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gateway_is_given_neither_id_nor_checksum() {
        let command = Frame::parse(b"$FP 0 0 1+1=2 :07^2B", Sender::Client).unwrap();
        assert_eq!(query(&command), "%24FP%200%200%201%2B1%3D2");
    }

    #[test]
    fn the_reply_gets_the_id_that_is_waited_for_unless_it_is_damaged() {
        assert_eq!(with_id("$OK 16^07", SeqId::new(0x7f)), b"$OK 16 :7F^6C\r");
        assert_eq!(with_id("$OK", None), b"$OK^20\r");
        assert_eq!(with_id("$OK 17^07", SeqId::new(1)), b"$OK 17^07\r");
    }
}
