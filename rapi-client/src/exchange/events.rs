//! Notifications that nobody has taken yet, as they came: a program that never takes any does not
//! link what decodes them.

use rapi_core::{Check, Notification};

use super::parse;
use crate::stats::count;

/// Room for a usual one: `$AT 03 03 32 0240`.
const ROOM: usize = 18;

/// Lines behind each other; `$` begins each.
#[derive(Debug)]
pub(super) struct Events<const N: usize> {
    bytes: [[u8; ROOM]; N],
    len: usize,
}

impl<const N: usize> Events<N> {
    pub(super) const fn new() -> Self {
        Self { bytes: [[0; ROOM]; N], len: 0 }
    }

    /// Keeps a line without its check, in place of the oldest ones if need be. Counts what is lost.
    pub(super) fn keep(&mut self, line: &[u8], check: Check, lost: &mut u16) {
        let len = if check == Check::None { line.len() } else { line.len().saturating_sub(3) };
        while self.len.saturating_add(len) > N * ROOM {
            count(lost);
            if self.len == 0 {
                // Longer than any that is known.
                return;
            }
            self.drop_first();
        }
        for &byte in line.iter().take(len) {
            self.put(byte);
        }
    }

    /// Takes the oldest one. Counts those whose fields are wrong.
    pub(super) fn take(&mut self, damaged: &mut u16) -> Option<Notification> {
        while self.len > 0 {
            let bytes = self.bytes.as_flattened();
            let next = bytes.iter().take(self.len).skip(1).position(|&byte| byte == b'$');
            let end = next.map_or(self.len, |next| next.wrapping_add(1));
            let frame = parse(bytes.get(..end).unwrap_or_default());
            let notification = frame.and_then(|frame| Notification::decode(&frame)?.ok());
            self.drop_first();
            if notification.is_some() {
                return notification;
            }
            count(damaged);
        }
        None
    }

    #[inline(never)]
    fn drop_first(&mut self) {
        let end = core::mem::replace(&mut self.len, 0);
        let mut is_first = true;
        for place in 0..end {
            let Some(&byte) = self.bytes.as_flattened().get(place) else { return };
            is_first &= place == 0 || byte != b'$';
            if !is_first {
                self.put(byte);
            }
        }
    }

    fn put(&mut self, byte: u8) {
        if let Some(place) = self.bytes.as_flattened_mut().get_mut(self.len) {
            *place = byte;
            self.len = self.len.wrapping_add(1);
        }
    }
}
