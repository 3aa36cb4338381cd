//! The line to the station: connects, keeps the newest values, carries commands out.

mod session;

use std::fmt;
use std::time::Duration;

use anyhow::{Context as _, bail};
use rapi_client::commands::Version;
use rapi_client::{HeartbeatSupervisor, SeqId};
use rapi_core::{AnyCommand, AnyResponse};
use rapi_sim::EvseAddress;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;
use tracing::Instrument as _;

use crate::delays::Delays;
use crate::status::Snapshot;
use session::Session;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// What the line has to tell, besides the newest values.
#[derive(Debug)]
pub enum Event {
    /// A station answers. It may have been another one before, or off.
    Connected(Version),
    /// It does not any more, or not yet; in words.
    Lost(String),
    /// The controller has restarted: it has forgotten what is volatile.
    Restarted,
}

/// What the line does by itself for the station.
#[derive(Clone, Copy, Debug, Default)]
pub struct Care {
    /// The controller goes down to a safe current when it hears nothing.
    pub heartbeat: Option<HeartbeatSupervisor>,
    /// The station's clock is set from this computer's.
    pub set_clock: bool,
}

/// The receiving ends of what the line tells. It never waits for whoever listens.
#[derive(Debug)]
pub struct Told {
    /// Rare.
    pub events: mpsc::UnboundedReceiver<Event>,
    /// The newest values; empty while there is no station.
    pub snapshots: watch::Receiver<Snapshot>,
}

struct Teller {
    events: mpsc::UnboundedSender<Event>,
    snapshots: watch::Sender<Snapshot>,
}

impl Teller {
    /// `false` when nobody listens any more.
    fn tell(&self, event: Event) -> bool {
        self.events.send(event).is_ok()
    }
}

/// What became of a command: the line that came back, or why none did.
pub type Outcome = Result<Answer, Failure>;

/// The line that came back, without CR; nothing for a command that is never answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// As the user would have got it.
    pub line: String,
    /// Whether it was `$OK`.
    pub accepted: bool,
    /// Its fields, if they are those that the command's answer has.
    pub decoded: Option<AnyResponse>,
}

/// Why a command has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// There is no station.
    NotConnected,
    /// Too many commands wait already.
    Busy,
    /// The controller has not answered in time.
    Timeout,
    /// It has, but the line was damaged on its way here.
    BadChecksum,
    /// Something else; in words.
    Line(String),
}

impl Failure {
    /// A word for programs.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NotConnected => "not_connected",
            Self::Busy => "busy",
            Self::Timeout => "timeout",
            Self::BadChecksum => "bad_checksum",
            Self::Line(_) => "line",
        }
    }

    /// Whether the command may have reached the station.
    #[must_use]
    pub const fn was_sent(&self) -> bool {
        !matches!(self, Self::NotConnected | Self::Busy)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotConnected => "the charging station is not connected",
            Self::Busy => "the charging station is busy: try again",
            Self::Timeout => "the charging station has not answered in time",
            Self::BadChecksum => "the answer of the charging station was damaged on its way",
            Self::Line(problem) => problem,
        })
    }
}

struct Job {
    command: AnyCommand,
    seq: Option<SeqId>,
    outcome: oneshot::Sender<Outcome>,
}

/// Carries commands to the station.
#[derive(Clone, Debug)]
pub struct Link {
    jobs: mpsc::Sender<Job>,
    /// What the bridge itself wants does not stand in the queue of strangers, however many come.
    own: mpsc::Sender<Job>,
    connected: watch::Receiver<bool>,
}

/// What there is to do, and by whose wish.
struct Jobs {
    asked: mpsc::Receiver<Job>,
    own: mpsc::Receiver<Job>,
}

impl Link {
    /// Queues a command that somebody has asked for; these are carried out in the order of the calls. The
    /// answer comes when the station has given it.
    ///
    /// # Errors
    ///
    /// Why it is not carried out, at once: a command must not wait for a station that
    /// comes back some time.
    pub fn submit(
        &self,
        command: AnyCommand,
        seq: Option<SeqId>,
    ) -> Result<impl Future<Output = Outcome> + use<>, Failure> {
        self.queue(&self.jobs, command, seq)
    }

    fn queue(
        &self,
        jobs: &mpsc::Sender<Job>,
        command: AnyCommand,
        seq: Option<SeqId>,
    ) -> Result<impl Future<Output = Outcome> + use<>, Failure> {
        if !*self.connected.borrow() {
            return Err(Failure::NotConnected);
        }
        let (outcome, answered) = oneshot::channel();
        jobs.try_send(Job { command, seq, outcome }).map_err(|_| Failure::Busy)?;
        Ok(async { answered.await.unwrap_or(Err(Failure::NotConnected)) })
    }

