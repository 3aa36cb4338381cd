//! From file, environment and flags to a [`Config`].

use std::path::Path;

use serde::Deserialize as _;
use toml::{Table, Value};

use super::{Config, MqttAddress, Share, Station, words};
use crate::current::LEAST;
use crate::{discovery, state};

/// Every key with its default and what it means.
pub const EXAMPLE: &str = include_str!("../../bridge.toml");

/// One value that outranks the file: `mqtt.retain=false`, `station.grid=home/grid`,
/// `station.garage.evse=sim:`.
#[derive(Clone, Debug)]
pub struct Override {
    /// Where it comes from, in words that say which key it is, too.
    pub source: String,
    /// For instance `mqtt.retain`.
    pub key: String,
    /// As it was given: TOML, if it is that and fits, else a text.
    pub value: String,
}

impl Override {
    /// The value as a text, whatever it looks like: it may begin and end with quotes.
    #[must_use]
    pub fn text(source: String, key: String, text: &str) -> Self {
        Self { source, key, value: toml_edit::Value::from(text).to_string() }
    }
}

/// The names of all keys, those of a station with `station.` in front.
#[must_use]
pub fn keys() -> Vec<String> {
    let mut section = "";
    let mut keys = Vec::new();
    for line in EXAMPLE.lines() {
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']);
        } else if let Some((key, _)) =
            line.strip_prefix('#').and_then(|line| line.split_once(" = "))
            && !key.contains(' ')
        {
            keys.push(format!("{section}.{key}"));
        }
    }
    keys
}

/// What the environment says: `RAPI_BRIDGE_` and the key, `_` for each dot. What Kubernetes says of a service is
/// none of it.
///
/// # Errors
///
/// A variable that looks like one of these and is none, in words.
pub fn environment(
    variables: impl Iterator<Item = (String, String)>,
) -> Result<Vec<Override>, String> {
    let known = keys();
    let mut overrides = Vec::new();
    for (name, value) in variables {
        let Some(rest) = name.strip_prefix("RAPI_BRIDGE_") else { continue };
        // Those of the flags.
        if ["CONFIG", "MQTT", "HTTP"].contains(&rest) {
            continue;
        }
        let key = known.iter().find(|key| key.to_uppercase().replace('.', "_") == rest);
        if key.is_none() && is_of_a_service(rest, &value) {
            continue;
        }
        let key = key.ok_or_else(|| {
            format!("the environment variable {name} stands for no key of the configuration")
        })?;
        overrides.push(Override { source: name, key: key.clone(), value });
    }
    Ok(overrides)
}

/// Whether it is one of those that Kubernetes gives each container of a namespace in which there is a service
/// called `rapi-bridge` or `rapi-bridge-…`: `…SERVICE_HOST=10.0.0.9`, `…SERVICE_PORT_HTTP=8080`,
/// `…PORT=tcp://10.0.0.9:8080`, `…PORT_8080_TCP_ADDR=10.0.0.9`.
fn is_of_a_service(name: &str, value: &str) -> bool {
    let is_port = |(before, behind): (&str, &str)| {
        let begins = before.is_empty() || before.ends_with('_');
        begins && behind.starts_with(|first: char| first.is_ascii_digit())
    };
    name.ends_with("SERVICE_HOST")
        || name.contains("SERVICE_PORT")
        || name.split_once("PORT_").is_some_and(is_port)
        || (name.ends_with("PORT") && value.contains("://"))
}

