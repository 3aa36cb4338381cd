//! The asynchronous client, and what client, server and divert take of the memory.

use core::future::{Future, poll_fn};
use core::hint::black_box;
use core::pin::pin;
use core::task::{Context, Poll, Waker};

use embedded_io_async::{ErrorKind, ErrorType, Read, Write};
use rapi_client::commands::{
    Disable, Enable, GetCurrentRange, GetEnergy, GetFaultCounters, GetPower, GetSettings, GetState,
    GetTemperatures, GetVersion, SetCurrent, Sleep,
};
use rapi_client::{Client, Error, blocking};
use rapi_core::types::Amps;
use rapi_divert::Divert;
use rapi_server::Responder;

use crate::{probe_read, probe_write};

/// A UART that may keep one waiting.
struct Wire;

/// What the transport says when it is not ready.
const LATER: isize = -2;

fn outcome(count: isize) -> Poll<Result<usize, ErrorKind>> {
    match count {
        LATER => Poll::Pending,
        count => Poll::Ready(usize::try_from(count).map_err(|_| ErrorKind::Other)),
    }
}

impl ErrorType for Wire {
    type Error = ErrorKind;
}

impl Read for Wire {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        // SAFETY: pointer and length are those of one slice.
        poll_fn(|_| outcome(unsafe { probe_read(buffer.as_mut_ptr(), buffer.len()) })).await
    }
}

impl Write for Wire {
    async fn write(&mut self, buffer: &[u8]) -> Result<usize, ErrorKind> {
        // SAFETY: pointer and length are those of one slice.
        poll_fn(|_| outcome(unsafe { probe_write(buffer.as_ptr(), buffer.len()) })).await
    }

    async fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

/// Twelve typed commands over the asynchronous client, and the loop that polls them.
#[unsafe(no_mangle)]
pub extern "C" fn group_async(amps: u8) -> u32 {
    let mut client: Client<Wire> = Client::new(Wire);
    let mut session = pin!(session(&mut client, amps));
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(result) = session.as_mut().poll(&mut context) {
            black_box(&result);
            return u32::from(result.is_err());
        }
    }
}

async fn session(client: &mut Client<Wire>, amps: u8) -> Result<(), Error<ErrorKind>> {
    black_box(&client.send(&GetVersion).await?);
    black_box(&client.send(&GetState).await?);
    black_box(&client.send(&GetSettings).await?);
    black_box(&client.send(&GetCurrentRange).await?);
    black_box(&client.send(&GetPower).await?);
    black_box(&client.send(&GetEnergy).await?);
    black_box(&client.send(&GetTemperatures).await?);
    black_box(&client.send(&GetFaultCounters).await?);
    black_box(&client.send(&SetCurrent { amps: Amps(amps) }).await?);
    client.send(&Enable).await?;
    client.send(&Sleep).await?;
    client.send(&Disable).await
}

fn one_call<'a>(
    client: &'a mut Client<Wire>,
    command: &'a GetState,
) -> impl Future<Output = impl Sized> + 'a {
    client.send(command)
}

const fn size_of_future<A, B, F>(_: fn(A, B) -> F) -> usize {
    size_of::<F>()
}

/// What lies in RAM: `panic-gate` reads how large these are.
macro_rules! ram {
    ($($name:ident: $size:expr;)+) => {$(
        #[unsafe(no_mangle)]
        #[allow(non_upper_case_globals, reason = "the name is printed")]
        static $name: [u8; $size] = [1; $size];
    )+};
}

ram! {
    ram_client: size_of::<blocking::Client<crate::Wire>>();
    ram_async_client: size_of::<Client<Wire>>();
    ram_future_of_a_call: size_of_future(one_call);
    ram_future_of_12_calls: size_of_future(session);
    ram_server: size_of::<Responder>();
    ram_divert: size_of::<Divert>();
}
