//! Values of the configuration that check themselves.

use std::fmt;
use std::str::FromStr;

use rapi_core::{COMMANDS, Class, CommandInfo};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Compat;

macro_rules! from_text {
    ($($Type:ty)+) => {$(
        impl<'de> Deserialize<'de> for $Type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    )+};
}
from_text! { MqttAddress Topic Rows super::Listen }

impl<'de> Deserialize<'de> for Compat {
    /// A text, or a number: who writes 2.7 means the same.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "default, guide, \"2.7\", \"2.9\" or \"5\"")]
        enum Given {
            Text(String),
            Whole(i64),
            Part(f64),
        }
        let given = match Given::deserialize(deserializer)? {
            Given::Text(text) => text,
            Given::Whole(number) => number.to_string(),
            Given::Part(number) => number.to_string(),
        };
        match given.as_str() {
            "default" => Ok(Self::Default),
            "guide" => Ok(Self::Guide),
            "2.7" => Ok(Self::V2_7),
            "2.9" => Ok(Self::V2_9),
            "5" => Ok(Self::V5),
            _ => Err(D::Error::custom(format!("{given} is none of default, guide, 2.7, 2.9, 5"))),
        }
    }
}

/// The address of a station: of its serial line, because a gateway in between would fight for it.
pub(super) mod evse {
    use rapi_sim::EvseAddress;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    const POSSIBLE: &str = "serial:/dev/ttyUSB0, tcp://192.168.1.20:8023 or sim:";

    pub(in super::super) fn serialize<S: Serializer>(
        address: &EvseAddress,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(address)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<EvseAddress, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.parse() {
            Ok(EvseAddress::Http(_)) => Err(D::Error::custom(format!(
                "the bridge takes the place of the gateway and needs the controller's serial line: \
                 {POSSIBLE}"
            ))),
            Ok(address) => Ok(address),
            // What is wrong with its firmware.
            Err(problem) if text.starts_with("sim:") => Err(D::Error::custom(problem)),
            // The address type knows a gateway, too.
            Err(_) => Err(D::Error::custom(format!("a station is {POSSIBLE}"))),
        }
    }
}

impl Serialize for Topic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
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

/// A topic without wildcards, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topic(String);

impl Topic {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The topic.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The topic, if there is one.
    #[must_use]
    pub fn given(&self) -> Option<&str> {
        Some(self.as_str()).filter(|topic| !topic.is_empty())
    }
}

impl FromStr for Topic {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.contains(['#', '+', '\0']) {
            return Err("this is one topic, without # and +".to_owned());
        }
        Ok(Self(text.to_owned()))
    }
}

/// Rows of the table of commands: all of a code, or the one with a usage.
#[derive(Clone, Debug)]
pub struct Rows(Vec<&'static CommandInfo>);

impl Rows {
    /// Whether a command is among them.
    #[must_use]
    pub fn has(&self, info: &CommandInfo) -> bool {
        self.0.iter().any(|row| row.name == info.name)
    }
}

impl FromStr for Rows {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim_start_matches('$');
        let fits = |info: &&CommandInfo| info.usage == text || info.code.to_string() == text;
        let rows: Vec<_> = COMMANDS.iter().copied().filter(|info| fits(info)).collect();
        if rows.is_empty() {
            return Err(format!(
                "there is no command {text:?}: give a code (SC) or a usage (SC amps M)"
            ));
        }
        Ok(Self(rows))
    }
}

/// The classes, by their names in the table.
pub(super) fn classes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Class>, D::Error> {
    // Debug commands are named one by one.
    const ALL: [Class; 4] = [Class::Read, Class::Display, Class::Control, Class::Setting];
    let find = |name: String| {
        ALL.into_iter().find(|class| class.to_string() == name).ok_or_else(|| {
            D::Error::custom(format!(
                "{name:?} is none of {}",
                ALL.map(|c| c.to_string()).join(", ")
            ))
        })
    };
    Vec::<String>::deserialize(deserializer)?.into_iter().map(find).collect()
}

/// 3 for MQTT 3.1.1, or 5.
pub(super) fn mqtt_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
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
    fn a_profile_may_look_like_a_number() {
        let compat = |json: &str| serde_json::from_str::<Compat>(json);
        for (json, expected) in
            [("2.7", Compat::V2_7), ("5", Compat::V5), ("\"2.9\"", Compat::V2_9)]
        {
            assert_eq!(compat(json).unwrap(), expected, "{json}");
        }
        for json in ["3", "\"3\"", "2.8", "true"] {
            let problem = compat(json).unwrap_err().to_string();
            assert!(problem.contains("guide"), "{problem}");
        }
    }

    #[test]
    fn addresses_that_make_no_sense_are_refused_with_an_example() {
        for text in ["", "mqtt://", "mqtt://host:port", "http://host", "mqtts://"] {
            assert!(text.parse::<MqttAddress>().is_err(), "{text}");
        }
        for text in ["a/#", "a/+/b"] {
            assert!(text.parse::<Topic>().is_err(), "{text}");
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

    #[test]
    fn a_code_stands_for_all_its_forms_and_a_usage_for_one() {
        let rows = |text: &str| text.parse::<Rows>().map(|rows| rows.0.len());
        assert_eq!(rows("SC"), Ok(3));
        assert_eq!(rows("$SC amps M"), Ok(1));
        assert!(rows("S").is_err() && rows("").is_err() && rows("QQ").is_err());
    }
}
