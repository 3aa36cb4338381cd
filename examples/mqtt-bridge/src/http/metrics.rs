//! `/metrics` for Prometheus, `/healthz`, and the log.

use std::fmt::Write as _;

use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::App;
use super::status::{Json, status};
use crate::log;

/// Every number of every station's status, as a gauge.
pub(super) async fn metrics(State(app): State<App>) -> Response {
    let all: Vec<_> = app
        .places
        .iter()
        .map(|place| (place.name.as_str(), status(&place.door.view().borrow())))
        .collect();
    let mut names: Vec<&String> = all.iter().flat_map(|(_, status)| status.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let mut text = String::new();
    for name in names {
        let rows: Vec<_> = all
            .iter()
            .filter_map(|(station, status)| Some((station, number(status.get(name)?)?)))
            .collect();
        if rows.is_empty() {
            continue;
        }
        // Writing to a text does not fail.
        let _ = writeln!(
            text,
            "# HELP openevse_{name} {name} of /status\n# TYPE openevse_{name} gauge"
        );
        for (station, value) in rows {
            let station = station.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
            let _ = writeln!(text, "openevse_{name}{{station=\"{station}\"}} {value}");
        }
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_bool().map(|bit| f64::from(u8::from(bit))))
}

/// Whether the bridge lives, and which stations and broker connections do.
pub(super) async fn health(State(app): State<App>) -> Response {
    let stations = app.places.iter().map(|place| {
        let view = place.door.view();
        let view = view.borrow();
        let evse = view.facts.version.is_some();
        let one = json!({ "evse": evse, "mqtt": view.broker, "standby": view.standby });
        (place.name.clone(), one, view.is_well())
    });
    let stations: Vec<_> = stations.collect();
    let healthy = stations.iter().all(|(_, _, healthy)| *healthy);
    let stations: Map<_, _> = stations.into_iter().map(|(name, one, _)| (name, one)).collect();
    let status = if healthy { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "ok": healthy, "stations": stations }))).into_response()
}

pub(super) async fn lines(RawQuery(query): RawQuery) -> Json {
    let query = query.unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let after = pairs.find(|(key, _)| key == "after").and_then(|(_, id)| id.parse().ok());
    Json(json!({ "lines": log::after(after.unwrap_or(0)) }))
}
