//! Spares the EEPROM of the controller: 100,000 writes wear it out.

use std::collections::VecDeque;
use std::fmt;

use rapi_core::{AnyCommand, Storage};

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// Counts what wears the EEPROM, and says when it is enough.
#[derive(Clone, Debug)]
pub struct EepromGuard {
    per_hour: u16,
    per_day: u16,
    /// When it was written, in milliseconds, within the last day.
    writes: VecDeque<u64>,
    total: u32,
}

/// The EEPROM was written too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EepromWear {
    /// So often.
    pub writes: u16,
    /// Within this time.
    pub within: &'static str,
}

impl fmt::Display for EepromWear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { writes, within } = self;
        let key = if *within == "an hour" { "hour" } else { "day" };
        write!(
            f,
            "the EEPROM was written {writes} times within {within}: use the volatile form, or a \
             greater rapi.eeprom_writes_per_{key}"
        )
    }
}

impl EepromGuard {
    /// Allows so many writes.
    #[must_use]
    pub const fn new(per_hour: u16, per_day: u16) -> Self {
        Self { per_hour, per_day, writes: VecDeque::new(), total: 0 }
    }

    /// Allows other numbers; what was written stays written.
    pub const fn allow(&mut self, per_hour: u16, per_day: u16) {
        (self.per_hour, self.per_day) = (per_hour, per_day);
    }

    /// How many writes there were since the start.
    #[must_use]
    pub const fn total(&self) -> u32 {
        self.total
    }

    /// Whether a command writes the EEPROM.
    #[must_use]
    pub fn wears(command: &AnyCommand) -> bool {
        matches!(command.info().storage, Storage::Eeprom | Storage::EepromOnce)
    }

    /// Lets a command through, or not. Nothing is counted yet.
    ///
    /// # Errors
    ///
    /// It would be one write too many.
    pub fn check(&mut self, command: &AnyCommand, now_ms: u64) -> Result<(), EepromWear> {
        if !Self::wears(command) {
            return Ok(());
        }
        self.writes.retain(|&write| now_ms.saturating_sub(write) < DAY_MS);
        let hour = self.writes.iter().filter(|&&write| now_ms.saturating_sub(write) < HOUR_MS);
        if hour.count() >= usize::from(self.per_hour) {
            return Err(EepromWear { writes: self.per_hour, within: "an hour" });
        }
        if self.writes.len() >= usize::from(self.per_day) {
            return Err(EepromWear { writes: self.per_day, within: "a day" });
        }
        Ok(())
    }

    /// Counts a command that is under way to the station.
    pub fn count(&mut self, command: &AnyCommand, now_ms: u64) {
        if Self::wears(command) {
            self.writes.push_back(now_ms);
            self.total += 1;
        }
    }

    /// Takes back the newest count: the command has not reached the station.
    pub fn not_sent(&mut self, command: &AnyCommand) {
        if Self::wears(command) && self.writes.pop_back().is_some() {
            self.total -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapi_core::commands::{SaveCurrent, SetCurrent};
    use rapi_core::types::Amps;

    const SAVE: AnyCommand = AnyCommand::SaveCurrent(SaveCurrent { amps: Amps(16) });
    const SET: AnyCommand = AnyCommand::SetCurrent(SetCurrent { amps: Amps(16) });

    fn try_to(guard: &mut EepromGuard, command: &AnyCommand, now_ms: u64) -> Option<&'static str> {
        match guard.check(command, now_ms) {
            Ok(()) => {
                guard.count(command, now_ms);
                None
            }
            Err(wear) => Some(wear.within),
        }
    }

    #[test]
    fn the_eeprom_is_written_only_so_often_an_hour_and_a_day() {
        let mut guard = EepromGuard::new(2, 3);
        assert_eq!(try_to(&mut guard, &SAVE, 0), None);
        assert_eq!(try_to(&mut guard, &SAVE, 1000), None);
        assert_eq!(try_to(&mut guard, &SAVE, 3_599_999), Some("an hour"));
        assert_eq!(try_to(&mut guard, &SET, 3_599_999), None);
        assert_eq!(try_to(&mut guard, &SAVE, 3_600_000), None);
        assert_eq!(try_to(&mut guard, &SAVE, 80_000_000), Some("a day"));
        assert_eq!(try_to(&mut guard, &SAVE, 86_400_000), None);
        assert_eq!(guard.total(), 4);
        guard.allow(5, 2);
        assert_eq!(try_to(&mut guard, &SAVE, 86_400_001), Some("a day"));
    }

    #[test]
    fn what_is_refused_or_does_not_reach_the_station_does_not_count() {
        let mut guard = EepromGuard::new(1, 1);
        for _ in 0..5 {
            assert_eq!(guard.check(&SAVE, 0), Ok(()));
        }
        guard.count(&SAVE, 0);
        guard.not_sent(&SAVE);
        assert_eq!((guard.total(), guard.check(&SAVE, 1)), (0, Ok(())));
    }
}
