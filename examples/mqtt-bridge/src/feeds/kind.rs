//! What may be read, what it is called, and what it may be.

use crate::config::{Feed, Station};

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Volts, phase to neutral.
    Voltage,
    /// Watts of the whole house.
    LivePower,
    /// Amps of the whole house, L1.
    LiveCurrent1,
    /// L2.
    LiveCurrent2,
    /// L3.
    LiveCurrent3,
    /// How many phases a contactor shows.
    PhasesActual,
    /// Per cent of the vehicle's battery.
    BatteryLevel,
    /// What the vehicle can drive, in its own unit.
    BatteryRange,
    /// Seconds until the vehicle is full.
    TimeToFullCharge,
    /// Per cent at which the vehicle stops by itself.
    VehicleChargeLimit,
    /// Per cent of the home battery.
    HomeBatterySoc,
    /// Watts into the home battery; negative: out of it.
    HomeBatteryPower,
}

/// What is known of a kind of reading.
#[derive(Clone, Copy, Debug)]
pub struct About {
    kind: Kind,
    /// What the gateway calls it in its status, if it has it.
    pub name: Option<&'static str>,
    unit: &'static str,
    /// How many parts of its unit are counted.
    parts: f64,
    /// What it may be, in its unit.
    pub range: (f64, f64),
    /// For how many seconds it is believed.
    pub(super) believed: u64,
}

/// For ever, in seconds: such a reading may come from the broker's store, too.
const LASTING: u64 = 1_000_000_000;

const fn row(
    kind: Kind,
    name: Option<&'static str>,
    unit: &'static str,
    range: (f64, f64),
    believed: u64,
) -> About {
    About { kind, name, unit, parts: 1.0, range, believed }
}

/// Amps of the house, counted in milliamps.
const fn current(kind: Kind) -> About {
    About { parts: 1000.0, ..row(kind, None, "amps", (-500.0, 500.0), 30) }
}

const PER_CENT: (f64, f64) = (0.0, 100.0);
const WATTS: (f64, f64) = (-100_000.0, 100_000.0);

pub(super) const KINDS: [About; 12] = [
    row(Kind::Voltage, Some("voltage"), "volts", (60.0, 300.0), 120),
    row(Kind::LivePower, Some("shaper_live_pwr"), "watts", WATTS, 30),
    current(Kind::LiveCurrent1),
    current(Kind::LiveCurrent2),
    current(Kind::LiveCurrent3),
    // It stays as it is until it says something else.
    row(Kind::PhasesActual, None, "phases", (1.0, 3.0), LASTING),
    row(Kind::BatteryLevel, Some("battery_level"), "per cent", PER_CENT, 3600),
    row(Kind::BatteryRange, Some("battery_range"), "kilometres or miles", (0.0, 5_000.0), 3600),
    row(Kind::TimeToFullCharge, Some("time_to_full_charge"), "seconds", (0.0, 1_000_000.0), 3600),
    row(Kind::VehicleChargeLimit, Some("vehicle_charge_limit"), "per cent", PER_CENT, 86_400),
    row(Kind::HomeBatterySoc, Some("home_battery_soc"), "per cent", PER_CENT, 600),
    row(Kind::HomeBatteryPower, Some("home_battery_power"), "watts", WATTS, 60),
];

impl Kind {
    /// The currents of the house, in the order of the phases.
    pub const LIVE_CURRENTS: [Self; 3] =
        [Self::LiveCurrent1, Self::LiveCurrent2, Self::LiveCurrent3];

    /// Those that the gateway has in its status, too, by their names there.
    pub fn all_named() -> impl Iterator<Item = (&'static str, &'static About)> {
        KINDS.iter().filter_map(|about| Some((about.name?, about)))
    }

    /// The one that the gateway calls so in its status.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::all_named().find(|(other, _)| *other == name).map(|(_, about)| about.kind)
    }

    pub(super) fn row(self) -> usize {
        KINDS.iter().position(|about| about.kind == self).unwrap_or(0)
    }

    pub(super) fn feed(self, station: &Station) -> Option<&Feed> {
        Some(match self {
            Self::Voltage => &station.voltage,
            Self::LivePower => &station.live_power,
            Self::LiveCurrent1 => station.live_current.first()?,
            Self::LiveCurrent2 => station.live_current.get(1)?,
            Self::LiveCurrent3 => station.live_current.get(2)?,
            Self::PhasesActual => &station.phases_actual,
            Self::BatteryLevel => &station.vehicle_soc,
            Self::BatteryRange => &station.vehicle_range,
            Self::TimeToFullCharge => &station.vehicle_eta,
            Self::VehicleChargeLimit => &station.vehicle_charge_limit,
            Self::HomeBatterySoc => &station.home_battery_soc,
            Self::HomeBatteryPower => &station.home_battery_power,
        })
    }
}

impl About {
    pub(super) const fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether a reading of any age counts.
    pub(super) const fn lasts(&self) -> bool {
        self.believed == LASTING
    }

    /// As a whole number, if it can be right.
    pub(super) fn check(&self, value: f64) -> Result<i32, String> {
        let (least, most) = self.range;
        if (least..=most).contains(&value) {
            Ok((value * self.parts).round() as i32)
        } else {
            Err(format!("{value} is not plausible: {least} to {most} {}", self.unit))
        }
    }
}
