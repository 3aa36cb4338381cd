//! The rules of the OpenEVSE WiFi gateways, for people who want what they had.
//!
//! | rule | gateway | in short |
//! |---|---|---|
//! | [`V2_7`] | ESP8266, 2.7 | follows the sun with whole amperes and never stops once started |
//! | [`V2_9`] | ESP8266, 2.9 | averages by message, stops after ten minutes at the earliest |
//! | [`V5`] | ESP32, 5.0 and later | averages by time, hysteresis of half an ampere, three presets |
//!
//! They are equal to the gateways in every decision, good or bad: replayed against 76,218 recorded rows. That
//! includes a feed that goes silent and charges for ever, and a late meter that makes them oscillate. What makes
//! the gateways damage things is left out: see each rule. [`Divert`](crate::Divert) has none of these traits.
//!
//! Unlike it, they reckon with floating point, and decide only when the meter has a new reading.
//!
//! # Examples
//! ```
//! use rapi_divert::compat::{Command, V5, V5Config};
//! use rapi_divert::{Amps, EvseStatus, Feed, Measurement, Millis, Mode, Watts};
//!
//! let mut rule = V5::new(V5Config::DEFAULT);
//! let sun = |second: u32, evse| {
//!     Measurement::new(Mode::Eco, evse, Amps(32)).with_feed(Feed::Solar {
//!         power: Watts(3000),
//!         sampled_at: Millis(second * 1000),
//!     })
//! };
//! // A change to Eco always pauses first.
//! let outcome = rule.step(Millis(0), &sun(0, EvseStatus::Charging));
//! assert!(outcome.commands.iter().eq([Command::Sleep]));
//! let mut outcome = rule.step(Millis(10_000), &sun(10, EvseStatus::Asleep { vehicle: true }));
//! assert!(outcome.commands.is_empty());
//! // 12.5 A of sun, averaged over 20 s, are above 6.5 A: wake first, then the current, as the gateway does.
//! outcome = rule.step(Millis(30_000), &sun(30, EvseStatus::Asleep { vehicle: true }));
//! assert!(outcome.commands.iter().eq([Command::Enable, Command::SetCurrent(Amps(12))]));
//! ```

mod inputs;
mod v2_7;
mod v2_9;
mod v5;

pub use self::v2_7::V2_7;
pub use self::v2_9::V2_9;
pub use self::v5::{Claim, V5, V5Config};

use crate::units::Amps;

/// The least current that a station can offer, by IEC 61851 and in the gateways' sources.
const LEAST: i32 = 6;

/// One thing to tell the EVSE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Command {
    /// Offer this current until the next restart (`$SC n V`).
    SetCurrent(Amps),
    /// Offer this current and store it (`$SC n`): one write of the EEPROM, which wears out. Carry it out as
    /// [`Command::SetCurrent`] unless you need exactly what the gateway did.
    SaveCurrent(Amps),
    /// Wake the EVSE (`$FE`).
    Enable,
    /// Put the EVSE to sleep (`$FS`).
    Sleep,
}

/// What to tell the EVSE, in this order: that of the gateway, which is not always a wise one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Commands([Option<Command>; 2]);

impl Commands {
    /// Returns the commands in order.
    pub fn iter(&self) -> impl Iterator<Item = Command> + use<> {
        self.into_iter()
    }

    /// Returns whether there is nothing to tell.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        matches!(self.0, [None, None])
    }
}

impl IntoIterator for Commands {
    type Item = Command;
    type IntoIter = core::iter::Flatten<core::array::IntoIter<Option<Command>, 2>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().flatten()
    }
}

impl IntoIterator for &Commands {
    type Item = Command;
    type IntoIter = core::iter::Flatten<core::array::IntoIter<Option<Command>, 2>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().flatten()
    }
}

/// The outcome of a step: what to do, and what the gateway would have published.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
#[must_use = "the commands are to be carried out"]
pub struct Outcome {
    /// What to tell the EVSE.
    pub commands: Commands,
    /// Current that the sun has left over, in amperes (`available_current`).
    pub available: f64,
    /// The same, averaged (`smoothed_available_current`); 0 in rules that do not average.
    pub smoothed: f64,
    /// Current that the rule wants in amperes, not capped in all cases (`charge_rate`).
    pub charge_rate: i32,
    /// Whether the gateway says that divert is active (`divert_active`): late, in the case of [`V5`].
    pub active: bool,
    /// Seconds until the earliest stop (`min_charge_end`), 0 if it may stop now.
    pub min_charge_left: u32,
}

impl Outcome {
    const NOTHING: Self = Self {
        commands: Commands([None, None]),
        available: 0.0,
        smoothed: 0.0,
        charge_rate: 0,
        active: false,
        min_charge_left: 0,
    };
}
