//! From what people write to what is sent: `16A`, `230V`, `90min`, `on`, `red`.

use rapi_core::{FieldInfo, Form};

/// How many of the wire's unit one of these is, as a fraction. `None` in the name's place: a number
/// without unit.
struct Unit {
    name: Option<&'static str>,
    times: i64,
    over: i64,
}

const fn unit(name: &'static str, times: i64, over: i64) -> Unit {
    Unit { name: Some(name), times, over }
}

/// A number without unit is one of the wire's.
const BARE: Unit = Unit { name: None, times: 1, over: 1 };

/// What may be written behind a number of this unit. Where the wire counts in something that nobody
/// would guess, such as quarters of an hour, a bare number is refused.
fn units(wire: &str) -> &'static [Unit] {
    const NOTHING: &[Unit] = &[BARE];
    match wire {
        "A" => const { &[BARE, unit("A", 1, 1), unit("mA", 1, 1000)] },
        "mA" => const { &[BARE, unit("mA", 1, 1), unit("A", 1000, 1)] },
        "mV" => const { &[unit("mV", 1, 1), unit("V", 1000, 1)] },
        "Wh" => const { &[BARE, unit("Wh", 1, 1), unit("kWh", 1000, 1)] },
        "kWh" => const { &[BARE, unit("kWh", 1, 1)] },
        "s" => const { &[BARE, unit("s", 1, 1), unit("min", 60, 1)] },
        "ms" => const { &[BARE, unit("ms", 1, 1), unit("s", 1000, 1)] },
        "15 min" => const { &[unit("min", 1, 15), unit("h", 4, 1)] },
        "0.1 °C" => const { &[unit("C", 10, 1), unit("°C", 10, 1)] },
        _ => NOTHING,
    }
}

/// Returns what is sent for a word that a person has written.
///
/// # Errors
///
/// What may be written instead.
pub fn to_wire(field: &FieldInfo, word: &str) -> Result<String, String> {
    let wrong = || format!("{} cannot be {word}: {}", field.name, accepted(field));
    let same = |other: &str| {
        let plain = |text: &str| text.to_lowercase().replace(['_', '-'], " ");
        plain(other) == plain(word)
    };
    match field.form {
        Form::Decimal => number(field, word).ok_or_else(wrong),
        Form::Switch => match word.to_lowercase().as_str() {
            "1" | "on" | "yes" | "true" => Ok("1".to_owned()),
            "0" | "off" | "no" | "false" => Ok("0".to_owned()),
            _ => Err(wrong()),
        },
        Form::Words(words) => words
            .iter()
            .find(|known| same(known.word) || same(known.meaning))
            .map(|known| known.word.to_owned())
            .ok_or_else(wrong),
        Form::Codes { known, .. } => known
            .iter()
            .find(|known| same(known.meaning) || same(&known.code.to_string()))
            .map(|known| known.code.to_string())
            .ok_or_else(wrong),
        _ => Ok(word.to_owned()),
    }
}

/// Reads a number with or without unit, exactly: no floating point, no rounding.
fn number(field: &FieldInfo, word: &str) -> Option<String> {
    let split = word.find(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '.'));
    let (digits, suffix) = word.split_at(split.unwrap_or(word.len()));
    let suffix = suffix.trim();
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if fraction.len() > 6 || fraction.contains('-') || (digits.contains('.') && fraction.is_empty())
    {
        return None;
    }
    let unscaled: i64 = format!("{whole}{fraction}").parse().ok()?;
    let scale = 10_i64.pow(u32::try_from(fraction.len()).ok()?);
    let wanted = (!suffix.is_empty()).then_some(suffix);
    let unit = units(field.unit)
        .iter()
        .find(|unit| unit.name.map(str::to_lowercase) == wanted.map(str::to_lowercase))
        // Nothing is nothing in every unit.
        .or((unscaled == 0 && wanted.is_none()).then_some(&BARE))?;
    let over = scale.checked_mul(unit.over)?;
    let value = unscaled.checked_mul(unit.times)?;
    (value % over == 0).then(|| (value / over).to_string())
}

