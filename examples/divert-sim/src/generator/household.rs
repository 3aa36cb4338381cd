//! What a household takes: a base, a fridge, and appliances that come and go.

use super::random::Random;

/// An appliance that runs.
struct Use {
    from_s: u32,
    to_s: u32,
    watts: i32,
    /// A thermostat: seconds on and off. No off time means on all along.
    on_s: u32,
    off_s: u32,
}

pub(super) struct Household {
    base_w: i32,
    uses: Vec<Use>,
}

impl Household {
    pub(super) fn new(mut random: Random) -> Self {
        let random = &mut random;
        let base_w = whole(random.between(120.0, 260.0));
        let mut household = Self { base_w, uses: Vec::new() };
        let fridge = 1_200 + random.below(600);
        household.add(0.0, 24.0, 90, (fridge, fridge * 2));
        // Light and screens.
        household.add(random.between(5.5, 7.0), 2.0, 150, (1, 0));
        household.add(random.between(17.0, 19.0), 5.0, 250, (1, 0));
        for _ in 0..3 + random.below(6) {
            let minutes = random.between(2.0, 4.0);
            household.add(random.between(6.0, 22.0), minutes / 60.0, 2_000, (1, 0)); // a kettle
        }
        if random.below(3) > 0 {
            household.add(random.between(10.5, 18.5), 0.8, 2_300, (120, 90)); // an oven
        }
        if random.below(2) > 0 {
            let start = random.between(8.0, 16.0); // a washing machine: heats, then turns
            household.add(start, 0.3, 2_000, (1, 0));
            household.add(start + 0.3, 1.2, 180, (1, 0));
        }
        household
    }

    fn add(&mut self, start_h: f64, hours: f64, watts: i32, (on_s, off_s): (u32, u32)) {
        let seconds = |hours: f64| u32::try_from(whole(hours * 3600.0)).unwrap_or(0);
        let (from_s, to_s) = (seconds(start_h), seconds(start_h + hours));
        self.uses.push(Use { from_s, to_s, watts, on_s, off_s });
    }

    /// Returns the power in watts.
    pub(super) fn at(&self, at_s: u32) -> i32 {
        let running = self.uses.iter().filter(|running| {
            (running.from_s..running.to_s).contains(&at_s)
                && (at_s - running.from_s) % (running.on_s + running.off_s) < running.on_s
        });
        self.base_w + running.map(|running| running.watts).sum::<i32>()
    }
}

#[allow(clippy::cast_possible_truncation, reason = "hours and watts of a household")]
fn whole(value: f64) -> i32 {
    value.round() as i32
}
