//! What is told about a station: topics, documents, discovery, the state file.

use std::collections::BTreeMap;

use rapi_divert::Mode;

use tracing::{info, warn};

use super::Desk;
use crate::config;
use crate::control::{Contactor, DOCUMENTS};
use crate::names::{self, Facts};
use crate::state::State;
use crate::status::host;
use crate::{clock, discovery};

impl Desk {
    /// Tells Home Assistant what there is.
    pub(super) fn discover(&self) {
        if self.config.homeassistant.discovery {
            let firmware = self.version.map(|version| version.firmware.to_string());
            let firmware = firmware.unwrap_or_else(|| "unknown".to_owned());
            let life = self.mqtt.life();
            let (topic, payload) =
                discovery::document(&self.config, &self.station, life, &firmware);
            self.mqtt.document(&topic, payload);
        }
    }

    fn facts(&self) -> Facts {
        let (phases, host) = (self.phases(), host());
        Facts {
            snapshot: self.snapshot,
            version: self.version,
            phases,
            free_memory: host.free_memory,
            uptime: self.started.elapsed().as_secs(),
            eeprom_writes: self.inside.guard().total(),
            phases_wanted: self.control.contactor().and_then(Contactor::told),
            divert: self.eco.facts(clock::uptime_ms(), &self.snapshot, phases),
            shaper: self.control.shaper(),
            readings: self.feeds.readings(clock::uptime_ms()),
            totals: self.totals,
            manual_override: self.control.manual_override(),
            versions: self.versions,
            clock: clock::told(),
            signal: host.signal,
        }
    }

    /// Publishes what is news, and shows it.
    pub(crate) fn tell_changes(&mut self) {
        let (facts, now_ms) = (self.facts(), clock::uptime_ms());
        for (row, payload) in names::topics(&facts, self.config.publish.compat) {
            let mqtt = &self.mqtt;
            self.publisher.tell(row, &payload, now_ms, || mqtt.state(row.topic, payload.as_str()));
        }
        let mut documents = self.tell_documents();
        documents.extend(self.control.document("claims").map(|claims| ("claims", claims)));
        let (meter, simulated) = (self.eco.has_meter(), self.car.is_some());
        self.inside.show(|view| {
            view.facts = facts;
            view.documents = documents;
            view.meter = meter;
            view.simulated = simulated;
        });
        self.keep();
    }

    /// Keeps what has to outlive the bridge, if there is a place for it.
    fn keep(&mut self) {
        if !self.file.is_given() {
            return;
        }
        self.file.keep(&State {
            eco: self.chosen.map(|mode| mode == Mode::Eco),
            control: self.control.save(),
            energy: self.ledger.clone(),
        });
    }

    /// Publishes the documents that have changed, and returns all.
    fn tell_documents(&mut self) -> BTreeMap<&'static str, String> {
        let config = ("config", serde_json::to_string(&self.station).ok());
        let documents = DOCUMENTS.map(|name| (name, self.control.document(name)));
        let documents = documents.into_iter().chain([config]);
        let documents: BTreeMap<_, _> =
            documents.filter_map(|(name, document)| Some((name, document?))).collect();
        // Who takes the station over reads there what was wished, whatever the names of the rest.
        let published = self.config.bridge.standby
            || matches!(self.config.publish.compat, config::Compat::Default | config::Compat::V5);
        for (name, document) in &documents {
            if self.documents.get(name) == Some(document) {
                continue;
            }
            // What there is no room for is told the next time.
            let topic = format!("{}/{name}", self.base);
            if published && !self.mqtt.document(&topic, document.clone()) {
                continue;
            }
            // What is told to a new connection is no change.
            if self.documents.insert(name, document.clone()).is_some() {
                self.versions.count(name);
            }
        }
        documents
    }

    /// Says once what is wrong with the meter.
    pub(super) fn notice_fault(&mut self) {
        let fault = self.eco.fault();
        if fault != self.fault {
            match (fault, &self.meter) {
                (Some(fault), Some((_, topic))) => warn!(
                    "the meter {topic} cannot be right: {fault}; Eco does not use it. Check grid, \
                     solar, meter_pointer and meter_scale"
                ),
                _ => info!("the meter is plausible again"),
            }
            self.fault = fault;
        }
    }

    /// Says once that a contactor does not follow.
    pub(super) fn notice_contactor(&mut self, now_ms: u64) {
        let Some(contactor) = self.control.contactor() else { return };
        let late = contactor.is_late(now_ms);
        if late && !self.contactor_is_late {
            let wanted = contactor.told().unwrap_or(self.station.phases);
            let topic = self.station.phases_actual.given().unwrap_or_default();
            warn!(
                "the contactor was told {wanted} on {}/phases_wanted and does not show that on \
                 {topic}: nothing charges until it does",
                self.base
            );
        }
        self.contactor_is_late = late;
    }
}
