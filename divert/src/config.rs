//! What a person may set, and the check of it.

use core::fmt;

use crate::measurement::Phases;
use crate::preset::Preset;
use crate::units::{Amps, Millis, Volts, WattHours};

/// The settings of a [`Divert`](crate::Divert).
///
/// Start from [`Config::default`] or [`Config::preset`] and change what differs; values are checked by
/// [`Divert::new`](crate::Divert::new). Durations are kept in steps of 100 ms, rounded up.
///
/// # Examples
/// ```
/// use rapi_divert::{Amps, Config, Phases, Preset, Volts};
/// const CONFIG: Config = Config::preset(Preset::FewStarts)
///     .with_amps(Amps(6), Amps(16))
///     .with_phases(Phases::Three)
///     .with_voltage(Volts(230));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Config {
    /// How much of a watt-hour must be sun for it to be worth taking, per mille: 100 to 990.
    pub sun_share: u16,
    /// The bucket: how much the sun must have promised before a start (a little more than half of it), and how
    /// much may be lost to a cloud before a stop (all of it). 2 to 1000 Wh.
    pub bucket: WattHours,
    /// Shortest time from a start to the next stop: 10 s to 1 h.
    pub min_on: Millis,
    /// Shortest time from a stop to the next start: 10 s to 1 h.
    pub min_off: Millis,
    /// Least current to offer: 6 A (the least that IEC 61851 can signal) to `max_amps`.
    pub min_amps: Amps,
    /// Greatest current to offer: `min_amps` to 80 A.
    pub max_amps: Amps,
    /// Number of phases that the car charges on.
    pub phases: Phases,
    /// Voltage to reckon with while none is measured: 60 to 300 V, phase to neutral.
    pub voltage: Volts,
    /// Age of the meter reading above which the current is not raised and nothing is started: from 1 s.
    pub stale_hold: Millis,
    /// Age of the meter reading above which the current goes to the minimum: from `stale_hold`.
    pub stale_minimum: Millis,
    /// Age of the meter reading above which charging is paused: from `stale_minimum`, up to 1 h.
    pub stale_off: Millis,
}

impl Default for Config {
    fn default() -> Self {
        Self::preset(Preset::Balanced)
    }
}

impl Config {
    /// Returns the settings of a preset: 6 to 32 A on one phase of 240 V.
    #[must_use]
    pub const fn preset(preset: Preset) -> Self {
        let (sun_share, bucket) = match preset {
            Preset::SunOnly => (987, 8),
            Preset::LittleGrid => (920, 12),
            Preset::Balanced => (877, 16),
            Preset::FewStarts => (888, 48),
            Preset::MoreSun => (815, 34),
            Preset::NoWaste => (390, 15),
        };
        Self {
            sun_share,
            bucket: WattHours(bucket),
            min_on: Millis(300_000),
            min_off: Millis(330_000),
            min_amps: Amps(6),
            max_amps: Amps(32),
            phases: Phases::One,
            voltage: Volts(240),
            stale_hold: Millis(60_000),
            stale_minimum: Millis(120_000),
            stale_off: Millis(300_000),
        }
    }

    /// Sets the two dials of the rule: sun share in per mille, and bucket.
    #[must_use]
    pub const fn with_dials(mut self, sun_share: u16, bucket: WattHours) -> Self {
        self.sun_share = sun_share;
        self.bucket = bucket;
        self
    }

    /// Sets the least time on and the least time off.
    #[must_use]
    pub const fn with_min_times(mut self, on: Millis, off: Millis) -> Self {
        self.min_on = on;
        self.min_off = off;
        self
    }

    /// Sets the least and the greatest current to offer.
    #[must_use]
    pub const fn with_amps(mut self, min: Amps, max: Amps) -> Self {
        self.min_amps = min;
        self.max_amps = max;
        self
    }

    /// Sets the number of phases that the car charges on.
    #[must_use]
    pub const fn with_phases(mut self, phases: Phases) -> Self {
        self.phases = phases;
        self
    }

    /// Sets the voltage to reckon with while none is measured.
    #[must_use]
    pub const fn with_voltage(mut self, voltage: Volts) -> Self {
        self.voltage = voltage;
        self
    }

    /// Sets the three ages of a meter reading: no increase, minimum current, pause.
    #[must_use]
    pub const fn with_stale(mut self, hold: Millis, minimum: Millis, off: Millis) -> Self {
        self.stale_hold = hold;
        self.stale_minimum = minimum;
        self.stale_off = off;
        self
    }

    pub(crate) const fn check(&self) -> Result<(), ConfigError> {
        const LONGEST: u32 = 3_600_000;
        let rows: [(&'static str, u32, u32, u32); 10] = [
            ("sun_share", self.sun_share as u32, 100, 990),
            ("bucket", self.bucket.0 as u32, 2, 1000),
            ("min_on", self.min_on.0, 10_000, LONGEST),
            ("min_off", self.min_off.0, 10_000, LONGEST),
            ("max_amps", self.max_amps.0 as u32, 6, 80),
            ("min_amps", self.min_amps.0 as u32, 6, self.max_amps.0 as u32),
            ("voltage", self.voltage.0 as u32, 60, 300),
            ("stale_off", self.stale_off.0, 1_000, LONGEST),
            ("stale_minimum", self.stale_minimum.0, 1_000, self.stale_off.0),
            ("stale_hold", self.stale_hold.0, 1_000, self.stale_minimum.0),
        ];
        let mut rest: &[(&'static str, u32, u32, u32)] = &rows;
        while let Some((&(field, given, least, most), tail)) = rest.split_first() {
            if given < least || given > most {
                return Err(ConfigError { field, given, least, most });
            }
            rest = tail;
        }
        Ok(())
    }
}

/// A setting that is outside its range.
///
/// Recoverable: change the named field of the [`Config`] and try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct ConfigError {
    /// Name of the field of [`Config`].
    pub field: &'static str,
    /// The value given, in the unit of the field.
    pub given: u32,
    /// Least value allowed.
    pub least: u32,
    /// Greatest value allowed.
    pub most: u32,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, given, least, most } = self;
        write!(f, "{field} is {given}, allowed is {least} to {most}")
    }
}

impl core::error::Error for ConfigError {}
