//! The control interface: stations over HTTP with JSON.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Serialize;
use serde_json::json;
use tokio::net::TcpListener;

use super::{Member, openapi};
use crate::{Command, Snapshot};

/// The longest body of a request, in bytes.
const MAX_BODY: usize = 16 * 1024;

type Fleet = State<Arc<Vec<Member>>>;

/// A station as the control interface shows it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct StationView {
    /// It counts from 1.
    pub station: usize,
    /// Where a RAPI client finds it.
    pub place: String,
    /// How it is.
    #[serde(flatten)]
    pub snapshot: Snapshot,
}

/// What went wrong, for a person: `{"error": "..."}`.
struct Problem(StatusCode, String);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

/// Answers requests at this address; returns it with the number that port 0 became.
///
/// # Errors
///
/// An address that cannot be had, or that others than this computer can reach unless `anywhere`.
pub async fn start(
    address: SocketAddr,
    anywhere: bool,
    members: Vec<Member>,
) -> anyhow::Result<SocketAddr> {
    if !anywhere && !address.ip().is_loopback() {
        bail!(
            "--control {address} is open to the network; if that is meant, add --control-anywhere"
        );
    }
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on http://{address}; take another port with --control")
    })?;
    let local = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, router(members)).await });
    Ok(local)
}

/// Returns the routes of the control interface.
pub fn router(members: Vec<Member>) -> Router {
    Router::new()
        .route("/", get(greet))
        .route("/openapi.json", get(|| async { Json(openapi::document()) }))
        .route("/stations", get(list))
        .route("/stations/:station", get(show))
        .route("/stations/:station/:command", post(command))
        .fallback(|| async {
            Problem(StatusCode::NOT_FOUND, "there is nothing here; see /openapi.json".to_owned())
        })
        .layer(axum::middleware::from_fn(refuse_web_pages))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(Arc::new(members))
}

/// A page in a browser on this computer has no business here, and says where it comes from.
async fn refuse_web_pages(request: Request, next: Next) -> Response {
    if request.headers().contains_key(header::ORIGIN) {
        return Problem(StatusCode::FORBIDDEN, "web pages are not answered".to_owned())
            .into_response();
    }
    next.run(request).await
}

async fn greet(State(members): Fleet) -> String {
    format!(
        "rapi-sim with {} station(s)\n\nGET  /stations\nGET  /stations/1\n{}GET  /openapi.json\n",
        members.len(),
        Command::NAMES.iter().map(|name| format!("POST /stations/1/{name}\n")).collect::<String>()
    )
}

async fn list(State(members): Fleet) -> Result<Json<Vec<StationView>>, Problem> {
    let mut views = Vec::with_capacity(members.len());
    for member in members.iter() {
        views.push(view(member).await?);
    }
    Ok(Json(views))
}

async fn show(
    State(members): Fleet,
    Path(station): Path<String>,
) -> Result<Json<StationView>, Problem> {
    Ok(Json(view(find(&members, &station)?).await?))
}

async fn command(
    State(members): Fleet,
    Path((station, name)): Path<(String, String)>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<StationView>, Problem> {
    let body = body.map_err(|problem| Problem(problem.status(), problem.body_text()))?;
    let member = find(&members, &station)?;
    if !Command::NAMES.contains(&&*name) {
        return Err(Problem(StatusCode::NOT_FOUND, Command::unknown(&name)));
    }
    let body = if body.is_empty() { b"{}" } else { &body[..] };
    let command = read(&name, body).map_err(|problem| Problem(StatusCode::BAD_REQUEST, problem))?;
    member
        .handle
        .command(command)
        .await
        .map_err(|problem| Problem(StatusCode::UNPROCESSABLE_ENTITY, problem))?;
    Ok(Json(view(member).await?))
}

/// Reads the body of a command; what is wrong is named by its field.
fn read(name: &str, body: &[u8]) -> Result<Command, String> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let mut track = serde_path_to_error::Track::new();
    let deserializer = serde_path_to_error::Deserializer::new(&mut json, &mut track);
    let command = Command::named(name, deserializer).and_then(|command| {
        json.end()?;
        Ok(command)
    });
    command.map_err(|problem| match track.path().to_string().as_str() {
        "." | "?" => format!("{name}: {problem}"),
        field => format!("{name}.{field}: {problem}"),
    })
}

fn find<'a>(members: &'a [Member], station: &str) -> Result<&'a Member, Problem> {
    let number = station.parse::<usize>().ok();
    number.and_then(|number| members.get(number.checked_sub(1)?)).ok_or_else(|| {
        let problem = format!("there is no station {station:?}; they count 1 to {}", members.len());
        Problem(StatusCode::NOT_FOUND, problem)
    })
}

async fn view(member: &Member) -> Result<StationView, Problem> {
    let snapshot = member
        .handle
        .snapshot()
        .await
        .map_err(|problem| Problem(StatusCode::INTERNAL_SERVER_ERROR, problem))?;
    Ok(StationView { station: member.number, place: member.place.clone(), snapshot })
}
