//! Everything that the station tells, on one screen.

mod text;

pub use text::{ALL_ON, state_text};

use rapi_client::commands::{
    Clock, CurrentRange, DelayTimer, Energy, FaultCounters, GetClock, GetCurrentRange,
    GetDelayTimer, GetEnergy, GetEnergyLimit, GetFaultCounters, GetHeartbeat, GetPower,
    GetSerialNumber, GetSettings, GetState, GetTemperatures, GetTimeLimit, Heartbeat, Power,
    Settings, State, Temperatures,
};
use rapi_client::types::{KilowattHours, QuarterHours, SerialNumber, Temperature};
use serde::Serialize;
use serde_json::{Value, json};

use crate::cli::Common;
use crate::output::Look;
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
            lines.push(("State", text::state_text(&state)));
            lines.push(("Vehicle", text::vehicle(&state)));
        }
        if let Some(text) = self.current() {
            lines.push(("Current", text));
        }
        if let Some(range) = self.range {
            lines.push(("Range", text::range_text(&range)));
        }
        if let Some(text) = self.power_text() {
            lines.push(("Power", text));
        }
        if let Some(energy) = self.energy {
            lines.push(("Energy", text::energy_text(&energy)));
        }
        if let Some(text) = self.temperature_text() {
            lines.push(("Temperature", text));
        }
        if let Some(settings) = self.settings {
            lines.push((
                "Service",
                if settings.flags.level_2() { "level 2" } else { "level 1" }.into(),
            ));
            lines.push(("Safety checks", text::checks(settings.flags)));
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
            lines.push(("Timer", text::timer_text(&timer)));
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
            lines.push(("Heartbeat", text::heartbeat_text(&heartbeat)));
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
    let alarm = status.state.is_some_and(|state| state.evse.is_fault());
    output::say(&output::styled(Look::Bold, &title(station)));
    output::say("");
    for (name, text) in status.lines() {
        let look = match name {
            "State" if alarm => Look::Alarm,
            "State" => Look::Bold,
            "Safety checks" if text != ALL_ON => Look::Alarm,
            _ => Look::Plain,
        };
        let (name, text) = (format!("{name:<15}"), output::styled(look, &text));
        output::say(&format!("  {}{text}", output::styled(Look::Dim, &name)));
    }
    Ok(())
}
