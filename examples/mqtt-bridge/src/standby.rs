//! Several bridges for one station: one owns it, the others wait until it is gone.
//!
//! The owner has a lease: its retained birth and last will, and its name at `<base>/owner`, retained, which it
//! writes anew while it lives. The will is quick, but nobody sends it when the owner's node of the broker
//! dies as well. Who takes over writes its own name there and goes on only if that is
//! still there a moment later: a broker has one order of messages. An owner that reads another name
//! there steps back.

mod lease;

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::bail;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::sleep;
use tracing::{info, warn};

pub use self::lease::{Answer, RENEW_MS, Tenure};
use self::lease::{Lease, Step};
use crate::clock;
use crate::control::Saved;
use crate::door::{Inside, View};
use crate::inbox::OWNER;
use crate::mqtt::{Message, Mqtt};
use crate::state::State;
use crate::teller::News;

/// The name of this process among the bridges of a fleet.
#[must_use]
pub fn me() -> &'static str {
    static ME: OnceLock<String> = OnceLock::new();
    ME.get_or_init(|| {
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_nanos());
        format!("{}-{}-{:x}", host.trim(), std::process::id(), now & 0xffff_ffff)
    })
}

/// Where the owner's name is.
#[must_use]
pub fn topic(base: &str) -> String {
    format!("{base}/{OWNER}")
}

/// What the former owner has left on the broker.
#[derive(Clone, Debug, Default)]
pub struct Left(BTreeMap<String, Value>);

impl Left {
    const TOPICS: [&str; 6] = ["override", "claim", "limit", "schedule", "target", "divertmode"];
    /// The documents among them, and under which names a state file has the same.
    const DOCUMENTS: [(&str, &str); 5] = [
        ("override", "override"),
        ("claim", "claims"),
        ("limit", "limit"),
        ("schedule", "schedule"),
        ("target", "done"),
    ];

    fn heard(&mut self, name: &str, text: &str) {
        match serde_json::from_str(text) {
            Ok(value) => self.0.insert(name.to_owned(), value),
            Err(_) => self.0.remove(name),
        };
    }

    /// The state that a bridge begins with: what is here is newer than what it has kept itself, and what the
    /// broker does not have (it has lost it in a power cut, or retains nothing) is taken from there.
    #[must_use]
    pub fn over(&self, kept: State) -> State {
        let eco = self.0.get("divertmode").map(|mode| *mode == 2);
        State { eco: eco.or(kept.eco), control: self.control(kept.control), energy: kept.energy }
    }

    fn control(&self, kept: Saved) -> Saved {
        let lost = |(name, _): &&(&str, &str)| !self.0.contains_key(*name);
        let lost: Vec<_> = Self::DOCUMENTS.iter().filter(lost).collect();
        if lost.len() == Self::DOCUMENTS.len() {
            return kept;
        }
        let told = Saved::from_documents(|name| self.0.get(name).cloned().unwrap_or_default());
        let (Ok(mut both), Ok(mut kept)) =
            (serde_json::to_value(&told), serde_json::to_value(kept))
        else {
            return told;
        };
        for (_, key) in lost {
            both[*key] = kept[*key].take();
        }
        serde_json::from_value(both).unwrap_or(told)
    }
}

/// Waits until the station has no owner, and takes it; what the former owner has left. Whoever looks at the
/// station from inside this process sees meanwhile that it waits, and is refused.
///
/// # Errors
///
/// The connection to the broker cannot go on; in words.
pub async fn wait(
    mqtt: &Mqtt,
    messages: &mut mpsc::Receiver<Message>,
    base: &str,
    inside: &Inside,
    mut tell: impl FnMut(News),
) -> anyhow::Result<Left> {
    // What was seen of the station before is somebody else's now.
    inside.show(|view| *view = View { standby: true, ..View::default() });
    let mut asks = inside.asks().await;
    tell(News::Standby);
    let life = mqtt.life();
    let owner_topic = topic(base);
    let mut left = Left::default();
    let mut lease = Lease::default();
    // Subscriptions that are not in force yet: silence says nothing before.
    let mut open = 0_usize;
    loop {
        let wait = match lease.step(me(), clock::uptime_ms()) {
            Step::Wait(until) => until,
            Step::Claim => {
                mqtt.document(&owner_topic, me());
                continue;
            }
            Step::Take => {
                info!("{base} is taken over");
                inside.show(|view| view.standby = false);
                return Ok(left);
            }
        };
        let left_ms = wait.map(|until| until.saturating_sub(clock::uptime_ms()));
        tokio::select! {
            message = messages.recv() => match message {
                None => bail!("the line to the broker has ended"),
                Some(Message::Connected) => {
                    inside.broker_is_there(Ok(()));
                    tell(News::Broker);
                    for name in Left::TOPICS {
                        mqtt.listen(&format!("{base}/{name}"));
                    }
                    mqtt.listen(&owner_topic);
                    mqtt.listen(&life.topic);
                    open = Left::TOPICS.len() + 2;
                }
                Some(Message::Subscribed) => {
                    open = open.saturating_sub(1);
                    if open == 0 {
                        lease.listens(clock::uptime_ms());
                    }
                }
                Some(Message::Lost(reason) | Message::Refused(reason)) => {
                    lease.lost();
                    inside.broker_is_there(Err(reason.clone()));
                    tell(News::NoBroker(reason));
                }
                // Who cannot hear an owner must not take its station.
                Some(Message::Deaf) => {
                    let problem = format!(
                        "the broker does not let the bridge read the topics of {base}: check the access \
                         rights of its user"
                    );
                    warn!("{problem}; it will not take the station over");
                    inside.show(|view| view.broker_problem = Some(problem));
                }
                Some(Message::Published { topic, payload, retained, .. }) => {
                    let (text, now_ms) = (String::from_utf8_lossy(&payload), clock::uptime_ms());
                    if topic == life.topic {
                        lease.life(text != life.gone, now_ms, jitter_ms());
                    } else if topic == owner_topic {
                        lease.owner(&text, retained, me(), now_ms);
                    } else if let Some(name) = topic.strip_prefix(base) {
                        left.heard(name.trim_start_matches('/'), &text);
                    }
                }
            },
            // Who asks need not wait for an answer that will not come.
            Some(ask) = asks.recv() => drop(ask),
            () = sleep(Duration::from_millis(left_ms.unwrap_or_default())), if left_ms.is_some() => {}
        }
    }
}

