//! What a broker that is new to the bridge has to know.

use std::collections::BTreeSet;
use std::iter;

use super::Desk;
use crate::{clock, config, discovery, inbox, profile, standby};

impl Desk {
    /// A new connection knows nothing: subscribes, and publishes everything.
    pub(crate) fn subscribe(&mut self) {
        self.mqtt.hello();
        for topic in iter::once("rapi/in/#").chain(inbox::orders(self.car.is_some())) {
            self.mqtt.subscribe(&format!("{}/{topic}", self.base));
        }
        if self.config.bridge.standby {
            self.mqtt.listen(&standby::topic(&self.base));
        }
        let meter = self.meter.as_ref().map(|(_, topic)| topic.as_str());
        // One topic may serve several purposes.
        let topics: BTreeSet<_> = meter.into_iter().chain(self.feeds.topics()).collect();
        for topic in topics {
            self.mqtt.listen(topic);
        }
        if self.config.homeassistant.discovery {
            self.mqtt.listen(&discovery::status_topic(&self.config));
        }
        if self.config.publish.compat == config::Compat::Default {
            let announcement = profile::announcement(&self.station, None);
            self.mqtt.document(&profile::announce_topic(&self.station), announcement);
        }
        self.discover();
        self.publisher.forget();
        self.documents.clear();
        self.tell_changes();
    }

    /// Tells the bridges that wait for this one's end that it lives.
    pub(crate) fn renew_lease(&mut self) {
        let now_ms = clock::uptime_ms();
        if self.config.bridge.standby && now_ms.saturating_sub(self.renewed_ms) >= standby::RENEW_MS
        {
            self.renewed_ms = now_ms;
            self.mqtt.document(&standby::topic(&self.base), standby::me());
        }
    }
}
