//! Notifications that nobody has taken yet, as they came: a program that never takes any does not
//! link what decodes them.

use rapi_core::{Frame, Notification, Sender};

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

    /// Keeps a line, in place of the oldest ones if need be. Counts what is lost.
    pub(super) fn keep(&mut self, line: &[u8], lost: &mut u16) {
        keep(self.bytes.as_flattened_mut(), &mut self.len, line, lost);
    }

    /// Takes the oldest one. Counts those whose fields are wrong.
    pub(super) fn take(&mut self, damaged: &mut u16) -> Option<Notification> {
        while self.len > 0 {
            let bytes = self.bytes.as_flattened_mut();
            let line = bytes.get(..first(bytes, self.len)).unwrap_or_default();
            let frame = Frame::parse(line, Sender::Controller).ok();
            let notification = frame.and_then(|frame| Notification::decode(&frame)?.ok());
            drop_first(bytes, &mut self.len);
            if notification.is_some() {
                return notification;
            }
            count(damaged);
        }
        None
    }
}

/// Returns how long the first line is.
fn first(bytes: &[u8], len: usize) -> usize {
    let rest = bytes.get(1..len).unwrap_or_default();
    rest.iter().position(|&byte| byte == b'$').map_or(len, |end| end.wrapping_add(1))
}

#[inline(never)]
fn drop_first(bytes: &mut [u8], len: &mut usize) {
    let gone = first(bytes, *len);
    *len = len.saturating_sub(gone);
    for to in 0..*len {
        let byte = bytes.get(to.wrapping_add(gone)).copied();
        if let (Some(place), Some(byte)) = (bytes.get_mut(to), byte) {
            *place = byte;
        }
    }
}

fn keep(bytes: &mut [u8], len: &mut usize, line: &[u8], lost: &mut u16) {
    loop {
        let free = bytes.get_mut(*len..).unwrap_or_default();
        if free.len() >= line.len() {
            for (place, byte) in free.iter_mut().zip(line) {
                *place = *byte;
            }
            *len = len.wrapping_add(line.len());
            return;
        }
        count(lost);
        if *len == 0 {
            // Longer than any that is known.
            return;
        }
        drop_first(bytes, len);
    }
}
