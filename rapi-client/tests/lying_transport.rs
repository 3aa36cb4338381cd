//! A transport that breaks its contract.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use embedded_io::ErrorKind;
use rapi_client::commands::GetState;
use rapi_client::{Error, blocking};

/// A transport that lies about how much it did.
struct Liar {
    read: usize,
    written: usize,
}

impl embedded_io::ErrorType for Liar {
    type Error = ErrorKind;
}

impl embedded_io::Read for Liar {
    fn read(&mut self, _: &mut [u8]) -> Result<usize, ErrorKind> {
        Ok(self.read)
    }
}

impl embedded_io::Write for Liar {
    fn write(&mut self, _: &[u8]) -> Result<usize, ErrorKind> {
        Ok(self.written)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

#[test]
fn a_lying_transport_gives_an_error() {
    let ask = |read, written| blocking::Client::new(Liar { read, written }).send(&GetState);
    assert_eq!(ask(0, 1), Err(Error::Closed));
    assert_eq!(ask(1, 0), Err(Error::Closed));
    assert_eq!(ask(15, 1), Err(Error::BadTransport));
    assert_eq!(ask(1000, 1), Err(Error::BadTransport));
    assert_eq!(ask(1, 1000), Err(Error::BadTransport));
    // Bytes for ever, but never a reply.
    assert_eq!(ask(14, 1), Err(Error::Timeout));
}
