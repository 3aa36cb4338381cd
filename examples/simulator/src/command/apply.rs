//! What a command does to a station.

use crate::{Command, Station, VehicleChange, Wants};

impl Station {
    /// Does something to the station from outside, at this time.
    ///
    /// [`Command::Time`] and [`Command::Line`] are for the world around it: here time is the
    /// caller's, and so is the line. A running station ([`serve`](crate::serve)) obeys them.
    ///
    /// # Errors
    ///
    /// A sentence that names the field and says what it may be. Nothing has been done then.
    pub fn command(&mut self, command: &Command, now_ms: u64) -> Result<(), String> {
        command.check()?;
        self.advance(now_ms);
        match command {
            Command::Vehicle(change) => self.change_vehicle(change)?,
            Command::Restart(_) => self.boot(),
            other => return Err(format!("{} is not simulated yet", other.name())),
        }
        self.turn();
        Ok(())
    }

    fn change_vehicle(&mut self, change: &VehicleChange) -> Result<(), String> {
        let vehicle = self.vehicle_mut();
        match change.connected {
            Some(true) => drop(vehicle.command("plug")),
            Some(false) => drop(vehicle.command("unplug")),
            None => {}
        }
        let charge = change.soc.map(|_| Wants::Energy);
        match change.wants.or(charge) {
            Some(Wants::Energy | Wants::Ventilation) => vehicle.command("ask").map(drop),
            Some(Wants::Nothing) => vehicle.command("stop").map(drop),
            None => Ok(()),
        }
    }
}
