//! What comes of a trial.

use std::fmt;

/// What came of the exchanges of a trial.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Commands that were sent.
    pub exchanges: u64,
    /// Commands whose answer came.
    pub answered: u64,
    /// Commands that failed, and said so.
    pub failed: u64,
    /// Commands that were dropped before they ended.
    pub dropped: u64,
    /// Answers that were damaged on their way in a manner that eight bits of XOR do not show. No
    /// client can tell; see the front page of `rapi-client` for how many there have to be.
    pub undetectable: u64,
    /// Commands that were damaged like that, and answered.
    pub misheard: u64,
    /// Times that the weather was calm again and the next command was answered at once.
    pub recoveries: u64,
    /// Commands before that which took an old `$NK` for their own, and said so.
    pub garbled_first: u64,
    /// The most bytes that a client had to read until then, besides those that waited for it.
    pub worst_recovery: u64,
    /// Notifications that were handed out.
    pub notifications: u64,
}

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// An answer that was not given to its command.
    Answer {
        /// What the client has handed out.
        returned: String,
        /// What the device has said lately, and how many commands ago it heard what it answers.
        said: Vec<String>,
    },
    /// The line was good and nothing else was under way, but no answer came.
    NotRecovered {
        /// What the client has said instead.
        outcome: String,
        /// How many bytes it read.
        bytes: u64,
    },
    /// A call that waits for what never comes.
    Stuck,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer { returned, said } => {
                write!(f, "{returned} was handed out, but what was said is {said:?}")
            }
            Self::NotRecovered { outcome, bytes } => {
                write!(f, "on a good line there was no answer after {bytes} bytes: {outcome}")
            }
            Self::Stuck => f.write_str("a call would wait for ever"),
        }
    }
}

impl std::error::Error for Wrong {}
