//! The blocking client.

use core::hint::black_box;

use rapi_client::blocking::Client;
use rapi_client::commands::{
    Disable, Enable, GetCurrentRange, GetEnergy, GetFaultCounters, GetPower, GetSettings, GetState,
    GetTemperatures, GetVersion, SetCurrent, Sleep,
};
use rapi_core::Command;
use rapi_core::types::Amps;

use crate::Wire;

/// Twelve typed commands over the blocking client.
#[unsafe(no_mangle)]
pub extern "C" fn group_client(amps: u8) -> u32 {
    fn send<C: Command>(client: &mut Client<Wire>, command: &C) -> u32 {
        let result = client.send(command);
        black_box(&result);
        u32::from(result.is_err())
    }

    let mut client: Client<Wire> = Client::new(Wire);
    [
        send(&mut client, &GetVersion),
        send(&mut client, &GetState),
        send(&mut client, &GetSettings),
        send(&mut client, &GetCurrentRange),
        send(&mut client, &GetPower),
        send(&mut client, &GetEnergy),
        send(&mut client, &GetTemperatures),
        send(&mut client, &GetFaultCounters),
        send(&mut client, &SetCurrent { amps: Amps(amps) }),
        send(&mut client, &Enable),
        send(&mut client, &Sleep),
        send(&mut client, &Disable),
    ]
    .iter()
    .fold(0, |failed, one| failed | one)
}