/// Says what may be written, for help and error messages.
pub fn accepted(field: &FieldInfo) -> String {
    match (field.form, field.range) {
        (Form::Decimal, Some((least, greatest))) => match units(field.unit) {
            [Unit { name: None, .. }] => format!("{least} to {greatest}"),
            [first, .., last] if first.name.is_none() || field.unit == "mV" => {
                let name = last.name.unwrap_or_default();
                // 60 to 300 V reads better than 60000 to 300000 mV.
                if last.over == 1 && least % last.times == 0 && greatest % last.times == 0 {
                    format!("{} to {} {name}", least / last.times, greatest / last.times)
                } else {
                    format!("{least} to {greatest} {}", field.unit)
                }
            }
            _ if field.unit == "15 min" => {
                format!("{} to {}min, in steps of 15min; or hours: 2.5h", least * 15, greatest * 15)
            }
            _ => format!("{} to {}C", tenths(least), tenths(greatest)),
        },
        (Form::Switch, _) => "on, off".to_owned(),
        (Form::Words(words), _) => list(words.iter().map(|word| word.meaning.replace(' ', "-"))),
        (Form::Codes { known, .. }, _) => {
            list(known.iter().map(|known| known.meaning.replace(' ', "-")))
        }
        (form, _) => form.to_string(),
    }
}

fn tenths(value: i64) -> String {
    format!("{}{}.{}", if value < 0 { "-" } else { "" }, value.abs() / 10, value.abs() % 10)
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapi_core::COMMANDS;

    fn wire(command: &str, argument: &str, word: &str) -> Result<String, String> {
        let info = COMMANDS.iter().find(|info| info.name == command).unwrap();
        to_wire(info.flat_arguments().find(|field| field.name == argument).unwrap(), word)
    }

    #[test]
    fn values_may_have_units() {
        for (command, argument, word, sent) in [
            ("SetCurrent", "amps", "16", "16"),
            ("SetCurrent", "amps", "16A", "16"),
            ("SetCurrent", "amps", "16000 mA", "16"),
            ("SetVoltage", "voltage", "230V", "230000"),
            ("SetVoltage", "voltage", "230.5 V", "230500"),
            ("SetTimeLimit", "limit", "90min", "6"),
            ("SetTimeLimit", "limit", "2.5h", "10"),
            ("SetTimeLimit", "limit", "0", "0"),
            ("SetPanicTemperature", "temperature", "71C", "710"),
            ("SetPanicTemperature", "temperature", "-7.5°C", "-75"),
            ("SetLifetimeEnergy", "energy", "12.5kWh", "12500"),
            ("SetHeartbeat", "interval", "1min", "60"),
            ("SetDiodeCheck", "enabled", "On", "1"),
            ("SetLcdColour", "colour", "violet", "5"),
            ("SetServiceLevel", "level", "level-2", "2"),
            ("SetServiceLevel", "level", "a", "A"),
            ("SetMennekesLock", "action", "unlock", "0"),
        ] {
            assert_eq!(wire(command, argument, word).as_deref(), Ok(sent), "{word}");
        }
    }

    #[test]
    fn what_means_nothing_or_could_mean_two_things_is_refused() {
        for (command, argument, word) in [
            ("SetCurrent", "amps", "16.5"),
            ("SetCurrent", "amps", "16V"),
            ("SetCurrent", "amps", "1e1"),
            ("SetCurrent", "amps", ""),
            ("SetTimeLimit", "limit", "90"),
            ("SetTimeLimit", "limit", "20min"),
            ("SetVoltage", "voltage", "230"),
            ("SetPanicTemperature", "temperature", "71"),
            ("SetDiodeCheck", "enabled", "maybe"),
            ("SetLcdColour", "colour", "8"),
        ] {
            assert!(wire(command, argument, word).is_err(), "{word}");
        }
    }

    #[test]
    fn help_says_what_may_be_written() {
        let shown = |command: &str| {
            let info = COMMANDS.iter().find(|info| info.name == command).unwrap();
            accepted(info.flat_arguments().next().unwrap())
        };
        assert_eq!(shown("SetCurrent"), "6 to 80 A");
        assert_eq!(shown("SetVoltage"), "60 to 300 V");
        assert_eq!(shown("SetTimeLimit"), "0 to 3825min, in steps of 15min; or hours: 2.5h");
        assert_eq!(shown("SetPanicTemperature"), "0.1 to 150.0C");
        assert_eq!(shown("SetServiceLevel"), "level-1, level-2, automatic");
    }
}
