//! Bytes that were read and not looked at yet.

/// A small buffer between a transport and an [`Exchange`](crate::Exchange): what comes after a
/// reply waits here for the next call.
#[derive(Debug)]
pub(crate) struct Inbox {
    // With the two indices behind it 16 bytes.
    bytes: [u8; 14],
    start: u8,
    end: u8,
}

impl Inbox {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; 14], start: 0, end: 0 }
    }

    /// Returns the place to read into. What was in the buffer has to be taken before.
    pub(crate) const fn space(&mut self) -> &mut [u8] {
        self.start = 0;
        self.end = 0;
        &mut self.bytes
    }

    /// Says how many bytes have been read; `false` if that cannot be.
    pub(crate) fn filled(&mut self, count: usize) -> bool {
        match u8::try_from(count) {
            Ok(end) if count <= self.bytes.len() => {
                self.end = end;
                true
            }
            _ => false,
        }
    }
}

impl Iterator for Inbox {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if self.start >= self.end {
            return None;
        }
        let byte = *self.bytes.get(usize::from(self.start))?;
        self.start = self.start.wrapping_add(1);
        Some(byte)
    }
}
