//! `/openapi.json`, from the table of resources.

use serde_json::{Value, json};

use super::routes::{BRIDGE, Resource, STATION};
use super::status::Json;

/// What a handler wants to have besides the path: its query, or an example of its body.
const QUERIES: [(&str, &[&str]); 4] = [
    ("/r", &["json", "rapi"]),
    ("/rapi", &["json", "rapi"]),
    ("/api/history", &["from", "to", "points"]),
    ("/api/log", &["after"]),
];
const BODIES: [(&str, &str); 11] = [
    ("/login", r#"{"username": "admin", "password": "secret"}"#),
    ("/status", r#"{"grid_ie": -500, "battery_level": 80}"#),
    ("/config", r#"{"charge_mode": "eco"}"#),
    ("/override", r#"{"state": "active", "charge_current": 16, "auto_release": true}"#),
    ("/claims/:client", r#"{"state": "active", "charge_current": 16, "auto_release": true}"#),
    ("/limit", r#"{"type": "energy", "value": 5000, "auto_release": true}"#),
    ("/schedule", r#"[{"id": 1, "state": "active", "time": "22:00", "days": ["monday"]}]"#),
    ("/divertmode", r#"{"divertmode": 1}"#),
    ("/restart", r#"{"device": "gateway"}"#),
    ("/sim", r#"{"car": "plug"}"#),
    ("/api/config-form", r#"{"mqtt": {"retain": true}}"#),
];

pub(super) async fn get() -> Json {
    Json(document())
}

pub(super) fn document() -> Value {
    let mut paths = json!({});
    for resource in BRIDGE.iter().chain(STATION) {
        paths[braces(resource.path).as_str()] = item(resource, false);
    }
    for resource in STATION {
        paths[format!("/stations/{{station}}{}", braces(resource.path)).as_str()] =
            item(resource, true);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "rapi-bridge",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "OpenEVSE charging stations: the resources of the WiFi gateway, and the \
                page's. What changes something needs the password, if there is one.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "components": {
            "securitySchemes": {
                "basic": { "type": "http", "scheme": "basic" },
                "session": { "type": "apiKey", "in": "cookie", "name": "session" },
            },
        },
        "paths": paths,
    })
}

/// `:name` of the router is `{name}` here.
fn braces(path: &str) -> String {
    let parts = path.split('/').map(|part| match part.strip_prefix([':', '*']) {
        Some(name) => format!("{{{name}}}"),
        None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

fn item(resource: &Resource, named: bool) -> Value {
    let parameter = |name: &str, place: &str| {
        json!({
            "name": name, "in": place, "required": place == "path", "schema": { "type": "string" },
        })
    };
    let station = named.then_some("station").into_iter();
    let parts = resource.path.split('/').filter_map(|part| part.strip_prefix([':', '*']));
    let queries = QUERIES.iter().filter(|(path, _)| *path == resource.path);
    let queries = queries.flat_map(|(_, names)| names.iter().map(|name| parameter(name, "query")));
    let parameters = station.chain(parts).map(|name| parameter(name, "path"));
    let mut item = json!({ "parameters": parameters.chain(queries).collect::<Value>() });
    for (method, summary) in resource.operations {
        let error = json!({ "description": "What is wrong, and what to do: {\"msg\": \"…\"}" });
        let mut operation = json!({
            "summary": summary,
            "responses": { "200": { "description": "Done" }, "default": error },
        });
        if *method != "get" {
            operation["security"] = json!([{ "basic": [] }, { "session": [] }]);
        }
        let body = BODIES.iter().find(|(path, _)| *path == resource.path);
        if let (Some((_, example)), "post") = (body, *method) {
            let example: Value = serde_json::from_str(example).unwrap_or_default();
            operation["requestBody"] = json!({
                "content": { "application/json": { "schema": {}, "example": example } },
            });
        }
        item[*method] = operation;
    }
    item
}
