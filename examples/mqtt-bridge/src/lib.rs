//! The parts of `rapi-bridge`: a station on one side, a broker on the other, divert in between.
//!
//! [`bridge`] has the loop that ties them together; [`rapi`], [`status`] and [`eco`] are pure;
//! [`evse`] and [`mqtt`] keep their connections; [`broker`] is for those who have none.

/// The family's front page: its code compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
mod readme {}

pub mod bridge;
pub mod broker;
pub mod cli;
pub mod delays;
pub mod eco;
pub mod evse;
pub mod mqtt;
pub mod rapi;
pub mod status;
