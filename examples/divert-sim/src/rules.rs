//! The rules that can be compared, behind one trait.

mod debt;
mod evcc;
mod gateway;
mod own;
mod prototype;

use std::fmt;
use std::str::FromStr;

use rapi_divert::compat::V5Config;
use rapi_divert::{Action, Amps, Config, Preset, WattHours};

use crate::plant::Wiring;
use crate::simulation::FeedKind;

/// What a rule sees when the meter reports.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// Milliseconds since the begin of the run.
    pub now_ms: u64,
    /// What the meter measures.
    pub feed: FeedKind,
    /// The reading in watts. Grid: + import, - export, with the car's power in it.
    pub power_w: i32,
    /// What the car draws now, per phase.
    pub ev_amps: u8,
    /// Whether the relay is closed.
    pub awake: bool,
    /// The current that is offered.
    pub pilot: Amps,
}

/// Something that decides.
pub trait Rule {
    /// Takes a reading and passes what is to be done to `act`, in order.
    fn step(&mut self, reading: &Reading, act: &mut dyn FnMut(Action));

    /// Returns why the last decision was what it was; empty if the rule does not say.
    fn reason(&self) -> String {
        String::new()
    }
}

/// A rule by its name on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleName {
    /// A preset of `rapi-divert`.
    Preset(Preset),
    /// `rapi-divert` with dials of one's own.
    Own(Box<Config>),
    /// The gateways' 5.x rule with these settings.
    V5(V5Config),
    /// The gateways' 2.9 rule.
    V2_9,
    /// The gateways' 2.7 rule.
    V2_7,
    /// evcc, as read.
    Evcc,
    /// The prototype of the study, with its sun share in per mille and its bucket in watt-hours.
    Prototype(u16, u16),
    /// Import debt with a soft budget of so many watt-hours.
    Debt(u16),
}

static GATEWAYS: [(&str, RuleName); 5] = [
    ("v5", RuleName::V5(V5Config::DEFAULT)),
    ("v5-no-import", RuleName::V5(V5Config::NO_IMPORT)),
    ("v5-no-waste", RuleName::V5(V5Config::NO_WASTE)),
    ("v2.9", RuleName::V2_9),
    ("v2.7", RuleName::V2_7),
];

static PROTOTYPES: [(&str, RuleName); 6] = [
    ("s98", RuleName::Prototype(980, 8)),
    ("s90", RuleName::Prototype(900, 12)),
    ("s87", RuleName::Prototype(875, 20)),
    ("s86", RuleName::Prototype(860, 36)),
    ("s80", RuleName::Prototype(800, 44)),
    ("s42", RuleName::Prototype(420, 20)),
];

/// The rules that are named as a whole.
fn named() -> impl Iterator<Item = &'static (&'static str, RuleName)> {
    GATEWAYS.iter().chain(&PROTOTYPES)
}

fn presets() -> Vec<String> {
    Preset::ALL.iter().map(Preset::to_string).collect()
}

impl RuleName {
    /// Returns what `compare` shows when nothing else is asked for.
    #[must_use]
    pub fn usual() -> Vec<Self> {
        let others = [Self::Evcc, Self::Debt(60), Self::Debt(150), Self::Prototype(875, 20)];
        let own = Preset::ALL.iter().map(|preset| Self::Preset(*preset));
        let gateways = GATEWAYS.iter().map(|(_, rule)| rule.clone());
        gateways.chain(others).chain(own).collect()
    }

    /// Returns which rules there are, for the help.
    #[must_use]
    pub fn help() -> String {
        let presets = presets().join(", ");
        let list = |rules: &[(&'static str, Self)]| {
            let names: Vec<&str> = rules.iter().map(|(name, _)| *name).collect();
            names.join(", ")
        };
        let (gateways, prototypes) = (list(&GATEWAYS), list(&PROTOTYPES));
        format!(
            "RULES:\n  {presets}: presets of rapi-divert\n  \
             own:SHARE/BUCKET: its dials in per mille and Wh, as own:875/20\n  \
             {gateways}: OpenEVSE gateways\n  \
             {prototypes}: the prototype that its rule has grown from\n  \
             evcc, debt-BUDGET: as described in public, evcc was not run"
        )
    }

    /// Returns the name for use in the name of a file.
    #[must_use]
    pub fn file_name(&self) -> String {
        self.to_string().replace([':', '/'], "-")
    }

    /// Returns the rule, for a station of this wiring.
    ///
    /// # Errors
    /// The rule refuses a setting.
    pub fn build(&self, wiring: Wiring) -> anyhow::Result<Box<dyn Rule>> {
        Ok(match self {
            Self::Preset(preset) => Box::new(own::Own::new(Config::preset(*preset), wiring)?),
            Self::Own(config) => Box::new(own::Own::new(**config, wiring)?),
            Self::V5(config) => Box::new(gateway::V5::new(*config, wiring)),
            Self::V2_9 => Box::new(gateway::V2_9::new(wiring)),
            Self::V2_7 => Box::new(gateway::V2_7::new(wiring)),
            Self::Evcc => Box::new(evcc::Evcc::new(wiring)),
            Self::Prototype(share, bucket) => {
                Box::new(prototype::Prototype::new(*share, *bucket, wiring))
            }
            Self::Debt(budget) => Box::new(debt::Debt::new(*budget, wiring)),
        })
    }
}

impl fmt::Display for RuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((name, _)) = named().find(|(_, rule)| rule == self) {
            return f.write_str(name);
        }
        match self {
            Self::Preset(preset) => write!(f, "{preset}"),
            Self::Own(config) => {
                write!(f, "own:{}/{}", config.sun_share, config.bucket.0)
            }
            Self::Evcc => f.write_str("evcc"),
            Self::V5(_) | Self::V2_9 | Self::V2_7 => f.write_str("gateway"),
            Self::Prototype(share, bucket) => write!(f, "prototype:{share}/{bucket}"),
            Self::Debt(budget) => write!(f, "debt-{budget}"),
        }
    }
}

impl FromStr for RuleName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(preset) = text.parse() {
            return Ok(Self::Preset(preset));
        }
        if let Some((_, rule)) = named().find(|(name, _)| *name == text) {
            return Ok(rule.clone());
        }
        if text == "evcc" {
            return Ok(Self::Evcc);
        }
        if let Some(budget) = text.strip_prefix("debt-") {
            return match budget.parse() {
                Ok(budget @ 1..=1000) => Ok(Self::Debt(budget)),
                _ => Err("an import debt is debt-1 to debt-1000, in watt-hours".to_owned()),
            };
        }
        if let Some(dials) = text.strip_prefix("own:") {
            return parse_dials(dials).map(|config| Self::Own(Box::new(config)));
        }
        let mut names = presets();
        names.extend(named().map(|(name, _)| (*name).to_owned()));
        Err(format!("a rule is {}, own:SHARE/BUCKET, evcc or debt-60", names.join(", ")))
    }
}

fn parse_dials(text: &str) -> Result<Config, String> {
    let wrong = || "own dials are own:SHARE/BUCKET in per mille and Wh, as own:875/20".to_owned();
    let (share, bucket) = text.split_once('/').ok_or_else(wrong)?;
    let (share, bucket) = (share.parse().ok(), bucket.parse().ok());
    let (Some(share), Some(bucket)) = (share, bucket) else { return Err(wrong()) };
    let config = Config::default().with_dials(share, WattHours(bucket));
    rapi_divert::Divert::new(config).map_err(|error| error.to_string())?;
    Ok(config)
}
