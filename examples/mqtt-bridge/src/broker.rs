//! A broker in the same process, for those who have none.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, bail};
use rumqttd::{Broker, Config, ConnectionSettings, RouterConfig, ServerSettings};

/// The port that MQTT has.
const PORT: u16 = 1883;
/// How many ports are tried.
const PORTS: u16 = 20;

/// Starts a broker on 127.0.0.1, port 1883 or the next free one, and returns its address.
///
/// # Errors
///
/// No port is free, or the broker does not come up.
pub fn start() -> anyhow::Result<SocketAddr> {
    let address = (PORT..PORT + PORTS)
        .map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        // rumqttd panics on a thread of its own if the port is taken, so it is tried before.
        .find(|address| TcpListener::bind(address).is_ok())
        .with_context(|| {
            format!("none of the ports {PORT} to {} is free: use --mqtt", PORT + PORTS - 1)
        })?;
    let server = ServerSettings {
        name: "rapi-bridge".to_owned(),
        listen: address,
        tls: None,
        next_connection_delay_ms: 1,
        connections: ConnectionSettings {
            connection_timeout_ms: 5000,
            max_payload_size: 64 * 1024,
            max_inflight_count: 100,
            auth: None,
            external_auth: None,
            dynamic_filters: true,
        },
    };
    let config = Config {
        router: RouterConfig {
            max_connections: 100,
            max_outgoing_packet_count: 200,
            max_segment_size: 1024 * 1024,
            max_segment_count: 10,
            ..RouterConfig::default()
        },
        v4: Some(HashMap::from([("v4".to_owned(), server)])),
        ..Config::default()
    };
    std::thread::Builder::new()
        .name("broker".to_owned())
        .spawn(move || {
            if let Err(error) = Broker::new(config).start() {
                tracing::error!("the embedded broker has stopped: {error}");
            }
        })
        .context("cannot start the embedded broker")?;
    // It listens in a moment; a client that comes before would be turned away.
    for _ in 0..100 {
        if TcpStream::connect(address).is_ok() {
            return Ok(address);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    bail!("the embedded broker does not listen on {address}")
}
