//! A simulated OpenEVSE controller, with a car.
//!
//! [`Station`] is the whole of it without I/O: bytes and words in, bytes out, by the caller's
//! clock. [`serve`] puts it on a byte stream. The program `rapi-sim` and the bridge's `sim:` are
//! made of these.
//!
//! ```
//! use rapi_sim::{Config, Station};
//!
//! let mut station = Station::new(Config::default());
//! station.poll(0); // what it says at boot
//! assert_eq!(station.receive(b"$SB^35\r", 10), b"$OK 0^30\r$AT 01 01 24 0200^35\r");
//! station.car("plug", 20).unwrap();
//! assert_eq!(station.poll(20), b"$AT 02 02 24 0700^30\r");
//! ```

mod controller;
mod firmware;
mod listen;
mod pilot;
mod serve;
mod station;
mod vehicle;

pub use controller::Controller;
pub use firmware::Firmware;
pub use listen::{Address, Pty, tcp};
pub use serve::{Handle, serve};
pub use station::{Config, Station, Timing};
pub use vehicle::{CAR_HELP, Vehicle};
