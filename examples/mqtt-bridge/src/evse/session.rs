//! One connection to a station: greeting, polling, commands.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail};
use embedded_io_adapters::tokio_1::FromTokio;
use rapi_client::commands::{
    AcknowledgeHeartbeat, GetCurrentRange, GetEnergy, GetHeartbeat, GetMainsFrequency, GetPower,
    GetSettings, GetState, GetTemperatures, HeartbeatPulse, SetHeartbeat, Version,
};
use rapi_client::types::{Amps, EvseState, Seconds};
use rapi_client::{Client, Command, Error, Notification, Reply, SeqId};
use rapi_core::Class;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};
use tracing::{debug, info, warn};

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
const DAY: Duration = Duration::from_secs(24 * 3600);
/// So many time-outs in a row, and the line is taken for dead.
const PATIENCE: u32 = 3;

/// One connection.
pub(super) struct Session {
    evse: Evse,
    care: Care,
    /// Whether the controller goes down to a safe current when it hears nothing.
    supervised: bool,
    next_pulse: Instant,
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
            supervised: false,
            next_pulse: now,
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
        info!("charging station: firmware {}, RAPI {}", version.firmware, version.protocol);
        if !teller.tell(Event::Connected(version)) {
            return Ok(());
        }
        let mut next_poll = Instant::now();
        loop {
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
                    if Self::is_restart(notification.context("the line to the station failed")?) {
                        info!("the controller has restarted");
                        self.supervise().await?;
                        self.next_clock = Instant::now();
                        if !teller.tell(Event::Restarted) {
                            return Ok(());
                        }
                    }
                    next_poll = Instant::now();
                }
                () = sleep_until(self.next_pulse), if self.supervised => {
                    if self.pulse().await? && !teller.tell(Event::Restarted) {
                        return Ok(());
                    }
                }
                () = sleep_until(next_poll) => {
                    self.poll().await?;
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
        self.supervise().await?;
        Ok(version)
    }

    /// Has the controller go down to a safe current when the bridge is not heard any more. That is
    /// kept in its EEPROM, so it is written only if it differs.
    async fn supervise(&mut self) -> anyhow::Result<()> {
        let Some((seconds, amps)) = self.care.heartbeat else { return Ok(()) };
        let wanted = (i32::from(seconds), amps);
        let known = self.ask(&GetHeartbeat).await?;
        let known = known.map(|known| (i32::from(known.interval.0), known.fallback.0));
        if known != Some(wanted) {
            let command = SetHeartbeat { interval: Seconds(seconds.into()), fallback: Amps(amps) };
            if self.ask(&command).await?.is_none() {
                warn!("this controller has no heartbeat supervision: RAPI 6.3.0 or newer has");
                return Ok(());
            }
            info!("heartbeat: {amps} A after {seconds} s without a pulse");
        }
        self.supervised = true;
        self.next_pulse = Instant::now();
        Ok(())
    }

    /// Tells the controller that the bridge is alive. `true` if it had missed that: it has another
    /// current then.
    async fn pulse(&mut self) -> anyhow::Result<bool> {
        let (seconds, _) = self.care.heartbeat.unwrap_or_default();
        self.next_pulse = Instant::now() + Duration::from_secs(seconds.into()) / 3;
        let late = self.ask(&HeartbeatPulse).await?.is_some_and(|state| !state.accepted);
        if late {
            warn!("the controller has missed the heartbeat");
            self.ask(&AcknowledgeHeartbeat).await?;
        }
        Ok(late)
    }

    /// Sets the station's clock at the start, after each of its restarts, and once a day.
    async fn set_clock(&mut self) -> anyhow::Result<()> {
        if !self.care.set_clock || Instant::now() < self.next_clock {
            return Ok(());
        }
        self.next_clock = Instant::now() + DAY;
        self.ask(&clock::now()).await?;
        Ok(())
    }

    async fn poll(&mut self) -> anyhow::Result<()> {
        let snapshot = self.snapshot;
        self.snapshot = Snapshot {
            state: self.ask(&GetState).await?.or(snapshot.state),
            settings: self.ask(&GetSettings).await?.or(snapshot.settings),
            power: self.ask(&GetPower).await?.or(snapshot.power),
            energy: self.ask(&GetEnergy).await?.or(snapshot.energy),
            ..snapshot
        };
        let slow = self.polls.is_multiple_of(SLOW_POLLS);
        // Another current may be another maximum, or another service level. And nothing is told or
        // done before it is known.
        let changed = self.snapshot.settings != snapshot.settings;
        if slow || changed || self.snapshot.range.is_none() {
            self.snapshot.range = self.ask(&GetCurrentRange).await?.or(snapshot.range);
        }
        if slow {
            self.snapshot.temperatures = self.ask(&GetTemperatures).await?;
            if self.has_frequency {
                let mains = self.ask(&GetMainsFrequency).await?;
                self.snapshot.frequency = mains.map(|mains| mains.frequency);
                self.has_frequency = mains.is_some();
            }
        }
        self.polls = self.polls.wrapping_add(1);
        Ok(())
    }

    /// Sends a command; `None` if it has no answer this time but the line is fine.
    async fn ask<C: Command>(&mut self, command: &C) -> anyhow::Result<Option<C::Response>> {
        let result = timeout(REPLY_TIMEOUT, self.evse.send(command)).await;
        match result.unwrap_or(Err(Error::Timeout)) {
            Ok(response) => {
                self.time_outs = 0;
                Ok(Some(response))
            }
            Err(Error::Rejected) => {
                self.time_outs = 0;
                debug!("${} is refused", C::CODE);
                Ok(None)
            }
            Err(error) => {
                self.note(&error)?;
                warn!("${}: {error}", C::CODE);
                Ok(None)
            }
        }
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

    fn is_restart(notification: Notification) -> bool {
        debug!("notification: {notification:?}");
        matches!(
            notification,
            Notification::Boot { .. }
                | Notification::Transition { evse: EvseState::Starting, .. }
                | Notification::State { evse: EvseState::Starting }
        )
    }
}
