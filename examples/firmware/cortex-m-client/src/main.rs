//! `rapi-client` on a Cortex-M3: asks a station on its UART for everything, sets the current, waits
//! until a car is plugged in, and goes on asking over a line that loses and damages bytes.
#![no_std]
#![no_main]

use board::clock::{self, now_ms};
use board::faulty::{FAULTS, Faulty};
use board::liar::{LIES, Liar};
use board::uart::Uart;
use cortex_m_rt::entry;
use cortex_m_semihosting::hprintln;
use rapi_client::blocking::{Client, Deadline, DeadlineError};
use rapi_client::commands::{
    ClearBootLock, Enable, GetCurrentRange, GetEnergy, GetPower, GetSettings, GetState, GetVersion,
    SetCurrent,
};
use rapi_client::types::{Amps, EvseState};
use rapi_client::{Dialect, Error, Exchange, Notification};

/// How often the state is asked for over the bad line.
const ROUNDS: u32 = 200;

type Station = Client<Deadline<Uart, fn() -> u32>>;
type Failure = Error<DeadlineError<core::convert::Infallible>>;

// In a register: a chip is where it counts.
const _: () = assert!(size_of::<Failure>() <= 4);

#[entry]
fn main() -> ! {
    clock::start();
    survive_lies();
    ride_out_faults();
    let mut station = Client::new(Deadline::new(Uart::new(0), now_ms as fn() -> u32, 500));
    hprintln!("a client takes {} bytes", size_of::<Station>());
    let result = talk(&mut station);
    let stats = station.stats();
    hprintln!("damaged lines {}, stale {}", stats.damaged, stats.stale);
    if let Err(error) = result {
        hprintln!("failed: {}", error);
    }
    board::exit(result.is_ok())
}

/// A driver that lies about its counts is found out, and asked no more.
fn survive_lies() {
    for (lie, writes) in LIES.into_iter().flat_map(|lie| [(lie, false), (lie, true)]) {
        let mut client: Client<Liar> = Client::new(Liar::new(lie, writes));
        match client.send(&GetState) {
            // It gives up on rubbish that never ends.
            Err(Error::Closed | Error::BadTransport | Error::Timeout) => {}
            _ => {
                hprintln!("a lie was believed");
                board::exit(false);
            }
        }
    }
    hprintln!("{} lying drivers found out", 2 * LIES.len());
}

/// The faults that the host's client is tried with, with sequence ids and without.
fn ride_out_faults() {
    for (fault, dialect) in
        FAULTS.into_iter().flat_map(|fault| [(fault, Dialect::V3), (fault, Dialect::V2_1)])
    {
        let exchange = Exchange::<64, 4>::new(dialect);
        let mut client = Client::with_exchange(Faulty::new(fault), exchange);
        let state = client.send(&GetState);
        let settings = client.send(&GetSettings);
        let range = client.send(&GetCurrentRange);
        if !fault.is_ridden_out(&state, &settings, &range) {
            hprintln!("{:?}, {}: {:?}, {:?}, {:?}", fault, dialect, state, settings, range);
            board::exit(false);
        }
    }
    hprintln!("{} faults ridden out, with ids and without", FAULTS.len());
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
