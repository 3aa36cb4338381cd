//! The limit of the house connection: what the house leaves, the car may have.

use std::collections::VecDeque;

use super::{Run, Wish};
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
/// The least current that can be offered.
const LEAST: u8 = 6;

/// Keeps the house below what its connection stands.
#[derive(Clone, Debug)]
pub struct House {
    max: u32,
    phases: u8,
    live: Option<(i32, u64)>,
    active: bool,
    fresh: bool,
    /// What the car drew lately, in watts.
    car: VecDeque<(i32, u64)>,
    cap: u8,
    /// Since when more would be possible.
    more_since: Option<u64>,
    paused_at: Option<u64>,
}

impl House {
    /// Allows the house so many watts.
    #[must_use]
    pub const fn new(max: u32, phases: u8) -> Self {
        Self {
            max,
            phases,
            live: None,
            active: true,
            fresh: false,
            car: VecDeque::new(),
            cap: 0,
            more_since: None,
            paused_at: None,
        }
    }

    /// Allows other watts.
    pub const fn configure(&mut self, max: u32, phases: u8) {
        self.max = max;
        self.phases = phases;
    }

    /// Takes a reading of the whole house, the car included.
    pub const fn read(&mut self, watts: i32, now_ms: u64) {
        self.live = Some((watts, now_ms));
    }

    /// What there is to tell.
    #[must_use]
    pub fn facts(&self) -> names::Shaper {
        names::Shaper {
            live: self.live.map(|(watts, _)| watts),
            max: self.max,
            cap: self.cap,
            active: self.active,
            fresh: self.fresh,
        }
    }

    /// Limits, or lets everything pass until it is told to limit again, or until the bridge restarts.
    pub const fn set_active(&mut self, active: bool) {
        self.active = active;
    }

    /// What the car may have now.
    pub fn step(&mut self, now_ms: u64, snapshot: &Snapshot) -> Wish {
        self.fresh = self.live.is_some_and(|(_, at)| now_ms.saturating_sub(at) <= STALE_MS);
        if !self.active {
            self.cap = 0;
            return Wish::default();
        }
        self.car.push_back((snapshot.watts(self.phases), now_ms));
        self.car.retain(|(_, at)| now_ms.saturating_sub(*at) <= LAG_MS);
        let room = self.room(now_ms, snapshot);
        let since = if room > self.cap { Some(self.more_since.unwrap_or(now_ms)) } else { None };
        let long = since.is_some_and(|since| now_ms.saturating_sub(since) >= RISE_MS);
        self.more_since = since.filter(|_| !long);
        if since.is_none() || long {
            self.cap = room;
        }
        let paused = self.paused_at.is_some_and(|at| now_ms.saturating_sub(at) < PAUSE_MS);
        if self.cap >= LEAST && !paused {
            self.paused_at = None;
            return Wish { max_current: Some(self.cap), ..Wish::default() };
        }
        self.paused_at.get_or_insert(now_ms);
        Wish { run: Some(Run::Disabled), max_current: Some(LEAST), ..Wish::default() }
    }

    /// The amps that the house leaves at this moment; nothing while that is not known.
    fn room(&self, now_ms: u64, snapshot: &Snapshot) -> u8 {
        let fresh = self.live.filter(|(_, at)| now_ms.saturating_sub(*at) <= STALE_MS);
        let Some((live, _)) = fresh else { return 0 };
        // The least that the car drew lately: a reading from before it began does not contain it.
        let car = self.car.iter().map(|(watts, _)| *watts).min().unwrap_or(0);
        let left = i64::from(self.max) - (i64::from(live) - i64::from(car));
        let volts = i64::from(snapshot.millivolts().unwrap_or(240_000)) * i64::from(self.phases);
        u8::try_from((left * 1000 / volts.max(1)).clamp(0, 80)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapi_core::commands::Power;
    use rapi_core::types::{MilliAmps, MilliVolts, OrNone};

    fn car(amps: i32) -> Snapshot {
        let power = Power {
            current: OrNone(Some(MilliAmps(amps * 1000))),
            voltage: OrNone(Some(MilliVolts(230_000))),
        };
        Snapshot { power: Some(power), ..Snapshot::default() }
    }

    #[test]
    fn nothing_is_drawn_while_the_house_is_not_known() {
        let mut house = House::new(9200, 1);
        assert_eq!(house.step(0, &car(0)).run, Some(Run::Disabled));
        house.read(2300, 1_000);
        for second in 1..300 {
            house.read(2300, second * 1000);
            assert_eq!(
                house.step(second * 1000, &car(0)).run,
                Some(Run::Disabled),
                "a pause lasts"
            );
        }
        let wish = house.step(300_000, &car(0));
        assert_eq!((wish.run, wish.max_current), (None, Some(30)));
        // The meter falls silent.
        assert_eq!(house.step(329_000, &car(0)).run, None);
        assert_eq!(house.step(330_000, &car(0)).run, Some(Run::Disabled));
    }

    #[test]
    fn less_is_at_once_and_more_after_a_while() {
        let mut house = House::new(9200, 1);
        house.read(0, 0);
        house.step(0, &car(0));
        house.paused_at = None;
        house.read(0, 10_000);
        assert_eq!(house.step(10_000, &car(0)).max_current, Some(40));
        house.read(4600, 11_000);
        assert_eq!(house.step(11_000, &car(0)).max_current, Some(20));
        house.read(2300, 12_000);
        assert_eq!(house.step(12_000, &car(0)).max_current, Some(20));
        assert_eq!(house.step(21_999, &car(0)).max_current, Some(20));
        assert_eq!(house.step(22_000, &car(0)).max_current, Some(30));
    }

    #[test]
    fn a_car_that_has_just_begun_is_not_taken_off_an_old_reading() {
        let mut house = House::new(9200, 1);
        house.read(4600, 0);
        house.step(0, &car(0));
        house.cap = 20;
        house.paused_at = None;
        // The car draws 20 A now; the meter has not told yet.
        assert_eq!(house.step(1_000, &car(20)).max_current, Some(20));
        house.read(9200, 2_000);
        for second in 2..30 {
            house.read(9200, second * 1000);
            let cap = house.step(second * 1000, &car(20)).max_current.unwrap();
            assert!(cap <= 20, "{second} s: {cap} A");
        }
    }
}
