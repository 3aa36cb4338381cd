//! A call of the blocking client, from the typed command to the typed answer.

use core::convert::Infallible;
use core::hint::black_box;

use rapi_client::blocking::Client;
use rapi_client::commands::GetState;
use rapi_client::embedded_io::{ErrorType, Read, Write};
use rapi_core::SeqId;

/// A station that has its answer ready.
struct Station;

impl ErrorType for Station {
    type Error = Infallible;
}

impl Read for Station {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        let unread = unread();
        let count = unread.len().min(buffer.len());
        let (now, later) = unread.split_at(count);
        buffer[..count].copy_from_slice(now);
        *unread = later;
        Ok(count)
    }
}

impl Write for Station {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        if black_box(bytes).ends_with(b"\r") {
            *unread() = crate::LINE;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

fn unread() -> &'static mut &'static [u8] {
    static mut UNREAD: &[u8] = &[];
    // SAFETY: nothing here is interrupted, and nobody keeps it.
    unsafe { &mut *(&raw mut UNREAD) }
}

/// Asks for the state.
pub(crate) fn ask() -> bool {
    static mut CLIENT: Client<Station> = Client::new(Station);
    // SAFETY: nothing here is interrupted.
    let client = unsafe { &mut *(&raw mut CLIENT) };
    // The answer that lies ready has this id.
    if let Some(id) = SeqId::new(0x1f) {
        client.set_next_id(id);
    }
    black_box(client.send(black_box(&GetState))).is_ok()
}
