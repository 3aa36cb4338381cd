//! Energy by the calendar: what was charged today, this week, this month, this year.

use jiff::civil::Date;
use rapi_core::commands::{Energy, State};
use rapi_core::types::{EvseState, VFlags, WattHours};
use serde::{Deserialize, Serialize};

use crate::clock::Doubt;
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

/// What the controller had counted at the begin of a period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Since {
    /// The first day of the period.
    from: String,
    watt_hours: i64,
}

impl Since {
    /// What was charged since the period began; a new period begins with this.
    fn charged(&mut self, from: Date, count: Count) -> u32 {
        let from = from.to_string();
        self.watt_hours -= count.forgotten;
        // Not by an earlier day: without a clock of its own a computer boots with an old one, until it has
        // asked somebody. A count that has gone back was reset by somebody.
        if from > self.from || count.watt_hours < self.watt_hours {
            let from = from.max(std::mem::take(&mut self.from));
            *self = Self { from, watt_hours: count.watt_hours };
        }
        u32::try_from(count.watt_hours - self.watt_hours).unwrap_or(u32::MAX)
    }
}

/// All that was charged, in watt-hours.
#[derive(Clone, Copy)]
struct Count {
    watt_hours: i64,
    /// What was in it the last time, and never will be again.
    forgotten: i64,
}

/// The counters of a controller: its total grows when a car leaves, by the session of that car. See
/// spec/rapi.md#gu.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Counters {
    last: Option<Energy>,
    /// Whether the session is in the total already.
    over: bool,
}

impl Counters {
    /// Takes note of them.
    fn read(&mut self, energy: Energy, state: State) -> Count {
        let session = |energy: Energy| i64::from(WattHours::from(energy.session).0);
        let mut forgotten = 0;
        // Not by the state, when there is another way: it was asked for at another moment, and the answer
        // to one of the two may have been lost.
        match self.last.replace(energy) {
            None => {
                let awake = matches!(state.evse, EvseState::Connected | EvseState::Charging);
                self.over = !state.flags.map_or(awake, VFlags::ev_connected);
            }
            Some(last) if energy.total.0 > last.total.0 => self.over = true,
            Some(last) if energy.session != last.session => {
                // A controller that restarts forgets the session. That was charged all the same.
                let begun = energy.session.0 < last.session.0 && energy.total == last.total;
                if begun && !self.over {
                    forgotten = session(last);
                }
                // One that is over does not change any more.
                self.over = false;
            }
            Some(_) => {}
        }
        let running = if self.over { 0 } else { session(energy) };
        Count { watt_hours: i64::from(energy.total.0) + running, forgotten }
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
    /// A bridge that begins while a car charges has seen no relay close.
    charging: bool,
    #[serde(skip)]
    counters: Counters,
    #[serde(skip)]
    clock: Doubt,
}

impl Ledger {
    /// Takes note of what the clock says, at this uptime: before [`note`](Self::note).
    pub fn see_clock(&mut self, today: Date, uptime_ms: u64) {
        let today = today.to_string();
        // For how long later days were noted, nobody knows.
        let against_ms = (today < self.day.from).then_some(u64::MAX);
        if self.clock.believes(against_ms, uptime_ms) {
            // What begins later is of a day that never was.
            for period in [&mut self.day, &mut self.week, &mut self.month, &mut self.year] {
                if period.from > today {
                    period.from.clear();
                }
            }
        }
    }

    /// Takes note of the station's counters, on this day.
    pub fn note(&mut self, today: Date, snapshot: &Snapshot) -> Totals {
        if let Some(state) = snapshot.state {
            let charging = state.evse == EvseState::Charging;
            self.switches += u32::from(charging && !self.charging);
            self.charging = charging;
        }
        let mut totals = Totals { switches: self.switches, ..Totals::default() };
        let (Some(state), Some(energy)) = (snapshot.state, snapshot.energy) else { return totals };
        let count = self.counters.read(energy, state);
        let back = i64::from(today.weekday().to_monday_zero_offset());
        let monday = today.checked_sub(jiff::Span::new().days(back)).unwrap_or(today);
        let first = Date::new(today.year(), 1, 1).unwrap_or(today);
        totals.day = Some(self.day.charged(today, count));
        totals.week = Some(self.week.charged(monday, count));
        totals.month = Some(self.month.charged(today.first_of_month(), count));
        totals.year = Some(self.year.charged(first, count));
        totals
    }
}

#[cfg(test)]
mod tests;
