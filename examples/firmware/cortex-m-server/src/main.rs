//! `rapi-server` as a small charge controller on a Cortex-M3: any RAPI client may talk to it on UART 0,
//! and a car is moved by letters on UART 1.
//!
//! Nothing switches a relay here. What a real one has to do before it does (GFI self test, ground,
//! stuck relay, pilot) is the hard part, and not in this file.
#![no_std]
#![no_main]

mod controller;

use core::convert::Infallible;

use board::clock;
use board::liar::{LIES, Liar};
use board::uart::Uart;
use cortex_m_rt::entry;
use cortex_m_semihosting::hprintln;
use rapi_server::blocking::Server;
use rapi_server::embedded_io::ReadReady;
use rapi_server::{Dialect, Error, Notification, Policy};

use controller::Controller;

// In a register: a chip is where it counts.
const _: () = assert!(size_of::<Error<Infallible>>() <= 4);

#[entry]
fn main() -> ! {
    clock::start();
    let mut controller = Controller::new(clock::now_ms());
    survive_lies(&mut controller);

    let car = Uart::new(1);
    let mut server = Server::new(Uart::new(0), Policy::new(Dialect::V3));
    hprintln!("server {} bytes, controller {}", size_of_val(&server), size_of_val(&controller));
    let mut told = controller.transition();
    loop {
        // Nothing to do until a millisecond is over.
        cortex_m::asm::wfi();
        controller.tick(clock::now_ms());
        match car.take() {
            Some(b'q') => board::exit(true),
            Some(letter) => controller.car(letter),
            None => {}
        }
        if let Err(error) = answer_and_tell(&mut server, &mut controller, &mut told) {
            hprintln!("the line failed: {}", error);
            board::exit(false);
        }
    }
}

fn answer_and_tell(
    server: &mut Server<Uart>,
    controller: &mut Controller,
    told: &mut Notification,
) -> Result<(), Error<Infallible>> {
    while server.get_mut().read_ready().map_err(Error::Transport)? {
        server.serve(controller)?;
    }
    let now = controller.transition();
    if now != *told {
        *told = now;
        server.notify(&now)?;
    }
    Ok(())
}

/// A driver that lies about its counts is found out, and asked no more.
fn survive_lies(controller: &mut Controller) {
    for lie in LIES {
        let mut server = Server::new(Liar::new(lie, false), Policy::default());
        // Rubbish is what a server hears all day: it goes on until the line is closed.
        let end = loop {
            if let Err(error) = server.serve(controller) {
                break error;
            }
        };
        let mut deaf = Server::new(Liar::new(lie, true), Policy::default());
        let answer = deaf.notify(&controller.transition());
        let believed = match answer {
            Ok(()) => lie == board::liar::Lie::Rubbish,
            Err(Error::Closed | Error::BadTransport) => true,
            Err(_) => false,
        };
        if !matches!(end, Error::Closed | Error::BadTransport) || !believed {
            hprintln!("a lie was believed");
            board::exit(false);
        }
    }
    hprintln!("{} lying drivers found out", 2 * LIES.len());
}
