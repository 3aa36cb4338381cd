//! From power-on to the first look at a car.

use rapi_core::Notification;
use rapi_core::types::{Amps, EvseState, PilotState, SettingsFlags, Text, VFlags};

use super::{Button, Controller, Debounced, Display, Faults, Heartbeat, Meter, Said, Thermal};
use super::{Timer, flag, setting};
use crate::{Options, Vehicle};

/// How far the boot is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Boot {
    /// When it began.
    began: u64,
    /// Whether the first line was said.
    greeted: bool,
    /// The result of the self test, and when it is there.
    result: Option<(EvseState, u64)>,
    logo: u64,
}

impl Boot {
    pub(super) fn due(&self) -> u64 {
        match self.result {
            Some((_, due)) if self.greeted => due,
            _ => self.began + self.logo,
        }
    }
}

impl Controller {
    /// Power-on, or a reset after `delay` milliseconds: all that is volatile is gone.
    pub(crate) fn switch_on_after(&mut self, delay: u64) {
        self.switch_on();
        if let Some(boot) = &mut self.boot {
            boot.began += delay;
            self.reset_at = boot.began;
        }
    }

    pub(super) fn switch_on(&mut self) {
        let auto = self.firmware.has(Options::AUTOSVCLEVEL);
        let fixed =
            if auto || !self.firmware.since([8, 2, 0]) { 0 } else { setting::NO_AUTO_LEVEL };
        let cgmi = if self.firmware.has(Options::CGMI) { setting::CGMI } else { 0 };
        self.settings = SettingsFlags(self.eeprom.flags | fixed | cgmi);
        self.evse = EvseState::Starting;
        self.pilot_state = PilotState::Unevaluated;
        self.pilot = Amps(0);
        self.flags = VFlags(flag::SESSION_ENDED);
        if self.firmware.boot_lock() && self.settings.0 & setting::NO_BOOT_LOCK == 0 {
            self.flags.0 |= flag::BOOT_LOCKED;
        }
        self.timer = Timer::new(self.eeprom.timer);
        self.timer_looked = None;
        self.show_timer();
        self.debounced = Debounced::new();
        (self.closes_at, self.opens_at, self.level_at) = (None, None, None);
        self.wakes_at = self.now_ms;
        self.busy_until = self.now_ms;
        self.new_car = false;
        self.meter = Meter::default();
        self.metering = false;
        self.fake_current = None;
        self.limits = (0, 0);
        self.heartbeat = Heartbeat::default();
        self.thermal = Thermal::default();
        self.faults = Faults::default();
        self.button = Button::default();
        self.display = Display::default();
        self.drawn = None;
        self.plug_locked = false;
        self.measured_heat = false;
        self.told = None;
        self.said.clear();
        self.restart = false;
        let logo = self.delays.logo;
        self.boot = Some(Boot { began: self.now_ms, greeted: false, result: None, logo });
    }

    /// When it began to boot.
    pub(crate) fn began_booting(&self) -> Option<u64> {
        self.boot.as_ref().map(|boot| boot.began)
    }

    pub(super) fn go_on_booting(&mut self, vehicle: &Vehicle) {
        let Some(mut boot) = self.boot else { return };
        if self.now_ms < boot.due() {
            return;
        }
        if !boot.greeted {
            boot.greeted = true;
            self.greet();
        }
        let result = self.self_test();
        let connected = vehicle.is_connected();
        let tripped = self.board.residual_current;
        // The oldest ones wait for ever for a GFCI that has tripped.
        let hangs = tripped && !self.firmware.since([4, 0, 0]);
        let (result, due) = *boot.result.get_or_insert_with(|| {
            let looks = self.looks_for_level();
            let test = self.delays.post(result, looks, connected, tripped);
            (result, if hangs { u64::MAX } else { boot.began + test })
        });
        self.boot = Some(boot);
        if self.now_ms < due {
            return;
        }
        self.boot = None;
        self.timer_looked = Some(self.clock.seconds());
        self.lock_anew();
        self.evse = result;
        self.wakes_at = self.now_ms + self.delays.first;
        if result == EvseState::Starting {
            self.find_level(connected);
        } else {
            self.faults.at_boot = true;
        }
        self.finish_boot();
    }

    fn greet(&mut self) {
        self.tell_relay();
        if self.firmware.since([6, 0, 0]) {
            let amps = if self.firmware.since([6, 2, 0]) { Amps(0) } else { self.saved_max() };
            self.said.push(Said::Notification(Notification::Transition {
                evse: EvseState::Starting,
                pilot: PilotState::Unevaluated,
                amps,
                flags: self.flags,
            }));
        } else if self.firmware.since([3, 8, 4]) {
            self.said.push(Said::Notification(Notification::State { evse: EvseState::Starting }));
        }
    }

    /// How the relay is closed and held, as plain text.
    pub(super) fn tell_relay(&mut self) {
        if self.firmware.has(Options::RELAY_HOLD_DELAY_TUNING) && !self.firmware.since([9, 0, 0]) {
            let (close, hold) = self.eeprom.relay;
            let text = format!("\nrelayCloseMs: {close}\r\nrelayHoldPwm: {hold}\r\n");
            self.said.push(Said::Text(text.into_bytes()));
        }
    }

    /// [`EvseState::Starting`] if all is well.
    fn self_test(&self) -> EvseState {
        let built = self.firmware.has(Options::ADVPWR);
        let checks = |bit: u16| built && self.settings.0 & bit == 0;
        if self.board.relay_stuck && checks(setting::NO_RELAY_CHECK) {
            EvseState::StuckRelay
        } else if !self.board.ground && checks(setting::NO_GROUND_CHECK) {
            EvseState::NoGround
        } else if self.fails_gfi_test() || self.has_tripped() {
            EvseState::GfiSelfTestFailed
        } else {
            EvseState::Starting
        }
    }

    fn looks_for_level(&self) -> bool {
        self.firmware.has(Options::AUTOSVCLEVEL) && self.settings.0 & setting::NO_AUTO_LEVEL == 0
    }

    /// The mains are looked at through the closed relay, which nobody closes onto a car.
    fn find_level(&mut self, connected: bool) {
        let auto = self.looks_for_level();
        if auto && connected {
            self.flags.0 |= flag::LEVEL_SKIPPED;
        }
        let level_2 = if auto && !connected { self.board.level_2 } else { self.settings.level_2() };
        self.set_level(level_2);
    }

    fn finish_boot(&mut self) {
        if self.firmware.since([6, 0, 0]) {
            let firmware = Text::new(&self.firmware.reports()).expect("a version is a short word");
            let boot = Notification::Boot { status: self.evse, firmware };
            self.said.push(Said::Notification(boot));
        }
        if self.evse != EvseState::Starting {
            self.tell();
        }
    }
}
