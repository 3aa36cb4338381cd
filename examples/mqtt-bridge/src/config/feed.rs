//! Where a number comes from: a topic, a place in its JSON, a factor, an age.

use serde::de::{Error as _, MapAccess, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Topic;

/// A topic with a number, or none. Written as the topic alone, or as a table with what differs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Feed(Detailed);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Detailed {
    topic: Topic,
    pointer: String,
    scale: f64,
    max_age: u32,
}

impl Default for Detailed {
    fn default() -> Self {
        Self { topic: Topic::default(), pointer: String::new(), scale: 1.0, max_age: 0 }
    }
}

impl Feed {
    /// The topic, if there is one.
    #[must_use]
    pub fn given(&self) -> Option<&str> {
        self.0.topic.given()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.topic.is_empty()
    }

    /// Where the number is in the topic's JSON; empty for a plain number.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.0.pointer
    }

    /// What the number is multiplied with.
    #[must_use]
    pub const fn scale(&self) -> f64 {
        self.0.scale
    }

    /// After so many milliseconds a reading is none any more, if that is given.
    #[must_use]
    pub fn max_age_ms(&self) -> Option<u64> {
        (self.0.max_age > 0).then(|| u64::from(self.0.max_age) * 1000)
    }
}

impl Serialize for Feed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let plain = Detailed { topic: self.0.topic.clone(), ..Detailed::default() };
        if self.0 == plain {
            self.0.topic.serialize(serializer)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Feed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Detailed;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(
                    "a topic, or a table: {topic = \"car\", pointer = \"/soc\", scale = 100.0, \
                     max_age = 600}",
                )
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                let topic = text.parse().map_err(E::custom)?;
                Ok(Detailed { topic, ..Detailed::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                Detailed::deserialize(MapAccessDeserializer::new(map))
            }
        }
        let feed = deserializer.deserialize_any(Visitor)?;
        if !feed.scale.is_normal() {
            return Err(D::Error::custom("scale is a number and not 0"));
        }
        if !feed.pointer.is_empty() && !feed.pointer.starts_with('/') {
            return Err(D::Error::custom(
                "a JSON pointer begins with /, for instance /battery/soc",
            ));
        }
        Ok(Self(feed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_is_a_topic_or_a_table_and_is_written_as_it_was_read() {
        for json in
            [r#""car/soc""#, r#"{"topic":"car","pointer":"/soc","scale":100.0,"max_age":60}"#]
        {
            let feed: Feed = serde_json::from_str(json).unwrap();
            let written = serde_json::to_value(&feed).unwrap();
            assert_eq!(written, serde_json::from_str::<serde_json::Value>(json).unwrap());
        }
        for (json, problem) in [
            (r#""a/#""#, "one topic"),
            (r#"{"topic": "a", "pointer": "soc"}"#, "begins with /"),
            (r#"{"topic": "a", "scale": 0}"#, "not 0"),
            (r#"{"topik": "a"}"#, "topik"),
            ("3", "a topic, or a table"),
        ] {
            let error = serde_json::from_str::<Feed>(json).unwrap_err().to_string();
            assert!(error.contains(problem), "{json}: {error}");
        }
    }
}
