//! What is said of the rule of 5.x, where its recordings do not tell one way from another.
#![allow(clippy::missing_const_for_fn, clippy::std_instead_of_core, clippy::float_cmp)]
#![allow(clippy::arithmetic_side_effects, missing_docs)]

use rapi_divert::compat::{Claim, Command, Outcome, V5, V5Config};
use rapi_divert::{Amps, EvseStatus, Feed, Measurement, Millis, Mode, Volts, Watts};

const ASLEEP: EvseStatus = EvseStatus::Asleep { vehicle: true };

struct Site {
    rule: V5,
    ms: u32,
    limit: u8,
    volts: Option<u16>,
    mode: Mode,
}

impl Site {
    /// After the change to Eco, with a rule that does not average.
    fn new(config: V5Config) -> Self {
        let rule = V5::new(V5Config { attack: 0, decay: 0, ..config });
        let mut site = Self { rule, ms: 0, limit: 32, volts: None, mode: Mode::Eco };
        let _ = site.solar(ASLEEP, 0);
        site
    }

    fn solar(&mut self, evse: EvseStatus, power: i32) -> Outcome {
        self.pass(10_000, evse, power)
    }

    fn pass(&mut self, ms: u32, evse: EvseStatus, power: i32) -> Outcome {
        self.ms += ms;
        let now = Millis(self.ms);
        let mut measurement = Measurement::new(self.mode, evse, Amps(self.limit))
            .with_feed(Feed::Solar { power: Watts(power), sampled_at: now });
        measurement.voltage = self.volts.map(Volts);
        self.rule.step(now, &measurement)
    }
}

fn told(outcome: &Outcome) -> Vec<Command> {
    let told: Vec<_> = outcome.commands.iter().collect();
    assert_eq!(told.is_empty(), outcome.commands.is_empty());
    told
}

#[test]
fn p20_v5_believes_a_measured_voltage_for_two_minutes() {
    for (later, available) in [(119_999, 20.0), (120_000, 10.0)] {
        let mut site = Site::new(V5Config::DEFAULT);
        site.volts = Some(120);
        let _ = site.solar(ASLEEP, 0);
        site.volts = None;
        assert_eq!(site.pass(later, ASLEEP, 2_400).available, available);
    }
}

#[test]
fn p20_v5_takes_one_more_ampere_only_if_more_than_the_ratio_of_it_is_sun() {
    let mut site = Site::new(V5Config::NO_WASTE);
    assert_eq!(site.solar(ASLEEP, 6 * 240 + 120).charge_rate, 6);
    assert_eq!(site.solar(ASLEEP, 6 * 240 + 121).charge_rate, 7);
}

#[test]
fn p20_v5_starts_half_an_ampere_above_its_least_current_and_stops_at_it() {
    let mut site = Site::new(V5Config { min_charge: 0, ..V5Config::DEFAULT });
    assert_eq!(told(&site.solar(ASLEEP, 6 * 240 + 119)), []);
    let outcome = site.solar(ASLEEP, 6 * 240 + 120);
    assert_eq!(told(&outcome), [Command::Enable, Command::SetCurrent(Amps(6))]);
    assert_eq!(site.rule.claim(), Some(Claim::Active(6)));
    assert_eq!(told(&site.solar(EvseStatus::Charging, 6 * 240 + 1)), []);
    let stop = [Command::Sleep, Command::SetCurrent(Amps(32))];
    assert_eq!(told(&site.solar(EvseStatus::Charging, 6 * 240)), stop);
}

#[test]
fn p20_v5_sets_the_least_current_at_least_and_no_current_at_a_lower_limit() {
    let mut site = Site::new(V5Config::NO_WASTE);
    // 3.6 A are above half of 6 A and half an ampere: the claim is below what the station can offer.
    let outcome = site.solar(ASLEEP, 864);
    assert_eq!((site.rule.claim(), outcome.charge_rate), (Some(Claim::Active(4)), 4));
    assert_eq!(told(&outcome), [Command::Enable, Command::SetCurrent(Amps(6))]);
    site.limit = 5;
    assert_eq!(told(&site.solar(EvseStatus::Charging, 864)), [Command::Sleep]);
    site.limit = 6;
    assert_eq!(told(&site.solar(ASLEEP, 864)), [Command::Enable]);
}

#[test]
fn p20_v5_claims_nothing_in_normal_mode_and_wakes_the_evse() {
    let mut site = Site::new(V5Config::DEFAULT);
    assert_eq!(site.rule.claim(), Some(Claim::Disabled));
    site.mode = Mode::Normal;
    assert_eq!(told(&site.solar(ASLEEP, 0)), [Command::Enable]);
    assert_eq!(site.rule.claim(), None);
    for power in [0, 6_000] {
        assert_eq!(told(&site.solar(EvseStatus::Charging, power)), []);
    }
}

#[test]
fn p20_v5_counts_whole_seconds_and_never_faster_than_in_ten() {
    let rule = V5::new(V5Config { attack: 5, ..V5Config::DEFAULT });
    let mut site = Site { rule, ms: 0, limit: 32, volts: None, mode: Mode::Eco };
    let _ = site.solar(ASLEEP, 0);
    let _ = site.solar(ASLEEP, 0);
    let outcome = site.pass(5_999, ASLEEP, 2_400);
    let expected = 10.0 * (1.0 - f64::exp(-0.5));
    assert!((outcome.smoothed - expected).abs() < 1e-9, "{}", outcome.smoothed);
}

#[test]
fn p20_v5_has_the_gateways_three_presets() {
    let usual = V5Config {
        pv_ratio: 1_100,
        attack: 20,
        decay: 600,
        min_charge: 600,
        three_phase: false,
        min_amps: Amps(6),
    };
    assert_eq!(V5Config::default(), usual);
    assert_eq!(V5Config::DEFAULT, usual);
    assert_eq!(V5Config::NO_WASTE, V5Config { pv_ratio: 500, ..usual });
    assert_eq!(V5Config::NO_IMPORT, V5Config { attack: 300, decay: 20, ..usual });
}
