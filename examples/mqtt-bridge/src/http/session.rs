//! Who is signed in.

use axum::extract::State;
use serde_json::{Value, json};

use super::App;
use super::status::Json;

pub(super) async fn get(State(app): State<App>) -> Json {
    Json(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "auth": false,
        "signed_in": false,
        "stations": app.places.iter().map(|place| place.name.as_str()).collect::<Value>(),
    }))
}
