//! Transports that lie. A driver with a bug must not bring the program down or let it spin.

use core::convert::Infallible;

use rapi_client::embedded_io::{self, ErrorType};
use rapi_client::embedded_io_async;

/// How often one that is asked again and again says nothing, before it counts as spinning.
const PATIENCE: u32 = 1_000;

/// What is said about how many bytes were read or written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// One more than was asked for.
    OneMore,
    /// As many as can be said.
    Everything,
    /// None, for ever.
    Nothing,
    /// Rubbish, and as much of it as was asked for, for ever.
    Rubbish,
}

pub const LIES: [Lie; 4] = [Lie::OneMore, Lie::Everything, Lie::Nothing, Lie::Rubbish];

/// A transport of which reading or writing lies; the other one works.
pub struct Liar {
    lie: Lie,
    writes: bool,
    calls: u32,
}

impl Liar {
    pub const fn new(lie: Lie, writes: bool) -> Self {
        Self { lie, writes, calls: 0 }
    }

    /// How often it was asked. Who asks one that says nothing more than a few times spins.
    pub fn is_spun(&self) -> bool {
        self.calls > PATIENCE
    }

    fn tell(&mut self, len: usize) -> usize {
        self.calls = self.calls.saturating_add(1);
        if self.is_spun() {
            // The only way out of a loop that cannot end: the program says what has happened.
            cortex_m_semihosting::hprintln!("spins on a transport that lies");
            crate::exit(false);
        }
        match self.lie {
            Lie::OneMore => len + 1,
            Lie::Everything => usize::MAX,
            Lie::Nothing => 0,
            Lie::Rubbish => len,
        }
    }

    fn reads(&mut self, buffer: &mut [u8]) -> usize {
        if self.lie == Lie::Rubbish {
            // Never a CR, so never a line; the last but one call ends it as a closed line would.
            buffer.fill(b'$');
            return if self.calls + 1 >= PATIENCE { 0 } else { self.tell(buffer.len()) };
        }
        if self.writes { 0 } else { self.tell(buffer.len()) }
    }

    fn writes(&mut self, buffer: &[u8]) -> usize {
        if self.writes { self.tell(buffer.len()) } else { buffer.len() }
    }
}

impl ErrorType for Liar {
    type Error = Infallible;
}

impl embedded_io::Read for Liar {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        Ok(self.reads(buffer))
    }
}

impl embedded_io::Write for Liar {
    fn write(&mut self, buffer: &[u8]) -> Result<usize, Infallible> {
        Ok(self.writes(buffer))
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

impl embedded_io_async::Read for Liar {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        Ok(self.reads(buffer))
    }
}

impl embedded_io_async::Write for Liar {
    async fn write(&mut self, buffer: &[u8]) -> Result<usize, Infallible> {
        Ok(self.writes(buffer))
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
