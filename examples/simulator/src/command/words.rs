//! What a person types.

use std::str::FromStr;

use super::{Button, Command, PowerCycle, VehicleChange, Wants};

/// What a person can tell the car, a line each.
pub const CAR_HELP: &str = "\
plug     put the plug in
unplug   pull the plug out
ask      let the car ask for energy (state C)
stop     let the car stop asking (state B)
press    press the button
restart  switch the power off and on
status   show station and car
help     show this";

/// A line of a person, understood.
#[derive(Clone, Debug, PartialEq)]
pub enum Word {
    /// Wants to see [`CAR_HELP`].
    Help,
    /// Wants to see how the station is.
    Status,
    /// Does something, which is to be confirmed so.
    Command(Command, &'static str),
}

impl FromStr for Word {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let vehicle = VehicleChange::default;
        let (change, done) = match text.trim() {
            "help" => return Ok(Self::Help),
            "status" => return Ok(Self::Status),
            "plug" => {
                let wants = Some(Wants::Nothing);
                (VehicleChange { connected: Some(true), wants, ..vehicle() }, "the plug is in")
            }
            "unplug" => (VehicleChange { connected: Some(false), ..vehicle() }, "the plug is out"),
            "ask" => {
                let wants = Some(Wants::Energy);
                (VehicleChange { wants, ..vehicle() }, "the car asks for energy")
            }
            "stop" => {
                let wants = Some(Wants::Nothing);
                (VehicleChange { wants, ..vehicle() }, "the car asks for nothing")
            }
            "press" => {
                return Ok(Self::Command(Command::Button(Button::default()), "pressed"));
            }
            "restart" => {
                return Ok(Self::Command(Command::Restart(PowerCycle {}), "switched off and on"));
            }
            other => return long_form(other),
        };
        Ok(Self::Command(Command::Vehicle(change), done))
    }
}

fn unknown(text: &str) -> String {
    if text.starts_with('$') {
        return format!(
            "words here are for the car; a client says {text}: rapi --evse .. send '{text}'"
        );
    }
    format!("the car does not know {text:?}: say help")
}

#[cfg(not(feature = "program"))]
fn long_form(text: &str) -> Result<Word, String> {
    Err(unknown(text))
}

/// A command of the control interface: `faults gfi=true`.
#[cfg(feature = "program")]
fn long_form(text: &str) -> Result<Word, String> {
    let mut tokens = text.split_whitespace();
    let name = tokens.next().unwrap_or_default();
    if !Command::NAMES.contains(&name) {
        return Err(unknown(text));
    }
    let mut body = String::new();
    for token in tokens {
        let (field, value) = token
            .split_once('=')
            .ok_or_else(|| format!("{name}: {token:?} is no field: write field=value"))?;
        // A word needs no quotes here.
        let plain = value.parse::<bool>().is_ok() || value.parse::<f64>().is_ok();
        let value = if plain { value.to_owned() } else { format!("{value:?}") };
        body.push_str(&format!("{field} = {value}\n"));
    }
    Command::named(name, toml::Deserializer::new(&body))
        .map(|command| Word::Command(command, "done"))
        .map_err(|problem| format!("{name}: {}", problem.message()))
}
