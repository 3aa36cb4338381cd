//! What the clouds let through.

use super::random::Random;
use super::{STEP_S, Weather};

/// Seconds in which the edge of a cloud passes over a roof.
const EDGE_S: f64 = 40.0;
/// Seconds in which a grey sky changes.
const GREY_S: f64 = 1_800.0;

pub(super) struct Clouds {
    weather: Weather,
    random: Random,
    /// Whether this is a cloud, until when, and what it lets through.
    covered: bool,
    until_s: f64,
    target: f64,
    now: f64,
    /// How much of the way to the target is gone in a step.
    weight: f64,
}

impl Clouds {
    pub(super) fn new(weather: Weather, random: Random) -> Self {
        let speed = if weather == Weather::Overcast { GREY_S } else { EDGE_S };
        let weight = 1.0 - (-f64::from(STEP_S) / speed).exp();
        let (until_s, target, now) = (0.0, 1.0, 1.0);
        let mut clouds = Self { weather, random, covered: true, until_s, target, now, weight };
        clouds.next();
        clouds.now = clouds.target;
        clouds
    }

    /// Draws the next cloud, or gap between clouds.
    fn next(&mut self) {
        let random = &mut self.random;
        self.covered = !self.covered;
        let (lasts, target) = match (self.weather, self.covered) {
            (Weather::Clear, _) => (f64::INFINITY, 1.0),
            (Weather::Fair, false) => (120.0 + random.duration(2_400.0), 1.0),
            (Weather::Fair, true) => (30.0 + random.duration(180.0), random.between(0.3, 0.7)),
            // The edges of clouds add light.
            (Weather::Broken, false) => (40.0 + random.duration(420.0), random.between(0.95, 1.08)),
            (Weather::Broken, true) => (40.0 + random.duration(360.0), random.between(0.15, 0.5)),
            (Weather::Overcast, _) => (300.0 + random.duration(1_200.0), random.between(0.08, 0.4)),
        };
        self.until_s += lasts;
        self.target = target;
    }

    /// Returns the share of the light that comes through, step after step.
    pub(super) fn at(&mut self, at_s: u32) -> f64 {
        while f64::from(at_s) >= self.until_s {
            self.next();
        }
        self.now += (self.target - self.now) * self.weight;
        self.now
    }
}
