//! `/ws`: the whole status first, then what changes.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use axum::extract::{State, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};
use tokio::time::{Instant, interval, sleep_until, timeout};

use super::station::{At, Place};
use super::status::{ALWAYS, status};
use super::{App, Problem};

/// So much between two messages at least: what comes in one burst is one message.
const PAUSE: Duration = Duration::from_millis(100);
/// A message that is not taken in this time: nobody is there.
const PATIENCE: Duration = Duration::from_secs(10);
/// Whoever says nothing for so long is asked whether they are there, and gone if that fails.
const SILENCE: Duration = Duration::from_secs(60);
/// So many at the same time.
pub(super) const SOCKETS: usize = 200;

pub(super) async fn open(
    State(app): State<App>,
    At(place): At,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    let Ok(slot) = Arc::clone(&app.sockets).try_acquire_owned() else {
        let sentence = format!("{SOCKETS} web sockets are open already");
        return Err(Problem(StatusCode::SERVICE_UNAVAILABLE, sentence));
    };
    let upgrade = upgrade.max_message_size(4096).max_frame_size(4096);
    Ok(upgrade.on_upgrade(|socket| async move {
        talk(place, socket).await;
        drop(slot);
    }))
}

async fn talk(place: Arc<Place>, mut socket: WebSocket) {
    let mut views = place.door.view();
    let mut told = status(&views.borrow_and_update());
    let mut message = Some(Value::Object(told.clone()).to_string());
    let mut next = Instant::now();
    let mut silence = interval(SILENCE);
    let mut asked = false;
    loop {
        if let Some(text) = message.take() {
            let sent = timeout(PATIENCE, socket.send(Message::Text(text))).await;
            if !matches!(sent, Ok(Ok(()))) {
                return;
            }
        }
        tokio::select! {
            changed = async { sleep_until(next).await; views.changed().await } => {
                if changed.is_err() {
                    // The station is started anew.
                    return;
                }
                let now = status(&views.borrow_and_update());
                let news = news(&told, &now);
                told = now;
                next = Instant::now() + PAUSE;
                message = (!news.is_empty()).then(|| Value::Object(news).to_string());
            }
            _ = silence.tick() => {
                let ping = timeout(PATIENCE, socket.send(Message::Ping(Vec::new()))).await;
                if asked || !matches!(ping, Ok(Ok(()))) {
                    return;
                }
                asked = true;
            }
            heard = socket.recv() => {
                asked = false;
                match heard {
                Some(Ok(Message::Text(text))) if is_ping(&text) => {
                    message = Some(r#"{"pong":1}"#.to_owned());
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            }
            }
        }
    }
}

/// What is not as it was told; what is not known any more is told, too.
fn news(told: &Map<String, Value>, now: &Map<String, Value>) -> Map<String, Value> {
    let changed = now.iter().filter(|(key, value)| told.get(*key) != Some(value));
    let changed = changed.map(|(key, value)| (key.clone(), value.clone()));
    let gone = told.keys().filter(|key| !now.contains_key(*key));
    changed.chain(gone.map(|key| (key.clone(), unknown(key)))).collect()
}

/// `null`, but not where a client calculates without looking: there it is what `/status` has instead.
/// Home Assistant's library fails at the state, the current and the voltage.
fn unknown(key: &str) -> Value {
    match key {
        "status" => json!("unknown"),
        "voltage" => json!(0),
        key if ALWAYS.contains(&key) => json!(0),
        _ => Value::Null,
    }
}

fn is_ping(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok_and(|value| value.get("ping").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_after(told: Value, now: Value) -> Value {
        let (Value::Object(told), Value::Object(now)) = (told, now) else { panic!("objects") };
        Value::Object(news(&told, &now))
    }

    #[test]
    fn what_is_not_known_any_more_is_told_once() {
        let told = json!({ "pilot": 24, "grid_ie": -700, "mqtt_error": null, "firmware": "8.2.3" });
        let now = json!({ "pilot": 10, "mqtt_error": null, "firmware": "8.2.3" });
        assert_eq!(told_after(told, now.clone()), json!({ "pilot": 10, "grid_ie": null }));
        assert_eq!(told_after(now.clone(), now), json!({}));
    }

    #[test]
    fn what_a_client_calculates_with_becomes_what_status_has_instead() {
        let told =
            json!({ "state": 3, "amp": 9980, "voltage": 231, "status": "active", "temp": 251 });
        let expected =
            json!({ "state": 0, "amp": 0, "voltage": 0, "status": "unknown", "temp": null });
        assert_eq!(told_after(told, json!({})), expected);
    }
}
