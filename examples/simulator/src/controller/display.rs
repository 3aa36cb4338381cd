//! The display: two lines of 16 characters and a colour.

use rapi_core::types::{EvseState, LcdColour};

/// What somebody in front of the station sees.
#[derive(Clone, Copy, Debug)]
pub(super) struct Display {
    lines: [[u8; 16]; 2],
    colour: LcdColour,
    /// Whether the controller draws; `F0 0` stops it.
    pub(super) updates: bool,
    /// What it has drawn last: it draws only what is new, so that other text stays until then.
    drawn: Option<Shown>,
}

/// What the controller writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) state: EvseState,
    pub(super) level_2: bool,
    pub(super) amps: u8,
    pub(super) session_wh: u32,
    pub(super) total_wh: u32,
    pub(super) elapsed: u32,
    /// Hour, minute, second.
    pub(super) time: (u8, u8, u8),
}

impl Default for Display {
    fn default() -> Self {
        Self { lines: [[b' '; 16]; 2], colour: LcdColour::WHITE, updates: true, drawn: None }
    }
}

impl Display {
    /// Writes text; what does not fit is not seen.
    pub(super) fn write(&mut self, column: u8, row: u8, text: &[u8]) {
        let Some(line) = self.lines.get_mut(usize::from(row)) else { return };
        let places = line.iter_mut().skip(usize::from(column));
        for (place, &byte) in places.zip(text) {
            *place = byte;
        }
    }

    pub(super) const fn set_colour(&mut self, colour: LcdColour) {
        self.colour = colour;
    }

    /// Draws it anew.
    pub(super) fn clear(&mut self) {
        self.lines = [[b' '; 16]; 2];
        self.drawn = None;
    }

    /// Draws what the controller has to say. A sleeping one leaves what lies beside its words.
    pub(super) fn draw(&mut self, mut shown: Shown) {
        let still = matches!(shown.state, EvseState::Sleeping | EvseState::Disabled);
        if !still {
            shown.time = (0, 0, 0);
        }
        if shown.state != EvseState::Charging {
            shown.elapsed = 0;
        }
        let before = self.drawn.replace(shown);
        if before == Some(shown) {
            return;
        }
        // Another state is another picture; in the same one only its words are written anew.
        if before.is_some_and(|before| before.state != shown.state) {
            self.lines = [[b' '; 16]; 2];
        }
        let Shown { state, level_2, amps, session_wh, total_wh, elapsed, time } = shown;
        let level = if level_2 { 2 } else { 1 };
        let (hour, minute, second) = time;
        let (name, colour) = name(state);
        self.colour = colour;
        self.write(0, 0, name.as_bytes());
        if still {
            self.write(10, 0, format!("L{level}:{amps}A").as_bytes());
            self.write(0, 1, format!("{hour:02}:{minute:02}:{second:02}").as_bytes());
        } else if !state.is_fault() {
            let first = format!("{name:<10}L{level}:{amps}A");
            self.write(0, 0, format!("{first:<16}").as_bytes());
            let second = if state == EvseState::Charging {
                let (hours, minutes) = (elapsed / 3600, elapsed / 60 % 60);
                format!("{session_wh:>5}Wh {hours:02}:{minutes:02}:{:02}", elapsed % 60)
            } else {
                format!("{session_wh:>5}Wh{:>6}kWh", total_wh / 1000)
            };
            self.write(0, 1, second.as_bytes());
        } else {
            self.write(0, 0, format!("{:<16}", "fault").as_bytes());
            self.write(0, 1, format!("{name:<16}").as_bytes());
        }
    }

    /// Returns what is in its memory, 16 bytes a line.
    pub(super) const fn lines(&self) -> [[u8; 16]; 2] {
        self.lines
    }

    /// Returns the two lines. Characters beyond ASCII are the display's own: shown as dots.
    pub(super) fn text(&self) -> [String; 2] {
        self.lines.map(|line| {
            let shown = |byte: u8| match byte {
                b' '..=b'~' => char::from(byte),
                0x11 | 0xfe => ' ',
                _ => '·',
            };
            line.into_iter().map(shown).collect()
        })
    }

    pub(super) const fn colour(&self) -> LcdColour {
        self.colour
    }
}

fn name(state: EvseState) -> (&'static str, LcdColour) {
    match state {
        EvseState::Starting => ("Starting", LcdColour::WHITE),
        EvseState::NotConnected => ("Ready", LcdColour::GREEN),
        EvseState::Connected => ("Connected", LcdColour::YELLOW),
        EvseState::Charging => ("Charging", LcdColour::TEAL),
        EvseState::Sleeping => ("Sleeping", LcdColour::VIOLET),
        EvseState::Disabled => ("Disabled", LcdColour::VIOLET),
        EvseState::VentRequired => ("vent required", LcdColour::RED),
        EvseState::DiodeCheckFailed => ("diode check", LcdColour::RED),
        EvseState::GroundFault => ("ground fault", LcdColour::RED),
        EvseState::NoGround => ("no ground", LcdColour::RED),
        EvseState::StuckRelay => ("stuck relay", LcdColour::RED),
        EvseState::GfiSelfTestFailed => ("GFI self test", LcdColour::RED),
        EvseState::OverTemperature => ("over temperature", LcdColour::RED),
        EvseState::OverCurrent => ("over current", LcdColour::RED),
        _ => ("fault", LcdColour::RED),
    }
}
