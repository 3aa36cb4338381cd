//! The controller: what the firmware keeps in memory and EEPROM, and what its commands do.

mod clock;
mod commands;
mod heartbeat;
mod timer;

use rapi_core::commands::SetClock;
use rapi_core::types::{
    Amps, DeciCelsius, EvseState, MilliAmps, PilotState, Seconds, ServiceLevel, SettingsFlags,
    Temperature, VFlags, WattHours, WattSeconds,
};
use rapi_core::{Notification, types::Text};

use crate::{Firmware, Vehicle};
use clock::ClockChip;
use heartbeat::Heartbeat;
use timer::Timer;

/// The bits of the flags whose change is told (firmware 7.1.1 and later).
const TOLD_FLAGS: u16 = 0x211a;
const SESSION_ENDED: u16 = 0x0200;
const EV_CONNECTED: u16 = 0x0100;
const EV_WAS_CONNECTED: u16 = 0x0400;
const RELAY_CLOSED: u16 = 0x0040;
const BOOT_LOCKED: u16 = 0x4000;
const LEVEL_2: u16 = 0x0001;
const AUTO_LEVEL_DISABLED: u16 = 0x0020;
const TIMER_ON: u16 = 0x1000;
const MENNEKES_MANUAL: u16 = 0x8000;

/// How long the simulated car takes to see that the pilot is steady.
const CAR_STOPS_IN_MS: u64 = 250;

/// What is kept over a restart.
#[derive(Clone, Copy, Debug)]
struct Eeprom {
    /// The saved maxima of levels 1 and 2.
    amps: [Amps; 2],
    flags: SettingsFlags,
    hardware_max: Option<Amps>,
    total: WattHours,
    ammeter: [i16; 2],
    timer: Timer,
    heartbeat: heartbeat::Settings,
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
    millivolts: i32,
    clock: ClockChip,
    heartbeat: Heartbeat,
    plug_locked: bool,
    /// The button or a command has overruled the timer, until its next edge.
    timer_overruled: bool,
    echo: bool,
    /// What is printed in plain text before the next reply.
    text: Vec<u8>,
    /// After `FS` the relay opens as soon as the car has stopped drawing.
    relay_opens_in_ms: Option<u64>,
    told: Option<(EvseState, PilotState, Amps, u16)>,
    restart: bool,
}

impl Controller {
    /// Makes a controller with a blank EEPROM, just booted, on a level 2 supply.
    #[must_use]
    pub fn new(firmware: Firmware, clock: SetClock) -> Self {
        let eeprom = Eeprom {
            amps: firmware.defaults,
            flags: SettingsFlags(LEVEL_2),
            hardware_max: None,
            total: WattHours(0),
            ammeter: [220, 0],
            timer: Timer::default(),
            heartbeat: heartbeat::Settings::default(),
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
            millivolts: 0,
            clock: ClockChip::new(clock),
            heartbeat: Heartbeat::default(),
            plug_locked: false,
            timer_overruled: false,
            echo: false,
            text: Vec::new(),
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
        if self.eeprom.timer.is_on() {
            self.flags.0 |= TIMER_ON;
        }
        self.millivolts = self.default_millivolts();
        self.heartbeat = Heartbeat::default();
        self.plug_locked = false;
        self.timer_overruled = false;
        self.echo = false;
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

    /// Whether every byte is sent back. Only a restart ends it.
    pub(crate) const fn echoes(&self) -> bool {
        self.echo
    }

    /// Returns what is printed in plain text before a reply.
    pub(crate) fn take_text(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.text)
    }

    /// Whether a restart was asked for.
    pub(crate) const fn wants_restart(&self) -> bool {
        self.restart
    }

    /// Lets `elapsed_ms` pass with this car, of whose pilot the station believes `pilot`.
    pub fn step(&mut self, elapsed_ms: u64, vehicle: &Vehicle, pilot: PilotState) {
        self.clock.step(elapsed_ms);
        self.charge(elapsed_ms);
        if self.flags.boot_locked() {
            return;
        }
        self.obey_timer();
        self.supervise(elapsed_ms);
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
        let volts = u64::from(self.millivolts.unsigned_abs() / 1000);
        let milliwatts = u64::from(self.current.0.unsigned_abs()) * volts;
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
            self.plug_locked |= !self.flags.mennekes_manual();
            self.elapsed_ms = 0;
            self.session_mj = 0;
            if self.evse != EvseState::Sleeping {
                self.remember_plug();
            }
        } else {
            self.set_relay(false);
            self.plug_locked &= self.flags.mennekes_manual();
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

    /// The voltage that the energy is computed with, if nobody has set another.
    const fn default_millivolts(&self) -> i32 {
        if self.eeprom.flags.level_2() { 240_000 } else { 120_000 }
    }

    fn wake(&mut self) {
        if matches!(self.evse, EvseState::Sleeping | EvseState::Disabled) {
            self.evse = EvseState::Starting;
        }
    }

    fn fall_asleep(&mut self) {
        if self.flags.boot_locked() {
            return;
        }
        self.evse = EvseState::Sleeping;
        if self.flags.relay_closed() {
            self.relay_opens_in_ms = Some(CAR_STOPS_IN_MS);
        }
    }

    /// Sleeps outside the hours of charging and wakes at their start.
    fn obey_timer(&mut self) {
        let edge = self.eeprom.timer.step(self.clock.time_of_day());
        if !self.eeprom.timer.is_on() {
            return;
        }
        if edge {
            self.timer_overruled = false;
        }
        let inside = self.eeprom.timer.inside(self.clock.time_of_day());
        if inside && edge && self.evse == EvseState::Sleeping {
            self.wake();
        } else if !inside
            && !self.timer_overruled
            && !matches!(self.evse, EvseState::Sleeping | EvseState::Disabled)
        {
            self.fall_asleep();
        }
    }

    /// Lowers the current when nobody has pulsed in time. Not while asleep or disabled.
    fn supervise(&mut self, elapsed_ms: u64) {
        let awake = !matches!(self.evse, EvseState::Sleeping | EvseState::Disabled);
        if self.heartbeat.missed(self.eeprom.heartbeat, elapsed_ms, awake) {
            let fallback = self.eeprom.heartbeat.fallback.max(commands::MIN);
            self.pilot = self.pilot.min(fallback);
        }
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
