//! The connection to the broker.

mod lost;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio::time::sleep;
use tracing::{Instrument as _, debug, warn};

use self::wire::{Client, Connection, Heard, Node};
use crate::config::{self, MqttAddress};
use crate::delays::Delays;
use crate::{inbox, tls};

/// What the broker has to tell.
#[derive(Debug)]
pub enum Message {
    /// Connected: everything has to be published anew.
    Connected,
    /// Not connected any more, or not yet; in words.
    Lost(String),
    /// The broker lets nobody in with these credentials; in words.
    Refused(String),
    /// A subscription is in force: what the broker has kept comes next.
    Subscribed,
    /// The broker does not let the bridge read a topic.
    Deaf,
    /// Somebody has published something that was subscribed to.
    Published {
        /// The whole topic.
        topic: String,
        /// The payload.
        payload: Vec<u8>,
        /// Whether it comes from the broker's store and may be of any age.
        retained: bool,
        /// Where the answer is wanted besides (MQTT 5).
        respond: Option<Respond>,
    },
}

/// Where an answer is wanted, and what it is known by (MQTT 5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Respond {
    /// The whole topic.
    pub topic: String,
    /// Comes back as it was.
    pub correlation: Option<Vec<u8>>,
}

/// Publishes below a base topic.
#[derive(Clone, Debug)]
pub struct Mqtt {
    client: Client,
    base: String,
    retain: bool,
    life: Life,
    /// Nothing is queued for a broker that is away: it would be old when it comes back, and stand in
    /// the way of what is new.
    connected: Arc<AtomicBool>,
}

/// How the bridge says that it is there, and that it is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// The whole topic.
    pub topic: String,
    /// Payload while it is there.
    pub here: String,
    /// Payload when it is not; the last will, too.
    pub gone: String,
}

/// What is longer ends the connection, in the library, and with MQTT 3.1.1 nobody can tell the broker so: what
/// it keeps of that length would end each connection. Most brokers let nothing pass that is as long as this.
const MAX_PACKET: usize = 16 * 1024 * 1024;
/// The broker is told with MQTT 5, and sends nothing that is longer.
const MAX_PACKET_5: u32 = 256 * 1024;
/// A connection that has lasted so long was a good one.
const STABLE: Duration = Duration::from_secs(30);

impl Mqtt {
    /// Publishes a state: kept by the broker for those who come later. `false` if there is no room for it now.
    pub fn state(&self, topic: &str, payload: impl Into<Vec<u8>>) -> bool {
        self.publish(&format!("{}/{topic}", self.base), payload.into(), self.retain)
    }

    /// Publishes an event.
    pub fn event(&self, topic: &str, payload: impl Into<Vec<u8>>) {
        self.publish(&format!("{}/{topic}", self.base), payload.into(), false);
    }

    /// Publishes a document, retained, on any topic. `false` if there is no room for it now.
    pub fn document(&self, topic: &str, payload: impl Into<Vec<u8>>) -> bool {
        self.publish(topic, payload.into(), true)
    }

    /// Publishes an answer where MQTT 5 wants it. Not below the base topic: it might be a command there.
    pub fn respond(&self, respond: Option<&Respond>, payload: impl Into<Vec<u8>>) {
        let Some(Respond { topic, correlation }) = respond else { return };
        let below = topic.strip_prefix(&self.base).is_some_and(|rest| rest.starts_with('/'));
        if below || topic.is_empty() || topic.contains(['#', '+', '\0']) || topic.starts_with('$') {
            warn!(
                "no answer on {topic:?}: a response topic is another one than those of the bridge"
            );
            return;
        }
        self.send(topic, payload.into(), false, correlation.clone());
    }

    /// How the bridge says that it is there.
    #[must_use]
    pub const fn life(&self) -> &Life {
        &self.life
    }

    /// Says that the bridge is here.
    pub fn hello(&self) {
        self.publish(&self.life.topic, self.life.here.clone().into(), true);
    }

    /// Says goodbye, as the last will would, and disconnects.
    pub async fn goodbye(&self) {
        // Full, or the broker is gone: it has the last will.
        let gone = self.life.gone.clone().into();
        if self.connected.load(Ordering::Relaxed)
            && self.client.publish(&self.life.topic, true, gone, None).is_ok()
        {
            self.client.disconnect();
            sleep(Duration::from_millis(200)).await;
        }
    }

    /// Disconnects without a word: somebody else is there.
    pub fn leave(&self) {
        self.client.disconnect();
    }

    /// Subscribes to orders: QoS 1. To be done after each connection.
    pub fn subscribe(&self, topic: &str) {
        self.subscribe_with(topic, true);
    }

    /// Subscribes to what comes again and again: QoS 0.
    pub fn listen(&self, topic: &str) {
        self.subscribe_with(topic, false);
    }

    fn subscribe_with(&self, topic: &str, surely: bool) {
        if let Err(error) = self.client.subscribe(topic, surely) {
            warn!("cannot subscribe to {topic}: {error}");
        }
    }

    fn publish(&self, topic: &str, payload: Vec<u8>, retain: bool) -> bool {
        self.send(topic, payload, retain, None)
    }

    fn send(
        &self,
        topic: &str,
        payload: Vec<u8>,
        retain: bool,
        correlation: Option<Vec<u8>>,
    ) -> bool {
        // After a new connection everything is published anew.
        if !self.connected.load(Ordering::Relaxed) {
            return true;
        }
        let sent = self.client.publish(topic, retain, payload, correlation);
        if let Err(error) = &sent {
            debug!("not published to {topic}: {error}");
        }
        sent.is_ok()
    }
}

