//! What a controller can do.

use embedded_io::{Read, Write};
use rapi_core::commands::Version;
use rapi_core::{AnyCommand, COMMANDS, Class, CommandInfo, Reply};

use crate::{Client, Error, blocking};

/// Whether a controller knows a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Support {
    /// It has answered it, or one that is built in together with it, or its firmware is of the
    /// right age and the command needs no option.
    Yes,
    /// It has refused it, or its firmware is too old or too new.
    No,
    /// Only trying would tell, and it is not a command to be tried.
    Unknown,
}

/// What a controller can do, found by asking everything that only reads: `$GV` says which firmware
/// it is, but not what it was built with.
///
/// `$OK` alone proves nothing: firmware 3.x says it to everything. What counts is an answer that has
/// the fields it should have.
///
/// ```
/// # fn ask<T: rapi_client::embedded_io::Read + rapi_client::embedded_io::Write>(
/// #     mut client: rapi_client::blocking::Client<T>,
/// # ) -> Result<(), rapi_client::Error<T::Error>> {
/// use rapi_client::{Command, Support, commands::SetHeartbeat};
///
/// let version = client.probe()?;
/// let capabilities = client.capabilities(&version)?;
/// if capabilities.of(SetHeartbeat::INFO) == Support::Yes { /* .. */ }
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Capabilities {
    firmware: Option<[u16; 3]>,
    tried: u128,
    answered: u128,
}

impl Capabilities {
    /// Nothing is tried yet.
    #[must_use]
    pub fn new(version: &Version) -> Self {
        let firmware = numbers(version.firmware.as_bytes());
        Self { firmware, tried: 0, answered: 0 }
    }

    /// All commands to try: those that only read.
    pub fn questions() -> impl Iterator<Item = AnyCommand> {
        COMMANDS
            .iter()
            .filter(|info| info.class == Class::Read)
            .filter_map(|info| AnyCommand::decode(info.code, Reply::bare_ok().fields()).ok())
    }

    /// Notes what a question was answered.
    pub fn note(&mut self, question: &AnyCommand, reply: &Reply<'_>) {
        let bit = bit_of(question.info());
        self.tried |= bit;
        if reply.accepted() && question.decode_reply(reply).is_ok() {
            self.answered |= bit;
        }
    }

    /// Whether the controller knows a command of the table.
    #[must_use]
    pub fn of(&self, info: &CommandInfo) -> Support {
        if let Some(support) = self.tried(info) {
            return support;
        }
        if self.is_out_of_time(info) {
            return Support::No;
        }
        if let Some(feature) = info.feature {
            // What is built in comes with the question for it, unless that is of later firmware.
            let same = |other: &&&CommandInfo| {
                other.feature == Some(feature) && !self.is_out_of_time(other)
            };
            if let Some(support) = COMMANDS.iter().filter(same).find_map(|other| self.tried(other))
            {
                return support;
            }
        }
        if self.firmware.is_some() && info.feature.is_none() {
            Support::Yes
        } else {
            Support::Unknown
        }
    }

    /// Whether the firmware is too old for a command, or too new.
    fn is_out_of_time(&self, info: &CommandInfo) -> bool {
        let Some(firmware) = self.firmware else { return false };
        let since = numbers(info.since.as_bytes()).unwrap_or([0; 3]);
        let until = info.until.and_then(|until| numbers(until.as_bytes()));
        firmware < since || until.is_some_and(|until| firmware > until)
    }

    fn tried(&self, info: &CommandInfo) -> Option<Support> {
        let bit = bit_of(info);
        (self.tried & bit != 0).then_some(if self.answered & bit == 0 {
            Support::No
        } else {
            Support::Yes
        })
    }
}

/// The place of a command in the table.
fn bit_of(info: &CommandInfo) -> u128 {
    let place = COMMANDS.iter().position(|other| other.name == info.name);
    place
        .and_then(|place| u32::try_from(place).ok())
        .map_or(0, |place| 1_u128.checked_shl(place).unwrap_or(0))
}

/// Three numbers of a version such as `8.2.3`, `D7.1.3` or `4.12.3.EU1`; `None` for a year.
fn numbers(version: &[u8]) -> Option<[u16; 3]> {
    let digits = version.strip_prefix(b"D").or(version.strip_prefix(b"V")).unwrap_or(version);
    let mut parts = digits.splitn(4, |&byte| byte == b'.');
    let mut numbers = [0; 3];
    for number in &mut numbers {
        *number = parts.next()?.iter().try_fold(0_u16, |sum, byte| {
            let digit = byte.checked_sub(b'0').filter(|&digit| digit <= 9)?;
            sum.checked_mul(10)?.checked_add(digit.into())
        })?;
    }
    Some(numbers)
}

impl<T: Read + Write, const RX: usize, const EVENTS: usize> blocking::Client<T, RX, EVENTS> {
    /// Tries everything that only reads: about 30 questions. What is not answered is left out.
    ///
    /// # Errors
    ///
    /// Those of the transport.
    pub fn capabilities(&mut self, version: &Version) -> Result<Capabilities, Error<T::Error>> {
        let mut capabilities = Capabilities::new(version);
        for question in Capabilities::questions() {
            match self.send_any(&question) {
                Ok(Some(reply)) => capabilities.note(&question, &reply),
                Err(error) if !error.is_usable() => return Err(error),
                Ok(None) | Err(_) => {}
            }
        }
        Ok(capabilities)
    }
}

impl<T, const RX: usize, const EVENTS: usize> Client<T, RX, EVENTS>
where
    T: embedded_io_async::Read + embedded_io_async::Write,
{
    /// Tries everything that only reads: about 30 questions. With a time-out for each question of
    /// your own, ask [`Capabilities::questions`] by [`send_any`](Self::send_any) and
    /// [`note`](Capabilities::note) the replies.
    ///
    /// # Errors
    ///
    /// Those of the transport.
    ///
    /// # Cancel safety
    ///
    /// As for [`send`](Self::send); what was found is lost.
    pub async fn capabilities(
        &mut self,
        version: &Version,
    ) -> Result<Capabilities, Error<T::Error>> {
        let mut capabilities = Capabilities::new(version);
        for question in Capabilities::questions() {
            match self.send_any(&question).await {
                Ok(Some(reply)) => capabilities.note(&question, &reply),
                Err(error) if !error.is_usable() => return Err(error),
                Ok(None) | Err(_) => {}
            }
        }
        Ok(capabilities)
    }
}
