//! Decides what is news: on change at once, again after a period, and nothing twice.

use std::collections::BTreeMap;

use crate::config::Publish;
use crate::names::{Pace, Row};

/// The guide's second period, in milliseconds.
const FAST_MS: u64 = 5_000;

/// Remembers what was told, and when.
#[derive(Clone, Debug)]
pub struct Publisher {
    told: BTreeMap<&'static str, (String, u64)>,
    period_ms: u64,
    dead_band: f64,
}

impl Publisher {
    /// Makes one that has told nothing yet.
    #[must_use]
    pub fn new(config: &Publish) -> Self {
        Self {
            told: BTreeMap::new(),
            period_ms: u64::from(config.period.max(1)) * 1000,
            dead_band: f64::from(config.dead_band_ma),
        }
    }

    /// Forgets what was told: a new connection knows nothing.
    pub fn forget(&mut self) {
        self.told.clear();
    }

    /// Tells this by `tell` if it has to be told now. What could not be told stays due.
    pub fn tell(&mut self, row: &Row, payload: &str, now_ms: u64, tell: impl FnOnce() -> bool) {
        if self.is_due(row, payload, now_ms) && tell() {
            self.told.insert(row.topic, (payload.to_owned(), now_ms));
        }
    }

    fn is_due(&self, row: &Row, payload: &str, now_ms: u64) -> bool {
        match self.told.get(row.topic) {
            None => true,
            Some((before, at)) => {
                let period = if matches!(row.pace, Pace::Fast | Pace::Age) {
                    FAST_MS
                } else {
                    self.period_ms
                };
                let old = now_ms.saturating_sub(*at) >= period;
                old || (before != payload && self.is_news(row.pace, before, payload))
            }
        }
    }

    fn is_news(&self, pace: Pace, before: &str, payload: &str) -> bool {
        match (pace, before.parse::<f64>(), payload.parse::<f64>()) {
            (Pace::AtOnce | Pace::Fast, ..) => true,
            (Pace::Slow | Pace::Age, ..) => false,
            // Nothing flows any more, or something flows: however little that is.
            (Pace::Band(_), Ok(before), Ok(now)) if (before == 0.0) != (now == 0.0) => true,
            (Pace::Band(scale), Ok(before), Ok(now)) => {
                (now - before).abs() >= self.dead_band * f64::from(scale) / 100.0
            }
            (Pace::Band(_), ..) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::TABLE;

    fn row(topic: &str) -> &'static Row {
        TABLE.iter().find(|row| row.topic == topic).unwrap()
    }

    /// Whether it is told.
    fn is_told(publisher: &mut Publisher, topic: &str, payload: &str, now_ms: u64) -> bool {
        let mut told = false;
        publisher.tell(row(topic), payload, now_ms, || {
            told = true;
            true
        });
        told
    }

    fn publisher() -> Publisher {
        Publisher::new(&Publish { period: 30, dead_band_ma: 100, ..Publish::default() })
    }

    #[test]
    fn a_change_is_told_at_once_and_everything_again_after_its_period() {
        let mut publisher = publisher();
        let mut due =
            |topic: &str, payload: &str, now_ms| is_told(&mut publisher, topic, payload, now_ms);
        assert!(due("state", "1", 0));
        assert!(!due("state", "1", 1_000));
        assert!(due("state", "3", 2_000));
        assert!(!due("state", "3", 31_999));
        assert!(due("state", "3", 32_000));
        // The guide's 5 s.
        assert!(due("grid_ie", "-500", 0));
        assert!(!due("grid_ie", "-500", 4_999));
        assert!(due("grid_ie", "-500", 5_000));
        assert!(due("grid_ie", "-600", 5_001));
        assert!(due("divert_update", "0", 0));
        assert!(!due("divert_update", "4", 4_999));
        assert!(due("divert_update", "5", 5_000));
        // What changes all the time waits, however often anybody asks.
        assert!(due("elapsed", "0", 0));
        for second in 1..30_u64 {
            assert!(!due("elapsed", &second.to_string(), second * 1_000), "{second}");
        }
        assert!(due("elapsed", "30", 30_000));
    }

    #[test]
    fn a_current_has_a_dead_band_but_its_begin_and_end_are_news() {
        let mut publisher = publisher();
        let mut due = |payload| is_told(&mut publisher, "amp", payload, 0);
        assert!(due("16000"));
        assert!(!due("16099"));
        assert!(!due("15901"));
        assert!(due("16100"));
        assert!(due("0"));
        assert!(due("20"));
        assert!(!due("60"));
        assert!(due("0"));
    }

    #[test]
    fn a_new_connection_is_told_everything() {
        let mut publisher = publisher();
        assert!(is_told(&mut publisher, "state", "1", 0));
        publisher.forget();
        assert!(is_told(&mut publisher, "state", "1", 1));
    }

    #[test]
    fn what_there_was_no_room_for_is_told_the_next_time() {
        let mut publisher = publisher();
        assert!(is_told(&mut publisher, "state", "1", 0));
        publisher.tell(row("state"), "3", 1, || false);
        publisher.tell(row("wh"), "0", 1, || false);
        assert!(is_told(&mut publisher, "state", "3", 2) && is_told(&mut publisher, "wh", "0", 2));
    }
}
