//! The bridge itself: what comes from the broker goes to the station, and the other way round.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use rapi_core::AnyCommand;
use rapi_core::commands::Version;
use rapi_divert::{Amps, Mode, Phases};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use tracing::{debug, info, warn};

use crate::config::{self, Config};
use crate::eco::{self, Eco, Meter};
use crate::evse::{self, Link};
use crate::mqtt::{self, Mqtt};
use crate::names::{self, Facts};
use crate::publisher::Publisher;
use crate::rapi::{self, Document, EepromGuard, Refusal};
use crate::status::{Snapshot, free_memory};
use crate::teller::News;

/// One station, its broker, and what lies between them.
pub struct Bridge {
    told: evse::Told,
    messages: mpsc::Receiver<mqtt::Message>,
    desk: Desk,
}

impl Bridge {
    /// Puts the parts together.
    ///
    /// # Errors
    ///
    /// Settings of divert that make no sense.
    pub fn new(
        config: &Arc<Config>,
        station: &config::Station,
        link: Link,
        told: evse::Told,
        car: Option<rapi_sim::Handle>,
        mqtt: Mqtt,
        messages: mpsc::Receiver<mqtt::Message>,
    ) -> anyhow::Result<Self> {
        let meter = match (station.grid.given(), station.solar.given()) {
            (Some(topic), _) => Some((Meter::Grid, topic.to_owned())),
            (None, Some(topic)) => Some((Meter::Solar, topic.to_owned())),
            (None, None) => None,
        };
        let eco = Eco::new(
            meter.as_ref().map(|(meter, _)| *meter),
            match station.mode {
                config::Mode::Normal => Mode::Normal,
                config::Mode::Eco => Mode::Eco,
            },
            rapi_divert::Config::default()
                .with_amps(Amps(station.min_current), Amps(station.max_current))
                .with_phases(if station.phases == 3 { Phases::Three } else { Phases::One }),
        )?;
        let desk = Desk {
            link,
            car,
            mqtt,
            base: station.base(),
            meter,
            eco,
            guard: EepromGuard::new(
                config.rapi.eeprom_writes_per_hour,
                config.rapi.eeprom_writes_per_day,
            ),
            version: None,
            snapshot: Snapshot::default(),
            answers: JoinSet::new(),
            to_do: VecDeque::new(),
            publisher: Publisher::new(&config.publish),
            started: Instant::now(),
            station: station.clone(),
            config: Arc::clone(config),
        };
        Ok(Self { told, messages, desk })
    }

    /// Runs until something makes it impossible to go on.
    ///
    /// # Errors
    ///
    /// What that is, in words.
    pub async fn run(self, mut tell: impl FnMut(News)) -> anyhow::Result<()> {
        let Self { told, mut messages, mut desk } = self;
        let evse::Told { mut events, mut snapshots } = told;
        let mut tick = interval(Duration::from_secs(1));
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
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
                    // From the broker's store: nobody wants that now.
                    Some(mqtt::Message::Published { topic, retained: true, .. })
                        if !desk.config.rapi.retained || !topic.contains("/rapi/in/") =>
                    {
                        debug!("a retained message on {topic} is ignored");
                    }
                    Some(mqtt::Message::Published { topic, payload, .. }) => {
                        if desk.obey(&topic, &payload).await {
                            decide_at = Instant::now();
                        }
                    }
                },
                Some(Ok((asked, outcome))) = desk.answers.join_next() => {
                    desk.answered(asked, outcome);
                }
                _ = tick.tick() => desk.tell_changes(),
                () = sleep_until(decide_at) => {
                    desk.divert().await;
                    decide_at = Instant::now() + desk.eco.wait();
                }
            }
        }
    }
}

