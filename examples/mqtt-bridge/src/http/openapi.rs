//! `/openapi.json`, from the table of resources.

use axum::extract::State;
use serde_json::{Map, Value, json};

use super::App;
use super::routes::{BRIDGE, Resource, STATION};
use super::status::Json;
use crate::current::{LEAST, MOST};
use crate::feeds::Kind;

/// What a handler wants to have besides the path: its query, where `!` stands behind what must be there ...
const QUERIES: [(&str, &str, &[&str]); 5] = [
    ("/r", "get", &["json", "rapi"]),
    ("/rapi", "get", &["json", "rapi"]),
    ("/schedule", "delete", &["id!"]),
    ("/api/history", "get", &["from", "to", "points"]),
    ("/api/log", "get", &["after"]),
];
/// ... or a form ...
const FORMS: [&str; 2] = ["/r", "/rapi"];
/// ... or an example of its body.
const BODIES: [(&str, &str); 13] = [
    ("/login", r#"{"username": "admin", "password": "secret"}"#),
    ("/status", r#"{"grid_ie": -500, "battery_level": 80}"#),
    ("/config", r#"{"charge_mode": "eco"}"#),
    ("/override", WISH),
    ("/claims/:client", WISH),
    ("/limit", r#"{"type": "energy", "value": 5000, "auto_release": true}"#),
    ("/schedule", r#"[{"id": 1, "state": "active", "time": "22:00", "days": ["monday"]}]"#),
    ("/schedule/:id", r#"{"state": "active", "time": "22:00", "days": ["monday"]}"#),
    ("/divertmode", r#"{"divertmode": 1}"#),
    ("/shaper", r#"{"shaper": 1}"#),
    ("/restart", r#"{"device": "gateway"}"#),
    ("/sim", r#"{"car": "plug"}"#),
    ("/api/config-form", r#"{"mqtt": {"retain": true}}"#),
];

const WISH: &str =
    r#"{"state": "active", "charge_current": 16, "max_current": 20, "auto_release": true}"#;
/// What the MQTT panel has; null stands for what stays.
const PANEL: &str = r#"{"type": "object", "properties": {
    "enabled": {"type": ["boolean", "null"]}, "retain": {"type": ["boolean", "null"]},
    "broker": {"type": ["string", "null"], "minLength": 1},
    "topic": {"type": ["string", "null"]},
    "user": {"type": ["string", "null"]}, "password": {"type": ["string", "null"]},
    "grid": {"type": ["string", "null"]}, "solar": {"type": ["string", "null"]}}}"#;
const WATTS: &str = r#"{"type": "number", "minimum": -100000, "maximum": 100000}"#;

/// What the members of these bodies may be; the rest is of the example's type.
const MEMBERS: [(&str, &str); 13] = [
    ("mqtt", PANEL),
    ("state", r#"{"enum": ["active", "disabled"]}"#),
    ("grid_ie", WATTS),
    ("charge_mode", r#"{"enum": ["fast", "eco"]}"#),
    ("divertmode", r#"{"enum": [1, 2]}"#),
    ("shaper", r#"{"enum": [0, 1]}"#),
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
/// Of these bodies each member may be left out, also all of them.
const PARTIAL: [&str; 4] = ["/status", "/config", "/override", "/claims/:client"];
/// These have no other members than the ones that are named.
const CLOSED: [&str; 6] =
    ["/status", "/override", "/claims/:client", "/limit", "/schedule", "/schedule/:id"];
/// These do something without a body, too.
const OPTIONAL: [&str; 2] = ["/restart", "/schedule"];

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
        let needed = name.ends_with('!') || place == "path";
        let name = name.trim_end_matches('!');
        let schema = if ["client", "id"].contains(&name) {
            json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX })
        } else {
            json!({ "type": "string" })
        };
        json!({ "name": name, "in": place, "required": needed, "schema": schema })
    };
    let station = named.then_some("station").into_iter();
    let parts = resource.path.split('/').filter_map(|part| part.strip_prefix([':', '*']));
    let parameters = station.chain(parts).map(|name| parameter(name, "path"));
    let mut item = json!({ "parameters": parameters.collect::<Value>() });
    for (method, summary) in resource.operations {
        let error = json!({ "description": "What is wrong, and what to do: {\"msg\": \"…\"}" });
        let mut operation = json!({
            "summary": summary,
            "responses": { "200": { "description": "Done" }, "default": error },
        });
        let (basic, session) = (json!({ "basic": [] }), json!({ "session": [] }));
        let security = match (resource.path, *method) {
            ("/login" | "/logout", _) => json!([]),
            // Who only asks needs none.
            ("/r" | "/rapi", "get") => json!([{}, basic, session]),
            (_, "get") => json!([]),
            _ => json!([basic, session]),
        };
        if password && security != json!([]) {
            operation["security"] = security;
        }
        let asked = |(path, of, _): &&(&str, &str, _)| *path == resource.path && of == method;
        if let Some((_, _, names)) = QUERIES.iter().find(asked) {
            operation["parameters"] = names.iter().map(|name| parameter(name, "query")).collect();
        }
        if let ("post", Some(body)) = (*method, body(resource.path)) {
            operation["requestBody"] = body;
        }
        item[*method] = operation;
    }
    item
}

/// What is to be sent, if anything is.
fn body(path: &str) -> Option<Value> {
    if FORMS.contains(&path) {
        let text = json!({ "type": "string" });
        let schema = json!({ "type": "object", "properties": { "rapi": text, "json": text } });
        // Without a command it is the page of the command line.
        return Some(json!({
            "required": false,
            "content": { "application/x-www-form-urlencoded": {
                "schema": schema, "example": { "rapi": "$GV", "json": "1" },
            } },
        }));
    }
    let (_, example) = BODIES.iter().find(|(other, _)| *other == path)?;
    let example: Value = serde_json::from_str(example).unwrap_or_default();
    let mut schema = schema(&example, PARTIAL.contains(&path));
    if path == "/status" {
        for (name, about) in Kind::all_named() {
            let (least, most) = about.range;
            schema["properties"][name] =
                json!({ "type": "number", "minimum": least, "maximum": most });
        }
    }
    if example["charge_current"].is_number() {
        // A wish may be for neither.
        schema["properties"]["state"] = json!({ "enum": ["active", "disabled", "clear", null] });
        for key in ["charge_current", "max_current"] {
            schema["properties"][key] = amps();
        }
    }
    if CLOSED.contains(&path) {
        let of = if schema["type"] == "array" { &mut schema["items"] } else { &mut schema };
        of["additionalProperties"] = json!(false);
    }
    if OPTIONAL.contains(&path) {
        schema = json!({ "anyOf": [schema, { "type": "null" }] });
    }
    Some(json!({
        "required": !OPTIONAL.contains(&path),
        "content": { "application/json": { "schema": schema, "example": example } },
    }))
}

/// The schema of a wish's current. 0 is the least that can be offered; nothing, and the word, stand for no wish.
fn amps() -> Value {
    let texts: Vec<_> = (LEAST..=MOST).map(|amps| amps.to_string()).collect();
    json!({ "anyOf": [
        { "type": "integer", "minimum": LEAST, "maximum": MOST },
        { "type": "string", "pattern": format!("^(0|{})$", texts.join("|")) },
        { "enum": [0, "clear", null] },
    ] })
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
            // An event that is new is given its number.
            let optional = |name: &&String| partial || ["auto_release", "id"].contains(&&***name);
            let required: Vec<&String> = members.keys().filter(|name| !optional(name)).collect();
            json!({ "type": "object", "properties": properties, "required": required })
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
        let schedule = &schedule["content"]["application/json"]["schema"]["anyOf"][0];
        assert_eq!(schedule["items"]["properties"]["state"]["enum"][0], "active");
        assert_eq!(schedule["items"]["additionalProperties"], false);
        let status = &open["paths"]["/status"]["post"]["requestBody"];
        let status = &status["content"]["application/json"]["schema"]["properties"];
        assert_eq!(status["voltage"]["maximum"], 300.0);
        let wish = &open["paths"]["/override"]["post"]["requestBody"];
        let wish = &wish["content"]["application/json"]["schema"]["properties"];
        assert_eq!(wish["max_current"]["anyOf"][0]["maximum"], MOST);
        // What must be asked for is said where it must.
        let query = |path: &str, method: &str| open["paths"][path][method]["parameters"].clone();
        assert_eq!(query("/schedule", "delete")[0]["required"], true);
        assert_eq!(query("/r", "get")[1]["name"], "rapi");
        assert!(query("/r", "post").is_null() && query("/schedule", "get").is_null());
        let closed = document(true);
        assert_eq!(closed["paths"]["/limit"]["post"]["security"][0], json!({ "basic": [] }));
        assert!(closed["paths"]["/limit"]["get"]["security"].is_null());
        assert!(closed["paths"]["/login"]["post"]["security"].is_null());
        assert_eq!(closed["paths"]["/r"]["get"]["security"][0], json!({}));
        // Each member that is described is one of an example.
        for (name, text) in MEMBERS {
            assert!(serde_json::from_str::<Value>(text).is_ok(), "{name}");
            assert!(BODIES.iter().any(|(_, body)| body.contains(&format!("\"{name}\""))), "{name}");
        }
    }
}
