//! The table of resources: the router and the OpenAPI document are made from it.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get};
use tokio::time::timeout;

use super::{
    App, Problem, assets, commands, form, gateway, guard, history, metrics, openapi, rapi, session,
    settings, socket, status,
};

/// Nobody has that much to say.
const MAX_BODY: usize = 64 * 1024;
/// From the head of a request to its answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// One resource.
#[derive(Debug)]
pub(super) struct Resource {
    pub(super) path: &'static str,
    /// Method, and what it does.
    pub(super) operations: &'static [(&'static str, &'static str)],
}

macro_rules! resources {
    ($NAME:ident $router:ident {
        $($path:literal { $($method:ident $handler:path = $summary:literal,)+ })+
    }) => {
        pub(super) const $NAME: &[Resource] = &[$(Resource {
            path: $path,
            operations: &[$((stringify!($method), $summary)),+],
        },)+];

        fn $router() -> Router<App> {
            Router::new()$(.route($path, MethodRouter::new()$(.$method($handler))+))+
        }
    };
}

resources! { BRIDGE bridge {
    "/" { get assets::index = "The page", }
    "/web/*asset" { get assets::get = "Its parts", }
    "/api/session" { get session::get = "Who is signed in", }
    "/login" { post session::login = "Sign in", }
    "/logout" { post session::logout = "Sign out", }
    "/healthz" { get metrics::health = "Whether every station answers, or its bridge waits as it should", }
    "/metrics" { get metrics::metrics = "All numbers, for Prometheus", }
    "/openapi.json" { get openapi::get = "This document", }
} }

resources! { STATION station {
    "/status" {
        get status::get = "Everything that is known",
        post gateway::post_status = "Readings of meters and vehicle",
    }
    "/r" { get rapi::ask = "Send a RAPI command", post rapi::ask = "Send a RAPI command", }
    "/rapi" { get rapi::ask = "Send a RAPI command", post rapi::ask = "Send a RAPI command", }
    "/ws" { get socket::open = "A web socket that tells what changes", }
    "/config" { get settings::get = "Settings", post settings::post = "Change settings", }
    "/divertmode" {
        get gateway::get_mode = "1 Normal, 2 Eco",
        post gateway::post_mode = "Choose the mode",
    }
    "/override" {
        get gateway::get_override = "A person's wish",
        post gateway::post_override = "Wish something; what is not named is over",
        patch gateway::toggle_override = "The other way round",
        delete gateway::clear_override = "Wish nothing any more",
    }
    "/limit" {
        get gateway::get_limit = "The limit of this session",
        post gateway::post_limit = "Limit this session",
        delete gateway::clear_limit = "No limit",
    }
    "/claims" { get gateway::claims = "Who wishes what", }
    "/claims/target" { get gateway::target = "What comes out, and who has got their way", }
    "/claims/:client" {
        get gateway::claim = "What a program wishes",
        post gateway::post_claim = "Wish something as a program",
        delete gateway::release_claim = "Wish nothing any more",
    }
    "/schedule" {
        get gateway::get_schedule = "The weekly plan",
        post gateway::post_schedule = "Add or change events",
        delete gateway::clear_schedule = "Remove an event",
    }
    "/schedule/:id" {
        get gateway::get_event = "An event of the plan",
        post gateway::post_event = "Add or change it",
        delete gateway::delete_event = "Remove it",
    }
    "/shaper" {
        get gateway::get_shaper = "Whether the limit of the house connection counts",
        post gateway::post_shaper = "Let it count, or not, until the next start",
    }
    "/time" { get gateway::time = "The bridge's time", }
    "/restart" { post gateway::restart = "Start the bridge or the controller anew", }
    "/sim" { post gateway::sim = "The car of a simulated station", }
    "/api/commands" { get commands::get = "The table of RAPI commands", }
    "/api/history" { get history::get = "The day, thinned", }
    "/api/log" { get metrics::lines = "The last lines of the log", }
    "/api/config-form" {
        get form::get = "What the MQTT panel shows",
        post form::post = "Change it, and connect anew",
    }
} }

