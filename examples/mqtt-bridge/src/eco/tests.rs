use super::meter::watts;
use super::*;
use crate::current::MOST;
use crate::share::Share;
use rapi_core::commands::{CurrentRange, State};
use rapi_core::types::{Amps, PilotState, Seconds, VFlags};

const NONE: Readings = Readings::NONE;

fn snapshot(evse: EvseState, flags: u16) -> Snapshot {
    Snapshot {
        state: Some(State {
            evse,
            elapsed: Seconds(0),
            pilot: Some(PilotState::B),
            flags: Some(VFlags(flags)),
        }),
        range: Some(CurrentRange {
            min: Amps(6),
            hardware_max: Amps(80),
            pilot: Some(Amps(24)),
            saved_max: Some(Amps(24)),
        }),
        ..Snapshot::default()
    }
}

#[test]
fn a_meter_says_watts() {
    let plain = |payload: &str| watts(payload.as_bytes(), "", 1.0);
    assert_eq!(plain("-1077"), Ok(Watts(-1077)));
    assert_eq!(plain(" 12.6\n"), Ok(Watts(13)));
    for payload in ["", "abc", "1 kW", "1e9", "NaN", "inf"] {
        assert!(plain(payload).is_err(), "{payload}");
    }
}

#[test]
fn normal_mode_leaves_the_station_alone() {
    let mut eco = Eco::new(Some(Meter::Grid), Mode::Normal, Config::default(), None).unwrap();
    eco.read(Watts(-5000), 0);
    assert_eq!(
        eco.decide(0, &snapshot(EvseState::Charging, 0x0540), &NONE, &Wish::default()).0,
        None
    );
    assert_eq!(
        eco.decide(0, &snapshot(EvseState::Sleeping, 0x0700), &NONE, &Wish::default()).0,
        None
    );
}

#[test]
fn eco_without_sun_wants_a_pause_and_says_why() {
    let mut eco = Eco::new(Some(Meter::Grid), Mode::Eco, Config::default(), None).unwrap();
    eco.read(Watts(2000), 0);
    let charging = snapshot(EvseState::Charging, 0x0540);
    let wish = eco.decide(0, &charging, &NONE, &Wish::default()).0.unwrap();
    assert_eq!(wish.run, Some(Run::Disabled));
    let reason = eco.facts(0, &charging, 1).reason;
    assert!(reason.starts_with("pause"), "{reason}");
}

#[test]
fn eco_with_sun_keeps_a_running_charge_and_offers_what_the_sun_and_the_caps_give() {
    for (cap, amps) in [(None, 10), (Some(8), 8)] {
        let mut eco = Eco::new(Some(Meter::Grid), Mode::Eco, Config::default(), None).unwrap();
        eco.read(Watts(-2500), 0);
        let above = Wish { max_current: cap, ..Wish::default() };
        let charging = snapshot(EvseState::Charging, 0x0540);
        let wish = eco.decide(0, &charging, &NONE, &above).0.unwrap();
        assert_eq!((wish.run, wish.charge_current), (Some(Run::Active), Some(amps)));
    }
}

#[test]
fn a_home_battery_that_comes_first_keeps_what_it_takes() {
    let wished = |soc| {
        let mut eco = Eco::new(Some(Meter::Grid), Mode::Eco, Config::default(), None).unwrap();
        eco.read(Watts(0), 0);
        let battery = NONE.with(Kind::HomeBatterySoc, soc).with(Kind::HomeBatteryPower, 2500);
        eco.decide(0, &snapshot(EvseState::Charging, 0x0540), &battery, &Wish::default()).0.unwrap()
    };
    // The meter shows nothing: all of the sun goes into the battery.
    assert_eq!(wished(30).run, Some(Run::Disabled));
    let car_first = wished(60);
    assert_eq!((car_first.run, car_first.charge_current), (Some(Run::Active), Some(10)));
}

