//! Limits of a session, kept by the bridge: many controllers have none compiled in.

use serde::{Deserialize, Serialize};

use super::{Run, Wish};
use crate::feeds::{self, Readings};
use crate::status::Snapshot;

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Minutes of charging.
    Time,
    /// Watt-hours.
    Energy,
    /// Charge of the car's battery, in per cent.
    Soc,
    /// What the car can drive.
    Range,
}

/// A limit of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// What is limited.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// To how much.
    pub value: u32,
    /// Whether it ends with this session.
    #[serde(default = "yes")]
    pub auto_release: bool,
}

const fn yes() -> bool {
    true
}

/// A counter of the controller that begins anew when the controller does.
#[derive(Clone, Copy, Debug, Default)]
struct Counter {
    sum: u64,
    last: u32,
}

impl Counter {
    fn add(&mut self, now: u32) {
        let new = now.checked_sub(self.last).unwrap_or(now);
        self.sum += u64::from(new);
        self.last = now;
    }
}

/// The limits, and how far the session is.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    always: Vec<Limit>,
    once: Option<Limit>,
    seconds: Counter,
    watt_hours: Counter,
    vehicle: bool,
}

impl Limits {
    /// Limits each session to so much; 0 is no limit.
    #[must_use]
    pub fn new(minutes: u32, watt_hours: u32) -> Self {
        let mut limits = Self::default();
        limits.configure(minutes, watt_hours);
        limits
    }

    /// Limits each session to something else.
    pub fn configure(&mut self, minutes: u32, watt_hours: u32) {
        let limit = |kind, value| Limit { kind, value, auto_release: false };
        let always = [limit(Kind::Time, minutes), limit(Kind::Energy, watt_hours)];
        self.always = always.into_iter().filter(|limit| limit.value > 0).collect();
    }

    /// Limits this session besides, or not any more.
    ///
    /// # Errors
    ///
    /// Why that is not possible, in words.
    pub fn set(&mut self, limit: Option<Limit>) -> Result<(), String> {
        if limit.is_some_and(|limit| limit.value == 0) {
            return Err("a limit of 0 would never let the car charge".to_owned());
        }
        self.once = limit;
        Ok(())
    }

    /// Whether a car was there when an earlier bridge ended.
    pub const fn restore(&mut self, vehicle: bool) {
        self.vehicle = vehicle;
    }

    /// The limit that somebody has set.
    #[must_use]
    pub const fn limit(&self) -> Option<Limit> {
        self.once
    }

    /// Takes note of where the session is; the wish to end it if it has come to its limit.
    ///
    /// What the vehicle's battery has counts only while somebody tells it.
    pub fn step(&mut self, snapshot: &Snapshot, readings: &Readings) -> Option<Wish> {
        let state = snapshot.state.filter(|_| snapshot.tells_vehicle())?;
        if !snapshot.vehicle() {
            if core::mem::take(&mut self.vehicle) {
                self.once = self.once.filter(|limit| !limit.auto_release);
            }
            // What the controller counted for the car before this one is not counted again.
            self.seconds = Counter { sum: 0, last: state.elapsed.0 };
            let session = snapshot.session().map_or(0, |session| session.0);
            self.watt_hours = Counter { sum: 0, last: session };
            return None;
        }
        self.vehicle = true;
        self.seconds.add(state.elapsed.0);
        if let Some(session) = snapshot.session() {
            self.watt_hours.add(session.0);
        }
        let has = |kind, value: u32| {
            let reading = readings.get(kind).and_then(|reading| u32::try_from(reading).ok());
            reading.is_some_and(|reading| reading >= value)
        };
        let reached = |limit: &Limit| match limit.kind {
            Kind::Time => self.seconds.sum >= u64::from(limit.value) * 60,
            Kind::Energy => self.watt_hours.sum >= u64::from(limit.value),
            Kind::Soc => has(feeds::Kind::BatteryLevel, limit.value),
            Kind::Range => has(feeds::Kind::BatteryRange, limit.value),
        };
        self.always
            .iter()
            .chain(&self.once)
            .any(reached)
            .then(|| Wish { run: Some(Run::Disabled), ..Wish::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapi_core::commands::{Energy, State};
    use rapi_core::types::{EvseState, Seconds, WattHours, WattSeconds};

    fn at(evse: EvseState, seconds: u32, watt_hours: u32) -> Snapshot {
        Snapshot {
            state: Some(State { evse, elapsed: Seconds(seconds), pilot: None, flags: None }),
            energy: Some(Energy { session: WattSeconds(watt_hours * 3600), total: WattHours(0) }),
            ..Snapshot::default()
        }
    }

    const NONE: Readings = Readings::NONE;
    const CHARGING: EvseState = EvseState::Charging;
    const EMPTY: EvseState = EvseState::NotConnected;

    #[test]
    fn a_session_ends_at_its_energy_and_the_next_one_begins_anew() {
        let mut limits = Limits::new(0, 1000);
        assert!(limits.step(&at(EMPTY, 0, 700), &NONE).is_none());
        assert!(limits.step(&at(CHARGING, 60, 0), &NONE).is_none());
        assert!(limits.step(&at(CHARGING, 60, 999), &NONE).is_none());
        assert!(limits.step(&at(CHARGING, 60, 1000), &NONE).is_some());
        // Asleep, with the car still there.
        assert!(limits.step(&at(EvseState::Sleeping, 60, 1000), &NONE).is_some());
        assert!(limits.step(&at(EMPTY, 60, 1000), &NONE).is_none());
        assert!(limits.step(&at(CHARGING, 1, 1), &NONE).is_none());
    }

    #[test]
    fn a_restart_of_the_controller_does_not_start_the_session_anew() {
        let mut limits = Limits::new(10, 0);
        assert!(limits.step(&at(EMPTY, 0, 0), &NONE).is_none());
        assert!(limits.step(&at(CHARGING, 400, 0), &NONE).is_none());
        assert!(limits.step(&at(CHARGING, 0, 0), &NONE).is_none());
        assert!(limits.step(&at(CHARGING, 199, 0), &NONE).is_none());
        assert!(limits.step(&at(CHARGING, 200, 0), &NONE).is_some());
    }

    #[test]
    fn a_limit_for_once_ends_with_the_session() {
        let mut limits = Limits::new(0, 0);
        let once = Limit { kind: Kind::Energy, value: 500, auto_release: true };
        limits.set(Some(once)).unwrap();
        assert!(limits.step(&at(CHARGING, 0, 500), &NONE).is_some());
        assert!(limits.step(&at(EMPTY, 0, 500), &NONE).is_none());
        assert_eq!(limits.limit(), None);
        assert!(limits.step(&at(CHARGING, 0, 600), &NONE).is_none());
        assert!(limits.set(Some(Limit { value: 0, ..once })).is_err());
    }

    #[test]
    fn the_battery_of_the_vehicle_ends_a_session_while_it_is_known() {
        let mut limits = Limits::default();
        let charging = at(CHARGING, 60, 100);
        for (kind, feed) in
            [(Kind::Soc, feeds::Kind::BatteryLevel), (Kind::Range, feeds::Kind::BatteryRange)]
        {
            limits.set(Some(Limit { kind, value: 80, auto_release: true })).unwrap();
            assert!(limits.step(&charging, &NONE).is_none());
            assert!(limits.step(&charging, &NONE.with(feed, 79)).is_none());
            assert!(limits.step(&charging, &NONE.with(feed, 80)).is_some());
        }
    }
}
