//! Current, energy and time of the session.

use rapi_core::types::{MilliAmps, Seconds, WattHours, WattSeconds};

/// What one count of the ammeter is, in milliamps: what its scale is by default.
const COUNT: i64 = 220;

/// The ammeter and what is computed from it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Meter {
    reading: i32,
    /// Milliseconds to the next reading.
    next: u64,
    /// The seconds of the session until the charge that goes on, and the millisecond it began.
    seconds: u64,
    begun: Option<u64>,
    /// Milliwatt-seconds.
    session: u64,
}

impl Meter {
    /// A new car: time and energy begin at 0.
    pub(super) const fn begin(&mut self) {
        self.begin_time();
        self.begin_energy();
    }

    /// The time begins at 0.
    pub(super) const fn begin_time(&mut self) {
        self.seconds = 0;
        self.begun = None;
    }

    /// The energy begins at 0.
    pub(super) const fn begin_energy(&mut self) {
        self.session = 0;
    }

    /// The relay has closed: the first reading comes early.
    pub(super) const fn close(&mut self, first: u64) {
        self.next = first;
    }

    /// The relay has opened.
    pub(super) const fn open(&mut self) {
        self.reading = 0;
    }

    /// Counts the time while the car charges, in whole seconds.
    pub(super) const fn count(&mut self, now_ms: u64, charging: bool) {
        match self.begun {
            None if charging => self.begun = Some(now_ms),
            Some(begun) if !charging => {
                self.seconds += (now_ms - begun) / 1000;
                self.begun = None;
            }
            _ => {}
        }
    }

    /// Lets time pass with a closed relay. Up to firmware 5.x the energy is that of whole amps.
    pub(super) fn step(
        &mut self,
        elapsed_ms: u64,
        actual: MilliAmps,
        [scale, offset]: [i16; 2],
        millivolts: i32,
        whole_amps: bool,
        window: u64,
    ) {
        let milliamps = if whole_amps { self.reading / 1000 * 1000 } else { self.reading };
        let milliwatts = i64::from(milliamps) * i64::from(millivolts) / 1000;
        self.session += milliwatts.max(0).unsigned_abs() * elapsed_ms / 1000;
        self.next = self.next.saturating_sub(elapsed_ms);
        if self.next == 0 {
            self.next = window;
            // Whole counts, so that 16 A are 15.84 A.
            let counts = i64::from(actual.0) / COUNT;
            let reading =
                if scale == 0 { 0 } else { counts * i64::from(scale) - i64::from(offset) };
            self.reading = i32::try_from(reading.max(0)).unwrap_or(i32::MAX);
        }
    }

    /// In how many milliseconds the next reading comes; `None` where each look is one.
    pub(super) fn due(&self) -> Option<u64> {
        (self.next > 0).then_some(self.next)
    }

    pub(super) const fn current(&self) -> MilliAmps {
        MilliAmps(self.reading)
    }

    pub(super) fn elapsed(&self, now_ms: u64) -> Seconds {
        let running = self.begun.map_or(0, |begun| (now_ms - begun) / 1000);
        Seconds(u32::try_from(self.seconds + running).unwrap_or(u32::MAX))
    }

    pub(super) fn session(&self) -> WattSeconds {
        WattSeconds(u32::try_from(self.session / 1000).unwrap_or(u32::MAX))
    }

    pub(super) fn watt_hours(&self) -> WattHours {
        WattHours::from(self.session())
    }
}
