//! A station on a serial port, blocking: `cargo run --example serial -- /dev/ttyUSB0`.

use core::time::Duration;

use embedded_io_adapters::std::FromStd;
use rapi_client::blocking::Client;
use rapi_client::commands::{GetCurrentRange, GetState};
use serial2::SerialPort;

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "/dev/ttyUSB0".to_owned());
    let mut port = SerialPort::open(&path, 115_200).map_err(|error| format!("{path}: {error}"))?;
    // The only time-out that the client needs.
    port.set_read_timeout(Duration::from_millis(500))?;
    let mut client = Client::new(FromStd::new(port));

    let version = client.probe()?;
    println!("firmware {}, RAPI {}", version.firmware, version.protocol);
    println!("state {}", client.send(&GetState)?.evse);
    let range = client.send(&GetCurrentRange)?;
    println!("{} to {}", range.min, range.hardware_max);
    Ok(())
}
