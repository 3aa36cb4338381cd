//! What a run came to.

use serde::Serialize;

/// Watt-milliseconds in a kilowatt-hour.
const KWH: f64 = 3.6e9;

/// Sums over a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Energy that the sun had left over, in watt-milliseconds.
    pub surplus: i64,
    /// Energy of the sun that went into the car, in watt-milliseconds.
    pub solar: i64,
    /// Energy of the grid that went into the car, in watt-milliseconds.
    pub import: i64,
    /// How often the relay was closed.
    pub starts: u32,
    /// How often the offered current was set.
    pub sets: u32,
    /// The greatest power that the car took from the grid, in watts.
    pub peak_w: i32,
    /// Shortest time from a stop to the next start in milliseconds.
    pub shortest_off_ms: Option<u64>,
}

impl Totals {
    /// Counts `ms` milliseconds during which the car takes `power` and the sun has `surplus` left.
    pub fn count(&mut self, power: i32, surplus: i32, ms: u64) {
        let ms = i64::try_from(ms).unwrap_or(i64::MAX);
        let surplus = surplus.max(0);
        self.surplus += i64::from(surplus) * ms;
        self.solar += i64::from(power.min(surplus)) * ms;
        let import = (power - surplus).max(0);
        self.import += i64::from(import) * ms;
        self.peak_w = self.peak_w.max(import);
    }

    /// Adds another run.
    pub fn add(&mut self, other: &Self) {
        self.surplus += other.surplus;
        self.solar += other.solar;
        self.import += other.import;
        self.starts += other.starts;
        self.sets += other.sets;
        self.peak_w = self.peak_w.max(other.peak_w);
        self.shortest_off_ms = match (self.shortest_off_ms, other.shortest_off_ms) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }

    /// Returns the figures that people read.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "energies of years stay below 2^53")]
    pub fn figures(&self) -> Figures {
        Figures {
            surplus_kwh: self.surplus as f64 / KWH,
            solar_kwh: self.solar as f64 / KWH,
            import_kwh: self.import as f64 / KWH,
            starts: self.starts,
            sets: self.sets,
            peak_import_w: self.peak_w,
            shortest_off_s: self.shortest_off_ms.map(|ms| ms as f64 / 1000.0),
            bound_kwh: None,
            of_bound: None,
        }
    }
}

/// What a run came to, in the units of the tables.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Energy that the sun had left over.
    pub surplus_kwh: f64,
    /// Energy of the sun that went into the car.
    pub solar_kwh: f64,
    /// Energy of the grid that went into the car.
    pub import_kwh: f64,
    /// How often the relay was closed.
    pub starts: u32,
    /// How often the offered current was set.
    pub sets: u32,
    /// The greatest power that the car took from the grid.
    pub peak_import_w: i32,
    /// Shortest time from a stop to the next start.
    pub shortest_off_s: Option<f64>,
    /// What a clairvoyant could have taken from the sun with that import and those starts.
    pub bound_kwh: Option<f64>,
    /// Share of that, 0 to 1.
    pub of_bound: Option<f64>,
}

impl Figures {
    /// Adds the clairvoyant bound.
    #[must_use]
    pub fn with_bound(mut self, bound_kwh: f64) -> Self {
        self.bound_kwh = Some(bound_kwh);
        self.of_bound = (bound_kwh > 0.0).then(|| self.solar_kwh / bound_kwh);
        self
    }
}
