//! A controller at the end of a line that loses what a test says, in virtual time: a day passes at once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use rapi_client::types::{Amps, Seconds};
use rapi_core::AnyCommand;
use rapi_core::commands::ClearBootLock;
use rapi_sim::{Config, Station, Timing};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

use super::*;
use crate::evse::Outcome;

/// What becomes of a command.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Answered,
    /// It does not arrive.
    Lost,
    /// Its answer does not.
    Unheard,
}

/// A session with a simulated controller, and what can be known of it.
struct Bench {
    /// The lines in their order: `> ` and a command without its id, `< ` and what the controller said.
    log: Arc<Mutex<Vec<String>>>,
    snapshots: watch::Receiver<Snapshot>,
    events: mpsc::UnboundedReceiver<Event>,
    cut: mpsc::UnboundedSender<()>,
    jobs: mpsc::Sender<Job>,
    _own: mpsc::Sender<Job>,
}

impl Bench {
    /// `fate` is asked with each command, and how often there was one like it before; and with what the
    /// controller says by itself.
    fn new(
        config: Config,
        care: Care,
        fate: impl FnMut(&str, usize) -> Fate + Send + 'static,
    ) -> Self {
        let (near, far) = duplex(256);
        let log = Arc::default();
        let (cut, power) = mpsc::unbounded_channel();
        tokio::spawn(controller(far, Station::new(config), Arc::clone(&log), power, fate));
        let ((jobs, asked), (own, wanted)) = (mpsc::channel(1), mpsc::channel(1));
        let (connected, _) = watch::channel(false);
        let (events, told) = mpsc::unbounded_channel();
        let (snapshots, newest) = watch::channel(Snapshot::default());
        tokio::spawn(async move {
            let teller = Teller { events, snapshots };
            let mut jobs = Jobs { asked, own: wanted };
            let _ = Session::new(Box::new(near), care).run(&mut jobs, &connected, &teller).await;
        });
        Self { log, snapshots: newest, events: told, cut, jobs, _own: own }
    }

    fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    /// How often this was sent.
    fn sent(&self, command: &str) -> usize {
        self.log().iter().filter(|line| line.strip_prefix("> ") == Some(command)).count()
    }

    /// Has a command carried out that somebody has asked for.
    async fn ask(&self, command: AnyCommand) -> Outcome {
        let (outcome, answered) = oneshot::channel();
        let job = Job { command, seq: None, outcome };
        self.jobs.send(job).await.unwrap_or_else(|_| panic!("the session has ended"));
        answered.await.unwrap()
    }

    fn restarts(&mut self) -> usize {
        let events = std::iter::from_fn(|| self.events.try_recv().ok());
        events.filter(|event| matches!(event, Event::Restarted)).count()
    }
}

/// Without what differs from one time to the next: checksum and id.
fn words(line: &str) -> &str {
    line.split(['^', ':']).next().unwrap_or_default().trim()
}

async fn controller(
    mut line: DuplexStream,
    mut station: Station,
    log: Arc<Mutex<Vec<String>>>,
    mut power: mpsc::UnboundedReceiver<()>,
    mut fate: impl FnMut(&str, usize) -> Fate,
) {
    let begin = Instant::now();
    let now = || u64::try_from(begin.elapsed().as_millis()).unwrap();
    let (mut buffer, mut command) = ([0; 64], Vec::new());
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    // It was on before the session came: nobody heard of its start.
    let _ = station.poll(0);
    loop {
        let mut said = station.poll(now());
        tokio::select! {
            count = line.read(&mut buffer) => {
                let Ok(1..) = count else { return };
                for &byte in &buffer[..count.unwrap()] {
                    command.push(byte);
                    if byte != b'\r' {
                        continue;
                    }
                    let text = String::from_utf8_lossy(&command).into_owned();
                    let text = format!("> {}", words(&text));
                    let before = times.entry(text.clone()).or_insert(0);
                    let fate = fate(&text[2..], *before);
                    *before += 1;
                    log.lock().unwrap().push(text);
                    let answer = match fate {
                        Fate::Lost => Vec::new(),
                        _ => station.receive(&command, now()),
                    };
                    said.extend(if fate == Fate::Unheard { Vec::new() } else { answer });
                    command.clear();
                }
            }
            Some(()) = power.recv() => station.power_cycle(now()),
            () = sleep_until(begin + Duration::from_millis(station.next_poll().max(now() + 1))) => {}
        }
        said.extend(station.poll(now()));
        for said in said.split_inclusive(|&byte| byte == b'\r') {
            let text = String::from_utf8_lossy(said);
            if text.starts_with("$A") && fate(words(&text), 0) != Fate::Answered {
                continue;
            }
            log.lock().unwrap().push(format!("< {}", words(&text)));
            if line.write_all(said).await.is_err() {
                return;
            }
        }
    }
}

fn supervised() -> Care {
    let heartbeat = HeartbeatSupervisor::new(Seconds(30), Amps(6)).unwrap();
    Care { heartbeat: Some(heartbeat), ..Care::default() }
}

