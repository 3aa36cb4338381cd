//! The bridge over HTTP.

#[path = "../support/mod.rs"]
mod support;

mod client;
mod clients;
mod foreign;
mod gateway;
mod hostile;
mod measure;
mod page;
mod password;
