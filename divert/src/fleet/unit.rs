//! One charger of a fleet: what it may be offering, and what its car has had.

use super::Station;
use crate::decision::{Action, Decision, Wanted};
use crate::divert::Divert;
use crate::measurement::{EvseStatus, Feed, Measurement, Mode};
use crate::settings::ev_power;
use crate::units::{Amps, MilliAmps, Millis, Watts};

/// A car that takes less than this is full, if it does so for long enough.
const IDLE: MilliAmps = MilliAmps(1_000);

/// So long, in milliseconds.
const IDLE_FOR: u32 = 180_000;

#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub(super) divert: Divert,
    /// The greatest current that the charger may be offering at this moment.
    pub(super) reserved: Amps,
    /// What the car has got since it was plugged in, in watt-seconds.
    pub(super) energy: u32,
    /// What is less than a watt-second of it, in watt-milliseconds.
    rest: u16,
    /// For how long the car has taken nothing of what it was offered.
    idle: u32,
    pub(super) rank: usize,
}

impl Unit {
    /// One that has offered nothing yet, and whose car has had nothing.
    pub(super) const fn new(divert: Divert, rank: usize) -> Self {
        Self { divert, reserved: Amps(0), energy: 0, rest: 0, idle: 0, rank }
    }

    pub(super) fn notice(&mut self, station: &Station, elapsed: u32, volts: i32) {
        if station.settled {
            self.reserved = match station.evse {
                EvseStatus::Asleep { .. } | EvseStatus::Disabled => Amps(0),
                _ => station.offered,
            };
        }
        match station.evse {
            EvseStatus::NotConnected | EvseStatus::Asleep { vehicle: false } => {
                self.energy = 0;
                self.idle = 0;
            }
            EvseStatus::Connected | EvseStatus::Charging if station.ev_current < IDLE => {
                self.idle = self.idle.saturating_add(elapsed);
            }
            EvseStatus::Connected | EvseStatus::Charging => self.idle = 0,
            EvseStatus::Asleep { vehicle: true } | EvseStatus::Disabled | EvseStatus::Fault => {}
        }
        let power = u32::from(ev_power(station.ev_current, volts));
        // A minute at the greatest power fits.
        let taken = power.wrapping_mul(elapsed.min(60_000)).wrapping_add(self.rest.into());
        self.energy = self.energy.saturating_add(taken / 1000);
        self.rest = u16::try_from(taken % 1000).unwrap_or(0);
    }

    /// Whether the car takes part in the sharing.
    pub(super) const fn wants(&self, station: &Station) -> bool {
        let car = matches!(
            station.evse,
            EvseStatus::Connected | EvseStatus::Charging | EvseStatus::Asleep { vehicle: true }
        );
        car && self.idle < IDLE_FOR
    }

    pub(super) fn step(
        &mut self,
        now: Millis,
        station: &Station,
        feed: Feed,
        share: Watts,
        limit: Amps,
    ) -> Decision {
        let measurement = Measurement::new(Mode::Eco, station.evse, limit)
            .with_feed(match feed {
                // It takes what the connection leaves, whatever the meter says or does not.
                _ if station.mode == Mode::Normal => Feed::Solar { power: share, sampled_at: now },
                Feed::Grid { sampled_at, .. } | Feed::Solar { sampled_at, .. } => {
                    Feed::Solar { power: share, sampled_at }
                }
                Feed::None => Feed::None,
            })
            .with_ev_current(station.ev_current);
        let decision = self.divert.step(now, &measurement);
        let asleep = matches!(station.evse, EvseStatus::Asleep { .. } | EvseStatus::Disabled);
        for action in decision.actions {
            if let (Action::SetCurrent(amps), true) =
                (action, !asleep || decision.state == Wanted::Charge)
            {
                self.reserved = self.reserved.max(amps);
            }
        }
        decision
    }
}
