//! Tasks of an RTIC program: `Mono` is its monotonic timer, `uart` any driver with the traits of
//! `embedded-io-async`. A library, because it needs a chip to run: here it is compiled.
#![allow(clippy::arithmetic_side_effects, reason = "a timer's milliseconds")]

use core::ops::Mul;

use rapi_client::commands::{GetState, State};
use rapi_client::embedded_io_async::{Read, Write};
use rapi_client::{Client, Error};
use rtic_time::Monotonic;

/// Asks for the state with a time-out of your own: `poll::<Mono, _>(&mut client, 500.millis())`.
///
/// # Errors
///
/// Those of the client.
pub async fn poll<Mono: Monotonic, U: Read + Write>(
    client: &mut Client<U>,
    patience: Mono::Duration,
) -> Result<State, Error<U::Error>> {
    match Mono::timeout_after(patience, client.send(&GetState)).await {
        Ok(outcome) => outcome,
        Err(_timeout) => Err(Error::Timeout),
    }
}

/// The same with the time-outs of the table, and up to three times.
///
/// # Errors
///
/// Those of the client.
pub async fn poll_again<Mono, U: Read + Write>(
    client: &mut Client<U>,
    millisecond: Mono::Duration,
) -> Result<State, Error<U::Error>>
where
    Mono: Monotonic<Duration: Mul<u32, Output = Mono::Duration> + Copy>,
{
    client.send_retrying(&GetState, 3, |ms| Mono::delay(millisecond * ms)).await
}
