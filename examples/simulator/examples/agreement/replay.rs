//! Plays a recording of a real controller to a simulated one: the same bytes at the same times,
//! from the same start.

use rapi_core::types::MilliAmps;
use rapi_fixtures::{Exchange, recording};
use rapi_sim::{Board, Config, Firmware, Station, Timing, Vehicle, Wants};

#[path = "table.rs"]
pub mod table;

/// What was recorded: version and file.
pub const RECORDED: [(&str, &str); 11] = [
    ("8.2.3", "commands"),
    ("8.2.3", "framing"),
    ("8.2.3", "states"),
    ("8.2.3", "heartbeat"),
    ("8.2.3", "boot"),
    ("7.1.3", "commands"),
    ("4.12.3", "commands"),
    ("4.12.3", "states"),
    ("4.12.3", "boot"),
    ("3.7.8", "commands"),
    ("3.7.8", "boot"),
];

/// A byte took so long, in milliseconds.
const BYTE_MS: f64 = 0.085;
/// The recorder waited so long after the last byte, and where nothing came.
const SILENCE_MS: f64 = 200.0;
const NOTHING_MS: f64 = 2700.0;

/// One line of a recording, and what became of it.
#[derive(Debug)]
pub struct Played {
    /// The number of the line in its file.
    pub number: usize,
    /// The line.
    pub recorded: Exchange,
    /// What the simulator said.
    pub said: Vec<u8>,
    /// Whether that is equal.
    pub equal: bool,
    /// What its display shows then.
    pub lcd: [[u8; 16]; 2],
    /// By how much lines of a wait came earlier or later, in milliseconds, with real timing.
    pub late: Vec<f64>,
}

impl Played {
    /// Whether its display shows what it showed, if that was read.
    pub fn shows_the_same(&self) -> Option<bool> {
        let recorded = self.recorded.lcd.as_ref()?;
        Some(recorded.iter().zip(&self.lcd).all(|(recorded, here)| recorded == here))
    }
}

/// Plays one recording.
pub fn play(version: &str, file: &str, timing: Timing) -> Vec<Played> {
    play_with(version, file, timing, |_| b"")
}

/// Plays one recording with commands that are not in it: before a line of this number.
pub fn play_with(
    version: &str,
    file: &str,
    timing: Timing,
    before: fn(usize) -> &'static [u8],
) -> Vec<Played> {
    let firmware: Firmware = version.parse().expect("a firmware that was recorded");
    let mut player = Player::new(Config { firmware, timing, ..Config::default() });
    if file != "boot" {
        player.run(9000.0);
        player.send(b"$SB^35\r");
        // Up to firmware 5.x a session is counted in whole seconds since power-on, and when this
        // sitting began is only known to the second.
        let late = if (version, file) == ("4.12.3", "states") { 520.0 } else { 0.0 };
        player.run(2230.0 + late);
    }
    let exchanges = recording(version, file);
    let play = |(number, recorded)| {
        let before = before(number);
        if !before.is_empty() {
            player.send(before);
            player.run(1000.0);
        }
        player.prepare(&recorded);
        let (said, late) = player.exchange(&recorded);
        let equal = said == recorded.recv;
        let lcd = player.station.controller().display_bytes();
        Played { number, recorded, said, equal, lcd, late }
    };
    (1..).zip(exchanges).map(play).collect()
}

struct Player {
    config: Config,
    station: Station,
    now: f64,
    said: Vec<(u64, u8)>,
    /// From the first press on, each wait is one half of another.
    pressing: bool,
}

impl Player {
    fn new(config: Config) -> Self {
        let mut player = Self {
            config,
            station: Station::new(config),
            now: 0.0,
            said: Vec::new(),
            pressing: false,
        };
        player.hear(0, None);
        player.said.clear();
        player.switch_on(Board::default(), Vehicle::default());
        player
    }

    fn switch_on(&mut self, board: Board, vehicle: Vehicle) {
        self.station = Station::new(Config { board, vehicle, ..self.config });
        self.now = 0.0;
        self.said.clear();
    }

