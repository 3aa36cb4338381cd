//! Solar divert: from the meter's topic and the station's values to actions.

use rapi_core::types::EvseState;
use rapi_divert::{
    Action, Battery, BatteryPolicy, Config, ConfigError, Decision, Divert, EvseStatus, Feed,
    FeedCheck, FeedFault, Measurement, MilliAmps, Millis, Mode, Percent, Reason, Volts, Wanted,
    Watts,
};

use crate::control::{Run, Wish};
use crate::feeds::{self, Kind, Readings};
use crate::names;
use crate::share::{Seat, Told};
use crate::status::Snapshot;

/// Where the power comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meter {
    /// At the connection to the grid: + import, − export.
    Grid,
    /// Of the solar generator.
    Solar,
}

/// A house connection or a roof has no more, in watts. More is another unit, or nonsense.
const PLAUSIBLE: f64 = 100_000.0;

/// Reads what a meter publishes; see [`number`](crate::feeds::number).
///
/// # Errors
///
/// What is wrong with it, in words.
pub fn watts(payload: &[u8], pointer: &str, scale: f64) -> Result<Watts, String> {
    let value = feeds::number(payload, pointer, scale)?;
    if value.abs() <= PLAUSIBLE {
        Ok(Watts(value.round() as i32))
    } else {
        Err(format!("{value} W is not plausible: the meter has to send watts"))
    }
}

/// The rule, with what it has to remember between messages.
#[derive(Debug)]
pub struct Eco {
    divert: Divert,
    check: FeedCheck,
    fault: Option<FeedFault>,
    battery: BatteryPolicy,
    mode: Mode,
    meter: Option<Meter>,
    /// If there is one surplus for several stations.
    seat: Option<Seat>,
    priority: u8,
    reading: Option<(Watts, u64)>,
    decision: Option<Decision>,
    /// The controller has restarted: the rule is told once.
    forgotten: bool,
    /// The current that the rule has chosen last.
    offered: Option<u8>,
}

