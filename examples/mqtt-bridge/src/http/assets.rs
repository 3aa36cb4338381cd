//! The page: files of `web/`, held in the program.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Problem;

macro_rules! assets {
    ($($name:literal)+) => {
        const ASSETS: &[(&str, &[u8])] =
            &[$(($name, include_bytes!(concat!("../../web/", $name)))),+];
    };
}
assets! {
    "api.js"
    "chart.js"
    "commands.js"
    "controls.js"
    "decisions.js"
    "decode.js"
    "dom.js"
    "icon.svg"
    "index.html"
    "live.js"
    "log.js"
    "main.js"
    "mqtt.js"
    "now.js"
    "panels.css"
    "rapi.js"
    "signin.js"
    "sim.js"
    "strip.js"
    "style.css"
    "vendor/uplot-LICENSE"
    "vendor/uplot.css"
    "vendor/uplot.js"
    "wishes.js"
    "words.js"
}

/// What a browser may do with a page of ours: nothing that does not come from here.
pub(super) const POLICY: &str = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
                                 form-action 'self'";

pub(super) async fn index(headers: HeaderMap) -> Response {
    asset("index.html", &headers)
}

pub(super) async fn get(Path(name): Path<String>, headers: HeaderMap) -> Response {
    asset(&name, &headers)
}

fn asset(name: &str, headers: &HeaderMap) -> Response {
    let Some((_, bytes)) = ASSETS.iter().find(|(known, _)| *known == name) else {
        return Problem::nothing(format!("there is no {name:?}")).into_response();
    };
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    let tag = format!("\"{:016x}\"", hasher.finish());
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let kind = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    };
    // Asked for each time, and answered with 304 if it is the same.
    let headers =
        [(header::CONTENT_TYPE, kind), (header::ETAG, &tag), (header::CACHE_CONTROL, "no-cache")];
    (headers, *bytes).into_response()
}
