//! From bytes to lines.

use crate::{Frame, FrameError, Sender};

/// Collects the bytes of a serial line into RAPI lines.
///
/// `$` begins a line wherever it comes, CR ends it. What lies between lines is dropped and counted:
/// the text that some controllers print at boot, line feeds, noise. A line of more than `N` bytes
/// (`$` included, CR excluded) is reported as [`FrameError::TooLong`] when its CR comes, or
/// forgotten when a new `$` comes first.
///
/// `N` is 64 by default, enough for what every known firmware says; only the answer to
/// [`GetRelayHealth`](crate::commands::GetRelayHealth) would be longer, up to 80, if all its counters
/// were at their ends. A controller that wants to take what real ones take has 31
/// ([`MAX_COMMAND_LEN`](crate::MAX_COMMAND_LEN)).
///
/// ```
/// use rapi_core::{Decoder, Sender};
///
/// let mut decoder = Decoder::<64>::new();
/// let mut codes = Vec::new();
/// for &byte in b"\nrelayCloseMs: 100\r\n$OK 16^07\r$AT 01 01 16 0200^34\r" {
///     if decoder.push(byte) {
///         codes.push(decoder.frame(Sender::Controller)?.code().to_string());
///     }
/// }
/// assert_eq!(codes, ["OK", "AT"]);
/// assert_eq!(decoder.dropped().noise, 20);
/// # Ok::<(), rapi_core::FrameError>(())
/// ```
// See spec/rapi.md#client-receiver.
// In this order it is made where it is to be, without `memcpy`, and a chip reaches the state best.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(C)]
pub struct Decoder<const N: usize = 64> {
    state: State,
    buffer: [u8; N],
}

/// What a [`Decoder`] has dropped. The counters begin anew behind 65,535.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Dropped {
    /// Bytes outside lines.
    pub noise: u16,
    /// Lines that a new `$` cut off.
    pub cut: u16,
    /// Lines that did not fit the buffer.
    pub too_long: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Phase {
    /// Waiting for `$`.
    Idle,
    Collecting,
    /// The line does not fit: waiting for its end.
    Overflow,
    /// A line is in the buffer.
    Complete,
    /// A line has ended that did not fit.
    TooLong,
}

#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
// With a gap behind the last field it would be copied, with `memcpy`.
#[repr(C)]
struct State {
    /// The length of the line that has ended.
    len: Place,
    dropped: Dropped,
    phase: Phase,
    /// Where the next byte of the line goes, from [`FIRST`] on; [`NOWHERE`] if there is no line to collect.
    next: Place,
}

impl<const N: usize> Default for Decoder<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> Decoder<N> {
    /// Makes an empty decoder; usable in a `static`.
    #[must_use]
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "what is not inlined is made elsewhere and copied")]
    pub const fn new() -> Self {
        const { assert!(N < u16::MAX as usize, "no line is that long") };
        let dropped = Dropped { noise: 0, cut: 0, too_long: 0 };
        let state = State { phase: Phase::Idle, next: NOWHERE, len: 0, dropped };
        Self { buffer: [0; N], state }
    }

    /// Takes one byte and returns whether it ended a line.
    ///
    /// The line stays available from [`line`](Self::line) and [`frame`](Self::frame) until the
    /// next byte is pushed.
    #[inline]
    pub fn push(&mut self, byte: u8) -> bool {
        // Most bytes are told from both by one comparison.
        if byte > b'$' || (byte != b'$' && byte != b'\r') {
            let next = self.state.next;
            if let Some(place) = self.buffer.get_mut(index(next.wrapping_sub(FIRST))) {
                *place = byte;
                self.state.next = next.wrapping_add(1);
                return false;
            }
        }
        self.state.turn(&mut self.buffer, byte)
    }

    /// Takes bytes up to the end of a line. Returns how many were taken if a line has ended, or
    /// `None` if all were taken and none has.
    pub fn feed(&mut self, bytes: &[u8]) -> Option<usize> {
        let end = bytes.iter().position(|&byte| self.push(byte))?;
        Some(end.saturating_add(1))
    }

    /// Returns the line that has ended, from `$` up to CR, CR excluded.
    ///
    /// # Errors
    ///
    /// [`FrameError::TooLong`] when it did not fit, [`FrameError::NoStart`] when none has ended.
    pub fn line(&self) -> Result<&[u8], FrameError> {
        match self.state.phase {
            Phase::Complete => {
                if let Some(line) = self.buffer.get(..index(self.state.len)) {
                    return Ok(line);
                }
            }
            Phase::TooLong => {}
            Phase::Idle | Phase::Collecting | Phase::Overflow => return Err(FrameError::NoStart),
        }
        Err(FrameError::TooLong)
    }

    /// Takes the line that has ended apart.
    ///
    /// # Errors
    ///
    /// Those of [`line`](Self::line) and of [`Frame::parse`].
    pub fn frame(&self, sender: Sender) -> Result<Frame<'_>, FrameError> {
        Frame::parse(self.line()?, sender)
    }

    /// Forgets a line that has begun.
    pub const fn reset(&mut self) {
        self.state.phase = Phase::Idle;
        self.state.next = NOWHERE;
    }

    /// Whether a line has begun and not ended.
    #[must_use]
    pub const fn is_mid_line(&self) -> bool {
        matches!(self.state.phase, Phase::Collecting | Phase::Overflow)
    }

    /// Returns what has been dropped so far.
    #[must_use]
    pub const fn dropped(&self) -> Dropped {
        self.state.dropped
    }
}

impl State {
    /// Takes a byte that begins or ends a line, that lies between lines or does not fit. One body
    /// for all buffer sizes.
    #[cfg_attr(target_pointer_width = "64", inline)]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn turn(&mut self, buffer: &mut [u8], byte: u8) -> bool {
        let end = core::mem::replace(&mut self.next, NOWHERE);
        self.phase = match (byte, self.phase) {
            (b'$', phase) => {
                match phase {
                    Phase::Collecting => count(&mut self.dropped.cut),
                    Phase::Overflow => count(&mut self.dropped.too_long),
                    _ => {}
                }
                match buffer {
                    [first, ..] => {
                        *first = byte;
                        self.next = FIRST.wrapping_add(1);
                        Phase::Collecting
                    }
                    [] => Phase::Overflow,
                }
            }
            (b'\r', Phase::Collecting) => {
                self.len = end.wrapping_sub(FIRST);
                Phase::Complete
            }
            (b'\r', Phase::Overflow) => {
                count(&mut self.dropped.too_long);
                Phase::TooLong
            }
            (_, Phase::Collecting | Phase::Overflow) => Phase::Overflow,
            _ => {
                count(&mut self.dropped.noise);
                Phase::Idle
            }
        };
        matches!(self.phase, Phase::Complete | Phase::TooLong)
    }
}

/// A place in a line. A chip saves RAM, a computer an instruction for each byte.
#[cfg(target_pointer_width = "64")]
type Place = usize;
#[cfg(not(target_pointer_width = "64"))]
type Place = u16;

/// Where a line begins. From 1 on, a new decoder is all zeros, which as a `static` takes nothing of a
/// chip's flash; from 0 on, a computer saves an instruction more.
const FIRST: Place = if cfg!(target_pointer_width = "64") { 0 } else { 1 };
/// Before the first place: what comes is not part of a line.
const NOWHERE: Place = FIRST.wrapping_sub(1);

#[allow(clippy::unnecessary_cast, reason = "it is one on a chip")]
const fn index(place: Place) -> usize {
    place as usize
}

const fn count(counter: &mut u16) {
    *counter = counter.wrapping_add(1);
}
