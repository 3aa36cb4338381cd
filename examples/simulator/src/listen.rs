//! Where clients find the station: TCP ports and pseudo-terminals.

mod pty;

pub use pty::Pty;

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use anyhow::Context as _;
use tokio::net::TcpListener;

use crate::Handle;

/// A TCP address, written `tcp://host:port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(String);

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let address = text.strip_prefix("tcp://").unwrap_or(text);
        match address.rsplit_once(':') {
            Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
                Ok(Self(address.to_owned()))
            }
            _ => Err("an address looks like tcp://127.0.0.1:8023".to_owned()),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tcp://{}", self.0)
    }
}

/// Listens for clients; each new one takes the place of the one before. Returns the address, which
/// has a number where port 0 was asked for.
///
/// # Errors
///
/// An address that cannot be listened on, with the reason.
pub async fn tcp(address: &Address, station: Handle) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind(&address.0)
        .await
        .with_context(|| format!("cannot listen on {address}; take another port with --listen"))?;
    let local = listener.local_addr()?;
    tokio::spawn(async move {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    // Lines are short and each waits for the one before.
                    let _ = stream.set_nodelay(true);
                    station.attach(stream).await;
                }
                // Out of file descriptors, for instance: better later than never.
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
            }
        }
    });
    Ok(local)
}
