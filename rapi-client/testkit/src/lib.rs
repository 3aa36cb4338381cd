#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs, unreachable_pub, missing_debug_implementations, unnameable_types)]

mod clock;
mod device;
mod dice;
mod fault;
mod link;
mod peer;
mod pipe;
mod told;
mod trial;
mod weather;

pub use clock::{Clock, Elapsed, Sleep, Stuck, poll_times};
pub use device::Numbered;
pub use dice::Dice;
pub use fault::{Fault, Kind};
pub use link::{Link, Said, Way};
pub use peer::{Device, Outbox, Peer, Script};
pub use told::Told;
pub use trial::{Figures, Trial, Wrong};
pub use weather::{Plan, Weather};
