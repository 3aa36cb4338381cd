//! The rule of 5.x.

use super::inputs::{
    Clock, Intake, Message, amps, available, ev_amps, floor, may_be_told, measured_volts, sleeps,
    volts_or_usual,
};
use super::{Command, Commands, Outcome};
use crate::measurement::{EvseStatus, Measurement, Mode};
use crate::units::{Amps, Millis};

/// Amperes between the level of a stop and that of a start.
const HYSTERESIS: f64 = 0.5;
/// The shortest time constant of the average, in seconds.
const FASTEST: f64 = 10.0;
/// A measured voltage counts for so long.
const VOLTS_FOR_MS: u64 = 120_000;

/// The settings of [`V5`], with the gateway's names for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_structs, reason = "the gateway's settings are what they are")]
pub struct V5Config {
    /// `divert_PV_ratio` in per mille. Up to 1000: the part of the last ampere that must be sun. Above: the
    /// excess in watts stays at the grid connection (1100: 100 W).
    pub pv_ratio: u16,
    /// `divert_attack_smoothing_time` in seconds: time constant of the average when the sun is above it.
    pub attack: u32,
    /// `divert_decay_smoothing_time` in seconds: time constant of the average when the sun is below it.
    pub decay: u32,
    /// `divert_min_charge_time` in seconds: from the report of charging to the earliest stop.
    pub min_charge: u32,
    /// `is_threephase`: the voltage counts three times.
    pub three_phase: bool,
    /// Least current of the station (`$GC`).
    pub min_amps: Amps,
}

impl V5Config {
    /// The preset "Default".
    pub const DEFAULT: Self = Self {
        pv_ratio: 1100,
        attack: 20,
        decay: 600,
        min_charge: 600,
        three_phase: false,
        min_amps: Amps(6),
    };
    /// The preset "No waste".
    pub const NO_WASTE: Self = Self { pv_ratio: 500, ..Self::DEFAULT };
    /// The preset "No import".
    pub const NO_IMPORT: Self = Self { attack: 300, decay: 20, ..Self::DEFAULT };
}

impl Default for V5Config {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What divert asks of the part of the gateway that weighs all wishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::exhaustive_enums, reason = "the gateway has these two")]
pub enum Claim {
    /// No charging.
    Disabled,
    /// Charging with this current in amperes; it may lie outside of what the station can offer.
    Active(i32),
}

/// The rule of the 5.x gateways.
///
/// Averages the sun by time, in whole seconds: fast upwards, slowly downwards. Starts half an ampere above the level
/// at which it stops. Every start wakes the EVSE **before** it sets the current, every stop ends with the greatest
/// current. While the least charge time runs without sun, the old current stays, however high. A change to Eco always
/// pauses first.
///
/// The gateway decides again when the controller reports charging, so call [`step`](V5::step) with that, too. A
/// measured voltage counts for 120 s after it was passed last.
///
/// Left out: other wishes than divert's (schedules, manual override), except for an EVSE that is
/// [`Disabled`](EvseStatus::Disabled), which is left alone. Added: a limit below the least current pauses.
#[derive(Clone, Debug)]
pub struct V5 {
    config: V5Config,
    intake: Intake,
    clock: Clock,
    outcome: Outcome,
    mode: Mode,
    claim: Option<Claim>,
    /// What the gateway has last asked of the EVSE: to be awake.
    target_active: bool,
    charging: bool,
    end_s: i64,
    updated_ms: Option<u64>,
    volts: Option<(f64, u64)>,
    pilot: Option<Amps>,
}

impl V5 {
    /// Returns a rule that has seen nothing yet, in Normal mode.
    #[must_use]
    pub const fn new(config: V5Config) -> Self {
        Self {
            config,
            intake: Intake::new(),
            clock: Clock::new(),
            outcome: Outcome::NOTHING,
            mode: Mode::Normal,
            claim: None,
            target_active: true,
            charging: false,
            end_s: 0,
            updated_ms: None,
            volts: None,
            pilot: None,
        }
    }

    /// Returns what divert asks for; nothing in Normal mode.
    #[must_use]
    pub const fn claim(&self) -> Option<Claim> {
        self.claim
    }

    /// Says that the wall clock was set, by so many seconds forward: the gateway's least charge time is then over
    /// earlier.
    pub fn clock_set(&mut self, seconds: i32) {
        self.clock.set_by(seconds);
    }

