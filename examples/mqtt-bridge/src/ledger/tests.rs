use super::*;
use jiff::civil::date;

use rapi_core::types::{Seconds, WattSeconds};

/// A controller that counts as one does: see spec/rapi.md#gu. In watt-hours.
struct Station {
    session: u32,
    total: u32,
    evse: EvseState,
}

impl Station {
    fn new(total: u32) -> Self {
        Self { session: 0, total, evse: EvseState::NotConnected }
    }

    /// The car comes, or it is there, and has charged so much more.
    fn charge(&mut self, watt_hours: u32) -> Snapshot {
        if self.evse == EvseState::NotConnected {
            self.session = 0;
        }
        self.session += watt_hours;
        self.evse = EvseState::Charging;
        self.snapshot()
    }

    fn unplug(&mut self) -> Snapshot {
        self.total += self.session;
        self.evse = EvseState::NotConnected;
        self.snapshot()
    }

    /// What the session was is forgotten, and never gets into the total.
    fn restart(&mut self) -> Snapshot {
        (self.session, self.evse) = (0, EvseState::Starting);
        self.snapshot()
    }

    fn snapshot(&self) -> Snapshot {
        let Self { session, total, evse } = *self;
        let car = VFlags(if evse == EvseState::Charging { 0x0100 } else { 0 });
        let state = State { evse, elapsed: Seconds(0), pilot: None, flags: Some(car) };
        let energy = Energy { session: WattSeconds(session * 3600), total: WattHours(total) };
        Snapshot { state: Some(state), energy: Some(energy), ..Snapshot::default() }
    }
}

/// Written down and read again, as by another bridge.
fn kept(ledger: &Ledger) -> Ledger {
    serde_json::from_str(&serde_json::to_string(ledger).unwrap()).unwrap()
}

#[test]
fn each_period_begins_anew_on_its_own_day_and_survives_a_restart() {
    let (mut ledger, mut station) = (Ledger::default(), Station::new(5000));
    // A Saturday; before the bridge was there nothing is known.
    ledger.note(date(2026, 2, 28), &station.snapshot());
    let totals = ledger.note(date(2026, 2, 28), &station.charge(1000));
    assert_eq!((totals.day, totals.year, totals.switches), (Some(1000), Some(1000), 1));
    let totals = ledger.note(date(2026, 3, 1), &station.charge(500));
    let expected =
        Totals { day: Some(0), week: Some(1500), month: Some(0), year: Some(1500), switches: 1 };
    assert_eq!(totals, expected);
    ledger.note(date(2026, 3, 1), &station.unplug());
    let mut ledger = kept(&ledger);
    station.total += 200;
    let totals = ledger.note(date(2026, 3, 2), &station.snapshot());
    assert_eq!((totals.day, totals.week, totals.month), (Some(0), Some(0), Some(200)));
    // Somebody has reset the controller's counter.
    station.total = 10;
    let totals = ledger.note(date(2026, 3, 2), &station.snapshot());
    assert_eq!((totals.day, totals.year), (Some(0), Some(0)));
    station.total = 30;
    assert_eq!(ledger.note(date(2026, 3, 2), &station.snapshot()).day, Some(20));
}

#[test]
fn a_charge_that_outlives_the_bridge_is_counted_once() {
    let (mut ledger, mut station) = (Ledger::default(), Station::new(5000));
    let today = date(2026, 3, 2);
    ledger.note(today, &station.snapshot());
    assert_eq!(ledger.note(today, &station.charge(1000)).switches, 1);
    let mut ledger = kept(&ledger);
    assert_eq!(ledger.note(today, &station.charge(1000)).switches, 1);
    ledger.note(today, &station.unplug());
    let mut ledger = kept(&ledger);
    assert_eq!(ledger.note(today, &station.charge(1000)).switches, 2);
}

#[test]
fn a_clock_that_is_set_back_and_forth_loses_nothing() {
    let (mut ledger, mut station) = (Ledger::default(), Station::new(5000));
    let today = date(2026, 5, 2);
    ledger.note(today, &station.snapshot());
    ledger.note(today, &station.charge(1000));
    // A computer without a clock boots, and asks for the time later.
    for old in [date(2026, 5, 1), date(2025, 12, 31), date(1970, 1, 1)] {
        let mut booted = kept(&ledger);
        let totals = booted.note(old, &station.snapshot());
        assert_eq!((totals.day, totals.year), (Some(1000), Some(1000)), "{old}");
        let totals = kept(&booted).note(today, &station.snapshot());
        let of_all = (totals.day, totals.week, totals.month, totals.year);
        assert_eq!(of_all, (Some(1000), Some(1000), Some(1000), Some(1000)), "{old}");
    }
    // Who resets the counter meanwhile begins nothing that would begin anew when the time is known.
    let mut booted = kept(&ledger);
    (station.session, station.total) = (0, 0);
    booted.note(date(1970, 1, 1), &station.snapshot());
    station.total = 20;
    assert_eq!(booted.note(today, &station.snapshot()).day, Some(20));
    assert_eq!(booted.note(date(2026, 5, 3), &station.snapshot()).day, Some(0));
}

