#![doc = include_str!("../README.md")]

mod controller;
mod firmware;
mod listen;
mod pilot;
mod serve;
mod station;
mod vehicle;

pub use controller::Controller;
pub use firmware::Firmware;
pub use listen::{Address, Pty, tcp};
pub use serve::{Handle, serve};
pub use station::{Config, Station, Timing};
pub use vehicle::{CAR_HELP, Vehicle};
