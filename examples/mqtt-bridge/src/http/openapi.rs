//! `/openapi.json`, from the table of resources.

use axum::extract::State;
use serde_json::{Map, Value, json};

use super::App;
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

/// What the members of these bodies may be; the rest is of the example's type.
const MEMBERS: [(&str, &str); 13] = [
    ("state", r#"{"enum": ["active", "disabled"]}"#),
    ("charge_current", r#"{"type": "integer", "minimum": 6, "maximum": 80}"#),
    ("grid_ie", r#"{"type": "number", "minimum": -100000, "maximum": 100000}"#),
    ("battery_level", r#"{"type": "number", "minimum": 0, "maximum": 100}"#),
    ("charge_mode", r#"{"enum": ["fast", "eco"]}"#),
    ("divertmode", r#"{"enum": [1, 2]}"#),
    ("type", r#"{"enum": ["time", "energy", "soc", "range"]}"#),
    ("value", r#"{"type": "integer", "minimum": 1, "maximum": 4294967295}"#),
    ("id", r#"{"type": "integer", "minimum": 0, "maximum": 4294967295}"#),
    ("time", r#"{"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}"#),
    (
        "days",
        r#"{"type": "array", "items": {"enum": ["monday", "tuesday", "wednesday", "thursday",
            "friday", "saturday", "sunday"]}, "minItems": 1}"#,
    ),
    ("device", r#"{"enum": ["gateway", "evse"]}"#),
    ("car", r#"{"enum": ["plug", "unplug", "ask", "stop"]}"#),
];
/// Of these bodies each member may be left out.
const PARTIAL: [&str; 5] =
    ["/status", "/config", "/override", "/claims/:client", "/api/config-form"];

pub(super) async fn get(State(app): State<App>) -> Json {
    Json(document(app.auth.is_some()))
}

/// `password`: whether there is one.
pub(super) fn document(password: bool) -> Value {
    let mut paths = json!({});
    for resource in BRIDGE.iter().chain(STATION) {
        paths[braces(resource.path).as_str()] = item(resource, false, password);
    }
    for resource in STATION {
        paths[format!("/stations/{{station}}{}", braces(resource.path)).as_str()] =
            item(resource, true, password);
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

fn item(resource: &Resource, named: bool, password: bool) -> Value {
    let parameter = |name: &str, place: &str| {
        let schema = if name == "client" {
            json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX })
        } else {
            json!({ "type": "string" })
        };
        json!({ "name": name, "in": place, "required": place == "path", "schema": schema })
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
        if password && *method != "get" {
            operation["security"] = json!([{ "basic": [] }, { "session": [] }]);
        }
        let body = BODIES.iter().find(|(path, _)| *path == resource.path);
        if let (Some((_, example)), "post") = (body, *method) {
            let example: Value = serde_json::from_str(example).unwrap_or_default();
            let schema = schema(&example, PARTIAL.contains(&resource.path));
            operation["requestBody"] = json!({
                "required": true,
                "content": { "application/json": { "schema": schema, "example": example } },
            });
        }
        item[*method] = operation;
    }
    item
}

/// The schema of a body, by its example.
fn schema(example: &Value, partial: bool) -> Value {
    match example {
        Value::Object(members) => {
            let known = |name: &str| MEMBERS.iter().find(|(member, _)| *member == name);
            let property = |(name, value): (&String, &Value)| {
                let known = known(name).and_then(|(_, text)| serde_json::from_str(text).ok());
                (name.clone(), known.unwrap_or_else(|| schema(value, partial)))
            };
            let properties: Map<String, Value> = members.iter().map(property).collect();
            // What may be left out may not all be left out.
            let optional = |name: &&String| partial || *name == "auto_release";
            let required: Vec<&String> = members.keys().filter(|name| !optional(name)).collect();
            json!({
                "type": "object", "properties": properties, "required": required, "minProperties": 1,
            })
        }
        Value::Array(list) => {
            let items = list.first().map(|item| schema(item, partial));
            json!({ "type": "array", "items": items.unwrap_or_else(|| json!({})) })
        }
        Value::Bool(_) => json!({ "type": "boolean" }),
        Value::Number(_) => json!({ "type": "number" }),
        _ => json!({ "type": "string" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_a_schema_with_its_ranges_and_security_is_told_where_there_is_a_password() {
        let open = document(false);
        let limit = &open["paths"]["/limit"]["post"];
        let schema = &limit["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(schema["properties"]["value"]["minimum"], 1);
        assert_eq!(schema["required"], json!(["type", "value"]));
        assert!(limit["security"].is_null());
        let schedule = &open["paths"]["/schedule"]["post"]["requestBody"];
        let schedule = &schedule["content"]["application/json"]["schema"];
        assert_eq!(schedule["items"]["properties"]["state"]["enum"][0], "active");
        let closed = document(true);
        assert_eq!(closed["paths"]["/limit"]["post"]["security"][0], json!({ "basic": [] }));
        assert!(closed["paths"]["/limit"]["get"]["security"].is_null());
        // Each member that is described is one of an example.
        for (name, text) in MEMBERS {
            assert!(serde_json::from_str::<Value>(text).is_ok(), "{name}");
            assert!(BODIES.iter().any(|(_, body)| body.contains(&format!("\"{name}\""))), "{name}");
        }
    }
}
