//! Eco: the rule within what vehicles, people and the EVSE itself do.

use super::{Divert, Order, Phase, Stale, View, watt_hours};
use crate::bucket::{HARD_BUDGET, Verdict};
use crate::ladder::Ladder;
use crate::measurement::EvseStatus;
use crate::reason::Reason;
use crate::units::{Amps, Millis, Watts};

impl Divert {
    pub(super) fn eco(&mut self, evse: EvseStatus, view: &mut View) -> Reason {
        match evse {
            EvseStatus::NotConnected | EvseStatus::Asleep { vehicle: false } => {
                self.stopped = false;
                self.release();
                // The next car begins before it is noticed: let that be with the least current.
                if let (EvseStatus::NotConnected, Some(ladder)) = (evse, &view.ladder) {
                    self.offer(ladder.amps(0));
                }
                return Reason::NoVehicle;
            }
            EvseStatus::Fault => {
                self.release();
                self.offered = Amps(0);
                return Reason::Fault;
            }
            EvseStatus::Disabled => self.stopped = true,
            EvseStatus::Asleep { vehicle: true } => view.awake = false,
            EvseStatus::Connected | EvseStatus::Charging => {
                view.awake = true;
                self.stopped = false;
            }
        }
        if self.stopped {
            return self.person_stopped();
        }
        if self.phase == Phase::Released {
            if view.awake {
                return self.take_over(view);
            }
            self.phase = Phase::Off;
            self.confirmed = true;
        }
        if self.phase == Phase::On { self.on(view) } else { self.off(view) }
    }

    /// An EVSE that is awake, by a person, by Normal mode or because a car was plugged in: goes on if
    /// the sun is enough, so that the relay need not click.
    fn take_over(&mut self, view: &mut View) -> Reason {
        let Some(ladder) = &view.ladder else {
            self.stop();
            return Reason::Limited { limit: view.limit };
        };
        if self.sun.known() && view.stale == Stale::Fresh {
            let (surplus, need) = (self.sun.surplus(), ladder.threshold());
            let (surplus_w, need_w) = (Watts(surplus), Watts(need));
            if surplus < need {
                self.stop();
                return Reason::TooLittleSun { surplus: surplus_w, need: need_w };
            }
            let amps = self.begin(ladder);
            self.confirmed = true;
            self.offer(amps);
            return Reason::KeptOn { surplus: surplus_w, need: need_w };
        }
        match view.stale {
            Stale::Off => self.stop(),
            Stale::Minimum => {
                self.offer(ladder.amps(0));
                view.unsure = true;
            }
            Stale::Fresh | Stale::Hold => {}
        }
        self.silence()
    }

    /// Begins to charge. Returns the current.
    fn begin(&mut self, ladder: &Ladder) -> Amps {
        self.bucket.start(ladder, self.sun.surplus(), self.settings.full());
        self.switched(Phase::On);
        self.paused = false;
        ladder.amps(self.bucket.slot)
    }

    #[inline(never)]
    fn off(&mut self, view: &View) -> Reason {
        let fresh = view.stale == Stale::Fresh;
        let min_off = self.settings.min_off.millis();
        if let (Some(ladder), true) = (&view.ladder, view.full && fresh && self.held >= min_off) {
            let need = watt_hours(self.settings.enough_ws());
            let amps = self.begin(ladder);
            self.enable(amps);
            return Reason::BucketFull { have: need, need };
        }
        let reason = self.off_reason(view, fresh);
        if !view.awake {
            self.confirmed = true;
        } else if self.confirmed {
            // It woke by itself, after a power cut for example, and its relay has closed meanwhile.
            self.stop();
        } else if view.repeat {
            self.order = Order::Sleep;
        }
        reason
    }

    fn off_reason(&self, view: &View, fresh: bool) -> Reason {
        let enough = self.settings.enough_ws();
        let left = self.settings.min_off.millis().saturating_sub(self.held);
        if view.ladder.is_none() {
            Reason::Limited { limit: view.limit }
        } else if !self.sun.known() || !fresh {
            self.silence()
        } else if self.bucket.level >= enough && left > 0 {
            Reason::MinOff { left: Millis(left) }
        } else {
            Reason::Filling { have: watt_hours(self.bucket.level), need: watt_hours(enough) }
        }
    }

    fn on(&mut self, view: &View) -> Reason {
        if view.awake {
            self.confirmed = true;
        } else if self.confirmed {
            return self.person_stopped();
        }
        let Some(ladder) = &view.ladder else {
            self.stop();
            return Reason::Limited { limit: view.limit };
        };
        if view.stale == Stale::Off {
            self.stop();
            return self.silence();
        }
        let mut change = None;
        if self.bucket.slot > ladder.top {
            self.bucket.move_to(ladder.top);
            change = Some(Reason::Limited { limit: view.limit });
        }
        if view.stale == Stale::Minimum {
            self.bucket.move_to(0);
        } else if let Some(sample) = view.sample {
            let before = self.bucket.slot;
            let may_stop = self.held >= self.settings.min_on.millis();
            let surplus = Watts(sample.surplus);
            match self.bucket.run(ladder, sample, self.settings.full(), may_stop) {
                Verdict::Empty => {
                    self.stop();
                    return Reason::BucketEmpty;
                }
                Verdict::OverBudget => {
                    self.stop();
                    let used = watt_hours(self.bucket.debt);
                    return Reason::HardBudget { used, allowed: HARD_BUDGET };
                }
                Verdict::Guard => change = Some(Reason::Guard { surplus }),
                Verdict::Go if self.bucket.slot < before => change = Some(Reason::Down { surplus }),
                Verdict::Go if self.bucket.slot == before => {}
                Verdict::Go if view.stale > Stale::Fresh => self.bucket.move_to(before),
                Verdict::Go => change = Some(Reason::Up { surplus }),
            }
        }
        let amps = ladder.amps(self.bucket.slot);
        if view.repeat && !view.awake {
            self.enable(amps);
        } else {
            self.offer(amps);
        }
        if view.stale > Stale::Fresh {
            return self.silence();
        }
        change.unwrap_or_else(|| self.on_reason())
    }

    fn on_reason(&self) -> Reason {
        let left = self.settings.min_on.millis().saturating_sub(self.held);
        if self.bucket.spent() && left > 0 {
            Reason::MinOn { left: Millis(left) }
        } else {
            Reason::Holding { have: watt_hours(self.bucket.level), of: self.settings.bucket }
        }
    }
}
