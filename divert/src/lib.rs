#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]

mod battery;
mod bucket;
mod check;
#[cfg(feature = "compat")]
#[cfg_attr(docsrs, doc(cfg(feature = "compat")))]
pub mod compat;
mod config;
mod decision;
mod divert;
mod fleet;
mod ladder;
mod measurement;
mod meter;
mod peak;
mod phases;
mod preset;
mod reason;
mod save;
mod settings;
mod sun;
mod units;

pub use crate::battery::{Battery, BatteryPolicy};
pub use crate::check::{FeedCheck, FeedFault};
pub use crate::config::{Config, ConfigError};
pub use crate::decision::{Action, Actions, Decision, Wanted};
pub use crate::divert::Divert;
pub use crate::fleet::{Fleet, Station};
pub use crate::measurement::{EvseStatus, Feed, Measurement, Mode, Phases};
pub use crate::peak::PeakCap;
pub use crate::phases::PhasedDivert;
pub use crate::preset::{Preset, PresetError};
pub use crate::reason::Reason;
pub use crate::save::{RestoreError, SAVED_LEN};
pub use crate::units::{Amps, MilliAmps, Millis, Percent, Volts, WattHours, Watts};
