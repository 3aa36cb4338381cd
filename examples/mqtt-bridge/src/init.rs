//! `rapi-bridge init`: asks what there is, and writes a configuration.

use std::io::{BufRead, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::config::{MqttAddress, Override, Source};

/// How long a broker may take to be there.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks until each answer is possible, and writes the file.
///
/// # Errors
///
/// The file is there already or cannot be written, or nobody answers any more; in words.
pub fn run(file: &Path, input: &mut impl BufRead, out: &mut impl Write) -> Result<(), String> {
    if file.exists() {
        return Err(format!("{} is there already: give another file", file.display()));
    }
    // Asked in vain is asked once too often.
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty())
        && !folder.is_dir()
    {
        return Err(format!(
            "there is no folder {}: make it, or give another file",
            folder.display()
        ));
    }
    let ports = serial_ports();
    for port in &ports {
        tell(out, &format!("There is a serial port: serial:{}", port.display()))?;
    }
    let proposal =
        ports.first().map_or("sim:".to_owned(), |port| format!("serial:{}", port.display()));
    let questions = [
        (
            "station.openevse.evse",
            "The charging station (sim:, serial:PATH, tcp://HOST:PORT)",
            proposal,
        ),
        (
            "mqtt.broker",
            "The MQTT broker (embedded, mqtt://HOST, mqtts://HOST)",
            "embedded".to_owned(),
        ),
        ("mqtt.user", "Its user (empty: none)", String::new()),
        ("mqtt.password_file", "A file with the password (empty: none)", String::new()),
        ("station.openevse.base_topic", "The first part of all topics", "openevse".to_owned()),
        (
            "station.openevse.grid",
            "The topic of the meter at the grid (empty: none)",
            String::new(),
        ),
    ];
    let mut source = Source::default();
    let mut answers = Vec::new();
    for (key, question, proposal) in questions {
        loop {
            let answer = ask(question, &proposal, input, out)?;
            let change =
                Override { source: "answer".to_owned(), key: key.to_owned(), value: answer };
            let changed = source.with(vec![change.clone()]);
            match changed.load() {
                Ok(config) => {
                    if key == "mqtt.broker" {
                        for broker in &config.mqtt.broker {
                            try_broker(broker, out)?;
                        }
                    }
                    source = changed;
                    answers.push(change);
                    break;
                }
                Err(problem) => {
                    // The question is known, and the key is nothing that was asked for.
                    let problem = problem.strip_prefix("answer: ").unwrap_or(&problem);
                    let last = key.rsplit('.').next().unwrap_or(key);
                    let of_all = format!("station \"openevse\", {last}: ");
                    let sentence = problem.strip_prefix(&of_all).unwrap_or(problem);
                    tell(out, &format!("Not possible: {sentence}"))?;
                }
            }
        }
    }
    answers.retain(|answer| !answer.value.is_empty());
    let wrong = |error: std::io::Error| format!("cannot write {}: {error}", file.display());
    let text = "# Written by rapi-bridge init; rapi-bridge --print-config shows all keys.\n\n\
                [[station]]\nname = \"openevse\"\n";
    // Not over one that has come in the meantime.
    let mut new = std::fs::File::create_new(file).map_err(wrong)?;
    new.write_all(text.as_bytes()).map_err(wrong)?;
    Source { file: Some(file.to_owned()), ..Source::default() }.keep(&answers)?;
    tell(out, &format!("\nWritten. Now:\n\n  rapi-bridge --config {}\n", file.display()))
}

fn tell(out: &mut impl Write, line: &str) -> Result<(), String> {
    writeln!(out, "{line}").map_err(|error| format!("nobody reads the questions: {error}"))
}

