//! One line of RAPI, taken apart.

use core::fmt;
use core::num::NonZeroU8;

use nom::Parser;
use nom::bytes::complete::take;
use nom::number::complete::be_u8;

use crate::ascii::{Register, upper_hex2};
use crate::look::Look;
use crate::{Check, Code, Dialect, Fields, FrameError, MAX_TOKENS};

/// An id that a client adds to a command and a controller repeats in the reply: 01 to FF.
///
/// It is what tells a late reply from a fresh one. 00 is reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SeqId(NonZeroU8);

impl SeqId {
    /// The first id.
    pub const FIRST: Self = Self(NonZeroU8::MIN);
    /// The last id that a client should use. F0, F1 and FB to FE are codes of commands: if the `:` before
    /// one becomes `$`, a controller may execute it. It answers to all ids.
    // See spec/rapi.md#ids-that-are-codes.
    pub const LAST: Self = match Self::new(0xef) {
        Some(id) => id,
        None => Self::FIRST,
    };

    /// Makes an id; `None` for 0, which is reserved.
    #[must_use]
    pub const fn new(id: u8) -> Option<Self> {
        match NonZeroU8::new(id) {
            Some(id) => Some(Self(id)),
            None => None,
        }
    }

    /// Takes an id from any number, for instance a clock's: a program that has just started should not
    /// begin where the one before it began.
    #[must_use]
    pub const fn from_seed(seed: u32) -> Self {
        let rest = match seed.checked_rem(Self::LAST.get() as u32) {
            Some(rest) => rest,
            None => 0,
        };
        match Self::new(rest.to_le_bytes()[0]) {
            Some(id) => id,
            None => Self::LAST,
        }
    }

    /// Returns the number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0.get()
    }

    /// Returns the next id: after [`LAST`](Self::LAST) comes 01.
    ///
    /// ```
    /// use rapi_core::SeqId;
    ///
    /// assert_eq!(SeqId::FIRST.next(), SeqId::new(0x02).unwrap());
    /// assert_eq!(SeqId::LAST.next(), SeqId::FIRST);
    /// ```
    #[must_use]
    pub const fn next(self) -> Self {
        match NonZeroU8::new(self.get().wrapping_add(1)) {
            Some(id) if id.get() <= Self::LAST.get() => Self(id),
            _ => Self::FIRST,
        }
    }
}

impl fmt::Display for SeqId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X}", self.get())
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for SeqId {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "{:02X}", self.get());
    }
}

/// Who sent a line: commands and replies have slightly different grammars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Sender {
    /// The line is a command.
    Client,
    /// The line is a reply or a notification.
    Controller,
}

/// A line whose form and checksum are right. It borrows the line.
///
/// ```text
/// frame    = "$" code *( SP field ) [ SP ":" seqid ] [ check ]      ; CR is already cut off
/// code     = %x41-5A ( %x41-5A / DIGIT )                 ; upper case
/// field    = 1*( %x21-23 / %x25-29 / %x2B-5D / %x5F-7E ) ; printable, no SP $ * ^
///                                                        ; of a controller: may be empty
/// seqid    = 2HEXUP                                      ; 01 .. FF
/// check    = ( "^" / "*" ) 2HEXUP                        ; of a controller: "^" only
/// ```
///
/// ```
/// use rapi_core::{Check, Frame, Sender, SeqId};
///
/// let frame = Frame::parse(b"$OK 16 :7F^6C", Sender::Controller)?;
/// assert_eq!(frame.code().to_string(), "OK");
/// assert_eq!(frame.fields().next(), Some(&b"16"[..]));
/// assert_eq!(frame.seq(), SeqId::new(0x7f));
/// assert_eq!(frame.check(), Check::Xor);
/// # Ok::<(), rapi_core::FrameError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Frame<'a> {
    /// What is behind the code, without the space between; `None` if there is nothing.
    pub(crate) rest: Option<&'a [u8]>,
    code: Code,
    seq: Option<SeqId>,
    check: Check,
}

/// The mark and two digits.
const CHECK_LEN: usize = 3;
const CODE_LEN: usize = 2;

