//! The controller: what the firmware keeps in memory and EEPROM, and what its commands do.

mod commands;

use rapi_core::types::{
    Amps, DeciCelsius, EvseState, MilliAmps, PilotState, Seconds, ServiceLevel, SettingsFlags,
    Temperature, VFlags, WattHours, WattSeconds,
};
use rapi_core::{Notification, types::Text};

use crate::{Firmware, Vehicle};

/// The bits of the flags whose change is told (firmware 7.1.1 and later).
const TOLD_FLAGS: u16 = 0x211a;
const SESSION_ENDED: u16 = 0x0200;
const EV_CONNECTED: u16 = 0x0100;
const EV_WAS_CONNECTED: u16 = 0x0400;
const RELAY_CLOSED: u16 = 0x0040;
const BOOT_LOCKED: u16 = 0x4000;
const LEVEL_2: u16 = 0x0001;
const AUTO_LEVEL_DISABLED: u16 = 0x0020;

/// What is kept over a restart.
#[derive(Clone, Copy, Debug)]
struct Eeprom {
    /// The saved maxima of levels 1 and 2.
    amps: [Amps; 2],
    flags: SettingsFlags,
    hardware_max: Option<Amps>,
    total: WattHours,
    /// How often it was written: real ones wear out.
    writes: u32,
}

/// The model of a controller. It knows no time of its own: [`step`](Self::step) it.
#[derive(Clone, Debug)]
pub struct Controller {
    firmware: Firmware,
    eeprom: Eeprom,
    evse: EvseState,
    pilot_state: PilotState,
    pilot: Amps,
    flags: VFlags,
    current: MilliAmps,
    elapsed_ms: u64,
    session_mj: u64,
    clock: jiff::civil::DateTime,
    clock_ms: u64,
    /// After `FS` the relay opens as soon as the car has stopped drawing.
    relay_opens_in_ms: Option<u64>,
    told: Option<(EvseState, PilotState, Amps, u16)>,
    restart: bool,
}

impl Controller {
    /// Makes a controller with a blank EEPROM, just booted, on a level 2 supply.
    #[must_use]
    pub fn new(firmware: Firmware, clock: jiff::civil::DateTime) -> Self {
        let eeprom = Eeprom {
            amps: firmware.defaults,
            flags: SettingsFlags(LEVEL_2),
            hardware_max: None,
            total: WattHours(0),
            writes: 0,
        };
        let mut controller = Self {
            firmware,
            eeprom,
            evse: EvseState::Starting,
            pilot_state: PilotState::Unevaluated,
            pilot: Amps(0),
            flags: VFlags(0),
            current: MilliAmps(0),
            elapsed_ms: 0,
            session_mj: 0,
            clock,
            clock_ms: 0,
            relay_opens_in_ms: None,
            told: None,
            restart: false,
        };
        controller.boot();
        controller
    }

    /// Restarts: all that is volatile is gone.
    pub(crate) fn boot(&mut self) {
        self.evse = EvseState::Starting;
        self.pilot_state = PilotState::Unevaluated;
        self.pilot = self.saved_max();
        self.flags = VFlags(SESSION_ENDED | if self.firmware.boot_lock { BOOT_LOCKED } else { 0 });
        self.current = MilliAmps(0);
        self.elapsed_ms = 0;
        self.session_mj = 0;
        self.relay_opens_in_ms = None;
        self.told = None;
        self.restart = false;
    }

    /// What it says at boot, before it looks at the car.
    pub(crate) fn boot_notifications(&self) -> [Notification; 2] {
        let firmware = Text::new(self.firmware.version).expect("a version is a short word");
        [
            Notification::Transition {
                evse: EvseState::Starting,
                pilot: PilotState::Unevaluated,
                amps: Amps(0),
                flags: self.flags,
            },
            Notification::Boot { status: EvseState::Starting, firmware },
        ]
    }

    /// Whether a restart was asked for.
    pub(crate) const fn wants_restart(&self) -> bool {
        self.restart
    }

    /// Lets `elapsed_ms` pass with this car, of whose pilot the station believes `pilot`.
    pub fn step(&mut self, elapsed_ms: u64, vehicle: &Vehicle, pilot: PilotState) {
        self.clock_ms += elapsed_ms;
        self.charge(elapsed_ms);
        if self.flags.boot_locked() {
            return;
        }
        match self.evse {
            // The pilot is at -12 V: nobody can tell.
            EvseState::Disabled => {}
            EvseState::Sleeping => {
                self.look_at_plug(pilot);
                self.open_relay_after(elapsed_ms);
            }
            _ => {
                self.look_at_plug(pilot);
                self.set_relay(pilot == PilotState::C);
                self.pilot_state = pilot;
                self.evse = match pilot {
                    PilotState::C => EvseState::Charging,
                    PilotState::B => EvseState::Connected,
                    _ => EvseState::NotConnected,
                };
            }
        }
        let offers = self.flags.relay_closed() && self.evse == EvseState::Charging;
        self.current = if offers { vehicle.draw(self.pilot) } else { MilliAmps(0) };
    }

