//! What comes from the broker, but for RAPI.

use rapi_core::AnyCommand;
use rapi_core::commands::Restart;
use rapi_divert::Mode;
use tracing::{debug, info, warn};

use super::rapi::Back;
use super::{Desk, Next, battery, divert};
use crate::control::{self, Device, Order};
use crate::door::Ask;
use crate::eco::Meter;
use crate::feeds::Kind;
use crate::inbox::{self, Message};
use crate::mqtt::Respond;
use crate::{clock, discovery, eco, standby};

impl Desk {
    /// The mode that is not there yet, as an order: Eco is none without a meter.
    pub(crate) fn other_mode(&self) -> &'static str {
        if self.meter.is_some() && self.eco.mode() == Mode::Normal { "2" } else { "1" }
    }

    /// Obeys a message.
    pub(crate) async fn obey(
        &mut self,
        topic: &str,
        payload: &[u8],
        retained: bool,
        respond: Option<Respond>,
    ) -> Next {
        if self.read_meters(topic, payload, retained) {
            return Next::Decide;
        }
        if !retained && topic == discovery::status_topic(&self.config) {
            if payload == b"online" {
                self.discover();
            }
            return Next::Nothing;
        }
        let topic = match inbox::read(&self.config.rapi, &self.base, topic, payload, retained) {
            Some(Message::Order(topic)) => topic,
            Some(Message::Command(command)) => {
                self.rapi(command, Back::Publish(respond));
                return Next::Nothing;
            }
            Some(Message::Owner) => {
                // The topic of a bridge that waits for nobody is nobody's business.
                let (me, name) = (standby::me(), String::from_utf8_lossy(payload));
                if !self.config.bridge.standby || name == me {
                    return Next::Nothing;
                }
                return match self.tenure.rival(&name, retained, me, clock::uptime_ms()) {
                    standby::Answer::StepBack => Next::StepBack,
                    standby::Answer::Defend => {
                        warn!("{name} has claimed {}, which has an owner", self.base);
                        self.mqtt.document(&standby::topic(&self.base), me);
                        Next::Nothing
                    }
                };
            }
            None => {
                debug!("the message on {topic} is ignored");
                return Next::Nothing;
            }
        };
        let performed = if payload.len() > inbox::LONGEST {
            let problem = format!("a payload has at most {} bytes", inbox::LONGEST);
            warn!(topic, "{topic}: {problem}");
            Some((Err(problem), Next::Nothing))
        } else {
            self.perform(topic, payload).await
        };
        let Some((result, next)) = performed else { return Next::Nothing };
        let line = result.unwrap_or_else(|problem| format!("error: {problem}"));
        self.mqtt.respond(respond.as_ref(), line.clone());
        self.mqtt.event(&inbox::result(topic), line);
        // What has come of it comes behind the answer.
        self.tell_changes();
        next
    }

    /// Obeys what comes from inside this process.
    pub(crate) async fn ask(&mut self, ask: Ask) -> Next {
        if ask.is_given_up() {
            return Next::Nothing;
        }
        match ask {
            Ask::Rapi(line, reply) => {
                let command = inbox::command(&self.config.rapi, &line, b"");
                self.rapi(command, Back::Inside(reply));
                Next::Nothing
            }
            Ask::Order(topic, payload, reply) => {
                let performed = self.perform(&topic, &payload).await;
                let (result, next) = performed
                    .unwrap_or_else(|| (Err(format!("there is no {topic}")), Next::Nothing));
                // What it has changed is to be seen when the answer comes.
                self.tell_changes();
                // Who has asked may have gone.
                let _ = reply.send(result);
                next
            }
        }
    }

    /// Carries an order out: what was done, or what is wrong with it. Nothing if the topic gives no
    /// orders.
    async fn perform(
        &mut self,
        topic: &str,
        payload: &[u8],
    ) -> Option<(Result<String, String>, Next)> {
        let (result, next) = match topic {
            inbox::MODE => {
                let result = self.eco.set_mode(payload).map(|mode| format!("divert mode {mode:?}"));
                if result.is_ok() {
                    self.chosen = Some(self.eco.mode());
                    self.control.mode_chosen();
                }
                (result, Next::Decide)
            }
            inbox::CAR => {
                let word = String::from_utf8_lossy(payload).trim().to_owned();
                let result = match &self.car {
                    Some(car) => car.car(&word).await,
                    None => Err("the station is not simulated".to_owned()),
                };
                (result, Next::Nothing)
            }
            "status" => (self.feed(payload), Next::Decide),
            _ => match control::parse(topic, payload)? {
                Err(problem) => (Err(problem), Next::Nothing),
                Ok(order) => self.order(order).await,
            },
        };
        // A stranger's words stand in it.
        let result = result.map_err(|problem| inbox::short(&problem));
        match &result {
            // A program may send readings each second: they would be all that the log has.
            Ok(done) if topic == "status" => debug!(topic, "{done}"),
            Ok(done) => info!(topic, "{done}"),
            Err(problem) => warn!(topic, "{topic}: {problem}"),
        }
        let next = if result.is_err() { Next::Nothing } else { next };
        Some((result, next))
    }

    /// Whether the topic is that of a meter. One meter may serve both purposes. From the broker's store a
    /// reading is of any age.
    fn read_meters(&mut self, topic: &str, payload: &[u8], retained: bool) -> bool {
        let divert = self.meter.as_ref().is_some_and(|(_, meter)| topic == meter) && !retained;
        let pointer = (self.station.meter_pointer.as_str(), self.station.meter_scale);
        if divert {
            match eco::watts(payload, pointer.0, pointer.1) {
                Ok(power) => self.eco.read(power, clock::uptime_ms()),
                Err(problem) => warn!(topic, "{topic}: {problem}"),
            }
        }
        let now_ms = clock::uptime_ms();
        let read = self.feeds.read(topic, payload, divert.then_some(pointer), retained, now_ms);
        if let Err(problem) = &read {
            warn!(topic, "{topic}: {problem}");
        }
        // A reading that cannot be right makes the one before no younger.
        if read == Ok(true) {
            let readings = self.feeds.readings(now_ms);
            for kind in self.feeds.kinds(topic) {
                if let Some(value) = readings.get(kind) {
                    self.control.house(kind, value, now_ms, clock::week_second());
                }
            }
        }
        divert || read != Ok(false)
    }

    /// Takes readings that come over HTTP, named as in the gateway's status.
    fn feed(&mut self, payload: &[u8]) -> Result<String, String> {
        let example = r#"for instance {"grid_ie": -500, "battery_level": 80}"#;
        let readings: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(payload).map_err(|error| format!("{error}; {example}"))?;
        // All or nothing: they are looked at first.
        let now_ms = clock::uptime_ms();
        let (mut feeds, mut powers) = (self.feeds.clone(), Vec::new());
        for (name, value) in &readings {
            let text = value.as_f64().map(|number| number.to_string());
            let text = text.ok_or_else(|| format!("{name} is a number, not {value}; {example}"))?;
            match (name.as_str(), Kind::named(name)) {
                ("solar" | "grid_ie", _) => {
                    let meter = if name == "solar" { Meter::Solar } else { Meter::Grid };
                    powers.push((meter, eco::watts(text.as_bytes(), "", 1.0)?));
                }
                (_, Some(kind)) => {
                    let value = value.as_f64().unwrap_or_default();
                    feeds.set(kind, value, now_ms).map_err(|why| format!("{name}: {why}"))?;
                }
                _ => return Err(format!("there is no reading {name}; {example}")),
            }
        }
        // Of both, divert goes by the meter that it has; without one it has that of the grid from now on.
        powers.sort_by_key(|(meter, _)| (!self.eco.goes_by(*meter), *meter == Meter::Solar));
        let done = match &powers[..] {
            [(Meter::Solar, _), _, ..] => "readings taken; divert goes by solar",
            [(Meter::Grid, _), _, ..] => "readings taken; divert goes by grid_ie",
            _ => "readings taken",
        };
        if let Some((meter, power)) = powers.into_iter().next() {
            self.eco.read_from(meter, power, now_ms)?;
        }
        self.feeds = feeds;
        let live = readings.contains_key("shaper_live_pwr");
        if let (true, Some(watts)) = (live, self.feeds.readings(now_ms).get(Kind::LivePower)) {
            self.control.house(Kind::LivePower, watts, now_ms, clock::week_second());
        }
        Ok(done.to_owned())
    }

    async fn order(&mut self, order: Order) -> (Result<String, String>, Next) {
        match order {
            Order::Restart(Device::Gateway) => (Ok("restart".to_owned()), Next::Restart),
            Order::Restart(Device::Evse) => {
                let outcome = self.link.carry_out(AnyCommand::Restart(Restart)).await;
                let result = outcome.map(|_| "restart of the station".to_owned());
                (result.map_err(|failure| failure.to_string()), Next::Nothing)
            }
            Order::Config(map) => (self.configure(map), Next::Decide),
            order => (self.control.obey(order), Next::Decide),
        }
    }

    fn configure(
        &mut self,
        map: serde_json::Map<String, serde_json::Value>,
    ) -> Result<String, String> {
        let station = self.station.changed(map)?;
        // The rule of all of them is made at the start.
        if let (true, Some((key, has))) =
            (self.eco.is_seated(), self.station.shared_differently(&station))
        {
            return Err(format!(
                "{key}: the stations of [share] have the same, {has}: change it in the configuration, \
                for all of them"
            ));
        }
        self.eco.configure(divert(&station)).map_err(|error| error.to_string())?;
        self.eco.set_battery(battery(&station));
        self.control.configure(&station);
        self.station = station;
        Ok("done, until the bridge is started anew".to_owned())
    }
}
