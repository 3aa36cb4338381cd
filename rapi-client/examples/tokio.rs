//! A station on a serial port, asynchronous, with tokio: `cargo run --example tokio -- /dev/ttyUSB0`.
//! A TCP stream is wrapped in the same way.

use core::time::Duration;

use embedded_io_adapters::tokio_1::FromTokio;
use rapi_client::commands::{GetEnergy, GetState};
use rapi_client::{Client, Watch};
use serial2_tokio::SerialPort;
use tokio::time::{sleep, timeout};

const POLL: Duration = Duration::from_secs(1);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn core::error::Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "/dev/ttyUSB0".to_owned());
    let port = SerialPort::open(&path, 115_200).map_err(|error| format!("{path}: {error}"))?;
    let mut client = Client::new(FromTokio::new(port));
    let sleep_ms = |ms: u32| sleep(Duration::from_millis(ms.into()));

    // A time-out of your own around any call: dropping it is safe.
    let version = timeout(Duration::from_secs(2), client.probe()).await??;
    println!("firmware {}", version.firmware);

    let mut watch = Watch::new();
    loop {
        // Or the time-outs of the table, with a retry.
        let state = client.send_retrying(&GetState, 3, sleep_ms).await?;
        let energy = client.send_retrying(&GetEnergy, 3, sleep_ms).await?;
        println!("{}, {} in this session", state.evse, energy.session);
        if let Some(restart) = watch.state(&state) {
            println!("restart: {restart:?}");
        }
        // Until the next poll, what the controller tells by itself.
        while let Ok(notification) = timeout(POLL, client.next_notification()).await {
            let notification = notification?;
            println!("{notification:?}");
            if let Some(restart) = watch.notification(&notification) {
                println!("restart: {restart:?}");
            }
        }
    }
}
