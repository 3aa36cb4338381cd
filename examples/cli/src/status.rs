//! Everything that the station tells, on one screen.

use rapi_client::commands::{
    Clock, CurrentRange, DelayTimer, Energy, FaultCounters, GetClock, GetCurrentRange,
    GetDelayTimer, GetEnergy, GetEnergyLimit, GetFaultCounters, GetHeartbeat, GetPower,
    GetSerialNumber, GetSettings, GetState, GetTemperatures, GetTimeLimit, Heartbeat, Power,
    Settings, State, Temperatures,
};
use rapi_client::types::{
    EvseState, HeartbeatTrigger, KilowattHours, PilotState, QuarterHours, SerialNumber,
    SettingsFlags, Temperature, VFlags,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::cli::Common;
use crate::problem::Problem;
use crate::station::Station;
use crate::{clock, output};

/// What the station tells; nothing where it was built without.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Status {
    pub state: Option<State>,
    pub settings: Option<Settings>,
    pub range: Option<CurrentRange>,
    pub power: Option<Power>,
    pub energy: Option<Energy>,
    pub temperatures: Option<Temperatures>,
    pub faults: Option<FaultCounters>,
    pub time_limit: Option<QuarterHours>,
    pub energy_limit: Option<KilowattHours>,
    pub timer: Option<DelayTimer>,
    pub clock: Option<Clock>,
    /// How many seconds the clock was ahead when it was read.
    pub clock_ahead_s: Option<i64>,
    pub heartbeat: Option<Heartbeat>,
    pub serial: Option<SerialNumber>,
}

impl Status {
    /// Asks what changes from second to second.
    pub fn refresh(&mut self, station: &mut Station) -> anyhow::Result<()> {
        self.state = station.ask(&GetState)?;
        self.settings = station.ask(&GetSettings)?;
        self.power = station.ask(&GetPower)?;
        self.energy = station.ask(&GetEnergy)?;
        Ok(())
    }

    /// Asks the rest.
    pub fn complete(&mut self, station: &mut Station) -> anyhow::Result<()> {
        self.range = station.ask(&GetCurrentRange)?;
        self.temperatures = station.ask(&GetTemperatures)?;
        self.faults = station.ask(&GetFaultCounters)?;
        self.time_limit = station.ask(&GetTimeLimit)?;
        self.energy_limit = station.ask(&GetEnergyLimit)?;
        self.timer = station.ask(&GetDelayTimer)?;
        self.clock = station.ask(&GetClock)?;
        self.clock_ahead_s = self.clock.as_ref().and_then(clock::ahead);
        self.heartbeat = station.ask(&GetHeartbeat)?;
        self.serial = station.ask(&GetSerialNumber)?;
        Ok(())
    }

