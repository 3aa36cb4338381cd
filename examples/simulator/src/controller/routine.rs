//! What goes on in each turn beside the pilot: button, timer, supervision, limits.

use rapi_core::Notification;
use rapi_core::types::{Amps, ButtonPress, EvseState, WifiMode};

use super::button::Press;
use super::{Controller, Said, flag};
use crate::Options;

const QUARTER_HOUR: u32 = 900;

impl Controller {
    /// What a short press does: from sleep to awake and back.
    pub(super) fn toggle(&mut self) {
        if self.flags.in_menu() {
            return;
        }
        match self.evse {
            EvseState::Sleeping | EvseState::Disabled => self.wake(),
            state if state.is_fault() => {}
            _ => self.fall_asleep(),
        }
        self.timer.overruled = true;
    }

    pub(super) fn obey_button(&mut self) {
        let Some(press) = self.button.look(self.board.button, self.now_ms) else { return };
        let notification = match press {
            Press::VeryLong if self.firmware.has(Options::RAPI_WF) => {
                let old = !self.firmware.since([4, 0, 0]);
                let mode = if old { WifiMode::AccessPoint } else { WifiMode::DefaultAccessPoint };
                Notification::WifiMode { mode }
            }
            Press::Short | Press::Long if self.settings.button_disabled() => {
                if !self.firmware.has(Options::RAPI_BTN) || !self.firmware.since([7, 1, 0]) {
                    return;
                }
                let short = press == Press::Short;
                let press = if short { ButtonPress::Short } else { ButtonPress::Long };
                Notification::Button { press }
            }
            Press::Short => return self.toggle(),
            Press::Long if self.firmware.has(Options::BTN_MENU) => {
                self.flags.0 ^= flag::IN_MENU;
                if self.flags.in_menu() {
                    self.fall_asleep();
                }
                return;
            }
            _ => return,
        };
        self.said.push(Said::Notification(notification));
    }

    /// Sleeps outside the hours of charging and wakes at their start.
    pub(super) fn obey_timer(&mut self) {
        // Without a clock chip it has no effect; with one it looks once a second.
        if !self.timer.is_on() || !self.board.clock {
            return;
        }
        let second = self.clock.seconds();
        if self.timer_looked.replace(second) == Some(second) {
            return;
        }
        let now = self.clock.time_of_day();
        let edge = self.timer.step(now);
        let asleep = matches!(self.evse, EvseState::Sleeping | EvseState::Disabled);
        // The oldest ones do not sleep without a car.
        let waits = self.firmware.since([4, 0, 0]) || self.flags.ev_connected();
        if self.timer.inside(now) {
            if edge && self.evse == EvseState::Sleeping {
                self.wake();
            }
        } else if !self.timer.overruled && !asleep && waits && self.limits == (0, 0) {
            self.fall_asleep();
        }
    }

    pub(super) fn show_timer(&mut self) {
        self.flags.0 &= !flag::TIMER_ON;
        if self.timer.is_on() && self.firmware.since([8, 1, 0]) {
            self.flags.0 |= flag::TIMER_ON;
        }
    }

    /// Lowers the current when nobody has pulsed in time. Not while asleep or disabled.
    pub(super) fn supervise(&mut self, elapsed_ms: u64) {
        let awake = !matches!(self.evse, EvseState::Sleeping | EvseState::Disabled);
        let (interval, fallback) = self.eeprom.heartbeat;
        if self.heartbeat.missed(interval, elapsed_ms, awake) {
            self.pilot = self.pilot.min(Amps(fallback).max(self.min_amps()));
        }
    }

    /// Falls asleep when the session has had its time or its energy.
    pub(super) fn obey_limits(&mut self) {
        if self.evse != EvseState::Charging {
            return;
        }
        let (quarters, kilowatt_hours) = self.limits;
        let time = u32::from(quarters) * QUARTER_HOUR;
        let energy = u32::from(kilowatt_hours) * 1000;
        let (begun, had) = self.limit_base;
        if (time > 0 && self.elapsed().0 >= begun + time)
            || (energy > 0 && self.meter.watt_hours().0 >= had + energy)
        {
            self.limits = (0, 0);
            self.flags.0 &= !(flag::TIME_LIMIT | flag::CHARGE_LIMIT);
            self.flags.0 |= flag::LIMIT_SLEEP;
            self.fall_asleep();
        }
    }
}
