//! Eco: the rule within what vehicles, people and the EVSE itself do.

use super::{Divert, Outcome, Phase, View, watt_hours};
use crate::bucket::{HARD_BUDGET, Verdict};
use crate::decision::{Actions, Wanted};
use crate::measurement::EvseStatus;
use crate::reason::Reason;
use crate::units::{Amps, Millis, Watts};

impl Divert {
    pub(super) fn eco(&mut self, evse: EvseStatus, view: &mut View) -> Outcome {
        match evse {
            EvseStatus::NotConnected => {
                self.stopped = false;
                self.release();
                // The next car begins before it is noticed: let that be with the least current.
                let actions =
                    view.ladder.as_ref().map_or(Actions::NONE, |ladder| self.offer(ladder.amps(0)));
                return (actions, Wanted::Released, Reason::NoVehicle);
            }
            EvseStatus::Asleep { vehicle: false } => {
                self.stopped = false;
                self.release();
                return (Actions::NONE, Wanted::Released, Reason::NoVehicle);
            }
            EvseStatus::Fault => {
                self.release();
                self.offered = Amps(0);
                return (Actions::NONE, Wanted::Released, Reason::Fault);
            }
            EvseStatus::Disabled => return self.person_stopped(),
            EvseStatus::Asleep { vehicle: true } => view.awake = false,
            EvseStatus::Connected | EvseStatus::Charging => {
                view.awake = true;
                self.stopped = false;
            }
        }
        if self.stopped {
            return self.person_stopped();
        }
        match self.phase {
            Phase::Released if view.awake => self.take_over(view),
            Phase::Released => {
                self.phase = Phase::Off;
                self.confirmed = true;
                self.off(view)
            }
            Phase::Off => self.off(view),
            Phase::On => self.on(view),
        }
    }

    /// An EVSE that is awake, by a person, by Normal mode or because a car was plugged in: goes on if
    /// the sun is enough, so that the relay need not click.
    fn take_over(&mut self, view: &View) -> Outcome {
        let Some(ladder) = &view.ladder else {
            return self.stop(Reason::Limited { limit: view.limit });
        };
        let age = self.meter.age();
        if self.sun.known() && age.0 <= self.settings.hold.millis() {
            let (surplus, need) = (self.sun.surplus(), ladder.threshold());
            let (surplus_w, need_w) = (Watts(surplus), Watts(need));
            if surplus < need {
                return self.stop(Reason::TooLittleSun { surplus: surplus_w, need: need_w });
            }
            self.bucket.start(ladder, surplus, self.settings.full());
            self.switched(Phase::On);
            self.confirmed = true;
            self.paused = false;
            let actions = self.offer(ladder.amps(self.bucket.slot));
            return (actions, Wanted::Charge, Reason::KeptOn { surplus: surplus_w, need: need_w });
        }
        if age.0 > self.settings.off.millis() {
            self.stop(self.silence())
        } else if age.0 > self.settings.minimum.millis() {
            (self.offer(ladder.amps(0)), Wanted::Charge, self.silence())
        } else {
            (Actions::NONE, Wanted::Released, self.silence())
        }
    }

    fn off(&mut self, view: &View) -> Outcome {
        let fresh = self.meter.age().0 <= self.settings.hold.millis();
        let min_off = self.settings.min_off.millis();
        if let (Some(ladder), true) = (&view.ladder, view.full && fresh && self.held >= min_off) {
            let need = self.settings.enough();
            self.bucket.start(ladder, self.sun.surplus(), self.settings.full());
            self.switched(Phase::On);
            let actions = self.enable(ladder.amps(self.bucket.slot));
            return (actions, Wanted::Charge, Reason::BucketFull { have: need, need });
        }
        if !view.awake {
            self.confirmed = true;
        } else if self.confirmed {
            // It woke by itself, after a power cut for example, and its relay has closed meanwhile.
            return self.stop(self.off_reason(view, fresh));
        } else if view.repeat {
            return (Actions::sleep(), Wanted::Pause, self.off_reason(view, fresh));
        }
        (Actions::NONE, Wanted::Pause, self.off_reason(view, fresh))
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
            let need = self.settings.enough();
            Reason::Filling { have: watt_hours(self.bucket.level), need }
        }
    }

    fn on(&mut self, view: &View) -> Outcome {
        if view.awake {
            self.confirmed = true;
        } else if self.confirmed {
            return self.person_stopped();
        }
        let Some(ladder) = &view.ladder else {
            return self.stop(Reason::Limited { limit: view.limit });
        };
        let age = self.meter.age().0;
        if age > self.settings.off.millis() {
            return self.stop(self.silence());
        }
        let mut reason = None;
        if self.bucket.slot > ladder.top {
            self.bucket.move_to(ladder.top);
            reason = Some(Reason::Limited { limit: view.limit });
        }
        if age > self.settings.minimum.millis() {
            self.bucket.move_to(0);
        } else if let Some(sample) = view.sample {
            let before = self.bucket.slot;
            let may_stop = self.held >= self.settings.min_on.millis();
            let surplus = Watts(sample.surplus);
            match self.bucket.run(ladder, sample, self.settings.full(), may_stop) {
                Verdict::Empty => return self.stop(Reason::BucketEmpty),
                Verdict::OverBudget => {
                    let (used, allowed) = (watt_hours(self.bucket.debt), watt_hours(HARD_BUDGET));
                    return self.stop(Reason::HardBudget { used, allowed });
                }
                Verdict::Guard => reason = Some(Reason::Guard { surplus }),
                Verdict::Go if self.bucket.slot < before => reason = Some(Reason::Down { surplus }),
                Verdict::Go if self.bucket.slot == before => {}
                Verdict::Go if age > self.settings.hold.millis() => self.bucket.move_to(before),
                Verdict::Go => reason = Some(Reason::Up { surplus }),
            }
        }
        if age > self.settings.hold.millis() {
            reason = Some(self.silence());
        }
        let amps = ladder.amps(self.bucket.slot);
        let actions = if view.repeat && !view.awake { self.enable(amps) } else { self.offer(amps) };
        (actions, Wanted::Charge, reason.unwrap_or_else(|| self.on_reason()))
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
