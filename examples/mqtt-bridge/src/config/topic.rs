//! A topic of the configuration.

use std::str::FromStr;

use serde::{Serialize, Serializer};

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

impl Serialize for Topic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_has_no_wildcards() {
        for text in ["a/#", "a/+/b"] {
            assert!(text.parse::<Topic>().is_err(), "{text}");
        }
    }
}
