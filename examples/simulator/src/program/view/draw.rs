//! The screen, for 80 columns and 24 lines.

use ratatui_core::layout::{Constraint, Layout, Rect};
use ratatui_core::style::{Color, Modifier, Style, Stylize as _};
use ratatui_core::terminal::Frame;
use ratatui_core::text::{Line, Span};
use ratatui_widgets::block::Block;
use ratatui_widgets::gauge::LineGauge;
use ratatui_widgets::paragraph::Paragraph;

use super::Screen;
use crate::Snapshot;

pub(super) fn draw(frame: &mut Frame<'_>, screen: &Screen<'_>) {
    let answer = screen.answer.lines().count().clamp(1, 10) as u16;
    let [title, upper, line, words, input] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(9),
        Constraint::Min(3),
        Constraint::Length(answer),
        Constraint::Length(1),
    ])
    .areas(frame.area());
    let [left, right] =
        Layout::horizontal([Constraint::Length(24), Constraint::Min(30)]).areas(upper);
    let [display, car] =
        Layout::vertical([Constraint::Length(4), Constraint::Length(5)]).areas(left);
    draw_title(frame, title, screen);
    draw_display(frame, display, &screen.snapshot);
    draw_car(frame, car, &screen.snapshot);
    draw_station(frame, right, &screen.snapshot);
    draw_line(frame, line, screen);
    frame.render_widget(Paragraph::new(screen.answer.as_str()).dim(), words);
    let prompt = format!("> {}", screen.input);
    let column = input.x + prompt.chars().count() as u16;
    frame.render_widget(Paragraph::new(prompt), input);
    frame.set_cursor_position((column.min(input.right().saturating_sub(1)), input.y));
}

fn draw_title(frame: &mut Frame<'_>, area: Rect, screen: &Screen<'_>) {
    let Snapshot { firmware, clock, speed, .. } = &screen.snapshot;
    let member = &screen.members[screen.shown];
    let which = match screen.members.len() {
        1 => String::new(),
        count => format!(" · {} of {count}, Tab", member.number),
    };
    let speed = if (*speed - 1.0).abs() < 1e-9 { String::new() } else { format!(" ×{speed}") };
    let left = format!("OpenEVSE {firmware} · {}{which}", member.place);
    let right = format!("{}{speed}", clock.replace('T', " "));
    frame.render_widget(Line::from(left).bold(), area);
    frame.render_widget(Line::from(right).right_aligned(), area);
}

/// As the real one: letters on a lit ground.
fn draw_display(frame: &mut Frame<'_>, area: Rect, snapshot: &Snapshot) {
    let ground = match &*snapshot.lcd.colour {
        "red" => Color::Red,
        "green" => Color::Green,
        "yellow" => Color::Yellow,
        "blue" => Color::Blue,
        "violet" => Color::Magenta,
        "teal" => Color::Cyan,
        "white" => Color::White,
        _ => Color::DarkGray,
    };
    let style = Style::new().bg(ground).fg(Color::Black).add_modifier(Modifier::BOLD);
    let block = Block::bordered().title(" display ");
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let lines = snapshot.lcd.lines.iter().map(|line| Line::styled(format!("{line:16}"), style));
    let glass = Rect { x: inside.x + 3, width: inside.width.min(16), ..inside };
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), glass);
}

fn draw_car(frame: &mut Frame<'_>, area: Rect, snapshot: &Snapshot) {
    let car = &snapshot.vehicle;
    let wants = match (car.connected, &*car.pilot_state) {
        (false, _) => "not plugged in",
        _ if car.asleep => "sleeps",
        _ if car.full => "is full",
        (_, "B") => "asks for nothing",
        (_, "C") => "asks for energy",
        (_, "D") => "needs ventilation",
        _ => "is broken",
    };
    let battery = if car.capacity_wh > 0.0 {
        format!("battery {:.1} %", car.soc)
    } else {
        "a battery without end".to_owned()
    };
    let amps = format!("takes up to {} A", car.max_amps);
    let text = vec![Line::from(wants), Line::from(battery), Line::from(amps)];
    frame.render_widget(Paragraph::new(text).block(Block::bordered().title(" car ")), area);
}

fn draw_station(frame: &mut Frame<'_>, area: Rect, snapshot: &Snapshot) {
    let block = Block::bordered().title(" station ");
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let amps = f64::from(snapshot.current_ma) / 1000.0;
    let volts = f64::from(snapshot.voltage_mv.unwrap_or(0)) / 1000.0;
    let relay = if snapshot.relay_closed { "relay closed" } else { "relay open" };
    let lock = if snapshot.boot_locked { ", boot-locked: send $SB" } else { "" };
    let time = |s: u32| format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
    let celsius =
        [snapshot.temperatures.ds3231, snapshot.temperatures.mcp9808, snapshot.temperatures.tmp007];
    let celsius = celsius.map(|t| t.map_or("-".to_owned(), |t| format!("{t:.1} °C")));
    let [gfi, ground, stuck] = snapshot.eeprom.trips;
    let row = |name: &str, text: String| {
        Line::from(vec![Span::from(format!("{name:8}")).dim(), Span::from(text)])
    };
    let rows = vec![
        row("state", format!("{}{lock}", snapshot.state)),
        row("pilot", format!("{}, {} A, {relay}", snapshot.pilot_state, snapshot.pilot_amps)),
        row("draws", format!("{amps:.1} A, {:.2} kW", amps * volts / 1000.0)),
        row(
            "session",
            format!(
                "{:.2} kWh in {}",
                f64::from(snapshot.session_ws) / 3_600_000.0,
                time(snapshot.elapsed_s)
            ),
        ),
        row(
            "total",
            format!(
                "{:.1} kWh, EEPROM written {} times",
                f64::from(snapshot.total_wh) / 1000.0,
                snapshot.eeprom.writes
            ),
        ),
        row("inside", celsius.join(", ")),
    ];
    let [text, gauge] =
        Layout::vertical([Constraint::Length(6), Constraint::Length(1)]).areas(inside);
    frame.render_widget(Paragraph::new(rows), text);
    let ratio = if snapshot.pilot_amps == 0 { 0.0 } else { amps / f64::from(snapshot.pilot_amps) };
    let faults = format!("trips: GFI {gfi}, ground {ground}, relay {stuck}");
    let [bar, trips] =
        Layout::horizontal([Constraint::Min(10), Constraint::Length(faults.len() as u16 + 1)])
            .areas(gauge);
    let meter = LineGauge::default()
        .ratio(ratio.clamp(0.0, 1.0))
        .filled_style(Style::new().fg(Color::Green));
    frame.render_widget(meter, bar);
    frame.render_widget(Line::from(faults).right_aligned().dim(), trips);
}

fn draw_line(frame: &mut Frame<'_>, area: Rect, screen: &Screen<'_>) {
    let block = Block::bordered().title(" line: → to the station, ← from it, ! from outside ");
    let height = usize::from(block.inner(area).height);
    let skip = screen.history.len().saturating_sub(height);
    let lines = screen.history.iter().skip(skip).map(|line| {
        let time = Span::from(format!("{:10.3} ", line.at_ms / 1000.0)).dim();
        Line::from(vec![time, Span::from(format!("{} {}", line.mark, line.text))])
    });
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()).block(block), area);
}