fn jitter_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.subsec_millis());
    u64::from((now ^ std::process::id()) % 700)
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;
    use crate::door::door;
    use crate::mqtt::Life;
    use crate::{config, mqtt};

    fn left(documents: &[(&str, &str)]) -> Left {
        let mut left = Left::default();
        documents.iter().for_each(|(name, text)| left.heard(name, text));
        left
    }

    #[tokio::test]
    async fn a_bridge_that_may_not_read_who_has_the_station_is_not_well_until_it_may() {
        let (door, inside) = door();
        let life = Life { topic: "a".to_owned(), here: String::new(), gone: String::new() };
        let nowhere = config::Mqtt {
            broker: vec!["mqtt://127.0.0.1:1".parse().unwrap()],
            ..config::Mqtt::default()
        };
        let (mqtt, _unheard) = mqtt::start(&nowhere, None, "a", life, false).unwrap();
        let (broker, mut messages) = mpsc::channel(1);
        let waits = wait(&mqtt, &mut messages, "a", &inside, |_| ());
        let looks = async {
            let mut view = door.view();
            for (message, well) in
                [(Message::Connected, true), (Message::Deaf, false), (Message::Connected, true)]
            {
                broker.send(message).await.unwrap();
                let is_so = view.wait_for(|view| view.is_well() == well);
                timeout(Duration::from_secs(5), is_so).await.unwrap().unwrap();
            }
        };
        tokio::select! {
            ended = waits => panic!("{ended:?}"),
            () = looks => {}
        }
    }

    #[test]
    fn what_the_broker_does_not_have_is_taken_from_the_file_document_by_document() {
        let kept: Value = serde_json::from_str(
            r#"{
                "eco": true,
                "control": {
                    "override": {"state": "active", "charge_current": 10, "auto_release": true},
                    "claims": {"7": {"max_current": 12, "auto_release": false}},
                    "limit": {"type": "energy", "value": 8000, "auto_release": true},
                    "schedule": [{"id": 1, "state": "active", "time": "22:00", "days": ["monday"]}],
                    "vehicle": false,
                    "done": {"put_to_sleep": true, "set": 10}
                }
            }"#,
        )
        .unwrap();
        let kept: State = serde_json::from_value(kept).unwrap();
        let over = |documents: &[(&str, &str)]| {
            serde_json::to_value(left(documents).over(kept.clone())).unwrap()
        };
        let file = serde_json::to_value(&kept).unwrap();
        assert_eq!(over(&[]), file);
        // What cannot be read, or is taken away, is not there either.
        assert_eq!(over(&[("override", ""), ("limit", "{")]), file);
        assert_eq!(over(&[("divertmode", "1")])["eco"], false);
        assert_eq!(over(&[("divertmode", "1")])["control"], file["control"]);
        // Each document that the broker has is newer, also one that says that nobody wants anything.
        let none = r#"{"state":"null"}"#;
        for (name, key, text, expected) in [
            ("override", "override", none, "null"),
            ("claim", "claims", none, "{}"),
            ("limit", "limit", r#"{"type":"none"}"#, "null"),
            ("schedule", "schedule", "[]", "[]"),
            ("target", "done", r#"{"state":"active"}"#, r#"{"put_to_sleep":false,"set":null}"#),
        ] {
            let state = over(&[(name, text)]);
            let mut wanted = file.clone();
            wanted["control"][key] = serde_json::from_str(expected).unwrap();
            // Nobody has said whether there was a car.
            wanted["control"]["vehicle"] = true.into();
            assert_eq!(state, wanted, "{name}");
        }
        let state = over(&[("override", r#"{"state":"disabled","auto_release":false}"#)]);
        assert_eq!(state["control"]["override"]["state"], "disabled");
    }
}
