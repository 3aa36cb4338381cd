//! Short texts without heap.

use core::fmt;

use crate::{DecodeError, Field, FieldError, Fields, Writer};

/// A word of up to `N` printable ASCII characters, without space, `$`, `^` and `*`.
///
/// ```
/// use rapi_core::types::Text;
///
/// let text = Text::<20>::new("D4.10.4.EU").unwrap();
/// assert_eq!(text.as_str(), "D4.10.4.EU");
/// assert!(Text::<4>::new("8.2.3").is_none());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<const N: usize> {
    bytes: [u8; N],
    len: u8,
}

impl<const N: usize> Text<N> {
    /// Makes a text; `None` if it is empty, too long or has a character that RAPI does not allow.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        Self::from_bytes(text.as_bytes())
    }

    fn from_bytes(text: &[u8]) -> Option<Self> {
        let allowed = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'$' | b'^' | b'*');
        if text.is_empty() || !text.iter().all(allowed) {
            return None;
        }
        let mut bytes = [0; N];
        let (place, _) = bytes.split_at_mut_checked(text.len())?;
        for (to, from) in place.iter_mut().zip(text) {
            *to = *from;
        }
        Some(Self { bytes, len: u8::try_from(text.len()).ok()? })
    }

    /// Returns the characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// Returns the characters as bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }
}

impl<const N: usize> fmt::Display for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

#[cfg(feature = "defmt")]
impl<const N: usize> defmt::Format for Text<N> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "{=str}", self.as_str());
    }
}

impl<const N: usize> Field for Text<N> {
    fn decode(fields: &mut Fields<'_>) -> Result<Self, DecodeError> {
        let field = fields.require()?;
        Self::from_bytes(field).ok_or(fields.error(FieldError::Invalid))
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        writer.text(self.as_bytes());
    }
}