fn seconds(seconds: u64) -> tokio::time::Sleep {
    sleep(Duration::from_secs(seconds))
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_to_the_supervision_does_not_end_it() {
    for lost in ["$SY", "$SY 30 6"] {
        for fate in [Fate::Lost, Fate::Unheard] {
            let each = move |command: &str, before| {
                if command == lost && before == 0 { fate } else { Fate::Answered }
            };
            let bench = Bench::new(Config::default(), supervised(), each);
            seconds(300).await;
            let log = bench.log();
            // Each 10 s, and none was missed.
            assert!(bench.sent("$SY") >= 28, "{log:#?}");
            assert!(!log.iter().any(|line| line == "< $OK 30 6 2"), "{log:#?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn supervision_that_is_as_it_should_be_is_not_written_again() {
    let mut bench = Bench::new(Config::default(), supervised(), |_, _| Fate::Answered);
    seconds(5).await;
    bench.cut.send(()).unwrap();
    seconds(60).await;
    assert_eq!(bench.sent("$SY 30 6"), 1, "{:#?}", bench.log());
    assert_eq!(bench.restarts(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_controller_that_missed_the_heartbeat_gives_the_current_back_and_that_is_told() {
    // Some pulses do not arrive; all else does, so that the line is not taken for dead.
    let each = |command: &str, before| {
        if command == "$SY" && (2..12).contains(&before) { Fate::Lost } else { Fate::Answered }
    };
    let mut bench = Bench::new(Config::default(), supervised(), each);
    seconds(5).await;
    // Nothing is supervised before.
    assert!(bench.ask(AnyCommand::ClearBootLock(ClearBootLock)).await.unwrap().accepted);
    seconds(300).await;
    assert_eq!((bench.sent("$SY 165"), bench.restarts()), (1, 1), "{:#?}", bench.log());
}

#[tokio::test(start_paused = true)]
async fn a_controller_without_supervision_is_asked_once() {
    let firmware = "5.1.0".parse().unwrap();
    let config = Config { firmware, ..Config::default() };
    let bench = Bench::new(config, supervised(), |_, _| Fate::Answered);
    seconds(300).await;
    let asked = bench.log().iter().filter(|line| line.starts_with("> $SY")).count();
    assert_eq!(asked, 1);
    assert!(bench.snapshots.borrow().state.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_controller_that_boots_is_left_alone_until_it_is_back() {
    // It says so; or that is lost, and nobody waits for ever.
    for is_back in ["$AB", "the time is over"] {
        let each = move |line: &str, _| {
            let lost = line.starts_with("$AB") && is_back != "$AB";
            if lost { Fate::Lost } else { Fate::Answered }
        };
        let config = Config { timing: Timing::Real, ..Config::default() };
        let care = Care { set_clock: true, ..supervised() };
        let mut bench = Bench::new(config, care, each);
        seconds(30).await;
        bench.log.lock().unwrap().clear();
        bench.restarts();
        bench.cut.send(()).unwrap();
        seconds(60).await;
        let log = bench.log();
        let begun = log.iter().position(|line| line.starts_with("< $AT 00")).unwrap();
        let place = |words: &str| log[begun..].iter().position(|line| line.starts_with(words));
        let firsts = ["> $SY", "> $S1", "> $GS"].map(|command| place(command).unwrap());
        if let Some(back) = place("< $AB") {
            // What was under way has no answer; nothing new is begun.
            assert!(firsts.iter().all(|first| *first > back), "{log:#?}");
        }
        assert_eq!(bench.restarts(), 1, "{is_back}: {log:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_was_not_taken_is_set_again_at_once_and_then_once_a_day() {
    for fate in [Fate::Lost, Fate::Unheard] {
        let mut lost = 0;
        let each = move |command: &str, _| {
            let first = command.starts_with("$S1") && lost < 2;
            lost += usize::from(first);
            if first { fate } else { Fate::Answered }
        };
        let care = Care { set_clock: true, ..Care::default() };
        let bench = Bench::new(Config::default(), care, each);
        let sets = || bench.log().iter().filter(|line| line.starts_with("> $S1")).count();
        seconds(20).await;
        assert_eq!(sets(), 3, "{:#?}", bench.log());
        // In one leap: a poll each second of a day takes its time.
        tokio::time::advance(Duration::from_secs(24 * 3600)).await;
        seconds(5).await;
        assert_eq!(sets(), 4);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_known_stays_known_when_a_line_is_lost() {
    let firmware = "9.4.0".parse().unwrap();
    let config = Config { firmware, ..Config::default() };
    let each = |command: &str, before| match (command, before) {
        ("$GP", 1) | ("$GZ", 0) => Fate::Unheard,
        _ => Fate::Answered,
    };
    let bench = Bench::new(config, Care::default(), each);
    seconds(15).await;
    let snapshot = *bench.snapshots.borrow();
    assert_eq!(bench.sent("$GP"), 2);
    assert!(snapshot.temperatures.is_some() && snapshot.frequency.is_some(), "{snapshot:?}");
}
