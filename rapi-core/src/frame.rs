//! One line of RAPI, taken apart.

use core::cell::Cell;
use core::fmt;
use core::num::NonZeroU8;

use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take, take_till};
use nom::character::complete::char;

use crate::ascii::parse_upper_hex2;
use crate::{Check, Checksum, Code, Fields, FrameError, MAX_TOKENS};

/// An id that a client adds to a command and a controller repeats in the reply: 01 to FF.
///
/// It is what tells a late reply from a fresh one. 00 is reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SeqId(NonZeroU8);

impl SeqId {
    /// The first id.
    pub const FIRST: Self = Self(NonZeroU8::MIN);

    /// Makes an id; `None` for 0, which is reserved.
    #[must_use]
    pub const fn new(id: u8) -> Option<Self> {
        match NonZeroU8::new(id) {
            Some(id) => Some(Self(id)),
            None => None,
        }
    }

    /// Returns the number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0.get()
    }

    /// Returns the next id: after FF comes 01.
    #[must_use]
    pub const fn next(self) -> Self {
        match NonZeroU8::new(self.get().wrapping_add(1)) {
            Some(id) => Self(id),
            None => Self::FIRST,
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
pub struct Frame<'a> {
    code: Code,
    fields: Fields<'a>,
    seq: Option<SeqId>,
    check: Check,
}

/// What the grammar alone finds, before any meaning is looked at.
struct Parts<'a> {
    code: Code,
    body: &'a [u8],
    /// The mark and what follows it.
    check: Option<(char, &'a [u8])>,
    /// Of all bytes before the mark.
    xor: u8,
    /// Whether all bytes of the body are printable and none is `$`.
    clean: bool,
}

/// `"$" 2OCTET *( OCTET except marks ) [ ("^" / "*") *OCTET ]`
///
/// Flat on purpose: nested combinators make the compiler keep bounds checks that can panic. The
/// checksum is computed in the same pass that looks for its mark.
fn parts(line: &[u8]) -> Result<Parts<'_>, FrameError> {
    type Nom<'a, T> = nom::IResult<&'a [u8], T, ()>;

    let start: Nom<'_, _> = tag("$").parse(line);
    let Ok((rest, _)) = start else { return Err(FrameError::NoStart) };
    let code: Nom<'_, &[u8]> = take(2_usize).parse(rest);
    let Ok((rest, &[first, second])) = code else { return Err(FrameError::Code) };
    let xor = Cell::new(b'$' ^ first ^ second);
    let unclean = Cell::new(0);
    let is_mark = |byte: u8| {
        // `$` is none, but nothing may follow it here.
        if byte == b'^' || byte == b'*' || byte == b'$' {
            return true;
        }
        xor.set(xor.get() ^ byte);
        unclean.set(unclean.get().max(byte.wrapping_sub(b' ')));
        false
    };
    let body: Nom<'_, &[u8]> = take_till(is_mark).parse(rest);
    let Ok((rest, body)) = body else { return Err(FrameError::Code) };
    let mark: Nom<'_, char> = alt((char('^'), char('*'))).parse(rest);
    let check = mark.ok().map(|(digits, mark)| (mark, digits));
    let clean = unclean.get() <= b'~' - b' ' && (check.is_some() || rest.is_empty());
    let xor = xor.get();
    Ok(Parts { code: Code::new([first, second]), body, check, xor, clean })
}

impl<'a> Frame<'a> {
    /// Takes a line apart: from `$` up to CR, CR excluded.
    ///
    /// # Errors
    ///
    /// A byte that was damaged on the wire shows as [`FrameError::Checksum`]; the other reasons are
    /// those of a sender that does not keep to the grammar.
    pub fn parse(line: &'a [u8], sender: Sender) -> Result<Self, FrameError> {
        let parts = parts(line)?;
        // First of all: a line that was damaged is not worth a closer look.
        let check = verify(&parts, sender)?;
        // A code is followed by a space, a mark or the end: `$GSX` is not `$GS`.
        if !parts.code.is_well_formed() || parts.body.first().is_some_and(|&byte| byte != b' ') {
            return Err(FrameError::Code);
        }
        if !parts.clean {
            return Err(FrameError::Byte);
        }
        let (body, seq) = split_seq(parts.body)?;
        let fields = Fields::new(body);
        if matches!(sender, Sender::Client) {
            if fields.into_iter().any(<[u8]>::is_empty) {
                return Err(FrameError::EmptyField);
            }
            // The code is a token, and so is the id.
            let tokens = fields.count().saturating_add(if seq.is_some() { 2 } else { 1 });
            if tokens > usize::from(MAX_TOKENS) {
                return Err(FrameError::TooManyTokens);
            }
        }
        Ok(Self { code: parts.code, fields, seq, check })
    }

    /// Returns the two characters behind `$`.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Returns the fields behind the code, without the sequence id.
    #[must_use]
    pub const fn fields(&self) -> Fields<'a> {
        self.fields
    }

    /// Returns the sequence id.
    #[must_use]
    pub const fn seq(&self) -> Option<SeqId> {
        self.seq
    }

    /// Returns which checksum the line carried. It was right.
    #[must_use]
    pub const fn check(&self) -> Check {
        self.check
    }
}

/// Checks the digits behind the mark against the bytes before it.
fn verify(parts: &Parts<'_>, sender: Sender) -> Result<Check, FrameError> {
    let Some((mark, digits)) = parts.check else {
        return Ok(Check::None);
    };
    let &[high, low] = digits else {
        return Err(FrameError::ChecksumSyntax);
    };
    let found = parse_upper_hex2(high, low).ok_or(FrameError::ChecksumSyntax)?;
    let (check, computed) =
        if mark == '^' { (Check::Xor, parts.xor) } else { (Check::Sum, sum(parts)) };
    if found != computed {
        return Err(FrameError::Checksum { found, computed });
    }
    if matches!((sender, check), (Sender::Controller, Check::Sum)) {
        return Err(FrameError::ChecksumKind);
    }
    Ok(check)
}

/// The additive checksum, which is too rare to be computed in passing.
fn sum(parts: &Parts<'_>) -> u8 {
    let [first, second] = parts.code.to_bytes();
    let mut checksum = Checksum::of(parts.body);
    for byte in [b'$', first, second] {
        checksum.push(byte);
    }
    checksum.sum()
}

/// Cuts a trailing ` :SS` off.
fn split_seq(body: &[u8]) -> Result<(&[u8], Option<SeqId>), FrameError> {
    match body {
        [rest @ .., b' ', b':', high, low] if *high != b' ' && *low != b' ' => {
            let seq = parse_upper_hex2(*high, *low).and_then(SeqId::new);
            seq.map(|seq| (rest, Some(seq))).ok_or(FrameError::SequenceId)
        }
        // An id of another length.
        _ => match body.rsplit(|&byte| byte == b' ').next() {
            Some([b':', ..]) => Err(FrameError::SequenceId),
            _ => Ok((body, None)),
        },
    }
}
