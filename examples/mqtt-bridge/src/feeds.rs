//! Numbers that come from other topics: voltage, house, vehicle, home battery. No I/O in here.

use crate::config::{Feed, Station};

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Volts, phase to neutral.
    Voltage,
    /// Watts of the whole house.
    LivePower,
    /// Amps of the whole house, L1.
    LiveCurrent1,
    /// L2.
    LiveCurrent2,
    /// L3.
    LiveCurrent3,
    /// How many phases a contactor shows.
    PhasesActual,
    /// Per cent of the vehicle's battery.
    BatteryLevel,
    /// What the vehicle can drive, in its own unit.
    BatteryRange,
    /// Seconds until the vehicle is full.
    TimeToFullCharge,
    /// Per cent at which the vehicle stops by itself.
    VehicleChargeLimit,
    /// Per cent of the home battery.
    HomeBatterySoc,
    /// Watts into the home battery; negative: out of it.
    HomeBatteryPower,
}

/// What each kind is called, what it may be, and for how many seconds a reading is believed.
const KINDS: [(Kind, &str, f64, f64, u64); 12] = [
    (Kind::Voltage, "volts", 60.0, 300.0, 120),
    (Kind::LivePower, "watts", -100_000.0, 100_000.0, 30),
    (Kind::LiveCurrent1, "amps", -500.0, 500.0, 30),
    (Kind::LiveCurrent2, "amps", -500.0, 500.0, 30),
    (Kind::LiveCurrent3, "amps", -500.0, 500.0, 30),
    // It stays as it is until it says something else.
    (Kind::PhasesActual, "phases", 1.0, 3.0, LASTING),
    (Kind::BatteryLevel, "per cent", 0.0, 100.0, 3600),
    (Kind::BatteryRange, "kilometres or miles", 0.0, 5_000.0, 3600),
    (Kind::TimeToFullCharge, "seconds", 0.0, 1_000_000.0, 3600),
    (Kind::VehicleChargeLimit, "per cent", 0.0, 100.0, 86_400),
    (Kind::HomeBatterySoc, "per cent", 0.0, 100.0, 600),
    (Kind::HomeBatteryPower, "watts", -100_000.0, 100_000.0, 60),
];

/// For ever, in seconds: such a reading may come from the broker's store, too.
const LASTING: u64 = 1_000_000_000;

impl Kind {
    /// The currents of the house, in the order of the phases.
    pub const LIVE_CURRENTS: [Self; 3] =
        [Self::LiveCurrent1, Self::LiveCurrent2, Self::LiveCurrent3];

    fn row(self) -> usize {
        KINDS.iter().position(|row| row.0 == self).unwrap_or(0)
    }

    /// The one that the gateway calls so in its status.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "voltage" => Self::Voltage,
            "shaper_live_pwr" => Self::LivePower,
            "battery_level" => Self::BatteryLevel,
            "battery_range" => Self::BatteryRange,
            "time_to_full_charge" => Self::TimeToFullCharge,
            "vehicle_charge_limit" => Self::VehicleChargeLimit,
            "home_battery_soc" => Self::HomeBatterySoc,
            "home_battery_power" => Self::HomeBatteryPower,
            _ => return None,
        })
    }

    fn feed(self, station: &Station) -> Option<&Feed> {
        Some(match self {
            Self::Voltage => &station.voltage,
            Self::LivePower => &station.live_power,
            Self::LiveCurrent1 => station.live_current.first()?,
            Self::LiveCurrent2 => station.live_current.get(1)?,
            Self::LiveCurrent3 => station.live_current.get(2)?,
            Self::PhasesActual => &station.phases_actual,
            Self::BatteryLevel => &station.vehicle_soc,
            Self::BatteryRange => &station.vehicle_range,
            Self::TimeToFullCharge => &station.vehicle_eta,
            Self::VehicleChargeLimit => &station.vehicle_charge_limit,
            Self::HomeBatterySoc => &station.home_battery_soc,
            Self::HomeBatteryPower => &station.home_battery_power,
        })
    }
}

/// The readings that are fresh at a moment, rounded to whole units; currents in milliamps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readings([Option<i32>; KINDS.len()]);

impl Readings {
    /// Nothing is known.
    pub const NONE: Self = Self([None; KINDS.len()]);

    /// The reading, if there is a fresh one.
    #[must_use]
    pub fn get(&self, kind: Kind) -> Option<i32> {
        self.0[kind.row()]
    }

