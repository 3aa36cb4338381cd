//! The import debt, an earlier candidate: a stop when the grid has supplied more than a soft budget since
//! the sun was last enough, or at once above a hard one. The current follows the sun.

use rapi_divert::{Action, Amps};

use super::{Reading, Rule};
use crate::plant::Wiring;
use crate::simulation::FeedKind;

const MIN_ON_MS: u64 = 300_000;
const MIN_OFF_MS: u64 = 300_000;
const START_MS: u64 = 60_000;
const DWELL_MS: u64 = 20_000;
const BLANKING_MS: u64 = 35_000;
const MARGIN_W: i32 = 50;
/// Watt-milliseconds in a watt-hour.
const WH: i64 = 3_600_000;

pub(super) struct Debt {
    wiring: Wiring,
    soft: i64,
    hard: i64,
    debt: i64,
    last_ms: Option<u64>,
    switched_ms: Option<u64>,
    changed_ms: Option<u64>,
    /// Since when it could start, or raise the current.
    since: Option<u64>,
}

impl Debt {
    pub(super) fn new(budget: u16, wiring: Wiring) -> Self {
        // The pairs of the study: 30/120, 60/180, 150/400.
        let hard = match budget {
            30 => 120,
            60 => 180,
            150 => 400,
            other => i64::from(other) * 3,
        };
        Self {
            wiring,
            soft: i64::from(budget) * WH,
            hard: hard * WH,
            debt: 0,
            last_ms: None,
            switched_ms: None,
            changed_ms: None,
            since: None,
        }
    }

    fn past(since: Option<u64>, now: u64, least: u64) -> bool {
        since.is_none_or(|since| now - since >= least)
    }

    fn best(&self, surplus: i32) -> u8 {
        let amps = (surplus / self.wiring.power(1)).clamp(0, 255);
        u8::try_from(amps).unwrap_or(u8::MAX).clamp(self.wiring.min_amps, self.wiring.max_amps)
    }
}

impl Rule for Debt {
    fn step(&mut self, reading: &Reading, act: &mut dyn FnMut(Action)) {
        let now = reading.now_ms;
        let elapsed = i64::try_from(now - self.last_ms.replace(now).unwrap_or(now)).unwrap_or(0);
        let power = self.wiring.power(reading.ev_amps);
        let surplus = match reading.feed {
            FeedKind::Grid => power - reading.power_w,
            FeedKind::Solar => reading.power_w,
        };
        let least = self.wiring.power(self.wiring.min_amps);
        if !reading.awake {
            self.debt = 0;
            if surplus < least + MARGIN_W {
                self.since = None;
                return;
            }
            let since = *self.since.get_or_insert(now);
            if now - since >= START_MS && Self::past(self.switched_ms, now, MIN_OFF_MS) {
                self.switched_ms = Some(now);
                self.changed_ms = Some(now);
                self.since = None;
                act(Action::SetCurrent(Amps(self.best(surplus))));
                act(Action::Enable);
            }
            return;
        }
        // The meter may not have seen the last change yet: nothing counts.
        if !Self::past(self.changed_ms, now, BLANKING_MS) {
            return;
        }
        self.debt = (self.debt + i64::from(power - surplus) * elapsed).max(0);
        let may_stop = Self::past(self.switched_ms, now, MIN_ON_MS);
        if self.debt > self.hard || (self.debt > self.soft && may_stop) {
            self.switched_ms = Some(now);
            self.since = None;
            self.debt = 0;
            act(Action::Sleep);
            return;
        }
        let pilot = reading.pilot.0;
        let (down, up) = (self.best(surplus), self.best(surplus - MARGIN_W));
        if down < pilot {
            self.since = None;
            self.changed_ms = Some(now);
            act(Action::SetCurrent(Amps(down)));
        } else if up > pilot {
            let since = *self.since.get_or_insert(now);
            if now - since >= DWELL_MS {
                self.since = None;
                self.changed_ms = Some(now);
                act(Action::SetCurrent(Amps(up)));
            }
        } else {
            self.since = None;
        }
    }
}
