//! A time-out for transports that have none.

use core::fmt;

use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};

/// A transport that gives up reading after a while: for a UART without time-outs and any clock
/// that counts milliseconds.
///
/// ```
/// # use rapi_client::embedded_io::{ErrorType, Read, ReadReady, Write};
/// # use core::convert::Infallible;
/// # struct Uart;
/// # impl ErrorType for Uart { type Error = Infallible; }
/// # impl Read for Uart { fn read(&mut self, _: &mut [u8]) -> Result<usize, Infallible> { Ok(0) } }
/// # impl ReadReady for Uart { fn read_ready(&mut self) -> Result<bool, Infallible> { Ok(false) } }
/// # impl Write for Uart {
/// #     fn write(&mut self, b: &[u8]) -> Result<usize, Infallible> { Ok(b.len()) }
/// #     fn flush(&mut self) -> Result<(), Infallible> { Ok(()) }
/// # }
/// use rapi_client::{Error, blocking, commands::GetState};
///
/// let mut ticks = 0; // of a timer that counts up and may wrap
/// let uart = blocking::Deadline::new(Uart, move || { ticks += 1; ticks }, 500);
/// let mut client = blocking::Client::new(uart);
/// assert_eq!(client.send(&GetState), Err(Error::Timeout));
/// ```
#[derive(Debug)]
pub struct Deadline<T, C> {
    io: T,
    clock_ms: C,
    timeout_ms: u32,
    /// When the time began: with the last write, time-out or restart.
    since_ms: u32,
}

impl<T, C: FnMut() -> u32> Deadline<T, C> {
    /// Lets the answer to what was written take `timeout_ms` at most, by a clock that may wrap
    /// around.
    pub fn new(io: T, mut clock_ms: C, timeout_ms: u32) -> Self {
        let since_ms = clock_ms();
        Self { io, clock_ms, timeout_ms, since_ms }
    }

    /// Lets the time begin now: for who waits for what the controller says by itself, without having
    /// written anything.
    pub fn restart(&mut self) {
        self.since_ms = (self.clock_ms)();
    }

    /// Gives the transport back.
    pub fn into_inner(self) -> T {
        self.io
    }
}

/// The transport's error, or the time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum DeadlineError<E> {
    /// The transport failed.
    Transport(E),
    /// Nothing came in time.
    TimedOut,
}

impl<E: fmt::Display> fmt::Display for DeadlineError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport(error) => error.fmt(f),
            Self::TimedOut => f.write_str("nothing came in time"),
        }
    }
}

impl<E: core::error::Error> core::error::Error for DeadlineError<E> {}

impl<E: embedded_io::Error + 'static> embedded_io::Error for DeadlineError<E> {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Transport(error) => error.kind(),
            Self::TimedOut => ErrorKind::TimedOut,
        }
    }
}

impl<T: ErrorType, C> ErrorType for Deadline<T, C>
where
    T::Error: 'static,
{
    type Error = DeadlineError<T::Error>;
}

impl<T: Read + ReadReady, C: FnMut() -> u32> Read for Deadline<T, C>
where
    T::Error: 'static,
{
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Self::Error> {
        while !self.io.read_ready().map_err(DeadlineError::Transport)? {
            let now_ms = (self.clock_ms)();
            if now_ms.wrapping_sub(self.since_ms) >= self.timeout_ms {
                self.since_ms = now_ms;
                return Err(DeadlineError::TimedOut);
            }
        }
        self.io.read(buffer).map_err(DeadlineError::Transport)
    }
}

impl<T: Write, C: FnMut() -> u32> Write for Deadline<T, C>
where
    T::Error: 'static,
{
    fn write(&mut self, buffer: &[u8]) -> Result<usize, Self::Error> {
        self.restart();
        self.io.write(buffer).map_err(DeadlineError::Transport)
    }

    fn flush(&mut self) -> Result<(), Self::Error> {
        self.io.flush().map_err(DeadlineError::Transport)
    }
}