    /// These readings and one more.
    #[must_use]
    pub fn with(mut self, kind: Kind, value: i32) -> Self {
        self.0[kind.row()] = Some(value);
        self
    }
}

/// Reads a number from a payload: plain, with or without a fraction, or JSON with a number at
/// `pointer`; multiplied with `scale`.
///
/// # Errors
///
/// What is wrong with it, in words.
pub fn number(payload: &[u8], pointer: &str, scale: f64) -> Result<f64, String> {
    let text = String::from_utf8_lossy(payload);
    // What a stranger sends may be long: the log is not the place for all of it.
    let short = || format!("{:?}", text.chars().take(80).collect::<String>());
    let number = if pointer.is_empty() {
        text.trim().parse::<f64>().map_err(|_| format!("{} is no number", short()))?
    } else {
        let json: serde_json::Value =
            serde_json::from_slice(payload).map_err(|_| format!("{} is no JSON", short()))?;
        let value = json.pointer(pointer).ok_or_else(|| format!("{} has no {pointer}", short()))?;
        let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
        number.ok_or_else(|| format!("what is at {pointer} in {} is no number", short()))?
    };
    let number = number * scale;
    if number.is_finite() { Ok(number) } else { Err(format!("{} is no number", short())) }
}

/// All feeds of a station with their newest readings.
#[derive(Clone, Debug)]
pub struct Feeds {
    sources: Vec<(Kind, Feed)>,
    newest: [Option<(i32, u64)>; KINDS.len()],
}

impl Feeds {
    /// Those that the configuration has; nothing is read yet.
    #[must_use]
    pub fn new(station: &Station) -> Self {
        let sources = KINDS.iter().filter_map(|row| Some((row.0, row.0.feed(station)?.clone())));
        Self {
            sources: sources.filter(|(_, feed)| !feed.is_empty()).collect(),
            newest: [None; KINDS.len()],
        }
    }

    /// The topics to subscribe to.
    pub fn topics(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().filter_map(|(_, feed)| feed.given())
    }

    /// What is read from this topic.
    pub fn kinds<'a>(&'a self, topic: &'a str) -> impl Iterator<Item = Kind> + use<'a> {
        let serves = move |(_, feed): &&(Kind, Feed)| feed.given() == Some(topic);
        self.sources.iter().filter(serves).map(|(kind, _)| *kind)
    }

    /// Whether something is read from a topic.
    #[must_use]
    pub fn has(&self, kind: Kind) -> bool {
        self.sources.iter().any(|(other, _)| *other == kind)
    }

    /// Takes a message. One topic may serve several feeds; `false` if it serves none.
    /// `fallback` is where the number is, and its factor, if the feed has no pointer of its own; what is
    /// `retained` is of any age.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words; the other feeds of the topic have been read.
    pub fn read(
        &mut self,
        topic: &str,
        payload: &[u8],
        fallback: Option<(&str, f64)>,
        retained: bool,
        now_ms: u64,
    ) -> Result<bool, String> {
        let mut result = Ok(false);
        for (kind, feed) in &self.sources {
            if feed.given() != Some(topic) || (retained && KINDS[kind.row()].4 != LASTING) {
                continue;
            }
            let (pointer, scale) = match fallback {
                Some(fallback) if feed.pointer().is_empty() => fallback,
                _ => (feed.pointer(), feed.scale()),
            };
            let row = kind.row();
            let value = number(payload, pointer, scale).and_then(|value| check(row, value));
            match value {
                Ok(value) => {
                    self.newest[row] = Some((value, now_ms));
                    result = result.map(|_| true);
                }
                Err(problem) => result = Err(problem),
            }
        }
        result
    }

    /// Takes a reading that has come another way, over HTTP for instance.
    ///
    /// # Errors
    ///
    /// It cannot be right; in words.
    pub fn set(&mut self, kind: Kind, value: f64, now_ms: u64) -> Result<(), String> {
        self.newest[kind.row()] = Some((check(kind.row(), value)?, now_ms));
        Ok(())
    }

    /// The readings that are fresh.
    #[must_use]
    pub fn readings(&self, now_ms: u64) -> Readings {
        let mut readings = Readings::default();
        for (row, newest) in self.newest.iter().enumerate() {
            let kind = KINDS[row].0;
            let own = self.sources.iter().find(|(other, _)| *other == kind);
            let max = own.and_then(|(_, feed)| feed.max_age_ms()).unwrap_or(KINDS[row].4 * 1000);
            let fresh = newest.filter(|(_, at)| now_ms.saturating_sub(*at) <= max);
            readings.0[row] = fresh.map(|(value, _)| value);
        }
        readings
    }
}

