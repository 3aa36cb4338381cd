//! Signing in and out.

use std::net::SocketAddr;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::auth::SESSION;
use super::guard::{token, verdict};
use super::status::Json;
use super::{App, Problem};

pub(super) async fn get(State(app): State<App>, headers: HeaderMap) -> Json {
    let knows = |token: &str| app.auth.as_ref().is_some_and(|auth| auth.knows(token));
    Json(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "auth": app.auth.is_some(),
        "signed_in": token(&headers).is_some_and(knows),
        "stations": app.places.iter().map(|place| place.name.as_str()).collect::<Value>(),
    }))
}

#[derive(Deserialize)]
struct Login {
    username: String,
    password: String,
}

pub(super) async fn login(
    State(app): State<App>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    body: Bytes,
) -> Result<Response, Problem> {
    let wrong = || Problem::bad(r#"send {"username": "admin", "password": "…"}"#);
    // A list would be taken, too, without the names.
    let login: Map<String, Value> = serde_json::from_slice(&body).map_err(|_| wrong())?;
    let login: Login = serde_json::from_value(Value::Object(login)).map_err(|_| wrong())?;
    let Some(auth) = &app.auth else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    let from = peer.map_or([0, 0, 0, 0].into(), |Extension(ConnectInfo(peer))| peer.ip());
    verdict(auth.check(&login.username, &login.password, from).await)?;
    let token = auth.begin().ok_or_else(|| {
        Problem(StatusCode::INTERNAL_SERVER_ERROR, "this system has no randomness".to_owned())
    })?;
    let life = SESSION.as_secs();
    let cookie = format!("session={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={life}");
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

pub(super) async fn logout(State(app): State<App>, headers: HeaderMap) -> Response {
    if let (Some(auth), Some(token)) = (&app.auth, token(&headers)) {
        auth.end(token);
    }
    let cookie = "session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0";
    (StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response()
}
