//! Where programs find a charging station.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::Firmware;

/// Where a charging station is, as a person writes it.
///
/// # Examples
/// ```
/// use rapi_sim::EvseAddress;
///
/// let address: EvseAddress = "/dev/ttyUSB0".parse()?;
/// assert_eq!(address.to_string(), "serial:/dev/ttyUSB0");
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvseAddress {
    /// On a serial port, 115200 baud, 8N1.
    Serial(PathBuf),
    /// Behind a TCP port, `host:port`.
    Tcp(String),
    /// Behind the WiFi gateway, without a slash at the end.
    Http(String),
    /// In this process: a simulated station with a car.
    Sim(Firmware),
}

impl FromStr for EvseAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "sim" || text == "sim:" {
            return Ok(Self::Sim(Firmware::LATEST));
        }
        if let Some(firmware) = text.strip_prefix("sim:") {
            return firmware.parse().map(Self::Sim).map_err(|problem| problem.to_string());
        }
        // A port by its name alone, as terminal programs take it.
        if let Some(path) =
            text.strip_prefix("serial:").or(text.starts_with("/dev/").then_some(text))
            && !path.is_empty()
        {
            return Ok(Self::Serial(PathBuf::from(path)));
        }
        let host = text.strip_prefix("http://").map(|host| host.trim_end_matches('/'));
        if let Some(host) = host.filter(|host| !host.is_empty()) {
            return Ok(Self::Http(format!("http://{host}")));
        }
        match text.strip_prefix("tcp://").and_then(|address| address.rsplit_once(':')) {
            Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
                Ok(Self::Tcp(format!("{host}:{port}")))
            }
            _ => Err("a station is serial:/dev/ttyUSB0, tcp://192.168.1.20:8023, \
                      http://openevse.local or sim:"
                .to_owned()),
        }
    }
}

impl fmt::Display for EvseAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serial(path) => write!(f, "serial:{}", path.display()),
            Self::Tcp(address) => write!(f, "tcp://{address}"),
            Self::Http(base) => f.write_str(base),
            Self::Sim(firmware) => write!(f, "sim:{firmware}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written() {
        for (text, shown) in [
            ("serial:/dev/ttyUSB0", "serial:/dev/ttyUSB0"),
            ("/dev/ttyACM0", "serial:/dev/ttyACM0"),
            ("tcp://[::1]:8023", "tcp://[::1]:8023"),
            ("http://openevse.local/", "http://openevse.local"),
            ("sim:", "sim:8.2.3"),
            ("sim:7.1.3", "sim:7.1.3"),
        ] {
            assert_eq!(text.parse::<EvseAddress>().unwrap().to_string(), shown);
        }
        for text in ["", "serial:", "tcp://host", "tcp://:23", "https://host", "http://", "sim:1"] {
            assert!(text.parse::<EvseAddress>().is_err(), "{text}");
        }
    }
}
