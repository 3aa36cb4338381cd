//! `/api/commands`: the table of commands, as the RAPI tab shows it.

use axum::extract::State;
use rapi_core::{COMMANDS, CommandInfo, FieldInfo};
use serde_json::{Value, json};

use super::App;
use super::status::Json;
use crate::rapi::is_allowed;

pub(super) async fn get(State(app): State<App>) -> Json {
    let row = |info: &&CommandInfo| {
        json!({
            "code": info.code.to_string(),
            "usage": info.usage,
            "name": info.name,
            "doc": info.summary,
            "class": info.class,
            "arguments": info.flat_arguments().map(argument).collect::<Value>(),
            "answer": info.flat_fields().map(field).collect::<Value>(),
            "since": info.since,
            "until": info.until,
            "feature": info.feature,
            "example": info.example.sent,
            "allowed": is_allowed(&app.config.rapi, info),
        })
    };
    let mut rows: Vec<_> = COMMANDS.iter().map(row).collect();
    for row in &mut rows {
        // As in the configuration, where the classes are written small.
        if let Some(class) = row["class"].as_str().map(str::to_lowercase) {
            row["class"] = Value::String(class);
        }
    }
    Json(Value::Array(rows))
}

fn field(info: &FieldInfo) -> Value {
    json!({
        "name": info.name,
        "doc": info.summary,
        "unit": info.unit,
        "form": info.form,
        "optional": info.optional,
    })
}

fn argument(info: &FieldInfo) -> Value {
    let mut value = field(info);
    value["min"] = json!(info.range.map(|range| range.0));
    value["max"] = json!(info.range.map(|range| range.1));
    value
}