    /// Has a command of the bridge's own carried out, ahead of those that somebody has asked for, and waits
    /// for what becomes of it.
    pub async fn carry_out(&self, command: AnyCommand) -> Outcome {
        self.queue(&self.own, command, None)?.await
    }
}

impl Jobs {
    /// The next one: the bridge's own first. Nothing when nobody sends any more.
    async fn next(&mut self) -> Option<Job> {
        tokio::select! {
            biased;
            Some(job) = self.own.recv() => Some(job),
            job = self.asked.recv() => job,
        }
    }
}

/// Opens the line and keeps it open, on a task of its own. With `sim:` there is a car to talk to.
#[must_use]
pub fn start(address: EvseAddress, care: Care) -> (Link, Told, Option<rapi_sim::Handle>) {
    let (jobs, asked) = mpsc::channel(16);
    let (own, wanted) = mpsc::channel(4);
    let (connected, is_connected) = watch::channel(false);
    let (events, told) = mpsc::unbounded_channel();
    let (snapshots, newest) = watch::channel(Snapshot::default());
    let station = match address {
        EvseAddress::Sim(firmware) => {
            Some(rapi_sim::serve(rapi_sim::Config { firmware, ..rapi_sim::Config::default() }))
        }
        _ => None,
    };
    let teller = Teller { events, snapshots };
    let incoming = Jobs { asked, own: wanted };
    let keep = keep_connected(address, care, station.clone(), incoming, connected, teller);
    tokio::spawn(keep.in_current_span());
    (Link { jobs, own, connected: is_connected }, Told { events: told, snapshots: newest }, station)
}

async fn keep_connected(
    address: EvseAddress,
    care: Care,
    station: Option<rapi_sim::Handle>,
    mut jobs: Jobs,
    connected: watch::Sender<bool>,
    teller: Teller,
) {
    let mut delays = Delays::default();
    loop {
        let (was_connected, reason) = match connect(&address, station.as_ref()).await {
            Ok(stream) => {
                let mut session = Session::new(stream, care);
                let reason = match session.run(&mut jobs, &connected, &teller).await {
                    Ok(()) => return, // nobody listens any more
                    Err(reason) => reason,
                };
                (connected.send_replace(false), reason)
            }
            Err(reason) => (false, reason),
        };
        if was_connected {
            delays = Delays::default();
        }
        teller.snapshots.send_replace(Snapshot::default());
        if !teller.tell(Event::Lost(format!("{reason:#}"))) {
            return;
        }
        // Whoever waits for an answer hears at once that there will be none.
        while let Ok(job) = jobs.own.try_recv().or_else(|_| jobs.asked.try_recv()) {
            let _ = job.outcome.send(Err(Failure::NotConnected));
        }
        delays.wait().await;
    }
}

/// Why there is no serial port, and what to do.
fn no_port(error: std::io::Error) -> anyhow::Error {
    let hint = match (error.kind(), error.raw_os_error()) {
        (std::io::ErrorKind::NotFound, _) => {
            ": is the adapter plugged in? /dev/serial/by-id has all"
        }
        // EPERM, where a file's permissions give EACCES: the devices of a control group.
        (std::io::ErrorKind::PermissionDenied, Some(1)) => {
            ": it is not among the devices of the unit (DeviceAllow=) or of the container (--device)"
        }
        (std::io::ErrorKind::PermissionDenied, _) => ": the group dialout may",
        _ => "",
    };
    anyhow::anyhow!("cannot open the serial port: {error}{hint}")
}

async fn connect(
    address: &EvseAddress,
    station: Option<&rapi_sim::Handle>,
) -> anyhow::Result<Box<dyn Stream>> {
    match (address, station) {
        (EvseAddress::Sim(_), Some(station)) => {
            let (near, far) = tokio::io::duplex(256);
            station.attach(far).await;
            Ok(Box::new(near))
        }
        (EvseAddress::Sim(_), None) => bail!("there is no simulated station"),
        (EvseAddress::Http(_), _) => bail!("the bridge needs the serial line"),
        (EvseAddress::Serial(path), _) => {
            let port = serial2_tokio::SerialPort::open(path, 115_200).map_err(no_port)?;
            Ok(Box::new(port))
        }
        (EvseAddress::Tcp(address), _) => {
            let stream = timeout(CONNECT_TIMEOUT, TcpStream::connect(address))
                .await
                .map_err(anyhow::Error::from)
                .and_then(|stream| stream.map_err(anyhow::Error::from))
                .context("cannot connect")?;
            stream.set_nodelay(true)?;
            Ok(Box::new(stream))
        }
    }
}
