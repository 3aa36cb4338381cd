//! What the programs beside it share: UARTs, a clock and the way out of an LM3S6965, a Cortex-M3, as
//! QEMU's `lm3s6965evb` has it.
#![no_std]

pub mod buffered;
pub mod clock;
pub mod faulty;
pub mod liar;
pub mod task;
pub mod uart;

use core::panic::PanicInfo;

use cortex_m_rt::exception;
use cortex_m_semihosting::{debug, hprintln};

/// Ends the program; QEMU's exit code is 0 if it went well.
pub fn exit(went_well: bool) -> ! {
    debug::exit(if went_well { debug::EXIT_SUCCESS } else { debug::EXIT_FAILURE });
    loop {
        cortex_m::asm::wfi();
    }
}

/// Every interrupt of the chip that has no handler of its own; only one is switched on.
#[exception]
unsafe fn DefaultHandler(number: i16) {
    if number == i16::from(uart::INTERRUPT_0) {
        buffered::on_interrupt();
    }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    hprintln!("panicked");
    exit(false)
}
