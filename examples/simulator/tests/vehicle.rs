//! The car: what its charger and its battery do by themselves.

use rapi_core::types::{Amps, MilliAmps, PilotState};
use rapi_sim::{Config, Offer, Station, Vehicle, Wants};

const OFFER: Offer = Offer { pilot: Some(Amps(32)), power: true, volts: 240 };

fn asking() -> Vehicle {
    let mut vehicle = Vehicle::default();
    vehicle.plug();
    vehicle.want(Wants::Energy);
    vehicle
}

#[test]
fn it_draws_what_is_offered_up_to_what_its_charger_takes() {
    let mut vehicle = asking();
    vehicle.max = Amps(20);
    vehicle.min = Amps(8);
    for (offered, drawn) in [(32, 20), (16, 16), (8, 8), (6, 0)] {
        vehicle.step(1000, Offer { pilot: Some(Amps(offered)), ..OFFER });
        assert_eq!(vehicle.draw(), MilliAmps(drawn * 1000));
    }
    vehicle.step(1000, Offer { power: false, ..OFFER });
    assert_eq!(vehicle.draw(), MilliAmps(0));
}

#[test]
fn it_ramps_up_slowly_and_down_at_once() {
    let mut vehicle = asking();
    vehicle.ramp = Some(2.0);
    let drawn: Vec<i32> = (0..4)
        .map(|_| {
            vehicle.step(1000, OFFER);
            vehicle.draw().0
        })
        .collect();
    assert_eq!(drawn, [2000, 4000, 6000, 8000]);
    vehicle.step(1000, Offer { pilot: Some(Amps(6)), ..OFFER });
    assert_eq!(vehicle.draw(), MilliAmps(6000));
}

#[test]
fn its_battery_fills_takes_less_near_the_end_and_then_asks_for_nothing() {
    let mut vehicle = asking();
    vehicle.capacity = 7680.0;
    // 32 A at 240 V are 7680 W.
    vehicle.soc = 0.0;
    vehicle.step(0, OFFER);
    for _ in 0..1800 {
        vehicle.step(1000, OFFER);
    }
    assert!((vehicle.soc - 50.0).abs() < 0.1, "{}", vehicle.soc);
    vehicle.soc = 95.0;
    vehicle.step(1, OFFER);
    assert_eq!(vehicle.draw(), MilliAmps(16_000), "half way in the tail");
    for _ in 0..36_000 {
        vehicle.step(1000, OFFER);
    }
    assert!(vehicle.is_full());
    assert_eq!(vehicle.pilot(), PilotState::B);
}

#[test]
fn it_falls_asleep_without_an_offer_and_is_woken_by_one_or_by_its_plug() {
    let none = Offer { pilot: None, power: false, volts: 240 };
    for wakes in [true, false] {
        let mut vehicle = asking();
        vehicle.patience = Some(60);
        vehicle.wakes = wakes;
        vehicle.step(59_000, none);
        assert_eq!(vehicle.pilot(), PilotState::C);
        vehicle.step(1000, none);
        assert!(vehicle.is_asleep());
        assert_eq!(vehicle.pilot(), PilotState::B);
        vehicle.step(1000, OFFER);
        assert_eq!(vehicle.is_asleep(), !wakes);
        vehicle.unplug();
        vehicle.plug();
        assert!(!vehicle.is_asleep());
    }
}

#[test]
fn a_charge_ends_by_itself_and_the_next_car_begins_anew() {
    let mut station = Station::new(Config::default());
    station.poll(0);
    station.receive(b"$SB\r", 0);
    station.arrange(1000, |vehicle, _| {
        vehicle.capacity = 1000.0;
        vehicle.soc = 60.0;
        vehicle.plug();
        vehicle.want(Wants::Energy);
    });
    let said = String::from_utf8(station.poll(3_600_000)).unwrap();
    assert!(said.ends_with("$AT 02 02 24 0500^32\r"), "{said}");
    station.arrange(3_700_000, |vehicle, _| vehicle.unplug());
    assert!(station.controller().total().0 > 380, "{}", station.controller().total());
    station.arrange(3_800_000, |vehicle, _| vehicle.plug());
    assert_eq!(station.controller().session().0, 0);
}
