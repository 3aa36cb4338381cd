//! The asynchronous `rapi-client` on a Cortex-M3 with the smallest executor that is one: it sets the
//! current, is told when a car is plugged in, gives up on answers that take too long, and goes on over
//! a line that loses and damages bytes, while another task runs beside it.
#![no_std]
#![no_main]

use core::cell::Cell;
use core::convert::Infallible;

use board::buffered::BufferedUart;
use board::clock;
use board::faulty::{FAULTS, Faulty};
use board::liar::{LIES, Liar};
use board::task::{block_on, sleep, with_timeout};
use cortex_m_rt::entry;
use cortex_m_semihosting::hprintln;
use embassy_futures::select::{Either, select};
use rapi_client::commands::{
    ClearBootLock, Enable, GetCurrentRange, GetPower, GetSettings, GetState, SetCurrent,
};
use rapi_client::types::{Amps, EvseState};
use rapi_client::{Client, Command, Dialect, Error, Exchange, Notification};

/// How often the state is asked for over the bad line.
const ROUNDS: u32 = 200;
/// Every so often a call is dropped while its answer is on the way.
const DROP_EVERY: u32 = 8;
const ATTEMPTS: u8 = 10;

type Station = Client<BufferedUart>;
type Failure = Error<Infallible>;

#[entry]
fn main() -> ! {
    clock::start();
    block_on(survive_lies());
    block_on(ride_out_faults());

    let mut station = Client::new(BufferedUart::new());
    let blinks = Cell::new(0_u32);
    let result = {
        let session = talk(&mut station);
        hprintln!(
            "a client takes {} bytes, its whole session {}",
            size_of::<Station>(),
            size_of_val(&session)
        );
        // What else the chip has to do goes on while the client waits.
        match block_on(select(session, blink(&blinks))) {
            Either::First(result) => result,
            Either::Second(never) => never,
        }
    };
    let stats = station.stats();
    hprintln!(
        "damaged lines {}, late answers {}, blinks {}",
        stats.damaged,
        stats.stale,
        blinks.get()
    );
    if let Err(error) = result {
        hprintln!("failed: {}", error);
    }
    board::exit(result.is_ok() && blinks.get() > 0)
}

/// Ten times a second; a board with an LED would toggle it here.
async fn blink(blinks: &Cell<u32>) -> Result<(), Failure> {
    loop {
        sleep(100).await;
        blinks.set(blinks.get() + 1);
    }
}

async fn talk(station: &mut Station) -> Result<(), Failure> {
    // A controller that has just been switched on tests itself for seconds.
    let version = with_timeout(6_000, patient_probe(station)).await.ok_or(Error::Timeout)??;
    hprintln!("firmware {}, protocol {}", version.firmware, version.protocol);
    match send(station, &ClearBootLock).await {
        Ok(_) | Err(Error::Rejected) => {}
        Err(error) => return Err(error),
    }
    send(station, &Enable).await?;
    let set = send(station, &SetCurrent { amps: Amps(16) }).await?;
    hprintln!("current set: {}", set.amps.unwrap_or_default());

    hprintln!("waiting for a car");
    wait_for(station, EvseState::Connected).await?;
    wait_for(station, EvseState::Charging).await?;
    let power = send(station, &GetPower).await?;
    hprintln!("charging with {}", power.current.0.unwrap_or_default());

    let (mut answered, mut repeated, mut dropped) = (0, 0, 0);
    while answered < ROUNDS {
        if (answered + repeated) % DROP_EVERY == 0 {
            // The command is sent at the first poll; its answer comes too late for this caller, and
            // is not to be taken for that of the next command.
            if with_timeout(0, station.send(&SetCurrent { amps: Amps(10) })).await.is_none() {
                dropped += 1;
            }
        }
        match station.send_timed(&GetState, sleep).await {
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
    hprintln!("{} right answers, {} asked again, {} calls dropped", answered, repeated, dropped);
    Ok(())
}

async fn send<C: Command>(station: &mut Station, command: &C) -> Result<C::Response, Failure> {
    station.send_retrying(command, ATTEMPTS, sleep).await
}

async fn patient_probe(station: &mut Station) -> Result<rapi_client::commands::Version, Failure> {
    loop {
        match with_timeout(500, station.probe()).await {
            Some(Err(error)) if error.is_usable() => {}
            Some(result) => return result,
            None => {}
        }
    }
}

/// Waits for a notification of this state, and asks every second: one may be lost.
async fn wait_for(station: &mut Station, state: EvseState) -> Result<(), Failure> {
    loop {
        match with_timeout(1_000, station.next_notification()).await {
            Some(Ok(Notification::Transition { evse, .. })) if evse == state => {
                hprintln!("told: {}", evse);
                return Ok(());
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(error),
            None => {
                let now = send(station, &GetState).await?.evse;
                if now == state || now == EvseState::Charging {
                    hprintln!("asked: {}", now);
                    return Ok(());
                }
            }
        }
    }
}

/// A driver that lies about its counts is found out, and asked no more.
async fn survive_lies() {
    for (lie, writes) in LIES.into_iter().flat_map(|lie| [(lie, false), (lie, true)]) {
        let mut client: Client<Liar> = Client::new(Liar::new(lie, writes));
        match client.send(&GetState).await {
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

/// The faults that the host's client is tried with, with sequence ids and without. A call that has no
/// answer is dropped.
async fn ride_out_faults() {
    for (fault, dialect) in
        FAULTS.into_iter().flat_map(|fault| [(fault, Dialect::V3), (fault, Dialect::V2_1)])
    {
        let exchange = Exchange::<64, 4>::new(dialect);
        let mut client = Client::with_exchange(Faulty::new(fault), exchange);
        let state = with_timeout(20, client.send(&GetState)).await;
        let settings = with_timeout(20, client.send(&GetSettings)).await;
        let range = with_timeout(20, client.send(&GetCurrentRange)).await;
        let state = state.unwrap_or(Err(Error::Timeout));
        let settings = settings.unwrap_or(Err(Error::Timeout));
        let range = range.unwrap_or(Err(Error::Timeout));
        if !fault.is_ridden_out(&state, &settings, &range) {
            hprintln!("{:?}, {}: {:?}, {:?}, {:?}", fault, dialect, state, settings, range);
            board::exit(false);
        }
    }
    hprintln!("{} faults ridden out, with ids and without", FAULTS.len());
}
