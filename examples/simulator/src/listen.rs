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

impl Address {
    /// Returns the address that many ports further on; port 0 stays, it is always another one.
    ///
    /// # Errors
    ///
    /// There are no ports beyond 65535.
    pub fn nth(&self, further: usize) -> anyhow::Result<Self> {
        let (host, port) = self.0.rsplit_once(':').context("an address has a port")?;
        let port = port.parse::<u16>().context("an address has a port")?;
        if port == 0 {
            return Ok(self.clone());
        }
        let port = u16::try_from(usize::from(port) + further)
            .with_context(|| format!("there are not that many ports behind {self}"))?;
        Ok(Self(format!("{host}:{port}")))
    }

    /// Takes this address.
    ///
    /// # Errors
    ///
    /// An address that cannot be listened on, with the reason.
    pub async fn bind(&self) -> anyhow::Result<TcpListener> {
        TcpListener::bind(&self.0)
            .await
            .with_context(|| format!("cannot listen on {self}; take another port with --listen"))
    }
}

/// Listens for clients; each new one takes the place of the one before. Returns the address, which
/// has a number where port 0 was asked for.
///
/// # Errors
///
/// An address that cannot be listened on, with the reason.
pub async fn tcp(address: &Address, station: Handle) -> anyhow::Result<SocketAddr> {
    let listener = address.bind().await?;
    let local = listener.local_addr()?;
    accept(listener, station);
    Ok(local)
}

/// Lets clients in, on a task of its own; each new one takes the place of the one before.
pub fn accept(listener: TcpListener, station: Handle) {
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
}
