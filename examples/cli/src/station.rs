//! The station: a client on a line, with what every part of the program wants of it.

use std::fmt;
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{anyhow, bail};
use rapi_client::commands::Version;
use rapi_client::{Capabilities, Command, Dialect, Error, Notification, SeqId, blocking};
use rapi_core::{AnyCommand, AnyResponse, CommandInfo, Reply, ReplyError};
use rapi_sim::EvseAddress;

use crate::line::Line;
use crate::problem::Problem;
use crate::send;

/// A controller boots for 5 s: so many probes of half a second each.
const PROBES: u32 = 12;
/// A damaged line is rare, two in a row are not to be expected.
const ATTEMPTS: u8 = 3;

/// A station that answers.
pub struct Station {
    client: blocking::Client<Line, 128, 16>,
    /// Where it is.
    pub address: EvseAddress,
    /// What it says it is.
    pub version: Version,
}

impl Station {
    /// Opens the line and finds out who is there; with `trace` what goes over it is told.
    /// Of `dialect` counts what cannot be found out.
    pub fn connect(address: &EvseAddress, trace: bool, dialect: Dialect) -> anyhow::Result<Self> {
        let exchange = rapi_client::Exchange::new(dialect);
        let mut client = blocking::Client::with_exchange(Line::open(address, trace)?, exchange);
        // A reply to a program that was stopped a moment ago may be under way.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        client.set_next_id(SeqId::from_seed(now.subsec_micros()));
        for _ in 0..PROBES {
            match client.probe() {
                Ok(version) => return Ok(Self { client, address: address.clone(), version }),
                Err(error) if error.is_usable() => {}
                Err(error) => return Err(explain(error, address)),
            }
        }
        bail!(
            "no charging station answers on {address}; is it powered, is it the right port, \
             are RX and TX crossed?"
        )
    }

    /// Sends a command. `None` if the station refuses it or says something unexpected: it may have
    /// been built without.
    pub fn ask<C: Command>(&mut self, command: &C) -> anyhow::Result<Option<C::Response>> {
        match self.client.send_retrying(command, ATTEMPTS) {
            Ok(response) => Ok(Some(response)),
            Err(Error::Rejected | Error::Reply(_)) => Ok(None),
            Err(error) => Err(explain(error, &self.address)),
        }
    }

    /// Sends any command and decodes the answer; `None` if it is never answered.
    pub fn send(&mut self, command: &AnyCommand) -> Result<Option<AnyResponse>, Problem> {
        let info = command.info();
        let decode = |reply: Option<Reply<'_>>| reply.map(|reply| command.decode_reply(&reply));
        let answer = if info.idempotent {
            self.retry(|client| client.send_any(command).map(decode))
        } else {
            self.client.send_any(command).map(decode)
        };
        let answer = answer.map_err(|error| match error {
            Error::Timeout if !info.idempotent => anyhow!(
                "no answer to ${}: whether it was executed is not known, so it is not repeated; \
                 look with rapi status",
                info.usage
            ),
            error => explain(error, &self.address),
        });
        match answer? {
            None => Ok(None),
            Some(Ok(response)) => Ok(Some(response)),
            Some(Err(ReplyError::Rejected)) => Err(Problem::Refused(refusal(info, &self.version))),
            Some(Err(error)) => Err(anyhow!("${}: {error}", info.usage).into()),
        }
    }

    /// Sends what the table does not have, and returns the reply as it came, without id and check;
    /// nothing if it is never answered.
    pub fn raw(&mut self, line: &str) -> anyhow::Result<Option<String>> {
        match self.client.send_raw(line.as_bytes()) {
            Ok(reply) => Ok(reply.map(|reply| reply.to_string())),
            Err(error) => Err(explain(error, &self.address)),
        }
    }

    /// Finds out what it can do, by asking everything that only reads.
    pub fn capabilities(&mut self) -> anyhow::Result<Capabilities> {
        self.client.capabilities(&self.version).map_err(|error| explain(error, &self.address))
    }

    /// Asks again when nothing came or a line was damaged: for what may be repeated only.
    fn retry<T>(
        &mut self,
        ask: impl Fn(&mut blocking::Client<Line, 128, 16>) -> Result<T, Error<io::Error>>,
    ) -> Result<T, Error<io::Error>> {
        for _ in 1..ATTEMPTS {
            match ask(&mut self.client) {
                Err(Error::Timeout | Error::Garbled) => {}
                result => return result,
            }
        }
        ask(&mut self.client)
    }

    /// Waits for a notification for as long as no byte takes longer than `timeout`.
    pub fn listen(&mut self, timeout: std::time::Duration) -> anyhow::Result<Option<Notification>> {
        self.client.get_mut().set_timeout(timeout)?;
        let heard = self.client.next_notification();
        self.client.get_mut().set_timeout(crate::line::TIMEOUT)?;
        match heard {
            Ok(notification) => Ok(Some(notification)),
            Err(Error::Timeout) => Ok(None),
            Err(error) => Err(explain(error, &self.address)),
        }
    }

    /// Returns a notification that came while an answer was waited for.
    pub fn take_notification(&mut self) -> Option<Notification> {
        self.client.take_notification()
    }

    /// How it talks.
    pub const fn dialect(&self) -> Dialect {
        self.client.dialect()
    }

    /// What the line has lost so far.
    pub const fn stats(&self) -> rapi_client::Stats {
        self.client.stats()
    }
}

/// The station does not answer, but the line is there: it may be restarting.
#[derive(Debug)]
pub struct Silent(EvseAddress);

impl fmt::Display for Silent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the station on {} does not answer", self.0)
    }
}

impl std::error::Error for Silent {}

fn explain(error: Error<io::Error>, address: &EvseAddress) -> anyhow::Error {
    match error {
        Error::Timeout => anyhow::Error::new(Silent(address.clone())),
        Error::Closed => anyhow!("the line to {address} was closed; is somebody else using it?"),
        Error::Transport(error) => anyhow!("the line to {address} failed: {error}"),
        Error::Encode(reason) => anyhow!("{error}{}", send::way_out(reason)),
        error => anyhow::Error::new(error),
    }
}

/// `$NK` has many reasons: says those that can be known.
fn refusal(info: &CommandInfo, version: &Version) -> String {
    let mut text = format!("the station refuses ${}", info.usage);
    text.push_str(&format!(" (its firmware is {}; known since {}", version.firmware, info.since));
    if let Some(until) = info.until {
        text.push_str(&format!(" until {until}"));
    }
    if let Some(feature) = info.feature {
        text.push_str(&format!(", if built with {feature}"));
    }
    text.push(')');
    text
}