/// As a whole number, if it can be right.
fn check(row: usize, value: f64) -> Result<i32, String> {
    let (_, unit, least, most, _) = KINDS[row];
    if (least..=most).contains(&value) {
        let parts = if unit == "amps" { 1000.0 } else { 1.0 };
        Ok((value * parts).round() as i32)
    } else {
        Err(format!("{value} is not plausible: {least} to {most} {unit}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn station(json: &str) -> Station {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn numbers_are_plain_or_in_json_with_a_factor() {
        assert_eq!(number(b" 12.6\n", "", 1.0), Ok(12.6));
        let json = br#"{"power": {"total": 1.5}, "text": "2.25", "list": [7]}"#;
        assert_eq!(number(json, "/power/total", -1000.0), Ok(-1500.0));
        assert_eq!(number(json, "/text", 1000.0), Ok(2250.0));
        assert_eq!(number(json, "/list/0", 1.0), Ok(7.0));
        for payload in ["", "abc", "1 kW", "NaN", "inf", "1e400"] {
            assert!(number(payload.as_bytes(), "", 1.0).is_err(), "{payload}");
        }
        for (payload, pointer) in [(&json[..], "/power"), (json, "/nothing"), (b"{", "/power")] {
            assert!(number(payload, pointer, 1.0).is_err(), "{pointer}");
        }
    }

    #[test]
    fn one_topic_may_serve_several_feeds_and_each_reading_grows_old() {
        let station = station(
            r#"{"vehicle_soc": {"topic": "car", "pointer": "/soc", "scale": 100, "max_age": 10},
                "vehicle_range": {"topic": "car", "pointer": "/km"}, "voltage": "grid/volts"}"#,
        );
        let mut feeds = Feeds::new(&station);
        assert_eq!(feeds.topics().collect::<Vec<_>>(), ["grid/volts", "car", "car"]);
        assert_eq!(feeds.read("other", b"1", None, false, 0), Ok(false));
        assert_eq!(feeds.read("car", br#"{"soc": 0.8, "km": 250}"#, None, false, 0), Ok(true));
        assert_eq!(feeds.read("grid/volts", b"231.4", None, false, 0), Ok(true));
        let fresh = feeds.readings(10_000);
        assert_eq!(fresh.get(Kind::BatteryLevel), Some(80));
        assert_eq!(fresh.get(Kind::BatteryRange), Some(250));
        assert_eq!(fresh.get(Kind::Voltage), Some(231));
        let later = feeds.readings(10_001);
        assert_eq!(
            (later.get(Kind::BatteryLevel), later.get(Kind::BatteryRange)),
            (None, Some(250))
        );
        assert!(feeds.read("car", br#"{"soc": 8, "km": 260}"#, None, false, 0).is_err());
        let after = feeds.readings(0);
        assert_eq!(
            (after.get(Kind::BatteryLevel), after.get(Kind::BatteryRange)),
            (Some(80), Some(260))
        );
        assert!(feeds.set(Kind::Voltage, 12.0, 0).is_err());
    }

    #[test]
    fn currents_are_in_milliamps_and_only_what_lasts_is_taken_from_the_store() {
        let station = station(
            r#"{"live_current": ["a", "b", {"topic": "c", "scale": 0.1}], "phases_actual": "p"}"#,
        );
        let mut feeds = Feeds::new(&station);
        assert_eq!(feeds.kinds("c").collect::<Vec<_>>(), [Kind::LiveCurrent3]);
        assert_eq!(feeds.read("a", b"10.25", None, true, 0), Ok(false));
        assert_eq!(feeds.read("a", b"10.25", None, false, 0), Ok(true));
        assert_eq!(feeds.read("c", b"-7", None, false, 0), Ok(true));
        assert_eq!(feeds.read("p", b"3", None, true, 0), Ok(true));
        let known = |kind| feeds.readings(29_000).get(kind);
        let currents = Kind::LIVE_CURRENTS.map(known);
        assert_eq!(currents, [Some(10_250), None, Some(-700)]);
        assert_eq!(known(Kind::PhasesActual), Some(3));
        let later = feeds.readings(1_000_000_000);
        assert_eq!((later.get(Kind::LiveCurrent1), later.get(Kind::PhasesActual)), (None, Some(3)));
    }
}
