//! The values of commands, replies and notifications.

#[macro_use]
mod open_enum;
mod codes;
mod flags;
mod state;
mod temperature;
mod text;
mod thermistor;
mod units;
mod words;

pub use codes::{
    BootLock, ButtonPress, EvConnected, FaultCount, HeartbeatTrigger, LcdColour, WifiMode,
};
pub use flags::{SettingsFlags, VFlags};
pub use state::{EvseState, PilotState};
pub use temperature::Temperature;
pub use text::{LcdText, SerialNumber, Text};
pub use thermistor::Thermistor;
pub use units::{
    Amps, CentiHertz, DeciCelsius, KilowattHours, MilliAmps, MilliVolts, Milliseconds, OrNone,
    QuarterHours, Seconds, SignedSeconds, WattHours, WattSeconds, Wrapped16,
};
pub use words::{LcdType, MennekesAction, MennekesMode, Relay, ServiceLevel};
