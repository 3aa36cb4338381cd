//! The gateway's resources that ask a station for something.

use axum::body::Bytes;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::station::Place;
use super::status::Json;
use super::{At, Problem, shapes};
use crate::inbox;

type Answer = Result<Json, Problem>;

impl Place {
    /// Gives an order, and waits for what becomes of it.
    pub(super) async fn order(&self, topic: &str, payload: &[u8]) -> Answer {
        match self.door.order(topic, payload).await {
            Some(Ok(done)) => Ok(Json(json!({ "msg": "done", "done": done }))),
            Some(Err(problem)) => Err(Problem::bad(problem)),
            None => Err(self.away()),
        }
    }

    /// A document, as it is published.
    pub(super) fn document(&self, name: &str) -> Value {
        let view = self.door.view();
        let view = view.borrow();
        let text = view.documents.get(name);
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }
}

/// The members of a JSON object.
pub(super) fn object(body: &[u8]) -> Result<Map<String, Value>, Problem> {
    serde_json::from_slice(body)
        .map_err(|error| Problem::bad(format!("a JSON object is wanted: {error}")))
}

pub(super) async fn post_status(At(place): At, body: Bytes) -> Answer {
    place.order("status", &body).await
}

pub(super) async fn get_override(At(place): At) -> Json {
    let wish = place.document("override");
    // Nobody wishes anything: clients merge what they get into what they send.
    Json(if wish["state"] == "null" { json!({}) } else { wish })
}

pub(super) async fn post_override(At(place): At, body: Bytes) -> Answer {
    place.order("override/set", &shapes::wish(&body)?).await
}

pub(super) async fn toggle_override(At(place): At) -> Answer {
    place.order("override/set", b"toggle").await
}

pub(super) async fn clear_override(At(place): At) -> Answer {
    place.order("override/set", b"clear").await
}

pub(super) async fn get_limit(At(place): At) -> Json {
    let limit = place.document("limit");
    Json(if limit["type"] == "none" {
        json!({ "type": "none", "value": 0, "auto_release": true })
    } else {
        limit
    })
}

pub(super) async fn post_limit(At(place): At, body: Bytes) -> Answer {
    let mut limit = object(&body)?;
    // As a client of the gateway calls it.
    if let Some(release) = limit.remove("release") {
        limit.insert("auto_release".to_owned(), release);
    }
    if limit.get("type").is_some_and(|kind| kind == "none") {
        return place.order("limit/set", b"clear").await;
    }
    place.order("limit/set", Value::Object(limit).to_string().as_bytes()).await
}

pub(super) async fn clear_limit(At(place): At) -> Answer {
    place.order("limit/set", b"clear").await
}

pub(super) async fn claims(At(place): At) -> Json {
    Json(shapes::claims(place.document("claims")))
}

/// What came out of all claims: in the gateway's form, and as `target` is published.
pub(super) async fn target(At(place): At) -> Json {
    let mut target = place.document("target");
    let all = shapes::claims(place.document("claims"));
    let (mut properties, mut claims) = (Map::new(), Map::new());
    for name in ["state", "charge_current", "max_current"] {
        if !target[name].is_null() {
            properties.insert(name.to_owned(), target[name].clone());
            let by = &target[format!("{name}_by").as_str()];
            claims.insert(name.to_owned(), shapes::owner(&all, name, by, &target[name]));
        }
    }
    target["properties"] = Value::Object(properties);
    target["claims"] = Value::Object(claims);
    Json(target)
}

/// A number from the path. Below the station's name there is another parameter, too.
fn number(name: &str, path: Path<Vec<(String, String)>>, what: &str) -> Result<u32, Problem> {
    let text = path.0.into_iter().find(|(key, _)| key == name).map(|(_, text)| text);
    let text = text.unwrap_or_default();
    text.parse().map_err(|_| Problem::bad(format!("{text:?} is no id of {what}: a number")))
}

fn client(path: Path<Vec<(String, String)>>) -> Result<u32, Problem> {
    number("client", path, "a program")
}

pub(super) async fn claim(At(place): At, path: Path<Vec<(String, String)>>) -> Answer {
    let client = client(path)?;
    let claims = shapes::claims(place.document("claims"));
    let mut claims = claims.as_array().into_iter().flatten();
    let claim = claims.find(|claim| claim["client"] == client).cloned();
    claim.map(Json).ok_or_else(|| Problem::nothing(format!("{client} claims nothing")))
}

pub(super) async fn post_claim(
    At(place): At,
    path: Path<Vec<(String, String)>>,
    body: Bytes,
) -> Answer {
    place.order(&format!("claim/{}/set", client(path)?), &shapes::wish(&body)?).await
}

pub(super) async fn release_claim(At(place): At, path: Path<Vec<(String, String)>>) -> Answer {
    place.order(&format!("claim/{}/set", client(path)?), b"release").await
}

