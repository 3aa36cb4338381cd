//! Personalities: what the firmware of a version has, and how it talks.

mod options;

pub use options::Options;

use std::fmt;
use std::str::FromStr;

use rapi_core::commands::{OldSetThresholds, SetEcho};
use rapi_core::types::Amps;
use rapi_core::{Command, CommandInfo, Dialect};
use rapi_server::firmware::Firmware as Habits;

/// A version number.
type Number = [u16; 3];

/// A release: what `GV` says, and what is compiled in by default.
#[derive(Debug, PartialEq, Eq)]
struct Release {
    number: Number,
    reports: &'static str,
    protocol: &'static str,
    options: Options,
}

const OLDEST: Options = Options::ADVPWR
    .with(Options::AMMETER)
    .with(Options::AUTOSVCLEVEL)
    .with(Options::BTN_MENU)
    .with(Options::DELAYTIMER)
    .with(Options::GFI_SELFTEST)
    .with(Options::KWH_RECORDING)
    .with(Options::LCD16X2)
    .with(Options::RAPI_WF)
    .with(Options::RGBLCD)
    .with(Options::RTC)
    .with(Options::TEMPERATURE_MONITORING);
/// What firmware 4.5 to 5.1 can be built without.
const TALK: Options =
    Options::RAPI_FF.with(Options::RAPI_RESPONSE_CHK).with(Options::RAPI_SEQUENCE_ID);
const WITH_LIMITS: Options =
    OLDEST.with(Options::CHARGE_LIMIT).with(Options::TIME_LIMIT).with(TALK);
const WITH_CURRENT: Options = WITH_LIMITS.with(Options::OVERCURRENT_THRESHOLD);
const WITH_BUTTON: Options = WITH_CURRENT.with(Options::RAPI_BTN);
const V8: Options = OLDEST
    .with(TALK)
    .with(Options::BOOTLOCK)
    .with(Options::HEARTBEAT_SUPERVISION)
    .with(Options::MCU_ID_LEN)
    .with(Options::MENNEKES_LOCK)
    .with(Options::RAPI_BTN)
    .with(Options::RELAY_HOLD_DELAY_TUNING);
const V9: Options = TALK
    .with(Options::ADVPWR)
    .with(Options::AMMETER)
    .with(Options::BOOTLOCK)
    .with(Options::CABLE_TEMPERATURE_MONITORING)
    .with(Options::GFI_SELFTEST)
    .with(Options::HEARTBEAT_SUPERVISION)
    .with(Options::KWH_RECORDING)
    .with(Options::MCU_ID_LEN)
    .with(Options::OVERCURRENT_THRESHOLD)
    .with(Options::PP_AUTO_AMPACITY)
    .with(Options::RELAY_HEALTH)
    .with(Options::RELAY_ZC_SWITCH)
    .with(Options::TEMPERATURE_MONITORING);

/// Those that were recorded, and two that were not: 5.1.0, the last one with a decimal state, and
/// 9.4.0, the newest.
static RELEASES: [Release; 6] = [
    Release { number: [3, 7, 8], reports: "3.7.8", protocol: "1.0.3", options: OLDEST },
    Release { number: [4, 12, 3], reports: "D4.12.3", protocol: "4.0.1", options: WITH_LIMITS },
    Release { number: [5, 1, 0], reports: "D5.1.0", protocol: "4.0.1", options: WITH_CURRENT },
    Release { number: [7, 1, 3], reports: "D7.1.3", protocol: "5.1.3", options: WITH_BUTTON },
    Release { number: [8, 2, 3], reports: "8.2.3", protocol: "5.2.1", options: V8 },
    Release { number: [9, 4, 0], reports: "9.4.0.core", protocol: "6.0.0", options: V9 },
];

/// The last version without `FF`.
const BEFORE_FF: &str = "4.8.0";

/// A firmware: a release, and what is compiled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Firmware {
    release: &'static Release,
    options: Options,
}

impl Firmware {
    /// The newest version that was recorded.
    pub const LATEST: Self = Self { release: &RELEASES[4], options: RELEASES[4].options };

    /// The same release, compiled with other options.
    #[must_use]
    pub const fn with_options(self, options: Options) -> Self {
        Self { options, ..self }
    }

    /// What is compiled in.
    #[must_use]
    pub const fn options(&self) -> Options {
        self.options
    }

    /// Whether this is compiled in.
    #[must_use]
    pub const fn has(&self, option: Options) -> bool {
        self.options.has(option)
    }

    /// Whether it waits for `SB` after boot.
    #[must_use]
    pub const fn boot_lock(&self) -> bool {
        self.has(Options::BOOTLOCK)
    }

    /// Whether it is this version or a later one.
    pub(crate) fn since(&self, number: Number) -> bool {
        self.release.number >= number
    }

    /// Whether it belongs to those that can be built to talk as older ones do.
    fn can_talk_old(&self) -> bool {
        self.since([4, 5, 0]) && !self.since([6, 0, 0])
    }

