//! A car that asks for energy all day and follows every offer at once.

use rapi_divert::{Action, Decision};

use crate::day::{Feed, Reading};

const VOLTS: i32 = 240;

#[derive(Default)]
pub struct Car {
    offered: u8,
    awake: bool,
}

impl Car {
    /// The line for the chip: what the meter shows with the car behind it.
    pub fn measure(&self, reading: &Reading) -> String {
        let amps = if self.awake { i32::from(self.offered) } else { 0 };
        let (letter, watts) = match reading.feed {
            Feed::Grid(watts) => ('g', watts + amps * VOLTS),
            Feed::Solar(watts) => ('s', watts),
        };
        let evse = if self.awake { 'c' } else { 'z' };
        let (now, volts) = (reading.at_ms, reading.volts);
        format!("{now} {letter} {watts} {now} {evse} 32 {} {volts}", amps * 1_000)
    }

    pub fn obey(&mut self, decision: &Decision) {
        for action in decision.actions {
            match action {
                Action::SetCurrent(amps) => self.offered = amps.0,
                Action::Enable => self.awake = true,
                Action::Sleep => self.awake = false,
            }
        }
    }
}
