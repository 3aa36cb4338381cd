//! The format of the recordings of real controllers: an exchange a line, as JSON.

use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A line of a recording: an exchange, or a wait in which the controller spoke by itself.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Record {
    /// What was sent; empty for a wait.
    #[serde(with = "code_points")]
    pub send: Vec<u8>,
    /// What came until 200 ms of silence.
    #[serde(with = "code_points")]
    pub recv: Vec<u8>,
    /// From the end of what was sent, or the begin of the wait, to the first answer, in
    /// milliseconds of the controller.
    pub ms: Option<f64>,
    /// What the person who recorded it says.
    #[serde(default)]
    pub note: String,
    /// The same to the last answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms_last: Option<f64>,
    /// Whether the answer came after more than 200 ms.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub late: bool,
    /// The state of the vehicle that was set before the wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pilot: Option<String>,
    /// The lines that came in a wait, each with its time since the begin of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<(f64, String)>,
    /// How long the wait was, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waited_ms: Option<f64>,
}

/// Reads a recording.
///
/// # Errors
///
/// A file that is not there, or a line that is no record, by its number.
pub fn read(path: &Path) -> anyhow::Result<Vec<Record>> {
    let name = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
    (1..)
        .zip(text.lines())
        .map(|(number, line)| {
            let mut json = serde_json::Deserializer::from_str(line);
            serde_path_to_error::deserialize(&mut json)
                .with_context(|| format!("{name}:{number}: not a line of a recording"))
        })
        .collect()
}

/// Bytes are code points 0 to 255.
pub(super) fn text(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// `None` when there is a character that is no byte.
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
}

mod code_points {
    use super::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        super::text(bytes).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        super::bytes(&String::deserialize(from)?)
            .ok_or_else(|| serde::de::Error::custom("a character that is no byte"))
    }
}
