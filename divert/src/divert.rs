//! The step: who decides now, what the EVSE does, and what follows from the two.
//!
//! Some functions of this crate are kept out of line: which, was tried out by the flash that a step takes on a
//! Cortex-M0.

mod eco;
mod normal;
mod save;
mod view;

use self::view::{Order, Stale, View};
use crate::bucket::{Bucket, Sample};
use crate::check::FeedFault;
use crate::config::{Config, ConfigError};
use crate::decision::{Actions, Decision, Wanted};
use crate::measurement::{Measurement, Mode, Phases};
use crate::meter::Meter;
use crate::reason::Reason;
use crate::settings::{Settings, ev_power};
use crate::sun::Sun;
use crate::units::{Amps, Millis, WattHours};

/// A relay command that has had no effect is repeated after so many milliseconds, as a shift: 33 s.
const REPEAT: u32 = 15;

/// The longest wait between two steps that is asked for.
const LONGEST_WAIT: u32 = 60_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Not steering: Normal mode, no vehicle, a fault, a person's stop, or nothing decided yet.
    Released,
    Off,
    On,
}

/// The solar divert of one charger.
///
/// Feed it with [`step`](Divert::step). The same steps lead to the same decisions, always: there is no
/// clock, no random number and no memory outside of this value, of at most 200 bytes.
// Bytes first, then 16 bits, then 32: a Cortex-M0 reaches 32 of each with a short instruction.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "independent facts, and memory is short")]
#[repr(C)]
pub struct Divert {
    phase: Phase,
    mode: Mode,
    /// The current offered last, 0 if that is not known.
    offered: Amps,
    stepped: bool,
    /// The EVSE has shown that it has carried out the last relay command.
    confirmed: bool,
    /// A person has stopped the EVSE.
    stopped: bool,
    /// The EVSE sleeps because of us.
    paused: bool,
    /// The EVSE has a current of ours, or a pause, which Normal mode has to take back.
    touched: bool,
    fault: Option<FeedFault>,
    /// What this step asks for.
    order: Order,
    bucket: Bucket,
    settings: Settings,
    sun: Sun,
    meter: Meter,
    now: Millis,
    /// Time since the relay was last switched; saturates.
    held: u32,
}

impl Divert {
    /// Returns a divert that has seen nothing yet.
    ///
    /// # Errors
    /// The first setting that is outside its range.
    pub const fn new(config: Config) -> Result<Self, ConfigError> {
        if let Err(error) = config.check() {
            return Err(error);
        }
        Ok(Self {
            settings: Settings::new(&config),
            sun: Sun::new(),
            meter: Meter::new(),
            bucket: Bucket::new(),
            now: Millis(0),
            held: u32::MAX,
            phase: Phase::Released,
            mode: Mode::Normal,
            offered: Amps(0),
            stepped: false,
            confirmed: false,
            stopped: false,
            paused: false,
            touched: false,
            fault: None,
            order: Order::Nothing,
        })
    }

    /// Takes what is known at `now` and returns what to do.
    ///
    /// `now` is a monotonic clock that may start anywhere and wraps. Call with every new reading, with
    /// every change of state, and at [`Decision::next`] at the latest; calls in between do no harm.
    pub fn step(&mut self, now: Millis, measurement: &Measurement) -> Decision {
        let first = !core::mem::replace(&mut self.stepped, true);
        let elapsed = if first { 0 } else { now.since(self.now).unwrap_or(0) };
        self.now = now;
        let before = self.held;
        self.held = before.saturating_add(elapsed);
        let repeat = !self.confirmed && before >> REPEAT != self.held >> REPEAT;

        let volts = self.settings.volts(measurement.voltage);
        let limit = measurement.limit;
        let mut view = View {
            limit,
            ladder: self.settings.ladder(volts, limit),
            sample: self.listen(first, elapsed, volts, measurement),
            full: false,
            repeat,
            awake: false,
            stale: Stale::Fresh,
            unsure: false,
        };
        if self.phase != Phase::On {
            if let (Some(ladder), Some(sample)) = (&view.ladder, view.sample) {
                view.full = self.bucket.fill(ladder, sample, self.settings.enough_ws());
            }
        }
        if measurement.mode != self.mode {
            self.change_mode(measurement.mode);
        }
        let (stale, left) = self.stale();
        view.stale = stale;

        self.order = Order::Nothing;
        let reason = match self.mode {
            Mode::Normal => self.normal(measurement.evse, &view),
            Mode::Eco => self.eco(measurement.evse, &mut view),
        };
        let actions = match self.order {
            Order::Nothing => Actions::NONE,
            Order::SetCurrent => Actions::set_current(self.offered),
            Order::Start => Actions::start(self.offered),
            Order::Sleep => Actions::sleep(),
        };
        let (wanted, current) = match self.phase {
            Phase::Off => (Wanted::Pause, Amps(0)),
            Phase::Released if !view.unsure => (Wanted::Released, Amps(0)),
            Phase::Released | Phase::On => (Wanted::Charge, self.offered),
        };
        Decision { actions, state: wanted, current, reason, next: self.next(left) }
    }

