//! `rapi-client` on a Cortex-M3: asks a station on its UART for everything, sets the current, waits
//! until a car is plugged in, and goes on asking over a line that loses and damages bytes.
#![no_std]
#![no_main]

mod uart;

use core::panic::PanicInfo;
use core::sync::atomic::{AtomicU32, Ordering};

use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::{entry, exception};
use cortex_m_semihosting::{debug, hprintln};
use rapi_client::blocking::{Client, Deadline, DeadlineError};
use rapi_client::commands::{
    ClearBootLock, Enable, GetEnergy, GetPower, GetState, GetVersion, SetCurrent,
};
use rapi_client::types::{Amps, EvseState};
use rapi_client::{Error, Notification};

use uart::Uart;

/// The clock of the chip after its reset.
const TICKS_PER_MS: u32 = 12_000;
/// How often the state is asked for over the bad line.
const ROUNDS: u32 = 200;

static MILLISECONDS: AtomicU32 = AtomicU32::new(0);

#[exception]
fn SysTick() {
    // Nobody else writes it: a Cortex-M0 has no instruction to add atomically.
    MILLISECONDS.store(now_ms().wrapping_add(1), Ordering::Relaxed);
}

fn now_ms() -> u32 {
    MILLISECONDS.load(Ordering::Relaxed)
}

type Station = Client<Deadline<Uart, fn() -> u32>>;
type Failure = Error<DeadlineError<core::convert::Infallible>>;

#[entry]
fn main() -> ! {
    if let Some(mut peripherals) = cortex_m::Peripherals::take() {
        peripherals.SYST.set_clock_source(SystClkSource::Core);
        peripherals.SYST.set_reload(TICKS_PER_MS - 1);
        peripherals.SYST.clear_current();
        peripherals.SYST.enable_counter();
        peripherals.SYST.enable_interrupt();
    }
    let mut station = Client::new(Deadline::new(Uart, now_ms as fn() -> u32, 500));
    hprintln!("a client takes {} bytes", size_of::<Station>());
    let result = talk(&mut station);
    let stats = station.stats();
    hprintln!("damaged lines {}, stale {}", stats.damaged, stats.stale);
    match result {
        Ok(()) => debug::exit(debug::EXIT_SUCCESS),
        Err(error) => {
            hprintln!("failed: {}", error);
            debug::exit(debug::EXIT_FAILURE);
        }
    }
    loop {}
}

fn talk(station: &mut Station) -> Result<(), Failure> {
    let version = patiently(station, |station| station.probe())?;
    hprintln!("firmware {}, protocol {}", version.firmware, version.protocol);
    // A station that has just been switched on waits for somebody to clear its lock; one without a
    // lock refuses, and that is fine.
    match patiently(station, |station| station.send(&ClearBootLock)) {
        Ok(_) | Err(Error::Rejected) => {}
        Err(error) => return Err(error),
    }
    patiently(station, |station| station.send(&Enable))?;
    let set = patiently(station, |station| station.send(&SetCurrent { amps: Amps(16) }))?;
    hprintln!("current set: {}", set.amps.unwrap_or_default());

    hprintln!("waiting for a car");
    wait_for(station, EvseState::Connected)?;
    wait_for(station, EvseState::Charging)?;
    let power = patiently(station, |station| station.send(&GetPower))?;
    let milliamps = power.current.0.unwrap_or_default();
    let energy = patiently(station, |station| station.send(&GetEnergy))?;
    hprintln!("charging with {}, {} in all", milliamps, energy.total);

    let (mut answered, mut repeated) = (0, 0);
    while answered < ROUNDS {
        match station.send(&GetState) {
            // A wrong answer would show here: nothing stops the car.
            Ok(state) if state.evse == EvseState::Charging => answered += 1,
            Ok(state) => {
                hprintln!("a state that cannot be: {}", state.evse);
                return Err(Error::BadTransport);
            }
            Err(error) if error.is_usable() => repeated += 1,
            Err(error) => return Err(error),
        }
    }
    hprintln!("{} right answers, {} asked again", answered, repeated);
    let again = patiently(station, |station| station.send(&GetVersion))?;
    if again.firmware != version.firmware {
        return Err(Error::BadTransport);
    }
    Ok(())
}

/// Waits for a notification of this state, and asks now and then: one may be lost.
fn wait_for(station: &mut Station, state: EvseState) -> Result<(), Failure> {
    loop {
        match station.next_notification() {
            Ok(Notification::Transition { evse, .. }) if evse == state => {
                hprintln!("told: {}", evse);
                return Ok(());
            }
            Ok(_) => {}
            Err(error) if error.is_usable() => {
                let now = patiently(station, |station| station.send(&GetState))?.evse;
                if now == state || now == EvseState::Charging {
                    hprintln!("asked: {}", now);
                    return Ok(());
                }
            }
            Err(error) => return Err(error),
        }
    }
}

/// Asks again what may be asked again, a few times.
fn patiently<T>(
    station: &mut Station,
    mut ask: impl FnMut(&mut Station) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut result = ask(station);
    for _ in 0..10 {
        match &result {
            Err(Error::Timeout | Error::Garbled | Error::Reply(_)) => result = ask(station),
            _ => break,
        }
    }
    result
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    hprintln!("panicked");
    debug::exit(debug::EXIT_FAILURE);
    loop {}
}
