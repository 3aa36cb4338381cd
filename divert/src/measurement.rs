//! What is known at the moment of a step.

use crate::check::FeedFault;
use crate::units::{Amps, MilliAmps, Millis, Volts, Watts};

/// Number of phases that the car charges on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Phases {
    /// One phase.
    #[default]
    One,
    /// Three phases, with the same current on each.
    Three,
}

impl Phases {
    /// Volts of all phases together: watts for each ampere.
    pub(crate) const fn volts(self, volts: i32) -> i32 {
        match self {
            Self::One => volts,
            Self::Three => volts.wrapping_mul(3),
        }
    }
}

/// The newest reading of the meter, and when it was taken.
///
/// A reading with the `sampled_at` of the one before is the same reading: pass it again as often as you
/// like, it only grows older.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Feed {
    /// Nothing has been received yet.
    #[default]
    None,
    /// Power at the connection to the grid: + import, − export. Contains what the car draws.
    Grid {
        /// The reading.
        power: Watts,
        /// Time of the reading, on the clock of the steps.
        sampled_at: Millis,
    },
    /// Power of the solar generator alone. The load of the house is not known then.
    Solar {
        /// The reading.
        power: Watts,
        /// Time of the reading, on the clock of the steps.
        sampled_at: Millis,
    },
}

impl Feed {
    /// The reading, its time, and whether it contains what the car draws.
    pub(crate) const fn reading(self) -> Option<(Watts, Millis, bool)> {
        match self {
            Self::None => None,
            Self::Grid { power, sampled_at } => Some((power, sampled_at, true)),
            Self::Solar { power, sampled_at } => Some((power, sampled_at, false)),
        }
    }
}

/// What the EVSE reports, in terms of IEC 61851.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum EvseStatus {
    /// State A: awake, no vehicle.
    NotConnected,
    /// State B: awake, a vehicle is connected and does not ask for energy.
    Connected,
    /// State C or D: awake and energised.
    Charging,
    /// Makes no offer until it is woken. This is what a pause of ours looks like, whatever command the
    /// caller makes it with.
    Asleep {
        /// Whether a vehicle is connected.
        vehicle: bool,
    },
    /// Switched off by a person or by another controller. The rule never wakes it.
    Disabled,
    /// States E and F, a fault that the EVSE reports, or a state that is not known. Report it once when
    /// the EVSE has restarted, too: it has forgotten the current that was offered.
    #[default]
    Fault,
}

/// Who decides about charging.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Mode {
    /// The EVSE charges whenever a car asks; the rule does not act.
    #[default]
    Normal,
    /// The rule decides, by the sun.
    Eco,
}

/// Everything that a step looks at.
///
/// # Examples
/// ```
/// use rapi_divert::{Amps, EvseStatus, Feed, Measurement, MilliAmps, Millis, Mode, Watts};
/// let measurement = Measurement::new(Mode::Eco, EvseStatus::Charging, Amps(32))
///     .with_feed(Feed::Grid { power: Watts(-420), sampled_at: Millis(10_000) })
///     .with_ev_current(MilliAmps(8_000));
/// # let _ = measurement;
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Measurement {
    /// The mode that the person has chosen.
    pub mode: Mode,
    /// What the EVSE reports.
    pub evse: EvseStatus,
    /// The smallest of all caps at this moment: hardware, cable, house connection, the person's choice.
    pub limit: Amps,
    /// The newest meter reading.
    pub feed: Feed,
    /// What the car draws, per phase. Needed with a grid feed, which contains it.
    pub ev_current: MilliAmps,
    /// Measured voltage, phase to neutral. Outside 60 to 300 V it counts as not measured.
    pub voltage: Option<Volts>,
    /// What a [`FeedCheck`](crate::FeedCheck) has found wrong with the feed. A feed that is not trusted
    /// is not acted on: it counts as silent for longer than [`stale_off`](crate::Config::stale_off).
    pub feed_fault: Option<FeedFault>,
}

impl Measurement {
    /// Returns a measurement without feed, current and voltage.
    #[must_use]
    pub const fn new(mode: Mode, evse: EvseStatus, limit: Amps) -> Self {
        Self {
            mode,
            evse,
            limit,
            feed: Feed::None,
            ev_current: MilliAmps(0),
            voltage: None,
            feed_fault: None,
        }
    }

    /// Adds the meter reading.
    #[must_use]
    pub const fn with_feed(mut self, feed: Feed) -> Self {
        self.feed = feed;
        self
    }

    /// Adds the current that the car draws.
    #[must_use]
    pub const fn with_ev_current(mut self, current: MilliAmps) -> Self {
        self.ev_current = current;
        self
    }

    /// Adds what is wrong with the meter reading, if anything is.
    #[must_use]
    pub const fn with_feed_fault(mut self, fault: Option<FeedFault>) -> Self {
        self.feed_fault = fault;
        self
    }

    /// Adds the measured voltage.
    #[must_use]
    pub const fn with_voltage(mut self, voltage: Volts) -> Self {
        self.voltage = Some(voltage);
        self
    }
}
