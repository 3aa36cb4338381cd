//! `/r`: RAPI over the web.

use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::http::{Method, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use serde_json::json;

use super::status::Json;
use super::{At, Problem};
use crate::rapi::Document;

/// What was asked, from the query and from the form.
struct Form {
    rapi: Option<String>,
    json: bool,
}

impl Form {
    fn read(query: Option<&str>, body: &[u8]) -> Self {
        let mut form = Self { rapi: None, json: false };
        for part in [query.unwrap_or_default().as_bytes(), body] {
            for (key, value) in form_urlencoded::parse(part) {
                match &*key {
                    "rapi" => form.rapi = Some(value.into_owned()),
                    "json" => form.json = matches!(&*value, "" | "1" | "true"),
                    _ => {}
                }
            }
        }
        form
    }
}

pub(super) async fn ask(
    At(place): At,
    method: Method,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Response, Problem> {
    // Whoever has let this request in has looked at its query only, unless it was sent with POST.
    let body = if method == Method::POST { &body[..] } else { &[] };
    let form = Form::read(query.as_deref(), body);
    let Some(line) = form.rapi.filter(|line| !line.is_empty()) else {
        if form.json {
            return Err(Problem::bad("rapi is missing: /r?json=1&rapi=$GV"));
        }
        return Ok(page(None).into_response());
    };
    let document = place.door.rapi(line).await.ok_or_else(|| place.away())?;
    if !form.json {
        return Ok(page(Some(&document)).into_response());
    }
    let (status, word) = verdict(&document);
    let mut value = document.value();
    if let Some(word) = word {
        value["reason"] = value["error"].take();
        value["error"] = json!(word);
    }
    if let Some(object) = value.as_object_mut() {
        // Clients of the gateway look whether it is there.
        object.retain(|key, value| key == "decoded" || !value.is_null());
        if word.is_none() {
            object.remove("error");
            object.entry("ret").or_insert_with(|| json!(""));
        }
    }
    Ok((status, Json(value)).into_response())
}

/// The status, and the word of the gateway for what went wrong. `$NK` is an answer like any other.
fn verdict(document: &Document) -> (StatusCode, Option<&'static str>) {
    match document.error.as_ref().map(|(word, _)| *word) {
        None | Some("nk") => (StatusCode::OK, None),
        Some("timeout" | "not_connected" | "line") => {
            (StatusCode::INTERNAL_SERVER_ERROR, Some("RAPI_RESPONSE_TIMEOUT"))
        }
        Some("bad_checksum") => {
            (StatusCode::INTERNAL_SERVER_ERROR, Some("RAPI_RESPONSE_BAD_CHECKSUM"))
        }
        Some("busy") => (StatusCode::INTERNAL_SERVER_ERROR, Some("RAPI_RESPONSE_QUEUE_FULL")),
        Some(_) => (StatusCode::BAD_REQUEST, Some("RAPI_RESPONSE_BLOCKED")),
    }
}

/// The answer as a page without scripts.
fn page(document: Option<&Document>) -> Html<String> {
    let mut answer = String::new();
    if let Some(document) = document {
        let (cmd, ret) = (escaped(&document.cmd), document.ret.as_deref().map(escaped));
        let problem = document.error.as_ref().map(|(_, sentence)| escaped(sentence));
        // Clients of the gateways 2.x look where the script begins that stands behind theirs.
        let line = match ret {
            Some(ret) => format!("{ret}<script type=\"text/plain\"></script>"),
            None => problem.unwrap_or_default(),
        };
        answer = format!("<p>{cmd}</p><p>&gt;{line}</p>");
    }
    Html(format!(
        "<!doctype html><html lang=\"en\"><title>RAPI</title><form action=\"r\" method=\"post\">\
         <label>Command <input name=\"rapi\" maxlength=\"64\" autofocus></label> \
         <button>Send</button></form>{answer}</html>"
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
