//! What the three rules share: the feed, the clocks, and the arithmetic of the available current.

use super::{Command, Commands};
use crate::measurement::{EvseStatus, Feed, Measurement};
use crate::units::{Amps, Millis};

/// What a gateway reckons with as long as it knows of nothing better.
const USUAL_VOLTS: f64 = 240.0;

/// Watts that stay at the grid connection with 2.7 and 2.9; 5.x has a setting for them.
pub(super) const RESERVE: f64 = 100.0;

/// A message of the meter.
#[derive(Clone, Copy, Debug)]
pub(super) enum Message {
    Grid(f64),
    Solar(f64),
}

/// Tells a new reading from one that was seen before.
#[derive(Clone, Debug)]
pub(super) struct Intake {
    last: Option<Millis>,
}

impl Intake {
    pub(super) const fn new() -> Self {
        Self { last: None }
    }

    pub(super) fn message(&mut self, feed: Feed) -> Option<Message> {
        let (message, sampled_at) = match feed {
            Feed::Grid { power, sampled_at } => (Message::Grid(f64::from(power.0)), sampled_at),
            Feed::Solar { power, sampled_at } => (Message::Solar(f64::from(power.0)), sampled_at),
            Feed::None => return None,
        };
        (self.last.replace(sampled_at) != Some(sampled_at)).then_some(message)
    }
}

/// Time since the first step, without a wrap, and the wall clock that the gateways time a charge with.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    now: Option<Millis>,
    uptime_ms: u64,
    /// By how much the wall clock was set.
    set_by_s: i64,
}

impl Clock {
    pub(super) const fn new() -> Self {
        Self { now: None, uptime_ms: 0, set_by_s: 0 }
    }

    pub(super) fn advance(&mut self, now: Millis) {
        // The first step counts from the clock's own zero: whole seconds end where the caller's end.
        let elapsed = self.now.map_or(Some(now.0), |before| now.since(before)).unwrap_or(0);
        self.now = Some(now);
        self.uptime_ms = self.uptime_ms.saturating_add(elapsed.into());
    }

    pub(super) const fn uptime_ms(&self) -> u64 {
        self.uptime_ms
    }

    /// Seconds of the wall clock, which counts whole ones.
    pub(super) fn wall_s(&self) -> i64 {
        let uptime = i64::try_from(self.uptime_ms / 1000).unwrap_or(i64::MAX);
        uptime.saturating_add(self.set_by_s)
    }

    pub(super) fn set_by(&mut self, seconds: i32) {
        self.set_by_s = self.set_by_s.saturating_add(seconds.into());
    }

    /// Seconds left until `end`.
    pub(super) fn left(&self, end: i64) -> u32 {
        u32::try_from(end.saturating_sub(self.wall_s())).unwrap_or(0)
    }
}

/// Whether the station accepts commands of a rule: not with a fault, nor when a person has switched it off.
pub(super) const fn may_be_told(evse: EvseStatus) -> bool {
    !matches!(evse, EvseStatus::Fault | EvseStatus::Disabled)
}

pub(super) const fn sleeps(evse: EvseStatus) -> bool {
    matches!(evse, EvseStatus::Asleep { .. } | EvseStatus::Disabled)
}

/// A pause that the gateways do not know: nothing may be offered.
pub(super) fn pause(evse: EvseStatus) -> Commands {
    let sleep = may_be_told(evse) && !sleeps(evse);
    Commands([sleep.then_some(Command::Sleep), None])
}

/// The measured voltage, if it makes sense.
pub(super) fn measured_volts(measurement: &Measurement) -> Option<f64> {
    let volts = measurement.voltage.filter(|volts| (60..=300).contains(&volts.0));
    volts.map(|volts| f64::from(volts.0))
}

pub(super) fn volts_or_usual(volts: Option<f64>) -> f64 {
    volts.unwrap_or(USUAL_VOLTS)
}

pub(super) fn ev_amps(measurement: &Measurement) -> f64 {
    f64::from(measurement.ev_current.0) / 1000.0
}

/// What is left over, in amperes. A grid connection keeps `reserve` watts.
pub(super) fn available(message: Message, volts: f64, ev_amps: f64, reserve: f64) -> f64 {
    match message {
        Message::Grid(power) => {
            let flow = power / volts - ev_amps;
            if flow < 0.0 { -flow - reserve / volts } else { 0.0 }
        }
        Message::Solar(power) => power / volts,
    }
}

/// The next lower whole number.
#[allow(clippy::cast_possible_truncation, reason = "saturates; currents are small")]
pub(super) fn floor(value: f64) -> i32 {
    let whole = value as i32;
    if f64::from(whole) > value { whole.saturating_sub(1) } else { whole }
}

pub(super) fn amps(value: i32) -> Amps {
    Amps(u8::try_from(value.max(0)).unwrap_or(u8::MAX))
}
