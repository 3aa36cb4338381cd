//! A peer in memory, and an executor of twenty lines.
#![allow(dead_code, reason = "each test uses a part of it")]

use core::future::{Future, poll_fn};
use core::task::Poll;
use std::collections::VecDeque;

use embedded_io::ErrorKind;
use rapi_client::commands::Version;
use rapi_client::types::Text;
use rapi_client::{Exchange, Progress};
use rapi_core::{Frame, Sender, SeqId};
use rapi_testkit::poll_times;

/// A transport whose other end answers each line that is written.
pub(crate) struct Peer<F> {
    answer: F,
    incoming: VecDeque<u8>,
    /// What comes after the next time-out of a blocking read.
    pub(crate) late: Vec<u8>,
    line: Vec<u8>,
    /// All lines that were written.
    pub(crate) written: Vec<Vec<u8>>,
    /// Makes each asynchronous operation wait once before it goes on.
    pub(crate) hesitates: bool,
    waited: bool,
    /// How many bytes a read gives at most.
    pub(crate) chunk: usize,
}

impl<F: FnMut(&[u8]) -> Vec<u8>> Peer<F> {
    pub(crate) const fn new(answer: F) -> Self {
        Self {
            answer,
            incoming: VecDeque::new(),
            late: Vec::new(),
            line: Vec::new(),
            written: Vec::new(),
            hesitates: false,
            waited: false,
            chunk: usize::MAX,
        }
    }

    /// Sends something on the peer's own account.
    pub(crate) fn say(&mut self, bytes: &[u8]) {
        self.incoming.extend(bytes);
    }

    fn take(&mut self, buffer: &mut [u8]) -> usize {
        let count = self.incoming.len().min(buffer.len()).min(self.chunk);
        for place in &mut buffer[..count] {
            *place = self.incoming.pop_front().unwrap();
        }
        count
    }

    fn give(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte == b'$' {
                self.line.clear();
            }
            self.line.push(byte);
            if byte == b'\r' {
                let answer = (self.answer)(&self.line);
                self.incoming.extend(answer);
                self.written.push(core::mem::take(&mut self.line));
            }
        }
    }

    /// Ready on every second call, if it hesitates.
    async fn hesitate(&mut self) {
        poll_fn(|context| {
            if self.hesitates && !self.waited {
                self.waited = true;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            self.waited = false;
            Poll::Ready(())
        })
        .await;
    }
}

impl<F> embedded_io::ErrorType for Peer<F> {
    type Error = ErrorKind;
}

impl<F: FnMut(&[u8]) -> Vec<u8>> embedded_io::Read for Peer<F> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        match self.take(buffer) {
            0 => {
                self.incoming.extend(core::mem::take(&mut self.late));
                Err(ErrorKind::TimedOut)
            }
            count => Ok(count),
        }
    }
}

impl<F: FnMut(&[u8]) -> Vec<u8>> embedded_io::Write for Peer<F> {
    fn write(&mut self, buffer: &[u8]) -> Result<usize, ErrorKind> {
        self.give(buffer);
        Ok(buffer.len())
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

impl<F: FnMut(&[u8]) -> Vec<u8>> embedded_io_async::Read for Peer<F> {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        self.hesitate().await;
        poll_fn(|_| match self.take(buffer) {
            0 => Poll::Pending,
            count => Poll::Ready(Ok(count)),
        })
        .await
    }
}

impl<F: FnMut(&[u8]) -> Vec<u8>> embedded_io_async::Write for Peer<F> {
    async fn write(&mut self, buffer: &[u8]) -> Result<usize, ErrorKind> {
        self.hesitate().await;
        // A few bytes at a time, so that a line can be cut off.
        let part = &buffer[..buffer.len().min(if self.hesitates { 3 } else { usize::MAX })];
        self.give(part);
        Ok(part.len())
    }

    async fn flush(&mut self) -> Result<(), ErrorKind> {
        self.hesitate().await;
        Ok(())
    }
}

/// Runs a future to its end; one that never ends is a failure.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    poll_times(10_000, future).expect("the future ends")
}

/// The id of a command.
pub(crate) fn seq_of(line: &[u8]) -> Option<SeqId> {
    Frame::parse(&line[..line.len() - 1], Sender::Client).unwrap().seq()
}

/// `$OK` with these fields.
pub(crate) fn reply(fields: &str, seq: Option<SeqId>) -> Vec<u8> {
    let id = seq.map_or(String::new(), |seq| format!(" :{seq}"));
    let payload = format!("$OK {fields}{id}");
    let xor = payload.bytes().fold(0, |xor, byte| xor ^ byte);
    format!("{payload}^{xor:02X}\r").into_bytes()
}

/// What a controller that knows no ids answers to the question for its versions.
pub(crate) const VERSIONS: &[u8] = b"$OK 4.1.0 2.0.1^26\r";

/// Lets an exchange hear these bytes; returns what the last one has brought.
pub(crate) fn hear(exchange: &mut Exchange, bytes: &[u8]) -> Progress {
    bytes.iter().map(|&byte| exchange.push(byte)).last().unwrap()
}

/// Puts up a fence without ids that is answered at once; returns how many questions it took.
pub(crate) fn fence(exchange: &mut Exchange) -> u32 {
    let mut asked = 0;
    while exchange.needs_fence() {
        assert_eq!(exchange.begin_fence().unwrap().as_bytes(), b"$GV^35\r");
        assert_eq!(hear(exchange, VERSIONS), Progress::Fenced);
        asked += 1;
    }
    asked
}

/// Answers as a healthy controller would.
pub(crate) fn healthy(line: &[u8]) -> Vec<u8> {
    let seq = seq_of(line);
    match &line[..3] {
        b"$GS" => reply("03 3600 03 0540", seq),
        b"$GE" => reply("24 0021", seq),
        b"$GU" => reply("144508 40", seq),
        // One that knows no ids repeats none.
        b"$GV" if seq.is_none() => reply("4.1.0 2.0.1", seq),
        b"$GV" => reply("8.2.3 5.2.1", seq),
        b"$SC" => reply("16", seq),
        _ => panic!("{:?}", String::from_utf8_lossy(line)),
    }
}

/// `$NK`, with the id if there is one.
pub(crate) fn refusal(line: &[u8]) -> Vec<u8> {
    let id = seq_of(line).map_or(String::new(), |seq| format!(" :{seq}"));
    let payload = format!("$NK{id}");
    let xor = payload.bytes().fold(0, |xor, byte| xor ^ byte);
    format!("{payload}^{xor:02X}\r").into_bytes()
}

/// What a controller with this firmware says of itself.
pub(crate) fn version(firmware: &str) -> Version {
    Version { firmware: Text::new(firmware).unwrap(), protocol: Text::new("5.2.1").unwrap() }
}
