//! The bridge over HTTP.

#[path = "../support/mod.rs"]
mod support;

mod client;
mod foreign;
mod gateway;
mod hostile;
mod page;
mod password;
