//! The bridge itself: what comes from the broker goes to the station, and the other way round.

use std::time::Duration;

use anyhow::bail;
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
    pub events: mpsc::Receiver<evse::Event>,
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
        let Self { link, mut events, car, mqtt, mut messages, base, meter, eco, guard } = self;
        let mut desk = Desk {
            link,
            car,
            mqtt,
            base,
            meter,
            eco,
            guard,
            snapshot: Snapshot::default(),
            told: Topics::default(),
            started: Instant::now(),
        };
        let mut slow = interval(SLOW);
        let mut fast = interval(FAST);
        let mut decide_at = Instant::now();
        loop {
            tokio::select! {
                event = events.recv() => match event {
                    None => bail!("the line to the charging station has ended"),
                    Some(evse::Event::Connected(version)) => {
                        desk.mqtt.state("firmware", version.firmware.as_str());
                        desk.mqtt.state("evse_connected", "1");
                        tell(News::Station(version));
                    }
                    Some(evse::Event::Lost(reason)) => {
                        desk.mqtt.state("evse_connected", "0");
                        desk.snapshot = Snapshot::default();
                        tell(News::NoStation(reason));
                    }
                    Some(evse::Event::Restarted) => desk.eco.restarted(),
                    Some(evse::Event::Snapshot(snapshot)) => {
                        let changed = snapshot != desk.snapshot;
                        desk.snapshot = snapshot;
                        if changed {
                            decide_at = Instant::now();
                        }
                        desk.tell_changes();
                    }
                },
                message = messages.recv() => match message {
                    None => bail!("the line to the broker has ended"),
                    Some(mqtt::Message::Connected) => {
                        desk.subscribe();
                        tell(News::Broker);
                    }
                    Some(mqtt::Message::Lost(reason)) => tell(News::NoBroker(reason)),
                    Some(mqtt::Message::Refused(reason)) => bail!(reason),
                    Some(mqtt::Message::Published { topic, payload }) => {
                        desk.obey(&topic, &payload).await;
                        decide_at = Instant::now();
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
    snapshot: Snapshot,
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

    async fn obey(&mut self, topic: &str, payload: &[u8]) {
        if self.meter.as_ref().is_some_and(|(_, meter)| topic == meter) {
            match eco::watts(payload) {
                Ok(power) => self.eco.read(power),
                Err(problem) => warn!("{topic}: {problem}"),
            }
            return;
        }
        let Some(topic) = topic.strip_prefix(&self.base).and_then(|rest| rest.strip_prefix('/'))
        else {
            return;
        };
        if let Some(command) = topic.strip_prefix("rapi/in/") {
            self.rapi(command, payload).await;
        } else if topic == "divertmode/set" {
            let result = self.eco.set_mode(payload).map(|mode| format!("divert mode {mode:?}"));
            self.answer("divertmode/result", result);
            self.tell_changes();
        } else if topic == "sim/set" {
            let word = String::from_utf8_lossy(payload);
            let result = match &self.car {
                Some(car) => car.car(word.trim()).await,
                None => Err("the station is not simulated".to_owned()),
            };
            self.answer("sim/result", result);
        }
    }

    async fn rapi(&mut self, command: &str, payload: &[u8]) {
        let now_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let request = rapi::parse(command, payload)
            .and_then(|request| self.guard.check(&request.command, now_ms).map(|()| request));
        let outcome = match request {
            Ok(request) => self.link.send(request.command, request.seq).await,
            Err(refusal) => Err(refusal.to_string()),
        };
        match outcome {
            // A command that is never answered has no line.
            Ok(answer) if answer.line.is_empty() => debug!("{command} was sent"),
            Ok(answer) => self.mqtt.event("rapi/out", answer.line),
            Err(problem) => {
                warn!("{command}: {problem}");
                self.mqtt.event("rapi/error", format!("{command}: {problem}"));
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

    async fn divert(&mut self) {
        for command in self.eco.decide(&self.snapshot) {
            info!("divert: {command:?}");
            match self.link.send(command, None).await {
                Ok(answer) if answer.accepted => {}
                // The rest belongs to it: no Enable without its current. The rule asks again.
                Ok(answer) => {
                    warn!("divert: the station answered {}", answer.line);
                    break;
                }
                Err(problem) => {
                    warn!("divert: {problem}");
                    break;
                }
            }
        }
    }

    fn topics(&self) -> Topics {
        let mut topics = Topics::default();
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