    /// Returns the notification about what has changed since the last one, if it is to be told.
    pub fn notification(&mut self) -> Option<Notification> {
        if self.evse == EvseState::Starting {
            return None;
        }
        let now = (self.evse, self.pilot_state, self.pilot, self.flags.0 & TOLD_FLAGS);
        if self.told == Some(now) {
            return None;
        }
        self.told = Some(now);
        let notification = Notification::Transition {
            evse: self.evse,
            pilot: self.pilot_state,
            amps: self.pilot,
            flags: self.flags,
        };
        // A plug that goes in is told one turn of the main loop before it is old news.
        self.remember_plug();
        Some(notification)
    }

    /// Returns the state of the station.
    #[must_use]
    pub const fn state(&self) -> EvseState {
        self.evse
    }

    /// Returns what the car draws.
    #[must_use]
    pub const fn current(&self) -> MilliAmps {
        self.current
    }

    /// Returns what the pilot offers.
    #[must_use]
    pub const fn pilot(&self) -> Amps {
        self.pilot
    }

    /// Whether it waits for `SB`.
    #[must_use]
    pub const fn is_boot_locked(&self) -> bool {
        self.flags.boot_locked()
    }

    /// Returns how often the EEPROM was written.
    #[must_use]
    pub const fn eeprom_writes(&self) -> u32 {
        self.eeprom.writes
    }

    fn charge(&mut self, elapsed_ms: u64) {
        if !self.flags.relay_closed() {
            return;
        }
        let milliwatts = u64::from(self.current.0.unsigned_abs()) * self.volts();
        self.session_mj += milliwatts * elapsed_ms / 1000;
        if self.evse == EvseState::Charging {
            self.elapsed_ms += elapsed_ms;
        }
    }

    fn look_at_plug(&mut self, pilot: PilotState) {
        let connected = pilot != PilotState::A;
        if connected == self.flags.ev_connected() {
            return;
        }
        if connected {
            self.flags.0 |= EV_CONNECTED;
            self.elapsed_ms = 0;
            self.session_mj = 0;
            if self.evse != EvseState::Sleeping {
                self.remember_plug();
            }
        } else {
            self.set_relay(false);
            self.flags.0 &= !(EV_CONNECTED | EV_WAS_CONNECTED);
            self.flags.0 |= SESSION_ENDED;
            self.eeprom.total.0 += WattHours::from(self.session()).0;
            self.eeprom.writes += 1;
        }
    }

    fn remember_plug(&mut self) {
        if self.flags.ev_connected() {
            self.flags.0 |= EV_WAS_CONNECTED;
        }
    }

    fn set_relay(&mut self, closed: bool) {
        if closed {
            self.flags.0 |= RELAY_CLOSED;
            self.flags.0 &= !SESSION_ENDED;
        } else {
            self.flags.0 &= !RELAY_CLOSED;
        }
        self.relay_opens_in_ms = None;
    }

    fn open_relay_after(&mut self, elapsed_ms: u64) {
        match self.relay_opens_in_ms.map(|left| left.saturating_sub(elapsed_ms)) {
            Some(0) => self.set_relay(false),
            left => self.relay_opens_in_ms = left,
        }
    }

    const fn level(&self) -> ServiceLevel {
        if self.eeprom.flags.level_2() { ServiceLevel::L2 } else { ServiceLevel::L1 }
    }

    const fn saved_max(&self) -> Amps {
        self.eeprom.amps[self.eeprom.flags.level_2() as usize]
    }

    fn hardware_max(&self) -> Amps {
        match self.level() {
            ServiceLevel::L1 => self.firmware.level_1_max,
            _ => self.eeprom.hardware_max.unwrap_or(Amps(80)),
        }
    }

    /// The voltage that the energy is computed with: a constant of the level.
    const fn volts(&self) -> u64 {
        if self.eeprom.flags.level_2() { 240 } else { 120 }
    }

    fn session(&self) -> WattSeconds {
        WattSeconds(u32::try_from(self.session_mj / 1000).unwrap_or(u32::MAX))
    }

    fn elapsed(&self) -> Seconds {
        Seconds(u32::try_from(self.elapsed_ms / 1000).unwrap_or(u32::MAX))
    }

    const fn temperatures() -> [Temperature; 3] {
        [
            Temperature::Reading(DeciCelsius(252)),
            Temperature::Reading(DeciCelsius(240)),
            Temperature::Absent,
        ]
    }
}
