//! The connection to the broker.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use rumqttc::{
    AsyncClient, ConnectReturnCode, ConnectionError, Event, EventLoop, LastWill, MqttOptions,
    Packet, QoS,
};
use tokio::sync::mpsc;
use tokio::time::sleep;
use tracing::{debug, warn};

use crate::cli::MqttAddress;

/// What the broker has to tell.
#[derive(Debug)]
pub enum Message {
    /// Connected: everything has to be published anew.
    Connected,
    /// Not connected any more, or not yet; in words.
    Lost(String),
    /// The broker lets nobody in with these credentials: no use to go on.
    Refused(String),
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
        let said = self.client.publish(&self.base, QoS::AtLeastOnce, true, GONE).await;
        if said.is_ok() {
            // Given away with the disconnection; a broker that is gone has the last will.
            let _ = self.client.disconnect().await;
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
    let id = format!("rapi-bridge-{}-{}", base.replace('/', "-"), std::process::id());
    let mut options = MqttOptions::new(id, host, port);
    options.set_keep_alive(Duration::from_secs(15));
    options.set_last_will(LastWill::new(base, GONE, QoS::AtLeastOnce, true));
    if let MqttAddress::Broker { credentials: Some((user, password)), .. } = address {
        options.set_credentials(user, password);
    }
    let (client, event_loop) = AsyncClient::new(options, 200);
    let (messages, incoming) = mpsc::channel(64);
    tokio::spawn(run(event_loop, messages));
    (Mqtt { client, base: base.to_owned() }, incoming)
}

async fn run(mut event_loop: EventLoop, messages: mpsc::Sender<Message>) {
    let delays = ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(500))
        .with_max_delay(Duration::from_secs(30))
        .without_max_times()
        .with_jitter();
    let mut delay = delays.build();
    loop {
        let message = match event_loop.poll().await {
            Ok(Event::Incoming(Packet::ConnAck(_))) => {
                delay = delays.build();
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
        if let Some(message) = message
            && messages.send(message).await.is_err()
        {
            return;
        }
        if lost {
            sleep(delay.next().unwrap_or(Duration::from_secs(30))).await;
        }
    }
}
