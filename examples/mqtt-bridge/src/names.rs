//! The table of status topics: names and meanings of the guide and of three generations of gateways.

use rapi_core::commands::Version;
use rapi_core::types::WattHours;

use crate::config::Compat;
use crate::status::Snapshot;

/// Everything that a status topic may tell.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The newest answers of the station.
    pub snapshot: Snapshot,
    /// Who answers; nothing while nobody does.
    pub version: Option<Version>,
    /// Number of phases that the car charges on.
    pub phases: u8,
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

const fn row(
    topic: &'static str,
    profiles: &'static str,
    pace: Pace,
    value: fn(&Facts, Compat) -> Option<String>,
) -> Row {
    Row { topic, profiles, pace, value }
}

/// All status topics.
pub const TABLE: &[Row] = &[
    row("evse_connected", "5d", Pace::AtOnce, |f, _| bit(f.version.is_some())),
    row("firmware", "d", Pace::AtOnce, |f, _| text(f.version?.firmware)),
    row("amp", "g795d", Pace::Band(100), |f, _| text(f.snapshot.milliamps()?)),
    row("voltage", "95d", Pace::Band(2), |f, _| text(f.snapshot.millivolts()? / 1000)),
    row("power", "5d", Pace::Band(24), |f, _| {
        f.snapshot.milliamps()?;
        text(f.snapshot.watts(f.phases))
    }),
    row("wh", "g79d", Pace::AtOnce, |f, compat| {
        let energy = f.snapshot.energy?;
        text(match compat {
            Compat::V2_7 => energy.session.0,
            Compat::V2_9 => energy.total.0,
            _ => WattHours::from(energy.session).0,
        })
    }),
    row("session_energy", "5d", Pace::AtOnce, |f, _| text(f.snapshot.session()?.0)),
    row("total_energy", "5d", Pace::AtOnce, |f, _| {
        let total = f.snapshot.energy?.total.0;
        Some(format!("{}.{:03}", total / 1000, total % 1000))
    }),
    row("temp1", "g795d", Pace::AtOnce, |f, compat| sensor(f, compat, 0)),
    row("temp2", "g795d", Pace::AtOnce, |f, compat| sensor(f, compat, 1)),
    row("temp3", "g795d", Pace::AtOnce, |f, compat| sensor(f, compat, 2)),
    row("temp", "5d", Pace::AtOnce, |f, _| {
        text(f.snapshot.sensors()?.iter().find_map(|sensor| sensor.reading())?.0)
    }),
    row("temp_max", "5d", Pace::AtOnce, |f, _| {
        let readings = f.snapshot.sensors()?;
        text(readings.iter().filter_map(|sensor| sensor.reading()).map(|t| t.0).max()?)
    }),
    row("pilot", "g795d", Pace::AtOnce, |f, _| text(f.snapshot.settings?.amps.0)),
    row("max_current", "5d", Pace::AtOnce, |f, _| text(f.snapshot.limit()?.0)),
    // The number of the controller, as all gateways send it; the guide lists 1 to 4.
    row("state", "g795d", Pace::AtOnce, |f, compat| {
        let code = f.snapshot.state?.evse.code();
        text(if compat == Compat::Guide && (4..200).contains(&code) { 4 } else { code })
    }),
    row("status", "5d", Pace::AtOnce, |f, _| {
        let state = f.snapshot.state?.evse.code();
        Some(if state >= 200 { "disabled" } else { "active" }.to_owned())
    }),
    row("flags", "5d", Pace::AtOnce, |f, _| text(f.snapshot.state?.flags?.0)),
    row("vehicle", "5d", Pace::AtOnce, |f, _| {
        f.snapshot.state?;
        bit(f.snapshot.vehicle())
    }),
    row("elapsed", "5d", Pace::Slow, |f, _| text(f.snapshot.state?.elapsed.0)),
    row("session_elapsed", "5d", Pace::Slow, |f, _| text(f.snapshot.state?.elapsed.0)),
    row("freeram", "g795d", Pace::Slow, |f, _| text(f.free_memory?)),
    row("uptime", "5d", Pace::Slow, |f, _| text(f.uptime)),
    row("eeprom_writes", "d", Pace::AtOnce, |f, _| text(f.eeprom_writes)),
    row("divertmode", "g795d", Pace::AtOnce, |f, _| text(1 + u8::from(f.divert.eco))),
    row("grid_ie", "g795d", Pace::Fast, |f, _| text(f.divert.grid?)),
    row("solar", "795d", Pace::Fast, |f, _| text(f.divert.solar?)),
    // Gateways send it with each reading, when it is always 0; the guide promises the age.
    row("divert_update", "g795d", Pace::Age, |f, compat| {
        let age = f.divert.age?;
        text(if matches!(compat, Compat::Guide | Compat::Default) { age } else { 0 })
    }),
    // The guide: "calculated power available".
    row("chargerate", "gd", Pace::Fast, |f, _| text(f.divert.available?)),
    // The gateways: amps, and only in Eco.
    row("charge_rate", "795d", Pace::AtOnce, |f, _| {
        text(f.divert.charge.filter(|_| f.divert.eco)?)
    }),
    row("divert_active", "95d", Pace::AtOnce, |f, _| {
        bit(f.divert.eco && f.divert.charge.is_some_and(|amps| amps > 0))
    }),
    row("available_current", "95d", Pace::Fast, |f, _| {
        let available = f.divert.available.filter(|_| f.divert.eco)?;
        let volts = i64::from(f.snapshot.millivolts().unwrap_or(240_000)) * i64::from(f.phases);
        let tenths = available * 10_000 / volts.max(1);
        Some(format!("{}.{}", tenths / 10, tenths % 10))
    }),
    row("divert_reason", "d", Pace::Fast, |f, _| {
        Some(f.divert.reason.clone()).filter(|reason| !reason.is_empty())
    }),
    row("shaper", "5d", Pace::AtOnce, |f, _| bit(f.shaper.is_some())),
    row("shaper_live_pwr", "5d", Pace::Fast, |f, _| text(f.shaper?.live?)),
    row("shaper_max_pwr", "5d", Pace::AtOnce, |f, _| text(f.shaper?.max)),
    row("shaper_cur", "5d", Pace::AtOnce, |f, _| text(f.shaper?.cap)),
];

