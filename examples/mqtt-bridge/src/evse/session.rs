//! One connection to a station: greeting, polling, commands.

mod care;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail};
use embedded_io_adapters::tokio_1::FromTokio;
use rapi_client::commands::{
    GetCurrentRange, GetEnergy, GetMainsFrequency, GetPower, GetSettings, GetState,
    GetTemperatures, Version,
};
use rapi_client::types::EvseState;
use rapi_client::{Client, Command, Error, HeartbeatSupervisor, Notification, Reply, SeqId, Watch};
use rapi_core::Class;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};
use tracing::{debug, warn};

use self::care::is_lost;
use super::{Answer, Care, Event, Failure, Job, Jobs, Stream, Teller};
use crate::status::Snapshot;
use crate::{clock, rapi};

type Evse = Client<FromTokio<Box<dyn Stream>>>;
type LinkError = Error<std::io::Error>;

/// A GFI self test blocks a controller for 1.2 s.
const REPLY_TIMEOUT: Duration = Duration::from_secs(2);
/// A controller boots for 5 s.
const BOOT_TIMEOUT: Duration = Duration::from_secs(10);
/// All that a greeting may take, however much the line says.
const GREET_TIMEOUT: Duration = Duration::from_secs(30);
/// How often the station is asked, besides what it tells by itself.
const POLL_PERIOD: Duration = Duration::from_secs(1);
/// Temperatures and ranges change slowly: every so many polls.
const SLOW_POLLS: u32 = 10;
/// So many time-outs in a row, and the line is taken for dead.
const PATIENCE: u32 = 3;

/// One connection.
pub(super) struct Session {
    evse: Evse,
    care: Care,
    /// Has the controller go down to a safe current when the bridge is not heard any more, if it can.
    supervisor: Option<HeartbeatSupervisor>,
    began: Instant,
    watch: Watch,
    /// It boots, and until then it is not asked: unless it says something before.
    deaf_until: Option<Instant>,
    next_clock: Instant,
    snapshot: Snapshot,
    /// Whether it knows the frequency of the mains: asked once.
    has_frequency: bool,
    polls: u32,
    time_outs: u32,
}

impl Session {
    pub(super) fn new(stream: Box<dyn Stream>, care: Care) -> Self {
        let mut evse = Client::new(FromTokio::new(stream));
        // A reply to a bridge that was stopped a moment ago may be under way.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        evse.set_next_id(SeqId::from_seed(since.subsec_micros()));
        let now = Instant::now();
        Self {
            evse,
            care,
            supervisor: care.heartbeat,
            began: now,
            watch: Watch::new(),
            deaf_until: None,
            next_clock: now,
            snapshot: Snapshot::default(),
            has_frequency: true,
            polls: 0,
            time_outs: 0,
        }
    }

    /// Talks until the line fails. `Ok` when nobody listens any more.
    pub(super) async fn run(
        &mut self,
        jobs: &mut Jobs,
        connected: &watch::Sender<bool>,
        teller: &Teller,
    ) -> anyhow::Result<()> {
        let version = timeout(GREET_TIMEOUT, self.greet())
            .await
            .context("the charging station talks without end but does not answer")??;
        connected.send_replace(true);
        if !teller.tell(Event::Connected(version)) {
            return Ok(());
        }
        let mut next_poll = Instant::now();
        loop {
            let (hears, next_beat) = (self.deaf_until.is_none(), self.next_beat());
            tokio::select! {
                job = jobs.next() => {
                    let Some(job) = job else { return Ok(()) };
                    let class = job.command.info().class;
                    self.carry_out(job).await?;
                    // What it has changed is news.
                    if class != Class::Read {
                        next_poll = Instant::now();
                    }
                }
                notification = self.evse.next_notification() => {
                    let notification = notification.context("the line to the station failed")?;
                    if self.heed(&notification) && !teller.tell(Event::Restarted) {
                        return Ok(());
                    }
                    next_poll = Instant::now();
                }
                () = sleep_until(self.deaf_until.unwrap_or(next_poll)), if !hears => {
                    self.is_back();
                    if !teller.tell(Event::Restarted) {
                        return Ok(());
                    }
                }
                () = sleep_until(next_beat.unwrap_or(next_poll)), if hears && next_beat.is_some() => {
                    if self.beat().await? && !teller.tell(Event::Restarted) {
                        return Ok(());
                    }
                }
                () = sleep_until(next_poll), if hears => {
                    if self.poll().await? && !teller.tell(Event::Restarted) {
                        return Ok(());
                    }
                    self.set_clock().await?;
                    next_poll = Instant::now() + POLL_PERIOD;
                    teller.snapshots.send_replace(self.snapshot);
                }
            }
        }
    }

