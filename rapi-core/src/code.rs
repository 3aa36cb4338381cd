//! The two characters that name a command, a reply or a notification.

use core::fmt;

/// The two characters behind `$`: a command such as `GS`, a reply (`OK`, `NK`) or a notification.
///
/// ```
/// use rapi_core::Code;
///
/// assert_eq!(Code::new(*b"GS").to_string(), "GS");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Code(u16);

impl Code {
    /// The positive reply.
    pub const OK: Self = Self::new(*b"OK");
    /// The negative reply.
    pub const NK: Self = Self::new(*b"NK");

    /// Makes a code of two characters.
    #[must_use]
    pub const fn new(characters: [u8; 2]) -> Self {
        Self(u16::from_le_bytes(characters))
    }

    /// Returns the two characters.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 2] {
        self.0.to_le_bytes()
    }

    /// Whether both are the same.
    pub(crate) const fn is(self, other: Self) -> bool {
        self.0 == other.0
    }

    /// Whether this is an upper-case letter followed by an upper-case letter or a digit.
    pub(crate) const fn is_well_formed(self) -> bool {
        let [first, second] = self.to_bytes();
        first.is_ascii_uppercase() && (second.is_ascii_uppercase() || second.is_ascii_digit())
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = self.to_bytes();
        fmt::Write::write_char(f, char::from(first))?;
        fmt::Write::write_char(f, char::from(second))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({self})")
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Code {
    fn format(&self, f: defmt::Formatter<'_>) {
        let [first, second] = self.to_bytes();
        defmt::write!(f, "{}{}", char::from(first), char::from(second));
    }
}

// By their characters, and not as the number that they are to a chip.
impl Ord for Code {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.to_bytes().cmp(&other.to_bytes())
    }
}

impl PartialOrd for Code {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
