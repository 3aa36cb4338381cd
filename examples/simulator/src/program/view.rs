//! The stations on a terminal.

mod draw;

use std::collections::VecDeque;
use std::io::{Stdout, stdout};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use ratatui_core::terminal::Terminal;
use ratatui_crossterm::CrosstermBackend;
use ratatui_crossterm::crossterm::event::{
    self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers,
};
use ratatui_crossterm::crossterm::execute;
use ratatui_crossterm::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};

use super::{Member, recording, run};
use crate::{Seen, Snapshot, What};

const WORDS: &str = "words: plug, ask, stop, unplug, help";
/// How often the screen is drawn.
const FRAME: Duration = Duration::from_millis(200);
/// How much of the past is kept.
const HISTORY: usize = 200;

/// What is on the screen.
struct Screen<'a> {
    members: &'a [Member],
    shown: usize,
    snapshot: Snapshot,
    history: VecDeque<Line>,
    input: String,
    answer: String,
}

/// A line of the history.
struct Line {
    at_ms: f64,
    mark: &'static str,
    text: String,
}

/// Shows the stations until a person has seen enough.
///
/// # Errors
///
/// A terminal that is none.
pub(super) async fn run(
    members: &[Member],
    control: Option<SocketAddr>,
) -> anyhow::Result<ExitCode> {
    let mut keys = listen();
    let _raw = Raw::begin().context("cannot draw on this terminal; take --plain")?;
    let mut terminal = Terminal::new(CrosstermBackend::new(stdout()))?;
    show(members, control, &mut keys, &mut terminal).await?;
    Ok(ExitCode::SUCCESS)
}

/// A screen of its own; the terminal is as it was when this is dropped.
struct Raw;

impl Raw {
    fn begin() -> std::io::Result<Self> {
        enable_raw_mode()?;
        let raw = Self;
        execute!(stdout(), EnterAlternateScreen)?;
        Ok(raw)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // There is nothing better to do when a terminal cannot be restored.
        let _ = execute!(stdout(), LeaveAlternateScreen);
        let _ = disable_raw_mode();
    }
}

/// Keys come from a thread: reading them blocks.
fn listen() -> mpsc::Receiver<Event> {
    let (keys, pressed) = mpsc::channel(64);
    std::thread::spawn(move || {
        while let Ok(event) = event::read() {
            if keys.blocking_send(event).is_err() {
                return;
            }
        }
    });
    pressed
}

async fn show(
    members: &[Member],
    control: Option<SocketAddr>,
    keys: &mut mpsc::Receiver<Event>,
    terminal: &mut Terminal<CrosstermBackend<Stdout>>,
) -> anyhow::Result<()> {
    let first = members.first().context("there is no station")?;
    let mut screen = Screen {
        members,
        shown: 0,
        snapshot: first.handle.snapshot().await.map_err(anyhow::Error::msg)?,
        history: VecDeque::new(),
        input: String::new(),
        answer: match control {
            Some(address) => format!("{WORDS}; control interface: http://{address}"),
            None => WORDS.to_owned(),
        },
    };
    let mut watched = first.handle.watch().await;
    let mut frames = interval(FRAME);
    frames.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            _ = frames.tick() => {
                let handle = &members[screen.shown].handle;
                screen.snapshot = handle.snapshot().await.map_err(anyhow::Error::msg)?;
                terminal.draw(|frame| draw::draw(frame, &screen))?;
            }
            Some(seen) = watched.recv() => screen.remember(seen),
            event = keys.recv() => {
                let before = screen.shown;
                match event {
                    Some(Event::Key(key)) if key.kind != KeyEventKind::Release => {
                        if screen.press(key).await {
                            return Ok(());
                        }
                    }
                    Some(_) => {}
                    None => return Ok(()),
                }
                if before != screen.shown {
                    screen.history.clear();
                    watched = members[screen.shown].handle.watch().await;
                }
                frames.reset_immediately();
            }
        }
    }
}

impl Screen<'_> {
    fn remember(&mut self, Seen { at_ms, what }: Seen) {
        let (mark, text) = match what {
            What::Sent(bytes) => ("→", printable(&bytes)),
            What::Received(bytes) => ("←", printable(&bytes)),
            What::Command(command) => ("!", command.describe()),
            What::Refused(command, problem) => ("!", format!("{}: {problem}", command.describe())),
        };
        for text in text.lines().filter(|text| !text.is_empty()) {
            if self.history.len() == HISTORY {
                self.history.pop_front();
            }
            self.history.push_back(Line { at_ms, mark, text: text.to_owned() });
        }
    }

    /// Returns whether that is enough.
    async fn press(&mut self, key: KeyEvent) -> bool {
        let count = self.members.len();
        match key.code {
            KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                return true;
            }
            KeyCode::Tab | KeyCode::Down => self.shown = (self.shown + 1) % count,
            KeyCode::BackTab | KeyCode::Up => self.shown = (self.shown + count - 1) % count,
            KeyCode::Esc => self.input.clear(),
            KeyCode::Backspace => {
                self.input.pop();
            }
            KeyCode::Char(letter) => self.input.push(letter),
            KeyCode::Enter => {
                let line = core::mem::take(&mut self.input);
                let line = line.trim();
                if matches!(line, "quit" | "exit") {
                    return true;
                }
                if !line.is_empty() {
                    let said = run::say_to(self.members, self.shown, line).await;
                    self.answer = said.unwrap_or_else(|problem| problem);
                }
            }
            _ => {}
        }
        false
    }
}

/// A line for each line; what is no letter is shown as its number.
fn printable(bytes: &[u8]) -> String {
    let mut text = String::new();
    for c in recording::text(bytes).chars() {
        match c {
            '\r' => text.push('\n'),
            '\n' => {}
            ' '..='~' => text.push(c),
            other => text.push_str(&format!("\\x{:02x}", u32::from(other))),
        }
    }
    text
}
