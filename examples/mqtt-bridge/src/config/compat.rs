//! Which names and meanings the topics have.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// Names and meanings of the topics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compat {
    /// Those of the gateways 5.x, and the guide's.
    #[default]
    Default,
    /// What the guide promises.
    Guide,
    /// Gateways 2.7.
    V2_7,
    /// Gateways 2.9.
    V2_9,
    /// Gateways 5.x.
    V5,
}

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
