//! What is answered when something is not done.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::status::Json;

/// A status, and a sentence that says what to do.
#[derive(Clone, Debug)]
pub(super) struct Problem(pub(super) StatusCode, pub(super) String);

impl Problem {
    /// What was sent is wrong.
    pub(super) fn bad(sentence: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, sentence.into())
    }

    /// There is no such thing.
    pub(super) fn nothing(sentence: impl Into<String>) -> Self {
        Self(StatusCode::NOT_FOUND, sentence.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "msg": self.1 }))).into_response()
    }
}
