//! Notifications that nobody has taken yet, as they came: a program that never takes any does not
//! link what decodes them.

use rapi_core::Notification;

use super::parse;
use crate::stats::count;

/// Room for a usual one: `$AT 03 03 32 0240`.
const ROOM: usize = 18;

/// A ring of lines, behind each other; `$` begins each. What lies before the first of them, from the
/// oldest byte on, belongs to none.
#[derive(Debug)]
pub(super) struct Events<const N: usize> {
    bytes: [[u8; ROOM]; N],
    /// Where the oldest byte is, and the next will be.
    next: u16,
}

impl<const N: usize> Events<N> {
    const SIZE: usize = N.wrapping_mul(ROOM);

    pub(super) const fn new() -> Self {
        const { assert!(N < u16::MAX as usize / ROOM, "nobody needs so many") };
        Self { bytes: [[0; ROOM]; N], next: 0 }
    }

    /// Keeps a line without its check, in place of the oldest ones if need be. Counts what is lost. Of
    /// one that is longer than all the room nothing is left.
    pub(super) fn keep(&mut self, line: &[u8], lost: &mut u16) {
        if N == 0 {
            count(lost);
        }
        let bytes = self.bytes.as_flattened_mut();
        let mut next = self.next;
        for &byte in line {
            // The check; a line has this nowhere else.
            if byte == b'^' {
                break;
            }
            if let Some(place) = bytes.get_mut(usize::from(next)) {
                if core::mem::replace(place, byte) == b'$' {
                    count(lost);
                }
            }
            next = Self::behind(next);
        }
        self.next = next;
    }

    /// Takes the oldest one. Counts those whose fields are wrong.
    pub(super) fn take(&mut self, damaged: &mut u16) -> Option<Notification> {
        loop {
            let mut line = [[0; ROOM]; N];
            let line = line.as_flattened_mut();
            let mut len = 0_usize;
            let mut from = self.next;
            for _ in 0..Self::SIZE {
                if let Some(byte) = self.bytes.as_flattened_mut().get_mut(usize::from(from)) {
                    let begins = *byte == b'$';
                    if begins && len > 0 {
                        break;
                    }
                    if begins || len > 0 {
                        if let Some(place) = line.get_mut(len) {
                            *place = *byte;
                        }
                        len = len.wrapping_add(1);
                    }
                    if begins {
                        // It is only taken once.
                        *byte = 0;
                    }
                }
                from = Self::behind(from);
            }
            if len == 0 {
                return None;
            }
            let frame = parse(line.get(..len).unwrap_or_default());
            let notification = frame.and_then(|frame| Notification::decode(&frame)?.ok());
            if notification.is_some() {
                return notification;
            }
            count(damaged);
        }
    }

    fn behind(place: u16) -> u16 {
        let next = place.wrapping_add(1);
        if usize::from(next) < Self::SIZE { next } else { 0 }
    }
}
