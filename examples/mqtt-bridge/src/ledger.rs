//! Energy by the calendar: what was charged today, this week, this month, this year.

use jiff::civil::Date;
use rapi_core::types::EvseState;
use serde::{Deserialize, Serialize};

use crate::status::Snapshot;

/// Watt-hours since the begin of each period, and how often the contactor has closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Since midnight.
    pub day: Option<u32>,
    /// Since Monday.
    pub week: Option<u32>,
    /// Since the first of the month.
    pub month: Option<u32>,
    /// Since the first of January.
    pub year: Option<u32>,
    /// Charges that have begun.
    pub switches: u32,
}

/// The controller's total at the begin of a period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Since {
    /// The first day of the period.
    from: String,
    watt_hours: u32,
}

impl Since {
    /// What was charged since the period began; a new period begins with this.
    fn charged(&mut self, from: Date, total: u32) -> u32 {
        let from = from.to_string();
        // A total that has gone back was reset by somebody.
        if self.from != from || total < self.watt_hours {
            *self = Self { from, watt_hours: total };
        }
        total - self.watt_hours
    }
}

/// Where each period began. It outlives the bridge in its state file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ledger {
    day: Since,
    week: Since,
    month: Since,
    year: Since,
    switches: u32,
    #[serde(skip)]
    charging: bool,
}

impl Ledger {
    /// Takes note of the station's counters, on this day.
    pub fn note(&mut self, today: Date, snapshot: &Snapshot) -> Totals {
        if let Some(state) = snapshot.state {
            let charging = state.evse == EvseState::Charging;
            self.switches += u32::from(charging && !self.charging);
            self.charging = charging;
        }
        let mut totals = Totals { switches: self.switches, ..Totals::default() };
        let Some(energy) = snapshot.energy else { return totals };
        let total = energy.total.0;
        let back = i64::from(today.weekday().to_monday_zero_offset());
        let monday = today.checked_sub(jiff::Span::new().days(back)).unwrap_or(today);
        let first = Date::new(today.year(), 1, 1).unwrap_or(today);
        totals.day = Some(self.day.charged(today, total));
        totals.week = Some(self.week.charged(monday, total));
        totals.month = Some(self.month.charged(today.first_of_month(), total));
        totals.year = Some(self.year.charged(first, total));
        totals
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use rapi_core::commands::{Energy, State};
    use rapi_core::types::{Seconds, WattHours, WattSeconds};

    fn at(evse: EvseState, total: u32) -> Snapshot {
        Snapshot {
            state: Some(State { evse, elapsed: Seconds(0), pilot: None, flags: None }),
            energy: Some(Energy { session: WattSeconds(0), total: WattHours(total) }),
            ..Snapshot::default()
        }
    }

    #[test]
    fn each_period_begins_anew_on_its_own_day_and_survives_a_restart() {
        let mut ledger = Ledger::default();
        let (idle, charging) = (EvseState::Connected, EvseState::Charging);
        // A Saturday; before the bridge was there nothing is known.
        ledger.note(date(2026, 2, 28), &at(idle, 5000));
        let totals = ledger.note(date(2026, 2, 28), &at(charging, 6000));
        assert_eq!((totals.day, totals.year, totals.switches), (Some(1000), Some(1000), 1));
        let totals = ledger.note(date(2026, 3, 1), &at(charging, 6500));
        let expected = Totals {
            day: Some(0),
            week: Some(1500),
            month: Some(0),
            year: Some(1500),
            switches: 1,
        };
        assert_eq!(totals, expected);
        let json = serde_json::to_string(&ledger).unwrap();
        let mut ledger: Ledger = serde_json::from_str(&json).unwrap();
        let totals = ledger.note(date(2026, 3, 2), &at(idle, 6700));
        assert_eq!((totals.day, totals.week, totals.month), (Some(0), Some(0), Some(200)));
        // Somebody has reset the controller's counter.
        let totals = ledger.note(date(2026, 3, 2), &at(idle, 10));
        assert_eq!((totals.day, totals.year), (Some(0), Some(0)));
        assert_eq!(ledger.note(date(2026, 3, 2), &at(idle, 30)).day, Some(20));
    }
}
