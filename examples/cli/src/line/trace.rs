//! Shows what goes over a line.

use std::io::{self, Read, Write};
use std::time::Duration;

use super::Stream;

/// A stream that tells on the standard error what is sent over it and what is heard, line by line.
pub struct Traced {
    stream: Box<dyn Stream>,
    sent: Half,
    heard: Half,
}

/// What goes in one direction.
struct Half {
    mark: char,
    line: Vec<u8>,
}

impl Traced {
    pub fn new(stream: Box<dyn Stream>) -> Self {
        let half = |mark| Half { mark, line: Vec::new() };
        Self { stream, sent: half('>'), heard: half('<') }
    }
}

impl Half {
    /// Takes bytes and tells the lines that end with them, also such as begin anew in their middle.
    fn take(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if matches!(byte, b'\r' | b'\n' | b'$') {
                self.tell();
            }
            if !matches!(byte, b'\r' | b'\n') {
                self.line.push(byte);
            }
        }
    }

    fn tell(&mut self) {
        if !self.line.is_empty() {
            eprintln!("{} {}", self.mark, self.line.escape_ascii());
            self.line.clear();
        }
    }
}

impl Drop for Traced {
    fn drop(&mut self) {
        self.sent.tell();
        self.heard.tell();
    }
}

impl Read for Traced {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        self.heard.take(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

impl Write for Traced {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.stream.write(bytes)?;
        self.sent.take(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl Stream for Traced {
    fn set_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        self.stream.set_timeout(timeout)
    }
}
