//! Three chargers behind one meter, with commands that are late: the connection is never
//! overloaded, nobody gets less than the least or more than it may. And a meter that contains a car
//! is believed.
//!
//! Input: limit of the connection, least and most current, minutes of rotation, then steps: seconds
//! since the step before, kind, power of the meter, and what happens to which charger.
#![no_main]

use std::collections::VecDeque;

#[path = "../../divert/tests/support/charger.rs"]
mod charger;

use charger::Charger;
use libfuzzer_sys::fuzz_target;
use rapi_divert::{
    Action, Amps, Config, EvseStatus, Feed, FeedCheck, Fleet, Measurement, MilliAmps, Millis, Mode,
    Wanted, Watts,
};
use rapi_fuzz::Input;

const N: usize = 3;
const VOLTS: i32 = 230;

/// A charger at the end of a slow line.
struct Wired {
    charger: Charger,
    /// Commands under way.
    line: VecDeque<Action>,
}

fn happen(charger: &mut Charger, what: u8, value: u8) {
    match what % 8 {
        0 => charger.vehicle = value & 1 != 0,
        1 => charger.mode = if value & 1 == 0 { Mode::Eco } else { Mode::Normal },
        2 => charger.car = value,
        3 => charger.priority = value,
        4 => charger.limit = value,
        // A sleeping one is not found out: it would be taken for one that offers its current.
        5 => charger.broken = value & 1 != 0 && charger.awake,
        _ => {}
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
    let mut wired: [Wired; N] =
        core::array::from_fn(|_| Wired { charger: Charger::asleep(), line: VecDeque::new() });

    let mut now = 0_u32;
    let mut steps = 0;
    while !input.is_empty() && steps < 400 {
        steps += 1;
        now = now.wrapping_add(u32::from(input.u8()) * 1000);
        let kind = input.u8();
        for (number, Wired { charger, line }) in wired.iter_mut().enumerate() {
            // Two arrive at once, one or none.
            let late = kind >> (2 * number);
            let count = line.len().min(usize::from(3 - (late & 3)));
            line.drain(..count).for_each(|action| charger.carry_out(action));
        }
        let offered = wired.iter().filter(|wired| wired.charger.awake);
        let offered: u32 = offered.map(|wired| u32::from(wired.charger.pilot)).sum();
        assert!(offered <= u32::from(limit), "{offered} A of {limit} A");

        let power = Watts(i32::from(input.u16().cast_signed()) * 2);
        let sampled_at = Millis(now);
        let feed = match kind >> 6 {
            0 | 1 => Feed::Grid { power, sampled_at },
            2 => Feed::Solar { power, sampled_at },
            _ => Feed::None,
        };
        let (who, value) = (input.u8(), input.u8());
        happen(&mut wired[usize::from(who & 3) % N].charger, who >> 2, value);

        let reports =
            wired.each_ref().map(|Wired { charger, line }| charger.report(line.is_empty()));
        let decisions = fleet.step(Millis(now), feed, &reports);
        assert!(fleet.reserved() <= u16::from(limit), "{} A promised", fleet.reserved());
        for ((wired, decision), report) in wired.iter_mut().zip(&decisions).zip(&reports) {
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
            wired.line.extend(actions);
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