    /// What a person wants to know, line by line: a heading and what belongs to it.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let flags = self.state.and_then(|state| state.flags).unwrap_or_default();
        let mut lines = Vec::new();
        if let Some(state) = self.state {
            lines.push(("State", state_text(&state)));
            lines.push(("Vehicle", vehicle(&state)));
        }
        if let Some(text) = self.current() {
            lines.push(("Current", text));
        }
        if let Some(range) = self.range {
            lines.push(("Range", range_text(&range)));
        }
        if let Some(text) = self.power_text() {
            lines.push(("Power", text));
        }
        if let Some(energy) = self.energy {
            lines.push(("Energy", energy_text(&energy)));
        }
        if let Some(text) = self.temperature_text() {
            lines.push(("Temperature", text));
        }
        if let Some(settings) = self.settings {
            lines.push((
                "Service",
                if settings.flags.level_2() { "level 2" } else { "level 1" }.into(),
            ));
            lines.push(("Safety checks", checks(settings.flags)));
        }
        if let Some(faults) = self.faults {
            let FaultCounters { gfi, no_ground, stuck_relay } = faults;
            lines.push((
                "Faults so far",
                format!("{gfi} GFI, {no_ground} no ground, {stuck_relay} stuck relay"),
            ));
        }
        if let Some(text) = self.limits() {
            lines.push(("Session limit", text));
        }
        if let Some(timer) = self.timer {
            lines.push(("Timer", timer_text(&timer)));
        }
        if let Some(clock) = self.clock {
            lines.push((
                "Clock",
                match clock::text(&clock) {
                    Some(time) => format!("{time} ({})", clock::difference(self.clock_ahead_s)),
                    None => "no clock chip".to_owned(),
                },
            ));
        }
        if let Some(heartbeat) = self.heartbeat {
            lines.push(("Heartbeat", heartbeat_text(&heartbeat)));
        }
        if flags.auth_locked() {
            lines.push(("Lock", "charging waits for an authentication".to_owned()));
        }
        if let Some(serial) = self.serial {
            lines.push(("Serial number", serial.to_string()));
        }
        lines
    }

    /// What the vehicle draws of what it is offered.
    pub fn current(&self) -> Option<String> {
        let offered = self.settings?.amps;
        let mut text = format!("{offered} offered");
        if let Some(milliamps) = self.power.and_then(|power| power.current.0) {
            text = format!("{:.1} A drawn, {text}", f64::from(milliamps.0) / 1000.0);
        }
        Some(text)
    }

    fn power_text(&self) -> Option<String> {
        let power = self.power?;
        let (milliamps, millivolts) = (power.current.0?, power.voltage.0?);
        let volts = f64::from(millivolts.0) / 1000.0;
        let kilowatts = f64::from(milliamps.0) / 1000.0 * volts / 1000.0;
        // Three phases are not known to the controller, and the voltage is no measurement.
        Some(format!("{kilowatts:.2} kW, taking {volts:.0} V on one phase for granted"))
    }

    fn temperature_text(&self) -> Option<String> {
        let Temperatures { ds3231, mcp9808, tmp007 } = self.temperatures?;
        let readings: Vec<_> = [(ds3231, "clock"), (mcp9808, "display"), (tmp007, "infrared")]
            .into_iter()
            .filter(|(reading, _)| *reading != Temperature::Absent)
            .map(|(reading, place)| format!("{reading} ({place})"))
            .collect();
        Some(if readings.is_empty() { "no sensor".to_owned() } else { readings.join(", ") })
    }

    fn limits(&self) -> Option<String> {
        let time = self.time_limit.filter(|limit| limit.0 > 0).map(|limit| limit.to_string());
        let energy = self.energy_limit.filter(|limit| limit.0 > 0).map(|limit| limit.to_string());
        let limits: Vec<_> = time.into_iter().chain(energy).collect();
        match (self.time_limit, self.energy_limit) {
            (None, None) => None,
            _ if limits.is_empty() => Some("none".to_owned()),
            _ => Some(limits.join(", ")),
        }
    }
}

/// The state, and what a person may have to do about it.
pub fn state_text(state: &State) -> String {
    let flags = state.flags.unwrap_or_default();
    let hint = match state.evse {
        EvseState::Starting if flags.boot_locked() => {
            " (boot-locked: it waits for rapi do clear-boot-lock)"
        }
        EvseState::Sleeping if flags.limit_sleep() => " (the limit was reached)",
        EvseState::Sleeping if flags.timer_on() => " (by the timer or a command)",
        EvseState::Sleeping => " (wake it: rapi do enable)",
        EvseState::Disabled => " (rapi do enable ends it)",
        evse if evse.is_fault() && flags.hard_fault() => " FAULT (does not clear itself)",
        evse if evse.is_fault() => " FAULT",
        _ => "",
    };
    let seconds = state.elapsed.0;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let elapsed = format!("{hours}:{minutes:02}:{:02}", seconds % 60);
    match state.evse {
        EvseState::Charging => format!("charging for {elapsed}"),
        evse if seconds > 0 => format!("{evse}{hint}, has charged for {elapsed}"),
        evse => format!("{evse}{hint}"),
    }
}