/// Whether certificates, keys and passwords are there.
///
/// # Errors
///
/// Which is not; in words.
pub fn check(config: &config::Mqtt) -> anyhow::Result<()> {
    tls::credentials(config)?;
    let is_tls = |address: &MqttAddress| matches!(address, MqttAddress::Broker { tls: true, .. });
    if config.broker.iter().any(is_tls) {
        tls::transport(config)?;
    }
    Ok(())
}

/// Connects and stays connected, on a task of its own. `embedded` is the address of the broker in
/// this process. With a `will` the broker tells when the bridge is gone.
///
/// # Errors
///
/// A certificate, a key or a password cannot be read.
pub fn start(
    config: &config::Mqtt,
    embedded: Option<&(String, u16)>,
    base: &str,
    life: Life,
    will: bool,
) -> anyhow::Result<(Mqtt, mpsc::Receiver<Message>)> {
    // Two with one id would throw each other out; in containers every process is number 1.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.subsec_nanos());
    let id = format!("rapi-bridge-{}-{}-{now}", base.replace('/', "-"), std::process::id());
    let own = tls::credentials(config)?;
    let mut nodes = Vec::new();
    for address in &config.broker {
        let (host, port, tls, credentials) = match address {
            MqttAddress::Embedded => {
                let (host, port) = embedded.context("there is no embedded broker")?;
                (host.clone(), *port, false, None)
            }
            MqttAddress::Broker { host, port, tls, credentials } => {
                (host.clone(), *port, *tls, credentials.clone().or_else(|| own.clone()))
            }
        };
        nodes.push(Node {
            id: id.clone(),
            host,
            port,
            keep_alive: Duration::from_secs(config.keep_alive.max(5).into()),
            credentials,
            transport: if tls { Some(tls::transport(config)?) } else { None },
        });
    }
    let (client, connection) =
        wire::open(config.version, &nodes, will.then_some(&life)).context("there is no broker")?;
    let (messages, incoming) = mpsc::channel(64);
    let connected = Arc::new(AtomicBool::new(false));
    let mqtt = Mqtt { client, base: base.to_owned(), retain: config.retain, life, connected };
    tokio::spawn(run(connection, messages, mqtt.clone()).in_current_span());
    Ok((mqtt, incoming))
}

/// Nobody listens here any more, but what was said last may be under way: without its goodbye a broker
/// would publish the last will over what the next owner of the station has said.
async fn last_words(mut connection: Connection) {
    const PATIENCE: Duration = Duration::from_secs(1);
    let gone = async {
        while !matches!(connection.hear().await, Heard::End | Heard::Lost(_) | Heard::Refused(_)) {}
    };
    // A broker that takes longer than that has lost the connection.
    let _ = tokio::time::timeout(PATIENCE, gone).await;
}

async fn run(mut connection: Connection, messages: mpsc::Sender<Message>, mqtt: Mqtt) {
    let mut node = 0;
    let mut delays = Delays::default();
    let mut connected_at = None;
    loop {
        let message = match connection.hear().await {
            Heard::Nothing => continue,
            Heard::End => return,
            Heard::Connected => {
                connected_at = Some(Instant::now());
                mqtt.connected.store(true, Ordering::Relaxed);
                Message::Connected
            }
            Heard::Published { topic, payload, retained, respond } => {
                Message::Published { topic, payload, retained, respond }
            }
            Heard::Subscribed => Message::Subscribed,
            Heard::Deaf => Message::Deaf,
            Heard::Refused(code) => Message::Refused(format!(
                "the broker refuses user and password ({code}): give them with \
                 --mqtt mqtt://USER:PASSWORD@HOST, or mqtt.user and mqtt.password_file"
            )),
            Heard::Lost(reason) if connected_at.is_none() && reason == lost::CLOSED => {
                Message::Lost(format!("{reason} at once: {}", lost::at_once(connection.version())))
            }
            Heard::Lost(reason) => Message::Lost(reason),
        };
        let lost = matches!(message, Message::Lost(_) | Message::Refused(_));
        if lost {
            mqtt.connected.store(false, Ordering::Relaxed);
        }
        // Never wait here: who does not poll does not answer the broker's pings either.
        match messages.try_send(message) {
            Ok(()) => {}
            Err(TrySendError::Closed(_)) if lost => return,
            Err(TrySendError::Closed(_)) => return last_words(connection).await,
            Err(TrySendError::Full(Message::Published { topic, payload, respond, retained })) => {
                debug!("too many messages: {topic} is dropped");
                // What is retained is nobody's question.
                for (topic, answer) in inbox::busy(&mqtt.base, &topic, &payload, retained) {
                    mqtt.event(&topic, answer.clone());
                    mqtt.respond(respond.as_ref().filter(|_| topic != inbox::ERROR), answer);
                }
            }
            // News of the connection must not be lost.
            Err(TrySendError::Full(message)) => {
                if messages.send(message).await.is_err() {
                    return;
                }
            }
        }
        if lost {
            // A connection that breaks at once is no reason for haste.
            if connected_at.take().is_some_and(|at: Instant| at.elapsed() > STABLE) {
                delays = Delays::default();
            }
            // The next node of the cluster at once; a wait after each round.
            node = (node + 1) % connection.nodes();
            connection.turn_to(node);
            if node == 0 {
                delays.wait().await;
            }
        }
    }
}