pub(super) async fn get_schedule(At(place): At) -> Json {
    Json(place.document("schedule"))
}

pub(super) async fn post_schedule(At(place): At, body: Bytes) -> Answer {
    match body.trim_ascii() {
        // A client asks so for the plan.
        b"" | b"null" => Ok(Json(place.document("schedule"))),
        events => {
            let events = shapes::events(events, None, &place.document("schedule"));
            place.order("schedule/set", &events).await
        }
    }
}

fn event(path: Path<Vec<(String, String)>>) -> Result<u32, Problem> {
    number("id", path, "an event")
}

pub(super) async fn get_event(At(place): At, path: Path<Vec<(String, String)>>) -> Answer {
    let id = event(path)?;
    let schedule = place.document("schedule");
    let found = schedule.as_array().into_iter().flatten().find(|event| event["id"] == id).cloned();
    // The words that a client of the gateway looks for.
    found.map(Json).ok_or_else(|| Problem::nothing("Not found"))
}

pub(super) async fn post_event(
    At(place): At,
    path: Path<Vec<(String, String)>>,
    body: Bytes,
) -> Answer {
    object(&body)?;
    let events = shapes::events(&body, Some(event(path)?), &Value::Null);
    place.order("schedule/set", &events).await
}

pub(super) async fn delete_event(At(place): At, path: Path<Vec<(String, String)>>) -> Answer {
    place.order("schedule/clear", event(path)?.to_string().as_bytes()).await
}

pub(super) async fn clear_schedule(
    At(place): At,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Answer {
    let id = value("id", query.as_deref(), &body);
    let id = id.ok_or_else(|| Problem::bad("which event? DELETE /schedule?id=1"))?;
    place.order("schedule/clear", id.as_bytes()).await
}

pub(super) async fn get_mode(At(place): At) -> Json {
    let eco = place.door.view().borrow().facts.divert.eco;
    Json(json!({ "divertmode": 1 + u8::from(eco) }))
}

pub(super) async fn post_mode(
    At(place): At,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let mode = value("divertmode", query.as_deref(), &body)
        .ok_or_else(|| Problem::bad("divertmode is missing: 1 (Normal) or 2 (Eco)"))?;
    let done = place.order(inbox::MODE, mode.as_bytes()).await?;
    Ok(in_words(&headers, done, "Divert Mode changed"))
}

/// Who sends JSON is answered with JSON; who sends a form, with the sentence that clients of the gateway
/// look for.
fn in_words(headers: &HeaderMap, done: Json, sentence: &'static str) -> Response {
    let json = |value: &axum::http::HeaderValue| value.as_bytes().starts_with(b"application/json");
    let json = headers.get(header::CONTENT_TYPE).is_some_and(json);
    if json { done.into_response() } else { sentence.into_response() }
}

pub(super) async fn get_shaper(At(place): At) -> Json {
    let shaper = place.door.view().borrow().facts.shaper;
    Json(json!({ "shaper": u8::from(shaper.is_some_and(|shaper| shaper.active)) }))
}

pub(super) async fn post_shaper(
    At(place): At,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let on = value("shaper", query.as_deref(), &body)
        .ok_or_else(|| Problem::bad("shaper is missing: 1 (the limit counts) or 0"))?;
    let done = place.order("shaper/set", on.as_bytes()).await?;
    Ok(in_words(&headers, done, "Current Shaper state changed"))
}

pub(super) async fn time(At(place): At) -> Json {
    let view = place.door.view();
    let clock = &view.borrow().facts.clock;
    Json(json!({ "time": clock.time, "local_time": clock.local, "offset": clock.offset }))
}

pub(super) async fn restart(At(place): At, body: Bytes) -> Answer {
    let device = match body.trim_ascii() {
        b"" | b"null" => "gateway".to_owned(),
        _ => value("device", None, &body)
            .ok_or_else(|| Problem::bad("device is missing: gateway or evse"))?,
    };
    let mut done =
        place.order("restart", json!({ "device": device }).to_string().as_bytes()).await?;
    // Clients of the gateway look whether this is said.
    done.0["msg"] = json!(format!("restart {device}"));
    Ok(done)
}

pub(super) async fn sim(At(place): At, body: Bytes) -> Answer {
    let word = value("car", None, &body);
    let word = word.ok_or_else(|| Problem::bad("car is missing: plug, unplug, ask or stop"))?;
    place.order(inbox::CAR, word.as_bytes()).await
}

/// A value from a query, a form or a JSON object.
fn value(name: &str, query: Option<&str>, body: &[u8]) -> Option<String> {
    if let Ok(map) = object(body) {
        return map.get(name).map(|value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
    }
    [query.unwrap_or_default().as_bytes(), body]
        .into_iter()
        .flat_map(form_urlencoded::parse)
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}
