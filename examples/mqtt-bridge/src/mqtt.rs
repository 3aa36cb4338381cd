//! The connection to the broker.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rumqttc::{
    AsyncClient, ConnectReturnCode, ConnectionError, Event, EventLoop, LastWill, MqttOptions,
    Packet, QoS, SubscribeReasonCode,
};
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio::time::sleep;
use tracing::{debug, warn};

use crate::cli::MqttAddress;
use crate::delays::Delays;

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
    },
}

/// Publishes below a base topic.
#[derive(Clone, Debug)]
pub struct Mqtt {
    client: AsyncClient,
    base: String,
}

/// A command is short, and so is what a meter says.
const MAX_PACKET: usize = 256 * 1024;
/// A connection that has lasted so long was a good one.
const STABLE: Duration = Duration::from_secs(30);

/// What tells whether the bridge is there: the base topic itself, as the gateways have it.
const HERE: &str = "connected";
const GONE: &str = "disconnected";

impl Mqtt {
    /// Publishes a state: kept by the broker for those who come later.
    pub fn state(&self, topic: &str, payload: impl Into<Vec<u8>>) {
        self.publish(&format!("{}/{topic}", self.base), payload.into(), true);
    }

    /// Publishes an event.
    pub fn event(&self, topic: &str, payload: impl Into<Vec<u8>>) {
        self.publish(&format!("{}/{topic}", self.base), payload.into(), false);
    }

    /// Says that the bridge is here.
    pub fn hello(&self) {
        self.publish(&self.base, HERE.into(), true);
    }

    /// Says goodbye, as the last will would, and disconnects.
    pub async fn goodbye(&self) {
        // Full, or the broker is gone: it has the last will.
        if self.client.try_publish(&self.base, QoS::AtLeastOnce, true, GONE).is_ok() {
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

/// Connects and stays connected, on a task of its own.
#[must_use]
pub fn start(
    address: &MqttAddress,
    host: &str,
    port: u16,
    base: &str,
) -> (Mqtt, mpsc::Receiver<Message>) {
    // Two with one id would throw each other out; in containers every process is number 1.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.subsec_nanos());
    let id = format!("rapi-bridge-{}-{}-{now}", base.replace('/', "-"), std::process::id());
    let mut options = MqttOptions::new(id, host, port);
    options.set_max_packet_size(MAX_PACKET, MAX_PACKET);
    options.set_keep_alive(Duration::from_secs(15));
    options.set_last_will(LastWill::new(base, GONE, QoS::AtLeastOnce, true));
    if let MqttAddress::Broker { credentials: Some((user, password)), .. } = address {
        options.set_credentials(user, password);
    }
    let (client, event_loop) = AsyncClient::new(options, 200);
    let (messages, incoming) = mpsc::channel(64);
    let mqtt = Mqtt { client, base: base.to_owned() };
    tokio::spawn(run(event_loop, messages, mqtt.clone()));
    (mqtt, incoming)
}

async fn run(mut event_loop: EventLoop, messages: mpsc::Sender<Message>, mqtt: Mqtt) {
    let mut delays = Delays::default();
    let mut connected_at = None;
    loop {
        let message = match event_loop.poll().await {
            Ok(Event::Incoming(Packet::ConnAck(_))) => {
                connected_at = Some(Instant::now());
                Some(Message::Connected)
            }
            Ok(Event::Incoming(Packet::Publish(publish))) if publish.retain => {
                // From the broker's store: nobody wants that now.
                debug!("a retained message on {} is ignored", publish.topic);
                None
            }
            Ok(Event::Incoming(Packet::Publish(publish))) => {
                Some(Message::Published { topic: publish.topic, payload: publish.payload.to_vec() })
            }
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
                 --mqtt mqtt://USER:PASSWORD@HOST"
            ))),
            Err(ConnectionError::Io(error)) => {
                Some(Message::Lost(format!("no connection: {error}")))
            }
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
            delays.wait().await;
        }
    }
}
