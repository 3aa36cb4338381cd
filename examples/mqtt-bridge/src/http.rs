//! The page, and HTTP as the gateway has it.
//!
//! [`routes`] is the table of resources. A handler asks a station through its [`Door`], where it is
//! treated exactly as if it had asked over MQTT.

mod assets;
mod commands;
mod listen;
mod problem;
mod rapi;
mod routes;
mod session;
mod socket;
mod station;
mod status;

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::config::{Config, Listen};
use crate::door::Door;
use crate::teller::say;

use problem::Problem;
use station::{At, Place};

/// What all handlers have at hand.
#[derive(Clone, Debug)]
struct App {
    config: Arc<Config>,
    places: Arc<[Arc<Place>]>,
}

/// Listens, if that is wanted, until what it returns is dropped.
///
/// # Errors
///
/// It cannot listen; in words that say what to do.
pub async fn start(config: &Arc<Config>, doors: Vec<Door>) -> anyhow::Result<JoinSet<()>> {
    let mut tasks = JoinSet::new();
    if config.http.listen == Listen::Off {
        return Ok(tasks);
    }
    let listener = listen::bind(&config.http.listen).await?;
    say(&format!("page     http://{}/", listener.local_addr()?));
    let mut places = Vec::new();
    for (station, door) in config.station.iter().zip(doors) {
        let place = Arc::new(Place::new(station.name.clone(), door));
        tasks.spawn(socket::watch(Arc::clone(&place)));
        places.push(place);
    }
    let app = App { config: Arc::clone(config), places: places.into() };
    tasks.spawn(listen::serve(listener, routes::router(app)));
    Ok(tasks)
}
