//! What `panic-gate` links: one entry point for each group of the API.
//!
//! Transport and results are `extern "C"`: the optimiser knows nothing about them, so a transport
//! that lies about its counts is covered as well, and nothing is computed away.
#![no_std]

#[cfg(feature = "asynchronous")]
mod asynchronous;
#[cfg(feature = "classic")]
mod classic;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "codec")]
mod codec;
#[cfg(feature = "divert")]
mod divert;
#[cfg(feature = "extras")]
mod extras;
#[cfg(any(feature = "classic", feature = "server"))]
pub mod given;
#[cfg(feature = "server")]
mod server;

use core::panic::PanicInfo;

use embedded_io::{ErrorType, Read, Write};

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
