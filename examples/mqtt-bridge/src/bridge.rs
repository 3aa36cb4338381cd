//! The bridge itself: what comes from the broker goes to the station, and the other way round.

use std::collections::VecDeque;
use std::time::Duration;

use anyhow::bail;
use rapi_core::AnyCommand;
use rapi_core::commands::Version;
use tokio::sync::mpsc;
use tokio::time::{Instant, interval, sleep_until};
use tracing::{debug, info, warn};

use crate::eco::{self, Eco, Meter};
use crate::evse::{self, Link};
use crate::mqtt::{self, Mqtt};
use crate::rapi::{self, EepromGuard};
use crate::status::{Snapshot, Topics, free_memory};

/// The periods of the guide.
const SLOW: Duration = Duration::from_secs(30);
const FAST: Duration = Duration::from_secs(5);
/// The topics of the guide with the short period.
const FAST_TOPICS: [&str; 5] = ["chargerate", "grid_ie", "solar", "divert_update", "divert_reason"];

/// Everything that the bridge is made of.
pub struct Bridge {
    /// The line to the station.
    pub link: Link,
    /// What the station tells.
    pub told: evse::Told,
    /// The car of a simulated station.
    pub car: Option<rapi_sim::Handle>,
    /// The line to the broker.
    pub mqtt: Mqtt,
    /// What the broker tells.
    pub messages: mpsc::Receiver<mqtt::Message>,
    /// First part of all topics.
    pub base: String,
    /// The topic of the meter.
    pub meter: Option<(Meter, String)>,
    /// Divert.
    pub eco: Eco,
    /// Spares the EEPROM.
    pub guard: EepromGuard,
}

/// What the person at the terminal is told.
#[derive(Debug)]
pub enum News {
    /// The station answers.
    Station(Version),
    /// The station does not answer; in words.
    NoStation(String),
    /// The broker is connected.
    Broker,
    /// The broker is not; in words.
    NoBroker(String),
}

impl Bridge {
    /// Runs until something makes it impossible to go on.
    ///
    /// # Errors
    ///
    /// What that is, in words.
    pub async fn run(self, mut tell: impl FnMut(News)) -> anyhow::Result<()> {
        let Self { link, told, car, mqtt, mut messages, base, meter, eco, guard } = self;
        let evse::Told { mut events, mut snapshots } = told;
        let mut desk = Desk {
            link,
            car,
            mqtt,
            base,
            meter,
            eco,
            guard,
            version: None,
            snapshot: Snapshot::default(),
            to_do: VecDeque::new(),
            told: Topics::default(),
            started: Instant::now(),
        };
        let mut slow = interval(SLOW);
        let mut fast = interval(FAST);
        let mut decide_at = Instant::now();
        let mut broker_was_there = false;
        loop {
            tokio::select! {
                event = events.recv() => match event {
                    None => bail!("the line to the charging station has ended"),
                    Some(evse::Event::Connected(version)) => {
                        desk.version = Some(version);
                        // It may have been off in between.
                        desk.eco.restarted();
                        desk.tell_changes();
                        tell(News::Station(version));
                    }
                    Some(evse::Event::Lost(reason)) => {
                        desk.version = None;
                        desk.tell_changes();
                        tell(News::NoStation(reason));
                    }
                    Some(evse::Event::Restarted) => desk.eco.restarted(),
                },
                changed = snapshots.changed() => {
                    if changed.is_err() {
                        bail!("the line to the charging station has ended");
                    }
                    let snapshot = *snapshots.borrow_and_update();
                    if snapshot != desk.snapshot {
                        desk.snapshot = snapshot;
                        decide_at = Instant::now();
                    }
                    desk.tell_changes();
                }
                message = messages.recv() => match message {
                    None => bail!("the line to the broker has ended"),
                    Some(mqtt::Message::Connected) => {
                        broker_was_there = true;
                        desk.subscribe();
                        tell(News::Broker);
                    }
                    Some(mqtt::Message::Lost(reason)) => tell(News::NoBroker(reason)),
                    // A wrong password at the start is a mistake; later it is the broker's trouble.
                    Some(mqtt::Message::Refused(reason)) if !broker_was_there => bail!(reason),
                    Some(mqtt::Message::Refused(reason)) => tell(News::NoBroker(reason)),
                    Some(mqtt::Message::Deaf) => warn!(
                        "the broker does not let the bridge subscribe to its topics: \
                         check the access rights of its user"
                    ),
                    Some(mqtt::Message::Published { topic, payload }) => {
                        if desk.obey(&topic, &payload).await {
                            decide_at = Instant::now();
                        }
                    }
                },
                _ = slow.tick() => desk.tell_all(|topic| !FAST_TOPICS.contains(&topic)),
                _ = fast.tick() => desk.tell_all(|topic| FAST_TOPICS.contains(&topic)),
                () = sleep_until(decide_at) => {
                    desk.divert().await;
                    decide_at = Instant::now() + desk.eco.wait();
                }
            }
        }
    }
}

/// Where everything is dealt with.
struct Desk {
    link: Link,
    car: Option<rapi_sim::Handle>,
    mqtt: Mqtt,
    base: String,
    meter: Option<(Meter, String)>,
    eco: Eco,
    guard: EepromGuard,
    /// Of the station, while it is there.
    version: Option<Version>,
    snapshot: Snapshot,
    /// What divert has decided and the station has not carried out yet, in order.
    to_do: VecDeque<AnyCommand>,
    told: Topics,
    started: Instant,
}

