//! One direction of a serial line.

use std::collections::VecDeque;

use crate::fault::Fault;

/// A byte on the wire.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Byte {
    /// When it arrives.
    pub(crate) at: u64,
    pub(crate) byte: u8,
    /// Which call it belongs to.
    pub(crate) tag: u32,
    /// Which line of the pipe it was in.
    pub(crate) line: u32,
    /// Whether a fault has made it what it is, or has taken away its neighbour.
    pub(crate) damaged: bool,
}

/// What was sent and has not arrived, in the order of its arrival.
#[derive(Clone, Debug)]
pub(crate) struct Pipe {
    wire: VecDeque<Byte>,
    /// A line that lets the next one overtake it.
    held: Option<(u32, Vec<Piece>)>,
    busy_until: u64,
    byte_time: u64,
    lines: u32,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    /// How much longer than usual it takes.
    extra: u64,
    byte: u8,
    damaged: bool,
}

impl Pipe {
    pub(crate) const fn new(byte_time: u64) -> Self {
        Self { wire: VecDeque::new(), held: None, busy_until: 0, byte_time, lines: 0 }
    }

    /// Sends a line at a time.
    pub(crate) fn send(&mut self, line: &[u8], at: u64, tag: u32, faults: &[Fault]) {
        let mut pieces: Vec<Piece> =
            line.iter().map(|&byte| Piece { extra: 0, byte, damaged: false }).collect();
        let (mut copies, mut late, mut holds) = (1, 0, false);
        for fault in faults {
            match fault {
                Fault::Lose => copies = 0,
                Fault::Twice => copies = 2,
                Fault::Late(time) => late = *time,
                Fault::Overtaken => holds = true,
                other => change(&mut pieces, other),
            }
        }
        self.busy_until = self.busy_until.max(at.saturating_add(late));
        if holds && self.held.is_none() {
            self.held = Some((tag, pieces));
            return;
        }
        for _ in 0..copies {
            self.put(&pieces, tag);
        }
        if let Some((tag, pieces)) = self.held.take() {
            self.put(&pieces, tag);
        }
    }

    fn put(&mut self, pieces: &[Piece], tag: u32) {
        self.lines = self.lines.wrapping_add(1);
        for piece in pieces {
            self.busy_until += self.byte_time + piece.extra;
            let Piece { byte, damaged, .. } = *piece;
            self.wire.push_back(Byte { at: self.busy_until, byte, tag, line: self.lines, damaged });
        }
    }

    /// Lets go what waits to be overtaken.
    pub(crate) fn release(&mut self, now: u64) {
        self.busy_until = self.busy_until.max(now);
        if let Some((tag, pieces)) = self.held.take() {
            self.put(&pieces, tag);
        }
    }

    /// When the next byte arrives.
    pub(crate) fn next_at(&self) -> Option<u64> {
        self.wire.front().map(|byte| byte.at)
    }

    /// When the line is quiet, if nothing more is sent.
    pub(crate) const fn quiet_at(&self) -> u64 {
        self.busy_until
    }

    /// Takes the next byte that has arrived.
    pub(crate) fn take(&mut self, now: u64) -> Option<Byte> {
        if self.next_at()? > now {
            return None;
        }
        self.wire.pop_front()
    }

    /// How many bytes are under way or wait to be read.
    pub(crate) fn len(&self) -> usize {
        self.wire.len()
    }
}

fn change(pieces: &mut Vec<Piece>, fault: &Fault) {
    if pieces.is_empty() {
        return;
    }
    let count = pieces.len();
    match fault {
        Fault::Flip { place, bits } => {
            let piece = &mut pieces[place % count];
            piece.byte ^= bits;
            piece.damaged = true;
        }
        Fault::Put { place, byte } => {
            let piece = &mut pieces[place % count];
            piece.damaged |= piece.byte != *byte;
            piece.byte = *byte;
        }
        Fault::Skip { place } => {
            let place = place % count;
            pieces.remove(place);
            if let Some(piece) = pieces.get_mut(place.saturating_sub(1)) {
                piece.damaged = true;
            }
        }
        Fault::Cut { place } => {
            pieces.truncate(place % count);
            if let Some(last) = pieces.last_mut() {
                last.damaged = true;
            }
        }
        Fault::Insert { place, bytes, .. } => {
            let place = place % (count + 1);
            // Between lines nothing is damaged by what comes in.
            let damaged = place != 0 && place != count;
            let new = bytes.iter().map(|&byte| Piece { extra: 0, byte, damaged });
            pieces.splice(place..place, new);
        }
        Fault::Pause { place, time } => pieces[place % count].extra += time,
        Fault::Slow(time) => {
            for piece in pieces {
                piece.extra += time;
            }
        }
        Fault::Lose | Fault::Twice | Fault::Late(_) | Fault::Overtaken => {}
    }
}
