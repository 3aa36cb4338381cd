//! Any measurements at any times: no current outside the limits, none before an enable is missing,
//! no frozen high current, the same decisions whenever the clock began, and after a restart from what
//! was saved.
//!
//! Input: the configuration (21 bytes), the start of the clock, then steps: the time since the step
//! before, kind, limit, power of the meter, and by kind: current of the car, voltage, age of the
//! reading.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rapi_divert::{
    Action, Amps, Config, Decision, Divert, EvseStatus, Feed, FeedCheck, FeedFault, Measurement,
    MilliAmps, Millis, Mode, Phases, SAVED_LEN, Volts, Wanted, WattHours, Watts,
};
use rapi_fuzz::Input;

struct Step {
    wait: u32,
    age: u32,
    measurement: Measurement,
}

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let config = config(&mut input);
    let start = input.u32();
    let mut steps = Vec::new();
    while !input.is_empty() && steps.len() < 400 {
        steps.push(step(&mut input));
    }

    let mut divert = Divert::new(config).unwrap();
    let decisions = play(&mut divert.clone(), 0, &steps);
    assert_eq!(
        play(&mut divert.clone(), start, &steps),
        decisions,
        "the start of the clock matters"
    );
    check_saved(&mut divert, config, &steps, &decisions);
    assert_eq!(suspect(&config, 0, &steps), suspect(&config, start, &steps));

    let mut clock = 0_u32;
    let mut last_used: Option<u32> = None;
    for (step, decision) in steps.iter().zip(&decisions) {
        clock = clock.wrapping_add(step.wait);
        check_limits(&config, &step.measurement, decision);
        check_order(&config, &step.measurement, decision);
        check_left_alone(&step.measurement, decision);
        check_no_frozen_current(&config, step, clock, &mut last_used, decision);
        assert!((1..=60_000).contains(&decision.next.0));
        assert!(!decision.reason.to_string().is_empty());
    }
});

fn config(input: &mut Input<'_>) -> Config {
    let mut narrow = |least, most| u16::try_from(input.within(least, most)).unwrap();
    let (share, bucket, voltage) = (narrow(100, 990), narrow(2, 1000), narrow(60, 300));
    let min = input.within(6, 80);
    let max = input.within(min, 80);
    let [min, max] = [min, max].map(|amps| Amps(u8::try_from(amps).unwrap()));
    let phases = if input.flag() { Phases::Three } else { Phases::One };
    // 10 s are much more often reached than an hour: seconds of a byte.
    let mut seconds = |least| Millis(input.within(least, 255) * 1000);
    let (on, off) = (seconds(10), seconds(10));
    let mut stale = [seconds(1), seconds(1), seconds(1)];
    stale.sort_by_key(|age| age.0);
    let [hold, minimum, pause] = stale;
    Config::default()
        .with_dials(share, WattHours(bucket))
        .with_min_times(on, off)
        .with_amps(min, max)
        .with_phases(phases)
        .with_voltage(Volts(voltage))
        .with_stale(hold, minimum, pause)
}

fn step(input: &mut Input<'_>) -> Step {
    let kind = input.u16();
    let wait = if kind & 0x0001 == 0 { u32::from(input.u8()) * 200 } else { input.u32() };
    let mode = if kind & 0x000e == 0 { Mode::Normal } else { Mode::Eco };
    let evse = match (kind >> 4) & 0x000f {
        0 | 1 => EvseStatus::NotConnected,
        2 | 3 => EvseStatus::Connected,
        4..=7 => EvseStatus::Charging,
        8..=11 => EvseStatus::Asleep { vehicle: true },
        12 => EvseStatus::Asleep { vehicle: false },
        13 => EvseStatus::Disabled,
        _ => EvseStatus::Fault,
    };
    let limit = if kind & 0x0100 == 0 { Amps(32) } else { Amps(input.u8()) };
    let power = if kind & 0x0200 == 0 {
        Watts(i32::from(input.u8()) * 64 - 12_000)
    } else {
        Watts(input.i32())
    };
    let age = if kind & 0x0400 == 0 { 0 } else { input.u32() };
    let mut measurement = Measurement::new(mode, evse, limit);
    measurement.feed = match (kind >> 11) & 0x0003 {
        0 | 1 => Feed::Grid { power, sampled_at: Millis(0) },
        2 => Feed::Solar { power, sampled_at: Millis(0) },
        _ => Feed::None,
    };
    if kind & 0x2000 != 0 {
        measurement.ev_current = MilliAmps(input.i32());
    } else if evse == EvseStatus::Charging {
        measurement.ev_current = MilliAmps(i32::from(input.u8()) * 128);
    }
    if kind & 0x4000 != 0 {
        measurement.voltage = Some(Volts(input.u16()));
    }
    Step { wait, age, measurement }
}

