//! A station behind a serial-to-TCP adapter, blocking: `cargo run --example tcp -- 192.168.1.20:8023`.
//! `cargo run --bin rapi-sim` is one to try.

use core::time::Duration;
use std::net::TcpStream;

use embedded_io_adapters::std::FromStd;
use rapi_client::blocking::Client;
use rapi_client::commands::GetState;

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8023".to_owned());
    let stream = TcpStream::connect(&address).map_err(|error| format!("{address}: {error}"))?;
    stream.set_read_timeout(Some(Duration::from_millis(500)))?;
    // A command is one small packet: it must not wait for more.
    stream.set_nodelay(true)?;
    let mut client = Client::new(FromStd::new(stream));

    println!("firmware {}", client.probe()?.firmware);
    println!("state {}", client.send_retrying(&GetState, 3)?.evse);
    Ok(())
}
