//! What a command does to a station.

use rapi_core::types::{Amps, DeciCelsius, MilliAmps};

use super::{Faults, Maybe, Temperatures, VehicleChange};
use crate::{Board, Command, Station, Vehicle, Wants};

/// How long a button is held without further words, in milliseconds.
const PRESS_MS: u64 = 100;

/// The battery of a car that is told its state of charge and not its capacity, in watt-hours.
const BATTERY_WH: f64 = 60_000.0;

impl Station {
    /// Does something to the station from outside, at this time.
    ///
    /// The speed of time and [`Command::Line`] are for the world around it: here time is the
    /// caller's, and so is the line. A running station ([`serve`](crate::serve)) obeys them.
    ///
    /// # Errors
    ///
    /// A sentence that names the field and says what it may be. Nothing has been done then.
    pub fn command(&mut self, command: &Command, now_ms: u64) -> Result<(), String> {
        command.check()?;
        match command {
            Command::Vehicle(change) => {
                let connected = change.connected.unwrap_or(self.vehicle().is_connected());
                let asks = !matches!(change.wants, None | Some(Wants::Nothing));
                if asks && !connected {
                    return Err("the car is not plugged in: say plug first".to_owned());
                }
                self.arrange(now_ms, |vehicle, _| change_vehicle(vehicle, change));
            }
            Command::Faults(faults) => {
                self.arrange(now_ms, |vehicle, board| break_or_mend(vehicle, board, faults));
            }
            Command::Temperatures(change) => {
                self.arrange(now_ms, |_, board| change_temperatures(board, change));
            }
            Command::Supply(supply) => self.arrange(now_ms, |_, board| {
                board.level_2 = supply.level.map_or(board.level_2, |level| level == 2);
            }),
            Command::Button(button) => {
                self.press(now_ms, button.hold_ms.unwrap_or(PRESS_MS));
            }
            Command::Time(time) => {
                let Some(clock) = &time.clock else { return Ok(()) };
                let date = clock.parse().map_err(|problem| format!("time.clock: {problem}"))?;
                self.set_clock(now_ms, crate::set_clock(date));
            }
            Command::Line(_) => {}
            Command::Restart(_) => self.power_cycle(now_ms),
        }
        Ok(())
    }
}

fn change_vehicle(vehicle: &mut Vehicle, change: &VehicleChange) {
    match change.connected {
        Some(true) if !vehicle.is_connected() => vehicle.plug(),
        Some(false) => vehicle.unplug(),
        _ => {}
    }
    if change.soc.is_some() && vehicle.capacity <= 0.0 {
        vehicle.capacity = BATTERY_WH;
    }
    vehicle.soc = change.soc.unwrap_or(vehicle.soc);
    vehicle.capacity = change.capacity_wh.unwrap_or(vehicle.capacity);
    vehicle.min = change.min_amps.map_or(vehicle.min, Amps);
    vehicle.max = change.max_amps.map_or(vehicle.max, Amps);
    vehicle.ramp = change.ramp_amps_per_s.map_or(vehicle.ramp, Option::from);
    vehicle.patience = change.patience_s.map_or(vehicle.patience, Option::from);
    vehicle.wakes = change.wakes.unwrap_or(vehicle.wakes);
    if let Some(draws) = change.draws_ma {
        vehicle.draws = Option::from(draws).map(MilliAmps);
    }
    // A car that is told its charge wants more of it.
    let charge = change.soc.filter(|_| vehicle.is_connected()).map(|_| Wants::Energy);
    if let Some(wants) = change.wants.or(charge) {
        vehicle.want(wants);
    }
}

fn break_or_mend(vehicle: &mut Vehicle, board: &mut Board, faults: &Faults) {
    let Faults { gfi, gfi_self_test, no_ground, stuck_relay, diode } = faults;
    board.residual_current = gfi.unwrap_or(board.residual_current);
    board.gfi_works = gfi_self_test.map_or(board.gfi_works, |broken| !broken);
    board.ground = no_ground.map_or(board.ground, |broken| !broken);
    board.relay_stuck = stuck_relay.unwrap_or(board.relay_stuck);
    vehicle.diode = diode.map_or(vehicle.diode, |broken| !broken);
}

fn change_temperatures(board: &mut Board, change: &Temperatures) {
    let set = |sensor: &mut Option<DeciCelsius>, change: Option<Maybe<f64>>| {
        if let Some(reading) = change {
            let celsius: Option<f64> = reading.into();
            // Within its range since it was checked.
            *sensor = celsius.map(|celsius| DeciCelsius((celsius * 10.0).round() as i16));
        }
    };
    set(&mut board.ds3231, change.ds3231);
    set(&mut board.mcp9808, change.mcp9808);
    set(&mut board.tmp007, change.tmp007);
}
