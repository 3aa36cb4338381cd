//! evcc's rule for solar charging, as described in its documentation: not run against evcc.
//!
//! Every 30 s. Integrates on the current that is offered; starts with the least current after a minute
//! without import, holds the least current for three minutes of import, then stops.

use rapi_divert::{Action, Amps};

use super::{Reading, Rule};
use crate::plant::Wiring;
use crate::simulation::FeedKind;

const INTERVAL_MS: u64 = 30_000;
const ENABLE_MS: u64 = 60_000;
const DISABLE_MS: u64 = 180_000;

pub(super) struct Evcc {
    wiring: Wiring,
    next_ms: u64,
    /// Since when it could start, or stop.
    since: Option<u64>,
    offered: u8,
}

impl Evcc {
    pub(super) const fn new(wiring: Wiring) -> Self {
        Self { wiring, next_ms: 0, since: None, offered: 0 }
    }
}

impl Rule for Evcc {
    fn step(&mut self, reading: &Reading, act: &mut dyn FnMut(Action)) {
        if reading.now_ms < self.next_ms {
            return;
        }
        self.next_ms = reading.now_ms + INTERVAL_MS;
        let site = match reading.feed {
            FeedKind::Grid => reading.power_w,
            FeedKind::Solar => self.wiring.power(reading.ev_amps) - reading.power_w,
        };
        let min = self.wiring.min_amps;
        let offered = if reading.awake { reading.pilot.0 } else { 0 };
        let target = self.wiring.power(offered) - site;
        let enough = target >= self.wiring.power(min);

        if !reading.awake {
            if !enough {
                self.since = None;
                return;
            }
            let since = *self.since.get_or_insert(reading.now_ms);
            if reading.now_ms - since >= ENABLE_MS {
                self.since = None;
                self.offered = min;
                act(Action::SetCurrent(Amps(min)));
                act(Action::Enable);
            }
            return;
        }
        if !enough && site >= 0 {
            let since = *self.since.get_or_insert(reading.now_ms);
            if reading.now_ms - since >= DISABLE_MS {
                self.since = None;
                self.offered = 0;
                act(Action::Sleep);
                return;
            }
        } else {
            self.since = None;
        }
        let amps = target / self.wiring.power(1);
        let amps = u8::try_from(amps.clamp(0, 255)).unwrap_or(u8::MAX);
        let amps = amps.clamp(min, self.wiring.max_amps);
        if amps != self.offered {
            self.offered = amps;
            act(Action::SetCurrent(Amps(amps)));
        }
    }
}
