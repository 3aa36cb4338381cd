//! What the bridge says while it runs.

use serde::Deserialize;

/// What the bridge says while it runs.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// Who reads it.
    pub format: LogFormat,
}

/// Who reads the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// A person.
    #[default]
    Text,
    /// A program: one JSON object a line.
    Json,
}