    /// What `GV` says first. The builds with a suffix have no `D` in front.
    #[must_use]
    pub fn reports(&self) -> String {
        let reports = self.release.reports;
        if self.since([9, 0, 0]) {
            let suffix = if self.has(Options::LCD16X2) { ".lcd" } else { "" };
            return format!("{reports}{suffix}");
        }
        let variants = [
            (Options::EU, "EU"),
            (Options::T2, "T2"),
            (Options::THREE_PHASES, "3P"),
            (Options::CGMI, "CGMI"),
        ];
        match variants.iter().find(|(option, _)| self.has(*option)) {
            Some((_, suffix)) => format!("{}.{suffix}", reports.trim_start_matches('D')),
            None => reports.to_owned(),
        }
    }

    /// What `GV` says then.
    #[must_use]
    pub fn protocol(&self) -> &'static str {
        let built = |option| !self.can_talk_old() || self.has(option);
        if !built(Options::RAPI_RESPONSE_CHK) {
            "1.0.5"
        } else if !built(Options::RAPI_SEQUENCE_ID) {
            "2.0.4"
        } else if !built(Options::RAPI_FF) {
            "3.0.1"
        } else {
            self.release.protocol
        }
    }

    /// How it reads lines.
    pub(crate) fn habits(&self) -> Habits {
        match self.release.number {
            [0..=3, ..] => Habits::V3,
            [4..=5, ..] => {
                let habits = if self.since([4, 13, 0]) { Habits::V8 } else { Habits::V4 };
                match self.protocol() {
                    "1.0.5" => habits.with_dialect(Dialect::V1),
                    "2.0.4" => habits.with_dialect(Dialect::V2_1),
                    _ => habits,
                }
            }
            [6..=8, ..] => Habits::V8,
            // The buffer is longer where sensors in the cable can be set.
            _ if self.has(Options::CABLE_TEMPERATURE_MONITORING) => Habits::V9.with_max_line(39),
            _ => Habits::V9,
        }
    }

    /// Whether it has a command of the table.
    pub(crate) fn knows(&self, command: &CommandInfo) -> bool {
        let version = |text: &str| {
            let mut number: Number = [0; 3];
            for (place, part) in number.iter_mut().zip(text.split('.')) {
                *place = part.parse().unwrap_or(0);
            }
            number
        };
        // The oldest ones are dated by years.
        let since = version(command.since);
        let begun = since[0] > 2000 || since <= self.release.number;
        let mut ended = command.until.is_some_and(|until| version(until) < self.release.number);
        if self.can_talk_old() && !self.has(Options::RAPI_FF) {
            // The commands that `FF` has replaced are still there, but for the thresholds.
            ended &= command.until != Some(BEFORE_FF) || command.code == OldSetThresholds::CODE;
            ended |= command.code == SetEcho::CODE;
        }
        let built =
            command.feature.is_none_or(|feature| match feature.strip_suffix(" until 8.x") {
                Some(_) if self.since([9, 0, 0]) => true,
                Some(feature) => self.options.satisfy(feature),
                None => self.options.satisfy(feature),
            });
        begun && !ended && built
    }

    /// The most amps at service levels 1 and 2.
    pub(crate) fn hardware_max(&self) -> [Amps; 2] {
        let level_1 = if self.since([8, 2, 3]) { 24 } else { 16 };
        [Amps(level_1), Amps(if self.has(Options::EU) { 32 } else { 80 })]
    }

    /// What a blank EEPROM gives for levels 1 and 2.
    pub(crate) fn default_amps(&self) -> [Amps; 2] {
        let level_2 = match (self.has(Options::EU), self.since([8, 2, 3])) {
            (true, _) => 32,
            (false, true) => 24,
            (false, false) => 16,
        };
        [Amps(12), Amps(level_2)]
    }

    /// The least amps at service levels 1 and 2.
    pub(crate) fn min_amps(&self) -> [Amps; 2] {
        let ten = self.since([3, 9, 0]) && !self.since([4, 9, 0]);
        [Amps(6), Amps(if ten { 10 } else { 6 })]
    }

    /// The voltage of service level 2, in millivolts.
    pub(crate) fn level_2_millivolts(&self) -> i32 {
        if self.has(Options::EU) && self.since([8, 2, 3]) { 230_000 } else { 240_000 }
    }
}

impl FromStr for Firmware {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all = || RELEASES.iter().map(|release| Self { release, options: release.options });
        all().find(|firmware| firmware.to_string() == text).ok_or_else(|| {
            let all: Vec<String> = all().map(|firmware| firmware.to_string()).collect();
            format!("firmware {text} is not known here; take one of {}", all.join(", "))
        })
    }
}

impl fmt::Display for Firmware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.release.number;
        write!(f, "{major}.{minor}.{patch}")
    }
}