/// A command that came over MQTT.
struct Asked {
    id: Value,
    given: String,
    command: Option<AnyCommand>,
    now_ms: u64,
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
    /// Commands that the station has not answered yet.
    answers: JoinSet<(Asked, evse::Outcome)>,
    /// What divert has decided and the station has not carried out yet, in order.
    to_do: VecDeque<AnyCommand>,
    publisher: Publisher,
    started: Instant,
    station: config::Station,
    config: Arc<Config>,
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
        self.publisher.forget();
        self.tell_changes();
    }

    /// Returns whether there is something to decide.
    async fn obey(&mut self, topic: &str, payload: &[u8]) -> bool {
        if self.meter.as_ref().is_some_and(|(_, meter)| topic == meter) {
            match eco::watts(payload, &self.station.meter_pointer, self.station.meter_scale) {
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
    fn rapi(&mut self, topic: &str, payload: &[u8]) {
        let now_ms = self.now_ms();
        let mut asked = Asked { id: Value::Null, given: topic.to_owned(), command: None, now_ms };
        let request = rapi::split(payload).and_then(|(id, params)| {
            asked.id = id;
            let request = rapi::parse(&self.config.rapi, topic, &params)?;
            self.guard.check(&request.command, now_ms).map_err(Refusal::EepromWear)?;
            Ok(request)
        });
        let request = match request {
            Ok(request) => request,
            Err(refusal) => return self.refuse(asked, refusal.word(), refusal.to_string()),
        };
        asked.command = Some(request.command);
        match self.link.submit(request.command, request.seq) {
            Ok(outcome) => {
                self.guard.count(&request.command, now_ms);
                self.answers.spawn(async move { (asked, outcome.await) });
            }
            Err(failure) => self.refuse(asked, failure.word(), failure.to_string()),
        }
    }

    fn refuse(&self, asked: Asked, word: &'static str, sentence: String) {
        warn!("{}: {sentence}", asked.given);
        self.mqtt.event("rapi/error", format!("{}: {sentence}", asked.given));
        self.document(asked, None, Some((word, sentence)));
    }

    /// Publishes what became of a command.
    fn answered(&mut self, asked: Asked, outcome: evse::Outcome) {
        match outcome {
            Ok(answer) => {
                // A command that is never answered has no line.
                if !answer.line.is_empty() {
                    self.mqtt.event("rapi/out", answer.line.clone());
                }
                let error = (!answer.accepted)
                    .then(|| ("nk", "the controller does not know it, or not now".to_owned()));
                self.document(asked, Some(answer), error);
            }
            Err(failure) => {
                if let (Some(command), false) = (&asked.command, failure.was_sent()) {
                    self.guard.not_sent(command);
                }
                self.refuse(asked, failure.word(), failure.to_string());
            }
        }
    }

    fn document(
        &self,
        asked: Asked,
        answer: Option<evse::Answer>,
        error: Option<(&'static str, String)>,
    ) {
        let code = asked.given.strip_prefix('$').and_then(|given| given.get(..2));
        let code = code.filter(|code| code.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let (ret, decoded) =
            answer.map_or((None, None), |answer| (Some(answer.line), answer.decoded));
        let document = Document {
            id: asked.id,
            cmd: asked.given.clone(),
            ret: ret.filter(|line| !line.is_empty()),
            decoded,
            ms: self.now_ms().saturating_sub(asked.now_ms),
            error,
        };
        // What has no code is answered, too.
        let topic = format!("rapi/out/{}", code.map_or("invalid".to_owned(), |c| format!("${c}")));
        self.mqtt.event(&topic, document.json());
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
                Err(failure) => Err(failure),
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

    fn facts(&self) -> Facts {
        let phases = self.station.phases;
        Facts {
            snapshot: self.snapshot,
            version: self.version,
            phases,
            free_memory: free_memory(),
            uptime: self.started.elapsed().as_secs(),
            eeprom_writes: self.guard.total(),
            divert: self.eco.facts(&self.snapshot, phases),
            shaper: None,
        }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Publishes what is news.
    fn tell_changes(&mut self) {
        let (facts, now_ms) = (self.facts(), self.now_ms());
        for (row, payload) in names::topics(&facts, self.config.publish.compat) {
            if self.publisher.is_due(row, &payload, now_ms) {
                self.mqtt.state(row.topic, payload);
            }
        }
    }
}
