//! MQTT 3.1.1 and MQTT 5, which have types of their own in the client library, in the same few words.

use std::time::Duration;

use rumqttc::{self as v4, QoS, Transport, v5};

use super::{Life, MAX_PACKET, MAX_PACKET_5, Respond, lost};
use crate::inbox;

/// What is asked of the library; full or closed otherwise.
const QOS: QoS = QoS::AtLeastOnce;
/// So many requests may wait.
const QUEUE: usize = 200;

/// How to reach one node of the cluster.
#[derive(Clone)]
pub(super) struct Node {
    pub(super) id: String,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) keep_alive: Duration,
    pub(super) credentials: Option<(String, String)>,
    pub(super) transport: Option<Transport>,
}

/// The sending end.
#[derive(Clone, Debug)]
pub(super) enum Client {
    V4(v4::AsyncClient),
    V5(v5::AsyncClient),
}

/// The receiving end, and the nodes it may connect to.
pub(super) enum Connection {
    V4(Box<v4::EventLoop>, Vec<v4::MqttOptions>),
    V5(Box<v5::EventLoop>, Vec<v5::MqttOptions>),
}

/// What has come.
pub(super) enum Heard {
    /// Nothing that anybody has to know.
    Nothing,
    Connected,
    Published {
        topic: String,
        payload: Vec<u8>,
        retained: bool,
        respond: Option<Respond>,
    },
    /// A subscription is in force: what the broker has kept comes next.
    Subscribed,
    /// The broker does not let the bridge read a topic.
    Deaf,
    /// User and password are refused.
    Refused(String),
    /// The connection is gone; in words.
    Lost(String),
    /// Nobody sends any more.
    End,
}

/// Opens nothing yet: the connection is made when it is listened to.
pub(super) fn open(
    version: u8,
    nodes: &[Node],
    life: Option<&Life>,
) -> Option<(Client, Connection)> {
    if version == 5 {
        let nodes: Vec<_> = nodes.iter().map(|node| options_5(node, life)).collect();
        let (client, event_loop) = v5::AsyncClient::new(nodes.first()?.clone(), QUEUE);
        Some((Client::V5(client), Connection::V5(Box::new(event_loop), nodes)))
    } else {
        let nodes: Vec<_> = nodes.iter().map(|node| options_4(node, life)).collect();
        let (client, mut event_loop) = v4::AsyncClient::new(nodes.first()?.clone(), QUEUE);
        event_loop.set_network_options(network());
        Some((Client::V4(client), Connection::V4(Box::new(event_loop), nodes)))
    }
}

fn options_4(node: &Node, life: Option<&Life>) -> v4::MqttOptions {
    let mut options = v4::MqttOptions::new(&node.id, &node.host, node.port);
    options.set_max_packet_size(MAX_PACKET, MAX_PACKET);
    options.set_keep_alive(node.keep_alive);
    if let Some(life) = life {
        options.set_last_will(v4::LastWill::new(&life.topic, life.gone.clone(), QOS, true));
    }
    if let Some((user, password)) = &node.credentials {
        options.set_credentials(user, password);
    }
    if let Some(transport) = &node.transport {
        options.set_transport(transport.clone());
    }
    options
}

fn options_5(node: &Node, life: Option<&Life>) -> v5::MqttOptions {
    let mut options = v5::MqttOptions::new(&node.id, &node.host, node.port);
    options.set_max_packet_size(Some(MAX_PACKET_5));
    options.set_keep_alive(node.keep_alive);
    options.set_network_options(network());
    if let Some(life) = life {
        let (topic, gone) = (&life.topic, life.gone.clone());
        let will = v5::mqttbytes::v5::LastWill::new(topic, gone, qos_5(), true, None);
        options.set_last_will(will);
    }
    if let Some((user, password)) = &node.credentials {
        options.set_credentials(user, password);
    }
    if let Some(transport) = &node.transport {
        options.set_transport(transport.clone());
    }
    options
}

/// An answer of a few bytes does not wait for another one: that is 40 ms.
fn network() -> v4::NetworkOptions {
    let mut options = v4::NetworkOptions::new();
    options.set_tcp_nodelay(true);
    options
}

const fn qos_5() -> v5::mqttbytes::QoS {
    v5::mqttbytes::QoS::AtLeastOnce
}

impl Client {
    /// Queues a message. `correlation` is for MQTT 5 only.
    pub(super) fn publish(
        &self,
        topic: &str,
        retain: bool,
        payload: Vec<u8>,
        correlation: Option<Vec<u8>>,
    ) -> Result<(), String> {
        // What is retained must arrive. An answer is for now, and the broker's acknowledgement of it would
        // hold the next command back: for 40 ms, with Nagle's algorithm in the broker.
        match self {
            Self::V4(client) => {
                let qos = if retain { QOS } else { QoS::AtMostOnce };
                client.try_publish(topic, qos, retain, payload).map_err(|error| error.to_string())
            }
            Self::V5(client) => {
                let qos = if retain { qos_5() } else { v5::mqttbytes::QoS::AtMostOnce };
                let properties = v5::mqttbytes::v5::PublishProperties {
                    correlation_data: correlation.map(Into::into),
                    ..Default::default()
                };
                client
                    .try_publish_with_properties(topic, qos, retain, payload, properties)
                    .map_err(|error| error.to_string())
            }
        }
    }

