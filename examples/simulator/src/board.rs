//! What the controller is wired to, apart from the car: mains, relay, sensors, button.

use rapi_core::types::DeciCelsius;

/// The world around the controller as a person or a test arranges it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Board {
    /// Whether the mains are two lines of 120 V or one of 240 V (level 2), not one of 120 V.
    pub level_2: bool,
    /// Whether the protective earth is connected.
    pub ground: bool,
    /// Whether the relay's contacts are welded together.
    pub relay_stuck: bool,
    /// Whether a residual current flows now.
    pub residual_current: bool,
    /// Whether the GFCI answers its self test.
    pub gfi_works: bool,
    /// Inside the station, by the clock chip; `None` without a sensor.
    pub ds3231: Option<DeciCelsius>,
    /// Inside the station; `None` without a sensor.
    pub mcp9808: Option<DeciCelsius>,
    /// By infrared; `None` without a sensor.
    pub tmp007: Option<DeciCelsius>,
    /// Whether there is a clock chip.
    pub clock: bool,
    /// Whether the button is held down.
    pub button: bool,
    /// Whether it is one of the sixth version, on which firmware with settings of the relay prints
    /// them each time it closes.
    pub v6: bool,
}

impl Default for Board {
    /// A healthy one at 25 °C on a level 2 supply, as it was recorded.
    fn default() -> Self {
        Self {
            level_2: true,
            ground: true,
            relay_stuck: false,
            residual_current: false,
            gfi_works: true,
            ds3231: Some(DeciCelsius(252)),
            mcp9808: Some(DeciCelsius(240)),
            tmp007: None,
            clock: true,
            button: false,
            v6: false,
        }
    }
}

impl Board {
    /// Returns the temperatures in the order in which `GP` tells them.
    #[must_use]
    pub const fn temperatures(&self) -> [Option<DeciCelsius>; 3] {
        [self.ds3231, self.mcp9808, self.tmp007]
    }
}
