//! The controller: what the firmware keeps in memory and EEPROM, and what it does by itself.
//!
//! It has no clock and no line: it is stepped with the caller's time, and what it says waits until
//! somebody takes it.

mod boot;
mod button;
mod clock;
mod commands;
mod delays;
mod display;
mod eeprom;
mod faults;
mod heartbeat;
mod look;
mod meter;
mod routine;
mod supply;
mod tell;
mod thermal;
mod timer;
mod transitions;

pub use eeprom::{CableSensor, Eeprom};

use rapi_core::Notification;
use rapi_core::commands::SetClock;
use rapi_core::types::{Amps, EvseState, MilliAmps, PilotState, SettingsFlags, VFlags};

use crate::pilot::Debounced;
use crate::{Board, Firmware, Vehicle};
use boot::Boot;
use button::Button;
use clock::ClockChip;
pub(crate) use delays::Delays;
use display::Display;
use faults::Faults;
use heartbeat::Heartbeat;
use meter::Meter;
use thermal::Thermal;
use timer::Timer;

/// Bits of `GS` and `AT`.
mod flag {
    pub(super) const LEVEL_SKIPPED: u16 = 0x0001;
    pub(super) const HARD_FAULT: u16 = 0x0002;
    pub(super) const LIMIT_SLEEP: u16 = 0x0004;
    pub(super) const AUTH_LOCKED: u16 = 0x0008;
    pub(super) const TIME_LIMIT: u16 = 0x0010;
    pub(super) const GROUND_TRIPPED: u16 = 0x0020;
    pub(super) const RELAY_CLOSED: u16 = 0x0040;
    pub(super) const GFI_TRIPPED: u16 = 0x0080;
    pub(super) const EV_CONNECTED: u16 = 0x0100;
    pub(super) const SESSION_ENDED: u16 = 0x0200;
    pub(super) const EV_WAS_CONNECTED: u16 = 0x0400;
    pub(super) const IN_MENU: u16 = 0x0800;
    pub(super) const TIMER_ON: u16 = 0x1000;
    pub(super) const CHARGE_LIMIT: u16 = 0x2000;
    pub(super) const BOOT_LOCKED: u16 = 0x4000;
    pub(super) const MENNEKES_MANUAL: u16 = 0x8000;
    /// Firmware 7.1.1 to 7.1.6; before, it was that of the time limit.
    pub(super) const CALIBRATING: u16 = 0x8000;
    pub(super) const CALIBRATING_EARLY: u16 = 0x0010;
}

/// Bits of `GE`.
mod setting {
    pub(super) const LEVEL_2: u16 = 0x0001;
    pub(super) const NO_DIODE_CHECK: u16 = 0x0002;
    pub(super) const NO_VENT_CHECK: u16 = 0x0004;
    pub(super) const NO_GROUND_CHECK: u16 = 0x0008;
    pub(super) const NO_RELAY_CHECK: u16 = 0x0010;
    pub(super) const NO_AUTO_LEVEL: u16 = 0x0020;
    pub(super) const NO_AUTO_START: u16 = 0x0040;
    pub(super) const MONOCHROME: u16 = 0x0100;
    pub(super) const NO_GFI_TEST: u16 = 0x0200;
    pub(super) const NO_TEMPERATURE_CHECK: u16 = 0x0400;
    pub(super) const NO_ZERO_CROSS: u16 = 0x0800;
    pub(super) const CGMI: u16 = 0x1000;
    pub(super) const NO_BOOT_LOCK: u16 = 0x2000;
    pub(super) const NO_OVER_CURRENT_CHECK: u16 = 0x4000;
    pub(super) const NO_BUTTON: u16 = 0x8000;
}

/// What a controller says on its own account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// Plain text, of which a client knows nothing.
    Text(Vec<u8>),
    Notification(Notification),
}

/// The model of a controller.
#[derive(Clone, Debug)]
pub struct Controller {
    firmware: Firmware,
    delays: Delays,
    eeprom: Eeprom,
    /// Of the power-on.
    now_ms: u64,
    reset_at: u64,
    boot: Option<Boot>,
    settings: SettingsFlags,
    evse: EvseState,
    pilot_state: PilotState,
    pilot: Amps,
    flags: VFlags,
    debounced: Debounced,
    /// What the pilot is in this moment.
    present: PilotState,
    /// When the relay closes after the self test.
    closes_at: Option<u64>,
    /// When a relay that waits for the car opens.
    opens_at: Option<u64>,
    /// When the service level is found out behind the closed relay.
    level_at: Option<u64>,
    /// When a woken controller looks at the car.
    wakes_at: u64,
    /// Until then nobody reads the line.
    busy_until: u64,
    new_car: bool,
    meter: Meter,
    millivolts: i32,
    metering: bool,
    fake_current: Option<MilliAmps>,
    /// Quarters of an hour and kilowatt-hours; 0 is none.
    limits: (u8, u8),
    /// The seconds and watt-hours that limits are on top of.
    limit_base: (u32, u32),
    clock: ClockChip,
    timer: Timer,
    /// The second in which the timer was looked at last.
    timer_looked: Option<u64>,
    heartbeat: Heartbeat,
    thermal: Thermal,
    faults: Faults,
    button: Button,
    display: Display,
    /// When the display was drawn last, and state and current then.
    drawn: Option<(u64, EvseState, Amps)>,
    plug_locked: bool,
    /// The oldest firmware measures temperatures only while it charges.
    measured_heat: bool,
    board: Board,
    told: Option<tell::Told>,
    said: Vec<Said>,
    restart: bool,
}