    /// `surely`: with QoS 1. In a cluster that costs: each such subscription is something on which the
    /// nodes have to agree first.
    pub(super) fn subscribe(&self, topic: &str, surely: bool) -> Result<(), String> {
        match self {
            Self::V4(client) => {
                let qos = if surely { QOS } else { QoS::AtMostOnce };
                client.try_subscribe(topic, qos).map_err(|error| error.to_string())
            }
            Self::V5(client) => {
                let qos = if surely { qos_5() } else { v5::mqttbytes::QoS::AtMostOnce };
                client.try_subscribe(topic, qos).map_err(|error| error.to_string())
            }
        }
    }

    pub(super) fn disconnect(&self) {
        // Full or closed: the connection is going to end all the same.
        match self {
            Self::V4(client) => drop(client.try_disconnect()),
            Self::V5(client) => drop(client.try_disconnect()),
        }
    }
}

impl Connection {
    pub(super) fn nodes(&self) -> usize {
        match self {
            Self::V4(_, nodes) => nodes.len(),
            Self::V5(_, nodes) => nodes.len(),
        }
    }

    /// 3 (3.1.1), or 5.
    pub(super) const fn version(&self) -> u8 {
        match self {
            Self::V4(..) => 3,
            Self::V5(..) => 5,
        }
    }

    /// Goes on with another node, and forgets what was on its way in either direction: it would be old. The
    /// library keeps what has come together with the end of the connection, and hands it out after the next
    /// one; and a message that waits for an acknowledgement out of order would keep all others back.
    pub(super) fn turn_to(&mut self, node: usize) {
        match self {
            Self::V4(event_loop, nodes) => {
                event_loop.pending.clear();
                event_loop.state.events.clear();
                event_loop.state.collision = None;
                event_loop.mqtt_options = nodes[node].clone();
            }
            Self::V5(event_loop, nodes) => {
                event_loop.pending.clear();
                event_loop.state.events.clear();
                event_loop.state.collision = None;
                event_loop.options = nodes[node].clone();
            }
        }
    }

    /// Waits for what comes next.
    pub(super) async fn hear(&mut self) -> Heard {
        match self {
            Self::V4(event_loop, _) => match event_loop.poll().await {
                Ok(event) => heard_4(event),
                Err(error) => lost::from_4(error),
            },
            Self::V5(event_loop, _) => match event_loop.poll().await {
                Ok(event) => heard_5(event),
                Err(error) => lost::from_5(error),
            },
        }
    }
}

/// As much of a payload as it takes to see that it is too long.
fn begin(payload: &[u8]) -> Vec<u8> {
    payload.iter().take(inbox::LONGEST + 1).copied().collect()
}

fn heard_4(event: v4::Event) -> Heard {
    match event {
        v4::Event::Incoming(v4::Packet::ConnAck(_)) => Heard::Connected,
        v4::Event::Incoming(v4::Packet::Publish(publish)) => Heard::Published {
            topic: publish.topic,
            payload: begin(&publish.payload),
            retained: publish.retain,
            respond: None,
        },
        v4::Event::Incoming(v4::Packet::SubAck(answer)) => {
            let refused = answer.return_codes.contains(&v4::SubscribeReasonCode::Failure);
            if refused { Heard::Deaf } else { Heard::Subscribed }
        }
        _ => Heard::Nothing,
    }
}

fn heard_5(event: v5::Event) -> Heard {
    use v5::mqttbytes::v5::{Packet, SubscribeReasonCode};
    match event {
        v5::Event::Incoming(Packet::ConnAck(_)) => Heard::Connected,
        v5::Event::Incoming(Packet::Publish(publish)) => {
            let properties = publish.properties.unwrap_or_default();
            Heard::Published {
                topic: String::from_utf8_lossy(&publish.topic).into_owned(),
                payload: begin(&publish.payload),
                retained: publish.retain,
                respond: properties.response_topic.map(|topic| Respond {
                    topic,
                    correlation: properties.correlation_data.map(|data| data.to_vec()),
                }),
            }
        }
        v5::Event::Incoming(Packet::SubAck(answer)) => {
            let granted =
                |code: &SubscribeReasonCode| matches!(code, SubscribeReasonCode::Success(_));
            if answer.return_codes.iter().all(granted) { Heard::Subscribed } else { Heard::Deaf }
        }
        _ => Heard::Nothing,
    }
}
