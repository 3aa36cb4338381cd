//! Stations on byte streams, in real time.

mod runner;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, oneshot};

use crate::line::LineFaults;
use crate::{CAR_HELP, Command, Config, Snapshot, Station, Word};
use runner::{Runner, Stream};

/// What a running station is asked, with the place for the answer.
enum Request {
    Attach(Box<dyn Stream>),
    Command(Command, oneshot::Sender<Result<(), String>>),
    Snapshot(oneshot::Sender<Snapshot>),
    Watch(mpsc::Sender<Seen>),
    Plan(Vec<Planned>),
}

/// Something that is done to a station at a time of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// When, in milliseconds since the power-on.
    pub at_ms: u64,
    /// What.
    pub command: Command,
}

/// Something that was seen on a station's line, at a time in milliseconds since the power-on.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// When.
    pub at_ms: f64,
    /// What.
    pub what: What,
}

/// What was seen on a station's line.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Bytes to the station.
    Sent(Vec<u8>),
    /// Bytes from the station.
    Received(Vec<u8>),
    /// Something was done from outside.
    Command(Command),
    /// A planned command could not be carried out, for this reason.
    Refused(Command, String),
}

/// The world around a station.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct World {
    /// How many times faster than real time passes: 0.01 to 100,000.
    pub speed: f64,
    /// What the line does to bytes.
    pub line: LineFaults,
    /// Where chance begins: the same seed brings the same faults.
    pub seed: u64,
}

impl Default for World {
    /// Real time and a perfect line.
    fn default() -> Self {
        Self { speed: 1.0, line: LineFaults::default(), seed: 0 }
    }
}

/// A running station. It stops when the last handle is dropped.
#[derive(Clone, Debug)]
pub struct Handle {
    requests: mpsc::Sender<Request>,
}

impl Handle {
    /// Puts a byte stream on the station's serial line, in the place of the one before.
    pub async fn attach(&self, stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) {
        // The other side only ends after all handles.
        let _ = self.requests.send(Request::Attach(Box::new(stream))).await;
    }

    /// Does something to the station from outside.
    ///
    /// # Errors
    ///
    /// A sentence that names the field and says what it may be. Nothing has been done then.
    pub async fn command(&self, command: Command) -> Result<(), String> {
        self.ask(|answer| Request::Command(command, answer)).await?
    }

    /// Returns how the station and its car are.
    ///
    /// # Errors
    ///
    /// The station has stopped.
    pub async fn snapshot(&self) -> Result<Snapshot, String> {
        self.ask(Request::Snapshot).await
    }

    /// Returns all that happens on the station's line from now on. Whoever takes it out too slowly
    /// slows the station down.
    pub async fn watch(&self) -> mpsc::Receiver<Seen> {
        let (seen, watched) = mpsc::channel(1024);
        let _ = self.requests.send(Request::Watch(seen)).await;
        watched
    }

    /// Plans what is done to the station; what was planned before and has not happened is forgotten.
    /// Equal times keep their order.
    pub async fn plan(&self, mut plan: Vec<Planned>) {
        plan.sort_by_key(|planned| planned.at_ms);
        let _ = self.requests.send(Request::Plan(plan)).await;
    }

    /// Does what a person says in a word of [`CAR_HELP`]; the answer is for that person.
    ///
    /// # Errors
    ///
    /// A sentence that says what to do instead.
    pub async fn car(&self, word: &str) -> Result<String, String> {
        match word.parse()? {
            Word::Help => Ok(CAR_HELP.to_owned()),
            Word::Status => Ok(self.snapshot().await?.to_string()),
            Word::Command(command, done) => {
                self.command(command).await?;
                Ok(done.to_owned())
            }
        }
    }

    async fn ask<T>(
        &self,
        request: impl FnOnce(oneshot::Sender<T>) -> Request,
    ) -> Result<T, String> {
        let (answer, answered) = oneshot::channel();
        let gone = || "the station has stopped".to_owned();
        self.requests.send(request(answer)).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())
    }
}

/// Switches a station on, on a task of its own, in real time and with a perfect line.
///
/// # Panics
///
/// Outside a tokio runtime.
#[must_use]
pub fn serve(config: Config) -> Handle {
    serve_in(World::default(), Station::new(config))
}

/// Switches a station on, on a task of its own, in this world.
///
/// # Panics
///
/// Outside a tokio runtime.
#[must_use]
pub fn serve_in(world: World, station: Station) -> Handle {
    let (requests, incoming) = mpsc::channel(16);
    tokio::spawn(Runner::new(world, station).run(incoming));
    Handle { requests }
}