pub(super) fn router(app: App) -> Router {
    bridge()
        .merge(station())
        .nest("/stations/:station", station())
        // The page of a station.
        .route("/stations/:station/", get(assets::index))
        .fallback(nothing)
        .layer(middleware::from_fn_with_state(app.clone(), guard::guard))
        .layer(middleware::from_fn(in_time))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(app)
}

/// A person is told where the page is; clients of the gateway know by these two words that it does not have
/// what they ask for.
async fn nothing(headers: HeaderMap) -> Response {
    let accept = headers.get(header::ACCEPT).map_or(&b""[..], HeaderValue::as_bytes);
    if accept.starts_with(b"text/html") {
        return Problem::nothing("there is nothing here; / is the page").into_response();
    }
    (StatusCode::NOT_FOUND, "Not found").into_response()
}

/// Answers in time, and says what a browser may do with the answer.
async fn in_time(request: Request, next: Next) -> Response {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    // Nobody waits for what is not going to be read.
    if length.is_some_and(|length| length > MAX_BODY) {
        let sentence = format!("a body has {MAX_BODY} bytes at most");
        return Problem(StatusCode::PAYLOAD_TOO_LARGE, sentence).into_response();
    }
    let answer = timeout(PATIENCE, next.run(request)).await;
    let mut response = answer.unwrap_or_else(|_| {
        Problem(StatusCode::REQUEST_TIMEOUT, "this has taken too long".to_owned()).into_response()
    });
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        // The words that a client of the gateway looks for.
        let allow = response.headers_mut().remove(header::ALLOW);
        let problem = Problem(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed".to_owned());
        response = problem.into_response();
        response.headers_mut().extend(allow.map(|allow| (header::ALLOW, allow)));
    }
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, assets::POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use axum::body::Body;
    use tokio::sync::{Mutex, Semaphore, mpsc};
    use tower::ServiceExt as _;

    use crate::door::door;
    use crate::http::history::History;
    use crate::http::station::Place;

    /// The OpenAPI document has every method of every route, and no other.
    #[tokio::test]
    async fn the_openapi_document_has_exactly_what_the_router_has() {
        let (door, _inside) = door();
        let place = Place::new("a".to_owned(), door, Arc::new(History::default()));
        let app = App {
            config: Arc::default(),
            places: Arc::new([Arc::new(place)]),
            auth: None,
            source: Arc::new(Mutex::default()),
            reload: mpsc::channel(1).0,
            sockets: Arc::new(Semaphore::new(1)),
        };
        let router = router(app);
        let document = openapi::document(true);
        let paths = document["paths"].as_object().unwrap();
        assert_eq!(paths.len(), BRIDGE.len() + 2 * STATION.len());
        for (path, item) in paths {
            let path = path.replace("{station}", "a").replace("{client}", "1").replace("{id}", "1");
            let path = path.replace("{asset}", "main.js");
            for method in ["GET", "POST", "PATCH", "DELETE", "PUT"] {
                let request = Request::builder()
                    .method(method)
                    .uri(&path)
                    .header(header::HOST, "localhost")
                    .body(Body::from("nonsense"))
                    .unwrap();
                let answer = timeout(Duration::from_millis(50), router.clone().oneshot(request));
                // No bridge answers behind the door: who waits for one is routed.
                let status = answer.await.map_or(StatusCode::OK, |answer| answer.unwrap().status());
                let known = item.get(method.to_lowercase()).is_some();
                assert_eq!(status != StatusCode::METHOD_NOT_ALLOWED, known, "{method} {path}");
                if known && !path.contains("claims/1") && !path.contains("schedule/1") {
                    assert_ne!(status, StatusCode::NOT_FOUND, "{method} {path}");
                }
            }
        }
    }
}
