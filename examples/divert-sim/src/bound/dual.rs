//! The lowest sum of an optimum and the price of what is allowed.

use super::schedule::{Optimum, Skies};

/// How often two tangents are cut before the search gives up; it is done after a dozen.
const MOST_CUTS: usize = 60;
/// Prices above these change nothing any more: watt-hours of sun for one of import, and for a start.
const DEAREST_IMPORT: f64 = 5_000.0;
const DEAREST_START: f64 = 20_000.0;
/// Watt-hours: more exact than any figure shown.
const EXACT: f64 = 1e-4;

/// What a schedule may use.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Energy from the grid in watt-hours.
    pub import: f64,
    /// Number of starts.
    pub starts: f64,
}

/// A point of a convex function of one price, with its tangent.
#[derive(Clone, Copy, Debug)]
struct Point {
    price: f64,
    value: f64,
    slope: f64,
    /// The import of the schedule behind it.
    import: f64,
}

/// Returns the upper bound of the sun that a schedule within the limits can take, in watt-hours.
#[must_use]
pub fn bound(skies: &Skies, limits: Limits) -> f64 {
    lowest(DEAREST_IMPORT, |price| {
        let priced = skies.priced(price);
        let best = lowest(DEAREST_START, |start| {
            let Optimum { value, import, starts } = priced.optimum(start);
            let value = value + price * limits.import + start * limits.starts;
            Point { price: start, value, slope: limits.starts - starts, import }
        });
        Point { price, value: best.value, slope: limits.import - best.import, import: best.import }
    })
    .value
}

/// Finds the lowest point of a convex function between 0 and `dearest` by cutting the tangents of two points
/// on either side of it. Its slope there is 0 where the function is smooth; in a corner the schedules of both
/// sides are mixed so that it is.
fn lowest(dearest: f64, point: impl Fn(f64) -> Point) -> Point {
    let mut left = point(0.0);
    if left.slope >= 0.0 {
        return left;
    }
    let mut right = point(dearest);
    if right.slope <= 0.0 {
        return right;
    }
    let mut best = if right.value < left.value { right } else { left };
    for _ in 0..MOST_CUTS {
        // Where the tangents meet: no point of the function is below that.
        let price = (right.value - left.value + left.slope * left.price
            - right.slope * right.price)
            / (left.slope - right.slope);
        let floor = left.value + left.slope * (price - left.price);
        if floor >= best.value - EXACT || price <= left.price || price >= right.price {
            break;
        }
        let middle = point(price);
        if middle.value < best.value {
            best = middle;
        }
        if middle.slope < 0.0 {
            left = middle;
        } else {
            right = middle;
        }
    }
    let share = left.slope / (left.slope - right.slope);
    best.import = left.import + (right.import - left.import) * share;
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::{Site, Weather, days};
    use crate::plant::Wiring;
    use crate::simulation::FeedKind;

    /// A schedule that is the best for some prices takes all that its own import and starts allow.
    #[test]
    fn the_bound_is_reached_by_the_schedules_that_are_best_for_some_prices() {
        let site = Site { latitude: 50.0, peak_w: 5000.0, weather: Some(Weather::Broken) };
        let days = days(&site, "2026-05-01".parse().unwrap(), 3, 2).unwrap();
        let skies = Skies::new(&days, FeedKind::Grid, Wiring::default());
        for import_price in [0.3, 1.0, 2.5, 6.0] {
            let priced = skies.priced(import_price);
            for start_price in [0.0, 15.0, 60.0, 200.0, 900.0] {
                let Optimum { value, import, starts } = priced.optimum(start_price);
                let solar = value + import_price * import + start_price * starts;
                let found = bound(&skies, Limits { import, starts });
                assert!((found - solar).abs() < 0.01, "{found} {solar}: {import} Wh, {starts}");
                // What is between two of them is allowed a little more than a schedule can reach, never less.
                let more = bound(&skies, Limits { import: import + 50.0, starts: starts + 0.5 });
                assert!(more >= found, "{more} {found}");
            }
        }
    }
}
