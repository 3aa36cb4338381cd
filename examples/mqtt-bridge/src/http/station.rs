//! Which station a request is about.

use std::sync::atomic::{AtomicU32, Ordering};

use axum::async_trait;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use std::sync::Arc;
use tokio::sync::broadcast;

use super::{App, Problem};
use crate::door::Door;

/// A station, as HTTP sees it.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) name: String,
    pub(super) door: Door,
    /// What has changed, as JSON, for the web sockets.
    pub(super) news: broadcast::Sender<String>,
    /// How often each document has changed.
    pub(super) versions: Versions,
}

/// How often the documents have changed since the start.
#[derive(Debug, Default)]
pub(super) struct Versions([AtomicU32; Self::NAMES.len()]);

impl Versions {
    /// The documents that are counted, and what the gateway calls the counter.
    const NAMES: [(&str, &str); 5] = [
        ("config", "config_version"),
        ("target", "claims_version"),
        ("override", "override_version"),
        ("schedule", "schedule_version"),
        ("limit", "limit_version"),
    ];

    pub(super) fn changed(&self, document: &str) {
        let counters = Self::NAMES.iter().zip(&self.0);
        for (_, counter) in counters.filter(|((name, _), _)| *name == document) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&'static str, u32)> + '_ {
        let counters = Self::NAMES.iter().zip(&self.0);
        counters.map(|((_, name), counter)| (*name, counter.load(Ordering::Relaxed)))
    }
}

impl Place {
    pub(super) fn new(name: String, door: Door) -> Self {
        let (news, _) = broadcast::channel(16);
        Self { name, door, news, versions: Versions::default() }
    }
}

/// The station of a request: the one in its path, or the first.
#[derive(Debug)]
pub(super) struct At(pub(super) Arc<Place>);

#[async_trait]
impl FromRequestParts<App> for At {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, app).await;
        let params = params.map_err(|error| Problem::bad(error.to_string()))?;
        let name = params.iter().find(|(key, _)| *key == "station").map(|(_, name)| name);
        let mut places = app.places.iter();
        let place = match name {
            None => places.next(),
            Some(name) => places.find(|place| place.name == name),
        };
        let missing = || Problem::nothing(format!("there is no station {:?}", name.unwrap_or("")));
        place.cloned().map(Self).ok_or_else(missing)
    }
}
