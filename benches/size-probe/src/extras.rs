//! What a client can do besides sending: repeats, looking instead, typed lines, the long run.

use core::hint::black_box;

use rapi_client::blocking::Client;
use rapi_client::commands::{GetState, PressButton};
use rapi_client::{Beat, Capabilities, HeartbeatSupervisor, Watch};
use rapi_core::types::{Amps, Seconds};

use crate::Wire;

/// All of them once, over the blocking client.
#[unsafe(no_mangle)]
pub extern "C" fn group_extras(now_ms: u32, interval: u32) -> u32 {
    let mut client: Client<Wire> = Client::new(Wire);
    let mut watch = Watch::new();
    let Ok(version) = client.probe() else { return 1 };
    let capabilities: Result<Capabilities, _> = client.capabilities(&version);
    black_box(&capabilities);
    if let Ok(state) = client.send_retrying(&GetState, 3) {
        black_box(&watch.state(&state));
    }
    black_box(&client.confirm(&PressButton, 3));
    let mut typed = [0; 32];
    if embedded_io::Read::read(client.get_mut(), &mut typed).is_ok() {
        black_box(&client.send_raw(&typed).is_ok());
    }
    while let Ok(notification) = client.next_notification() {
        black_box(&watch.notification(&notification));
    }
    let Ok(mut heartbeat) = HeartbeatSupervisor::new(Seconds(interval), Amps(6)) else {
        return 2;
    };
    let answer = match heartbeat.poll(now_ms) {
        Some(Beat::Pulse(beat)) => client.send(&beat),
        Some(Beat::Acknowledge(beat)) => client.send(&beat),
        Some(Beat::Configure(beat)) => client.send(&beat),
        None => return 3,
    };
    black_box(&heartbeat.answered(now_ms, &answer));
    heartbeat.restarted();
    black_box(&heartbeat);
    0
}
