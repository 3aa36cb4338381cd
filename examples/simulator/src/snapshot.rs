//! How a station and its car are, at a moment.

use std::fmt;

use rapi_core::commands::{
    Clock, GetClock, GetEnergy, GetPower, GetState, GetTemperatures, GetVersion,
};
use rapi_core::types::{Temperature, VFlags};
use rapi_server::Handler as _;

use crate::line::LineFaults;
use crate::{Eeprom, Station};

/// How a station and its car are, at a moment.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "program", derive(serde::Serialize, schemars::JsonSchema))]
pub struct Snapshot {
    /// Milliseconds since the power-on, in the station's time.
    pub uptime_ms: u64,
    /// How many times faster than real time passes.
    pub speed: f64,
    /// What its clock says: local time as 2024-06-01T08:00:00.
    pub clock: String,
    /// The firmware, as `GV` tells it.
    pub firmware: String,
    /// The state: "charging", for instance.
    pub state: String,
    /// The state of the pilot as the station sees it, A to F.
    pub pilot_state: String,
    /// The flags of `GS` as four hexadecimal digits.
    pub flags: String,
    /// Whether it waits for `SB`.
    pub boot_locked: bool,
    /// Whether the relay is closed.
    pub relay_closed: bool,
    /// What the pilot offers, in amps.
    pub pilot_amps: u8,
    /// What the car draws, in milliamps.
    pub current_ma: i32,
    /// The voltage that energy is computed with, in millivolts.
    pub voltage_mv: Option<i32>,
    /// The time of the session, in seconds.
    pub elapsed_s: u32,
    /// The energy of the session, in watt-seconds.
    pub session_ws: u32,
    /// The energy of the station's life, in watt-hours.
    pub total_wh: u32,
    /// Temperatures in degrees Celsius; null without a sensor.
    pub temperatures: Measured,
    /// What its display shows.
    pub lcd: Lcd,
    /// The car.
    pub vehicle: VehicleView,
    /// Whether the plug is locked in its socket.
    pub plug_locked: bool,
    /// What is kept over a restart.
    pub eeprom: Eeprom,
    /// What the line does to bytes.
    pub line: LineFaults,
}

/// Temperatures in degrees Celsius; null without a sensor.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "program", derive(serde::Serialize, schemars::JsonSchema))]
pub struct Measured {
    /// Beside the clock chip.
    pub ds3231: Option<f64>,
    /// On the board.
    pub mcp9808: Option<f64>,
    /// By infrared.
    pub tmp007: Option<f64>,
}

/// What a display of two lines shows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "program", derive(serde::Serialize, schemars::JsonSchema))]
pub struct Lcd {
    /// Its lines, 16 characters each.
    pub lines: [String; 2],
    /// The colour of its backlight.
    pub colour: String,
}

/// The car at the end of the cable.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "program", derive(serde::Serialize, schemars::JsonSchema))]
pub struct VehicleView {
    /// Whether the plug is in.
    pub connected: bool,
    /// The state to which it pulls the pilot, A to F.
    pub pilot_state: String,
    /// Whether it has fallen asleep because nothing was offered.
    pub asleep: bool,
    /// Whether its battery is full.
    pub full: bool,
    /// The state of charge, in percent.
    pub soc: f64,
    /// The capacity of its battery, in watt-hours; 0 is one that never gets full.
    pub capacity_wh: f64,
    /// The most that its charger takes, in amps.
    pub max_amps: u8,
}

impl Snapshot {
    pub(crate) fn new(station: &Station, now_ms: u64, speed: f64, line: LineFaults) -> Self {
        // The commands of the table know what is to be known; a copy answers them.
        let mut controller = station.controller().clone();
        let vehicle = station.vehicle();
        let state = controller.get_state(GetState).ok();
        let flags = state.as_ref().and_then(|state| state.flags).unwrap_or(VFlags(0));
        let energy = controller.get_energy(GetEnergy).ok();
        let temperatures = controller.get_temperatures(GetTemperatures).ok();
        let measured =
            |pick: fn(&rapi_core::commands::Temperatures) -> Temperature| match temperatures
                .as_ref()
                .map(pick)
            {
                Some(Temperature::Reading(tenths)) => Some(f64::from(tenths.0) / 10.0),
                _ => None,
            };
        Self {
            uptime_ms: now_ms,
            speed,
            clock: controller.get_clock(GetClock).map(iso).unwrap_or_default(),
            firmware: controller
                .get_version(GetVersion)
                .map(|version| version.firmware.to_string())
                .unwrap_or_default(),
            state: controller.state().to_string(),
            pilot_state: state
                .as_ref()
                .and_then(|state| state.pilot)
                .map(|pilot| pilot.to_string())
                .unwrap_or_default(),
            flags: format!("{:04x}", flags.0),
            boot_locked: controller.is_boot_locked(),
            relay_closed: flags.relay_closed(),
            pilot_amps: controller.pilot().0,
            current_ma: controller.current().0,
            voltage_mv: controller
                .get_power(GetPower)
                .ok()
                .and_then(|power| power.voltage.0)
                .map(|voltage| voltage.0),
            elapsed_s: state.map_or(0, |state| state.elapsed.0),
            session_ws: energy.as_ref().map_or(0, |energy| energy.session.0),
            total_wh: energy.map_or(0, |energy| energy.total.0),
            temperatures: Measured {
                ds3231: measured(|all| all.ds3231),
                mcp9808: measured(|all| all.mcp9808),
                tmp007: measured(|all| all.tmp007),
            },
            lcd: Lcd { lines: controller.display(), colour: controller.colour().to_string() },
            vehicle: VehicleView {
                connected: vehicle.is_connected(),
                pilot_state: vehicle.pilot().to_string(),
                asleep: vehicle.is_asleep(),
                full: vehicle.is_full(),
                soc: vehicle.soc,
                capacity_wh: vehicle.capacity,
                max_amps: vehicle.max.0,
            },
            plug_locked: controller.is_plug_locked(),
            eeprom: *controller.eeprom(),
            line,
        }
    }
}

fn iso(clock: Clock) -> String {
    let Clock { year, month, day, hour, minute, second } = clock;
    format!("20{year:02}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

/// For a person.
impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let locked = if self.boot_locked { " (boot-locked: send $SB)" } else { "" };
        write!(
            f,
            "station {}{locked}\npilot {} A, car draws {} mA, EEPROM written {} times",
            self.state, self.pilot_amps, self.current_ma, self.eeprom.writes
        )
    }
}
