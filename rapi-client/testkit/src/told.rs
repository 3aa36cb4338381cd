//! A transport that says what it is told to.

use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};

/// Reads and writes end as they are told to, whether that can be or not: for what a client or a server
/// makes of a transport that breaks its contract.
///
/// ```
/// use rapi_client::{Error, blocking::Client, commands::GetState};
/// use rapi_testkit::Told;
///
/// // It says that it has read more than there was room for.
/// let lying = Told { read: Ok(300), ..Told::default() };
/// assert_eq!(Client::new(lying).send(&GetState), Err(Error::BadTransport));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What a read says.
    pub read: Result<usize, ErrorKind>,
    /// What a read puts at the begin of the buffer, as far as there is room.
    pub line: &'static [u8],
    /// What a write says; none: that it has taken all.
    pub takes: Option<Result<usize, ErrorKind>>,
    /// What writes have taken.
    pub written: Vec<u8>,
    /// Whether it was flushed.
    pub flushed: bool,
}

impl Default for Told {
    /// A line that cannot be read, and takes all.
    fn default() -> Self {
        let read = Err(ErrorKind::ConnectionReset);
        Self { read, line: &[], takes: None, written: Vec::new(), flushed: false }
    }
}

impl ErrorType for Told {
    type Error = ErrorKind;
}

impl Read for Told {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        buffer.iter_mut().zip(self.line).for_each(|(to, from)| *to = *from);
        self.read
    }
}

impl ReadReady for Told {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        Ok(self.read.is_ok())
    }
}

impl Write for Told {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        let count = self.takes.unwrap_or(Ok(bytes.len()))?;
        self.written.extend(bytes.iter().take(count));
        Ok(count)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        self.flushed = true;
        Ok(())
    }
}

impl embedded_io_async::Read for Told {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        Read::read(self, buffer)
    }
}

impl embedded_io_async::Write for Told {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        Write::write(self, bytes)
    }

    async fn flush(&mut self) -> Result<(), ErrorKind> {
        Write::flush(self)
    }
}
