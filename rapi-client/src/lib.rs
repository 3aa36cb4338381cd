#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod blocking;
mod call;
mod capabilities;
mod client;
mod error;
mod exchange;
mod heartbeat;
mod inbox;
mod link;
mod raw;
mod retry;
mod stats;
mod watch;

pub use capabilities::{Capabilities, Support};
pub use client::Client;
pub use error::{BeginError, Error};
pub use exchange::{Exchange, Line, Pending, Progress};

pub use heartbeat::{Beat, Due, HeartbeatError, HeartbeatEvent, HeartbeatSupervisor};
pub use raw::RawCommand;
pub use retry::{Confirmed, ReadBack};
pub use stats::Stats;
pub use watch::{Restart, Watch};

pub use embedded_io;
pub use embedded_io_async;
pub use rapi_core;
pub use rapi_core::{AnyCommand, Command, Dialect, Notification, Reply, SeqId, commands, types};
