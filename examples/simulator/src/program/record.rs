//! Writing down what happens on a line, in the format of the recordings.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::recording::{Record, text};
use crate::{Command, Handle, Seen, VehicleChange, Wants, What};

/// After this long a line is silent.
const SILENCE_MS: f64 = 200.0;
/// How long an answer is waited for.
const LATEST_MS: f64 = 2700.0;
/// How long nothing may happen, in real time, before what is known is written.
const IDLE: Duration = Duration::from_millis(500);

/// A recording that goes on.
pub struct Recording {
    goes_on: oneshot::Sender<()>,
    written: JoinHandle<()>,
}

impl Recording {
    /// Writes down what happens on the line of a station.
    ///
    /// # Errors
    ///
    /// A file that cannot be made.
    pub async fn start(path: &Path, station: &Handle) -> anyhow::Result<Self> {
        let name = path.display();
        let file = File::create(path).with_context(|| format!("cannot make {name}"))?;
        let watched = station.watch().await;
        let (goes_on, end) = oneshot::channel();
        let written = tokio::spawn(async move {
            if let Err(problem) = write(file, watched, end).await {
                eprintln!("rapi-sim: the recording ends: {problem:#}");
            }
        });
        Ok(Self { goes_on, written })
    }

    /// Ends it, with what has been seen so far.
    pub async fn end(self) {
        drop(self.goes_on);
        // What went wrong has been told.
        let _ = self.written.await;
    }
}

async fn write(
    mut file: File,
    mut watched: mpsc::Receiver<Seen>,
    mut end: oneshot::Receiver<()>,
) -> anyhow::Result<()> {
    let mut recorder = Recorder::default();
    let mut keep = |record: Option<Record>| {
        let Some(record) = record else { return Ok(()) };
        let mut line = serde_json::to_vec(&record)?;
        line.push(b'\n');
        file.write_all(&line).context("cannot write")
    };
    loop {
        tokio::select! {
            biased;
            seen = timeout(IDLE, watched.recv()) => match seen {
                Ok(Some(seen)) => keep(recorder.see(&seen))?,
                Ok(None) => break,
                Err(_idle) => keep(recorder.idle())?,
            },
            _ = &mut end => break,
        }
    }
    keep(recorder.finish())
}

/// Groups what is seen into records.
#[derive(Debug, Default)]
pub struct Recorder {
    open: Option<Record>,
    /// From when the times of the open record count.
    begin_ms: f64,
    last_ms: f64,
}

impl Recorder {
    /// Takes what was seen; returns the record that has ended by it.
    pub fn see(&mut self, Seen { at_ms, what }: &Seen) -> Option<Record> {
        let at_ms = *at_ms;
        match what {
            What::Sent(bytes) => {
                let unfinished = self.open.as_mut().filter(|open| {
                    open.recv.is_empty() && !open.send.is_empty() && !open.send.ends_with(b"\r")
                });
                if let Some(open) = unfinished {
                    open.send.extend(bytes);
                    self.begin_ms = at_ms;
                    self.last_ms = at_ms;
                    return None;
                }
                self.replace(Record { send: bytes.clone(), ..Record::default() }, at_ms)
            }
            What::Received(bytes) => self.receive(bytes, at_ms),
            What::Command(command) => {
                let note = command.describe();
                let pilot = pilot_after(command).map(str::to_owned);
                let wait = Record { note, pilot, ..Record::default() };
                self.replace(wait, at_ms)
            }
            What::Refused(..) => None,
        }
    }

    /// Nothing has happened for a while: an exchange is over, a wait goes on.
    pub fn idle(&mut self) -> Option<Record> {
        self.open.take_if(|open| !open.send.is_empty()).map(rounded)
    }

    /// Returns what is left at the end.
    pub fn finish(&mut self) -> Option<Record> {
        self.close(self.last_ms)
    }

