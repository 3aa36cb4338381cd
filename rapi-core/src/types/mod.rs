//! The values of commands, replies and notifications.

#[macro_use]
mod open_enum;
mod codes;
mod flags;
mod state;
mod temperature;
mod text;
mod units;

pub use codes::{
    BootLock, ButtonPress, EvConnected, FaultCount, LcdColour, ServiceLevel, WifiMode,
};
pub use flags::{SettingsFlags, VFlags};
pub use state::{EvseState, PilotState};
pub use temperature::Temperature;
pub use text::Text;
pub use units::{
    Amps, DeciCelsius, MilliAmps, MilliVolts, OrNone, Seconds, WattHours, WattSeconds,
};
