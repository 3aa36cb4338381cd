//! The blocking client.

use core::hint::black_box;

use embedded_io::ErrorKind;
use rapi_client::Error;
use rapi_client::blocking::Client;
use rapi_client::commands::{
    Disable, Enable, GetCurrentRange, GetEnergy, GetFaultCounters, GetPower, GetSettings, GetState,
    GetTemperatures, GetVersion, SetCurrent, Sleep,
};
use rapi_core::types::Amps;

use crate::Wire;

/// Twelve typed commands over the blocking client.
#[unsafe(no_mangle)]
pub extern "C" fn group_client(amps: u8) -> u32 {
    let mut client: Client<Wire> = Client::new(Wire);
    let result = session(&mut client, amps);
    black_box(&result);
    u32::from(result.is_err())
}

/// What a program does with them: it uses the answers, and hands an error on.
fn session(client: &mut Client<Wire>, amps: u8) -> Result<(), Error<ErrorKind>> {
    black_box(&client.send(&GetVersion)?);
    black_box(&client.send(&GetState)?);
    black_box(&client.send(&GetSettings)?);
    black_box(&client.send(&GetCurrentRange)?);
    black_box(&client.send(&GetPower)?);
    black_box(&client.send(&GetEnergy)?);
    black_box(&client.send(&GetTemperatures)?);
    black_box(&client.send(&GetFaultCounters)?);
    black_box(&client.send(&SetCurrent { amps: Amps(amps) })?);
    client.send(&Enable)?;
    client.send(&Sleep)?;
    client.send(&Disable)
}
