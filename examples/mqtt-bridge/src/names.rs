//! The table of status topics: names and meanings of the guide and of three generations of gateways.

mod table;

use rapi_core::commands::Version;
use rapi_divert::FeedFault;

use crate::config::Compat;
use crate::feeds::Readings;
use crate::ledger::Totals;
use crate::status::Snapshot;

pub use table::TABLE;

/// Everything that a status topic may tell.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The newest answers of the station.
    pub snapshot: Snapshot,
    /// Who answers; nothing while nobody does.
    pub version: Option<Version>,
    /// Number of phases that the car charges on.
    pub phases: u8,
    /// Number of phases that a contactor has to show.
    pub phases_wanted: Option<u8>,
    /// Free memory of this computer, in bytes.
    pub free_memory: Option<u64>,
    /// Seconds since the bridge was started.
    pub uptime: u64,
    /// How often the EEPROM was written for a command of MQTT.
    pub eeprom_writes: u32,
    /// Divert.
    pub divert: Divert,
    /// The limit of the house connection.
    pub shaper: Option<Shaper>,
    /// What other topics say.
    pub readings: Readings,
    /// Energy by the calendar.
    pub totals: Totals,
    /// Whether a person has a wish.
    pub manual_override: bool,
    /// How often each document has changed since the bridge was started.
    pub versions: Versions,
    /// The time of this computer.
    pub clock: Clock,
    /// Signal of the wireless network, in dBm.
    pub signal: Option<i32>,
}

/// How often each document has changed since the bridge was started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Versions {
    /// Settings of the station.
    pub config: u32,
    /// Wishes of programs.
    pub claims: u32,
    /// A person's wish.
    pub overrides: u32,
    /// The weekly plan.
    pub schedule: u32,
    /// The session's limit.
    pub limit: u32,
}

impl Versions {
    /// Counts a change of a document.
    pub fn count(&mut self, document: &str) {
        let count = match document {
            "config" => &mut self.config,
            "claim" => &mut self.claims,
            "override" => &mut self.overrides,
            "schedule" => &mut self.schedule,
            "limit" => &mut self.limit,
            _ => return,
        };
        *count += 1;
    }
}

/// The time of this computer, as the gateways write it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// UTC.
    pub time: String,
    /// Local time.
    pub local: String,
    /// The difference, `+0100`.
    pub offset: String,
}

/// What divert knows.
#[derive(Clone, Debug, Default)]
pub struct Divert {
    /// Eco, not Normal.
    pub eco: bool,
    /// Watts at the connection to the grid: the newest reading.
    pub grid: Option<i32>,
    /// Watts of the solar generator: the newest reading.
    pub solar: Option<i32>,
    /// Seconds since the newest reading.
    pub age: Option<u64>,
    /// Watts that are available for the car.
    pub available: Option<i64>,
    /// Whether the rule wants to charge, and with how many amps.
    pub charge: Option<u8>,
    /// Why.
    pub reason: String,
    /// Seconds for which a charge goes on even without sun.
    pub min_charge_end: u64,
    /// What is wrong with the meter, as far as its readings show.
    pub fault: Option<FeedFault>,
}

/// What the limiter of the house connection knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shaper {
    /// Watts of the whole house, if they are known.
    pub live: Option<i32>,
    /// Watts that it may draw.
    pub max: u32,
    /// Amps that are left for the car.
    pub cap: u8,
    /// Whether it limits.
    pub active: bool,
    /// Whether the watts are known at this moment.
    pub fresh: bool,
}

/// When a change is news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// At once.
    AtOnce,
    /// At once, if it is so many hundredths of the dead band (in mA) or more.
    Band(u16),
    /// With the period only: it changes all the time.
    Slow,
    /// At once, and every 5 s, as the guide's second table has it.
    Fast,
    /// Every 5 s: it changes all the time.
    Age,
}

/// One status topic.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Below the base topic.
    pub topic: &'static str,
    /// Who has it: g(uide), 7 (2.7), 9 (2.9), 5 (5.x), d(efault).
    profiles: &'static str,
    /// When a change is news.
    pub pace: Pace,
    value: fn(&Facts, Compat) -> Option<String>,
}

impl Row {
    /// Whether a profile has this topic.
    #[must_use]
    pub fn belongs_to(&self, compat: Compat) -> bool {
        self.profiles.contains(match compat {
            Compat::Guide => 'g',
            Compat::V2_7 => '7',
            Compat::V2_9 => '9',
            Compat::V5 => '5',
            Compat::Default => 'd',
        })
    }

    /// The payload, if it is known.
    #[must_use]
    pub fn value(&self, facts: &Facts, compat: Compat) -> Option<String> {
        (self.value)(facts, compat)
    }
}

/// The topics of a profile with their payloads, in the order of the table.
pub fn topics(facts: &Facts, compat: Compat) -> impl Iterator<Item = (&'static Row, String)> {
    let mine = TABLE.iter().filter(move |row| row.belongs_to(compat));
    mine.filter_map(move |row| Some((row, row.value(facts, compat)?)))
}

#[cfg(test)]
mod tests;
