//! Which fields are saved, in which order.

use super::{Divert, Phase};
use crate::bucket::Bucket;
use crate::config::Config;
use crate::measurement::Mode;
use crate::meter::Meter;
use crate::save::{Reader, RestoreError, SAVED_LEN, Writer};
use crate::sun::Sun;
use crate::units::{Amps, Millis};

impl Divert {
    /// Returns the state as bytes: everything but the settings.
    ///
    /// # Examples
    /// ```
    /// use rapi_divert::{Config, Divert};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let divert = Divert::new(Config::default())?;
    /// let bytes = divert.save();
    /// // After a restart, with a clock that has begun at 0 again, half a minute later:
    /// let mut divert = Divert::restore(Config::default(), &bytes)?;
    /// divert.clock_restarted(rapi_divert::Millis(30_000));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn save(&self) -> [u8; SAVED_LEN] {
        let mut to = Writer::new();
        self.sun.write(&mut to);
        self.meter.write(&mut to);
        self.bucket.write(&mut to);
        to.u32(self.now.0);
        to.u32(self.held);
        to.byte(self.offered.0);
        to.byte(match self.phase {
            Phase::Released => 0,
            Phase::Off => 1,
            Phase::On => 2,
        });
        let eco = self.mode == Mode::Eco;
        let flags = [eco, self.stepped, self.confirmed, self.stopped, self.paused, self.touched];
        to.byte(flags.iter().fold(0, |byte, flag| byte << 1 | u8::from(*flag)));
        to.finish()
    }

    /// Returns the divert that [`save`](Self::save) was called on, with settings that may be others.
    ///
    /// With the same settings, the same steps lead to the same decisions as without the detour.
    ///
    /// # Errors
    /// A setting out of range, or bytes that are damaged or of another version.
    pub fn restore(config: Config, bytes: &[u8]) -> Result<Self, RestoreError> {
        let mut divert = Self::new(config).map_err(RestoreError::Config)?;
        let mut from = Reader::new(bytes)?;
        divert.sun = Sun::read(&mut from);
        divert.meter = Meter::read(&mut from);
        divert.bucket = Bucket::read(&mut from);
        divert.now = Millis(from.u32());
        divert.held = from.u32();
        divert.offered = Amps(from.byte());
        divert.phase = match from.byte() {
            0 => Phase::Released,
            1 => Phase::Off,
            _ => Phase::On,
        };
        let flags = from.byte();
        let flag = |bit: u8| flags >> bit & 1 == 1;
        divert.mode = if flag(5) { Mode::Eco } else { Mode::Normal };
        divert.stepped = flag(4);
        divert.confirmed = flag(3);
        divert.stopped = flag(2);
        divert.paused = flag(1);
        divert.touched = flag(0);
        Ok(divert)
    }

    /// Tells that the clock of the steps has begun anew, `away` after the last step: 0 if that is not
    /// known. The least times on and off go on from where they were.
    pub const fn clock_restarted(&mut self, away: Millis) {
        self.stepped = false;
        self.held = self.held.saturating_add(away.0);
        self.meter.silent(away.0);
    }
}
