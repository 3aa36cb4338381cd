//! The task of a station: its clock, its line, its client.

use std::collections::VecDeque;
use std::pin::pin;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::{sleep_until, timeout};

use super::{Planned, Request, Seen, What, World};
use crate::line::{Direction, Line};
use crate::timebase::Timebase;
use crate::{Command, Snapshot, Station, Time};

/// How long a client may refuse to take a line before that line is lost, as on a real one.
const WRITE_TIMEOUT: Duration = Duration::from_millis(200);

pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

pub(super) struct Runner {
    station: Station,
    time: Timebase,
    line: Line,
    client: Option<Box<dyn Stream>>,
    watchers: Vec<mpsc::Sender<Seen>>,
    plan: VecDeque<Planned>,
}

impl Runner {
    pub(super) fn new(world: World, station: Station) -> Self {
        Self {
            station,
            time: Timebase::new(world.speed),
            line: Line::new(world.line, world.seed),
            client: None,
            watchers: Vec::new(),
            plan: VecDeque::new(),
        }
    }

    pub(super) async fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        let mut buffer = [0; 256];
        let mut alarm = pin!(sleep_until(Instant::now().into()));
        let mut now = 0;
        // Whoever has just been answered has brought the station up to date.
        let mut answered = false;
        loop {
            if !answered || !self.line.is_perfect() {
                now = self.now();
                self.follow_plan(now).await;
                let said = self.station.poll(now);
                self.say(said, now).await;
                self.deliver(now).await;
            }
            answered = false;
            let planned = self.plan.front().map(|planned| planned.at_ms);
            let next = [self.line.next(), planned].into_iter().flatten();
            let next = next.fold(self.station.next_poll(), u64::min);
            let wake = self.time.instant(next.max(now + 1)).into();
            // To wake too early costs less than to set the alarm for each request.
            if alarm.is_elapsed() || wake < alarm.deadline() {
                alarm.as_mut().reset(wake);
            }
            tokio::select! {
                request = requests.recv() => match request {
                    Some(request) => self.obey(request).await,
                    None => return,
                },
                count = receive(&mut self.client, &mut buffer) => match count {
                    Some(count) => {
                        now = self.hear(&buffer[..count]).await;
                        answered = true;
                    }
                    None => self.client = None,
                },
                () = &mut alarm => {}
            }
        }
    }

    /// The station counts whole milliseconds.
    fn now(&self) -> u64 {
        self.time.now_ms() as u64
    }

    async fn obey(&mut self, request: Request) {
        // Whoever asked may have gone.
        match request {
            Request::Attach(stream) => self.client = Some(stream),
            Request::Watch(watcher) => self.watchers.push(watcher),
            Request::Plan(plan) => self.plan = plan.into(),
            Request::Snapshot(answer) => {
                let now = self.now();
                let said = self.station.poll(now);
                self.say(said, now).await;
                let (speed, line) = (self.time.speed(), self.line.faults());
                let _ = answer.send(Snapshot::new(&self.station, now, speed, line));
            }
            Request::Command(command, answer) => {
                let done = self.carry_out(&command, self.now());
                if done.is_ok() {
                    self.show(What::Command(command)).await;
                }
                let _ = answer.send(done);
            }
        }
    }

    /// Does what is due, each at its time, also when time has jumped.
    async fn follow_plan(&mut self, now: u64) {
        while self.plan.front().is_some_and(|planned| planned.at_ms <= now) {
            let Some(Planned { at_ms, command }) = self.plan.pop_front() else { return };
            let said = self.station.poll(at_ms);
            self.say(said, at_ms).await;
            let what = match self.carry_out(&command, at_ms) {
                Ok(()) => What::Command(command),
                Err(problem) => What::Refused(command, problem),
            };
            self.show(what).await;
        }
    }

    fn carry_out(&mut self, command: &Command, now: u64) -> Result<(), String> {
        command.check()?;
        match command {
            Command::Line(change) => {
                let faults = self.line.faults().with(change)?;
                self.line.set_faults(faults);
                Ok(())
            }
            Command::Time(Time { clock, advance_s, speed }) => {
                if let Some(speed) = *speed {
                    self.time.set_speed(speed);
                }
                if let Some(seconds) = *advance_s {
                    self.time.advance(seconds);
                }
                match clock {
                    Some(_) => self.station.command(command, self.now()),
                    None => Ok(()),
                }
            }
            other => self.station.command(other, now),
        }
    }

    /// Bytes of the client; returns when they came.
    async fn hear(&mut self, bytes: &[u8]) -> u64 {
        let now = self.now();
        if self.line.is_perfect() {
            self.take(bytes, now).await;
        } else {
            self.line.carry(Direction::ToStation, bytes, now);
        }
        now
    }

    /// Bytes that have reached the station.
    async fn take(&mut self, bytes: &[u8], now: u64) {
        self.show(What::Sent(bytes.to_vec())).await;
        let said = self.station.receive(bytes, now);
        self.say(said, now).await;
    }

    /// Bytes of the station.
    async fn say(&mut self, bytes: Vec<u8>, now: u64) {
        if bytes.is_empty() {
            return;
        }
        if self.line.is_perfect() {
            send(&mut self.client, &bytes).await;
        } else {
            self.line.carry(Direction::ToClient, &bytes, now);
        }
        self.show(What::Received(bytes)).await;
    }

    /// Hands over what has arrived on a line with faults.
    async fn deliver(&mut self, now: u64) {
        if self.line.is_perfect() {
            return;
        }
        let bytes = self.line.arrived(Direction::ToStation, now);
        if !bytes.is_empty() {
            self.take(&bytes, now).await;
        }
        let bytes = self.line.arrived(Direction::ToClient, now);
        send(&mut self.client, &bytes).await;
    }

    async fn show(&mut self, what: What) {
        if self.watchers.is_empty() {
            return;
        }
        let seen = Seen { at_ms: self.time.now_ms(), what };
        let mut watchers = core::mem::take(&mut self.watchers);
        let mut gone = Vec::new();
        for (place, watcher) in watchers.iter().enumerate() {
            if watcher.send(seen.clone()).await.is_err() {
                gone.push(place);
            }
        }
        for place in gone.into_iter().rev() {
            watchers.swap_remove(place);
        }
        self.watchers = watchers;
    }
}

/// `None` when the client has gone.
async fn receive(client: &mut Option<Box<dyn Stream>>, buffer: &mut [u8]) -> Option<usize> {
    match client {
        Some(client) => client.read(buffer).await.ok().filter(|&count| count > 0),
        None => std::future::pending().await,
    }
}

/// What nobody listens to is lost, as on a real line.
async fn send(client: &mut Option<Box<dyn Stream>>, bytes: &[u8]) {
    let Some(stream) = client else { return };
    if bytes.is_empty() {
        return;
    }
    let written = timeout(WRITE_TIMEOUT, async {
        stream.write_all(bytes).await?;
        stream.flush().await
    });
    if let Ok(Err(_gone)) = written.await {
        *client = None;
    }
}