    /// Finds out who is there.
    async fn greet(&mut self) -> anyhow::Result<Version> {
        let deadline = Instant::now() + BOOT_TIMEOUT;
        let version = loop {
            match timeout(REPLY_TIMEOUT, self.evse.probe()).await {
                Ok(Ok(version)) => break version,
                Ok(Err(error)) if !error.is_usable() => {
                    return Err(error).context("the line to the station failed");
                }
                result => debug!("no version yet: {result:?}"),
            }
            if Instant::now() >= deadline {
                bail!(
                    "no charging station answers on this line; \
                     is it powered, is it the right port, are RX and TX crossed?"
                );
            }
        };
        // From the first moment on, also while the rest of the bridge gets ready.
        self.beat().await?;
        Ok(version)
    }

    /// Asks for the newest values. `true` if they show that the controller has restarted.
    async fn poll(&mut self) -> anyhow::Result<bool> {
        let snapshot = self.snapshot;
        let state = self.ask(&GetState).await?.ok();
        let restarted = state.and_then(|state| self.watch.state(&state)).is_some();
        if restarted {
            self.is_back();
        }
        self.snapshot = Snapshot {
            state: state.or(snapshot.state),
            settings: self.ask(&GetSettings).await?.ok().or(snapshot.settings),
            power: self.ask(&GetPower).await?.ok().or(snapshot.power),
            energy: self.ask(&GetEnergy).await?.ok().or(snapshot.energy),
            ..snapshot
        };
        let slow = self.polls.is_multiple_of(SLOW_POLLS);
        // Another current may be another maximum, or another service level. And nothing is told or
        // done before it is known.
        let changed = self.snapshot.settings != snapshot.settings;
        if slow || changed || self.snapshot.range.is_none() {
            self.snapshot.range = self.ask(&GetCurrentRange).await?.ok().or(snapshot.range);
        }
        if slow {
            let temperatures = self.ask(&GetTemperatures).await?;
            self.snapshot.temperatures = temperatures.ok().or(snapshot.temperatures);
            if self.has_frequency {
                let mains = self.ask(&GetMainsFrequency).await?;
                self.has_frequency = mains.as_ref().err().is_none_or(is_lost);
                let frequency = mains.ok().map(|mains| mains.frequency);
                self.snapshot.frequency = frequency.or(snapshot.frequency);
            }
        }
        self.polls = self.polls.wrapping_add(1);
        Ok(restarted)
    }

    /// Sends a command. What is no answer this time is told to whoever asks, as refused is not silent; the
    /// line is fine then.
    async fn ask<C: Command>(
        &mut self,
        command: &C,
    ) -> anyhow::Result<Result<C::Response, LinkError>> {
        let result = timeout(REPLY_TIMEOUT, self.evse.send(command)).await;
        let result = result.unwrap_or(Err(Error::Timeout));
        match &result {
            Ok(_) => self.time_outs = 0,
            Err(Error::Rejected) => {
                self.time_outs = 0;
                debug!("${} is refused", C::CODE);
            }
            Err(error) => {
                self.note(error)?;
                warn!("${}: {error}", C::CODE);
            }
        }
        Ok(result)
    }

    async fn carry_out(&mut self, job: Job) -> anyhow::Result<()> {
        let dialect = self.evse.dialect();
        let limit = job.command.info().timeout_ms.into();
        let damaged = self.evse.stats().damaged;
        let sent = timeout(
            REPLY_TIMEOUT.max(Duration::from_millis(limit)),
            self.evse.send_any(&job.command),
        )
        .await;
        let result = sent.unwrap_or(Err(Error::Timeout)).map(|reply| Answer {
            line: reply.map_or(String::new(), |reply| rapi::line(&reply, job.seq, dialect)),
            accepted: reply.is_none_or(|reply: Reply<'_>| reply.accepted()),
            decoded: reply.and_then(|reply| job.command.decode_reply(&reply).ok()),
        });
        let failure = match &result {
            // NK is an answer, too: the line is fine.
            Ok(_) => {
                self.time_outs = 0;
                None
            }
            Err(error) => Some(self.note(error)),
        };
        // Whoever asked may have gone.
        let was_damaged = self.evse.stats().damaged != damaged;
        let _ = job.outcome.send(result.map_err(|error| match error {
            Error::Timeout if was_damaged => Failure::BadChecksum,
            Error::Timeout => Failure::Timeout,
            error => Failure::Line(error.to_string()),
        }));
        failure.unwrap_or(Ok(()))
    }

    /// Decides whether the line is dead.
    fn note(&mut self, error: &LinkError) -> anyhow::Result<()> {
        self.time_outs += 1;
        if !error.is_usable() {
            bail!("{error}");
        }
        if self.time_outs >= PATIENCE {
            bail!("the charging station does not answer any more");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
