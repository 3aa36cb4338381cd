//! What `panic-gate` links: one entry point for each group of the API.
//!
//! Transport and results are `extern "C"`: the optimiser knows nothing about them, so a transport
//! that lies about its counts is covered as well, and nothing is computed away.
#![no_std]

#[cfg(feature = "asynchronous")]
mod asynchronous;
#[cfg(feature = "classic")]
mod classic;
#[cfg(feature = "extras")]
mod extras;
mod given;

use core::hint::black_box;
use core::panic::PanicInfo;

use embedded_io::{ErrorType, Read, Write};
use given::Given;
use rapi_client::blocking::Client;
use rapi_client::commands::{
    self, Disable, Enable, GetCurrentRange, GetEnergy, GetFaultCounters, GetPower, GetSettings,
    GetState, GetTemperatures, GetVersion, SetCurrent, Sleep,
};
use rapi_core::types::Amps;
use rapi_core::{Command, Decoder, Dialect, Reply, Response, Sender, SeqId, encode_command};
use rapi_divert::{
    Config, Decision, Divert, EvseStatus, Feed, Measurement, Millis, Mode, Preset, Watts,
};
#[cfg(feature = "extras")]
use rapi_server::firmware;
use rapi_server::{Handler, MAX_REPLY_LEN, Policy, Rejected, Responder};

unsafe extern "C" {
    /// Reads up to `len` bytes; a negative number is an error.
    fn probe_read(buffer: *mut u8, len: usize) -> isize;
    /// Writes up to `len` bytes; a negative number is an error.
    fn probe_write(buffer: *const u8, len: usize) -> isize;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}

struct Wire;

impl ErrorType for Wire {
    type Error = embedded_io::ErrorKind;
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Self::Error> {
        // SAFETY: pointer and length are those of one slice.
        let count = unsafe { probe_read(buffer.as_mut_ptr(), buffer.len()) };
        usize::try_from(count).map_err(|_| embedded_io::ErrorKind::TimedOut)
    }
}

impl Write for Wire {
    fn write(&mut self, buffer: &[u8]) -> Result<usize, Self::Error> {
        // SAFETY: pointer and length are those of one slice.
        let count = unsafe { probe_write(buffer.as_ptr(), buffer.len()) };
        usize::try_from(count).map_err(|_| embedded_io::ErrorKind::Other)
    }

    fn flush(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// Nothing but the transport: what is subtracted from the other groups.
#[unsafe(no_mangle)]
pub extern "C" fn group_empty() -> u32 {
    let mut byte = [0];
    u32::from(Wire.read(&mut byte).is_ok() && Wire.write(&byte).is_ok())
}

/// One command out, one state in.
#[unsafe(no_mangle)]
pub extern "C" fn group_core(amps: u8, id: u8) -> u32 {
    let mut line = [0; 32];
    let command = SetCurrent { amps: Amps(amps) };
    let Ok(len) = encode_command(&command, SeqId::new(id), Dialect::V3, &mut line) else {
        return 1;
    };
    if Wire.write(line.get(..len).unwrap_or_default()).is_err() {
        return 2;
    }
    let mut decoder = Decoder::<64>::new();
    let mut byte = [0];
    while Wire.read(&mut byte).is_ok() {
        if !decoder.push(byte[0]) {
            continue;
        }
        let Ok(frame) = decoder.frame(Sender::Controller) else { return 3 };
        let Some(reply) = Reply::of(&frame) else { return 4 };
        let Ok(state) = commands::State::decode(&reply) else { return 5 };
        black_box(&state);
        return 0;
    }
    6
}

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

/// A device that knows every row of the table.
struct Device;

macro_rules! rows {
    ($({
        $(#[doc = $doc:literal])+
        $Name:ident $method:ident $code:literal $usage:literal -> $answer:literal
        $class:ident $storage:ident idempotent: $idempotent:literal
        since: $since:literal until: $until:literal feature: $feature:literal $(timeout: $timeout:literal)?;
        $($shape:tt)*
    })+) => {
        impl Handler for Device {
            $(
                fn $method(
                    &mut self,
                    command: commands::$Name,
                ) -> Result<<commands::$Name as Command>::Response, Rejected> {
                    black_box(&command);
                    Given::given().ok_or(Rejected)
                }
            )+
        }
    };
}
rapi_core::for_each_command!(rows);

/// A device with a method for every row.
#[unsafe(no_mangle)]
pub extern "C" fn group_server() -> u32 {
    let mut responder = Responder::<31>::new(Policy::default());
    let mut out = [0; MAX_REPLY_LEN];
    let mut byte = [0];
    while Wire.read(&mut byte).is_ok() {
        let len = responder.push(byte[0], &mut Device, &mut out);
        if Wire.write(out.get(..len).unwrap_or_default()).is_err() {
            return 1;
        }
    }
    0
}

#[cfg(feature = "extras")]
impl firmware::Device for Device {}

/// The same device with the habits of a real controller.
#[cfg(feature = "extras")]
#[unsafe(no_mangle)]
pub extern "C" fn group_firmware() -> u32 {
    let mut responder = firmware::Responder::new(firmware::Firmware::V8);
    let mut out = [0; MAX_REPLY_LEN];
    let mut byte = [0];
    while Wire.read(&mut byte).is_ok() {
        let answer = responder.push(byte[0], &mut Device, &mut out);
        if Wire.write(out.get(..answer.len).unwrap_or_default()).is_err() {
            return 1;
        }
    }
    0
}

/// Steps of the default rule with whatever a meter may say.
#[unsafe(no_mangle)]
pub extern "C" fn group_divert(evse: u8, limit: u8) -> u32 {
    const CONFIG: Config = Config::preset(Preset::Balanced);
    let Ok(mut divert) = Divert::new(CONFIG) else { return 1 };
    let mut bytes = [0; 8];
    while Wire.read(&mut bytes).is_ok() {
        let [a, b, c, d, e, f, g, h] = bytes;
        let now = Millis(u32::from_le_bytes([a, b, c, d]));
        let power = Watts(i32::from_le_bytes([e, f, g, h]));
        let evse = match evse {
            0 => EvseStatus::NotConnected,
            1 => EvseStatus::Connected,
            2 => EvseStatus::Charging,
            3 => EvseStatus::Asleep { vehicle: true },
            _ => EvseStatus::Fault,
        };
        let mode = if a == 0 { Mode::Normal } else { Mode::Eco };
        let feed = Feed::Grid { power, sampled_at: now };
        let measurement = Measurement::new(mode, evse, rapi_divert::Amps(limit)).with_feed(feed);
        let decision: Decision = divert.step(now, &measurement);
        black_box(&decision);
    }
    0
}
