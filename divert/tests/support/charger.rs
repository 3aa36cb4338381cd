//! A charger of a fleet, and its car. `fuzz/fuzz_targets/fleet.rs` takes it from here, too.

use rapi_divert::{Action, Amps, EvseStatus, MilliAmps, Mode, Station};

#[derive(Clone, Debug)]
pub(crate) struct Charger {
    pub(crate) awake: bool,
    pub(crate) vehicle: bool,
    pub(crate) broken: bool,
    pub(crate) pilot: u8,
    /// What the car takes at most; 0 is a full one.
    pub(crate) car: u8,
    pub(crate) mode: Mode,
    pub(crate) priority: u8,
    pub(crate) limit: u8,
}

impl Charger {
    pub(crate) const fn asleep() -> Self {
        Self {
            awake: false,
            vehicle: true,
            broken: false,
            pilot: 32,
            car: 32,
            mode: Mode::Eco,
            priority: 0,
            limit: 32,
        }
    }

    pub(crate) fn amps(&self) -> i32 {
        let draws = self.awake && self.vehicle && !self.broken;
        if draws { i32::from(self.pilot.min(self.car)) } else { 0 }
    }

    /// What the fleet is told; `settled` says that no command is under way.
    pub(crate) fn report(&self, settled: bool) -> Station {
        let evse = match (self.broken, self.awake, self.vehicle) {
            (true, ..) => EvseStatus::Fault,
            (_, false, vehicle) => EvseStatus::Asleep { vehicle },
            (_, true, false) => EvseStatus::NotConnected,
            (_, true, true) if self.car == 0 => EvseStatus::Connected,
            (_, true, true) => EvseStatus::Charging,
        };
        Station {
            mode: self.mode,
            evse,
            limit: Amps(self.limit),
            priority: self.priority,
            ev_current: MilliAmps(self.amps() * 1000),
            offered: Amps(self.pilot),
            settled,
        }
    }

    pub(crate) const fn carry_out(&mut self, action: Action) {
        match action {
            Action::SetCurrent(amps) => self.pilot = amps.0,
            Action::Enable => self.awake = true,
            Action::Sleep => self.awake = false,
        }
    }
}
