//! The promise of a client, tried.

mod figures;

use std::fmt::{self, Debug};

use rapi_client::commands::{
    Enable, GetEnergy, GetPower, GetSettings, GetState, GetTemperatures, GetVersion, SetCurrent,
    SetLcdUpdates,
};
use rapi_client::types::Amps;
use rapi_client::{Client, Command, Dialect, Error, Exchange, Notification, blocking};
use rapi_core::{Frame, Incoming, Response, Sender};
use rapi_server::Policy;

use crate::{Clock, Device, Dice, Elapsed, Kind, Link, Numbered, Said, Stuck, Weather};

pub use figures::{Figures, Wrong};

type Wire = Link<Device<Numbered>, Weather>;
type Outcome<C> = Result<<C as Command>::Response, Error<embedded_io::ErrorKind>>;

enum Either {
    Blocking(blocking::Client<Wire>),
    Asynchronous(Client<Wire>),
}

/// A client and the real `rapi-server` in bad weather: commands, faults, dropped calls, restarts,
/// as the dice fall.
///
/// ```
/// use rapi_client::Dialect;
/// use rapi_testkit::{Dice, Trial};
///
/// let mut trial = Trial::new(Dialect::V3, Dice::new(1), 3);
/// for _ in 0..100 {
///     trial.episode()?;
/// }
/// assert_eq!(trial.figures().recoveries, 100);
/// # Ok::<(), rapi_testkit::Wrong>(())
/// ```
pub struct Trial {
    client: Either,
    clock: Clock,
    dice: Dice,
    figures: Figures,
    dialect: Dialect,
}

impl Debug for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trial").field("figures", &self.figures).finish_non_exhaustive()
    }
}

/// How long a caller of the asynchronous client waits.
const TIMEOUT: u64 = 500_000;
/// What a client may have to read on a good line besides what waits there: the answer, and without
/// ids the versions of the fences.
const ENOUGH: u64 = 200;
const ENOUGH_WITHOUT_IDS: u64 = 8000;

/// How many lines of the device are shown when something is wrong.
const LATELY: usize = 12;

impl Trial {
    /// A fresh client, blocking or asynchronous as the first die falls, and a device that talks
    /// this dialect. A line has a fault `once_in` so many times.
    #[must_use]
    pub fn new(dialect: Dialect, mut dice: Dice, once_in: u32) -> Self {
        let mut more =
            || Dice::new(u64::from(dice.below(0x1_0000)) << 16 | u64::from(dice.below(0x1_0000)));
        let weather = Weather::new(more(), once_in);
        let weather = if dialect.has_sequence_ids() { weather } else { weather.without_ids() };
        let chunks = more();
        Self::with_weather(dialect, dice, weather, chunks)
    }

    /// The same with a weather of its own, and dice for the number of bytes that are read at once.
    #[must_use]
    pub fn with_weather(dialect: Dialect, mut dice: Dice, weather: Weather, chunks: Dice) -> Self {
        let protocol = match dialect {
            Dialect::V1 => "1.0.3",
            Dialect::V2_0 => "2.0.0",
            Dialect::V2_1 => "2.0.1",
            _ => "5.2.1",
        };
        let clock = Clock::new();
        let device = Device::new(Numbered::new(protocol), Policy::new(dialect));
        let link = Link::new(&clock, device, weather).with_chunks(chunks);
        let exchange = Exchange::new(dialect);
        let client = if dice.once_in(2) {
            Either::Blocking(blocking::Client::with_exchange(link, exchange))
        } else {
            Either::Asynchronous(Client::with_exchange(link.with_hesitation(), exchange))
        };
        Self { client, clock, dice, figures: Figures::default(), dialect }
    }

    /// What came of it so far.
    #[must_use]
    pub const fn figures(&self) -> &Figures {
        &self.figures
    }

    /// What the line did, by kind.
    #[must_use]
    pub fn faults(&mut self) -> Vec<(Kind, u64)> {
        self.link().plan.counts().iter().map(|(&kind, &count)| (kind, count)).collect()
    }

