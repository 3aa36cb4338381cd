//! A battery in the house: who comes first, it or the car.

use crate::measurement::{Feed, Measurement};
use crate::units::{Percent, Watts};

/// What is known of the battery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Battery {
    /// State of charge.
    pub soc: Percent,
    /// Power: + charging, − discharging.
    pub power: Watts,
}

/// Who comes first.
///
/// | state of charge | the car gets |
/// |---|---|
/// | below `priority` | what the battery does not take, and nothing out of it |
/// | from `priority` | what the battery takes as well, and nothing out of it |
/// | from `buffer` | the same, and up to `discharge` out of it |
///
/// The policy turns the reading of the meter into the reading that a house without a battery would have;
/// [`Divert`](crate::Divert) needs to know nothing of it.
///
/// While the grid charges the battery, what is left for the car is below its least current as long as the
/// battery comes first: the car pauses. From `priority` on it has the sun that the house leaves, whatever
/// charges the battery; from `buffer` on `discharge` as well, which then comes from the grid.
///
/// # Examples
/// ```
/// use rapi_divert::*;
/// let policy = BatteryPolicy { priority: Percent(50), buffer: Percent(90), discharge: Watts(1_000) };
/// let at = |soc, power| policy.available(Battery { soc: Percent(soc), power: Watts(power) });
/// assert_eq!(at(30, 2_000), Watts(0), "it keeps what it takes");
/// assert_eq!(at(60, 2_000), Watts(2_000), "the car comes first");
/// assert_eq!(at(60, -500), Watts(-500), "and drives out of the sun alone");
/// assert_eq!(at(95, -500), Watts(500), "but a full battery may help");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct BatteryPolicy {
    /// Below this the battery comes first. Turned up, it is full earlier in the day, and the car later.
    pub priority: Percent,
    /// From this on the battery may help the car. 101 % is never.
    pub buffer: Percent,
    /// With how much it may help. Its losses are paid twice, so little is more.
    pub discharge: Watts,
}

impl Default for BatteryPolicy {
    /// The battery comes first up to 50 %, and never helps.
    fn default() -> Self {
        Self { priority: Percent(50), buffer: Percent(101), discharge: Watts(0) }
    }
}

impl BatteryPolicy {
    /// What the battery leaves to the car on top of what the meter shows.
    #[must_use]
    pub fn available(&self, battery: Battery) -> Watts {
        let power = battery.power.0;
        Watts(if battery.soc < self.priority {
            power.min(0)
        } else if battery.soc < self.buffer {
            power
        } else {
            power.saturating_add(self.discharge.0.max(0))
        })
    }
}

impl Measurement {
    /// Accounts for a battery in the feed, which must have been added before.
    ///
    /// A grid feed contains the battery. A solar feed does not: there the battery takes its part of the
    /// sun while it comes first.
    #[must_use]
    pub fn with_battery(mut self, policy: &BatteryPolicy, battery: Battery) -> Self {
        match &mut self.feed {
            Feed::Grid { power, .. } => {
                power.0 = power.0.saturating_sub(policy.available(battery).0);
            }
            Feed::Solar { power, .. } if battery.soc < policy.priority => {
                power.0 = power.0.saturating_sub(battery.power.0.max(0));
            }
            Feed::Solar { .. } | Feed::None => {}
        }
        self
    }
}