    /// Does what was done from outside before a line.
    fn prepare(&mut self, recorded: &Exchange) {
        let note = &recorded.note;
        if recorded.send.is_empty() && note.starts_with("power on")
            || note == "gap of 100 ms during start-up"
        {
            let (board, vehicle) = scenario(note);
            self.switch_on(board, vehicle);
        } else if note.starts_with("second power on") {
            self.station.power_cycle(self.now as u64);
        }
        if let Some(after) = note.strip_prefix("sent ").and_then(|rest| rest.split(' ').next()) {
            self.run(after.parse::<f64>().expect("a time") - self.now);
        }
        let now = self.now as u64;
        if let Some(pilot) = &recorded.pilot {
            self.station.arrange(now, |vehicle, _| set_pilot(vehicle, pilot));
        }
        if note.contains("16 A") {
            self.station.arrange(now, |vehicle, _| vehicle.draws = Some(MilliAmps(16_000)));
        }
        if recorded.waited_ms.is_some() && (self.pressing || note.starts_with("button pressed")) {
            self.pressing = true;
            self.station.arrange(now, |_, board| board.button = !board.button);
        }
    }

    fn exchange(&mut self, recorded: &Exchange) -> (Vec<u8>, Vec<f64>) {
        self.said.clear();
        let begun = self.now;
        if let Some(waited) = recorded.waited_ms {
            self.run(waited as f64);
        } else {
            let pause = match recorded.note.as_str() {
                note if note.contains("300 ms between") => 300.0,
                note if note.contains("20 ms between") => 20.0,
                _ => BYTE_MS,
            };
            for (number, byte) in recorded.send.iter().enumerate() {
                self.run(if number == 0 { BYTE_MS } else { pause });
                self.send(&[*byte]);
            }
            self.run(match recorded.answered {
                _ if recorded.note.starts_with("sent ") => 400.0,
                Some((_, last)) if recorded.late => NOTHING_MS.max(last + SILENCE_MS),
                Some((_, last)) => last + SILENCE_MS,
                None if recorded.send.starts_with(b"$FR") => SILENCE_MS,
                None => NOTHING_MS,
            });
        }
        let said: Vec<u8> = self.said.iter().map(|(_, byte)| *byte).collect();
        let lines = said_lines(&self.said, begun);
        let same = |((recorded, _), here): (&(f64, Vec<u8>), f64)| here - recorded;
        (said, recorded.lines.iter().zip(lines).map(same).collect())
    }

    fn send(&mut self, bytes: &[u8]) {
        let now = self.now as u64;
        self.hear(now, Some(bytes));
    }

    /// Lets time pass, in small steps so that it is known when something came.
    fn run(&mut self, ms: f64) {
        let end = self.now + ms.max(0.0);
        while (self.now as u64) < end as u64 {
            let next = self.station.next_poll().clamp(self.now as u64 + 1, end as u64);
            self.hear(next, None);
            self.now = next as f64;
        }
        self.now = end;
    }

    fn hear(&mut self, now: u64, bytes: Option<&[u8]>) {
        let said = match bytes {
            Some(bytes) => self.station.receive(bytes, now),
            None => self.station.poll(now),
        };
        self.said.extend(said.into_iter().map(|byte| (now, byte)));
    }
}

/// When each line began to come, from the begin of the wait.
fn said_lines(said: &[(u64, u8)], begun: f64) -> Vec<f64> {
    said.split_inclusive(|(_, byte)| *byte == b'\r').map(|line| line[0].0 as f64 - begun).collect()
}

fn set_pilot(vehicle: &mut Vehicle, pilot: &str) {
    match pilot {
        "A" => {
            vehicle.unplug();
            vehicle.draws = Some(MilliAmps(0));
        }
        state => {
            if !vehicle.is_connected() {
                vehicle.plug();
            }
            vehicle.want(if state == "C" { Wants::Energy } else { Wants::Nothing });
            vehicle.draws = vehicle.draws.or(Some(MilliAmps(0)));
        }
    }
}

/// How a power-on was arranged.
fn scenario(note: &str) -> (Board, Vehicle) {
    let mut board = Board::default();
    let mut vehicle = Vehicle::default();
    vehicle.draws = Some(MilliAmps(0));
    let has = |words: &str| note.contains(words);
    if has("EV ") && !has("no EV") {
        set_pilot(&mut vehicle, if has("state C") { "C" } else { "B" });
    }
    board.ground = !has("no ground");
    board.relay_stuck = has("stuck relay");
    board.gfi_works = !has("GFI self test fails");
    board.residual_current = has("GFI line high");
    board.level_2 = !has("L1 supply");
    if has("no RTC") {
        board.clock = false;
        board.ds3231 = None;
        board.mcp9808 = None;
    }
    (board, vehicle)
}
