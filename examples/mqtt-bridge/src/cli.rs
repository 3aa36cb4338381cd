//! The command line.

use std::path::PathBuf;

use clap::Parser;

use crate::config::Override;

/// MQTT bridge for OpenEVSE charging stations, with solar divert.
///
/// Reads the station, publishes its state, obeys commands, and charges with what the sun has left
/// over. Without options it simulates a station and brings its own broker.
#[derive(Clone, Debug, Parser)]
#[command(
    version,
    after_help = "\
EXAMPLES:
  Try it, with a simulated station and a broker of its own:
      rapi-bridge
  A station on a USB adapter:
      rapi-bridge --evse serial:/dev/ttyUSB0
  A station and a broker on the network, and a meter for the sun:
      rapi-bridge --evse tcp://192.168.1.20:8023 --grid emon/emonpi/power1 \\
          --mqtt mqtt://user:password@192.168.1.10
  With a configuration of your own, asked for or written:
      rapi-bridge init
      rapi-bridge --print-config >bridge.toml
      rapi-bridge --config bridge.toml --check-config

Every key of the configuration is a flag (--set mqtt.retain=false) and an
environment variable (RAPI_BRIDGE_MQTT_RETAIN=false); RAPI_BRIDGE_CONFIG,
RAPI_BRIDGE_MQTT and RAPI_BRIDGE_HTTP stand for --config, --mqtt and --http.
A flag outranks the environment, and that the file.

SAFETY: this drives mains equipment. The station's own safety checks stay in
charge: leave them on."
)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    /// Something else than running
    #[command(subcommand)]
    pub task: Option<Task>,

    /// The configuration; see --print-config
    #[arg(long, value_name = "FILE", env = "RAPI_BRIDGE_CONFIG", hide_env = true)]
    pub config: Option<PathBuf>,

    /// Say what is wrong with the configuration, or nothing, and exit
    #[arg(long)]
    pub check_config: bool,

    /// Print a configuration with all keys, their defaults and what they mean, and exit
    #[arg(long)]
    pub print_config: bool,

    /// Any key of the configuration, for instance mqtt.retain=false; may be given often
    #[arg(long, value_name = "KEY=VALUE", value_parser = parse_set)]
    pub set: Vec<(String, String)>,

    /// The charging station [default: sim:]
    #[arg(long, value_name = "sim:|serial:PATH|tcp://HOST:PORT")]
    pub evse: Option<String>,

    /// The MQTT broker; `embedded` brings one on 127.0.0.1, port 1883 or the next free one. Several
    /// nodes of one cluster: separated by spaces [default: embedded]
    #[arg(
        long,
        value_name = "embedded|mqtt[s]://[USER:PASSWORD@]HOST[:PORT]",
        env = "RAPI_BRIDGE_MQTT",
        hide_env = true
    )]
    pub mqtt: Option<String>,

    /// The page and the gateway's HTTP; `auto` is 127.0.0.1, port 8080 or the next free one
    /// [default: auto]
    #[arg(long, value_name = "auto|ADDRESS:PORT|off", env = "RAPI_BRIDGE_HTTP", hide_env = true)]
    pub http: Option<String>,

    /// First part of all topics [default: openevse]
    #[arg(long, value_name = "TOPIC")]
    pub base_topic: Option<String>,

    /// Topic with the power at the grid connection in watts: + import, - export
    #[arg(long, value_name = "TOPIC", conflicts_with = "solar")]
    pub grid: Option<String>,

    /// Topic with the power of the solar generator in watts
    #[arg(long, value_name = "TOPIC")]
    pub solar: Option<String>,

    /// Start in Eco mode (divert) instead of Normal
    #[arg(long)]
    pub eco: bool,

    /// Names and meanings of the topics [default: default]
    #[arg(long, value_name = "default|guide|2.7|2.9|5")]
    pub compat: Option<String>,

    /// Folder for what must outlive the bridge: wishes, limit, schedule, divert mode
    #[arg(long, value_name = "FOLDER")]
    pub state_dir: Option<String>,

    /// Commands that write the EEPROM, at most this many a day: it wears out [default: 50]
    #[arg(long, value_name = "NUMBER")]
    pub eeprom_writes: Option<u16>,

    /// How what it does while it runs is told: to a person, or as one JSON object a line, on the
    /// standard error, to a collector of logs [default: text]
    #[arg(long, value_name = "text|json")]
    pub log_format: Option<String>,

    /// Log more; twice: everything
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub verbose: u8,

    /// Print a completion script for a shell and exit
    #[arg(long, value_name = "SHELL")]
    pub completions: Option<clap_complete::Shell>,
}

/// Something else than running.
#[derive(Clone, Debug, PartialEq, Eq, clap::Subcommand)]
pub enum Task {
    /// Ask what there is, and write a configuration
    Init {
        /// Where to
        #[arg(default_value = "bridge.toml")]
        file: PathBuf,
    },
    /// Read a password from the standard input and print its hash, for http.password_hash
    HashPassword,
}

impl Args {
    /// What the flags say about the configuration.
    #[must_use]
    pub fn overrides(&self) -> Vec<Override> {
        let eco = self.eco.then(|| "eco".to_owned());
        let writes = self.eeprom_writes.map(|writes| writes.to_string());
        let flags = [
            ("--evse", "station.evse", &self.evse),
            ("--mqtt", "mqtt.broker", &self.mqtt),
            ("--http", "http.listen", &self.http),
            ("--base-topic", "station.base_topic", &self.base_topic),
            ("--grid", "station.grid", &self.grid),
            ("--solar", "station.solar", &self.solar),
            ("--eco", "station.mode", &eco),
            ("--compat", "publish.compat", &self.compat),
            ("--state-dir", "bridge.state_dir", &self.state_dir),
            ("--log-format", "log.format", &self.log_format),
            ("--eeprom-writes", "rapi.eeprom_writes_per_day", &writes),
        ];
        let named = flags.into_iter().filter_map(|(source, key, value)| {
            let value = value.clone()?;
            Some(Override { source: source.to_owned(), key: key.to_owned(), value })
        });
        let set = self.set.iter().map(|(key, value)| Override {
            source: format!("--set {key}"),
            key: key.clone(),
            value: value.clone(),
        });
        named.chain(set).collect()
    }
}

fn parse_set(text: &str) -> Result<(String, String), String> {
    let (key, value) =
        text.split_once('=').ok_or("this is KEY=VALUE, for instance mqtt.retain=false")?;
    Ok((key.trim().to_owned(), value.to_owned()))
}
