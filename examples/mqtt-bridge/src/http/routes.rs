//! The table of resources.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use tokio::time::timeout;

use super::{App, Problem, assets, commands, rapi, session, socket, status};

/// Nobody has that much to say.
const MAX_BODY: usize = 64 * 1024;
/// From the head of a request to its answer.
const PATIENCE: Duration = Duration::from_secs(15);

pub(super) fn router(app: App) -> Router {
    Router::new()
        .route("/", get(assets::index))
        .route("/web/*asset", get(assets::get))
        .route("/stations/:station/", get(assets::index))
        .route("/api/session", get(session::get))
        .route("/api/commands", get(commands::get))
        .merge(station())
        .nest("/stations/:station", station())
        .fallback(|| async { Problem::nothing("there is nothing here; / is the page") })
        .layer(middleware::from_fn(in_time))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(app)
}

/// The resources of a station, at the root and below its name.
fn station() -> Router<App> {
    Router::new()
        .route("/status", get(status::get))
        .route("/r", get(rapi::ask).post(rapi::ask))
        .route("/rapi", get(rapi::ask).post(rapi::ask))
        .route("/ws", get(socket::open))
}

/// Answers in time, and says what a browser may do with the answer.
async fn in_time(request: Request, next: Next) -> Response {
    let answer = timeout(PATIENCE, next.run(request)).await;
    let mut response = answer.unwrap_or_else(|_| {
        Problem(StatusCode::REQUEST_TIMEOUT, "this has taken too long".to_owned()).into_response()
    });
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
