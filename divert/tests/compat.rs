//! The gateways' rules against recordings of the gateways: every column of every row.
#![allow(clippy::missing_const_for_fn, clippy::std_instead_of_core, clippy::float_cmp)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::arithmetic_side_effects, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
#![allow(missing_docs)]

use std::io::Write as _;
use std::path::{Path, PathBuf};

use rapi_divert::compat::{Claim, Command, Outcome, V2_7, V2_9, V5, V5Config};
use rapi_divert::{Amps, EvseStatus, Feed, Measurement, MilliAmps, Millis, Mode, Volts, Watts};
use rapi_fixtures::divert::{Run, Settings, own_runs, runs};

const MAX: Amps = Amps(32);
const TOLERANCE: f64 = 1e-8;

/// The controller and the car, as in the recordings.
struct Controller {
    asleep: bool,
    vehicle: bool,
    asks: bool,
    pilot: Amps,
    sets: i64,
    saves: i64,
    wakes: i64,
    sleeps: i64,
}

impl Controller {
    fn new(asleep: bool) -> Self {
        Self {
            asleep,
            vehicle: true,
            asks: asleep,
            pilot: MAX,
            sets: 0,
            saves: 0,
            wakes: 0,
            sleeps: 0,
        }
    }

    fn status(&self) -> EvseStatus {
        match (self.asleep, self.vehicle) {
            (true, vehicle) => EvseStatus::Asleep { vehicle },
            (false, false) => EvseStatus::NotConnected,
            (false, true) if self.asks => EvseStatus::Charging,
            (false, true) => EvseStatus::Connected,
        }
    }

    fn code(&self) -> i64 {
        match self.status() {
            EvseStatus::Asleep { .. } => 254,
            EvseStatus::NotConnected => 1,
            EvseStatus::Connected => 2,
            EvseStatus::Charging => 3,
            other => panic!("{other:?}"),
        }
    }

    fn amps(&self) -> i64 {
        if self.status() == EvseStatus::Charging { self.pilot.0.into() } else { 0 }
    }

    fn apply(&mut self, command: Command) {
        match command {
            Command::SetCurrent(amps) => {
                self.sets += 1;
                self.pilot = amps;
            }
            Command::SaveCurrent(amps) => {
                self.sets += 1;
                self.saves += 1;
                self.pilot = amps;
            }
            Command::Enable => {
                self.wakes += 1;
                self.asleep = false;
                self.asks = true;
            }
            Command::Sleep => {
                self.sleeps += 1;
                self.asleep = true;
            }
            other => panic!("{other:?}"),
        }
    }
}

enum Rule {
    V2_7(V2_7),
    V2_9(V2_9),
    V5(V5),
}

impl Rule {
    fn v5(settings: &Settings) -> Self {
        Self::V5(V5::new(V5Config {
            pv_ratio: (settings.pv_ratio * 1000.0).round() as u16,
            attack: settings.attack,
            decay: settings.decay,
            min_charge: settings.min_charge,
            three_phase: settings.is_threephase,
            ..V5Config::DEFAULT
        }))
    }

    fn step(&mut self, now: Millis, measurement: &Measurement) -> Outcome {
        match self {
            Self::V2_7(rule) => rule.step(now, measurement),
            Self::V2_9(rule) => rule.step(now, measurement),
            Self::V5(rule) => rule.step(now, measurement),
        }
    }

    fn clock_set(&mut self, seconds: i32) {
        match self {
            Self::V5(rule) => rule.clock_set(seconds),
            _ => panic!("no recording of that"),
        }
    }

    /// What the columns of the claim say.
    fn claim(&self) -> Option<(&str, i64, &str)> {
        let Self::V5(rule) = self else { return None };
        Some(match rule.claim() {
            None => ("-", -1, "active"),
            Some(Claim::Disabled) => ("disabled", -1, "disabled"),
            Some(Claim::Active(amps)) => ("active", amps.into(), "active"),
        })
    }
}

/// What a run is about besides its rows.
struct Setup {
    rule: Rule,
    /// The recording begins with a change to Eco that is not one of its rows.
    eco_before: bool,
    asleep: bool,
}

