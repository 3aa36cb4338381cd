//! What a bad line does to what is sent over it.

use std::borrow::Cow;

/// Something that happens to one line on its way. Places count bytes from the `$`; one behind the
/// end is taken modulo the length. Times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It does not come.
    Lose,
    /// It comes twice.
    Twice,
    /// It comes so much later, and everything behind it waits: lines do not overtake each other.
    Late(u64),
    /// It comes behind the next line. A wire does not do that, a network of datagrams does.
    Overtaken,
    /// Bits of one byte flip. Two of these on one line make a damage that a XOR may not see.
    Flip {
        /// Which byte.
        place: usize,
        /// Which bits.
        bits: u8,
    },
    /// One byte becomes another.
    Put {
        /// Which byte.
        place: usize,
        /// What it becomes.
        byte: u8,
    },
    /// One byte is lost.
    Skip {
        /// Which byte.
        place: usize,
    },
    /// Everything from a byte on is lost.
    Cut {
        /// The first byte that is lost.
        place: usize,
    },
    /// Bytes come in before this one; before the line at 0, behind it at its length.
    Insert {
        /// Before which byte.
        place: usize,
        /// What comes in.
        bytes: Cow<'static, [u8]>,
        /// What it is, for the figures.
        kind: Kind,
    },
    /// The line is silent in the middle.
    Pause {
        /// Before which byte.
        place: usize,
        /// For how long.
        time: u64,
    },
    /// Every byte takes so long.
    Slow(u64),
}

/// Kinds of faults, to be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A line is lost.
    Lost,
    /// A line comes twice.
    Doubled,
    /// A line and all behind it come late.
    Late,
    /// A line comes behind the next.
    Overtaken,
    /// One bit is flipped.
    OneBit,
    /// Two bits of a line are flipped.
    TwoBits,
    /// A byte is another one, or lost.
    Byte,
    /// A line is cut off.
    Cut,
    /// Bytes that mean nothing come in.
    Garbage,
    /// A notification comes in, between lines or in the middle of one.
    Notification,
    /// Silence in the middle of a line, or slow bytes.
    Slow,
    /// The caller drops a call.
    Dropped,
    /// The controller restarts.
    Restart,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Lost,
        Self::Doubled,
        Self::Late,
        Self::Overtaken,
        Self::OneBit,
        Self::TwoBits,
        Self::Byte,
        Self::Cut,
        Self::Garbage,
        Self::Notification,
        Self::Slow,
        Self::Dropped,
        Self::Restart,
    ];
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Lost => "line lost",
            Self::Doubled => "line twice",
            Self::Late => "late",
            Self::Overtaken => "overtaken",
            Self::OneBit => "one bit flipped",
            Self::TwoBits => "two bits flipped",
            Self::Byte => "byte changed or lost",
            Self::Cut => "line cut off",
            Self::Garbage => "garbage between",
            Self::Notification => "notification between",
            Self::Slow => "gap or slow bytes",
            Self::Dropped => "call dropped",
            Self::Restart => "controller restarts",
        })
    }
}

impl Fault {
    /// Its kind. Two flips on one line are [`Kind::TwoBits`] together.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Lose => Kind::Lost,
            Self::Twice => Kind::Doubled,
            Self::Late(_) => Kind::Late,
            Self::Overtaken => Kind::Overtaken,
            Self::Flip { bits, .. } if bits.is_power_of_two() => Kind::OneBit,
            Self::Flip { .. } => Kind::TwoBits,
            Self::Put { .. } | Self::Skip { .. } => Kind::Byte,
            Self::Cut { .. } => Kind::Cut,
            Self::Insert { kind, .. } => *kind,
            Self::Pause { .. } | Self::Slow(_) => Kind::Slow,
        }
    }
}
