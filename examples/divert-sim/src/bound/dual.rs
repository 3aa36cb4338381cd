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
