//! Milliseconds since the start.

use core::sync::atomic::{AtomicU32, Ordering};

use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::exception;

/// The clock of the chip after its reset.
const TICKS_PER_MS: u32 = 12_000;

static MILLISECONDS: AtomicU32 = AtomicU32::new(0);

/// Lets the milliseconds run. The first call counts.
pub fn start() {
    let Some(mut peripherals) = cortex_m::Peripherals::take() else { return };
    peripherals.SYST.set_clock_source(SystClkSource::Core);
    peripherals.SYST.set_reload(TICKS_PER_MS - 1);
    peripherals.SYST.clear_current();
    peripherals.SYST.enable_counter();
    peripherals.SYST.enable_interrupt();
}

#[exception]
fn SysTick() {
    // Nobody else writes it: a Cortex-M0 has no instruction to add atomically.
    MILLISECONDS.store(now_ms().wrapping_add(1), Ordering::Relaxed);
}

pub fn now_ms() -> u32 {
    MILLISECONDS.load(Ordering::Relaxed)
}
