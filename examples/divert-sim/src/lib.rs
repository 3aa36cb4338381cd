//! Solar-divert rules over recorded or generated days: what each of them takes from the sun and from the
//! grid, how often the relay clicks, and how far it is from what a clairvoyant could reach.

pub mod bound;
pub mod cli;
pub mod commands;
pub mod day;
pub mod drawing;
pub mod generator;
pub mod metrics;
pub mod plant;
pub mod rules;
pub mod simulation;
