//! What the station does, without any I/O.

use rapi_server::commands::{
    CurrentRange, CurrentSet, Disable, Enable, Energy, FaultCounters, GetCurrentRange, GetEnergy,
    GetFaultCounters, GetPower, GetSettings, GetState, GetVersion, Power, SetCurrent, Settings,
    Sleep, State, Version,
};
use rapi_server::types::{
    Amps, EvseState, FaultCount, MilliAmps, MilliVolts, OrNone, PilotState, Seconds, SettingsFlags,
    Text, VFlags, WattHours, WattSeconds,
};
use rapi_server::{Handler, Notification, Rejected};

const LEAST: Amps = Amps(6);
const HARDWARE_MAXIMUM: Amps = Amps(32);
const VOLTS: u32 = 230;

/// What a person has chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Switch {
    On,
    Asleep,
    Off,
}

pub struct Controller {
    switch: Switch,
    connected: bool,
    asks: bool,
    amps: Amps,
    last_ms: u32,
    charged_ms: u32,
    session: WattSeconds,
    /// Of all sessions that have ended, as real controllers count.
    total: WattHours,
}

impl Controller {
    pub const fn new(now_ms: u32) -> Self {
        Self {
            switch: Switch::On,
            connected: false,
            asks: false,
            // What every cable takes; more is set by whoever knows.
            amps: LEAST,
            last_ms: now_ms,
            charged_ms: 0,
            session: WattSeconds(0),
            total: WattHours(0),
        }
    }

    /// `p`lugged in, `a`sks for energy, `s`tops, `u`nplugged.
    pub fn car(&mut self, letter: u8) {
        match letter {
            b'p' if !self.connected => {
                (self.connected, self.charged_ms, self.session) = (true, 0, WattSeconds(0));
            }
            b'a' => self.asks = self.connected,
            b's' => self.asks = false,
            b'u' if self.connected => {
                (self.connected, self.asks) = (false, false);
                self.total.0 = self.total.0.saturating_add(WattHours::from(self.session).0);
            }
            _ => {}
        }
    }

    /// Lets time pass.
    pub fn tick(&mut self, now_ms: u32) {
        let passed = now_ms.wrapping_sub(self.last_ms);
        if passed < 1_000 {
            return;
        }
        self.last_ms = now_ms;
        if self.evse() == EvseState::Charging {
            self.charged_ms = self.charged_ms.saturating_add(passed);
            let watts = VOLTS * u32::from(self.amps.0);
            self.session.0 = self.session.0.saturating_add(watts * (passed / 1_000));
        }
    }

    fn evse(&self) -> EvseState {
        match (self.switch, self.connected, self.asks) {
            (Switch::Off, ..) => EvseState::Disabled,
            (Switch::Asleep, ..) => EvseState::Sleeping,
            (Switch::On, true, true) => EvseState::Charging,
            (Switch::On, true, false) => EvseState::Connected,
            (Switch::On, false, _) => EvseState::NotConnected,
        }
    }

    fn pilot(&self) -> PilotState {
        match (self.connected, self.asks) {
            (false, _) => PilotState::A,
            (true, false) => PilotState::B,
            (true, true) => PilotState::C,
        }
    }

    fn flags(&self) -> VFlags {
        const RELAY_CLOSED: u16 = 0x0040;
        const EV_CONNECTED: u16 = 0x0100;
        let relay = if self.evse() == EvseState::Charging { RELAY_CLOSED } else { 0 };
        VFlags(relay | if self.connected { EV_CONNECTED } else { 0 })
    }

    /// What is told when something of it has changed.
    pub fn transition(&self) -> Notification {
        Notification::Transition {
            evse: self.evse(),
            pilot: self.pilot(),
            amps: self.amps,
            flags: self.flags(),
        }
    }
}

impl Handler for Controller {
    fn get_version(&mut self, _: GetVersion) -> Result<Version, Rejected> {
        let (firmware, protocol) = Text::new("8.2.3").zip(Text::new("5.2.1")).ok_or(Rejected)?;
        Ok(Version { firmware, protocol })
    }

    fn get_state(&mut self, _: GetState) -> Result<State, Rejected> {
        Ok(State {
            evse: self.evse(),
            elapsed: Seconds(self.charged_ms / 1_000),
            pilot: Some(self.pilot()),
            flags: Some(self.flags()),
        })
    }

    fn get_settings(&mut self, _: GetSettings) -> Result<Settings, Rejected> {
        const LEVEL_2: u16 = 0x0001;
        Ok(Settings { amps: self.amps, flags: SettingsFlags(LEVEL_2) })
    }

    fn get_current_range(&mut self, _: GetCurrentRange) -> Result<CurrentRange, Rejected> {
        Ok(CurrentRange {
            min: LEAST,
            hardware_max: HARDWARE_MAXIMUM,
            pilot: Some(self.amps),
            saved_max: Some(HARDWARE_MAXIMUM),
        })
    }

    fn get_power(&mut self, _: GetPower) -> Result<Power, Rejected> {
        let charging = self.evse() == EvseState::Charging;
        let milliamps = if charging { i32::from(self.amps.0) * 1_000 } else { 0 };
        Ok(Power {
            current: OrNone(Some(MilliAmps(milliamps))),
            voltage: OrNone(Some(MilliVolts(VOLTS as i32 * 1_000))),
        })
    }

    fn get_energy(&mut self, _: GetEnergy) -> Result<Energy, Rejected> {
        Ok(Energy { session: self.session, total: self.total })
    }

    fn get_fault_counters(&mut self, _: GetFaultCounters) -> Result<FaultCounters, Rejected> {
        Ok(FaultCounters {
            gfi: FaultCount(0),
            no_ground: FaultCount(0),
            stuck_relay: FaultCount(0),
        })
    }

    /// What cannot be offered is clamped and refused, as controllers do.
    fn set_current(&mut self, command: SetCurrent) -> Result<CurrentSet, Rejected> {
        let amps = command.amps.clamp(LEAST, HARDWARE_MAXIMUM);
        self.amps = amps;
        Ok(CurrentSet { amps: Some(amps), accepted: amps == command.amps })
    }

    fn enable(&mut self, _: Enable) -> Result<(), Rejected> {
        self.switch = Switch::On;
        Ok(())
    }

    fn sleep(&mut self, _: Sleep) -> Result<(), Rejected> {
        self.switch = Switch::Asleep;
        Ok(())
    }

    fn disable(&mut self, _: Disable) -> Result<(), Rejected> {
        self.switch = Switch::Off;
        Ok(())
    }
}
