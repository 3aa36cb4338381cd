//! The page, and HTTP as the gateway has it.
//!
//! `routes.rs` has the table of resources. A handler asks a station through its [`Door`], where it is
//! treated exactly as if it had asked over MQTT.

mod assets;
mod auth;
mod commands;
mod form;
mod gateway;
mod guard;
mod history;
mod listen;
mod mdns;
mod metrics;
mod openapi;
mod problem;
mod rapi;
mod routes;
mod session;
mod settings;
mod shapes;
mod socket;
mod station;
mod status;

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, Semaphore, mpsc};
use tokio::task::JoinSet;
use tracing::info;

use crate::config::{Config, Listen, Source};
use crate::door::Door;
use crate::log::NEWS;
use crate::state;

use auth::Auth;
pub use auth::{hash_password, is_hash};
use history::History;
use problem::Problem;
use station::{At, Place};

/// What all handlers have at hand.
#[derive(Clone, Debug)]
struct App {
    config: Arc<Config>,
    places: Arc<[Arc<Place>]>,
    auth: Option<Arc<Auth>>,
    source: Arc<Mutex<Source>>,
    reload: mpsc::Sender<Config>,
    /// Places for web sockets.
    sockets: Arc<Semaphore>,
}

/// What outlasts a change of the configuration.
#[derive(Debug)]
pub struct Server {
    source: Arc<Mutex<Source>>,
    reload: mpsc::Sender<Config>,
    listener: Option<(Listen, Arc<TcpListener>)>,
    auth: Option<(String, String, Arc<Auth>)>,
    histories: BTreeMap<String, Arc<History>>,
    sockets: Arc<Semaphore>,
}

/// Serves until it is dropped.
#[derive(Debug)]
pub struct Serving {
    tasks: JoinSet<()>,
    mdns: Option<mdns::Announcement>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.mdns = None;
        self.tasks.abort_all();
    }
}

impl Server {
    /// Serves nothing yet. Configurations that somebody has made over HTTP are sent to `reload`.
    #[must_use]
    pub fn new(source: Arc<Mutex<Source>>, reload: mpsc::Sender<Config>) -> Self {
        Self {
            source,
            reload,
            listener: None,
            auth: None,
            histories: BTreeMap::new(),
            sockets: Arc::new(Semaphore::new(socket::SOCKETS)),
        }
    }

    /// Serves these stations, if that is wanted.
    ///
    /// # Errors
    ///
    /// It cannot listen; in words that say what to do.
    pub async fn serve(
        &mut self,
        config: &Arc<Config>,
        doors: Vec<Door>,
    ) -> anyhow::Result<Serving> {
        let mut serving = Serving { tasks: JoinSet::new(), mdns: None };
        let http = &config.http;
        if http.listen == Listen::Off {
            self.listener = None;
            return Ok(serving);
        }
        let auth = self.auth(&http.user, &http.password_hash)?;
        let listener = self.listener(&http.listen, auth.is_some()).await?;
        let period = history::period(doors.len());
        let mut places = Vec::new();
        for (station, door) in config.station.iter().zip(doors) {
            let history = self.histories.entry(station.name.clone()).or_default();
            history.keep_in(state::path(&config.bridge.state_dir, &station.base(), "csv"));
            let place = Arc::new(Place::new(station.name.clone(), door, Arc::clone(history)));
            serving.tasks.spawn(history::record(Arc::clone(&place), period));
            places.push(place);
        }
        serving.mdns = mdns::announce(config, listener.local_addr()?);
        let app = App {
            config: Arc::clone(config),
            places: places.into(),
            auth,
            source: Arc::clone(&self.source),
            reload: self.reload.clone(),
            sockets: Arc::clone(&self.sockets),
        };
        serving.tasks.spawn(listen::serve(listener, routes::router(app)));
        Ok(serving)
    }

    /// Writes what must outlive the bridge.
    pub fn write(&self) {
        self.histories.values().for_each(|history| history.write());
    }

    /// The password, if there is one; who is signed in stays so while it is the same.
    fn auth(&mut self, user: &str, hash: &str) -> anyhow::Result<Option<Arc<Auth>>> {
        if hash.is_empty() {
            self.auth = None;
            return Ok(None);
        }
        if let Some((same_user, same_hash, auth)) = &self.auth
            && (same_user.as_str(), same_hash.as_str()) == (user, hash)
        {
            return Ok(Some(Arc::clone(auth)));
        }
        let auth = Auth::new(user, hash).ok().context("this system has no randomness")?;
        let auth = Arc::new(auth);
        self.auth = Some((user.to_owned(), hash.to_owned(), Arc::clone(&auth)));
        Ok(Some(auth))
    }

    async fn listener(
        &mut self,
        listen: &Listen,
        password: bool,
    ) -> anyhow::Result<Arc<TcpListener>> {
        let listener = match &self.listener {
            Some((same, listener)) if same == listen => Arc::clone(listener),
            _ => {
                // The port of the old one may be wanted again.
                self.listener = None;
                Arc::new(listen::bind(listen).await?)
            }
        };
        let address = listener.local_addr()?;
        if !address.ip().is_loopback() && !password {
            bail!(
                "HTTP listens on {address} only with a password, because others reach it there: \
                 give http.password_hash (rapi-bridge hash-password makes one), or listen on \
                 127.0.0.1"
            );
        }
        if self.listener.is_none() {
            info!(target: NEWS, "page http://{address}/");
        }
        self.listener = Some((listen.clone(), Arc::clone(&listener)));
        Ok(listener)
    }
}
