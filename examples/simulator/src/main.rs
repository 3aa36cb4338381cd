//! `rapi-sim`: a simulated OpenEVSE controller with a car.

use std::process::ExitCode;

fn main() -> ExitCode {
    rapi_sim::program::main()
}
