//! A task of an embassy program: any UART whose driver has the traits of `embedded-io-async`, for
//! instance `embassy_stm32::usart::BufferedUart`, with the time-outs of `embassy-time`. Take a
//! *buffered* UART: its reads are cancel-safe, and no byte is lost while nobody reads.
//!
//! Here it runs on the host against a device in another task.

use embassy_time::{Duration, Timer, with_timeout};
use embedded_io_adapters::tokio_1::FromTokio;
use rapi_client::commands::{GetState, SetCurrent, State};
use rapi_client::embedded_io_async::{Read, Write};
use rapi_client::types::{Amps, EvseState, Seconds};
use rapi_client::{Client, Error};
use rapi_server::commands::CurrentSet;
use rapi_server::{Handler, Policy, Rejected, Server};

/// The part for the chip.
async fn control<U: Read + Write>(uart: U) -> Result<Option<Amps>, Error<U::Error>> {
    let mut client = Client::<U>::new(uart);
    // Longer than the self test of a controller that has just been switched on.
    let version = with_timeout(Duration::from_secs(6), client.probe()).await;
    version.map_err(|_elapsed| Error::Timeout)??;

    let sleep = |ms: u32| Timer::after_millis(ms.into());
    let state = client.send_retrying(&GetState, 3, sleep).await?;
    if state.evse != EvseState::Charging {
        return Ok(None);
    }
    let set = client.send_retrying(&SetCurrent { amps: Amps(10) }, 3, sleep).await?;
    Ok(set.amps)
}

struct Device;

impl Handler for Device {
    fn get_version(
        &mut self,
        _: rapi_server::commands::GetVersion,
    ) -> Result<rapi_server::commands::Version, Rejected> {
        use rapi_server::types::Text;
        let (firmware, protocol) = Text::new("8.2.3").zip(Text::new("5.2.1")).ok_or(Rejected)?;
        Ok(rapi_server::commands::Version { firmware, protocol })
    }

    fn get_state(&mut self, _: GetState) -> Result<State, Rejected> {
        Ok(State { evse: EvseState::Charging, elapsed: Seconds(60), pilot: None, flags: None })
    }

    fn set_current(&mut self, command: SetCurrent) -> Result<CurrentSet, Rejected> {
        Ok(CurrentSet { amps: Some(command.amps), accepted: true })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn core::error::Error>> {
    let (near, far) = tokio::io::duplex(64);
    let serving = async {
        let mut server = Server::new(FromTokio::new(far), Policy::default());
        while server.serve(&mut Device).await.is_ok() {}
    };
    tokio::select! {
        set = control(FromTokio::new(near)) => println!("it charges with {:?}", set?),
        () = serving => {}
    }
    Ok(())
}