    /// Takes what is known and returns what to do. Decides when the meter has a new reading or the mode changes.
    pub fn step(&mut self, now: Millis, measurement: &Measurement) -> Outcome {
        self.clock.advance(now);
        let now_ms = self.clock.uptime_ms();
        if let Some(volts) = measured_volts(measurement) {
            self.volts = Some((volts, now_ms));
        }
        let charging = measurement.evse == EvseStatus::Charging;
        if charging && !self.charging {
            self.end_s = self.clock.wall_s().saturating_add(self.config.min_charge.into());
        }
        self.charging = charging;
        self.outcome.commands = Commands::default();

        let message = self.intake.message(measurement.feed);
        let mut decided = false;
        if measurement.mode != self.mode {
            self.change_mode(measurement.mode);
            decided = true;
        } else if let (Mode::Eco, Some(message)) = (self.mode, message) {
            self.update(message, now_ms, measurement);
            decided = true;
        }
        if decided {
            self.manage(measurement);
        }
        self.outcome.min_charge_left = self.left();
        self.outcome
    }

    const fn change_mode(&mut self, mode: Mode) {
        self.mode = mode;
        self.claim = match mode {
            Mode::Normal => None,
            Mode::Eco => {
                self.outcome.available = 0.0;
                self.outcome.smoothed = 0.0;
                self.outcome.charge_rate = 0;
                self.end_s = 0;
                Some(Claim::Disabled)
            }
        };
    }

    fn update(&mut self, message: Message, now_ms: u64, measurement: &Measurement) {
        let fresh = self.volts.filter(|(_, at)| now_ms.saturating_sub(*at) < VOLTS_FOR_MS);
        let phases = if self.config.three_phase { 3.0 } else { 1.0 };
        let volts = volts_or_usual(fresh.map(|(volts, _)| volts)) * phases;
        let ratio = f64::from(self.config.pv_ratio) / 1000.0;
        let reserve = 1000.0 * (ratio - 1.0).max(0.0);
        let available = available(message, volts, ev_amps(measurement), reserve).max(0.0);

        let since = now_ms.saturating_sub(self.updated_ms.replace(now_ms).unwrap_or(now_ms));
        let rising = available > self.outcome.smoothed;
        let time = if rising { self.config.attack } else { self.config.decay };
        let weight = weight(since, time);
        let smoothed = weight * available + (1.0 - weight) * self.outcome.smoothed;

        let whole = floor(available);
        let more = available - f64::from(whole) > ratio.min(1.0);
        let rate = whole.saturating_add(i32::from(more));
        let trigger = f64::from(self.config.min_amps.0) * ratio.min(1.0);
        if smoothed >= trigger + HYSTERESIS {
            self.claim = Some(Claim::Active(rate));
        } else if smoothed <= trigger
            && matches!(self.claim, Some(Claim::Active(_)))
            && self.left() == 0
        {
            self.claim = Some(Claim::Disabled);
        }
        // The target is still that of the decision before: this lags behind by one update.
        if self.wants_charging() == self.target_active {
            self.outcome.active = self.target_active;
        }
        self.outcome.available = available;
        self.outcome.smoothed = smoothed;
        self.outcome.charge_rate = rate;
    }

    const fn wants_charging(&self) -> bool {
        !matches!(self.claim, Some(Claim::Disabled))
    }

    fn left(&self) -> u32 {
        if self.outcome.active && self.charging { self.clock.left(self.end_s) } else { 0 }
    }

    /// Turns the claim into commands.
    fn manage(&mut self, measurement: &Measurement) {
        let limit = measurement.limit;
        let least = self.config.min_amps;
        let active = self.wants_charging() && limit.0 >= least.0;
        self.target_active = active;
        if !may_be_told(measurement.evse) {
            return;
        }
        let asleep = sleeps(measurement.evse);
        let relay = match (active, asleep) {
            (true, true) => Some(Command::Enable),
            (false, false) => Some(Command::Sleep),
            _ => None,
        };
        let wanted = match self.claim {
            Some(Claim::Active(rate)) => amps(rate),
            Some(Claim::Disabled) | None => limit,
        };
        let wanted = Amps(wanted.0.min(limit.0).max(least.0));
        let set = limit.0 >= least.0 && self.pilot.unwrap_or(limit) != wanted;
        if set {
            self.pilot = Some(wanted);
        }
        self.outcome.commands = Commands([relay, set.then_some(Command::SetCurrent(wanted))]);
    }
}

/// How much a reading counts that comes `since` milliseconds after the one before.
fn weight(since: u64, time: u32) -> f64 {
    if time == 0 {
        return 1.0;
    }
    let seconds = u32::try_from(since / 1000).unwrap_or(u32::MAX);
    1.0 - libm::exp(-f64::from(seconds) / f64::from(time).max(FASTEST))
}
