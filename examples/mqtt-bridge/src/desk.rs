//! Where everything about one station is dealt with.

mod connection;
mod orders;
mod rapi;
mod tell;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rapi_core::AnyCommand;
use rapi_core::commands::{SetVoltage, Version};
use rapi_core::types::MilliVolts;
use rapi_divert::{Amps, BatteryPolicy, FeedFault, Millis, Mode, Percent, Phases, Watts};
use tokio::task::{JoinError, JoinSet};
use tracing::{debug, info, warn};

use self::rapi::Asked;
use crate::config::{self, Config};
use crate::control::Control;
use crate::door::Inside;
use crate::eco::{Eco, Meter};
use crate::evse::{self, Link};
use crate::feeds::{Feeds, Kind};
use crate::ledger::{Ledger, Totals};
use crate::mqtt::Mqtt;
use crate::names;
use crate::publisher::Publisher;
use crate::share::Seat;
use crate::state::StateFile;
use crate::status::Snapshot;
use crate::{clock, standby};

/// What follows from a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Nothing.
    Nothing,
    /// Another bridge has the station now.
    StepBack,
    /// There is something to decide.
    Decide,
    /// Everything of this station is to be started anew.
    Restart,
}

/// Everything that is known about one station.
#[derive(Debug)]
pub(crate) struct Desk {
    config: Arc<Config>,
    station: config::Station,
    link: Link,
    car: Option<rapi_sim::Handle>,
    mqtt: Mqtt,
    /// Who looks at the station from inside this process.
    inside: Inside,
    base: String,
    meter: Option<(Meter, String)>,
    eco: Eco,
    control: Control,
    feeds: Feeds,
    ledger: Ledger,
    /// The mode that somebody has chosen, if it is not that of the configuration.
    chosen: Option<Mode>,
    file: StateFile,
    totals: Totals,
    /// The volts that the station was told and has answered to, and when.
    told_volts: Option<(i32, u64)>,
    /// What was wrong with the meter, as it was told.
    fault: Option<FeedFault>,
    /// Whether it was told that the contactor does not follow.
    contactor_is_late: bool,
    /// Of the station, while it is there.
    version: Option<Version>,
    snapshot: Snapshot,
    /// Commands that the station has not answered yet.
    answers: JoinSet<(Asked, evse::Outcome)>,
    publisher: Publisher,
    /// Retained documents, as they were told.
    documents: BTreeMap<&'static str, String>,
    versions: names::Versions,
    /// When the owner's name was written last.
    renewed_ms: u64,
    /// Who else has wanted the station.
    tenure: standby::Tenure,
    started: Instant,
}

/// The settings of divert.
pub(crate) fn divert(station: &config::Station) -> rapi_divert::Config {
    rapi_divert::Config::default()
        .with_amps(Amps(station.min_current), Amps(station.max_current))
        .with_phases(if station.phases == 3 { Phases::Three } else { Phases::One })
}

fn battery(station: &config::Station) -> BatteryPolicy {
    BatteryPolicy {
        priority: Percent(station.home_battery_priority),
        buffer: Percent(station.home_battery_buffer),
        discharge: Watts(station.home_battery_discharge.into()),
    }
}

/// A station that has no voltmeter is told a voltage that differs by so much, in volts ...
const VOLTS: i32 = 2;
/// ... and not again before this time has passed, in milliseconds.
const VOLTS_MS: u64 = 60_000;

impl Desk {
    pub(crate) fn new(
        config: &Arc<Config>,
        station: &config::Station,
        link: Link,
        car: Option<rapi_sim::Handle>,
        mqtt: Mqtt,
        inside: Inside,
        (seat, left): (Option<Seat>, Option<standby::Left>),
    ) -> anyhow::Result<Self> {
        let (grid, solar) = config.meter(station);
        let meter = match (grid.given(), solar.given()) {
            (Some(topic), _) => Some((Meter::Grid, topic.to_owned())),
            (None, Some(topic)) => Some((Meter::Solar, topic.to_owned())),
            (None, None) => None,
        };
        let (file, state) = StateFile::open(&config.bridge.state_dir, &station.base());
        let state = match left {
            Some(left) => left.over(state),
            None => state,
        };
        // Without its meter there is no Eco any more.
        let chosen = state.mode().filter(|mode| *mode == Mode::Normal || meter.is_some());
        let mode = chosen.unwrap_or(match station.mode {
            config::Mode::Normal => Mode::Normal,
            config::Mode::Eco => Mode::Eco,
        });
        let limits = &config.rapi;
        inside.guard().allow(limits.eeprom_writes_per_hour, limits.eeprom_writes_per_day);
        let rest = (!station.phases_actual.is_empty())
            .then(|| Millis(u32::from(station.phases_rest) * 60_000));
        let kind = meter.as_ref().map(|(meter, _)| *meter);
        let mut eco = Eco::new(kind, mode, divert(station), rest)?;
        eco.set_battery(battery(station));
        if let Some(seat) = seat {
            eco.sit_down(seat, station.priority);
        }
        let feeds = Feeds::new(station);
        let mut control = Control::new(station);
        if let Err(problem) = control.restore(state.control) {
            warn!("what was kept is not all right: {problem}");
        }
        let vehicle = [Kind::BatteryLevel, Kind::BatteryRange];
        control.knows(vehicle.into_iter().filter(|kind| feeds.has(*kind)).collect());
        Ok(Self {
            link,
            car,
            mqtt,
            inside,
            base: station.base(),
            eco,
            meter,
            control,
            feeds,
            ledger: state.energy,
            chosen,
            file,
            totals: Totals::default(),
            told_volts: None,
            fault: None,
            contactor_is_late: false,
            version: None,
            snapshot: Snapshot::default(),
            answers: JoinSet::new(),
            publisher: Publisher::new(&config.publish),
            documents: BTreeMap::new(),
            versions: names::Versions::default(),
            renewed_ms: clock::uptime_ms(),
            tenure: standby::Tenure::default(),
            started: Instant::now(),
            station: station.clone(),
            config: Arc::clone(config),
        })
    }

