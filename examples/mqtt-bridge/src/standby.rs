//! Several bridges for one station: one owns it, the others wait until it is gone.
//!
//! The retained birth and last will of the owner are the lease: while they say that it is there, the
//! others wait. Who takes over writes its name to `<base>/owner`, retained, and goes on only if that
//! is still its own name a moment later: a broker has one order of messages. An owner that reads
//! another name there steps back.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::bail;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use tracing::info;

use crate::control::Saved;
use crate::inbox::OWNER;
use crate::mqtt::{Message, Mqtt};
use crate::state::State;

/// Nobody has said anything for so long: there is no owner.
const SILENCE: Duration = Duration::from_secs(3);
/// So long after its claim a bridge looks whether it is still its own.
const CLAIM: Duration = Duration::from_secs(2);
/// Another one has been faster: it is looked at again if it says nothing.
const BEATEN: Duration = Duration::from_secs(15);

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
    let (mut owner, mut claimed) = (String::new(), false);
    let mut decide_at = None;
    loop {
        tokio::select! {
            message = messages.recv() => match message {
                None => bail!("the line to the broker has ended"),
                Some(Message::Connected) => {
                    for name in Left::TOPICS {
                        mqtt.subscribe(&format!("{base}/{name}"));
                    }
                    mqtt.subscribe(&owner_topic);
                    mqtt.subscribe(&life.topic);
                    claimed = false;
                    decide_at = Some(Instant::now() + SILENCE);
                }
                Some(Message::Lost(_)) => decide_at = None,
                Some(Message::Refused(reason)) => bail!(reason),
                Some(Message::Deaf) => {}
                Some(Message::Published { topic, payload, .. }) => {
                    let text = String::from_utf8_lossy(&payload).into_owned();
                    if topic == life.topic {
                        claimed = false;
                        // Not all at the same moment.
                        decide_at = (text == life.gone).then(|| Instant::now() + jitter());
                    } else if topic == owner_topic {
                        owner = text;
                    } else if let Some(name) = topic.strip_prefix(base) {
                        let value = serde_json::from_str(&text).unwrap_or_default();
                        left.0.insert(name.trim_start_matches('/').to_owned(), value);
                    }
                }
            },
            () = sleep_until(decide_at.unwrap_or_else(Instant::now)), if decide_at.is_some() => {
                if !claimed {
                    mqtt.document(&owner_topic, me());
                    (claimed, decide_at) = (true, Some(Instant::now() + CLAIM));
                } else if owner == me() {
                    info!("{base} is taken over");
                    return Ok(left.state());
                } else {
                    (claimed, decide_at) = (false, Some(Instant::now() + BEATEN));
                }
            }
        }
    }
}

fn jitter() -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.subsec_millis());
    Duration::from_millis(u64::from((now ^ std::process::id()) % 700))
}
