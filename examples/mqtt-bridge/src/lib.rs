//! The parts of `rapi-bridge`: a station on one side, a broker on the other, divert in between.
//!
//! `fleet` runs a `bridge` for each station, which ties the parts together; [`inbox`], [`config`],
//! [`names`], [`publisher`], [`rapi`], [`control`] and [`eco`] are pure: they are all that there is without
//! the feature `program`. `evse` and `mqtt` keep their connections; `broker` is for those who have
//! none.

/// The family's front page: its code compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
mod readme {}

pub mod clock;
pub mod config;
pub mod control;
pub mod current;
pub mod eco;
pub mod feeds;
pub mod inbox;
pub mod ledger;
pub mod names;
pub mod publisher;
pub mod rapi;
pub mod share;
pub mod status;

#[cfg(feature = "program")]
pub mod bridge;
#[cfg(feature = "program")]
pub mod broker;
#[cfg(feature = "program")]
pub mod cli;
#[cfg(feature = "program")]
pub mod delays;
#[cfg(feature = "program")]
mod desk;
#[cfg(feature = "program")]
pub mod discovery;
#[cfg(feature = "program")]
pub mod door;
#[cfg(feature = "program")]
pub mod evse;
#[cfg(feature = "program")]
mod files;
#[cfg(feature = "program")]
pub mod fleet;
#[cfg(feature = "program")]
pub mod http;
#[cfg(feature = "program")]
pub mod init;
#[cfg(feature = "program")]
pub mod log;
#[cfg(feature = "program")]
pub mod mqtt;
#[cfg(feature = "program")]
pub mod profile;
#[cfg(feature = "program")]
pub mod standby;
#[cfg(feature = "program")]
pub mod state;
#[cfg(feature = "program")]
pub mod teller;
#[cfg(feature = "program")]
pub mod tls;
