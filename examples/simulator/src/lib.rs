#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod board;
mod civil;
mod command;
mod controller;
mod evse;
mod firmware;
mod line;
mod listen;
mod pilot;
#[cfg(feature = "program")]
pub mod program;
mod serve;
mod snapshot;
mod station;
mod timebase;
mod vehicle;

pub use board::Board;
pub use civil::set_clock;
pub use command::{
    Button, CAR_HELP, Command, Faults, LineChange, Maybe, PowerCycle, Supply, Temperatures, Time,
    VehicleChange, Wants, Word,
};
pub use controller::{CableSensor, Controller, Eeprom};
pub use evse::EvseAddress;
pub use firmware::{Firmware, Options};
pub use line::LineFaults;
pub use listen::{Address, Pty, accept, tcp};
pub use serve::{Handle, Planned, Seen, What, World, serve, serve_in};
pub use snapshot::{Lcd, Measured, Snapshot, VehicleView};
pub use station::{Config, Station, Timing};
pub use vehicle::{Offer, Vehicle};
