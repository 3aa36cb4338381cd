//! What there is to tell about divert.

use rapi_divert::{Mode, Reason, Wanted};

use super::{Eco, Meter};
use crate::names;
use crate::status::Snapshot;

impl Eco {
    /// What there is to tell.
    #[must_use]
    pub fn facts(&self, now_ms: u64, snapshot: &Snapshot, phases: u8) -> names::Divert {
        let eco = self.mode == Mode::Eco;
        let mut facts = names::Divert { eco, fault: self.fault, ..names::Divert::default() };
        if let Some(decision) = self.decision {
            facts.reason = decision.reason.to_string();
            if let Reason::MinOn { left } = decision.reason {
                facts.min_charge_end = u64::from(left.0.div_ceil(1000));
            }
            facts.charge = (decision.state != Wanted::Released).then_some(decision.current.0);
        }
        let (Some(meter), Some((power, at))) = (self.meter, self.reading) else { return facts };
        facts.age = Some(now_ms.saturating_sub(at) / 1000);
        // The guide: the power that is available for the car.
        let available = match meter {
            Meter::Grid => {
                facts.grid = Some(power.0);
                i64::from(snapshot.watts(phases)) - i64::from(power.0)
            }
            Meter::Solar => {
                facts.solar = Some(power.0);
                i64::from(power.0)
            }
        };
        facts.available = Some(available.max(0));
        facts
    }
}
