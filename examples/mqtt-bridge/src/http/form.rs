//! `/api/config-form`: the MQTT panel of the guide.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::status::Json;
use super::{App, At};
use crate::config::{Kept, MqttAddress, Override, Topic};
use crate::mqtt;

/// What the panel may change; what is missing stays.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Form {
    enabled: Option<bool>,
    broker: Option<String>,
    user: Option<String>,
    password: Option<String>,
    topic: Option<String>,
    solar: Option<String>,
    grid: Option<String>,
    retain: Option<bool>,
}

/// Members by their names: a list is none, though the library would take its items in their order.
fn read(body: &[u8]) -> Result<Form, String> {
    let example = |why: String| format!("{why}; for instance {{\"mqtt\": {{\"retain\": true}}}}");
    let mut body: Map<String, Value> =
        serde_json::from_slice(body).map_err(|error| example(error.to_string()))?;
    match body.remove("mqtt") {
        Some(form @ Value::Object(_)) => {
            serde_json::from_value(form).map_err(|error| example(error.to_string()))
        }
        _ => Err(example("mqtt is missing".to_owned())),
    }
}

pub(super) async fn get(State(app): State<App>, At(place): At) -> Json {
    let view = place.door.view();
    let view = view.borrow();
    let mqtt = &app.config.mqtt;
    let brokers: Vec<_> = mqtt.broker.iter().map(ToString::to_string).collect();
    let named = mqtt.broker.iter().find_map(|broker| match broker {
        MqttAddress::Broker { credentials, .. } => credentials.as_ref(),
        MqttAddress::Embedded => None,
    });
    let station = app.config.station.iter().find(|station| station.name == place.name);
    let topic = |topic: fn(&crate::config::Station) -> &Topic| {
        station.map_or("", |station| topic(station).as_str())
    };
    Json(json!({ "mqtt": {
        "enabled": true,
        "broker": brokers.join(" "),
        "user": named.map_or(mqtt.user.as_str(), |(user, _)| user),
        "password_set": named.is_some()
            || !mqtt.password.is_empty()
            || !mqtt.password_file.as_os_str().is_empty(),
        "topic": station.map_or_else(String::new, crate::config::Station::base),
        "solar": topic(|station| &station.solar),
        "grid": topic(|station| &station.grid),
        "retain": mqtt.retain,
        "connected": view.broker,
        "error": view.broker_problem,
    }}))
}

pub(super) async fn post(State(app): State<App>, At(place): At, body: Bytes) -> Response {
    let refuse = |field: &str, msg: String| {
        (StatusCode::BAD_REQUEST, Json(json!({ "field": field, "msg": msg }))).into_response()
    };
    let mut form = match read(&body) {
        Ok(form) => form,
        Err(problem) => return refuse("mqtt", problem),
    };
    let mut remark = None;
    if form.enabled == Some(false) {
        form = Form { broker: Some("embedded".to_owned()), ..Form::default() };
        remark = Some("the bridge uses its own broker now, which only this computer reaches");
    }
    // The panel has one user for all nodes; credentials in the address would outrank it.
    let same = app.config.mqtt.broker.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let broker = form.broker.map(|broker| broker.trim().to_owned());
    let moved = broker.filter(|broker| *broker != same);
    let new_password = form.password.is_some();
    let station = |key: &str| format!("station.{}.{key}", place.name);
    let fields = [
        ("broker", "mqtt.broker".to_owned(), moved),
        ("user", "mqtt.user".to_owned(), form.user),
        ("password", "mqtt.password".to_owned(), form.password),
        // The file would outrank the password.
        ("password", "mqtt.password_file".to_owned(), new_password.then(String::new)),
        ("topic", station("base_topic"), form.topic),
        ("solar", station("solar"), form.solar),
        ("grid", station("grid"), form.grid),
    ];
    let texts = fields
        .into_iter()
        .filter_map(|(field, key, text)| Some(Override::text(field.to_owned(), key, &text?)));
    let retain = form.retain.map(|retain| Override {
        source: "retain".to_owned(),
        key: "mqtt.retain".to_owned(),
        value: retain.to_string(),
    });
    let changes: Vec<_> = texts.chain(retain).collect();
    let mut source = app.source.lock().await;
    let changed = source.with(changes.clone());
    let config = match changed.load() {
        Ok(config) => config,
        Err(problem) => {
            // `field: sentence`, or a sentence about the whole station.
            let field = changes.iter().find(|change| problem.contains(&change.source));
            let field = field.map_or("broker", |change| &change.source);
            let prefix = format!("{field}: ");
            let sentence = problem.strip_prefix(&prefix).unwrap_or(&problem);
            return refuse(field, sentence.to_owned());
        }
    };
    if let Err(problem) = mqtt::check(&config.mqtt) {
        let problem = format!("{problem:#}");
        let field = if problem.contains("mqtt.user") { "user" } else { "broker" };
        return refuse(field, problem);
    }
    let kept = source.keep(&changes);
    let outranked = changes.iter().find_map(|change| source.outranked(change));
    let msg = match (&kept, outranked) {
        (Err(problem), _) => format!("done, until the bridge is started anew: {problem}"),
        (Ok(_), Some(flag)) => {
            format!("done, until the bridge is started anew: {flag} outranks it")
        }
        (Ok(Kept::File), None) => remark.unwrap_or("done").to_owned(),
        (Ok(Kept::Beside(path, why)), None) => {
            format!("{}, and kept in {}, because {why}", remark.unwrap_or("done"), path.display())
        }
    };
    if kept.is_err() || outranked.is_some() {
        *source = changed;
    }
    if app.reload.send(config).await.is_err() {
        return refuse("mqtt", "the bridge is about to stop".to_owned());
    }
    Json(json!({ "msg": msg })).into_response()
}