    fn receive(&mut self, bytes: &[u8], at_ms: f64) -> Option<Record> {
        let ended = match &self.open {
            None => true,
            Some(open) if open.send.is_empty() => false,
            Some(open) => {
                let patience = if open.recv.is_empty() { LATEST_MS } else { SILENCE_MS };
                at_ms - self.last_ms > patience
            }
        };
        let done = if ended { self.replace(Record::default(), at_ms) } else { None };
        self.last_ms = at_ms;
        let since = at_ms - self.begin_ms;
        if let Some(open) = &mut self.open {
            open.late |= !open.send.is_empty() && open.recv.is_empty() && since > SILENCE_MS;
            open.ms.get_or_insert(since);
            open.ms_last = Some(since);
            if open.send.is_empty() {
                for line in bytes.split_inclusive(|&byte| byte == b'\r') {
                    open.lines.push((since, text(line)));
                }
            }
            open.recv.extend(bytes);
        }
        done
    }

    fn replace(&mut self, new: Record, at_ms: f64) -> Option<Record> {
        let done = self.close(at_ms);
        self.open = Some(new);
        self.begin_ms = at_ms;
        self.last_ms = at_ms;
        done
    }

    fn close(&mut self, at_ms: f64) -> Option<Record> {
        let mut open = self.open.take()?;
        if open.send.is_empty() {
            open.waited_ms = Some(at_ms - self.begin_ms);
        }
        Some(rounded(open))
    }
}

/// Microseconds are enough.
fn rounded(mut record: Record) -> Record {
    let times = [&mut record.ms, &mut record.ms_last, &mut record.waited_ms];
    let times = times.into_iter().flatten().chain(record.lines.iter_mut().map(|(ms, _)| ms));
    for time in times {
        *time = (*time * 1000.0).round() / 1000.0;
    }
    record
}

/// The state of the vehicle that a command sets, where it does.
const fn pilot_after(command: &Command) -> Option<&'static str> {
    let Command::Vehicle(VehicleChange { connected, wants, .. }) = command else { return None };
    match (connected, wants) {
        (Some(false), _) => Some("A"),
        (_, Some(Wants::Energy)) => Some("C"),
        (_, Some(Wants::Ventilation)) => Some("D"),
        (_, Some(Wants::Nothing)) => Some("B"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(at_ms: f64, what: What) -> Seen {
        Seen { at_ms, what }
    }

    #[test]
    fn exchanges_and_waits_become_records() {
        let mut recorder = Recorder::default();
        let mut records = Vec::new();
        let plug = VehicleChange { wants: Some(Wants::Nothing), ..VehicleChange::default() };
        for what in [
            seen(10.0, What::Sent(b"$G".to_vec())),
            seen(11.0, What::Sent(b"S^30\r".to_vec())),
            seen(23.5, What::Received(b"$OK fe 0 01 0200^12\r".to_vec())),
            seen(1000.0, What::Command(Command::Vehicle(plug))),
            seen(1363.0, What::Received(b"$AT 02 02 24 0700^30\r".to_vec())),
            seen(4000.0, What::Sent(b"$S5 1^53\r".to_vec())),
            seen(4317.5, What::Received(b"$OK^20\r".to_vec())),
            seen(5000.0, What::Received(b"$AT 01\r".to_vec())),
        ] {
            records.extend(recorder.see(&what));
        }
        records.extend(recorder.finish());
        let sent: Vec<String> = records.iter().map(|record| text(&record.send)).collect();
        assert_eq!(sent, ["$GS^30\r", "", "$S5 1^53\r", ""]);
        assert_eq!((records[0].ms, records[0].late), (Some(12.5), false));
        assert_eq!(records[1].pilot.as_deref(), Some("B"));
        assert_eq!(records[1].lines, [(363.0, "$AT 02 02 24 0700^30\r".to_owned())]);
        assert_eq!(records[1].waited_ms, Some(3000.0));
        assert_eq!((records[2].ms, records[2].late), (Some(317.5), true));
        assert_eq!(records[3].recv, b"$AT 01\r");
    }

    #[test]
    fn what_is_written_reads_like_the_recordings() {
        let line = r#"{"send":"$GS^30\r","recv":"ÿ$OK^20\r","ms":12.5,"note":"","ms_last":13.0}"#;
        let record: Record = serde_json::from_str(line).unwrap();
        assert_eq!(record.recv[0], 0xff);
        assert_eq!(serde_json::to_string(&record).unwrap(), line);
    }
}
