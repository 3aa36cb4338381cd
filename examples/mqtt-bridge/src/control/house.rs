//! The limit of the house connection: what the house leaves, the car may have.

use std::collections::VecDeque;

use super::peak::{Load, Peak};
use super::{Run, Wish};
use crate::config::Station;
use crate::current::{LEAST, MOST};
use crate::names;
use crate::status::Snapshot;

/// A reading that is older is none.
const STALE_MS: u64 = 30_000;
/// A rise must be possible for so long before it is made.
const RISE_MS: u64 = 10_000;
/// A pause lasts at least so long.
const PAUSE_MS: u64 = 300_000;
/// A reading of the meter may be so much older than what the car is known to draw.
const LAG_MS: u64 = 10_000;
/// While no voltage is measured, in millivolts.
const MILLIVOLTS: i32 = 240_000;

/// What the connection stands; 0: not limited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// Watts of the whole house.
    pub watts: u32,
    /// Watts, the mean of a quarter of an hour.
    pub peak: u32,
    /// Amps of each phase.
    pub amps: u16,
    /// Of so many phases the currents are known.
    pub conductors: usize,
    /// The car charges on so many.
    pub phases: u8,
}

impl Connection {
    /// As the configuration has it.
    #[must_use]
    pub const fn new(station: &Station) -> Self {
        Self {
            watts: station.live_power_limit,
            peak: station.live_power_peak,
            amps: station.live_current_limit,
            conductors: station.live_current.len(),
            phases: station.phases,
        }
    }

    /// Whether anything is limited.
    #[must_use]
    pub const fn is_limited(&self) -> bool {
        self.watts > 0 || self.peak > 0 || self.amps > 0
    }
}

/// Keeps the house below what its connection stands.
#[derive(Clone, Debug)]
pub struct House {
    connection: Connection,
    live: Option<(i32, u64)>,
    /// Milliamps of each phase.
    currents: [Option<(i32, u64)>; 3],
    peak: Peak,
    active: bool,
    fresh: bool,
    /// Whether anything was ever allowed: what comes before is no pause.
    begun: bool,
    /// What the car drew lately, in watts and in milliamps.
    car: VecDeque<(i32, i32, u64)>,
    load: Load,
    cap: u8,
    /// Since when more would be possible.
    more_since: Option<u64>,
    paused_at: Option<u64>,
}

impl House {
    /// Allows the house so much.
    #[must_use]
    pub const fn new(connection: Connection) -> Self {
        Self {
            live: None,
            currents: [None; 3],
            peak: Peak::new(connection.peak),
            active: true,
            fresh: false,
            begun: false,
            car: VecDeque::new(),
            load: Load { volts: None, phases: connection.phases },
            cap: 0,
            more_since: None,
            paused_at: None,
            connection,
        }
    }

    /// Allows something else.
    pub fn configure(&mut self, connection: Connection) {
        self.connection = connection;
        self.peak.configure(connection.peak);
    }

    /// Takes note of the phases that the car charges on.
    pub const fn set_phases(&mut self, phases: u8) {
        self.connection.phases = phases;
    }

    /// Takes a reading of the whole house, the car included. `week_second` is the time by the clock.
    pub fn read(&mut self, watts: i32, now_ms: u64, week_second: u32) {
        self.live = Some((watts, now_ms));
        // What ten seconds are wrong does not count in a quarter of an hour.
        let (car, _) = self.car(Iterator::max);
        self.peak.read(now_ms, week_second, watts, car, self.load);
    }

    /// Takes a reading of a phase of the house, the car included: 0 is L1.
    pub fn read_current(&mut self, phase: usize, milliamps: i32, now_ms: u64) {
        if let Some(current) = self.currents.get_mut(phase) {
            *current = Some((milliamps, now_ms));
        }
    }

    /// What there is to tell.
    #[must_use]
    pub fn facts(&self) -> names::Shaper {
        let Connection { watts, peak, amps, conductors, .. } = self.connection;
        let volts = MILLIVOLTS / 1000;
        let phases = u32::try_from(conductors).unwrap_or(0);
        let of_phases = u32::from(amps) * volts.unsigned_abs() * phases;
        // A house of which only the currents are known has their sum.
        let sum =
            || self.known_currents().map(|sum| (i64::from(sum) * i64::from(volts) / 1000) as i32);
        names::Shaper {
            live: self.live.map(|(watts, _)| watts).or_else(sum),
            max: [watts, peak, of_phases].into_iter().find(|max| *max > 0).unwrap_or(0),
            cap: self.cap,
            active: self.active,
            fresh: self.fresh,
        }
    }

