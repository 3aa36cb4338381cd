//! `/ws`: the whole status first, then what changes.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use axum::extract::{State, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{interval, sleep, timeout};

use super::station::{At, Place};
use super::status::status;
use super::{App, Problem};
use crate::door::View;

/// So much between two messages at least: what comes in one burst is one message.
const PAUSE: Duration = Duration::from_millis(100);
/// A message that is not taken in this time: nobody is there.
const PATIENCE: Duration = Duration::from_secs(10);
/// Whoever says nothing for so long is asked whether they are there, and gone if that fails.
const SILENCE: Duration = Duration::from_secs(60);
/// So many at the same time.
pub(super) const SOCKETS: usize = 200;

/// Tells the web sockets of a station what changes.
pub(super) async fn watch(place: Arc<Place>) {
    let mut views = place.door.view();
    let mut before = views.borrow().clone();
    while views.changed().await.is_ok() {
        let view = views.borrow_and_update().clone();
        if place.news.receiver_count() > 0 {
            let news = news(&before, &view);
            if !news.is_empty() {
                // Whoever listened may have gone.
                let _ = place.news.send(Value::Object(news).to_string());
            }
        }
        before = view;
        sleep(PAUSE).await;
    }
}

/// What is not as it was.
fn news(before: &View, view: &View) -> Map<String, Value> {
    let (before, mut now) = (status(before), status(view));
    now.retain(|key, value| before.get(key) != Some(value));
    now
}

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
    // Before the whole status is taken: nothing is missed in between.
    let mut news = place.news.subscribe();
    let mut message = Some(everything(&place));
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
            change = news.recv() => match change {
                // The station is started anew.
                Ok(text) if text.is_empty() => return,
                Ok(text) => message = Some(text),
                // Too slow: the whole status has everything that was missed.
                Err(RecvError::Lagged(_)) => message = Some(everything(&place)),
                Err(RecvError::Closed) => return,
            },
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

fn everything(place: &Place) -> String {
    let view = place.door.view();
    let status = status(&view.borrow());
    Value::Object(status).to_string()
}

fn is_ping(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok_and(|value| value.get("ping").is_some())
}
