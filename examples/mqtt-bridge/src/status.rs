//! What is known of the station, and of the computer that the bridge runs on.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rapi_core::commands::{CurrentRange, Energy, Power, Settings, State, Temperatures};
use rapi_core::types::{Amps, CentiHertz, EvseState, Temperature, WattHours};

/// The newest answers of the station.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// `GS`
    pub state: Option<State>,
    /// `GE`
    pub settings: Option<Settings>,
    /// `GG`
    pub power: Option<Power>,
    /// `GU`
    pub energy: Option<Energy>,
    /// `GP`
    pub temperatures: Option<Temperatures>,
    /// `GC`
    pub range: Option<CurrentRange>,
    /// `GZ`
    pub frequency: Option<CentiHertz>,
    /// Volts that another topic says: they outrank those of the controller, who may have no voltmeter.
    pub outside_volts: Option<i32>,
}

impl Snapshot {
    /// Whether a vehicle is connected, as far as anybody can tell.
    #[must_use]
    pub fn vehicle(&self) -> bool {
        self.state.is_some_and(|state| match (state.evse, state.flags) {
            (EvseState::Connected | EvseState::Charging, _) => true,
            // Old firmware does not tell while it sleeps; a car that is not there does no harm.
            (EvseState::Sleeping, None) => true,
            (EvseState::Disabled | EvseState::NotConnected, _) | (_, None) => false,
            (_, Some(flags)) => flags.ev_connected(),
        })
    }

    /// Whether the station can tell if there is a vehicle: not while it starts, or boots locked.
    #[must_use]
    pub fn tells_vehicle(&self) -> bool {
        self.state.is_some_and(|state| state.evse != EvseState::Starting)
    }

    /// What the car draws, in milliamps, if that is measured.
    #[must_use]
    pub fn milliamps(&self) -> Option<i32> {
        self.power.and_then(|power| power.current.0).map(|current| current.0)
    }

    /// The voltage in millivolts, if that is measured.
    #[must_use]
    pub fn millivolts(&self) -> Option<i32> {
        if let Some(volts) = self.outside_volts {
            return Some(volts * 1000);
        }
        self.power.and_then(|power| power.voltage.0).map(|voltage| voltage.0)
    }

    /// What the car draws in watts, on so many phases; 240 V if that is not measured.
    #[must_use]
    pub fn watts(&self, phases: u8) -> i32 {
        let volts = f64::from(self.millivolts().unwrap_or(240_000)) / 1000.0;
        let amps = f64::from(self.milliamps().unwrap_or(0)) / 1000.0;
        (volts * amps * f64::from(phases)).round() as i32
    }

    /// The energy of this session.
    #[must_use]
    pub fn session(&self) -> Option<WattHours> {
        self.energy.map(|energy| WattHours::from(energy.session))
    }

    /// The three sensors, in the order of the guide.
    #[must_use]
    pub fn sensors(&self) -> Option<[Temperature; 3]> {
        self.temperatures.map(|t| [t.ds3231, t.mcp9808, t.tmp007])
    }

    /// What the station may offer at most: its saved maximum, or what the hardware stands.
    #[must_use]
    pub fn limit(&self) -> Option<Amps> {
        self.range.map(|range| range.saved_max.unwrap_or(range.hardware_max))
    }
}

/// What there is to tell about this computer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Host {
    /// Free memory in bytes: of the gateway in the guide, of this computer here.
    pub free_memory: Option<u64>,
    /// Signal of the first wireless network, in dBm.
    pub signal: Option<i32>,
}

/// Looks at this computer once a second, for however many stations.
#[must_use]
pub fn host() -> Host {
    static LAST: Mutex<Option<(Instant, Host)>> = Mutex::new(None);
    // It is whole after each statement.
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    match *last {
        Some((at, host)) if at.elapsed() < Duration::from_secs(1) => host,
        _ => {
            let host = Host { free_memory: free_memory(), signal: signal() };
            *last = Some((Instant::now(), host));
            host
        }
    }
}

fn free_memory() -> Option<u64> {
    let meminfo = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

fn signal() -> Option<i32> {
    let text = std::fs::read_to_string("/proc/net/wireless").ok()?;
    // Two lines of headings; interface, status, link quality, level.
    let level = text.lines().nth(2)?.split_whitespace().nth(3)?;
    level.trim_end_matches('.').parse().ok()
}
