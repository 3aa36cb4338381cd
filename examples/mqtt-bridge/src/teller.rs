//! What the person at the terminal is told: what is connected, and each change once.

use std::io::Write as _;

use rapi_core::commands::Version;
use tracing::{info, warn};

use crate::log::{HINT, NEWS};

/// Something that has changed.
#[derive(Debug)]
pub enum News {
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
    there: Option<bool>,
    broker_there: Option<bool>,
}

impl Teller {
    /// Tells about a station and its broker.
    #[must_use]
    pub const fn new(station: String, broker: String, hint: Option<String>) -> Self {
        Self { station, broker, hint, there: None, broker_there: None }
    }

    /// Tells it, if it is news.
    pub fn tell(&mut self, news: &News) {
        match news {
            News::Station(version) => {
                let Version { firmware, protocol } = version;
                info!(
                    target: NEWS,
                    %firmware,
                    %protocol,
                    "station {}, firmware {firmware}, RAPI {protocol}",
                    self.station
                );
                self.there = Some(true);
            }
            News::NoStation(reason) => {
                if self.there != Some(false) {
                    warn!(target: NEWS, "station {}: {reason}; trying again", self.station);
                }
                self.there = Some(false);
            }
            News::Broker => {
                info!(target: NEWS, "broker {}", self.broker);
                self.broker_there = Some(true);
            }
            News::NoBroker(reason) => {
                if self.broker_there != Some(false) {
                    let broker = self.broker.trim_end_matches(" (embedded)");
                    warn!(target: NEWS, "broker {broker}: {reason}; trying again");
                }
                self.broker_there = Some(false);
            }
        }
        if self.there == Some(true)
            && self.broker_there == Some(true)
            && let Some(hint) = self.hint.take()
        {
            info!(target: HINT, "{hint}");
        }
    }
}

/// Three lines to copy.
#[must_use]
pub fn hint(host: &str, port: u16, user: Option<&str>, base: &str, simulated: bool) -> String {
    let mut at = format!("-h {host}");
    if port != 1883 {
        at += &format!(" -p {port}");
    }
    // The password is nothing for a screen.
    if let Some(user) = user {
        at += &format!(" -u '{user}' -P PASSWORD");
    }
    let third = if simulated {
        format!("mosquitto_pub {at} -t {base}/sim/set -m plug")
    } else {
        format!("mosquitto_pub {at} -t {base}/divertmode/set -m 1")
    };
    format!(
        "\n  mosquitto_sub {at} -t '{base}/#' -v\
         \n  mosquitto_pub {at} -t '{base}/rapi/in/$GV' -m ''\
         \n  {third}\n"
    )
}

/// Prints a line: like `println!`, but goes on when nobody reads: `rapi-bridge | head -1`.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
