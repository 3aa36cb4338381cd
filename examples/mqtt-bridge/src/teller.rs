//! What the person at the terminal is told: what is connected, and each change once.
//!
//! What is away is tried again and again, and each reason for which that fails is told once: the first may
//! be that the adapter is not plugged in, the next that the bridge may not open it.

use std::io::Write as _;

use rapi_core::commands::Version;
use tracing::{info, warn};

use crate::log::{HINT, NEWS};

/// So many reasons are told, until the station or the broker is there again.
const MOST_REASONS: usize = 5;

/// Something that has changed.
#[derive(Debug)]
pub enum News {
    /// Another bridge may have the station: this one waits.
    Standby,
    /// The station answers.
    Station(Version),
    /// The station does not answer; in words.
    NoStation(String),
    /// The broker is connected.
    Broker,
    /// The broker is not; in words.
    NoBroker(String),
}

/// Tells about one station.
#[derive(Debug)]
pub struct Teller {
    /// What to call the station: its address, and its name if there are several.
    pub station: String,
    /// The address of the broker.
    pub broker: String,
    /// What to try, once everything is there.
    pub hint: Option<String>,
    line: Side,
    mqtt: Side,
}

/// What has been told about one side.
#[derive(Debug, Default)]
struct Side {
    is_there: bool,
    /// For what reasons it is away.
    told: Vec<String>,
}

impl Side {
    fn come(&mut self) {
        self.is_there = true;
        self.told.clear();
    }

    /// Whether this reason is news.
    fn is_news(&mut self, reason: &str) -> bool {
        self.is_there = false;
        // A reason with a number in it might be another one each time.
        let is_news =
            self.told.len() < MOST_REASONS && self.told.iter().all(|known| known != reason);
        if is_news {
            self.told.push(reason.to_owned());
        }
        is_news
    }
}

impl Teller {
    /// Tells about a station and its broker.
    #[must_use]
    pub fn new(station: String, broker: String) -> Self {
        Self { station, broker, hint: None, line: Side::default(), mqtt: Side::default() }
    }

    /// Tells it, if it is news.
    pub fn tell(&mut self, news: &News) {
        match news {
            News::Standby => {
                info!(target: NEWS, "standby {}: waits until no other bridge has it", self.station);
            }
            News::Station(version) => {
                let Version { firmware, protocol } = version;
                info!(
                    target: NEWS,
                    %firmware,
                    %protocol,
                    "station {}, firmware {firmware}, RAPI {protocol}",
                    self.station
                );
                self.line.come();
            }
            News::NoStation(reason) => {
                if self.line.is_news(reason) {
                    warn!(target: NEWS, "station {}: {reason}; trying again", self.station);
                }
            }
            News::Broker => {
                info!(target: NEWS, "broker {}", self.broker);
                self.mqtt.come();
            }
            News::NoBroker(reason) => {
                if self.mqtt.is_news(reason) {
                    let broker = self.broker.trim_end_matches(" (embedded)");
                    warn!(target: NEWS, "broker {broker}: {reason}; trying again");
                }
            }
        }
        if self.line.is_there
            && self.mqtt.is_there
            && let Some(hint) = self.hint.take()
        {
            info!(target: HINT, "{hint}");
        }
    }
}

/// Lines to copy: what there is to hear, a command of the station's own, and what is worth trying.
#[must_use]
pub fn hint(
    host: &str,
    port: u16,
    user: Option<&str>,
    base: &str,
    tries: &[(&str, &str)],
) -> String {
    let mut at = format!("-h {host}");
    if port != 1883 {
        at += &format!(" -p {port}");
    }
    // The password is nothing for a screen.
    if let Some(user) = user {
        at += &format!(" -u '{user}' -P PASSWORD");
    }
    let mut lines = format!(
        "\n  mosquitto_sub {at} -t '{base}/#' -v\
         \n  mosquitto_pub {at} -t '{base}/rapi/in/$GV' -m ''\n"
    );
    for (topic, payload) in tries {
        lines += &format!("  mosquitto_pub {at} -t {base}/{topic} -m {payload}\n");
    }
    lines
}

/// Prints a line: like `println!`, but goes on when nobody reads: `rapi-bridge | head -1`.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_told_once_until_it_is_there_again() {
        let mut side = Side::default();
        assert!(side.is_news("no such file"));
        assert!(!side.is_news("no such file"));
        assert!(side.is_news("not permitted"));
        // Nor by turns.
        assert!(!side.is_news("no such file"));
        side.come();
        assert!(side.is_news("no such file"));
        assert!(!side.is_there);
        // Nor without an end, if each try fails for another reason.
        assert_eq!((0..100).filter(|number| side.is_news(&number.to_string())).count(), 4);
    }
}
