//! Why serving has ended.

use core::fmt;

/// Why serving has ended. What a client sends is never a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Error<E> {
    /// The transport failed.
    Transport(E),
    /// The transport is at its end: the client has gone.
    Closed,
    /// The transport says that it read or wrote more than it was given.
    BadTransport,
}

impl<E: fmt::Display> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport(error) => write!(f, "the line to the client failed: {error}"),
            Self::Closed => f.write_str("the line to the client is closed"),
            Self::BadTransport => f.write_str("the transport breaks its contract"),
        }
    }
}

impl<E: core::error::Error> core::error::Error for Error<E> {}
