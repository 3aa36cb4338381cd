//! Too hot: less current, and none at all.

use rapi_core::types::{Amps, DeciCelsius};

/// Half the current, back to all of it, a quarter, none: ambient sensors.
const AMBIENT: [i16; 4] = [650, 620, 680, 710];
/// The same for the infrared sensor.
const INFRARED: [i16; 4] = [650, 600, 700, 750];

/// How hot it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Heat {
    #[default]
    Cool,
    Half,
    Quarter,
    Stop,
}

/// What has become of the current.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Thermal {
    pub(super) heat: Heat,
    /// What was offered before it became hot.
    before: Option<Amps>,
}

impl Thermal {
    /// Compares the temperatures with the thresholds; between two of them it stays what it was.
    pub(super) fn look(&mut self, [ds3231, mcp9808, tmp007]: [Option<DeciCelsius>; 3]) -> Heat {
        let above = |threshold: usize| {
            let over = |reading: Option<DeciCelsius>, limits: [i16; 4]| {
                reading.is_some_and(|reading| reading.0 >= limits[threshold])
            };
            over(ds3231, AMBIENT) || over(mcp9808, AMBIENT) || over(tmp007, INFRARED)
        };
        self.heat = if above(3) {
            Heat::Stop
        } else if above(2) {
            self.heat.max(Heat::Quarter)
        } else if above(0) {
            self.heat.clamp(Heat::Half, Heat::Quarter)
        } else if above(1) {
            self.heat.min(Heat::Half)
        } else {
            Heat::Cool
        };
        self.heat
    }

    /// What may be offered now, if that is something else.
    pub(super) fn throttle(&mut self, pilot: Amps, min: Amps) -> Option<Amps> {
        let full = self.before.unwrap_or(pilot);
        let amps = match self.heat {
            Heat::Cool => self.before.take()?,
            Heat::Half => Amps(full.0 / 2),
            Heat::Quarter | Heat::Stop => Amps(full.0 / 4),
        };
        if self.heat != Heat::Cool {
            self.before = Some(full);
        }
        (amps.max(min) != pilot).then_some(amps.max(min))
    }

    /// After a stop the little current stays until somebody sets another.
    pub(super) const fn forget(&mut self) {
        self.before = None;
    }
}