/// `"$" *OCTET [ ("^" / "*") 2OCTET ]`: all between `$` and the mark; the mark and two digits.
///
/// The mark is looked for where it has to be, two bytes before the end: nothing has to search for it.
/// Flat on purpose: nested combinators make the compiler keep bounds checks that can panic.
#[inline]
fn content_and_check(line: &[u8]) -> Result<(&[u8], Option<&[u8; CHECK_LEN]>), FrameError> {
    let start: Nom<'_, u8> = be_u8(line);
    let Ok((rest, b'$')) = start else { return Err(FrameError::NoStart) };
    if let Some(place) = rest.len().checked_sub(CHECK_LEN) {
        let content: Nom<'_, &[u8]> = take(place).parse(rest);
        if let Ok((tail @ [b'^' | b'*', ..], content)) = content {
            return Ok((content, tail.first_chunk()));
        }
    }
    Ok((rest, None))
}

type Nom<'a, T> = nom::IResult<&'a [u8], T, ()>;

impl<'a> Frame<'a> {
    /// Takes a line apart: from `$` up to CR, CR excluded.
    ///
    /// # Errors
    ///
    /// What was damaged on the wire mostly shows as [`FrameError::Checksum`]; the other reasons are
    /// those of a sender that does not keep to the grammar.
    pub fn parse(line: &'a [u8], sender: Sender) -> Result<Self, FrameError> {
        let (content, check) = content_and_check(line)?;
        if content.len() < CODE_LEN {
            return Err(FrameError::Code);
        }
        let Look { xor, sum, space, tokens, has_empty } = Look::over(content, sender)?;
        let check = match check {
            None => Check::None,
            Some([mark, digits @ ..]) => {
                let (check, computed) = match (mark, sender) {
                    (b'^', _) => (Check::Xor, b'$' ^ xor),
                    (_, Sender::Controller) => return Err(FrameError::ChecksumKind),
                    _ => (Check::Sum, sum.wrapping_add(b'$')),
                };
                let found = upper_hex2(digits);
                if found != Register::from(computed) {
                    return Err(differs(found, computed));
                }
                check
            }
        };
        let mut content = content;
        let mut seq = None;
        if let Some((before, [_, b':', digits @ ..])) = content.split_at_checked(space) {
            let id = if let Ok(digits) = digits.try_into() { upper_hex2(digits) } else { 0 };
            seq = SeqId::new(id.to_le_bytes()[0]);
            if seq.is_none() || id > 0xff {
                return Err(FrameError::SequenceId);
            }
            content = before;
        }
        let [first, second, body @ ..] = content else { return Err(FrameError::Code) };
        let code = Code::new([*first, *second]);
        if !code.is_well_formed() {
            return Err(FrameError::Code);
        }
        // A code is followed by a space, a mark or the end: `$GSX` is not `$GS`.
        let rest = match body {
            [] => None,
            [b' ', rest @ ..] => Some(rest),
            _ => return Err(FrameError::Code),
        };
        // What only a client has to keep to.
        if matches!(sender, Sender::Client) {
            if has_empty {
                return Err(FrameError::EmptyField);
            }
            if tokens > MAX_TOKENS {
                return Err(FrameError::TooManyTokens);
            }
        }
        Ok(Self { rest, code, seq, check })
    }

    /// Returns the two characters behind `$`.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Returns the fields behind the code, without the sequence id.
    #[must_use]
    pub const fn fields(&self) -> Fields<'a> {
        Fields::new(self.rest)
    }

    /// Returns the sequence id.
    #[must_use]
    pub const fn seq(&self) -> Option<SeqId> {
        self.seq
    }

    /// Whether the line carried a checksum if the lines of this kind always do in this dialect.
    ///
    /// A checksum where none was promised is no fault: it was right.
    #[must_use]
    pub const fn has_check_of(&self, dialect: Dialect) -> bool {
        let promised = if self.code.is(Code::OK) || self.code.is(Code::NK) {
            dialect.reply_check()
        } else {
            dialect.notification_check()
        };
        !matches!((promised, self.check), (Check::Xor | Check::Sum, Check::None))
    }

    /// Returns which checksum the line carried. It was right.
    #[must_use]
    pub const fn check(&self) -> Check {
        self.check
    }
}

/// Says what is wrong with the digits behind the mark.
#[cold]
fn differs(found: Register, computed: u8) -> FrameError {
    match u8::try_from(found) {
        Ok(found) => FrameError::Checksum { found, computed },
        Err(_) => FrameError::ChecksumSyntax,
    }
}
