//! P18: the reason of a decision is the one that decided, and `next` is when something can happen.
#![allow(clippy::missing_const_for_fn, clippy::std_instead_of_core, missing_docs)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

use rapi_divert::{
    Action, Amps, Config, Decision, Divert, EvseStatus, Feed, Measurement, Millis, Mode, Reason,
    Wanted, WattHours, Watts,
};

use EvseStatus::{Asleep, Charging};

const ASLEEP: EvseStatus = Asleep { vehicle: true };

/// A rule with a solar feed and a clock of 10 s.
struct Site {
    divert: Divert,
    ms: u32,
    limit: u8,
    sampled_at: Option<Millis>,
}

impl Site {
    fn new() -> Self {
        let divert = Divert::new(Config::default()).unwrap();
        Self { divert, ms: 1_000_000, limit: 32, sampled_at: None }
    }

    /// Ten seconds on, without a new reading.
    fn silent(&mut self, mode: Mode, evse: EvseStatus, sun: i32) -> Decision {
        self.ms += 10_000;
        let feed = self
            .sampled_at
            .map_or(Feed::None, |sampled_at| Feed::Solar { power: Watts(sun), sampled_at });
        let measurement = Measurement::new(mode, evse, Amps(self.limit)).with_feed(feed);
        self.divert.step(Millis(self.ms), &measurement)
    }

    fn eco(&mut self, evse: EvseStatus, sun: i32) -> Decision {
        self.sampled_at = Some(Millis(self.ms + 10_000));
        self.silent(Mode::Eco, evse, sun)
    }

    fn reason(&mut self, evse: EvseStatus, sun: i32) -> String {
        self.eco(evse, sun).reason.to_string()
    }

    /// Charges with 12 A, the start being confirmed.
    fn charging() -> Self {
        let mut site = Self::new();
        while site.eco(ASLEEP, 3_000).state != Wanted::Charge {}
        assert_eq!(site.eco(Charging, 3_000).current, Amps(12));
        site
    }

    /// Has just stopped by itself.
    fn paused() -> Self {
        let mut site = Self::charging();
        while site.eco(Charging, 0).state == Wanted::Charge {}
        site
    }
}

#[test]
fn p18_from_the_power_of_the_least_current_less_the_grids_share_on_a_charge_is_kept() {
    assert_eq!(Site::new().reason(Charging, 1_261), "pause: too little sun, 1261 of 1262 W");
    assert_eq!(Site::new().reason(Charging, 1_262), "stay on: enough sun, 1262 of 1262 W");
}

#[test]
fn p18_a_start_needs_a_little_more_than_half_of_the_bucket() {
    let config = Config::default().with_dials(877, WattHours(1_000));
    let mut site = Site { divert: Divert::new(config).unwrap(), ..Site::new() };
    let mut most = WattHours(0);
    while let Reason::Filling { have, .. } = site.eco(ASLEEP, 3_840).reason {
        most = have;
    }
    assert!((520..=530).contains(&most.0), "{most}");
}

#[test]
fn p18_a_pause_says_first_how_full_the_bucket_is_and_then_how_long_it_still_rests() {
    let mut site = Site::paused();
    let stopped = site.ms;
    let need = WattHours(8);
    let mut filled = Vec::new();
    loop {
        match site.eco(ASLEEP, 3_000).reason {
            Reason::Filling { have, need: wanted } if wanted == need => filled.push(have),
            Reason::MinOff { left } => {
                assert_eq!(left.0, 330_000 - (site.ms - stopped));
                break;
            }
            other => panic!("{other}"),
        }
    }
    assert!(filled.is_sorted() && filled.first() < Some(&WattHours(3)), "{filled:?}");
    while site.ms < stopped + 320_000 {
        assert!(matches!(site.eco(ASLEEP, 3_000).reason, Reason::MinOff { .. }));
    }
    // Rested, full, and the sun has gone: it is not the rest that it waits for.
    assert_eq!(site.reason(ASLEEP, 1_262), "pause: bucket fills, 8 of 8 Wh");
    assert_eq!(site.reason(ASLEEP, 3_000), "start: bucket full, 8 of 8 Wh");
}

#[test]
fn p18_more_and_less_current_are_told_from_the_same() {
    let mut site = Site::charging();
    assert_eq!(site.reason(Charging, 3_000), "hold: bucket 16 of 16 Wh");
    let mut reasons: Vec<_> = (0..10).map(|_| site.reason(Charging, 3_900)).collect();
    reasons.dedup();
    assert_eq!(
        reasons,
        ["hold: bucket 16 of 16 Wh", "more: surplus 3900 W", "hold: bucket 16 of 16 Wh"]
    );
    assert_eq!(site.reason(Charging, 2_500), "less: surplus 2500 W");
    assert_eq!(site.reason(Charging, 2_500), "hold: bucket 16 of 16 Wh");
}

#[test]
fn p18_where_a_fall_will_end_is_not_said_to_be_the_surplus() {
    let mut site = Site::charging();
    while site.eco(Charging, 4_000).current < Amps(16) {}
    let _ = site.eco(Charging, 3_600);
    let decision = site.eco(Charging, 3_200);
    assert_eq!(decision.reason.to_string(), "less: surplus 3200 W");
    assert_eq!(decision.current, Amps(9));
}

#[test]
fn p18_a_limit_is_the_reason_only_when_it_lowers_the_current() {
    let mut site = Site::charging();
    site.limit = 12;
    assert_eq!(site.reason(Charging, 5_000), "hold: bucket 16 of 16 Wh");
    site.limit = 11;
    assert_eq!(site.reason(Charging, 5_000), "limit: 11 A");
    assert_eq!(site.reason(Charging, 5_000), "hold: bucket 16 of 16 Wh");
}