impl Eco {
    /// Makes the rule.
    ///
    /// # Errors
    ///
    /// Settings that make no sense.
    pub fn new(meter: Option<Meter>, mode: Mode, config: Config) -> Result<Self, ConfigError> {
        Ok(Self {
            divert: Divert::new(config)?,
            check: FeedCheck::new(&config),
            fault: None,
            battery: BatteryPolicy::default(),
            mode,
            meter,
            seat: None,
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
        self.divert = Divert::new(config)?;
        self.check = FeedCheck::new(&config);
        Ok(())
    }

    /// One surplus and one connection for several stations; the greatest priority comes first.
    pub fn sit_down(&mut self, seat: Seat, priority: u8) {
        self.seat = Some(seat);
        self.priority = priority;
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
            let own = above.charge_current.unwrap_or(u8::MAX).max(6);
            let stopped = above.run == Some(Run::Disabled);
            let station = rapi_divert::Station {
                mode,
                evse: if stopped { EvseStatus::Disabled } else { evse },
                limit: rapi_divert::Amps(limit.min(own)),
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

    /// What there is to tell about divert.
    #[must_use]
    pub fn facts(&self, now_ms: u64, snapshot: &Snapshot, phases: u8) -> names::Divert {
        let eco = self.mode == Mode::Eco;
        let mut facts = names::Divert { eco, fault: self.fault, ..names::Divert::default() };
        if let Some(decision) = self.decision {
            facts.reason = decision.reason.to_string();
            if let Reason::MinOn { left } = decision.reason {
                facts.min_charge_end = u64::from(left.0.div_ceil(1000));
            }
            facts.charge = (decision.state != Wanted::Released).then_some(decision.current.0);
        }
        let (Some(meter), Some((power, at))) = (self.meter, self.reading) else { return facts };
        facts.age = Some(now_ms.saturating_sub(at) / 1000);
        // The guide: the power that is available for the car.
        let available = match meter {
            Meter::Grid => {
                facts.grid = Some(power.0);
                i64::from(snapshot.watts(phases)) - i64::from(power.0)
            }
            Meter::Solar => {
                facts.solar = Some(power.0);
                i64::from(power.0)
            }
        };
        facts.available = Some(available.max(0));
        facts
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

/// What divert wants.
fn wish(told: &Told, evse: EvseStatus) -> Wish {
    let (run, charge_current) = match told.decision.state {
        Wanted::Charge => (Some(Run::Active), Some(told.decision.current.0)),
        Wanted::Pause => (Some(Run::Disabled), None),
        // The next car begins before it is noticed: with the least current.
        Wanted::Released if evse == EvseStatus::NotConnected => (None, told.offered),
        Wanted::Released => (None, None),
    };
    Wish { run, charge_current, ..Wish::default() }
}

/// What the other stations leave, whoever wants more.
fn left(told: &Told, evse: EvseStatus) -> Wish {
    let (run, max_current) = match told.decision.state {
        Wanted::Charge => (None, Some(told.decision.current.0)),
        Wanted::Pause => (Some(Run::Disabled), Some(6)),
        Wanted::Released if evse == EvseStatus::NotConnected => (None, told.offered.or(Some(6))),
        Wanted::Released => (None, None),
    };
    Wish { run, max_current, ..Wish::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapi_core::commands::{CurrentRange, State};
    use rapi_core::types::{Amps, PilotState, Seconds, VFlags};

    const NONE: Readings = Readings::NONE;

    fn snapshot(evse: EvseState, flags: u16) -> Snapshot {
        Snapshot {
            state: Some(State {
                evse,
                elapsed: Seconds(0),
                pilot: Some(PilotState::B),
                flags: Some(VFlags(flags)),
            }),
            range: Some(CurrentRange {
                min: Amps(6),
                hardware_max: Amps(80),
                pilot: Some(Amps(24)),
                saved_max: Some(Amps(24)),
            }),
            ..Snapshot::default()
        }
    }

    #[test]
    fn a_meter_says_watts() {
        let plain = |payload: &str| watts(payload.as_bytes(), "", 1.0);
        assert_eq!(plain("-1077"), Ok(Watts(-1077)));
        assert_eq!(plain(" 12.6\n"), Ok(Watts(13)));
        for payload in ["", "abc", "1 kW", "1e9", "NaN", "inf"] {
            assert!(plain(payload).is_err(), "{payload}");
        }
    }

    #[test]
    fn normal_mode_leaves_the_station_alone() {
        let mut eco = Eco::new(Some(Meter::Grid), Mode::Normal, Config::default()).unwrap();
        eco.read(Watts(-5000), 0);
        assert_eq!(
            eco.decide(0, &snapshot(EvseState::Charging, 0x0540), &NONE, &Wish::default()).0,
            None
        );
        assert_eq!(
            eco.decide(0, &snapshot(EvseState::Sleeping, 0x0700), &NONE, &Wish::default()).0,
            None
        );
    }

    #[test]
    fn eco_without_sun_wants_a_pause_and_says_why() {
        let mut eco = Eco::new(Some(Meter::Grid), Mode::Eco, Config::default()).unwrap();
        eco.read(Watts(2000), 0);
        let charging = snapshot(EvseState::Charging, 0x0540);
        let wish = eco.decide(0, &charging, &NONE, &Wish::default()).0.unwrap();
        assert_eq!(wish.run, Some(Run::Disabled));
        let reason = eco.facts(0, &charging, 1).reason;
        assert!(reason.starts_with("pause"), "{reason}");
    }

    #[test]
    fn eco_with_sun_keeps_a_running_charge_and_offers_what_the_sun_and_the_caps_give() {
        for (cap, amps) in [(None, 10), (Some(8), 8)] {
            let mut eco = Eco::new(Some(Meter::Grid), Mode::Eco, Config::default()).unwrap();
            eco.read(Watts(-2500), 0);
            let above = Wish { max_current: cap, ..Wish::default() };
            let charging = snapshot(EvseState::Charging, 0x0540);
            let wish = eco.decide(0, &charging, &NONE, &above).0.unwrap();
            assert_eq!((wish.run, wish.charge_current), (Some(Run::Active), Some(amps)));
        }
    }

    #[test]
    fn a_home_battery_that_comes_first_keeps_what_it_takes() {
        let wished = |soc| {
            let mut eco = Eco::new(Some(Meter::Grid), Mode::Eco, Config::default()).unwrap();
            eco.read(Watts(0), 0);
            let battery = NONE.with(Kind::HomeBatterySoc, soc).with(Kind::HomeBatteryPower, 2500);
            eco.decide(0, &snapshot(EvseState::Charging, 0x0540), &battery, &Wish::default())
                .0
                .unwrap()
        };
        // The meter shows nothing: all of the sun goes into the battery.
        assert_eq!(wished(30).run, Some(Run::Disabled));
        let car_first = wished(60);
        assert_eq!((car_first.run, car_first.charge_current), (Some(Run::Active), Some(10)));
    }

    #[test]
    fn a_meter_that_counts_the_wrong_way_round_is_not_trusted() {
        let mut eco = Eco::new(Some(Meter::Solar), Mode::Eco, Config::default()).unwrap();
        eco.read(Watts(-3000), 0);
        let charging = snapshot(EvseState::Charging, 0x0540);
        let wish = eco.decide(0, &charging, &NONE, &Wish::default()).0.unwrap();
        // Divert has not begun yet, and does not begin with this.
        assert_eq!((eco.fault(), wish.run), (Some(FeedFault::Sign), None));
        assert!(eco.facts(0, &charging, 1).reason.contains("wrong sign"));
    }

    #[test]
    fn the_divert_mode_is_1_or_2_and_eco_needs_a_meter() {
        let mut eco = Eco::new(None, Mode::Normal, Config::default()).unwrap();
        assert!(eco.set_mode(b"2").unwrap_err().contains("--grid"));
        let mut eco = Eco::new(Some(Meter::Solar), Mode::Normal, Config::default()).unwrap();
        assert_eq!(eco.set_mode(b"2"), Ok(Mode::Eco));
        assert!(eco.set_mode(b"eco").is_err());
        assert_eq!(eco.mode(), Mode::Eco);
        assert_eq!(eco.set_mode(b" 1\n"), Ok(Mode::Normal));
    }
}
