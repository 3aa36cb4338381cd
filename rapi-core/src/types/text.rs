//! Short texts without heap.

use core::fmt;

use crate::ascii::is_plain;
use crate::{Field, FieldError, Fields, Form, Writer};

/// A word of up to `N` printable ASCII characters, without space, `$`, `^` and `*`.
///
/// ```
/// use rapi_core::types::Text;
///
/// let text = Text::<20>::new("D4.10.4.EU").unwrap();
/// assert_eq!(text.as_str(), "D4.10.4.EU");
/// assert!(Text::<4>::new("8.2.3").is_none());
/// ```
// Aligned so that a chip copies it by words, without linking `memcpy`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(target_arch = "arm", repr(align(4)))]
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

    fn from_bytes(word: &[u8]) -> Option<Self> {
        let text = Self::of(word);
        if text.len > 0 && word.iter().all(|&byte| is_plain(byte)) { Some(text) } else { None }
    }

    /// Copies a word; its length is 0 if it is empty or too long.
    fn of(word: &[u8]) -> Self {
        // Not of zeros first: that would link `memset`.
        let bytes = core::array::from_fn(|place| word.get(place).map_or(0, |byte| *byte));
        let len = if word.len() > N { 0 } else { word.len() };
        Self { bytes, len: u8::try_from(len).unwrap_or(0) }
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

/// Writes the first characters.
#[cfg_attr(target_pointer_width = "16", inline(never))]
fn write(bytes: &[u8], len: u8, writer: &mut Writer<'_>) {
    writer.text(bytes.get(..usize::from(len)).unwrap_or_default());
}

impl<const N: usize> Field for Text<N> {
    #[expect(clippy::cast_possible_truncation, reason = "a line has no more than 255 characters")]
    const FORM: Form = Form::Text { max: N as u8, spaces: false };

    fn read(fields: &mut Fields<'_>) -> Self {
        // A frame has no other characters.
        let text = Self::of(fields.word());
        if text.len == 0 {
            fields.refuse(FieldError::Invalid);
        }
        text
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        write(&self.bytes, self.len, writer);
    }
}

/// A text for the display: up to 20 printable ASCII characters with single spaces inside.
///
/// Whether it fits is decided when the command is written: with a sequence id 16 characters and 5
/// spaces do. A controller would take `$`, `^` and `*` for the end of the line, and a last word
/// that begins with `:` for a sequence id.
///
/// ```
/// use rapi_core::types::LcdText;
///
/// assert!(LcdText::new("Hello World").is_some());
/// for text in ["", "US$5", "a  b", " a", "a :b", "longer than a display's line"] {
///     assert!(LcdText::new(text).is_none(), "{text}");
/// }
/// ```
// See spec/rapi.md#lcd-text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(target_arch = "arm", repr(align(4)))]
pub struct LcdText {
    bytes: [u8; Self::MAX],
    len: u8,
}

impl LcdText {
    /// The most characters that fit a line without sequence id.
    pub const MAX: usize = 20;

    /// Makes a text; `None` if it cannot be sent as it is.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let mut words = text.as_bytes().split(|&byte| byte == b' ');
        let plain = |word: &[u8]| Text::<{ Self::MAX }>::from_bytes(word).is_some();
        if !words.clone().all(plain) || words.next_back()?.first() == Some(&b':') {
            return None;
        }
        let mut built = Self { bytes: [0; Self::MAX], len: 0 };
        text.as_bytes().iter().all(|&byte| built.push(byte)).then_some(built)
    }

    /// Returns the characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// Takes the words of a client as a display takes them: any bytes, a space between two words,
    /// and what is longer than [`MAX`](Self::MAX) is cut.
    ///
    /// ```
    /// use rapi_core::types::LcdText;
    ///
    /// let text = LcdText::from_words([&b"\xb0C"[..], b"", b"in"]);
    /// assert_eq!(text.as_bytes(), b"\xb0C  in");
    /// ```
    pub fn from_words<'a>(words: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut text = Self { bytes: [0; Self::MAX], len: 0 };
        for (number, word) in words.into_iter().enumerate() {
            let space = if number == 0 { &b""[..] } else { b" " };
            let _cut = space.iter().chain(word).all(|&byte| text.push(byte));
        }
        text
    }

    /// Returns the text as it goes over the wire: a device may get bytes that are no ASCII.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    fn push(&mut self, byte: u8) -> bool {
        let Some(place) = self.bytes.get_mut(usize::from(self.len)) else { return false };
        *place = byte;
        self.len = self.len.wrapping_add(1);
        true
    }
}

impl fmt::Display for LcdText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for LcdText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for LcdText {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "{=str}", self.as_str());
    }
}

/// All words that are left.
impl Field for LcdText {
    const FORM: Form = Form::Text { max: 20, spaces: true };

    fn read(fields: &mut Fields<'_>) -> Self {
        let mut text = Self { bytes: [0; Self::MAX], len: 0 };
        let rest = fields.rest();
        for (place, byte) in text.bytes.iter_mut().zip(rest) {
            *place = *byte;
        }
        let [len, ..] = rest.len().to_le_bytes();
        text.len = len;
        if rest.len() > Self::MAX {
            fields.refuse(FieldError::OutOfRange);
        }
        text
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        for word in self.as_bytes().split(|&byte| byte == b' ') {
            writer.text(word);
        }
    }
}

/// The serial number of the controller's chip: 14 characters of an ATmega, 32 of a SAMD.
// See spec/rapi.md#gi.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SerialNumber(pub Text<32>);

impl SerialNumber {
    /// An ATmega sends its number behind two spaces, that is, behind an empty field.
    const AVR_LEN: usize = 14;
}

impl fmt::Display for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Field for SerialNumber {
    const FORM: Form = Text::<32>::FORM;

    fn read(fields: &mut Fields<'_>) -> Self {
        let mut probe = *fields;
        if probe.next().is_some_and(<[u8]>::is_empty) {
            *fields = probe;
        }
        Self(fields.read())
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        if self.0.as_bytes().len() == Self::AVR_LEN {
            writer.text(b"");
        }
        self.0.encode(writer);
    }
}