#[test]
fn a_meter_that_counts_the_wrong_way_round_is_not_trusted() {
    let mut eco = Eco::new(Some(Meter::Solar), Mode::Eco, Config::default(), None).unwrap();
    eco.read(Watts(-3000), 0);
    let charging = snapshot(EvseState::Charging, 0x0540);
    let wish = eco.decide(0, &charging, &NONE, &Wish::default()).0.unwrap();
    // Divert has not begun yet, and does not begin with this.
    assert_eq!((eco.fault(), wish.run), (Some(FeedFault::Sign), None));
    assert!(eco.facts(0, &charging, 1).reason.contains("wrong sign"));
}

#[test]
fn the_divert_mode_is_1_or_2_and_eco_needs_a_meter() {
    let mut eco = Eco::new(None, Mode::Normal, Config::default(), None).unwrap();
    assert!(eco.set_mode(b"2").unwrap_err().contains("--grid"));
    let mut eco = Eco::new(Some(Meter::Solar), Mode::Normal, Config::default(), None).unwrap();
    assert_eq!(eco.set_mode(b"2"), Ok(Mode::Eco));
    assert!(eco.set_mode(b"eco").is_err());
    assert_eq!(eco.mode(), Mode::Eco);
    assert_eq!(eco.set_mode(b" 1\n"), Ok(Mode::Normal));
}

#[test]
fn with_a_contactor_a_long_sunny_time_asks_for_three_phases_and_dusk_for_one() {
    let rest = Some(Millis(900_000));
    let config = Config::default().with_amps(rapi_divert::Amps(6), rapi_divert::Amps(16));
    let mut eco = Eco::new(Some(Meter::Grid), Mode::Eco, config, rest).unwrap();
    assert_eq!(eco.phases(), Some(1));
    let asleep = snapshot(EvseState::Sleeping, 0x0700);
    let day = |eco: &mut Eco, watts, minutes: std::ops::Range<u64>| {
        for second in (minutes.start * 60..minutes.end * 60).step_by(10) {
            eco.read(Watts(watts), second * 1000);
            eco.decide(second * 1000, &asleep, &NONE, &Wish::default());
        }
        eco.phases()
    };
    assert_eq!(day(&mut eco, -9_000, 0..60), Some(3));
    assert_eq!(day(&mut eco, -2_000, 60..120), Some(1));
    let mut fixed = Eco::new(Some(Meter::Grid), Mode::Eco, config, None).unwrap();
    assert_eq!(day(&mut fixed, -9_000, 0..60), None);
}

#[test]
fn stations_that_share_are_told_no_more_than_each_of_them_may_offer() {
    let (none, rotation) = (rapi_divert::Amps(u8::MAX), Millis(1_800_000));
    let amps = |most| Config::default().with_amps(rapi_divert::Amps(6), rapi_divert::Amps(most));
    let share = Share::new(amps(MOST), none, rotation, &[rapi_divert::Amps(24); 2]).unwrap();
    let mut both = [(0, 32), (1, 16)].map(|(place, most)| {
        let mut eco = Eco::new(None, Mode::Normal, amps(most), None).unwrap();
        eco.sit_down(share.seat(place).unwrap(), 0);
        eco
    });
    let charging = snapshot(EvseState::Charging, 0x0540);
    let told = |both: &mut [Eco; 2], second: u64, above: &Wish| {
        both.each_mut()
            .map(|eco| eco.decide(second * 1000, &charging, &NONE, above).1.unwrap().max_current)
    };
    for second in 0..60 {
        // Whatever a person wants.
        let charge_current = (second > 30).then_some(32);
        let above = Wish { charge_current, ..Wish::default() };
        assert_eq!(told(&mut both, second, &above), [Some(24), Some(16)], "{second} s");
    }
    both[1].configure(amps(20)).unwrap();
    let later = (61..120).map(|second| told(&mut both, second, &Wish::default())[1]);
    assert_eq!(later.last(), Some(Some(20)));
}