impl Controller {
    /// Makes a controller that has just been switched on.
    #[must_use]
    pub fn new(firmware: Firmware, eeprom: Eeprom, clock: SetClock) -> Self {
        Self::with_delays(firmware, eeprom, clock, Delays::NONE)
    }

    pub(crate) fn with_delays(
        firmware: Firmware,
        eeprom: Eeprom,
        clock: SetClock,
        delays: Delays,
    ) -> Self {
        let mut controller = Self {
            firmware,
            delays,
            eeprom,
            now_ms: 0,
            reset_at: 0,
            boot: None,
            settings: SettingsFlags(0),
            evse: EvseState::Starting,
            pilot_state: PilotState::Unevaluated,
            pilot: Amps(0),
            flags: VFlags(0),
            debounced: Debounced::new(),
            present: PilotState::A,
            closes_at: None,
            opens_at: None,
            level_at: None,
            wakes_at: 0,
            busy_until: 0,
            new_car: false,
            meter: Meter::default(),
            millivolts: 0,
            metering: false,
            fake_current: None,
            limits: (0, 0),
            limit_base: (0, 0),
            clock: ClockChip::new(clock),
            timer: Timer::default(),
            timer_looked: None,
            heartbeat: Heartbeat::default(),
            thermal: Thermal::default(),
            faults: Faults::default(),
            button: Button::default(),
            display: Display::default(),
            drawn: None,
            plug_locked: false,
            measured_heat: false,
            board: Board::default(),
            told: None,
            said: Vec::new(),
            restart: false,
        };
        controller.switch_on();
        controller
    }

    /// Lets time pass.
    pub fn step(&mut self, elapsed_ms: u64, board: &Board, vehicle: &mut Vehicle) {
        self.now_ms += elapsed_ms;
        self.board = *board;
        self.present = vehicle.pilot();
        self.clock.step(elapsed_ms);
        self.measure(elapsed_ms, vehicle);
        if self.boot.is_some() {
            self.go_on_booting(vehicle);
        }
        if self.boot.is_none() && !self.flags.boot_locked() && !self.faults.at_boot {
            self.obey_button();
            self.obey_timer();
            self.supervise(elapsed_ms);
            self.obey_limits();
            self.evaluate(vehicle);
            // A fault that ends is followed by the first look at the car.
            if self.evse == EvseState::Starting && self.wakes_at <= self.now_ms {
                self.evaluate(vehicle);
            }
            self.meter.count(self.counted_ms(), self.evse == EvseState::Charging);
            self.tell();
        }
        self.refresh_display();
    }

    /// How many milliseconds may pass before something happens by itself, at most `most`.
    pub(crate) fn horizon(&self, most: u64) -> u64 {
        let heartbeat = self.heartbeat.due(self.eeprom.heartbeat.0);
        let meter = self.meter.due().filter(|_| self.flags.relay_closed());
        let boot = self.boot.as_ref().map(Boot::due);
        [
            boot,
            self.debounced.due(),
            self.closes_at,
            self.opens_at,
            self.level_at,
            (self.evse == EvseState::Starting).then_some(self.wakes_at),
            heartbeat.map(|left| self.now_ms + left),
            meter.map(|left| self.now_ms + left),
            self.button.due(),
            self.faults.due(),
            self.timer.is_on().then(|| self.now_ms + self.clock.next_second()),
            self.redraws_at(),
        ]
        .into_iter()
        .flatten()
        .filter(|&due| due > self.now_ms)
        .fold(self.now_ms + most, u64::min)
            - self.now_ms
    }

    /// Takes what it has said.
    pub(crate) fn take_said(&mut self) -> Vec<Said> {
        core::mem::take(&mut self.said)
    }

    /// Whether something follows at once from what has happened.
    pub(crate) fn goes_on(&self) -> bool {
        !self.said.is_empty() || self.closes_at.is_some_and(|due| due <= self.now_ms)
    }

    /// Sets the clock chip.
    pub(crate) fn set_clock_chip(&mut self, clock: SetClock) {
        self.clock = ClockChip::new(clock);
    }

    /// Whether a restart was asked for.
    pub(crate) const fn wants_restart(&self) -> bool {
        self.restart
    }

    /// What the time of the session is counted with: milliseconds since the last reset, up to
    /// firmware 5.x whole seconds of it.
    fn counted_ms(&self) -> u64 {
        let uptime = self.now_ms.saturating_sub(self.reset_at);
        if self.firmware.since([6, 0, 0]) { uptime } else { uptime / 1000 * 1000 }
    }
}
