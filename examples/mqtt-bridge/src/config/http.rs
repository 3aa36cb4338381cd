//! The page and the gateway's HTTP.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// The page and the gateway's HTTP.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// Where it listens.
    pub listen: Listen,
    /// Who may change something.
    pub user: String,
    /// What `hash-password` prints; empty: no password.
    pub password_hash: String,
    /// Whether the stations are found by mDNS, when others can reach them.
    pub mdns: bool,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: Listen::default(),
            user: "admin".to_owned(),
            password_hash: String::new(),
            mdns: true,
        }
    }
}

impl fmt::Debug for Http {
    /// Without the hash: this ends up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http")
            .field("listen", &self.listen)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// Where HTTP listens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Listen {
    /// On 127.0.0.1, port 8080 or the next free one.
    #[default]
    Auto,
    /// Nowhere.
    Off,
    /// `address:port`; port 0 is a free one.
    At(String),
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "off" | "" => Ok(Self::Off),
            address => match address.rsplit_once(':') {
                Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
                    Ok(Self::At(address.to_owned()))
                }
                _ => Err("HTTP listens at 127.0.0.1:8080, [::1]:8080, 0.0.0.0:8080, auto or off"
                    .to_owned()),
            },
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Off => "off",
            Self::At(address) => address,
        })
    }
}
