//! A station behind a serial-to-TCP adapter, blocking: `cargo run --example tcp -- 192.168.1.20:8023`.
//! `cargo run --bin rapi-sim` is one to try.

use core::time::Duration;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;

use embedded_io_adapters::std::FromStd;
use rapi_client::blocking::Client;
use rapi_client::commands::GetState;

/// A socket whose time-outs are called so. Unix says `WouldBlock`, for which embedded-io has no word:
/// the client would take the line for broken, and not try again.
pub(crate) struct Socket(pub(crate) TcpStream);

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| match error.kind() {
            ErrorKind::WouldBlock => ErrorKind::TimedOut.into(),
            _ => error,
        })
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8023".to_owned());
    let stream = TcpStream::connect(&address).map_err(|error| format!("{address}: {error}"))?;
    stream.set_read_timeout(Some(Duration::from_millis(500)))?;
    // A command is one small packet: it must not wait for more.
    stream.set_nodelay(true)?;
    let mut client = Client::new(FromStd::new(Socket(stream)));

    println!("firmware {}", client.probe()?.firmware);
    println!("state {}", client.send_retrying(&GetState, 3)?.evse);
    Ok(())
}