#[allow(clippy::unnecessary_wraps, reason = "a row's value")]
fn text(value: impl ToString) -> Option<String> {
    Some(value.to_string())
}

fn bit(value: bool) -> Option<String> {
    text(u8::from(value))
}

/// A sensor that is not installed has no topic in the guide, −2560 in 2.7, and `false` since.
fn sensor(facts: &Facts, compat: Compat, number: usize) -> Option<String> {
    let sensor = facts.snapshot.sensors()?[number];
    match (sensor.reading(), compat) {
        (Some(reading), _) => text(reading.0),
        (None, Compat::V2_7) => text(-2560),
        (None, Compat::V2_9 | Compat::V5) => text(false),
        (None, Compat::Guide | Compat::Default) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapi_core::commands::{Energy, Power, Settings, State, Temperatures};
    use rapi_core::types::{
        Amps, DeciCelsius, EvseState, MilliAmps, MilliVolts, OrNone, Seconds, SettingsFlags,
        Temperature, WattSeconds,
    };

    fn facts() -> Facts {
        let reading = |tenths| Temperature::Reading(DeciCelsius(tenths));
        Facts {
            snapshot: Snapshot {
                state: Some(State {
                    evse: EvseState::from_code(6),
                    elapsed: Seconds(60),
                    pilot: None,
                    flags: None,
                }),
                settings: Some(Settings { amps: Amps(10), flags: SettingsFlags(1) }),
                power: Some(Power {
                    current: OrNone(Some(MilliAmps(9_900))),
                    voltage: OrNone(Some(MilliVolts(230_000))),
                }),
                energy: Some(Energy { session: WattSeconds(7_200), total: WattHours(12_345) }),
                temperatures: Some(Temperatures {
                    ds3231: Temperature::Absent,
                    mcp9808: reading(251),
                    tmp007: reading(312),
                }),
                range: None,
            },
            phases: 1,
            divert: Divert {
                eco: true,
                grid: Some(-500),
                age: Some(7),
                available: Some(2_300),
                charge: Some(9),
                ..Divert::default()
            },
            ..Facts::default()
        }
    }

    /// mqtt.md, §2: one name, several meanings.
    #[test]
    fn each_generation_has_its_own_names_and_meanings() {
        let profiles = [Compat::Guide, Compat::V2_7, Compat::V2_9, Compat::V5, Compat::Default];
        for (topic, expected) in [
            ("wh", ["2", "7200", "12345", "", "2"]),
            ("session_energy", ["", "", "", "2", "2"]),
            ("total_energy", ["", "", "", "12.345", "12.345"]),
            ("chargerate", ["2300", "", "", "", "2300"]),
            ("charge_rate", ["", "9", "9", "9", "9"]),
            ("divert_update", ["7", "0", "0", "0", "7"]),
            ("temp1", ["", "-2560", "false", "false", ""]),
            ("temp2", ["251", "251", "251", "251", "251"]),
            ("temp_max", ["", "", "", "312", "312"]),
            ("state", ["4", "6", "6", "6", "6"]),
            ("voltage", ["", "", "230", "230", "230"]),
            ("power", ["", "", "", "2277", "2277"]),
            ("amp", ["9900"; 5]),
            ("pilot", ["10"; 5]),
            ("divertmode", ["2"; 5]),
            ("grid_ie", ["-500"; 5]),
            ("available_current", ["", "", "10.0", "10.0", "10.0"]),
        ] {
            for (compat, expected) in profiles.into_iter().zip(expected) {
                let found = topics(&facts(), compat).find(|(row, _)| row.topic == topic);
                let found = found.map(|(_, payload)| payload).unwrap_or_default();
                assert_eq!(found, expected, "{topic} in {compat:?}");
            }
        }
    }

    #[test]
    fn the_guide_profile_has_the_twelve_topics_of_the_guide_and_no_other() {
        let names = TABLE.iter().filter(|row| row.belongs_to(Compat::Guide)).map(|row| row.topic);
        let mut names: Vec<_> = names.collect();
        names.sort_unstable();
        let mut expected = [
            "amp",
            "wh",
            "temp1",
            "temp2",
            "temp3",
            "pilot",
            "state",
            "freeram",
            "divertmode",
            "chargerate",
            "grid_ie",
            "divert_update",
        ];
        expected.sort_unstable();
        assert_eq!(names, expected);
    }

    #[test]
    fn nothing_is_told_that_is_not_known() {
        let names: Vec<_> =
            topics(&Facts::default(), Compat::V5).map(|(row, _)| row.topic).collect();
        assert_eq!(names, ["evse_connected", "uptime", "divertmode", "divert_active", "shaper"]);
    }
}
