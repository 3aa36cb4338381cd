//! Which station a request is about.

use std::sync::Arc;

use axum::async_trait;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::history::History;
use super::{App, Problem};
use crate::door::Door;

/// A station, as HTTP sees it.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) name: String,
    pub(super) door: Door,
    pub(super) history: Arc<History>,
}

impl Place {
    pub(super) const fn new(name: String, door: Door, history: Arc<History>) -> Self {
        Self { name, door, history }
    }

    /// The station's bridge does not answer: it waits, is being started anew, or has given up.
    pub(super) fn away(&self) -> Problem {
        let view = self.door.view();
        let view = view.borrow();
        let sentence = match (view.standby, view.broker, &view.broker_problem) {
            (true, true, Some(problem)) => {
                &*format!("standby: this bridge cannot take the station over: {problem}")
            }
            (true, true, None) => "standby: this bridge waits until no other one has the station",
            (true, false, _) => {
                "standby: this bridge waits for the broker, which knows whether another one has the station"
            }
            (false, ..) => "this station's bridge does not answer: see the log",
        };
        Problem(StatusCode::SERVICE_UNAVAILABLE, sentence.to_owned())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door::door;

    #[test]
    fn who_waits_in_vain_says_why() {
        let (door, inside) = door();
        let place = Place::new("a".to_owned(), door, Arc::default());
        inside.show(|view| (view.standby, view.broker) = (true, true));
        assert!(place.away().1.starts_with("standby: this bridge waits until"));
        inside.show(|view| view.broker_problem = Some("no rights".to_owned()));
        let why = "standby: this bridge cannot take the station over: no rights";
        assert_eq!(place.away().1, why);
    }
}
