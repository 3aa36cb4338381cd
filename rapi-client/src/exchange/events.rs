//! Notifications that nobody has taken yet, as they came: a program that never takes any does not
//! link what decodes them.

use rapi_core::{Check, Notification};

use super::parse;
use crate::stats::count;

/// Room for a usual one: `$AT 03 03 32 0240`.
const ROOM: usize = 18;

/// A ring of lines, behind each other; `$` begins each.
#[derive(Debug)]
pub(super) struct Events<const N: usize> {
    bytes: [[u8; ROOM]; N],
    start: u16,
    len: u16,
}

impl<const N: usize> Events<N> {
    const SIZE: usize = N.wrapping_mul(ROOM);

    pub(super) const fn new() -> Self {
        const { assert!(N < u16::MAX as usize / 2 / ROOM, "nobody needs so many") };
        Self { bytes: [[0; ROOM]; N], start: 0, len: 0 }
    }

    /// Keeps a line without its check, in place of the oldest ones if need be. Counts what is lost.
    pub(super) fn keep(&mut self, line: &[u8], check: Check, lost: &mut u16) {
        let len = if check == Check::None { line.len() } else { line.len().saturating_sub(3) };
        while usize::from(self.len).wrapping_add(len) > Self::SIZE {
            count(lost);
            if self.len == 0 {
                // Longer than any that is known.
                return;
            }
            self.drop_first();
        }
        for &byte in line.iter().take(len) {
            if let Some(place) = self.place(self.len) {
                *place = byte;
            }
            self.len = self.len.wrapping_add(1);
        }
    }

    /// Takes the oldest one. Counts those whose fields are wrong.
    pub(super) fn take(&mut self, damaged: &mut u16) -> Option<Notification> {
        while self.len > 0 {
            let mut line = [[0; ROOM]; N];
            let line = line.as_flattened_mut();
            let before = self.len;
            for (offset, place) in (0..before).zip(line.iter_mut()) {
                *place = self.place(offset).map_or(0, |byte| *byte);
            }
            self.drop_first();
            let len = usize::from(before.wrapping_sub(self.len));
            let frame = parse(line.get(..len).unwrap_or_default());
            let notification = frame.and_then(|frame| Notification::decode(&frame)?.ok());
            if notification.is_some() {
                return notification;
            }
            count(damaged);
        }
        None
    }

    fn drop_first(&mut self) {
        loop {
            self.start = self.start.wrapping_add(1);
            if usize::from(self.start) >= Self::SIZE {
                self.start = 0;
            }
            self.len = self.len.saturating_sub(1);
            if self.len == 0 || self.place(0).is_none_or(|byte| *byte == b'$') {
                return;
            }
        }
    }

    /// Returns where the byte with this number is, or will be.
    fn place(&mut self, offset: u16) -> Option<&mut u8> {
        let mut place = usize::from(self.start.wrapping_add(offset));
        if place >= Self::SIZE {
            place = place.wrapping_sub(Self::SIZE);
        }
        self.bytes.as_flattened_mut().get_mut(place)
    }
}
