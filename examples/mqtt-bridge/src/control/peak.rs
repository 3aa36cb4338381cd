//! The peak of a quarter of an hour, for capacity tariffs.

use rapi_divert::{Millis, PeakCap, Phases, Volts, Watts};

const QUARTER_MS: u64 = 900_000;
/// The clock of this computer may be set: beyond this the quarter begins anew.
const JUMP_MS: u64 = 2_000;
/// While no voltage is measured.
const VOLTS: u16 = 240;

/// Keeps the mean import of each quarter of an hour below a peak.
#[derive(Clone, Debug)]
pub struct Peak {
    watts: u32,
    /// On one phase and on three, and where the quarters of the clock begin.
    caps: Option<([PeakCap; 2], u64)>,
    /// Until then nobody knows what the quarter has used before.
    partial_until: u64,
    room: u8,
}

impl Peak {
    /// Allows so many watts.
    #[must_use]
    pub const fn new(watts: u32) -> Self {
        Self { watts, caps: None, partial_until: 0, room: 0 }
    }

    /// Allows other watts.
    pub fn configure(&mut self, watts: u32) {
        if watts != self.watts {
            *self = Self::new(watts);
        }
    }

    /// The amps that the newest reading has left for the car.
    #[must_use]
    pub const fn room(&self) -> u8 {
        self.room
    }

    /// Takes a reading: the watts of the house and the car's in them. `week_second` is the time by the clock.
    pub fn read(&mut self, now_ms: u64, week_second: u32, house: i32, car: i32, load: Load) {
        let into = u64::from(week_second) * 1000 % QUARTER_MS;
        let begin = (into + QUARTER_MS - now_ms % QUARTER_MS) % QUARTER_MS;
        let apart = |before: u64| {
            let apart = begin.abs_diff(before);
            apart.min(QUARTER_MS - apart)
        };
        let caps = self.caps.take().filter(|(_, before)| apart(*before) <= JUMP_MS);
        if caps.is_none() && into > JUMP_MS {
            self.partial_until = now_ms + QUARTER_MS - into;
        }
        let volts = load.volts.unwrap_or(VOLTS);
        let (mut caps, begin) = caps.unwrap_or_else(|| {
            let cap = |phases| {
                let watts = Watts(i32::try_from(self.watts).unwrap_or(i32::MAX));
                PeakCap::new(watts, Millis(millis(into)), Volts(volts), phases)
            };
            ([cap(Phases::One), cap(Phases::Three)], begin)
        });
        let rooms =
            caps.each_mut().map(|cap| cap.cap(Millis(millis(now_ms)), Watts(house), Watts(car)));
        self.room = rooms[usize::from(load.phases == 3)].0;
        if now_ms < self.partial_until {
            // What was not used is not known to be there: no more than the mean.
            let left = i64::from(self.watts) - (i64::from(house) - i64::from(car));
            let amps = left / (i64::from(volts) * i64::from(load.phases)).max(1);
            self.room = self.room.min(u8::try_from(amps.max(0)).unwrap_or(u8::MAX));
        }
        self.caps = Some((caps, begin));
    }
}

/// What an ampere is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Phase to neutral, if that is measured.
    pub volts: Option<u16>,
    /// 1 or 3.
    pub phases: u8,
}

/// A clock that wraps around after seven weeks.
const fn millis(at_ms: u64) -> u32 {
    (at_ms & u32::MAX as u64) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Load = Load { volts: Some(230), phases: 1 };

    #[test]
    fn what_a_quarter_has_saved_is_there_at_its_end() {
        let mut peak = Peak::new(4600);
        // 2300 W, all of it the house's, for the first half of a quarter; then the house is silent.
        for second in 0..450_u32 {
            peak.read(u64::from(second) * 1000, second, 2300, 0, ONE);
            assert!(peak.room() >= 10, "{second} s");
        }
        peak.read(450_000, 450, 0, 0, ONE);
        // 2300 W were saved for 450 s: 6900 W for the other 450 s.
        assert_eq!(peak.room(), 30);
        // The next quarter begins anew.
        peak.read(900_000, 900, 0, 0, ONE);
        assert_eq!(peak.room(), 20);
    }

    #[test]
    fn what_a_quarter_has_used_is_missing_at_its_end() {
        let mut peak = Peak::new(4600);
        // The house takes 2300 W too much for the first half of a quarter; then it is silent.
        for second in 0..450_u32 {
            peak.read(u64::from(second) * 1000, second, 6900, 0, ONE);
            assert_eq!(peak.room(), 0, "{second} s");
        }
        peak.read(450_000, 450, 0, 0, ONE);
        // 2300 W are left for the other 450 s.
        assert_eq!(peak.room(), 10);
        // The next quarter begins anew.
        peak.read(900_000, 900, 0, 0, ONE);
        assert_eq!(peak.room(), 20);
    }

    #[test]
    fn on_three_phases_it_is_a_third_and_a_clock_that_was_set_begins_a_quarter() {
        let mut peak = Peak::new(6900);
        peak.read(0, 100, 0, 0, Load { phases: 3, ..ONE });
        assert_eq!(peak.room(), 10);
        for second in 1..300_u32 {
            peak.read(u64::from(second) * 1000, 100 + second, 20_000, 0, ONE);
        }
        assert_eq!(peak.room(), 0);
        // A second more or less is none.
        peak.read(300_000, 401, 20_000, 0, ONE);
        assert_eq!(peak.room(), 0);
        peak.read(301_000, 4 * 3600, 0, 0, ONE);
        assert_eq!(peak.room(), 30);
    }
}