#[test]
fn a_day_that_never_was_is_forgotten_after_an_hour_of_another_one() {
    let (mut ledger, mut station) = (Ledger::default(), Station::new(5000));
    let (wrong, today) = (date(2036, 2, 7), date(2026, 5, 2));
    let mut note = |day, minutes: u64, station: &Station| {
        ledger.see_clock(day, minutes * 60_000);
        ledger.note(day, &station.snapshot()).day
    };
    note(wrong, 0, &station);
    station.charge(1000);
    assert_eq!(note(today, 1, &station), Some(1000));
    assert_eq!(note(today, 60, &station), Some(1000));
    assert_eq!(note(today, 61, &station), Some(0));
    station.charge(300);
    assert_eq!(note(today, 62, &station), Some(300));
    assert_eq!(note(date(2026, 5, 3), 63, &station), Some(0));
}

#[test]
fn the_week_of_a_day_that_was_too_late_goes_on() {
    let (mut ledger, mut station) = (Ledger::default(), Station::new(5000));
    let (friday, saturday) = (date(2026, 5, 29), date(2026, 5, 30));
    let mut note = |day, minutes: u64, station: &Station| {
        ledger.see_clock(day, minutes * 60_000);
        let totals = ledger.note(day, &station.snapshot());
        (totals.day, totals.week)
    };
    note(friday, 0, &station);
    station.charge(1000);
    assert_eq!(note(friday, 1, &station), (Some(1000), Some(1000)));
    assert_eq!(note(saturday, 2, &station), (Some(0), Some(1000)));
    station.charge(300);
    assert_eq!(note(friday, 3, &station), (Some(300), Some(1300)));
    assert_eq!(note(friday, 63, &station), (Some(0), Some(1300)));
}

#[test]
fn a_night_of_charging_is_shared_between_two_days_at_midnight() {
    let (mut ledger, mut station) = (Ledger::default(), Station::new(70_000));
    let (sunday, monday) = (date(2026, 3, 1), date(2026, 3, 2));
    ledger.note(sunday, &station.snapshot());
    for hour in 1..=3 {
        assert_eq!(ledger.note(sunday, &station.charge(2000)).day, Some(hour * 2000));
    }
    assert_eq!(ledger.note(monday, &station.snapshot()).day, Some(0));
    for hour in 1..=5 {
        assert_eq!(ledger.note(monday, &station.charge(2000)).day, Some(hour * 2000));
    }
    // In the morning it gets into the total, and is counted once.
    let totals = ledger.note(monday, &station.unplug());
    assert_eq!((totals.day, totals.month, totals.switches), (Some(10_000), Some(16_000), 1));
    assert_eq!(ledger.note(monday, &station.snapshot()).day, Some(10_000));
    // Another car.
    assert_eq!(ledger.note(monday, &station.charge(1000)).day, Some(11_000));
    assert_eq!(ledger.note(monday, &station.unplug()).day, Some(11_000));
}

#[test]
fn a_bridge_that_was_away_counts_what_was_charged_meanwhile() {
    let today = date(2026, 3, 2);
    // The same car, it has left, or another one has come.
    for (events, expected) in [("", 3000), ("u", 3000), ("uc", 4000), ("ucu", 4000)] {
        let (mut ledger, mut station) = (Ledger::default(), Station::new(70_000));
        ledger.note(today, &station.snapshot());
        ledger.note(today, &station.charge(2000));
        let mut ledger = kept(&ledger);
        station.charge(1000);
        for event in events.chars() {
            if event == 'u' {
                station.unplug()
            } else {
                station.charge(1000)
            };
        }
        assert_eq!(ledger.note(today, &station.snapshot()).day, Some(expected), "{events}");
    }
}

#[test]
fn what_a_controller_forgets_by_a_restart_was_charged_all_the_same() {
    let (mut ledger, mut station) = (Ledger::default(), Station::new(70_000));
    let (sunday, monday) = (date(2026, 3, 1), date(2026, 3, 2));
    ledger.note(sunday, &station.snapshot());
    ledger.note(sunday, &station.charge(3000));
    ledger.note(monday, &station.snapshot());
    ledger.note(monday, &station.charge(1000));
    assert_eq!(ledger.note(monday, &station.restart()).day, Some(1000));
    let mut ledger = kept(&ledger);
    assert_eq!(ledger.note(monday, &station.charge(500)).day, Some(1500));
    let totals = ledger.note(monday, &station.unplug());
    assert_eq!((totals.day, totals.month), (Some(1500), Some(4500)));
}

#[test]
fn a_state_and_an_energy_of_two_moments_count_nothing_twice() {
    let today = date(2026, 3, 2);
    for energy_was_lost in [true, false] {
        let (mut ledger, mut station) = (Ledger::default(), Station::new(70_000));
        ledger.note(today, &station.snapshot());
        let charging = station.charge(2000);
        ledger.note(today, &charging);
        let gone = station.unplug();
        let (state, energy) = if energy_was_lost { (gone, charging) } else { (charging, gone) };
        let mixed = Snapshot { state: state.state, ..energy };
        assert_eq!(ledger.note(today, &mixed).day, Some(2000));
        assert_eq!(ledger.note(today, &gone).day, Some(2000));
    }
}
