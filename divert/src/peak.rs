//! Tariffs that charge for the highest quarter of an hour.

use crate::measurement::Phases;
use crate::units::{Amps, Millis, Volts, Watts};

/// The quarter of an hour that such tariffs look at, in seconds.
const QUARTER: i32 = 900;

/// Keeps the import of each quarter of an hour below a peak, as a cap for the car's current.
///
/// For capacity tariffs, as in Belgium: the highest mean of a quarter of an hour is paid for, month by
/// month. Call [`cap`](Self::cap) with every reading of the grid connection, and take the result into
/// the minimum that makes [`limit`](crate::Measurement::limit). What a quarter has left is shared
/// out over the time that it has left; below the least current, the car is paused.
///
/// With each reading the car gets what would end the quarter at its peak if nothing changed any more. So the
/// mean import of a quarter is at most the greater of the peak, and of what the house takes without the car,
/// plus P·(d + 10 s) / 900 s: P is the car's greatest power, d the time from a reading to the car's
/// obeying, and readings come at least every 10 s. What the house begins to take later in the quarter comes on top,
/// because nobody knew of it: r watts with t s left add r·t / 900 s at most, while the car is paused.
///
/// # Examples
/// ```
/// use rapi_divert::{Amps, Millis, PeakCap, Phases, Volts, Watts};
/// // 5 kW, and a car on three phases of 230 V. The meter's clock says 12:16.
/// let mut cap = PeakCap::new(Watts(5_000), Millis(60_000), Volts(230), Phases::Three);
/// let limit = cap.cap(Millis(0), Watts(900), Watts(0));
/// assert_eq!(limit, Amps(6), "the minute that nothing was seen of counts as not used");
/// ```
#[derive(Clone, Debug)]
pub struct PeakCap {
    peak: i32,
    /// Watts for each ampere.
    volts: i32,
    /// Energy imported in this quarter, in watt-seconds.
    used: i32,
    /// What is less than a watt-second of it, in watt-milliseconds.
    rest: i32,
    /// Milliseconds into this quarter.
    into: u32,
    last: Option<(Millis, i32)>,
}

impl PeakCap {
    /// Returns a cap of `peak`, at most 500 kW, `into` the present quarter of the meter's clock: 0 at
    /// 12:15, 60 000 ms at 12:16. `voltage`, phase to neutral, and `phases` say what an ampere of the car is worth.
    #[must_use]
    pub fn new(peak: Watts, into: Millis, voltage: Volts, phases: Phases) -> Self {
        Self {
            peak: peak.0.clamp(0, 500_000),
            volts: phases.volts(i32::from(voltage.0.max(1))),
            used: 0,
            rest: 0,
            into: into.0 % 900_000,
            last: None,
        }
    }

    /// Takes a reading of the grid connection (+ import) and of the car in it. Returns the greatest
    /// current that the car may take until the next reading.
    pub fn cap(&mut self, now: Millis, grid: Watts, ev: Watts) -> Amps {
        let grid = grid.0.clamp(-1_000_000, 1_000_000);
        if let Some((then, power)) = self.last {
            self.pass(now.since(then).unwrap_or(0), power);
        }
        self.last = Some((now, grid));
        let used = self.used.saturating_add(i32::from(self.rest > 0));
        let budget = self.peak.wrapping_mul(QUARTER).saturating_sub(used);
        // Tenths of a second are enough here, and keep the products small. Too much time would be lenient
        // with what is used already.
        let left = 900_000_u32.saturating_sub(self.into);
        let left = if budget < 0 { left / 100 } else { left.div_ceil(100) };
        let each = budget.checked_div_euclid(i32::try_from(left).unwrap_or(0)).unwrap_or(i32::MIN);
        let allowed = each.saturating_mul(10).min(1_000_000);
        let house = grid.saturating_sub(ev.0.max(0));
        let amps = allowed.saturating_sub(house).max(0).checked_div(self.volts).unwrap_or(0);
        Amps(u8::try_from(amps).unwrap_or(u8::MAX))
    }

    fn pass(&mut self, passed: u32, power: i32) {
        let import = power.max(0);
        let end = self.into.saturating_add(passed);
        let in_this = if end >= 900_000 {
            // A new quarter: only what is behind its beginning counts.
            self.used = 0;
            self.rest = 0;
            end % 900_000
        } else {
            passed
        };
        self.into = end % 900_000;
        // Nothing here can overflow: 1 MW for a quarter of an hour are 900 MJ, and for less than a second 999 kJ.
        let [seconds, over] =
            [in_this / 1000, in_this % 1000].map(|time| i32::try_from(time).unwrap_or(0));
        let rest = import.wrapping_mul(over).wrapping_add(self.rest);
        let used = import.wrapping_mul(seconds).wrapping_add(rest / 1000);
        self.used = self.used.saturating_add(used);
        self.rest = rest % 1000;
    }
}
