//! Settings are checked, and reasons are written for people.
#![allow(clippy::missing_const_for_fn, clippy::std_instead_of_core)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use rapi_divert::{
    Amps, Config, ConfigError, Divert, FeedFault, Fleet, Millis, PhasedDivert, Preset, Reason,
    Volts, WattHours, Watts,
};

/// A rule can be a constant.
const DIVERT: Result<Divert, ConfigError> = Divert::new(Config::preset(Preset::FewStarts));

fn refusal(config: Config) -> String {
    Divert::new(config).unwrap_err().to_string()
}

#[test]
fn every_preset_is_valid_and_balanced_is_the_default() {
    for preset in Preset::ALL {
        assert!(Divert::new(Config::preset(*preset)).is_ok());
    }
    assert_eq!(Config::default(), Config::preset(Preset::Balanced));
    assert!(DIVERT.is_ok());
}

#[test]
fn a_preset_is_known_by_the_name_that_it_writes() {
    let all = "a preset is sun-only, little-grid, balanced, few-starts, more-sun or no-waste";
    let mut configs = Vec::new();
    for preset in Preset::ALL {
        assert_eq!(preset.to_string().parse(), Ok(*preset));
        assert!(all.contains(&preset.to_string()), "{preset}");
        assert!(!configs.contains(&Config::preset(*preset)), "{preset}");
        configs.push(Config::preset(*preset));
    }
    assert_eq!(format!("{:>9}|", Preset::SunOnly), " sun-only|");
    for other in ["", "Balanced", "sun_only", "sun-only ", "own"] {
        let error = other.parse::<Preset>().unwrap_err();
        assert_eq!(error.to_string(), all, "{other:?}");
        let _: &dyn core::error::Error = &error;
    }
}

#[test]
fn a_wrong_setting_is_refused_with_its_name_and_the_range() {
    let c = Config::default();
    let wh = WattHours(20);
    let (s, m) = (Millis(1_000), Millis(60_000));
    assert_eq!(refusal(c.with_dials(1000, wh)), "sun_share is 1000, allowed is 100 to 990");
    assert_eq!(refusal(c.with_dials(87, wh)), "sun_share is 87, allowed is 100 to 990");
    assert_eq!(refusal(c.with_dials(875, WattHours(1))), "bucket is 1, allowed is 2 to 1000");
    assert_eq!(refusal(c.with_min_times(s, m)), "min_on is 1000, allowed is 10000 to 3600000");
    assert_eq!(refusal(c.with_min_times(m, s)), "min_off is 1000, allowed is 10000 to 3600000");
    assert_eq!(refusal(c.with_amps(Amps(5), Amps(16))), "min_amps is 5, allowed is 6 to 16");
    assert_eq!(refusal(c.with_amps(Amps(17), Amps(16))), "min_amps is 17, allowed is 6 to 16");
    assert_eq!(refusal(c.with_amps(Amps(6), Amps(81))), "max_amps is 81, allowed is 6 to 80");
    assert_eq!(refusal(c.with_voltage(Volts(0))), "voltage is 0, allowed is 60 to 300");
    assert_eq!(refusal(c.with_stale(m, s, m)), "stale_hold is 60000, allowed is 1000 to 1000");
    assert_eq!(refusal(c.with_stale(s, m, s)), "stale_minimum is 60000, allowed is 1000 to 1000");
    assert_eq!(
        refusal(c.with_stale(s, m, Millis(u32::MAX))),
        "stale_off is 4294967295, allowed is 1000 to 3600000"
    );
}

#[test]
fn the_ends_of_the_ranges_are_allowed() {
    let c = Config::default();
    let (second, hour) = (Millis(1_000), Millis(3_600_000));
    let ten = Millis(10_000);
    for config in [
        c.with_dials(100, WattHours(2)).with_min_times(ten, ten).with_amps(Amps(6), Amps(6)),
        c.with_dials(990, WattHours(1_000)).with_min_times(hour, hour),
        c.with_amps(Amps(80), Amps(80)).with_voltage(Volts(300)).with_stale(hour, hour, hour),
        c.with_voltage(Volts(60)).with_stale(second, second, second),
    ] {
        assert!(Divert::new(config).is_ok(), "{config:?}");
    }
}