impl Desk {
    /// A new connection knows nothing: subscribes, and publishes everything.
    fn subscribe(&mut self) {
        self.mqtt.hello();
        for topic in ["rapi/in/#", "divertmode/set"] {
            self.mqtt.subscribe(&format!("{}/{topic}", self.base));
        }
        if self.car.is_some() {
            self.mqtt.subscribe(&format!("{}/sim/set", self.base));
        }
        if let Some((_, topic)) = &self.meter {
            self.mqtt.subscribe(topic);
        }
        self.tell_all(|_| true);
    }

    /// Returns whether there is something to decide.
    async fn obey(&mut self, topic: &str, payload: &[u8]) -> bool {
        if self.meter.as_ref().is_some_and(|(_, meter)| topic == meter) {
            match eco::watts(payload) {
                Ok(power) => self.eco.read(power),
                Err(problem) => warn!("{topic}: {problem}"),
            }
            return true;
        }
        let Some(topic) = topic.strip_prefix(&self.base).and_then(|rest| rest.strip_prefix('/'))
        else {
            return false;
        };
        if let Some(command) = topic.strip_prefix("rapi/in/") {
            self.rapi(command, payload);
        } else if topic == "divertmode/set" {
            let result = self.eco.set_mode(payload).map(|mode| format!("divert mode {mode:?}"));
            if result.is_ok() {
                // What the old mode wanted is not wanted any more.
                self.to_do.clear();
            }
            self.answer("divertmode/result", result);
            self.tell_changes();
            return true;
        } else if topic == "sim/set" {
            let word = String::from_utf8_lossy(payload);
            let result = match &self.car {
                Some(car) => car.car(word.trim()).await,
                None => Err("the station is not simulated".to_owned()),
            };
            self.answer("sim/result", result);
        }
        false
    }

    /// Queues a command; its answer is published when it comes.
    fn rapi(&mut self, command: &str, payload: &[u8]) {
        let now_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let request = rapi::parse(command, payload)
            .and_then(|request| self.guard.check(&request.command, now_ms).map(|()| request));
        let submitted = request
            .map_err(|refusal| refusal.to_string())
            .and_then(|request| self.link.submit(request.command, request.seq));
        let (mqtt, command) = (self.mqtt.clone(), command.to_owned());
        let fail = move |mqtt: &Mqtt, problem: String| {
            warn!("{command}: {problem}");
            mqtt.event("rapi/error", format!("{command}: {problem}"));
        };
        match submitted {
            Err(problem) => fail(&mqtt, problem),
            Ok(outcome) => {
                tokio::spawn(async move {
                    match outcome.await {
                        // A command that is never answered has no line.
                        Ok(answer) if answer.line.is_empty() => {}
                        Ok(answer) => mqtt.event("rapi/out", answer.line),
                        Err(problem) => fail(&mqtt, problem),
                    }
                });
            }
        }
    }

    fn answer(&self, topic: &str, result: Result<String, String>) {
        match result {
            Ok(done) => {
                info!("{done}");
                self.mqtt.event(topic, done);
            }
            Err(problem) => {
                warn!("{problem}");
                self.mqtt.event(topic, format!("error: {problem}"));
            }
        }
    }

    /// Decides, and lets the station carry it out. What fails is tried again the next time, before
    /// what follows it: no Enable without its current.
    async fn divert(&mut self) {
        let decided = self.eco.decide(&self.snapshot);
        if !decided.is_empty() {
            self.to_do = decided.into();
        }
        while let Some(command) = self.to_do.front() {
            info!("divert: {command:?}");
            let outcome = match self.link.submit(*command, None) {
                Ok(outcome) => outcome.await,
                Err(problem) => Err(problem),
            };
            match outcome {
                // NK with a number: the station has set what it can, and that is less.
                Ok(answer) => {
                    if !answer.accepted {
                        warn!("divert: the station answered {}", answer.line);
                    }
                    self.to_do.pop_front();
                }
                Err(problem) => {
                    debug!("divert: {problem}");
                    return;
                }
            }
        }
    }

    fn topics(&self) -> Topics {
        let mut topics = Topics::default();
        topics.set("evse_connected", u8::from(self.version.is_some()).to_string());
        if let Some(version) = &self.version {
            topics.set("firmware", version.firmware.to_string());
        }
        self.snapshot.topics(&mut topics);
        self.eco.topics(&self.snapshot, &mut topics);
        if let Some(bytes) = free_memory() {
            topics.set("freeram", bytes.to_string());
        }
        topics
    }

    /// Publishes what has changed, at once; what changes all the time waits for its period.
    fn tell_changes(&mut self) {
        let topics = self.topics();
        for (topic, payload) in topics.changed_since(&self.told).iter() {
            let restless = matches!(topic, "freeram" | "divert_update" | "elapsed");
            if !restless || !self.told.has(topic) {
                self.mqtt.state(topic, payload);
            }
        }
        self.told = topics;
    }

    fn tell_all(&mut self, mut wanted: impl FnMut(&str) -> bool) {
        let topics = self.topics();
        for (topic, payload) in topics.iter().filter(|(topic, _)| wanted(topic)) {
            self.mqtt.state(topic, payload);
        }
        self.told = topics;
    }
}