fn ask(
    question: &str,
    proposal: &str,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> Result<String, String> {
    write!(out, "{question} [{proposal}]: ")
        .and_then(|()| out.flush())
        .map_err(|error| format!("nobody reads the questions: {error}"))?;
    let mut line = String::new();
    match input.read_line(&mut line) {
        Ok(0) => Err("nobody answers: nothing is written".to_owned()),
        Ok(_) => {
            let answer = line.trim();
            Ok(if answer.is_empty() { proposal.to_owned() } else { answer.to_owned() })
        }
        Err(error) => Err(format!("cannot read the answer: {error}")),
    }
}

/// Adapters by names that stay, or else whatever may be one.
fn serial_ports() -> Vec<PathBuf> {
    let list = |folder: &str, begins: &[&str]| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let fits = |entry: &std::fs::DirEntry| {
            let name = entry.file_name();
            begins.iter().any(|begin| name.to_string_lossy().starts_with(begin))
        };
        let mut paths: Vec<_> = entries.filter(fits).map(|entry| entry.path()).collect();
        paths.sort_unstable();
        paths
    };
    let stable = list("/dev/serial/by-id", &[""]);
    if stable.is_empty() { list("/dev", &["ttyUSB", "ttyACM", "ttyAMA"]) } else { stable }
}

/// Whether anybody listens there; not there yet is no mistake.
fn try_broker(broker: &MqttAddress, out: &mut impl Write) -> Result<(), String> {
    let MqttAddress::Broker { host, port, .. } = broker else { return Ok(()) };
    let found = (host.as_str(), *port).to_socket_addrs().map(|mut addresses| {
        addresses.any(|address| TcpStream::connect_timeout(&address, PATIENCE).is_ok())
    });
    match found {
        Ok(true) => tell(out, &format!("{broker} answers.")),
        Ok(false) => tell(out, &format!("Nobody listens at {broker}; the bridge will try again.")),
        Err(error) => {
            tell(out, &format!("{host} is not found: {error}; the bridge will try again."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(file: &Path, answers: &str) -> (Result<(), String>, String) {
        let mut out = Vec::new();
        let result = run(file, &mut answers.as_bytes(), &mut out);
        (result, String::from_utf8(out).unwrap())
    }

    #[test]
    fn it_asks_until_an_answer_is_possible_and_writes_what_the_bridge_can_read() {
        let file = std::env::temp_dir().join(format!("rapi-init-{}.toml", std::process::id()));
        let answers =
            "usb\nsim:\nhttp://x\nmqtt://127.0.0.1:1\nme\n\na$\nhome/evse\n#\nhome/grid\n";
        let (result, said) = asked(&file, answers);
        assert_eq!(result, Ok(()), "{said}");
        assert_eq!(said.matches("Not possible").count(), 4, "{said}");
        for sentence in [
            "a station is serial:/dev/ttyUSB0, tcp://192.168.1.20:8023 or sim:\n",
            "a broker is embedded, mqtt://user:password@192.168.1.10:1883 or mqtts://broker.lan\n",
            "a base topic is not empty and has none of # + $\n",
            "this is one topic, without # and +\n",
        ] {
            assert!(said.contains(&format!("]: Not possible: {sentence}")), "{sentence}{said}");
        }
        assert!(said.contains("Nobody listens at mqtt://127.0.0.1:1"), "{said}");
        let config = Source { file: Some(file.clone()), ..Source::default() }.load().unwrap();
        assert_eq!(config.mqtt.user, "me");
        assert_eq!(config.station[0].base(), "home/evse");
        assert_eq!(config.station[0].grid.as_str(), "home/grid");
        assert!(asked(&file, answers).0.unwrap_err().contains("is there already"));
        std::fs::remove_file(&file).unwrap();
        assert!(asked(&file, "sim:\n").0.unwrap_err().contains("nobody answers"));
        assert!(!file.exists());
        let nowhere = asked(Path::new("/nowhere/bridge.toml"), answers);
        assert!(nowhere.0.unwrap_err().contains("no folder /nowhere") && nowhere.1.is_empty());
    }
}