/// Reads the file, if there is one, and puts the overrides over it, in their order.
///
/// # Errors
///
/// What is wrong, with file, line and key, or with the source of the override.
pub fn load(file: Option<&Path>, overrides: &[Override]) -> Result<Config, String> {
    let text = match file {
        None => String::new(),
        Some(path) => std::fs::read_to_string(path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?,
    };
    let place = file.map_or_else(String::new, |path| format!("{}: ", path.display()));
    // Once as it is: its errors show the line.
    let wrong = |error| format!("{place}{}", words::of_file(&text, &error));
    let mut config: Config = toml::from_str(&text).map_err(wrong)?;
    let mut table: Table = text.parse().map_err(wrong)?;
    if config.station.is_empty() {
        config.station.push(Station::default());
        table.insert("station".to_owned(), Value::Array(vec![Value::Table(Table::new())]));
    }
    for change in overrides {
        (table, config) =
            apply(&table, change).map_err(|problem| format!("{}: {problem}", change.source))?;
    }
    let hash = &config.http.password_hash;
    if !hash.is_empty() && !crate::http::is_hash(hash) {
        return Err(format!(
            "{place}http.password_hash is no hash of a password: rapi-bridge hash-password makes one"
        ));
    }
    if let Some(problem) = config.problem() {
        return Err(format!("{place}{problem}"));
    }
    let shared = !config.share.grid.is_empty() || !config.share.solar.is_empty();
    for (number, station) in config.station.iter().enumerate() {
        let same = |other: &&Station| other.base() == station.base();
        let problem = station.problem(shared).or_else(|| {
            let other = config.station[..number].iter().find(same)?;
            Some(("name", format!("{:?} and another one have the same topics", other.name)))
        });
        let problem = problem.or_else(|| {
            // The page, the chart of the day and overrides go by it.
            let same = config.station[..number].iter().any(|other| other.name == station.name);
            let sentence = "another one is called so, too: give this one a name of its own";
            same.then(|| ("name", sentence.to_owned()))
        });
        let problem = problem.or_else(|| {
            let other = config.station[..number].iter().find(|other| alike(other, station))?;
            let key = if station.base_topic.is_empty() { "name" } else { "base_topic" };
            let (ours, theirs) = (station.base(), other.base());
            Some((
                key,
                format!(
                    "the topics {theirs:?} and {ours:?} come to the same name of a file in \
                     bridge.state_dir, in mDNS, or in Home Assistant: let one of them differ by a letter \
                     from a to z, or a digit"
                ),
            ))
        });
        let problem = problem.or_else(|| config.differs(station));
        if let Some((key, why)) = problem {
            let line = line_of(&text, number, key);
            let line = line.map_or_else(String::new, |line| format!("line {line}: "));
            return Err(format!("{place}{line}station {:?}, {key}: {why}", station.name));
        }
    }
    Ok(config)
}

/// Whether one of the names that are made of the topics is the same for both. Also without a folder, mDNS, or
/// Home Assistant: none of them is to end a bridge that has run.
fn alike(one: &Station, other: &Station) -> bool {
    let file = |station: &Station| state::path(Path::new("."), &station.base(), "json");
    let service = |station: &Station| station.base().replace('/', "-");
    let device = |station: &Station| discovery::id(&station.base());
    file(one) == file(other) || service(one) == service(other) || device(one) == device(other)
}

impl Config {
    /// What this station has otherwise than the first one, and all that share must have alike: one rule deals
    /// the sun and the connection out.
    fn differs(&self, station: &Station) -> Option<(&'static str, String)> {
        let first = self.station.first().filter(|_| self.share.is_given())?;
        let (key, has) = first.shared_differently(station)?;
        let name = &first.name;
        Some((key, format!("give all stations of [share] the same: {name:?} has {has}")))
    }

    /// What is wrong with the broker, or with what is shared.
    fn problem(&self) -> Option<String> {
        if self.mqtt.version == 5 && self.mqtt.broker.contains(&MqttAddress::Embedded) {
            return Some(
                "mqtt.version: the embedded broker speaks 3.1.1 only: leave it at 3, or give another \
                 broker"
                    .to_owned(),
            );
        }
        let Share { grid, solar, limit, .. } = &self.share;
        if !self.share.is_given() {
            return None;
        }
        if !grid.is_empty() && !solar.is_empty() {
            return Some("share.solar: divert has one meter: grid or solar".to_owned());
        }
        if self.station.len() > crate::share::MOST {
            let most = crate::share::MOST;
            return Some(format!("share: at most {most} stations can share, in one bridge"));
        }
        if *limit != 0 && *limit < LEAST {
            return Some(format!("share.limit: 0 (none), or {LEAST} to 255 A"));
        }
        let own = |station: &&Station| !station.grid.is_empty() || !station.solar.is_empty();
        self.station.iter().find(own).map(|station| {
            format!("share: station {:?} has a meter of its own: leave it out", station.name)
        })
    }
}

fn apply(table: &Table, change: &Override) -> Result<(Table, Config), String> {
    // A password may look like a number.
    let as_toml = format!("value = {}", change.value).parse::<Table>().ok();
    let as_toml = as_toml.and_then(|mut table| table.remove("value"));
    let is_one = as_toml.as_ref().is_some_and(|value| !value.is_array() && !value.is_table());
    let is_text = as_toml.as_ref().is_some_and(Value::is_str);
    let as_text = (!is_text).then(|| Value::String(change.value.clone()));
    let mut problem: Option<String> = None;
    for value in as_toml.into_iter().chain(as_text) {
        let mut table = table.clone();
        set(&mut table, &change.key, &value)?;
        match Config::deserialize(table.clone()) {
            Ok(config) => return Ok((table, config)),
            Err(error) if problem.is_none() || is_one && !words::is_mismatch(error.message()) => {
                // If it may be a text, then what is wrong with the text is more than that it looks like a number.
                problem = Some(words::of_value(error.message()));
            }
            Err(_) => {}
        }
    }
    Err(problem.unwrap_or_default())
}

fn set(table: &mut Table, key: &str, value: &Value) -> Result<(), String> {
    let unknown = || "there is no such key; bridge.toml has them all (--print-config)".to_owned();
    let (section, rest) = key.split_once('.').ok_or_else(unknown)?;
    if section != "station" {
        let section = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
        section.as_table_mut().ok_or_else(unknown)?.insert(rest.to_owned(), value.clone());
        return Ok(());
    }
    let (name, rest) =
        rest.rsplit_once('.').map_or((None, rest), |(name, rest)| (Some(name), rest));
    let mut found = false;
    let stations = table.get_mut("station").and_then(Value::as_array_mut).ok_or_else(unknown)?;
    for station in stations.iter_mut().filter_map(Value::as_table_mut) {
        let called = station.get("name").and_then(Value::as_str).unwrap_or("openevse");
        if name.is_none_or(|name| name == called) {
            station.insert(rest.to_owned(), value.clone());
            found = true;
        }
    }
    if found { Ok(()) } else { Err(format!("there is no station {:?}", name.unwrap_or_default())) }
}

/// The line of a key of a station, or of its section.
fn line_of(text: &str, station: usize, key: &str) -> Option<usize> {
    let mut sections = 0;
    let mut header = None;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_start();
        if line.starts_with('[') {
            if sections > station {
                break;
            }
            sections += usize::from(line.starts_with("[[station]]"));
            header = (sections > station).then_some(number + 1);
        } else if header.is_some() && line.split(['=', ' ']).next() == Some(key) {
            return Some(number + 1);
        }
    }
    header
}

#[cfg(test)]
mod tests;
