//! What a clairvoyant could take from the sun, with no more import and no more starts than a rule had.
//!
//! The import and the starts get prices. For given prices a forward dynamic programme over each day finds
//! the best schedule: on or off, any current, and at least five minutes in each state. Whatever the prices
//! are, that optimum plus the price of what is allowed is above all schedules that keep to the limits
//! (weak duality): the lowest such sum is the bound.

mod dual;
mod schedule;

pub use self::dual::{Limits, bound};
pub use self::schedule::{Optimum, Priced, Skies};
