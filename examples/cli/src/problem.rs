//! What can go wrong, by what the program ends with.

use std::fmt;

/// Why the program does not end with 0.
#[derive(Debug)]
pub enum Problem {
    /// The line, the station or a file: ends with 1.
    Failed(anyhow::Error),
    /// The command line makes no sense: ends with 2.
    Usage(String),
    /// The station said `$NK`: ends with 3.
    Refused(String),
    /// Nobody has said yes: ends with 4.
    Unconfirmed(String),
}

impl Problem {
    /// What the program ends with.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::Refused(_) => 3,
            Self::Unconfirmed(_) => 4,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => write!(f, "{error:#}"),
            Self::Usage(text) | Self::Refused(text) | Self::Unconfirmed(text) => f.write_str(text),
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}
