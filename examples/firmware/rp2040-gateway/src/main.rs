//! A gateway's core on a Raspberry Pi Pico: the station on UART 0, a meter on UART 1, a switch for Eco
//! and an LED. README.md says how it is wired.
#![no_std]
#![no_main]

mod gateway;
mod meter;

use core::panic::PanicInfo;

use embassy_executor::Spawner;
use embassy_futures::join::join;
use embassy_rp::bind_interrupts;
use embassy_rp::gpio::{Input, Level, Output, Pull};
use embassy_rp::peripherals::{UART0, UART1};
use embassy_rp::uart::{BufferedInterruptHandler, BufferedUart, Config};
use embassy_rp::watchdog::Watchdog;
use embassy_time::Duration;

bind_interrupts!(struct Interrupts {
    UART0_IRQ => BufferedInterruptHandler<UART0>;
    UART1_IRQ => BufferedInterruptHandler<UART1>;
});

/// Longer than the station's longest silence: it tests itself for 4.6 s when it is switched on. The
/// chip's longest is 8.3 s.
const WATCHDOG: Duration = Duration::from_secs(8);

#[embassy_executor::main]
async fn main(_spawner: Spawner) {
    let Some([station_out, station_in, meter_out, meter_in]) =
        cortex_m::singleton!(: [[u8; 128]; 4] = [[0; 128]; 4])
    else {
        return;
    };
    let pins = embassy_rp::init(embassy_rp::config::Config::default());

    // 115200 8N1, what the station talks.
    let station = BufferedUart::new(
        pins.UART0,
        pins.PIN_0,
        pins.PIN_1,
        Interrupts,
        station_out,
        station_in,
        Config::default(),
    );
    let meter = BufferedUart::new(
        pins.UART1,
        pins.PIN_4,
        pins.PIN_5,
        Interrupts,
        meter_out,
        meter_in,
        Config::default(),
    );
    let (reports, readings) = meter.split();
    let board = gateway::Board {
        led: Output::new(pins.PIN_25, Level::Low),
        // An open switch is Normal: where its wire falls off the car charges without the sun, and not never.
        eco: Input::new(pins.PIN_15, Pull::Up),
        watchdog: Watchdog::new(pins.WATCHDOG),
        patience: WATCHDOG,
        reports,
    };
    join(meter::listen(readings), gateway::run(station, board)).await;
}

/// Begins anew. The station goes on by itself meanwhile: it has its own safety checks, and its heartbeat
/// lets it fall to the least current when nobody comes back.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    cortex_m::peripheral::SCB::sys_reset()
}
