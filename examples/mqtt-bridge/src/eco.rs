//! Solar divert: from the meter's topic and the station's values to actions.

mod facts;
mod meter;
mod outcome;
mod rule;

use rapi_core::types::EvseState;
use rapi_divert::{
    Action, Battery, BatteryPolicy, Config, ConfigError, Decision, EvseStatus, Feed, FeedCheck,
    FeedFault, Measurement, MilliAmps, Millis, Mode, Percent, Volts, Watts,
};

use self::outcome::{left, wish};
use self::rule::Rule;
use crate::control::{Run, Wish};
use crate::current::LEAST;
use crate::feeds::{Kind, Readings};
use crate::share::{Seat, Told};
use crate::status::Snapshot;

pub use self::meter::{Meter, watts};

/// The rule, with what it has to remember between messages.
#[derive(Debug)]
pub struct Eco {
    divert: Rule,
    check: FeedCheck,
    fault: Option<FeedFault>,
    battery: BatteryPolicy,
    mode: Mode,
    meter: Option<Meter>,
    /// If there is one surplus for several stations.
    seat: Option<Seat>,
    /// What the station may offer then.
    most: u8,
    priority: u8,
    reading: Option<(Watts, u64)>,
    decision: Option<Decision>,
    /// The controller has restarted: the rule is told once.
    forgotten: bool,
    /// The current that the rule has chosen last.
    offered: Option<u8>,
}

impl Eco {
    /// Makes the rule. With `rest` it chooses the phases, too, and changes them at most once in that time.
    ///
    /// # Errors
    ///
    /// Settings that make no sense.
    pub fn new(
        meter: Option<Meter>,
        mode: Mode,
        config: Config,
        rest: Option<Millis>,
    ) -> Result<Self, ConfigError> {
        Ok(Self {
            divert: Rule::new(config, rest)?,
            check: FeedCheck::new(&config),
            fault: None,
            battery: BatteryPolicy::default(),
            mode,
            meter,
            seat: None,
            most: config.max_amps.0,
            priority: 0,
            reading: None,
            decision: None,
            forgotten: false,
            offered: None,
        })
    }

    /// Begins anew with other settings.
    ///
    /// # Errors
    ///
    /// Settings that make no sense.
    pub fn configure(&mut self, config: Config) -> Result<(), ConfigError> {
        self.divert = self.divert.configured(config)?;
        self.check = FeedCheck::new(&config);
        self.most = config.max_amps.0;
        Ok(())
    }

    /// One surplus and one connection for several stations; the greatest priority comes first.
    pub fn sit_down(&mut self, seat: Seat, priority: u8) {
        self.seat = Some(seat);
        self.priority = priority;
    }

    /// Whether it shares with others.
    #[must_use]
    pub const fn is_seated(&self) -> bool {
        self.seat.is_some()
    }

    /// Says who comes first, the home battery or the car.
    pub const fn set_battery(&mut self, policy: BatteryPolicy) {
        self.battery = policy;
    }

    /// What is wrong with the meter, as far as its readings show.
    #[must_use]
    pub const fn fault(&self) -> Option<FeedFault> {
        self.fault
    }

    /// The phases that the sun is enough for, if they can be switched.
    #[must_use]
    pub const fn phases(&self) -> Option<u8> {
        self.divert.phases()
    }

    /// Returns the mode.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Obeys `divertmode/set`: 1 is Normal, 2 is Eco.
    ///
    /// # Errors
    ///
    /// What to send instead, in words.
    pub fn set_mode(&mut self, payload: &[u8]) -> Result<Mode, String> {
        self.mode = match payload.trim_ascii() {
            b"1" => Mode::Normal,
            b"2" if self.meter.is_none() => {
                return Err("Eco needs a meter: start the bridge with --grid or --solar".to_owned());
            }
            b"2" => Mode::Eco,
            other => {
                let other = String::from_utf8_lossy(other);
                return Err(format!("the divert mode is 1 (Normal) or 2 (Eco), not {other:?}"));
            }
        };
        Ok(self.mode)
    }

    /// Takes a reading of the meter.
    pub const fn read(&mut self, power: Watts, now_ms: u64) {
        self.reading = Some((power, now_ms));
    }

    /// Takes a reading that comes another way. A bridge that has no meter has this one from now on.
    ///
    /// # Errors
    ///
    /// The bridge has the other meter; in words.
    pub fn read_from(&mut self, meter: Meter, power: Watts, now_ms: u64) -> Result<(), String> {
        match self.meter {
            Some(other) if other != meter => Err(match other {
                Meter::Grid => "divert has the meter at the grid connection: send grid_ie",
                Meter::Solar => "divert has the meter of the solar generator: send solar",
            }
            .to_owned()),
            _ => {
                self.meter = Some(meter);
                self.read(power, now_ms);
                Ok(())
            }
        }
    }

