//! A station in this process, to try things out on.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use rapi_sim::{Config, Firmware, Station, Timing};

use super::Stream;

/// It has been charging for a while: a car takes its time until it draws all it may.
const HEAD_START_MS: u64 = 10_000;

/// A simulated station that is switched on, with a car that charges.
pub(super) struct Simulated {
    station: Station,
    switched_on: Instant,
    incoming: VecDeque<u8>,
    timeout: Duration,
}

impl Simulated {
    pub(super) fn new(firmware: Firmware) -> Self {
        // It was right when the station was switched on.
        let clock = crate::clock::ago(Duration::from_millis(HEAD_START_MS));
        let config = Config { firmware, timing: Timing::Fast, clock, ..Config::default() };
        let mut station = Station::new(config);
        station.receive(b"$SB\r", 0);
        for word in ["plug", "ask"] {
            // Both are words that every car knows.
            let _ = station.car(word, 0);
        }
        // What it has said so far nobody has asked for.
        station.poll(HEAD_START_MS);
        let timeout = super::TIMEOUT;
        Self { station, switched_on: Instant::now(), incoming: VecDeque::new(), timeout }
    }

    fn now_ms(&self) -> u64 {
        let elapsed = u64::try_from(self.switched_on.elapsed().as_millis()).unwrap_or(u64::MAX);
        elapsed.saturating_add(HEAD_START_MS)
    }
}

impl Stream for Simulated {
    fn set_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        self.timeout = timeout;
        Ok(())
    }
}

impl Read for Simulated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let deadline = Instant::now() + self.timeout;
        loop {
            let now_ms = self.now_ms();
            self.incoming.extend(self.station.poll(now_ms));
            if !self.incoming.is_empty() {
                return self.incoming.read(buffer);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            let wake =
                Duration::from_millis(self.station.next_poll().saturating_sub(now_ms).max(1));
            std::thread::sleep(wake.min(left));
        }
    }
}

impl Write for Simulated {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let said = self.station.receive(bytes, self.now_ms());
        self.incoming.extend(said);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
