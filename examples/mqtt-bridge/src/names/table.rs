//! All status topics: who has them, when they are told, and what they say.

use rapi_core::types::{EvseState, LcdColour, WattHours};

use super::{Facts, Pace, Row};
use crate::config::Compat;
use crate::feeds::Kind;

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
    row("frequency", "5d", Pace::AtOnce, |f, _| text(f.snapshot.frequency?.0)),
    row("wh", "g79d", Pace::AtOnce, |f, compat| {
        let energy = f.snapshot.energy?;
        text(match compat {
            Compat::V2_7 => energy.session.0,
            Compat::V2_9 => energy.total.0,
            _ => WattHours::from(energy.session).0,
        })
    }),
    row("session_energy", "5d", Pace::AtOnce, |f, _| text(f.snapshot.session()?.0)),
    row("total_energy", "5d", Pace::AtOnce, |f, _| kilowatt_hours(f.snapshot.energy?.total.0)),
    row("total_day", "5d", Pace::AtOnce, |f, _| kilowatt_hours(f.totals.day?)),
    row("total_week", "5d", Pace::AtOnce, |f, _| kilowatt_hours(f.totals.week?)),
    row("total_month", "5d", Pace::AtOnce, |f, _| kilowatt_hours(f.totals.month?)),
    row("total_year", "5d", Pace::AtOnce, |f, _| kilowatt_hours(f.totals.year?)),
    row("total_switches", "5d", Pace::AtOnce, |f, _| text(f.totals.switches)),
    // Deprecated since 5.x: the session in watt-seconds, and the lifetime in watt-hours.
    row("wattsec", "5d", Pace::Slow, |f, _| text(f.snapshot.energy?.session.0)),
    row("watthour", "5d", Pace::Slow, |f, _| text(f.snapshot.energy?.total.0)),
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
    row("colour", "5d", Pace::AtOnce, |f, _| text(colour(f.snapshot.state?.evse).0)),
    row("manual_override", "5d", Pace::AtOnce, |f, _| bit(f.manual_override)),
    row("flags", "5d", Pace::AtOnce, |f, _| text(f.snapshot.state?.flags?.0)),
    row("vehicle", "5d", Pace::AtOnce, |f, _| {
        f.snapshot.state?;
        bit(f.snapshot.vehicle())
    }),
    row("elapsed", "5d", Pace::Slow, |f, _| text(f.snapshot.state?.elapsed.0)),
    row("session_elapsed", "5d", Pace::Slow, |f, _| text(f.snapshot.state?.elapsed.0)),
    row("freeram", "g795d", Pace::Slow, |f, _| text(f.free_memory?)),
    row("uptime", "5d", Pace::Slow, |f, _| text(f.uptime)),
    row("srssi", "95d", Pace::Slow, |f, _| text(f.signal?)),
    row("time", "5d", Pace::Slow, |f, _| known(&f.clock.time)),
    row("local_time", "5d", Pace::Slow, |f, _| known(&f.clock.local)),
    row("offset", "5d", Pace::AtOnce, |f, _| known(&f.clock.offset)),
    row("config_version", "5d", Pace::AtOnce, |f, _| text(f.versions.config)),
    row("claims_version", "5d", Pace::AtOnce, |f, _| text(f.versions.claims)),
    row("override_version", "5d", Pace::AtOnce, |f, _| text(f.versions.overrides)),
    row("schedule_version", "5d", Pace::AtOnce, |f, _| text(f.versions.schedule)),
    row("limit_version", "5d", Pace::AtOnce, |f, _| text(f.versions.limit)),
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
    row("min_charge_end", "5d", Pace::Age, |f, _| {
        text(Some(f.divert.min_charge_end).filter(|_| f.divert.eco)?)
    }),
    row("divert_reason", "d", Pace::Fast, |f, _| known(&f.divert.reason)),
    row("phases", "d", Pace::AtOnce, |f, _| text(f.phases)),
    row("phases_wanted", "d", Pace::AtOnce, |f, _| text(f.phases_wanted?)),
    row("feed_fault", "d", Pace::AtOnce, |f, _| {
        f.divert.grid.or(f.divert.solar)?;
        Some(f.divert.fault.map_or_else(|| "none".to_owned(), |fault| fault.to_string()))
    }),
    row("shaper", "5d", Pace::AtOnce, |f, _| bit(f.shaper.is_some_and(|shaper| shaper.active))),
    row("shaper_live_pwr", "5d", Pace::Fast, |f, _| text(f.shaper?.live?)),
    row("shaper_max_pwr", "5d", Pace::AtOnce, |f, _| text(f.shaper?.max)),
    row("shaper_cur", "5d", Pace::AtOnce, |f, _| text(f.shaper?.cap)),
    row("shaper_updated", "5d", Pace::AtOnce, |f, _| bit(f.shaper?.fresh)),
    row("battery_level", "5d", Pace::AtOnce, |f, _| text(f.readings.get(Kind::BatteryLevel)?)),
    row("battery_range", "5d", Pace::AtOnce, |f, _| text(f.readings.get(Kind::BatteryRange)?)),
    row("time_to_full_charge", "5d", Pace::AtOnce, |f, _| {
        text(f.readings.get(Kind::TimeToFullCharge)?)
    }),
    row("vehicle_charge_limit", "5d", Pace::AtOnce, |f, _| {
        text(f.readings.get(Kind::VehicleChargeLimit)?)
    }),
    row("home_battery_soc", "5d", Pace::AtOnce, |f, _| text(f.readings.get(Kind::HomeBatterySoc)?)),
    row("home_battery_power", "5d", Pace::Fast, |f, _| {
        text(f.readings.get(Kind::HomeBatteryPower)?)
    }),
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

fn known(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn kilowatt_hours(watt_hours: u32) -> Option<String> {
    Some(format!("{}.{:03}", watt_hours / 1000, watt_hours % 1000))
}

/// The colour of the display, which a controller chooses by its state.
fn colour(state: EvseState) -> LcdColour {
    match state {
        EvseState::Starting => LcdColour::WHITE,
        EvseState::NotConnected => LcdColour::GREEN,
        EvseState::Connected => LcdColour::YELLOW,
        EvseState::Charging => LcdColour::TEAL,
        EvseState::Sleeping | EvseState::Disabled => LcdColour::VIOLET,
        _ => LcdColour::RED,
    }
}
