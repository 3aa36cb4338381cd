//! What there is to see of a controller from outside.

use rapi_core::types::{
    Amps, EvseState, LcdColour, MilliAmps, PilotState, Seconds, SettingsFlags, VFlags, WattHours,
    WattSeconds,
};

use super::{Controller, Eeprom};
use crate::Firmware;

impl Controller {
    /// Returns the firmware.
    #[must_use]
    pub const fn firmware(&self) -> Firmware {
        self.firmware
    }

    /// Returns the state of the station.
    #[must_use]
    pub const fn state(&self) -> EvseState {
        self.evse
    }

    /// Returns what the controller believes of the pilot.
    #[must_use]
    pub const fn pilot_state(&self) -> PilotState {
        self.pilot_state
    }

    /// Returns what goes on in the station.
    #[must_use]
    pub const fn flags(&self) -> VFlags {
        self.flags
    }

    /// Returns the settings.
    #[must_use]
    pub const fn settings(&self) -> SettingsFlags {
        self.settings
    }

    /// Returns the measured current.
    #[must_use]
    pub fn current(&self) -> MilliAmps {
        self.meter.current()
    }

    /// Returns what the pilot offers.
    #[must_use]
    pub const fn pilot(&self) -> Amps {
        self.pilot
    }

    /// Returns the time of the session.
    #[must_use]
    pub fn elapsed(&self) -> Seconds {
        self.meter.elapsed(self.counted_ms())
    }

    /// Returns the energy of the session.
    #[must_use]
    pub fn session(&self) -> WattSeconds {
        self.meter.session()
    }

    /// Returns the energy of the station's life.
    #[must_use]
    pub const fn total(&self) -> WattHours {
        WattHours(self.eeprom.total)
    }

    /// Whether it waits for `SB`.
    #[must_use]
    pub const fn is_boot_locked(&self) -> bool {
        self.flags.boot_locked()
    }

    /// Whether the plug is locked in its socket.
    #[must_use]
    pub const fn is_plug_locked(&self) -> bool {
        self.plug_locked
    }

    /// Returns what was written to the display: its own characters, not those of a text.
    #[must_use]
    pub const fn display_bytes(&self) -> [[u8; 16]; 2] {
        self.display.lines()
    }

    /// Returns the two lines of the display.
    #[must_use]
    pub fn display(&self) -> [String; 2] {
        self.display.text()
    }

    /// Returns the colour of the display.
    #[must_use]
    pub const fn colour(&self) -> LcdColour {
        self.display.colour()
    }

    /// Returns what is kept over a restart.
    #[must_use]
    pub const fn eeprom(&self) -> &Eeprom {
        &self.eeprom
    }

    /// Returns how often the EEPROM was written.
    #[must_use]
    pub const fn eeprom_writes(&self) -> u32 {
        self.eeprom.writes
    }

    /// Until when nobody reads the line, in milliseconds since power-on.
    pub(crate) const fn busy_until(&self) -> u64 {
        self.busy_until
    }

    /// Whether it only waits for commands: before `SB`, or after a failed self test.
    pub(crate) const fn only_listens(&self) -> bool {
        self.flags.boot_locked() || self.faults.at_boot
    }

    /// For how long after a reset nothing is heard.
    pub(crate) const fn deaf_ms(&self) -> u64 {
        self.delays.deaf
    }

    /// Whether it is booting.
    pub(crate) const fn is_booting(&self) -> bool {
        self.boot.is_some()
    }
}
