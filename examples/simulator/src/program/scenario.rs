//! A scenario: what happens to the stations, and when.

use std::fmt;
use std::path::Path;

use anyhow::{Context as _, anyhow};
use jiff::SignedDuration;
use jiff::civil::{DateTime, Time};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use toml::Spanned;

use crate::{Command, Planned};

/// A scenario, as it stands in its file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What the clocks say at the power-on; without it the local time.
    pub start: Option<DateTime>,
    /// What happens, in the order of time.
    #[serde(default, rename = "step")]
    pub steps: Vec<Step>,
}

/// A moment, and what happens then.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// When.
    pub when: When,
    /// To which station; to all of them without it.
    pub station: Option<Spanned<usize>>,
    /// What is done.
    pub commands: Vec<Command>,
}

/// When a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// When the clock shows this for the first time after the step before.
    At(Time),
    /// This long after the step before.
    After(SignedDuration),
}

impl Scenario {
    /// Reads a scenario for this many stations.
    ///
    /// # Errors
    ///
    /// A file that is not there or not right, with line and field.
    pub fn read(path: &Path, stations: usize) -> anyhow::Result<Self> {
        let name = path.display();
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
        let scenario: Self = toml::from_str(&text)
            .map_err(|problem| anyhow!("{name}: {}", problem.to_string().trim_end()))?;
        for station in scenario.steps.iter().filter_map(|step| step.station.as_ref()) {
            if !(1..=stations).contains(station.get_ref()) {
                let line =
                    1 + text.bytes().take(station.span().start).filter(|&b| b == b'\n').count();
                return Err(anyhow!(
                    "{name}: line {line}: station: there is no {}; they count 1 to {stations}, \
                     see --stations",
                    station.get_ref()
                ));
            }
        }
        Ok(scenario)
    }

    /// Returns what happens to a station whose clock says `start` at the power-on.
    #[must_use]
    pub fn plan(&self, station: usize, start: Time) -> Vec<Planned> {
        const DAY_MS: i64 = 24 * 3_600_000;
        let begin = since_midnight(start);
        let mut now = 0;
        let mut plan = Vec::new();
        for step in &self.steps {
            now += match step.when {
                When::After(wait) => i64::try_from(wait.as_millis()).unwrap_or_default(),
                When::At(time) => (since_midnight(time) - begin - now).rem_euclid(DAY_MS),
            };
            if step.station.as_ref().is_none_or(|only| *only.get_ref() == station) {
                let at_ms = now.unsigned_abs();
                let commands = step.commands.iter().cloned();
                plan.extend(commands.map(|command| Planned { at_ms, command }));
            }
        }
        plan
    }
}

fn since_midnight(time: Time) -> i64 {
    let seconds = (i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60;
    (seconds + i64::from(time.second())) * 1000
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(StepVisitor)
    }
}

struct StepVisitor;

impl<'de> Visitor<'de> for StepVisitor {
    type Value = Step;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a step: at or after, perhaps station, and commands")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Step, A::Error> {
        let (mut when, mut station, mut commands) = (None, None, Vec::new());
        while let Some(key) = map.next_key_seed(Key)? {
            match key.as_str() {
                "at" | "after" if when.is_some() => {
                    return Err(A::Error::custom("a step has at or after, not both"));
                }
                "at" => when = Some(When::At(map.next_value()?)),
                "after" => when = Some(When::After(map.next_value_seed(Duration)?)),
                "station" => station = Some(map.next_value()?),
                name => commands.push(map.next_value_seed(Body(name))?),
            }
        }
        let when = when.ok_or_else(|| A::Error::custom("a step needs at or after"))?;
        if commands.is_empty() {
            return Err(A::Error::custom(format!(
                "nothing happens in this step; take one of {}",
                Command::NAMES.join(", ")
            )));
        }
        Ok(Step { when, station, commands })
    }
}

/// A key that a step can have: where it is read its place is known.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        let key = String::deserialize(deserializer)?;
        if ["at", "after", "station"].contains(&&*key) || Command::NAMES.contains(&&*key) {
            Ok(key)
        } else {
            Err(D::Error::custom(format!("{}, at, after, station", Command::unknown(&key))))
        }
    }
}

/// The body of a command.
struct Body<'a>(&'a str);

impl<'de> DeserializeSeed<'de> for Body<'_> {
    type Value = Command;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Command, D::Error> {
        let command = Command::named(self.0, deserializer)?;
        command.check().map_err(D::Error::custom)?;
        Ok(command)
    }
}

/// A time that passes, as "1h 30m" or "90s".
struct Duration;

/// So that no sum of them is too long.
const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);

impl<'de> DeserializeSeed<'de> for Duration {
    type Value = SignedDuration;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse::<SignedDuration>()
            .ok()
            .filter(|duration| !duration.is_negative() && *duration <= LONGEST)
            .ok_or_else(|| {
                D::Error::custom(format!("after: {text:?} is no time up to a year: write 1h 30m"))
            })
    }
}