/// Feeds the steps on a clock that begins at `start`; `next` is returned relative to the step.
fn play(divert: &mut Divert, start: u32, steps: &[Step]) -> Vec<Decision> {
    let mut now = start;
    let play_one = |step: &Step| {
        now = now.wrapping_add(step.wait);
        let mut measurement = step.measurement;
        if let Feed::Grid { sampled_at, .. } | Feed::Solar { sampled_at, .. } =
            &mut measurement.feed
        {
            *sampled_at = Millis(now.wrapping_sub(step.age));
        }
        let mut decision = divert.step(Millis(now), &measurement);
        decision.next = Millis(decision.next.0.wrapping_sub(now));
        decision
    };
    steps.iter().map(play_one).collect()
}

/// What is thought of the meter after each step.
fn suspect(config: &Config, start: u32, steps: &[Step]) -> Vec<Option<FeedFault>> {
    let mut check = FeedCheck::new(config);
    let (mut now, mut newest) = (start, None);
    let suspect_one = |step: &Step| {
        now = now.wrapping_add(step.wait);
        let mut measurement = step.measurement;
        let taken = Millis(now.wrapping_sub(step.age));
        if let Feed::Grid { power, sampled_at } | Feed::Solar { power, sampled_at } =
            &mut measurement.feed
        {
            let power = *power;
            *sampled_at = taken;
            let fault = check.observe(&measurement);
            let news = newest.is_none_or(|newest| taken.since(newest).is_some_and(|age| age > 0));
            if news {
                newest = Some(taken);
                let absurd = power.0.unsigned_abs() > 200_000;
                assert!(!absurd || fault == Some(FeedFault::Unit), "{power} is believed");
            }
            return fault;
        }
        check.observe(&measurement)
    };
    steps.iter().map(suspect_one).collect()
}

/// Saved in the middle and restored, it goes on as if nothing had been; a damaged copy is refused.
fn check_saved(divert: &mut Divert, config: Config, steps: &[Step], decisions: &[Decision]) {
    let (before, after) = steps.split_at(steps.len() / 2);
    play(divert, 0, before);
    let mut saved = divert.save();
    let mut restored = Divert::restore(config, &saved).unwrap();
    assert_eq!(restored.save(), saved);
    let clock = before.iter().fold(0_u32, |clock, step| clock.wrapping_add(step.wait));
    assert_eq!(play(&mut restored, clock, after), decisions[before.len()..]);
    if let Some(byte) = saved.get_mut(steps.len() % SAVED_LEN) {
        *byte ^= 1 << (clock & 7);
    }
    assert!(Divert::restore(config, &saved).is_err(), "damage was not seen");
}

fn check_limits(config: &Config, measurement: &Measurement, decision: &Decision) {
    let allowed = config.min_amps..=measurement.limit.min(config.max_amps);
    for action in decision.actions {
        if let Action::SetCurrent(amps) = action {
            assert!(allowed.contains(&amps), "{amps} of {allowed:?}");
        }
    }
    if decision.state == Wanted::Charge {
        assert!(allowed.contains(&decision.current), "{} of {allowed:?}", decision.current);
    } else {
        assert_eq!(decision.current, Amps(0));
    }
}

/// An enable follows the current that it is meant for; nothing else comes in pairs.
fn check_order(config: &Config, measurement: &Measurement, decision: &Decision) {
    let actions: Vec<Action> = decision.actions.iter().collect();
    if actions.contains(&Action::Enable) {
        let meant = match measurement.mode {
            Mode::Eco => decision.current,
            Mode::Normal => measurement.limit.min(config.max_amps),
        };
        assert_eq!(actions, [Action::SetCurrent(meant), Action::Enable]);
    } else {
        assert!(actions.len() <= 1, "{actions:?}");
    }
}

fn check_left_alone(measurement: &Measurement, decision: &Decision) {
    let switches = decision.actions.iter().any(|action| !matches!(action, Action::SetCurrent(_)));
    match measurement.evse {
        EvseStatus::Disabled | EvseStatus::Fault => assert!(decision.actions.is_empty()),
        EvseStatus::NotConnected | EvseStatus::Asleep { vehicle: false } => assert!(!switches),
        _ => {}
    }
}

/// A reading without any sun, half a second or more after the reading before, leaves at most the
/// least current. (Readings that come faster are taken together.)
fn check_no_frozen_current(
    config: &Config,
    step: &Step,
    clock: u32,
    last_used: &mut Option<u32>,
    decision: &Decision,
) {
    let sampled_at = clock.wrapping_sub(step.age);
    let Feed::Solar { power, .. } = step.measurement.feed else {
        if !matches!(step.measurement.feed, Feed::None) {
            *last_used = Some(sampled_at);
        }
        return;
    };
    let passed = last_used.and_then(|last| Millis(sampled_at).since(Millis(last)));
    *last_used = Some(sampled_at);
    if power.0 <= 0 && passed.is_some_and(|passed| passed >= 500) {
        assert!(decision.current <= config.min_amps, "{} without sun", decision.current);
    }
}
