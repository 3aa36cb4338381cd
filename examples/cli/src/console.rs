//! stub
use crate::{cli::Common, problem::Problem, station::Station};
pub fn run(_: &Common, _: &mut Station) -> Result<(), Problem> {
    Ok(())
}
