//! RAPI over MQTT: what may be sent.

use std::str::FromStr;

use rapi_core::{COMMANDS, Class, CommandInfo};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// RAPI over MQTT.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rapi {
    /// By class.
    #[serde(deserialize_with = "classes")]
    pub allow: Vec<Class>,
    /// By code or usage.
    pub allow_commands: Vec<Rows>,
    /// By code or usage.
    pub deny_commands: Vec<Rows>,
    /// Whether retained commands are carried out.
    pub retained: bool,
    /// EEPROM writes.
    pub eeprom_writes_per_hour: u16,
    /// EEPROM writes.
    pub eeprom_writes_per_day: u16,
}

impl Default for Rapi {
    fn default() -> Self {
        Self {
            allow: vec![Class::Read, Class::Display, Class::Control, Class::Setting],
            allow_commands: Vec::new(),
            deny_commands: Vec::new(),
            retained: false,
            eeprom_writes_per_hour: 10,
            eeprom_writes_per_day: 50,
        }
    }
}

/// Rows of the table of commands: all of a code, or the one with a usage.
#[derive(Clone, Debug)]
pub struct Rows(Vec<&'static CommandInfo>);

impl Rows {
    /// Whether a command is among them.
    #[must_use]
    pub fn has(&self, info: &CommandInfo) -> bool {
        self.0.iter().any(|row| row.name == info.name)
    }
}

impl FromStr for Rows {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim_start_matches('$');
        let fits = |info: &&CommandInfo| info.usage == text || info.code.to_string() == text;
        let rows: Vec<_> = COMMANDS.iter().copied().filter(|info| fits(info)).collect();
        if rows.is_empty() {
            return Err(format!(
                "there is no command {text:?}: give a code (SC) or a usage (SC amps M)"
            ));
        }
        Ok(Self(rows))
    }
}

/// The classes, by their names in the table.
fn classes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Class>, D::Error> {
    // Debug commands are named one by one.
    const ALL: [Class; 4] = [Class::Read, Class::Display, Class::Control, Class::Setting];
    let find = |name: String| {
        ALL.into_iter().find(|class| class.to_string() == name).ok_or_else(|| {
            D::Error::custom(format!(
                "{name:?} is none of {}",
                ALL.map(|c| c.to_string()).join(", ")
            ))
        })
    };
    Vec::<String>::deserialize(deserializer)?.into_iter().map(find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_stands_for_all_its_forms_and_a_usage_for_one() {
        let rows = |text: &str| text.parse::<Rows>().map(|rows| rows.0.len());
        assert_eq!(rows("SC"), Ok(3));
        assert_eq!(rows("$SC amps M"), Ok(1));
        assert!(rows("S").is_err() && rows("").is_err() && rows("QQ").is_err());
    }
}
