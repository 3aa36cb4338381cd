//! The connection to the broker.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use rumqttc::{
    AsyncClient, ConnectReturnCode, ConnectionError, Event, EventLoop, LastWill, MqttOptions,
    Packet, QoS, SubscribeReasonCode,
};
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio::time::sleep;
use tracing::{debug, warn};

use crate::config::{self, MqttAddress};
use crate::delays::Delays;
use crate::tls;

/// What the broker has to tell.
#[derive(Debug)]
pub enum Message {
    /// Connected: everything has to be published anew.
    Connected,
    /// Not connected any more, or not yet; in words.
    Lost(String),
    /// The broker lets nobody in with these credentials; in words.
    Refused(String),
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
    },
}

/// Publishes below a base topic.
#[derive(Clone, Debug)]
pub struct Mqtt {
    client: AsyncClient,
    base: String,
    retain: bool,
    life: Life,
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

/// A command is short, and so is what a meter says.
const MAX_PACKET: usize = 256 * 1024;
/// A connection that has lasted so long was a good one.
const STABLE: Duration = Duration::from_secs(30);

impl Mqtt {
    /// Publishes a state: kept by the broker for those who come later.
    pub fn state(&self, topic: &str, payload: impl Into<Vec<u8>>) {
        self.publish(&format!("{}/{topic}", self.base), payload.into(), self.retain);
    }

    /// Publishes an event.
    pub fn event(&self, topic: &str, payload: impl Into<Vec<u8>>) {
        self.publish(&format!("{}/{topic}", self.base), payload.into(), false);
    }

    /// Publishes a document, retained, on any topic.
    pub fn document(&self, topic: &str, payload: impl Into<Vec<u8>>) {
        self.publish(topic, payload.into(), true);
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
        let gone = self.life.gone.clone();
        if self.client.try_publish(&self.life.topic, QoS::AtLeastOnce, true, gone).is_ok() {
            let _ = self.client.try_disconnect();
            sleep(Duration::from_millis(200)).await;
        }
    }

    /// Subscribes. To be done after each connection.
    pub fn subscribe(&self, topic: &str) {
        if let Err(error) = self.client.try_subscribe(topic, QoS::AtLeastOnce) {
            warn!("cannot subscribe to {topic}: {error}");
        }
    }

    fn publish(&self, topic: &str, payload: Vec<u8>, retain: bool) {
        // Full: the broker is away, and what is old when it comes back is published anew then.
        if let Err(error) = self.client.try_publish(topic, QoS::AtLeastOnce, retain, payload) {
            debug!("not published to {topic}: {error}");
        }
    }
}

/// Connects and stays connected, on a task of its own. `embedded` is the address of the broker in
/// this process.
///
/// # Errors
///
/// A certificate, a key or a password cannot be read.
pub fn start(
    config: &config::Mqtt,
    embedded: Option<&(String, u16)>,
    base: &str,
    life: Life,
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
                (host, *port, false, None)
            }
            MqttAddress::Broker { host, port, tls, credentials } => {
                (host, *port, *tls, credentials.clone().or_else(|| own.clone()))
            }
        };
        let mut options = MqttOptions::new(&id, host, port);
        options.set_max_packet_size(MAX_PACKET, MAX_PACKET);
        options.set_keep_alive(Duration::from_secs(config.keep_alive.max(5).into()));
        let Life { topic, gone, .. } = &life;
        options.set_last_will(LastWill::new(topic, gone.clone(), QoS::AtLeastOnce, true));
        if let Some((user, password)) = credentials {
            options.set_credentials(user, password);
        }
        if tls {
            options.set_transport(tls::transport(config)?);
        }
        nodes.push(options);
    }
    let first = nodes.first().context("there is no broker")?.clone();
    let (client, event_loop) = AsyncClient::new(first, 200);
    let (messages, incoming) = mpsc::channel(64);
    let mqtt = Mqtt { client, base: base.to_owned(), retain: config.retain, life };
    tokio::spawn(run(event_loop, nodes, messages, mqtt.clone()));
    Ok((mqtt, incoming))
}

async fn run(
    mut event_loop: EventLoop,
    nodes: Vec<MqttOptions>,
    messages: mpsc::Sender<Message>,
    mqtt: Mqtt,
) {
    let mut node = 0;
    let mut delays = Delays::default();
    let mut connected_at = None;
    loop {
        let message = match event_loop.poll().await {
            Ok(Event::Incoming(Packet::ConnAck(_))) => {
                connected_at = Some(Instant::now());
                Some(Message::Connected)
            }
            Ok(Event::Incoming(Packet::Publish(publish))) => Some(Message::Published {
                topic: publish.topic,
                payload: publish.payload.to_vec(),
                retained: publish.retain,
            }),
            Ok(Event::Incoming(Packet::SubAck(answer))) => {
                let refused = answer.return_codes.contains(&SubscribeReasonCode::Failure);
                refused.then_some(Message::Deaf)
            }
            Ok(_) => None,
            Err(ConnectionError::RequestsDone) => return,
            Err(ConnectionError::ConnectionRefused(
                code @ (ConnectReturnCode::BadUserNamePassword | ConnectReturnCode::NotAuthorized),
            )) => Some(Message::Refused(format!(
                "the broker refuses user and password ({code:?}): give them with \
                 --mqtt mqtt://USER:PASSWORD@HOST, or mqtt.user and mqtt.password_file"
            ))),
            Err(ConnectionError::Io(error)) => {
                Some(Message::Lost(format!("no connection: {error}")))
            }
            Err(ConnectionError::Tls(error)) => Some(Message::Lost(format!("no TLS: {error}"))),
            Err(error) => Some(Message::Lost(error.to_string())),
        };
        let lost = matches!(message, Some(Message::Lost(_) | Message::Refused(_)));
        // Never wait here: who does not poll does not answer the broker's pings either.
        match message.map_or(Ok(()), |message| messages.try_send(message)) {
            Ok(()) => {}
            Err(TrySendError::Closed(_)) => return,
            Err(TrySendError::Full(Message::Published { topic, .. })) => {
                debug!("too many messages: {topic} is dropped");
                if let Some((_, command)) = topic.split_once("/rapi/in/") {
                    mqtt.event("rapi/error", format!("{command}: the bridge is busy: try again"));
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
            node = (node + 1) % nodes.len();
            event_loop.mqtt_options = nodes[node].clone();
            if node == 0 {
                delays.wait().await;
            }
        }
    }
}
