//! UART 0 as an asynchronous transport: an interrupt collects what comes, so that nothing is lost
//! while nobody reads, and a read that is dropped takes nothing with it.

use core::cell::RefCell;
use core::convert::Infallible;
use core::future::poll_fn;
use core::task::Poll;

use cortex_m::interrupt::InterruptNumber;
use cortex_m::peripheral::NVIC;
use critical_section::Mutex;
use heapless::Deque;
use rapi_client::embedded_io_async::{ErrorType, Read, Write};

use crate::uart::{INTERRUPT_0, Uart};

const UART: Uart = Uart::new(0);

static RECEIVED: Mutex<RefCell<Deque<u8, 128>>> = Mutex::new(RefCell::new(Deque::new()));

#[derive(Clone, Copy)]
struct Interrupt;

// SAFETY: the number is that of the chip's table, and does not change.
unsafe impl InterruptNumber for Interrupt {
    fn number(self) -> u16 {
        INTERRUPT_0.into()
    }
}

/// UART 0, collected by its interrupt.
pub struct BufferedUart(());

impl BufferedUart {
    /// Switches the interrupt on.
    pub fn new() -> Self {
        UART.interrupt_on_receive();
        // SAFETY: nothing here relies on the interrupt being masked.
        unsafe { NVIC::unmask(Interrupt) };
        Self(())
    }
}

impl Default for BufferedUart {
    fn default() -> Self {
        Self::new()
    }
}

pub(crate) fn on_interrupt() {
    critical_section::with(|cs| {
        let mut received = RECEIVED.borrow_ref_mut(cs);
        while let Some(byte) = UART.take() {
            // What finds no room is lost, as on a real line; the client asks again.
            let _ = received.push_back(byte);
        }
    });
}

impl ErrorType for BufferedUart {
    type Error = Infallible;
}

impl Read for BufferedUart {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        poll_fn(|_| {
            critical_section::with(|cs| {
                let mut received = RECEIVED.borrow_ref_mut(cs);
                let mut count = 0;
                for (place, byte) in
                    buffer.iter_mut().zip(core::iter::from_fn(|| received.pop_front()))
                {
                    *place = byte;
                    count += 1;
                }
                // The executor polls again after each interrupt: no waker to be kept.
                if count > 0 { Poll::Ready(Ok(count)) } else { Poll::Pending }
            })
        })
        .await
    }
}

impl Write for BufferedUart {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        poll_fn(|_| {
            let count = bytes.iter().take_while(|byte| UART.give(**byte)).count();
            if count > 0 || bytes.is_empty() { Poll::Ready(Ok(count)) } else { Poll::Pending }
        })
        .await
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
