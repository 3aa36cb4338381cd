//! The command line.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Parser;

/// MQTT bridge for OpenEVSE charging stations, with solar divert.
///
/// Reads the station, publishes its state, obeys commands, and charges with what the sun has left
/// over. Without options it simulates a station and brings its own broker.
#[derive(Clone, Debug, Parser)]
#[command(
    version,
    after_help = "\
EXAMPLES:
  Try it, with a simulated station and a broker of its own:
      rapi-bridge
  A station on a USB adapter:
      rapi-bridge --evse serial:/dev/ttyUSB0
  A station and a broker on the network, and a meter for the sun:
      rapi-bridge --evse tcp://192.168.1.20:8023 --grid emon/emonpi/power1 \\
          --mqtt mqtt://user:password@192.168.1.10

SAFETY: this drives mains equipment. The station's own safety checks stay in
charge: leave them on."
)]
pub struct Args {
    /// The charging station
    #[arg(long, value_name = "sim:|serial:PATH|tcp://HOST:PORT", default_value = "sim:")]
    pub evse: EvseAddress,

    /// The MQTT broker; `embedded` brings one on 127.0.0.1, port 1883 or the next free one
    #[arg(
        long,
        value_name = "embedded|mqtt://[USER:PASSWORD@]HOST[:PORT]",
        default_value = "embedded",
        env = "RAPI_BRIDGE_MQTT",
        hide_env_values = true
    )]
    pub mqtt: MqttAddress,

    /// First part of all topics
    #[arg(long, value_name = "TOPIC", default_value = "openevse", value_parser = parse_base_topic)]
    pub base_topic: String,

    /// Topic with the power at the grid connection in watts: + import, - export
    #[arg(long, value_name = "TOPIC", conflicts_with = "solar", value_parser = parse_topic)]
    pub grid: Option<String>,

    /// Topic with the power of the solar generator in watts
    #[arg(long, value_name = "TOPIC", value_parser = parse_topic)]
    pub solar: Option<String>,

    /// Start in Eco mode (divert) instead of Normal
    #[arg(long)]
    pub eco: bool,

    /// Commands that write the EEPROM, at most this many a day: it wears out
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    pub eeprom_writes: u16,

    /// Log more; twice: everything
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub verbose: u8,

    /// Print a completion script for a shell and exit
    #[arg(long, value_name = "SHELL")]
    pub completions: Option<clap_complete::Shell>,
}

/// Where the station is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvseAddress {
    /// In this process.
    Sim,
    /// On a serial port, 115200 baud, 8N1.
    Serial(PathBuf),
    /// Behind a TCP port, `host:port`.
    Tcp(String),
}

impl FromStr for EvseAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "sim:" || text == "sim" {
            return Ok(Self::Sim);
        }
        if let Some(path) = text.strip_prefix("serial:").filter(|path| !path.is_empty()) {
            return Ok(Self::Serial(PathBuf::from(path)));
        }
        match text.strip_prefix("tcp://").and_then(|address| address.rsplit_once(':')) {
            Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
                Ok(Self::Tcp(format!("{host}:{port}")))
            }
            _ => {
                Err("a station is sim:, serial:/dev/ttyUSB0 or tcp://192.168.1.20:8023".to_owned())
            }
        }
    }
}

impl fmt::Display for EvseAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sim => f.write_str("sim:"),
            Self::Serial(path) => write!(f, "serial:{}", path.display()),
            Self::Tcp(address) => write!(f, "tcp://{address}"),
        }
    }
}

/// Where the broker is.
#[derive(Clone, PartialEq, Eq)]
pub enum MqttAddress {
    /// In this process.
    Embedded,
    /// Somewhere else.
    Broker {
        /// Its name or number.
        host: String,
        /// Its port.
        port: u16,
        /// User and password. Taken as they are, up to the last `@`: nothing is percent-decoded.
        credentials: Option<(String, String)>,
    },
}

impl FromStr for MqttAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "a broker is embedded or mqtt://user:password@192.168.1.10:1883".to_owned();
        if text == "embedded" {
            return Ok(Self::Embedded);
        }
        if text.starts_with("mqtts://") {
            return Err("TLS is not supported yet: use mqtt://".to_owned());
        }
        let rest = text.strip_prefix("mqtt://").ok_or_else(wrong)?;
        let (credentials, address) = match rest.rsplit_once('@') {
            Some((credentials, address)) => (Some(credentials), address),
            None => (None, rest),
        };
        let address = address.trim_end_matches('/');
        let (host, port) = match address.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().map_err(|_| wrong())?),
            None => (address, 1883),
        };
        if host.is_empty() {
            return Err(wrong());
        }
        let credentials = credentials.map(|text| {
            let (user, password) = text.split_once(':').unwrap_or((text, ""));
            (user.to_owned(), password.to_owned())
        });
        Ok(Self::Broker { host: host.to_owned(), port, credentials })
    }
}

impl fmt::Debug for MqttAddress {
    /// Without the password: this ends up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded => f.write_str("embedded"),
            Self::Broker { host, port, .. } => write!(f, "mqtt://{host}:{port}"),
        }
    }
}

/// A base topic without wildcards, `$` (it begins a command) and slashes at its ends.
fn parse_base_topic(text: &str) -> Result<String, String> {
    let topic = text.trim_matches('/');
    if topic.is_empty() || topic.contains(['#', '+', '$', '\0']) {
        return Err("a base topic is not empty and has none of # + $".to_owned());
    }
    Ok(topic.to_owned())
}

/// One topic, not many.
fn parse_topic(text: &str) -> Result<String, String> {
    if text.is_empty() || text.contains(['#', '+', '\0']) {
        return Err("a meter has one topic, without # and +".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_may_hold_any_character() {
        let address: MqttAddress = "mqtt://me:p@ss:w%40rd/@broker.lan:1884".parse().unwrap();
        let credentials = Some(("me".to_owned(), "p@ss:w%40rd/".to_owned()));
        let expected =
            MqttAddress::Broker { host: "broker.lan".to_owned(), port: 1884, credentials };
        assert!(address == expected);
        assert!(!format!("{address:?}").contains("p@ss"), "it is not shown");
    }

    #[test]
    fn addresses_that_make_no_sense_are_refused_with_an_example() {
        for text in ["", "mqtt://", "mqtt://host:port", "http://host", "mqtts://host"] {
            assert!(text.parse::<MqttAddress>().is_err(), "{text}");
        }
        for text in ["", "serial:", "tcp://", "tcp://host", "tcp://:23", "udp://host:1"] {
            assert!(text.parse::<EvseAddress>().is_err(), "{text}");
        }
        for text in ["", "/", "a/#", "$SYS", "a/+/b"] {
            assert!(parse_base_topic(text).is_err(), "{text}");
        }
        assert_eq!(parse_base_topic("/home/evse/").as_deref(), Ok("home/evse"));
    }
}
