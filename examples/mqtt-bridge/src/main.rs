//! `rapi-bridge`: MQTT bridge for OpenEVSE charging stations.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{CommandFactory as _, Parser as _};
use rapi_bridge::bridge::{Bridge, News};
use rapi_bridge::cli::{Args, EvseAddress, MqttAddress};
use rapi_bridge::eco::{Eco, Meter};
use rapi_bridge::rapi::EepromGuard;
use rapi_bridge::{broker, evse, mqtt};
use tokio::signal::unix::{SignalKind, signal};
use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

fn main() -> ExitCode {
    let args = Args::parse();
    if let Some(shell) = args.completions {
        let mut command = Args::command();
        clap_complete::generate(shell, &mut command, "rapi-bridge", &mut std::io::stdout());
        return ExitCode::SUCCESS;
    }
    log(args.verbose);
    match run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rapi-bridge: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn log(verbose: u8) {
    let (ours, theirs) = match verbose {
        0 => (Level::WARN, LevelFilter::OFF),
        1 => (Level::INFO, LevelFilter::OFF),
        _ => (Level::DEBUG, LevelFilter::WARN),
    };
    let filter = Targets::new().with_default(theirs).with_target("rapi_bridge", ours);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    tracing_subscriber::registry().with(lines).with(filter).init();
}

#[tokio::main]
async fn run(args: Args) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot wait for SIGTERM")?;
    let meter = match (args.grid, args.solar) {
        (Some(topic), _) => Some((Meter::Grid, topic)),
        (None, Some(topic)) => Some((Meter::Solar, topic)),
        (None, None) => None,
    };
    if args.eco && meter.is_none() {
        anyhow::bail!("--eco needs a meter: give its topic with --grid or --solar");
    }
    let mode = if args.eco { rapi_divert::Mode::Eco } else { rapi_divert::Mode::Normal };
    let eco = Eco::new(meter.as_ref().map(|(meter, _)| *meter), mode)?;

    let (host, port) = match &args.mqtt {
        MqttAddress::Embedded => {
            let address = broker::start()?;
            (address.ip().to_string(), address.port())
        }
        MqttAddress::Broker { host, port, .. } => (host.clone(), *port),
    };
    let (link, told, car) = evse::start(args.evse.clone());
    let (mqtt, messages) = mqtt::start(&args.mqtt, &host, port, &args.base_topic);
    let farewell = mqtt.clone();
    let guard = EepromGuard::new(args.eeprom_writes);
    let base = args.base_topic;
    let mut teller = Teller {
        evse: args.evse,
        broker: format!("mqtt://{host}:{port}"),
        embedded: args.mqtt == MqttAddress::Embedded,
        hint: hint(&host, port, &base, car.is_some()),
        station: None,
        broker_known: None,
        hinted: false,
    };
    let bridge = Bridge { link, told, car, mqtt, messages, base, meter, eco, guard };
    tokio::select! {
        result = bridge.run(|news| teller.tell(news)) => result,
        result = tokio::signal::ctrl_c() => result.context("cannot wait for Ctrl-C"),
        _ = terminate.recv() => Ok(()),
    }?;
    farewell.goodbye().await;
    Ok(())
}

/// Three lines to copy.
fn hint(host: &str, port: u16, base: &str, simulated: bool) -> String {
    let at = if port == 1883 { format!("-h {host}") } else { format!("-h {host} -p {port}") };
    let third = if simulated {
        format!("mosquitto_pub {at} -t {base}/sim/set -m plug")
    } else {
        format!("mosquitto_pub {at} -t {base}/divertmode/set -m 1")
    };
    format!(
        "\n  mosquitto_sub {at} -t '{base}/#' -v\
         \n  mosquitto_pub {at} -t '{base}/rapi/in/$GV' -m ''\
         \n  {third}\n"
    )
}

/// Tells the person at the terminal what is connected, and each change once.
struct Teller {
    evse: EvseAddress,
    broker: String,
    embedded: bool,
    hint: String,
    station: Option<bool>,
    broker_known: Option<bool>,
    hinted: bool,
}

impl Teller {
    fn tell(&mut self, news: News) {
        match news {
            News::Station(version) => {
                say(&format!(
                    "station  {}, firmware {}, RAPI {}",
                    self.evse, version.firmware, version.protocol
                ));
                self.station = Some(true);
            }
            News::NoStation(reason) => {
                if self.station != Some(false) {
                    eprintln!("rapi-bridge: station {}: {reason}; trying again", self.evse);
                }
                self.station = Some(false);
            }
            News::Broker => {
                let kind = if self.embedded { " (embedded)" } else { "" };
                say(&format!("broker   {}{kind}", self.broker));
                self.broker_known = Some(true);
            }
            News::NoBroker(reason) => {
                if self.broker_known != Some(false) {
                    eprintln!("rapi-bridge: broker {}: {reason}; trying again", self.broker);
                }
                self.broker_known = Some(false);
            }
        }
        if !self.hinted && self.station == Some(true) && self.broker_known == Some(true) {
            say(&self.hint);
            self.hinted = true;
        }
    }
}

/// Like `println!`, but goes on when nobody reads: `rapi-bridge | head -1`.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
