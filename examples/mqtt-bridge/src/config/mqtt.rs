//! The broker, and where it is.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// The broker.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mqtt {
    /// Nodes of one cluster.
    #[serde(deserialize_with = "one_or_more")]
    pub broker: Vec<MqttAddress>,
    /// Who the bridge is.
    pub user: String,
    /// What only it knows.
    pub password: String,
    /// A file with the password.
    pub password_file: PathBuf,
    /// Who signed the broker's certificate.
    pub ca_file: PathBuf,
    /// The certificate of this client.
    pub client_certificate: PathBuf,
    /// Its key.
    pub client_key: PathBuf,
    /// 3 (3.1.1) or 5.
    #[serde(deserialize_with = "mqtt_version")]
    pub version: u8,
    /// Seconds between signs of life.
    pub keep_alive: u16,
    /// Whether state is retained.
    pub retain: bool,
}

impl Default for Mqtt {
    fn default() -> Self {
        let nowhere = PathBuf::new;
        Self {
            broker: vec![MqttAddress::Embedded],
            user: String::new(),
            password: String::new(),
            password_file: nowhere(),
            ca_file: nowhere(),
            client_certificate: nowhere(),
            client_key: nowhere(),
            version: 3,
            keep_alive: 15,
            retain: true,
        }
    }
}

impl fmt::Debug for Mqtt {
    /// Without the password: this ends up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mqtt").field("broker", &self.broker).finish_non_exhaustive()
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
        /// Whether to talk TLS.
        tls: bool,
        /// User and password. Taken as they are, up to the last `@`: nothing is percent-decoded.
        credentials: Option<(String, String)>,
    },
}

impl FromStr for MqttAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            "a broker is embedded, mqtt://user:password@192.168.1.10:1883 or mqtts://broker.lan"
                .to_owned()
        };
        if text == "embedded" {
            return Ok(Self::Embedded);
        }
        let (tls, rest) = match text.split_once("://") {
            Some(("mqtt", rest)) => (false, rest),
            Some(("mqtts", rest)) => (true, rest),
            _ => return Err(wrong()),
        };
        let (credentials, address) = match rest.rsplit_once('@') {
            Some((credentials, address)) => (Some(credentials), address),
            None => (None, rest),
        };
        let address = address.trim_end_matches('/');
        let (host, port) = match address.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().map_err(|_| wrong())?),
            None => (address, if tls { 8883 } else { 1883 }),
        };
        if host.is_empty() || host.contains(char::is_whitespace) {
            return Err(wrong());
        }
        let credentials = credentials.map(|text| {
            let (user, password) = text.split_once(':').unwrap_or((text, ""));
            (user.to_owned(), password.to_owned())
        });
        Ok(Self::Broker { host: host.to_owned(), port, tls, credentials })
    }
}

impl fmt::Display for MqttAddress {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded => f.write_str("embedded"),
            Self::Broker { host, port, tls, .. } => {
                write!(f, "mqtt{}://{host}:{port}", if *tls { "s" } else { "" })
            }
        }
    }
}

impl fmt::Debug for MqttAddress {
    /// Without the password: this ends up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// 3 for MQTT 3.1.1, or 5.
fn mqtt_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    match u8::deserialize(deserializer)? {
        version @ (3 | 5) => Ok(version),
        other => Err(D::Error::custom(format!("MQTT {other} is not spoken: 3 (for 3.1.1) or 5"))),
    }
}

/// One value, or a list of them.
pub(super) fn one_or_more<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<MqttAddress>, D::Error> {
    struct Visitor;
    impl<'de> serde::de::Visitor<'de> for Visitor {
        type Value = Vec<MqttAddress>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the address of a broker, or a list of them")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
            // A password may have spaces: the next address begins as an address does.
            let mut addresses: Vec<String> = Vec::new();
            for part in text.trim().split(' ') {
                let begins = ["mqtt://", "mqtts://", "embedded"].iter();
                match addresses.last_mut() {
                    Some(address) if !begins.into_iter().any(|word| part.starts_with(word)) => {
                        address.push(' ');
                        address.push_str(part);
                    }
                    _ => addresses.push(part.to_owned()),
                }
            }
            addresses.iter().map(|text| text.trim().parse().map_err(E::custom)).collect()
        }

        fn visit_seq<A: serde::de::SeqAccess<'de>>(
            self,
            mut list: A,
        ) -> Result<Self::Value, A::Error> {
            let mut addresses = Vec::new();
            while let Some(address) = list.next_element()? {
                addresses.push(address);
            }
            Ok(addresses)
        }
    }
    let addresses = deserializer.deserialize_any(Visitor)?;
    if addresses.is_empty() {
        return Err(D::Error::custom("there is no broker in this list"));
    }
    Ok(addresses)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_may_hold_any_character() {
        let address: MqttAddress = "mqtt://me:p@ss:w%40rd/@broker.lan:1884".parse().unwrap();
        let credentials = Some(("me".to_owned(), "p@ss:w%40rd/".to_owned()));
        let host = "broker.lan".to_owned();
        let expected = MqttAddress::Broker { host, port: 1884, tls: false, credentials };
        assert!(address == expected);
        assert!(!format!("{address:?}").contains("p@ss"), "it is not shown");
    }

    #[test]
    fn several_addresses_are_apart_by_spaces_and_a_password_may_have_some() {
        let list = |text: &str| {
            let value = serde_json::Value::from(text);
            super::one_or_more(value)
                .map(|list| list.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        let expected = ["mqtt://a:1883", "mqtts://b:8883", "embedded"].map(str::to_owned).to_vec();
        assert_eq!(list(" mqtt://me:pass word @a  mqtts://b embedded ").unwrap(), expected);
        assert!(list("a mqtt://b").is_err() && list("").is_err() && list("mqtt://a b").is_err());
    }

    #[test]
    fn addresses_that_make_no_sense_are_refused_with_an_example() {
        for text in ["", "mqtt://", "mqtt://host:port", "http://host", "mqtts://"] {
            assert!(text.parse::<MqttAddress>().is_err(), "{text}");
        }
    }

    #[test]
    fn tls_has_its_own_port() {
        let port = |text: &str| match text.parse().unwrap() {
            MqttAddress::Broker { port, tls, .. } => (port, tls),
            MqttAddress::Embedded => panic!("{text}"),
        };
        assert_eq!(port("mqtt://a"), (1883, false));
        assert_eq!(port("mqtts://a"), (8883, true));
        assert_eq!(port("mqtts://me:secret@a:1/"), (1, true));
    }
}
