//! Where the day comes from.

use std::error::Error;
use std::fs;

#[derive(Clone, Copy)]
pub enum Feed {
    /// + import, − export, without the car.
    Grid(i32),
    Solar(i32),
}

#[derive(Clone, Copy)]
pub struct Reading {
    pub at_ms: u32,
    pub feed: Feed,
    /// 0: not measured.
    pub volts: u16,
}

const STEP_S: u32 = 30;
const PEAK_W: i64 = 6_500;

/// A day of clouds, kettles and a fridge, in whole numbers: every machine makes the same one. It begins
/// shortly before the clock of the chip wraps around.
pub fn made() -> Vec<Reading> {
    let mut random = Random(0x5eed_0dd0);
    let mut cloud = 700;
    (0..86_400 / STEP_S)
        .map(|step| {
            let second = i64::from(step * STEP_S);
            // A parabola from six to eighteen o'clock.
            let sun = (PEAK_W * (second - 21_600) * (64_800 - second) / 21_600_i64.pow(2)).max(0);
            cloud = (cloud + random.below(121) - 60).clamp(150, 1_000);
            let fridge = if second % 2_700 < 900 { 90 } else { 0 };
            let kettle = if random.below(180) == 0 { 2_000 } else { 0 };
            let house = 180 + fridge + kettle + random.below(40);
            let grid = house - sun * cloud / 1_000;
            Reading {
                at_ms: u32::MAX.wrapping_sub(20_000_000).wrapping_add(step * STEP_S * 1_000),
                feed: Feed::Grid(grid as i32),
                volts: (236 + random.below(9)) as u16,
            }
        })
        .collect()
}

/// A linear congruential generator.
struct Random(u32);

impl Random {
    fn below(&mut self, end: u32) -> i64 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        i64::from((self.0 >> 8) % end)
    }
}

pub fn recorded(file: &str) -> Result<Vec<Reading>, Box<dyn Error>> {
    let text = fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let column = |name: &str| {
        header
            .iter()
            .position(|column| *column == name)
            .ok_or_else(|| format!("{file} has no column {name}"))
    };
    let (time, grid, solar) = (column("t_s")?, column("grid_ie_w_without_ev")?, column("solar_w")?);
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
            let number = |at: usize| -> Result<i32, Box<dyn Error>> {
                Ok(cell(at).parse::<f64>().map_err(|_| format!("{file}: {line}"))?.round() as i32)
            };
            let feed = if cell(grid).is_empty() {
                Feed::Solar(number(solar)?)
            } else {
                Feed::Grid(number(grid)?)
            };
            Ok(Reading { at_ms: number(time)? as u32 * 1_000, feed, volts: 0 })
        })
        .collect()
}
