#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod blocking;
mod client;
mod error;
mod exchange;
mod inbox;
mod stats;

pub use client::Client;
pub use error::{BeginError, Error};
pub use exchange::{Exchange, Line, Pending, Progress};

pub use stats::Stats;

pub use embedded_io;
pub use embedded_io_async;
pub use rapi_core;
pub use rapi_core::{AnyCommand, Command, Dialect, Notification, Reply, SeqId, commands, types};
