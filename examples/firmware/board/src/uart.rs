//! The UARTs of an LM3S6965 (an ARM PL011 each) as blocking transports.

use core::convert::Infallible;
use core::ptr;

use rapi_client::embedded_io::{ErrorType, Read, ReadReady, Write};

/// The number of UART 0's interrupt.
pub const INTERRUPT_0: u8 = 5;

const DATA: usize = 0x00;
const FLAGS: usize = 0x18;
const INTERRUPT_MASK: usize = 0x38;
const RECEIVE_EMPTY: u32 = 1 << 4;
const TRANSMIT_FULL: u32 = 1 << 5;
/// Bytes have come, or have lain there for a while.
const RECEIVED: u32 = (1 << 4) | (1 << 6);

/// One of them. QEMU does not ask for a baud rate; a real one wants 115200 8N1.
#[derive(Clone, Copy)]
pub struct Uart {
    base: usize,
}

impl Uart {
    /// UART 0 or 1.
    pub const fn new(number: u8) -> Self {
        Self { base: if number == 0 { 0x4000_c000 } else { 0x4000_d000 } }
    }

    fn register(self, offset: usize) -> *mut u32 {
        (self.base + offset) as *mut u32
    }

    fn flag(self, mask: u32) -> bool {
        // SAFETY: a register of the UART; reading it changes nothing.
        unsafe { ptr::read_volatile(self.register(FLAGS)) & mask != 0 }
    }

    /// Takes a byte, if one has come.
    pub fn take(self) -> Option<u8> {
        if self.flag(RECEIVE_EMPTY) {
            return None;
        }
        // SAFETY: a register of the UART; there is a byte to be taken.
        Some(unsafe { ptr::read_volatile(self.register(DATA)) } as u8)
    }

    /// Sends a byte, if there is room for it.
    pub fn give(self, byte: u8) -> bool {
        if self.flag(TRANSMIT_FULL) {
            return false;
        }
        // SAFETY: a register of the UART; there is room for a byte.
        unsafe { ptr::write_volatile(self.register(DATA), byte.into()) };
        true
    }

    /// Lets it interrupt when bytes have come.
    pub fn interrupt_on_receive(self) {
        // SAFETY: a register of the UART.
        unsafe { ptr::write_volatile(self.register(INTERRUPT_MASK), RECEIVED) };
    }
}

impl ErrorType for Uart {
    type Error = Infallible;
}

impl ReadReady for Uart {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        Ok(!self.flag(RECEIVE_EMPTY))
    }
}

impl Read for Uart {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        let mut count = 0;
        for place in buffer {
            *place = loop {
                match self.take() {
                    Some(byte) => break byte,
                    None if count > 0 => return Ok(count),
                    None => {}
                }
            };
            count += 1;
        }
        Ok(count)
    }
}

impl Write for Uart {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        for &byte in bytes {
            while !self.give(byte) {}
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
