//! The bridge between a simulated station and a real mosquitto, with its own tools as users.

#[path = "../support/mod.rs"]
mod support;

mod connection;
mod energy;
mod orders;
mod prelude;
mod rapi;
mod secure;
mod stations;
