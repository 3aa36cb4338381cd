//! A station on byte streams, in real time.

use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep_until, timeout};

use crate::{Config, Station};

/// How long a client may refuse to take a line before that line is lost, as on a real one.
const WRITE_TIMEOUT: Duration = Duration::from_millis(200);

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

enum Request {
    Attach(Box<dyn Stream>),
    Car { word: String, answer: oneshot::Sender<Result<String, String>> },
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

    /// Tells the car a word of [`CAR_HELP`](crate::CAR_HELP); the answer is for a person.
    ///
    /// # Errors
    ///
    /// A sentence that says what to do instead.
    pub async fn car(&self, word: &str) -> Result<String, String> {
        let (answer, answered) = oneshot::channel();
        let gone = || "the station has stopped".to_owned();
        let request = Request::Car { word: word.to_owned(), answer };
        self.requests.send(request).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

/// Switches a station on, on a task of its own.
#[must_use]
pub fn serve(config: Config) -> Handle {
    let (requests, incoming) = mpsc::channel(16);
    tokio::spawn(run(Station::new(config), incoming));
    Handle { requests }
}

async fn run(mut station: Station, mut requests: mpsc::Receiver<Request>) {
    let power_on = Instant::now();
    let now = || u64::try_from(power_on.elapsed().as_millis()).unwrap_or(u64::MAX);
    let mut line: Option<Box<dyn Stream>> = None;
    let mut buffer = [0; 256];
    loop {
        let said = station.poll(now());
        send(&mut line, &said).await;
        let wake = power_on + Duration::from_millis(station.next_poll().max(now() + 1));
        tokio::select! {
            request = requests.recv() => match request {
                None => return,
                Some(Request::Attach(stream)) => line = Some(stream),
                Some(Request::Car { word, answer }) => {
                    // Whoever asked may have gone.
                    let _ = answer.send(station.car(&word, now()));
                }
            },
            count = receive(&mut line, &mut buffer) => match count {
                Some(count) => {
                    let said = station.receive(&buffer[..count], now());
                    send(&mut line, &said).await;
                }
                None => line = None,
            },
            () = sleep_until(wake.into()) => {}
        }
    }
}

/// `None` when the client has gone.
async fn receive(line: &mut Option<Box<dyn Stream>>, buffer: &mut [u8]) -> Option<usize> {
    match line {
        Some(line) => line.read(buffer).await.ok().filter(|&count| count > 0),
        None => std::future::pending().await,
    }
}

/// What nobody listens to is lost, as on a real line.
async fn send(line: &mut Option<Box<dyn Stream>>, bytes: &[u8]) {
    let Some(stream) = line else { return };
    if bytes.is_empty() {
        return;
    }
    let written = timeout(WRITE_TIMEOUT, async {
        stream.write_all(bytes).await?;
        stream.flush().await
    });
    if let Ok(Err(_gone)) = written.await {
        *line = None;
    }
}
