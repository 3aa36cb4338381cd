//! Three chargers behind one meter, with commands that are late: the connection is never
//! overloaded, nobody gets less than the least or more than it may. And a meter that contains a car
//! is believed.
//!
//! Input: limit of the connection, least and most current, minutes of rotation, then steps: seconds
//! since the step before, kind, power of the meter, and what happens to which charger.
#![no_main]

use std::collections::VecDeque;

use libfuzzer_sys::fuzz_target;
use rapi_divert::{
    Action, Amps, Config, EvseStatus, Feed, FeedCheck, Fleet, Measurement, MilliAmps, Millis, Mode,
    Station, Wanted, Watts,
};
use rapi_fuzz::Input;

const N: usize = 3;
const VOLTS: i32 = 230;

#[derive(Clone, Debug)]
struct Charger {
    awake: bool,
    vehicle: bool,
    broken: bool,
    pilot: u8,
    car: u8,
    mode: Mode,
    priority: u8,
    limit: u8,
    /// Commands under way.
    line: VecDeque<Action>,
}

impl Charger {
    fn amps(&self) -> i32 {
        let draws = self.awake && self.vehicle && !self.broken;
        if draws { i32::from(self.pilot.min(self.car)) } else { 0 }
    }

    fn report(&self) -> Station {
        let evse = match (self.broken, self.awake, self.vehicle) {
            (true, ..) => EvseStatus::Fault,
            (_, false, vehicle) => EvseStatus::Asleep { vehicle },
            (_, true, false) => EvseStatus::NotConnected,
            (_, true, true) if self.car == 0 => EvseStatus::Connected,
            (_, true, true) => EvseStatus::Charging,
        };
        Station {
            mode: self.mode,
            evse,
            limit: Amps(self.limit),
            priority: self.priority,
            ev_current: MilliAmps(self.amps() * 1000),
            offered: Amps(self.pilot),
            settled: self.line.is_empty(),
        }
    }

    fn arrive(&mut self) {
        match self.line.pop_front() {
            Some(Action::SetCurrent(amps)) => self.pilot = amps.0,
            Some(Action::Enable) => self.awake = true,
            Some(Action::Sleep) => self.awake = false,
            None => {}
        }
    }

    fn happen(&mut self, what: u8, value: u8) {
        match what % 8 {
            0 => self.vehicle = value & 1 != 0,
            1 => self.mode = if value & 1 == 0 { Mode::Eco } else { Mode::Normal },
            2 => self.car = value,
            3 => self.priority = value,
            4 => self.limit = value,
            // A sleeping one is not found out: it would be taken for one that offers its current.
            5 => self.broken = value & 1 != 0 && self.awake,
            _ => {}
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let limit = input.u8();
    let least = input.within(6, 32);
    let most = input.within(least, 80);
    let amps = [least, most].map(|amps| Amps(u8::try_from(amps).unwrap()));
    let config = Config::default().with_amps(amps[0], amps[1]);
    let rotation = Millis(u32::from(input.u8()) * 60_000);
    let mut fleet = Fleet::<N>::new(config, Amps(limit), rotation).unwrap();
    let mut chargers: [Charger; N] = core::array::from_fn(|_| Charger {
        awake: false,
        vehicle: true,
        broken: false,
        pilot: 32,
        car: 32,
        mode: Mode::Eco,
        priority: 0,
        limit: 32,
        line: VecDeque::new(),
    });

    let mut now = 0_u32;
    let mut steps = 0;
    while !input.is_empty() && steps < 400 {
        steps += 1;
        now = now.wrapping_add(u32::from(input.u8()) * 1000);
        let kind = input.u8();
        for (number, charger) in chargers.iter_mut().enumerate() {
            // Two arrive at once, one or none.
            let late = kind >> (2 * number);
            for _ in late & 3..3 {
                charger.arrive();
            }
        }
        let offered = chargers.iter().filter(|charger| charger.awake);
        let offered: u32 = offered.map(|charger| u32::from(charger.pilot)).sum();
        assert!(offered <= u32::from(limit), "{offered} A of {limit} A");

        let power = Watts(i32::from(input.u16().cast_signed()) * 2);
        let sampled_at = Millis(now);
        let feed = match kind >> 6 {
            0 | 1 => Feed::Grid { power, sampled_at },
            2 => Feed::Solar { power, sampled_at },
            _ => Feed::None,
        };
        let (who, value) = (input.u8(), input.u8());
        chargers[usize::from(who & 3) % N].happen(who >> 2, value);

        let reports = [0, 1, 2].map(|number: usize| chargers[number].report());
        let decisions = fleet.step(Millis(now), feed, &reports);
        assert!(fleet.reserved() <= u16::from(limit), "{} A promised", fleet.reserved());
        for ((charger, decision), report) in chargers.iter_mut().zip(&decisions).zip(&reports) {
            let allowed = config.min_amps..=report.limit.min(config.max_amps);
            let actions: Vec<Action> = decision.actions.iter().collect();
            for action in &actions {
                if let Action::SetCurrent(amps) = action {
                    assert!(allowed.contains(amps), "{amps} of {allowed:?}");
                }
            }
            if actions.contains(&Action::Enable) {
                assert_eq!(actions, [Action::SetCurrent(decision.current), Action::Enable]);
                assert_eq!(decision.state, Wanted::Charge);
            }
            if matches!(report.evse, EvseStatus::Fault) {
                assert!(actions.is_empty(), "{actions:?} for a fault");
            }
            charger.line.extend(actions);
        }
    }
    check_house(&config, bytes);
});

/// The meter of a house with one car is late by a few readings, and the rest of the house changes by
/// less than 7/16 of the car's steps.
fn check_house(config: &Config, bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let late = usize::from(input.u8() % 10);
    let mut check = FeedCheck::new(config);
    let mut car = VecDeque::from([0; 10]);
    let mut rest = 5_000;
    let mut now = 0_u32;
    for _ in 0..400 {
        if input.is_empty() {
            break;
        }
        let byte = input.u8();
        // 0 to 30 A in steps of 6 A: 1380 W, of which 600 W are less than 7/16.
        if byte & 3 == 0 {
            car.push_front(i32::from(byte >> 2) % 6 * 6);
        } else {
            car.push_front(car[0]);
        }
        rest = (rest + i32::from(byte.cast_signed()) * 4).clamp(4_000, 6_000);
        now = now.wrapping_add(10_000);
        let power = Watts(rest + car[late] * VOLTS);
        let measurement = Measurement::new(Mode::Eco, EvseStatus::Charging, Amps(32))
            .with_feed(Feed::Grid { power, sampled_at: Millis(now) })
            .with_ev_current(MilliAmps(car[0] * 1000));
        assert_eq!(check.observe(&measurement), None, "{late} readings late, {rest} W");
        car.truncate(10);
    }
}
