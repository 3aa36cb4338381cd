//! The UART of an LM3S6965 (an ARM PL011) as a transport.

use core::convert::Infallible;
use core::ptr;

use rapi_client::embedded_io::{ErrorType, Read, ReadReady, Write};

const DATA: *mut u32 = 0x4000_c000 as *mut u32;
const FLAGS: *const u32 = 0x4000_c018 as *const u32;
const RECEIVE_EMPTY: u32 = 1 << 4;
const TRANSMIT_FULL: u32 = 1 << 5;

/// UART 0. QEMU does not ask for a baud rate; a real one wants 115200 8N1.
pub struct Uart;

fn flag(mask: u32) -> bool {
    // SAFETY: a register of the UART; reading it changes nothing.
    unsafe { ptr::read_volatile(FLAGS) & mask != 0 }
}

impl ErrorType for Uart {
    type Error = Infallible;
}

impl ReadReady for Uart {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        Ok(!flag(RECEIVE_EMPTY))
    }
}

impl Read for Uart {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        let mut count = 0;
        for place in buffer {
            while count == 0 && flag(RECEIVE_EMPTY) {}
            if flag(RECEIVE_EMPTY) {
                break;
            }
            // SAFETY: a register of the UART; there is a byte to be taken.
            *place = unsafe { ptr::read_volatile(DATA) } as u8;
            count += 1;
        }
        Ok(count)
    }
}

impl Write for Uart {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        for &byte in bytes {
            while flag(TRANSMIT_FULL) {}
            // SAFETY: a register of the UART; there is room for a byte.
            unsafe { ptr::write_volatile(DATA, byte.into()) };
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
