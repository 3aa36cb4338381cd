use super::*;
use rapi_core::commands::{Energy, Power, Settings, State, Temperatures};
use rapi_core::types::{
    Amps, DeciCelsius, EvseState, MilliAmps, MilliVolts, OrNone, Seconds, SettingsFlags,
    Temperature, WattHours, WattSeconds,
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
            ..Snapshot::default()
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
    let names: Vec<_> = topics(&Facts::default(), Compat::V5).map(|(row, _)| row.topic).collect();
    assert_eq!(
        names,
        [
            "evse_connected",
            "total_switches",
            "manual_override",
            "uptime",
            "config_version",
            "claims_version",
            "override_version",
            "schedule_version",
            "limit_version",
            "divertmode",
            "divert_active",
            "shaper",
        ]
    );
}