/// Replays a run and returns the number of cells that were compared.
fn replay(run: &Run, setup: Setup) -> usize {
    let Setup { mut rule, eco_before, asleep } = setup;
    let mut controller = Controller::new(asleep);
    let mut measurement = Measurement::new(Mode::Normal, controller.status(), MAX);
    let step =
        |rule: &mut Rule, controller: &mut Controller, now, measurement: &mut Measurement| {
            measurement.evse = controller.status();
            measurement.ev_current = MilliAmps((controller.amps() * 1000) as i32);
            let mut outcome = rule.step(now, measurement);
            outcome.commands.iter().for_each(|command| controller.apply(command));
            // The gateway hears of what its commands led to, without a new reading of the meter.
            if controller.status() != measurement.evse {
                measurement.evse = controller.status();
                outcome = rule.step(now, measurement);
                assert!(outcome.commands.is_empty(), "{}", run.name);
            }
            outcome
        };
    if eco_before {
        measurement.mode = Mode::Eco;
        let _ = step(&mut rule, &mut controller, Millis(0), &mut measurement);
    }
    let mut cells = 0;
    for row in 0..run.len() {
        let t_ms = run.int(row, "t_ms").or_else(|| Some(run.int(row, "t_s")? * 1000)).unwrap();
        let now = Millis(t_ms as u32);
        let value = ["in_value", "w", "fed_w", "grid_fed_w"]
            .into_iter()
            .find_map(|column| run.int(row, column))
            .unwrap() as i32;
        measurement.voltage = None;
        match run.cell(row, "cmd").unwrap_or("grid") {
            "grid" => measurement.feed = Feed::Grid { power: Watts(value), sampled_at: now },
            "solar" => measurement.feed = Feed::Solar { power: Watts(value), sampled_at: now },
            "mode" => measurement.mode = if value == 2 { Mode::Eco } else { Mode::Normal },
            "vrms" => measurement.voltage = Some(Volts(value as u16)),
            "clock" => rule.clock_set(value),
            "plug" => {
                controller.vehicle = value != 0;
                controller.asleep = false;
            }
            "tick" => {}
            other => panic!("{other}"),
        }
        let out = if run.cell(row, "cmd") == Some("plug") {
            // The report of the controller alone does not make the gateway decide.
            measurement.evse = controller.status();
            rule.step(now, &measurement)
        } else {
            step(&mut rule, &mut controller, now, &mut measurement)
        };

        let mut same = |column: &str, found: i64| {
            if let Some(expected) = run.int(row, column) {
                assert_eq!(found, expected, "{} row {}: {column}", run.name, row + 1);
                cells += 1;
            }
        };
        same("charge_rate", out.charge_rate.into());
        same("evse_state", controller.code());
        same("pilot", controller.pilot.0.into());
        same("pilot_a", controller.pilot.0.into());
        same("min_charge_remaining_s", out.min_charge_left.into());
        same("divert_active", out.active.into());
        same("n_sc", controller.sets);
        same("n_fe", controller.wakes);
        same("n_fs", controller.sleeps);
        same("eeprom_writes", controller.saves);
        let claim = rule.claim();
        if let Some((state, current, target)) = claim {
            same("claim_current", current);
            for (column, found) in [("claim_state", state), ("target_state", target)] {
                if let Some(expected) = run.cell(row, column) {
                    assert_eq!(found, expected, "{} row {}: {column}", run.name, row + 1);
                    cells += 1;
                }
            }
        }
        for (column, found) in [
            ("available_a", out.available),
            ("smoothed_a", out.smoothed),
            ("ev_amps", f64::from(controller.amps() as i32)),
        ] {
            let expected: f64 = run.cell(row, column).unwrap().parse().unwrap();
            assert!(
                (found - expected).abs() <= TOLERANCE,
                "{} row {}: {column} is {found}, expected {expected}",
                run.name,
                row + 1
            );
            cells += 1;
        }
    }
    cells
}

/// Straight to the terminal: the test harness keeps what a passing test prints.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn replay_all(what: &str, runs: &[Run], files: usize, setup: impl Fn(&Run) -> Setup) {
    assert_eq!(runs.len(), files, "all of {what} are here");
    let cells: usize = runs.iter().map(|run| replay(run, setup(run))).sum();
    let rows: usize = runs.iter().map(Run::len).sum();
    say(&format!("{what}: {files} files, {rows} rows, {cells} cells, 0 differences"));
}

/// Recordings with third-party input: read from where they lie, never copied.
fn shared(name: &str) -> Option<Vec<Run>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let root = std::env::var_os("RAPI_SHARED").map_or(root, PathBuf::from);
    let folder = root.join("divert/expected").join(name);
    if !folder.exists() {
        say(&format!("SKIPPED: the recordings {name}, third-party data, are not here"));
        return None;
    }
    Some(runs(&folder))
}

#[test]
fn p20_v5_decides_as_the_gateway_on_random_settings_and_feeds() {
    replay_all("fuzz", &own_runs("fuzz"), 12, |run| Setup {
        rule: Rule::v5(run.settings.as_ref().unwrap()),
        eco_before: false,
        asleep: false,
    });
}

#[test]
fn p20_v5_falls_into_the_traps_that_the_gateway_falls_into() {
    replay_all("traps", &own_runs("traps"), 15, |run| Setup {
        rule: Rule::v5(run.settings.as_ref().unwrap()),
        eco_before: false,
        asleep: false,
    });
}

fn preset(run: &Run) -> Rule {
    let name = ["default", "noimport", "nowaste"].into_iter().find(|name| run.name.contains(name));
    Rule::v5(&Settings::preset(name.unwrap()))
}

#[test]
fn p20_v5_decides_as_the_gateway_on_recorded_days_with_a_solar_feed() {
    let Some(runs) = shared("open_loop") else { return };
    replay_all("open_loop", &runs, 18, |run| Setup {
        rule: preset(run),
        eco_before: false,
        asleep: false,
    });
}

#[test]
fn p20_v5_decides_as_the_gateway_on_recorded_days_with_a_grid_feed() {
    let Some(runs) = shared("closed_loop") else { return };
    replay_all("closed_loop", &runs, 30, |run| Setup {
        rule: preset(run),
        eco_before: true,
        asleep: false,
    });
}

#[test]
fn p20_v2_7_and_v2_9_decide_as_the_gateways_on_recorded_days() {
    let Some(runs) = shared("legacy") else { return };
    replay_all("legacy", &runs, 16, |run| Setup {
        rule: if run.name.starts_with("v274") {
            Rule::V2_7(V2_7::new())
        } else {
            Rule::V2_9(V2_9::new())
        },
        eco_before: true,
        asleep: true,
    });
}
