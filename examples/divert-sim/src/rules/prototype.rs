//! The sun-share bucket as the study describes it, from which the rule of `rapi-divert` has grown: in whole watts
//! and seconds, with a plain running mean.

use rapi_divert::{Action, Amps};

use super::{Reading, Rule};
use crate::plant::Wiring;
use crate::simulation::FeedKind;

const LEAST_MS: u64 = 300_000;
const LONGEST_S: i64 = 60;
/// Watt-seconds: what a change of the current may cost, and what one start may cost.
const CHANGE: i64 = 1_200;
const HARD_BUDGET: i64 = 120 * 3_600;
/// Seconds of the running mean, its fraction bits, and one over its weight.
const MEAN_S: i64 = 900;
const MEAN_BITS: u32 = 8;
const MEAN_PART: i64 = 4;
const LAGS: usize = 10;
const SCORE_CAP: i64 = 20_000;
const SCORE_MARGIN: i64 = 200;

pub(super) struct Prototype {
    wiring: Wiring,
    /// Per mille of a watt-hour that must be sun.
    share: i64,
    bucket: i64,
    level: i64,
    debt: i64,
    mean: i64,
    /// Regret of each current from the least one on.
    regret: Vec<i64>,
    ev: [i64; LAGS + 1],
    score: [i64; LAGS],
    lag: usize,
    grid: i64,
    last_ms: Option<u64>,
    switched_ms: Option<u64>,
}

impl Prototype {
    pub(super) fn new(share: u16, bucket_wh: u16, wiring: Wiring) -> Self {
        let currents = usize::from(wiring.max_amps - wiring.min_amps) + 1;
        Self {
            wiring,
            share: share.into(),
            bucket: i64::from(bucket_wh) * 3_600,
            level: 0,
            debt: 0,
            mean: 0,
            regret: vec![0; currents],
            ev: [0; LAGS + 1],
            score: [0; LAGS],
            lag: 0,
            grid: 0,
            last_ms: None,
            switched_ms: None,
        }
    }

    fn gain(&self, amps: u8, surplus: i64) -> i64 {
        let power = i64::from(self.wiring.power(amps));
        power.min(surplus) - power * self.share / 1000
    }

    /// The smallest current with the greatest gain.
    fn best(&self, surplus: i64) -> u8 {
        let amps = self.wiring.min_amps..=self.wiring.max_amps;
        // Of equals the last one counts: backwards, that is the smallest.
        amps.rev().max_by_key(|amps| self.gain(*amps, surplus)).unwrap_or(self.wiring.min_amps)
    }

    fn surplus(&mut self, reading: &Reading) -> i64 {
        if reading.feed == FeedKind::Solar {
            return i64::from(reading.power_w).max(0);
        }
        let grid = i64::from(reading.power_w);
        self.ev.rotate_right(1);
        self.ev[0] = self.wiring.power(reading.ev_amps).into();
        if self.last_ms.is_some() && self.ev.iter().any(|ev| *ev != self.ev[0]) {
            for (lag, score) in self.score.iter_mut().enumerate() {
                *score += ((self.ev[lag] - grid) - (self.ev[lag + 1] - self.grid)).abs();
            }
            let least = self.score.iter().copied().min().unwrap_or(0);
            for score in &mut self.score {
                *score = (*score - least).min(SCORE_CAP);
            }
            if self.score[self.lag] > SCORE_MARGIN {
                self.lag = self.score.iter().position(|score| *score == 0).unwrap_or(0);
            }
        }
        self.grid = grid;
        (self.ev[self.lag] - grid).max(0)
    }

    fn forget(&mut self, amps: u8) {
        self.regret.fill(-CHANGE);
        self.regret[usize::from(amps - self.wiring.min_amps)] = 0;
    }

    /// The current that regret asks for.
    fn settle(&mut self, present: u8, surplus: i64, seconds: i64) -> u8 {
        let min = self.wiring.min_amps;
        let gains: Vec<i64> =
            (min..=self.wiring.max_amps).map(|amps| self.gain(amps, surplus)).collect();
        for (regret, gain) in self.regret.iter_mut().zip(gains) {
            *regret += gain * seconds;
        }
        let most = self.regret.iter().copied().max().unwrap_or(0);
        for regret in &mut self.regret {
            *regret = (*regret - most).max(-CHANGE);
        }
        if self.regret[usize::from(present - min)] > -CHANGE {
            return present;
        }
        let best = self.best(surplus);
        let free = (min..).zip(&self.regret).filter(|(_, regret)| **regret == 0);
        free.map(|(amps, _)| amps).min_by_key(|amps| amps.abs_diff(best)).unwrap_or(present)
    }
}

impl Rule for Prototype {
    fn step(&mut self, reading: &Reading, act: &mut dyn FnMut(Action)) {
        let surplus = self.surplus(reading);
        let now = reading.now_ms;
        let seconds = self.last_ms.map_or(0, |last| (now - last) / 1000);
        let seconds = i64::try_from(seconds).unwrap_or(LONGEST_S).min(LONGEST_S);
        self.last_ms = Some(now);
        self.mean += ((surplus << MEAN_BITS) - self.mean) * seconds / MEAN_S;
        let smooth = surplus + ((self.mean >> MEAN_BITS) - surplus) / MEAN_PART;
        let rested = self.switched_ms.is_none_or(|switched| now - switched >= LEAST_MS);
        let (least, pilot) = (self.wiring.min_amps, reading.pilot.0);
        let earned = self.gain(self.best(smooth), smooth);

        if !reading.awake {
            let enough = self.bucket / 2;
            let earned = if self.gain(least, surplus) <= 0 { earned.min(0) } else { earned };
            self.level = (self.level + earned * seconds).clamp(0, enough);
            if self.level == enough && earned > 0 && rested {
                let amps = self.best(surplus);
                self.level = self.bucket;
                self.debt = 0;
                self.forget(amps);
                self.switched_ms = Some(now);
                act(Action::SetCurrent(Amps(amps)));
                act(Action::Enable);
            }
            return;
        }
        self.level = (self.level + earned * seconds).clamp(0, self.bucket);
        self.debt = (self.debt - self.gain(pilot, surplus) * seconds).max(0);
        let spent = self.level == 0 || self.debt >= HARD_BUDGET;
        if spent && self.gain(least, surplus) < 0 && rested {
            self.level = 0;
            self.switched_ms = Some(now);
            act(Action::Sleep);
            return;
        }
        let amps = if i64::from(self.wiring.power(pilot - least)) > surplus {
            let amps = self.best(surplus).min(pilot);
            self.forget(amps);
            amps
        } else {
            self.settle(pilot, surplus, seconds)
        };
        if amps != pilot {
            act(Action::SetCurrent(Amps(amps)));
        }
    }
}