    /// Whether divert goes by this meter.
    #[must_use]
    pub fn goes_by(&self, meter: Meter) -> bool {
        self.meter == Some(meter)
    }

    /// Whether there is a meter.
    #[must_use]
    pub const fn has_meter(&self) -> bool {
        self.meter.is_some()
    }

    /// Takes note that the controller has forgotten the current that was offered.
    pub const fn restarted(&mut self) {
        self.forgotten = true;
    }

    /// When to decide again at the latest.
    #[must_use]
    pub fn wait(&self, now_ms: u64) -> std::time::Duration {
        // `None` for a time that has passed already.
        let left = self.decision.map_or(Some(1000), |decision| decision.next.since(millis(now_ms)));
        let left = left.unwrap_or(0);
        std::time::Duration::from_millis(u64::from(left).clamp(100, 10_000))
    }

    /// Decides what divert wants of the station, and what the other stations leave to it. `above`:
    /// what everybody wants who has a higher priority than divert.
    pub fn decide(
        &mut self,
        now_ms: u64,
        snapshot: &Snapshot,
        readings: &Readings,
        above: &Wish,
    ) -> (Option<Wish>, Option<Wish>) {
        let now = millis(now_ms);
        let (Some(state), Some(limit)) = (snapshot.state, snapshot.limit()) else {
            if let Some(seat) = &self.seat {
                seat.leave();
            }
            return (None, None);
        };
        let overruled = above.run.is_some();
        let cap = above.max_current;
        let limit = limit.0.min(cap.unwrap_or(u8::MAX));
        let mut evse = match state.evse {
            EvseState::NotConnected => EvseStatus::NotConnected,
            EvseState::Connected => EvseStatus::Connected,
            EvseState::Charging => EvseStatus::Charging,
            EvseState::Sleeping => EvseStatus::Asleep { vehicle: snapshot.vehicle() },
            EvseState::Disabled => EvseStatus::Disabled,
            _ => EvseStatus::Fault,
        };
        if core::mem::take(&mut self.forgotten) {
            evse = EvseStatus::Fault;
        }
        let current =
            snapshot.power.and_then(|power| power.current.0).map_or(0, |current| current.0);
        let mode = if overruled { Mode::Normal } else { self.mode };
        let mut measurement = Measurement::new(mode, evse, rapi_divert::Amps(limit))
            .with_feed(self.feed())
            .with_ev_current(MilliAmps(current));
        if let Some(millivolts) = snapshot.millivolts() {
            let volts = u16::try_from(millivolts / 1000).unwrap_or(0);
            measurement = measurement.with_voltage(Volts(volts));
        }
        self.fault = self.check.observe(&measurement);
        measurement = measurement.with_feed_fault(self.fault);
        let soc = readings.get(Kind::HomeBatterySoc).and_then(|soc| u8::try_from(soc).ok());
        if let (Some(soc), Some(power)) = (soc, readings.get(Kind::HomeBatteryPower)) {
            let battery = Battery { soc: Percent(soc), power: Watts(power) };
            measurement = measurement.with_battery(&self.battery, battery);
        }
        if let Some(seat) = &self.seat {
            // A person's own current is all that this station wants of the connection.
            let own = above.charge_current.unwrap_or(u8::MAX).max(LEAST);
            let stopped = above.run == Some(Run::Disabled);
            let station = rapi_divert::Station {
                mode,
                evse: if stopped { EvseStatus::Disabled } else { evse },
                limit: rapi_divert::Amps(limit.min(own).min(self.most)),
                priority: self.priority,
                ev_current: measurement.ev_current,
                offered: rapi_divert::Amps(snapshot.settings.map_or(u8::MAX, |set| set.amps.0)),
                settled: true,
            };
            let told = seat.step(now, measurement.feed, station);
            self.decision = Some(told.decision);
            let share = left(&told, evse);
            let divert = (mode == Mode::Eco).then(|| wish(&told, evse));
            return (divert, Some(share));
        }
        let decision = self.divert.step(now, &measurement);
        self.decision = Some(decision);
        for action in decision.actions {
            if let Action::SetCurrent(amps) = action {
                self.offered = Some(amps.0);
            }
        }
        if mode == Mode::Normal {
            self.offered = None;
            return (None, None);
        }
        (Some(wish(&Told { decision, offered: self.offered }, evse)), None)
    }

    fn feed(&self) -> Feed {
        let (Some(meter), Some((power, at))) = (self.meter, self.reading) else {
            return Feed::None;
        };
        let sampled_at = millis(at);
        match meter {
            Meter::Grid => Feed::Grid { power, sampled_at },
            Meter::Solar => Feed::Solar { power, sampled_at },
        }
    }
}

/// The rule's clock: milliseconds that wrap around after seven weeks.
const fn millis(at_ms: u64) -> Millis {
    Millis((at_ms & u32::MAX as u64) as u32)
}

#[cfg(test)]
mod tests;