#[test]
fn an_error_tells_a_program_what_it_tells_a_person() {
    let error = Divert::new(Config::default().with_voltage(Volts(12))).unwrap_err();
    assert_eq!((error.field, error.given, error.least, error.most), ("voltage", 12, 60, 300));
    let _: &dyn core::error::Error = &error;
}

#[test]
fn p18_every_reason_reads_as_a_line_of_a_log() {
    let (have, need, of) = (WattHours(7), WattHours(10), WattHours(20));
    let (surplus, low) = (Watts(1700), Watts(1260));
    let left = Millis(12_345);
    let rows = [
        (Reason::BucketFull { have: need, need }, "start: bucket full, 10 of 10 Wh"),
        (Reason::Filling { have, need }, "pause: bucket fills, 7 of 10 Wh"),
        (Reason::MinOff { left }, "pause: least time off, 13 s left"),
        (
            Reason::TooLittleSun { surplus: low, need: surplus },
            "pause: too little sun, 1260 of 1700 W",
        ),
        (Reason::KeptOn { surplus, need: low }, "stay on: enough sun, 1700 of 1260 W"),
        (Reason::Holding { have, of }, "hold: bucket 7 of 20 Wh"),
        (Reason::MinOn { left }, "hold: least time on, 13 s left"),
        (Reason::Up { surplus }, "more: surplus 1700 W"),
        (Reason::Down { surplus }, "less: surplus 1700 W"),
        (Reason::Guard { surplus }, "less at once: surplus 1700 W"),
        (Reason::BucketEmpty, "stop: bucket empty"),
        (Reason::HardBudget { used: of, allowed: need }, "stop: hard budget, 20 of 10 Wh"),
        (Reason::Limited { limit: Amps(5) }, "limit: 5 A"),
        (Reason::StaleFeed { age: left }, "meter silent for 13 s"),
        (Reason::NoFeed { waited: left }, "no meter reading in 13 s"),
        (Reason::PhaseChange, "pause: change of phases"),
        (Reason::BadFeed { fault: FeedFault::Unit }, "meter not trusted: these are no watts"),
        (Reason::NoVehicle, "no vehicle"),
        (Reason::UserStop, "stopped by a person"),
        (Reason::Fault, "fault or unknown state of the EVSE"),
        (Reason::NormalMode, "normal mode"),
    ];
    for (reason, text) in rows {
        assert_eq!(reason.to_string(), text);
    }
}

#[test]
fn p11_what_has_seen_nothing_is_saved_and_restored_as_such() {
    let saved = Divert::new(Config::default()).unwrap().save();
    let restored = Divert::restore(Config::default(), &saved).unwrap();
    assert_eq!(restored.save(), saved);
}

#[test]
fn what_is_wrong_with_a_saved_state_or_a_meter_is_said_in_words() {
    let saved = Divert::new(Config::default()).unwrap().save();
    let restore = |bytes: &[u8]| {
        Divert::restore(Config::default(), bytes).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(restore(&saved), Ok(()));
    assert_eq!(restore(&[]), Err("saved state has 0 bytes, not 98".to_owned()));
    assert_eq!(restore(&[0; 97]), Err("saved state has 97 bytes, not 98".to_owned()));
    for place in 0..saved.len() {
        for bit in 0..8 {
            let mut damaged = saved;
            damaged[place] ^= 1 << bit;
            assert_eq!(restore(&damaged), Err("saved state is damaged".to_owned()));
        }
    }
    // One of a later version is whole, and not understood.
    let mut later = saved;
    later[0] = 3;
    let crc = later[..saved.len() - 4].iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
        })
    }) ^ u32::MAX;
    later[saved.len() - 4..].copy_from_slice(&crc.to_le_bytes());
    assert_eq!(restore(&later), Err("saved state is of version 3, this is 2".to_owned()));
    let wrong = Config::default().with_amps(Amps(5), Amps(32));
    let error = Divert::restore(wrong, &saved).unwrap_err();
    assert_eq!(error.to_string(), refusal(wrong));
    assert!(Fleet::<2>::new(wrong, Amps(32), Millis(0)).is_err());
    assert!(PhasedDivert::new(wrong, Millis(0)).is_err());

    let faults = [FeedFault::NoVehicle, FeedFault::Sign, FeedFault::Unit];
    let words = faults.map(|fault| fault.to_string());
    assert_eq!(words, ["it does not see the car", "wrong sign", "these are no watts"]);
}
