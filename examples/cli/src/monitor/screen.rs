//! The live view that fills a terminal.

use std::collections::VecDeque;
use std::io::{self, Stdout};
use std::time::Duration;

use rapi_core::Notification;
use ratatui_core::layout::{Constraint, Layout};
use ratatui_core::style::{Color, Modifier, Style};
use ratatui_core::terminal::{Frame, Terminal};
use ratatui_core::text::{Line, Span};
use ratatui_crossterm::CrosstermBackend;
use ratatui_crossterm::crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use ratatui_crossterm::crossterm::execute;
use ratatui_crossterm::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui_widgets::block::Block;
use ratatui_widgets::borders::Borders;
use ratatui_widgets::paragraph::Paragraph;
use ratatui_widgets::sparkline::Sparkline;

use super::{View, time};
use crate::station::Station;
use crate::status::{ALL_ON, Status};

/// More than any terminal is wide.
const HISTORY: usize = 512;
const EVENTS: usize = 64;

/// The terminal, as it was found when this is dropped.
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    shown: Shown,
    _raw: Raw,
}

/// The terminal without echo and lines, until this is dropped.
struct Raw;

struct Shown {
    title: String,
    lines: Vec<(&'static str, String)>,
    /// In mA, the newest last.
    history: VecDeque<u64>,
    offered: u64,
    alarm: bool,
    events: VecDeque<(String, String)>,
    footer: String,
}

impl Screen {
    pub(super) fn open(title: String) -> anyhow::Result<Self> {
        enable_raw_mode()?;
        // From here on: what comes next may fail.
        let raw = Raw;
        execute!(io::stdout(), EnterAlternateScreen)?;
        let terminal = Terminal::new(CrosstermBackend::new(io::stdout()))?;
        let shown = Shown {
            title,
            lines: Vec::new(),
            history: VecDeque::new(),
            offered: 0,
            alarm: false,
            events: VecDeque::new(),
            footer: String::new(),
        };
        Ok(Self { terminal, shown, _raw: raw })
    }

    fn draw(&mut self) -> anyhow::Result<()> {
        let shown = &self.shown;
        self.terminal.draw(|frame| shown.draw(frame))?;
        Ok(())
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // There is nothing better to do when a terminal cannot be restored.
        let _ = execute!(io::stdout(), LeaveAlternateScreen);
        let _ = disable_raw_mode();
    }
}

impl Shown {
    fn draw(&self, frame: &mut Frame<'_>) {
        let values = u16::try_from(self.lines.len()).unwrap_or(u16::MAX);
        let [title, values, chart, events, footer] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Length(values),
            Constraint::Length(4),
            Constraint::Min(2),
            Constraint::Length(1),
        ])
        .areas(frame.area());
        let bold = Style::new().add_modifier(Modifier::BOLD);
        let dim = Style::new().add_modifier(Modifier::DIM);
        frame.render_widget(Line::styled(self.title.as_str(), bold), title);
        let lines: Vec<_> = self
            .lines
            .iter()
            .map(|(name, text)| {
                let style = match *name {
                    "State" if self.alarm => bold.fg(Color::Red),
                    "State" => bold.fg(Color::Green),
                    "Safety checks" if text != ALL_ON => bold.fg(Color::Red),
                    _ => Style::new(),
                };
                Line::from(vec![
                    Span::styled(format!(" {name:<15}"), dim),
                    Span::styled(text.as_str(), style),
                ])
            })
            .collect();
        frame.render_widget(Paragraph::new(lines), values);
        let width = usize::from(chart.width);
        let newest: Vec<u64> =
            self.history.iter().skip(self.history.len().saturating_sub(width)).copied().collect();
        let sparkline = Sparkline::default()
            .block(
                Block::new()
                    .borders(Borders::TOP)
                    .title(format!(" current, full height {} A ", self.offered / 1000)),
            )
            .data(newest)
            .max(self.offered)
            .style(Style::new().fg(Color::Green));
        frame.render_widget(sparkline, chart);
        let room = usize::from(events.height.saturating_sub(1));
        let told: Vec<_> = self
            .events
            .iter()
            .take(room)
            .map(|(time, text)| {
                Line::from(vec![Span::styled(format!(" {time}  "), dim), text.as_str().into()])
            })
            .collect();
        let block = Block::new().borders(Borders::TOP).title(" told by the station, newest first ");
        frame.render_widget(Paragraph::new(told).block(block), events);
        frame.render_widget(Line::styled(self.footer.as_str(), dim), footer);
    }
}

impl View for Screen {
    fn values(&mut self, station: &Station, status: &Status) -> anyhow::Result<()> {
        let shown = &mut self.shown;
        shown.lines = status.lines();
        shown.alarm = status.state.is_some_and(|state| state.evse.is_fault());
        let drawn = status.power.and_then(|power| power.current.0).map_or(0, |amps| amps.0);
        shown.history.push_back(u64::try_from(drawn).unwrap_or(0));
        if shown.history.len() > HISTORY {
            shown.history.pop_front();
        }
        let offered = status.settings.map_or(0, |settings| settings.amps.0);
        shown.offered = u64::from(offered.max(6)) * 1000;
        let lost = station.stats();
        shown.footer = format!(
            " q quits   {}   damaged lines: {}, late replies: {}",
            time(),
            lost.damaged,
            lost.stale
        );
        self.draw()
    }

    fn silence(&mut self, time: Duration) -> anyhow::Result<()> {
        let shown = &mut self.shown;
        shown.alarm = true;
        // The rest is what was true before, and what is not known any more says so first.
        let text = format!("no answer for {} s; below is what was", time.as_secs());
        match shown.lines.first_mut() {
            Some(("State", state)) => *state = text,
            _ => shown.lines.insert(0, ("State", text)),
        }
        self.draw()
    }

    fn notification(&mut self, notification: &Notification) -> anyhow::Result<()> {
        let text = format!("${} {notification}", notification.code());
        self.shown.events.push_front((time(), text));
        self.shown.events.truncate(EVENTS);
        self.draw()
    }

    fn is_over(&mut self) -> anyhow::Result<bool> {
        while event::poll(Duration::ZERO)? {
            match event::read()? {
                Event::Key(key) if key.kind == KeyEventKind::Press => match key.code {
                    KeyCode::Char('q') | KeyCode::Esc => return Ok(true),
                    KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                        return Ok(true);
                    }
                    _ => {}
                },
                Event::Resize(..) => self.draw()?,
                _ => {}
            }
        }
        Ok(false)
    }
}