    fn known_currents(&self) -> Option<i32> {
        let known = self.currents.iter().take(self.connection.conductors);
        let known: Option<Vec<i32>> = known.map(|current| current.map(|(ma, _)| ma)).collect();
        known.filter(|known| !known.is_empty()).map(|known| known.into_iter().sum())
    }

    /// Limits, or lets everything pass until it is told to limit again, or until the bridge restarts.
    pub const fn set_active(&mut self, active: bool) {
        self.active = active;
    }

    /// What the car may have now.
    pub fn step(&mut self, now_ms: u64, snapshot: &Snapshot) -> Wish {
        let phases = self.connection.phases;
        let volts = snapshot.millivolts().and_then(|mv| u16::try_from(mv / 1000).ok());
        self.load = Load { volts, phases };
        self.car.push_back((snapshot.watts(phases), snapshot.milliamps().unwrap_or(0), now_ms));
        self.car.retain(|(_, _, at)| now_ms.saturating_sub(*at) <= LAG_MS);
        // A reading may be from before the car began, or from before it was told to draw less. What it drew least
        // decides of more, and what it drew most of less: so an old reading does neither.
        let least = self.room(now_ms, self.car(Iterator::min));
        let most = self.room(now_ms, self.car(Iterator::max));
        self.fresh = least.is_some();
        if !self.active {
            self.cap = 0;
            return Wish::default();
        }
        self.cap = self.cap.min(most.unwrap_or(0));
        let more = least.filter(|room| *room > self.cap);
        let since = more.map(|_| self.more_since.unwrap_or(now_ms));
        let long = since.is_some_and(|since| now_ms.saturating_sub(since) >= RISE_MS);
        self.more_since = since.filter(|_| !long);
        if let (Some(room), true) = (more, long) {
            self.cap = room;
        }
        let paused = self.paused_at.is_some_and(|at| now_ms.saturating_sub(at) < PAUSE_MS);
        if self.cap >= LEAST && !paused {
            (self.begun, self.paused_at) = (true, None);
            return Wish { max_current: Some(self.cap), ..Wish::default() };
        }
        if self.begun {
            self.paused_at.get_or_insert(now_ms);
        }
        Wish { run: Some(Run::Disabled), max_current: Some(LEAST), ..Wish::default() }
    }

    /// The amps that the house leaves at this moment if the readings contain so many watts and milliamps of
    /// the car; nothing while that is not known.
    fn room(&self, now_ms: u64, (car_watts, car_ma): (i32, i32)) -> Option<u8> {
        let fresh = |reading: Option<(i32, u64)>| {
            reading.filter(|(_, at)| now_ms.saturating_sub(*at) <= STALE_MS).map(|(value, _)| value)
        };
        let Connection { watts, peak, amps, conductors, phases } = self.connection;
        let mut room = i64::from(u8::MAX);
        if watts > 0 || peak > 0 {
            let live = fresh(self.live)?;
            if peak > 0 {
                room = room.min(self.peak.room().into());
            }
            if watts > 0 {
                let left = i64::from(watts) - (i64::from(live) - i64::from(car_watts));
                let volts = self.load.volts.map_or(i64::from(MILLIVOLTS) / 1000, i64::from);
                room = room.min(left / (volts * i64::from(phases)).max(1));
            }
        }
        // A car on one phase is on the first one.
        for current in self.currents.iter().take(conductors.min(phases.into())) {
            let others = i64::from(fresh(*current)?) - i64::from(car_ma);
            room = room.min((i64::from(amps) * 1000 - others).div_euclid(1000));
        }
        u8::try_from(room.clamp(0, MOST.into())).ok()
    }

    /// The least or the most that the car drew lately, in watts and in milliamps.
    fn car(&self, which: fn(std::vec::IntoIter<i32>) -> Option<i32>) -> (i32, i32) {
        let watts: Vec<_> = self.car.iter().map(|(watts, _, _)| *watts).collect();
        let milliamps: Vec<_> = self.car.iter().map(|(_, milliamps, _)| *milliamps).collect();
        (which(watts.into_iter()).unwrap_or(0), which(milliamps.into_iter()).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests;