    fn listen(
        &mut self,
        first: bool,
        elapsed: u32,
        volts: i32,
        measurement: &Measurement,
    ) -> Option<Sample> {
        self.fault = measurement.feed_fault;
        if self.fault.is_some() {
            self.meter.silent(u32::MAX);
            return None;
        }
        let Some((power, sampled_at, grid)) = measurement.feed.reading() else {
            self.meter.silent(elapsed);
            return None;
        };
        let ev = ev_power(measurement.ev_current, volts);
        let (first, shortest) = (first || !self.sun.known(), self.sun.shortest(grid, ev));
        let (ticks, sparse) = self.meter.reading(sampled_at, self.now, elapsed, first, shortest)?;
        let ahead = self.sun.take_reading(power, grid, ev, ticks, sparse);
        Some(Sample::new(&self.sun, ahead, ticks))
    }

    const fn change_mode(&mut self, mode: Mode) {
        self.mode = mode;
        self.stopped = false;
        if matches!(mode, Mode::Eco) && !self.sun.known() {
            self.meter.wait();
        }
        self.release();
        self.offered = Amps(0);
    }

    pub(crate) const fn set_phases(&mut self, phases: Phases) {
        self.settings.phases = phases;
    }

    /// The mean surplus of 25 minutes, in watts.
    pub(crate) const fn mean_surplus(&self) -> i32 {
        self.sun.mean()
    }

    /// Forgets the means of the surplus; the next reading stands for them.
    pub(crate) const fn forget_sun(&mut self) {
        self.sun = Sun::new();
    }

    pub(crate) fn is_on(&self) -> bool {
        self.phase == Phase::On
    }

    /// Whether a pause now would keep the least time on.
    pub(crate) fn may_pause(&self) -> bool {
        self.held >= self.settings.min_on.millis()
    }

    #[inline(never)]
    const fn silence(&self) -> Reason {
        let age = self.meter.age();
        if let Some(fault) = self.fault {
            return Reason::BadFeed { fault };
        }
        if self.sun.known() { Reason::StaleFeed { age } } else { Reason::NoFeed { waited: age } }
    }

    #[inline(never)]
    const fn stop(&mut self) {
        self.switched(Phase::Off);
        self.bucket.level = 0;
        self.touched = true;
        self.paused = true;
        self.order = Order::Sleep;
    }

    const fn person_stopped(&mut self) -> Reason {
        self.release();
        self.stopped = true;
        self.paused = false;
        Reason::UserStop
    }

    const fn switched(&mut self, phase: Phase) {
        self.phase = phase;
        self.held = 0;
        self.confirmed = false;
    }

    /// Stops to steer; somebody else has opened the relay, or will decide about it.
    #[inline(never)]
    const fn release(&mut self) {
        if matches!(self.phase, Phase::On) {
            self.held = 0;
            self.bucket.level = 0;
        }
        if !matches!(self.phase, Phase::Released) {
            // Whoever takes over may change the current.
            self.offered = Amps(0);
        }
        self.phase = Phase::Released;
    }

    #[inline(never)]
    fn offer(&mut self, amps: Amps) {
        if self.offered != amps {
            self.offered = amps;
            self.touched = true;
            self.order = Order::SetCurrent;
        }
    }

    const fn enable(&mut self, amps: Amps) {
        self.offered = amps;
        self.touched = true;
        self.paused = false;
        self.order = Order::Start;
    }

    /// The stage of a silent meter, and the time until the next one.
    fn stale(&self) -> (Stale, u32) {
        let age = self.meter.age().0;
        let mut stale = Stale::Fresh;
        for end in &self.settings.stale {
            if let Some(left) = end.millis().checked_sub(age) {
                return (stale, left.saturating_add(1));
            }
            stale = stale.next();
        }
        (stale, LONGEST_WAIT)
    }

    /// The next time at which something can happen without a new reading.
    fn next(&self, left: u32) -> Millis {
        let mut wait = LONGEST_WAIT.min(left);
        if !self.confirmed {
            let period = 1_u32 << REPEAT;
            wait = wait.min(period.wrapping_sub(self.held % period));
        }
        Millis(self.now.0.wrapping_add(wait))
    }
}

#[inline(never)]
fn watt_hours(energy: i32) -> WattHours {
    // 1 / 3600 without a division: exact at whole watt-hours.
    let energy = u32::try_from(energy.min(3_600_000)).unwrap_or(0);
    WattHours(u16::try_from((energy >> 4).wrapping_mul(18_642) >> 22).unwrap_or(u16::MAX))
}
