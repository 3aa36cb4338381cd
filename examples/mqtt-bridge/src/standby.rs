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
use crate::inbox::OWNER;
use crate::mqtt::{Message, Mqtt};
use crate::state::State;

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
#[derive(Debug, Default)]
struct Left(BTreeMap<String, Value>);

impl Left {
    const TOPICS: [&str; 6] = ["override", "claim", "limit", "schedule", "target", "divertmode"];

    fn state(&self) -> State {
        let get = |name: &str| self.0.get(name).cloned().unwrap_or_default();
        State {
            eco: self.0.get("divertmode").map(|mode| *mode == 2),
            control: Saved::from_documents(get),
            ..State::default()
        }
    }
}

/// Waits until the station has no owner, and takes it; what the former owner has left.
///
/// # Errors
///
/// The connection to the broker cannot go on; in words.
pub async fn wait(
    mqtt: &Mqtt,
    messages: &mut mpsc::Receiver<Message>,
    base: &str,
) -> anyhow::Result<State> {
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
                return Ok(left.state());
            }
        };
        let left_ms = wait.map(|until| until.saturating_sub(clock::uptime_ms()));
        tokio::select! {
            message = messages.recv() => match message {
                None => bail!("the line to the broker has ended"),
                Some(Message::Connected) => {
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
                Some(Message::Lost(_)) => lease.lost(),
                Some(Message::Refused(reason)) => {
                    warn!("{reason}; trying again");
                    lease.lost();
                }
                // Who cannot hear an owner must not take its station.
                Some(Message::Deaf) => warn!(
                    "the broker does not let the bridge read the topics of {base}: it will not take the \
                     station over; check the access rights of its user"
                ),
                Some(Message::Published { topic, payload, retained, .. }) => {
                    let (text, now_ms) = (String::from_utf8_lossy(&payload), clock::uptime_ms());
                    if topic == life.topic {
                        lease.life(text != life.gone, now_ms, jitter_ms());
                    } else if topic == owner_topic {
                        lease.owner(&text, retained, me(), now_ms);
                    } else if let Some(name) = topic.strip_prefix(base) {
                        let value = serde_json::from_str(&text).unwrap_or_default();
                        left.0.insert(name.trim_start_matches('/').to_owned(), value);
                    }
                }
            },
            () = sleep(Duration::from_millis(left_ms.unwrap_or_default())), if left_ms.is_some() => {}
        }
    }
}

fn jitter_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.subsec_millis());
    u64::from((now ^ std::process::id()) % 700)
}
