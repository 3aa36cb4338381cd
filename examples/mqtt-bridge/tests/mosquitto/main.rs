//! The bridge between a simulated station and a real mosquitto, with its own tools as users.

#[path = "../support/mod.rs"]
mod support;

mod clock;
mod cluster;
mod connection;
mod energy;
mod fleet;
mod foreign;
mod hostile;
mod orders;
mod prelude;
mod rapi;
mod restart;
mod secure;
mod shared;
mod stations;
