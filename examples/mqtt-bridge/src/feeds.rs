//! Numbers that come from other topics: voltage, house, vehicle, home battery. No I/O in here.

mod kind;

use self::kind::KINDS;
pub use self::kind::{About, Kind};
use crate::config::{Feed, Station};

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
        let sources =
            KINDS.iter().filter_map(|row| Some((row.kind(), row.kind().feed(station)?.clone())));
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
            if feed.given() != Some(topic) || (retained && !KINDS[kind.row()].lasts()) {
                continue;
            }
            let (pointer, scale) = match fallback {
                Some(fallback) if feed.pointer().is_empty() => fallback,
                _ => (feed.pointer(), feed.scale()),
            };
            let row = kind.row();
            let value = number(payload, pointer, scale).and_then(|value| KINDS[row].check(value));
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
        self.newest[kind.row()] = Some((KINDS[kind.row()].check(value)?, now_ms));
        Ok(())
    }

    /// The readings that are fresh.
    #[must_use]
    pub fn readings(&self, now_ms: u64) -> Readings {
        let mut readings = Readings::default();
        for (row, newest) in self.newest.iter().enumerate() {
            let about = &KINDS[row];
            let own = self.sources.iter().find(|(other, _)| *other == about.kind());
            let max = own.and_then(|(_, feed)| feed.max_age_ms()).unwrap_or(about.believed * 1000);
            let fresh = newest.filter(|(_, at)| now_ms.saturating_sub(*at) <= max);
            readings.0[row] = fresh.map(|(value, _)| value);
        }
        readings
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
