//! The program: stations with a control interface, scenarios, recordings and a view.
//!
//! All of it needs the feature `program`, which is on by default. Tests that only want a charger
//! leave it away.

/// Prints a line, if anybody reads it: `head` goes when it has seen enough.
macro_rules! tell {
    ($($text:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($text)*);
    }};
}

pub mod cli;
pub mod control;
mod fleet;
pub mod openapi;
pub mod record;
pub mod recording;
pub mod replay;
mod replaying;
mod run;
pub mod scenario;
pub mod state_file;
mod view;

pub use control::StationView;
pub use fleet::{Member, Places, allow_many_files, numbered, start};
pub use run::main;