#[test]
fn p18_the_least_time_on_is_the_reason_only_while_it_keeps_a_charge_without_sun() {
    let mut site = Site::charging();
    let mut reasons: Vec<_> = (0..60).map(|_| site.eco(Charging, 0)).collect();
    reasons.retain(|decision| decision.state == Wanted::Charge);
    let held = |decision: &Decision| matches!(decision.reason, Reason::MinOn { .. });
    assert!(held(reasons.last().unwrap()));
    // While the bucket lasts it is the bucket that keeps it.
    assert!(!held(reasons.first().unwrap()));
    assert!(reasons.is_sorted_by_key(held));

    // Under a grey sky the bucket empties, but the sun is not weak enough for a stop.
    let mut grey = Site::charging();
    for _ in 0..2_000 {
        assert_eq!(grey.eco(Charging, 1_200).state, Wanted::Charge);
    }
    assert_eq!(grey.reason(Charging, 1_200), "hold: bucket 0 of 16 Wh");
}

#[test]
fn p18_without_any_reading_it_says_how_long_it_has_waited() {
    let mut site = Site::new();
    for evse in [ASLEEP, Charging] {
        site.ms += 5_000_000;
        let _ = site.silent(Mode::Normal, evse, 0);
        let said: Vec<_> = (0..3)
            .map(|_| site.silent(Mode::Eco, evse, 0))
            .inspect(|decision| assert!(decision.actions.is_empty()))
            .map(|decision| decision.reason.to_string())
            .collect();
        let expected = [0, 10, 20].map(|seconds| format!("no meter reading in {seconds} s"));
        assert_eq!(said, expected, "the wait begins with Eco");
    }
}

#[test]
fn p18_a_charge_with_a_silent_meter_says_for_how_long_it_has_been_silent() {
    let mut site = Site::charging();
    for seconds in (10..=300).step_by(10) {
        let expected = match seconds {
            ..=60 => "hold: bucket 16 of 16 Wh".to_owned(),
            _ => format!("meter silent for {seconds} s"),
        };
        let decision = site.silent(Mode::Eco, Charging, 3_000);
        assert_eq!((decision.reason.to_string(), decision.state), (expected, Wanted::Charge));
    }
}

#[test]
fn p6_a_meter_that_has_died_in_normal_mode_is_not_believed_in_eco() {
    let mut site = Site::new();
    let _ = site.eco(ASLEEP, 3_000);
    for _ in 0..40 {
        let _ = site.silent(Mode::Normal, Charging, 3_000);
    }
    let decision = site.silent(Mode::Eco, Charging, 3_000);
    assert_eq!(decision.actions.iter().collect::<Vec<_>>(), [Action::Sleep]);
    assert_eq!(decision.reason.to_string(), "meter silent for 410 s");
}

#[test]
fn p8_the_first_reading_counts_for_no_time_whenever_it_comes() {
    for first in [0, 4, 500_000] {
        let mut site = Site::new();
        // At the instant 0, among others, and after hours without one.
        site.ms = 0_u32.wrapping_sub(4_000_000);
        for _ in 0..10 {
            let _ = site.silent(Mode::Eco, ASLEEP, 0);
        }
        let sampled_at = Millis(first);
        let feed = Feed::Solar { power: Watts(9_000), sampled_at };
        let measurement = Measurement::new(Mode::Eco, ASLEEP, Amps(32)).with_feed(feed);
        let decision = site.divert.step(sampled_at, &measurement);
        assert_eq!(decision.reason.to_string(), "pause: bucket fills, 0 of 8 Wh");
    }
}

#[test]
fn whoever_calls_at_next_repeats_a_command_without_effect_on_time() {
    let mut site = Site::new();
    let mut decision = site.eco(ASLEEP, 3_000);
    while decision.state != Wanted::Charge {
        assert_eq!(decision.next, Millis(site.ms + 60_000), "nothing is under way");
        decision = site.eco(ASLEEP, 3_000);
    }
    let started = site.ms;
    for repeat in 1..=3 {
        // A reading in between puts it off by nothing.
        let due = decision.next;
        assert_eq!(due, Millis(started + repeat * 32_768));
        assert_eq!(site.eco(ASLEEP, 3_000).next, due);
        site.ms = due.0 - 10_000;
        decision = site.eco(ASLEEP, 3_000);
        assert!(decision.actions.iter().any(|action| action == Action::Enable));
    }
    assert_eq!(site.eco(Charging, 3_000).next, Millis(site.ms + 60_000));
}

#[test]
fn next_is_the_moment_after_the_end_of_a_stage_of_a_silent_meter() {
    let mut site = Site::charging();
    let heard = site.ms;
    assert_eq!(site.eco(Charging, 3_000).next, Millis(heard + 10_000 + 60_000));
    let mut wakes = Vec::new();
    let mut next = site.ms;
    while wakes.len() < 6 {
        site.ms = next - 10_000;
        let decision = site.silent(Mode::Eco, Charging, 3_000);
        next = decision.next.0;
        wakes.push((next - heard - 10_000, decision.current));
    }
    let stages = [60_000, 60_001, 120_001, 180_001, 240_001, 300_001];
    let amps = [12, 12, 12, 6, 6, 6].map(Amps);
    assert_eq!(wakes, stages.into_iter().zip(amps).collect::<Vec<_>>());
}