fn vehicle(state: &State) -> String {
    let connected = match (state.flags, state.evse) {
        // At -12 V nobody can tell.
        (_, EvseState::Disabled) => {
            return "cannot be told while the station is disabled".to_owned();
        }
        (Some(flags), _) => flags.ev_connected(),
        (None, evse) => matches!(evse, EvseState::Connected | EvseState::Charging),
    };
    let relay = match state.flags.map(VFlags::relay_closed) {
        Some(true) => ", relay closed",
        _ => "",
    };
    // The pilot is frozen while the station sleeps.
    let wants = match state.pilot {
        Some(PilotState::C | PilotState::D) if state.evse != EvseState::Sleeping => {
            ", asks for energy"
        }
        _ => "",
    };
    if connected { format!("connected{wants}{relay}") } else { format!("not connected{relay}") }
}

fn range_text(range: &CurrentRange) -> String {
    let CurrentRange { min, hardware_max, saved_max, .. } = range;
    match saved_max {
        Some(saved) if saved != hardware_max => {
            format!("{} to {saved}, the saved maximum; the hardware's is {hardware_max}", min.0)
        }
        _ => format!("{} to {hardware_max}", min.0),
    }
}

fn energy_text(energy: &Energy) -> String {
    let session = f64::from(energy.session.0) / 3_600_000.0;
    let total = f64::from(energy.total.0) / 1000.0;
    format!("{session:.2} kWh this session, {total:.1} kWh in all sessions before")
}

fn checks(flags: SettingsFlags) -> String {
    if !flags.safety_check_disabled() {
        return "all on".to_owned();
    }
    let off: Vec<_> = [
        (flags.diode_check_disabled(), "diode"),
        (flags.vent_check_disabled(), "ventilation"),
        (flags.ground_check_disabled(), "ground"),
        (flags.stuck_relay_check_disabled(), "stuck relay"),
        (flags.gfi_self_test_disabled(), "GFI self test"),
        (flags.temperature_check_disabled(), "temperature"),
        (flags.over_current_check_disabled(), "over-current"),
    ]
    .into_iter()
    .filter_map(|(off, name)| off.then_some(name))
    .collect();
    format!("OFF: {}", off.join(", "))
}

fn timer_text(timer: &DelayTimer) -> String {
    let DelayTimer { start_hour, start_minute, stop_hour, stop_minute } = timer;
    if [start_hour, start_minute, stop_hour, stop_minute] == [&0; 4] {
        return "off".to_owned();
    }
    format!("charges {start_hour:02}:{start_minute:02} to {stop_hour:02}:{stop_minute:02}")
}

fn heartbeat_text(heartbeat: &Heartbeat) -> String {
    if heartbeat.interval.0 == 0 {
        return "off".to_owned();
    }
    let missed = match heartbeat.trigger {
        HeartbeatTrigger::Never => String::new(),
        trigger => format!(", {trigger}"),
    };
    format!("within {}, otherwise {}{missed}", heartbeat.interval, heartbeat.fallback)
}

/// Whose status it is.
pub fn title(station: &Station) -> String {
    let version = &station.version;
    format!("OpenEVSE {}, RAPI {}, on {}", version.firmware, version.protocol, station.address)
}

fn to_json(station: &Station, status: &Status) -> Value {
    let mut object = json!({
        "evse": station.address.to_string(),
        "firmware": station.version.firmware,
        "protocol": station.version.protocol,
    });
    if let (Value::Object(object), Ok(Value::Object(status))) =
        (&mut object, serde_json::to_value(status))
    {
        object.extend(status);
    }
    let text = status
        .lines()
        .into_iter()
        .map(|(name, text)| (name.to_lowercase().replace(' ', "_"), Value::String(text)));
    object["text"] = Value::Object(text.collect());
    object
}

/// Prints everything.
pub fn run(common: &Common, station: &mut Station) -> Result<(), Problem> {
    let mut status = Status::default();
    status.refresh(station)?;
    status.complete(station)?;
    if common.json {
        output::say_json(&to_json(station, &status));
        return Ok(());
    }
    output::say(&title(station));
    output::say("");
    for (name, text) in status.lines() {
        output::say(&format!("  {name:<15}{text}"));
    }
    Ok(())
}
