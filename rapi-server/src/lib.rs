#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod asynchronous;
pub mod blocking;
mod error;
pub mod firmware;
mod handler;
mod respond;

pub use asynchronous::Server;
pub use error::Error;
pub use handler::Handler;
pub use respond::{MAX_REPLY_LEN, Policy, Responder, respond};

pub use embedded_io;
pub use embedded_io_async;
pub use rapi_core;
pub use rapi_core::{Dialect, Notification, Rejected, commands, types};