    pub(crate) fn station_is_there(&mut self, version: Version) {
        self.version = Some(version);
        // It may have been off in between.
        self.restarted();
        self.discover();
        self.tell_changes();
    }

    pub(crate) fn station_is_gone(&mut self) {
        self.version = None;
        self.tell_changes();
    }

    /// The controller has forgotten what is volatile.
    pub(crate) fn restarted(&mut self) {
        self.eco.restarted();
        self.control.restarted();
        self.told_volts = None;
    }

    /// Takes the newest values; whether they differ.
    pub(crate) fn look(&mut self, snapshot: Snapshot) -> bool {
        let outside_volts = self.feeds.readings(clock::uptime_ms()).get(Kind::Voltage);
        let snapshot = Snapshot { outside_volts, ..snapshot };
        let differs = snapshot != self.snapshot;
        self.snapshot = snapshot;
        let today = clock::today();
        self.ledger.see_clock(today, clock::uptime_ms());
        self.totals = self.ledger.note(today, &snapshot);
        self.tell_changes();
        differs
    }

    pub(crate) async fn next_answer(
        &mut self,
    ) -> Option<Result<(Asked, evse::Outcome), JoinError>> {
        self.answers.join_next().await
    }

    /// When to decide again at the latest.
    pub(crate) fn wait(&self) -> Duration {
        self.eco.wait(clock::uptime_ms()).min(Duration::from_secs(1))
    }

    /// Decides, and lets the station carry it out. `true` if something was sent.
    pub(crate) async fn decide(&mut self) -> bool {
        let above = self.control.above_divert();
        let (now_ms, week_second) = (clock::uptime_ms(), clock::week_second());
        let readings = self.feeds.readings(now_ms);
        let (divert, share) = self.eco.decide(now_ms, &self.snapshot, &readings, &above);
        self.control.share(share);
        let hold = self.eco.mode() == Mode::Eco;
        self.notice_fault();
        self.control.read(readings);
        // The sun chooses in Eco, else it is what the station was set up with.
        let phases = self.eco.phases().filter(|_| hold).unwrap_or(self.station.phases);
        self.control.want_phases(phases);
        let mut commands = self.control.step(now_ms, week_second, &self.snapshot, divert, hold);
        commands.extend(self.voltage(now_ms));
        self.notice_contactor(now_ms);
        for command in &commands {
            let line = crate::rapi::text(command);
            info!(command = line, "{line}");
            let answer = match self.link.carry_out(*command).await {
                Ok(answer) => answer,
                Err(failure) => {
                    debug!("not carried out: {failure}");
                    // Tried again the next time, before what follows: no Enable without its current.
                    self.control.not_sent();
                    return true;
                }
            };
            if let AnyCommand::SetVoltage(told) = command {
                // Also a station that refuses it: it would refuse it again each second.
                self.told_volts = Some((told.voltage.0 / 1000, now_ms));
            }
            if answer.accepted {
                continue;
            }
            // NK with a number: the station has set what it can, and that is less.
            let is_current = matches!(command, AnyCommand::SetCurrent(_));
            if is_current && answer.decoded.is_none() {
                // Nothing starts with the current that there was before.
                warn!(
                    "the station answered {}: it cannot be told a current (firmware before 4.3.2 \
                    cannot), and is not started with another one",
                    answer.line
                );
                return true;
            }
            warn!("the station answered {}", answer.line);
        }
        !commands.is_empty()
    }

    /// The phases that the car charges on, as far as that is known.
    fn phases(&self) -> u8 {
        self.control.phases_shown().unwrap_or(self.station.phases)
    }

    /// The voltage, for a station that reckons with it and has no voltmeter; it is volatile.
    fn voltage(&self, now_ms: u64) -> Option<AnyCommand> {
        let volts = self.snapshot.outside_volts.filter(|_| self.snapshot.state.is_some())?;
        let due = self.told_volts.is_none_or(|(told, at)| {
            (volts - told).abs() >= VOLTS && now_ms.saturating_sub(at) >= VOLTS_MS
        });
        due.then(|| AnyCommand::SetVoltage(SetVoltage { voltage: MilliVolts(volts * 1000) }))
    }
}
