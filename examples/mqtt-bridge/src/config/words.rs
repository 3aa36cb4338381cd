//! What is wrong with the configuration, in one sentence.

/// What a parser says, with its types in words. What was given is left out: it may be a secret.
pub(super) fn plain(message: &str) -> String {
    if let Some(expected) = expected(message) {
        return format!("expected {}", kind(expected));
    }
    match message {
        "invalid basic string" => "invalid text: is its closing quote missing?".to_owned(),
        "expected `.`, `=`" => "expected KEY = VALUE".to_owned(),
        _ if message.starts_with("invalid string\n") => {
            "expected a number, true, false, or a text in quotes".to_owned()
        }
        _ => message.lines().collect::<Vec<_>>().join("; "),
    }
}

/// The same of a value that stands in no file, where quotes mean something else.
#[cfg(feature = "program")]
pub(super) fn of_value(message: &str) -> String {
    match expected(message) {
        Some("a boolean") => "expected true or false".to_owned(),
        _ => plain(message),
    }
}

/// Whether another kind of value is expected.
#[cfg(feature = "program")]
pub(super) fn is_mismatch(message: &str) -> bool {
    expected(message).is_some()
}

fn expected(message: &str) -> Option<&str> {
    let is_mismatch =
        message.starts_with("invalid type: ") || message.starts_with("invalid value: ");
    message.rsplit_once(", expected ").map(|(_, expected)| expected).filter(|_| is_mismatch)
}

fn kind(expected: &str) -> &str {
    match expected {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "f64" => "a number",
        "a boolean" => "a boolean: true or false, without quotes",
        "a string" | "path string" => "a text in quotes",
        "a sequence" => "a list in brackets: [\"one\", \"two\"]",
        section if section.starts_with("struct ") => "a section",
        other => other,
    }
}

/// The same with the line where it stands. A line with a secret is not shown, but its key.
#[cfg(feature = "program")]
pub(super) fn of_file(text: &str, error: &toml::de::Error) -> String {
    let message = plain(error.message());
    let Some(start) = error.span().map(|span| span.start) else { return message };
    let number = text.get(..start).unwrap_or(text).matches('\n').count() + 1;
    let line = text.lines().nth(number - 1).unwrap_or_default().trim();
    let is_several = line.starts_with("[[");
    let name = line.trim_start_matches(['[', ' ']).split(['.', '=', ']', ' ']).next();
    let message = match name.unwrap_or_default() {
        "station" if !is_several => {
            "a station begins with [[station]], in double brackets, and its name is a key"
                .to_owned()
        }
        section if is_several && section != "station" && is_mismatch(error.message()) => {
            format!("there is one such section: it begins with [{section}], in single brackets")
        }
        _ => message,
    };
    let is_secret = line.contains("password") || line.contains('@');
    match line.split_once('=').map(|(key, _)| key.trim()) {
        Some(key) if is_secret => format!("line {number}: {key}: {message}"),
        _ if is_secret || line.is_empty() => format!("line {number}: {message}"),
        _ => format!("line {number}: {line}: {message}"),
    }
}

#[cfg(all(test, feature = "program"))]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        let error = toml::from_str::<crate::config::Config>(text).unwrap_err();
        let sentence = of_file(text, &error);
        assert_eq!(sentence.lines().count(), 1, "{sentence}");
        sentence
    }

    #[test]
    fn a_mistake_is_one_sentence_that_says_what_to_do() {
        let station =
            "a station begins with [[station]], in double brackets, and its name is a key";
        for (text, sentence) in [
            ("[station]\nname = \"a\"", &*format!("line 1: [station]: {station}")),
            ("[station.a]", &format!("line 1: [station.a]: {station}")),
            ("station = 3", &format!("line 1: station = 3: {station}")),
            ("[[station]]\n[station]", &format!("line 2: [station]: {station}")),
            (
                "[[mqtt]]",
                "line 1: [[mqtt]]: there is one such section: it begins with [mqtt], in single brackets",
            ),
            (
                "[[stations]]",
                "line 1: [[stations]]: unknown field `stations`, expected one of `bridge`, `log`, `mqtt`, \
                 `publish`, `rapi`, `homeassistant`, `http`, `share`, `station`",
            ),
            ("mqtt = 3", "line 1: mqtt = 3: expected a section"),
            (
                "[publish]\nperiod = \"x\"",
                "line 2: period = \"x\": expected a whole number from 0 to 65535",
            ),
            (
                "[[station]]\nphases = 1.5",
                "line 2: phases = 1.5: expected a whole number from 0 to 255",
            ),
            (
                "[[station]]\nlimit_wh = -1",
                "line 2: limit_wh = -1: expected a whole number from 0 to 4294967295",
            ),
            ("[[station]]\nmeter_scale = \"1\"", "line 2: meter_scale = \"1\": expected a number"),
            (
                "[mqtt]\nretain = \"yes\"",
                "line 2: retain = \"yes\": expected a boolean: true or false, without quotes",
            ),
            (
                "[mqtt]\nretain = yes",
                "line 2: retain = yes: expected a number, true, false, or a text in quotes",
            ),
            ("[mqtt]\n\nretain true", "line 3: retain true: expected KEY = VALUE"),
            ("[http]\nlisten = 8080", "line 2: listen = 8080: expected a text in quotes"),
            ("[bridge]\nstate_dir = 3", "line 2: state_dir = 3: expected a text in quotes"),
            (
                "[rapi]\nallow = \"read\"",
                "line 2: allow = \"read\": expected a list in brackets: [\"one\", \"two\"]",
            ),
            (
                "[bridge]\nstate_dir = \"a",
                "line 2: state_dir = \"a: invalid text: is its closing quote missing?",
            ),
        ] {
            assert_eq!(problem(text), sentence, "{text}");
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        for text in [
            "[mqtt]\npassword = 7531902",
            "[mqtt]\npassword = \"7531902",
            "[mqtt]\npassword = '7531902' 7531902",
            "[mqtt]\npassword 7531902",
            "[http]\npassword_hash = 7531902",
            "[mqtt]\nbroker = \"mqtt://me:7531902@a",
            "[mqtt]\nbroker = [\n\"http://me:7531902@a\"]",
        ] {
            let problem = problem(text);
            assert!(problem.starts_with("line ") && !problem.contains("7531902"), "{problem}");
        }
    }
}
