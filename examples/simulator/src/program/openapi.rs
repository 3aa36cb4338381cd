//! The description of the control interface, made from the types that it reads and writes.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::StationView;
use crate::Command;

/// Returns the control interface as OpenAPI 3.1.
#[must_use]
pub fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let view = generator.subschema_for::<StationView>().to_value();
    let mut paths = Map::new();
    paths.insert("/stations".to_owned(), json!({
        "get": operation("stations", "All stations.", &json!({ "type": "array", "items": view })),
    }));
    let station = json!({
        "name": "station", "in": "path", "required": true, "description": "It counts from 1.",
        "schema": { "type": "integer", "minimum": 1 },
    });
    paths.insert(
        "/stations/{station}".to_owned(),
        json!({
            "parameters": [station],
            "get": operation("station", "A station and its car.", &view),
        }),
    );
    for (name, description, body) in Command::schemas(&mut generator) {
        let mut post = operation(name, description, &view);
        post["requestBody"] = json!({ "content": { "application/json": { "schema": body } } });
        for (status, what) in [("400", "A wrong body, by field."), ("422", "A wrong value.")] {
            post["responses"][status] = problem(what);
        }
        paths.insert(
            format!("/stations/{{station}}/{name}"),
            json!({ "parameters": [station], "post": post }),
        );
    }
    finish(generator, paths)
}

fn operation(id: &str, summary: &str, schema: &Value) -> Value {
    json!({
        "operationId": id,
        "summary": summary,
        "responses": {
            "200": {
                "description": "How it is now.",
                "content": { "application/json": { "schema": schema } },
            },
            "404": problem("There is no such station."),
        },
    })
}

fn problem(description: &str) -> Value {
    let schema = json!({
        "type": "object",
        "properties": { "error": { "type": "string" } },
        "required": ["error"],
    });
    json!({ "description": description, "content": { "application/json": { "schema": schema } } })
}

fn finish(mut generator: SchemaGenerator, paths: Map<String, Value>) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "rapi-sim control interface",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What is done to simulated OpenEVSE stations from outside.",
        },
        "paths": paths,
        "components": { "schemas": generator.take_definitions(true) },
    })
}