    /// Whether the dice are used up; those from a seed never are.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.dice.is_empty()
    }

    /// A few commands in bad weather, then one in good weather, which has to be answered.
    ///
    /// # Errors
    ///
    /// The promise that was broken.
    pub fn episode(&mut self) -> Result<(), Wrong> {
        for _ in 0..=self.dice.below(6) {
            if self.dice.once_in(40) {
                self.link().restart_peer();
                self.link().plan.count(Kind::Restart);
            }
            if self.dice.once_in(8) {
                self.take_notifications();
            }
            self.any_command(false)?;
        }
        self.link().plan.set_calm(true);
        self.link().settle();
        let waiting = self.link().bytes_waiting() as u64;
        let read_before = self.link().bytes_read();
        self.recover()?;
        let read = self.link().bytes_read() - read_before;
        let own = read.saturating_sub(waiting);
        let enough = if self.dialect.has_sequence_ids() { ENOUGH } else { ENOUGH_WITHOUT_IDS };
        if own > enough {
            return Err(Wrong::NotRecovered { outcome: "an answer, at last".into(), bytes: own });
        }
        self.figures.recoveries += 1;
        self.figures.worst_recovery = self.figures.worst_recovery.max(own);
        self.link().plan.set_calm(false);
        Ok(())
    }

    /// Sends commands until one is answered: the first has to be, unless a `$NK` that waits there
    /// may be taken for its own. Without ids each question of a fence may have caused one.
    fn recover(&mut self) -> Result<(), Wrong> {
        let garbled = |trial: &mut Self| match &trial.client {
            Either::Blocking(client) => client.stats().garbled,
            Either::Asynchronous(client) => client.stats().garbled,
        };
        let most = if self.dialect.has_sequence_ids() { 1 } else { 20 };
        for _ in 0..most {
            let before = garbled(self);
            match self.any_command(true) {
                Err(Wrong::NotRecovered { .. }) if garbled(self) > before => {
                    self.figures.garbled_first += 1;
                }
                result => return result,
            }
        }
        self.any_command(true)
    }

    fn any_command(&mut self, must_succeed: bool) -> Result<(), Wrong> {
        match self.dice.below(9) {
            0 => self.exchange(&GetState, must_succeed),
            1 => self.exchange(&GetEnergy, must_succeed),
            2 => self.exchange(&GetSettings, must_succeed),
            3 => self.exchange(&GetPower, must_succeed),
            4 => self.exchange(&GetTemperatures, must_succeed),
            5 => self.exchange(&GetVersion, must_succeed),
            6 => self.exchange(&Enable, must_succeed),
            7 => self.exchange(&SetLcdUpdates { enabled: true }, must_succeed),
            _ => {
                let amps = Amps(6 + u8::try_from(self.dice.below(60)).unwrap_or(0));
                self.exchange(&SetCurrent { amps }, must_succeed)
            }
        }
    }

    fn exchange<C>(&mut self, command: &C, must_succeed: bool) -> Result<(), Wrong>
    where
        C: Command<Response: PartialEq + Debug>,
    {
        self.figures.exchanges += 1;
        let tag = u32::try_from(self.figures.exchanges & 0xffff_ffff).unwrap_or(0);
        self.link().set_tag(tag);
        let read_before = self.link().bytes_read();
        let Some(outcome) = self.send(command, must_succeed)? else {
            self.figures.dropped += 1;
            self.link().plan.count(Kind::Dropped);
            return Ok(());
        };
        // A refusal is an answer too, and so is one with wrong fields: it has to be this command's.
        let answered = matches!(outcome, Ok(_) | Err(Error::Rejected | Error::Reply(_)));
        if let (Err(error), false) = (&outcome, answered) {
            self.figures.failed += 1;
            if must_succeed {
                let bytes = self.link().bytes_read() - read_before;
                return Err(Wrong::NotRecovered { outcome: format!("{error:?}"), bytes });
            }
            return Ok(());
        }
        self.figures.answered += 1;
        self.judge::<C>(&outcome, tag)?;
        if must_succeed && matches!(outcome, Err(Error::Reply(_))) {
            // What was judged to be damaged waited there.
            return self.exchange(command, true);
        }
        Ok(())
    }

    /// Whether the device has said this to this command.
    fn judge<C>(&mut self, outcome: &Outcome<C>, tag: u32) -> Result<(), Wrong>
    where
        C: Command<Response: PartialEq + Debug>,
    {
        // Without ids `$NK` to a damaged command looks like a refusal; it is no answer to another.
        let refused = !self.dialect.has_sequence_ids() && matches!(outcome, Err(Error::Rejected));
        let is_it = |line: &[u8]| read::<C>(line).is_some_and(|read| read == *outcome);
        // Without ids one question for the versions may get the answer to another one.
        let any = C::CODE == GetVersion::CODE && !self.dialect.has_sequence_ids();
        let fits = |said: &&Said| (any || said.tag == tag) && is_it(&said.line);
        let mut genuine = self.link().said().filter(fits);
        if let Some(said) = genuine.next() {
            let misheard = said.misheard;
            drop(genuine);
            self.figures.misheard += u64::from(misheard && !refused);
            return Ok(());
        }
        drop(genuine);
        // The id itself may be what was damaged, in an earlier command.
        if self.link().said().any(|said| said.misheard && is_it(&said.line)) {
            self.figures.misheard += u64::from(!refused);
            return Ok(());
        }
        if self.link().is_made_of_damage(is_it) {
            self.figures.undetectable += 1;
            return Ok(());
        }
        let mut said: Vec<String> = Vec::new();
        for line in self.link().said() {
            let text = String::from_utf8_lossy(&line.line);
            said.push(format!("{}: {}", tag.wrapping_sub(line.tag), text.trim_end()));
        }
        let said = said.split_off(said.len().saturating_sub(LATELY));
        Err(Wrong::Answer { returned: format!("{outcome:?}"), said })
    }

    /// `None` if the call was dropped.
    fn send<C: Command>(
        &mut self,
        command: &C,
        must_succeed: bool,
    ) -> Result<Option<Outcome<C>>, Wrong> {
        match &mut self.client {
            Either::Blocking(client) => Ok(Some(client.send(command))),
            Either::Asynchronous(client) => {
                if !must_succeed && self.dice.once_in(4) {
                    let waits = self.dice.below(40);
                    return Ok(self.clock.run_and_drop(waits, client.send(command)));
                }
                let timed = self.clock.timeout(TIMEOUT, client.send(command));
                match self.clock.run(timed) {
                    Ok(Ok(outcome)) => Ok(Some(outcome)),
                    Ok(Err(Elapsed)) => Ok(Some(Err(Error::Timeout))),
                    Err(Stuck) => Err(Wrong::Stuck),
                }
            }
        }
    }

    fn take_notifications(&mut self) {
        let take = || -> Option<Notification> {
            match &mut self.client {
                Either::Blocking(client) => client.take_notification(),
                Either::Asynchronous(client) => client.take_notification(),
            }
        };
        self.figures.notifications += std::iter::from_fn(take).count() as u64;
    }

    const fn link(&mut self) -> &mut Wire {
        match &mut self.client {
            Either::Blocking(client) => client.get_mut(),
            Either::Asynchronous(client) => client.get_mut(),
        }
    }
}

/// Reads a line as the answer to a command; `None` if it is none.
fn read<C: Command>(line: &[u8]) -> Option<Outcome<C>> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let frame = Frame::parse(line, Sender::Controller).ok()?;
    match Incoming::sort(&frame, Dialect::V1) {
        Ok(Incoming::Reply(reply)) => Some(C::Response::decode(&reply).map_err(Into::into)),
        _ => None,
    }
}
