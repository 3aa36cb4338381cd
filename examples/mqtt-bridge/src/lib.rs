//! The parts of `rapi-bridge`: a station on one side, a broker on the other, divert in between.
//!
//! [`fleet`] runs a [`bridge`] for each station, which ties the parts together; [`config`],
//! [`names`], [`publisher`], [`rapi`] and [`eco`] are pure; [`evse`] and [`mqtt`] keep their
//! connections; [`broker`] is for those who have none.

/// The family's front page: its code compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
mod readme {}

pub mod bridge;
pub mod broker;
pub mod cli;
pub mod clock;
pub mod config;
pub mod control;
pub mod delays;
mod desk;
pub mod discovery;
pub mod door;
pub mod eco;
pub mod evse;
pub mod feeds;
pub mod fleet;
pub mod http;
pub mod init;
pub mod ledger;
pub mod log;
pub mod mqtt;
pub mod names;
pub mod profile;
pub mod publisher;
pub mod rapi;
pub mod share;
pub mod standby;
pub mod state;
pub mod status;
pub mod teller;
pub mod tls;
