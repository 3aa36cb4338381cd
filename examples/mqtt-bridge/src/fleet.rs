//! All stations of one process: each on a task of its own, so that none waits for another.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use rapi_client::HeartbeatSupervisor;
use rapi_core::types::{self, Seconds};
use rapi_divert::{Amps, Millis};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Mutex, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tracing::{Instrument as _, error, info};

use crate::bridge::{Bridge, End};
use crate::config::{Config, MqttAddress, Source, Station};
use crate::door::{Inside, door};
use crate::log::{self, NEWS};
use crate::share::{Seat, Share};
use crate::teller::{Teller, hint};
use crate::{broker, current, desk, evse, http, mqtt, profile, standby};

/// So long after the one before each station begins: a broker's queue of new connections is short, and a
/// thousand at once come back at once, too.
const PACE: Duration = Duration::from_millis(3);

/// Runs until a signal comes, or until nothing is left that could go on.
///
/// # Errors
///
/// What makes it impossible, in words.
pub async fn run(source: Source, mut config: Config) -> anyhow::Result<()> {
    let source = Arc::new(Mutex::new(source));
    let (changed, changes) = mpsc::channel(1);
    let mut news = News {
        terminate: signal(SignalKind::terminate()).context("cannot wait for SIGTERM")?,
        hang_up: signal(SignalKind::hangup()).context("cannot wait for SIGHUP")?,
        source: Arc::clone(&source),
        changes,
    };
    let mut server = http::Server::new(source, changed);
    let mut embedded = None;
    let mut before: Option<Config> = None;
    loop {
        if embedded.is_none() && config.mqtt.broker.contains(&MqttAddress::Embedded) {
            let address = broker::start()?;
            embedded = Some((address.ip().to_string(), address.port()));
        }
        let this = Arc::new(config.clone());
        let outcome = live(this, &mut server, embedded.as_ref(), &mut news).await;
        server.write();
        match (outcome, before.take()) {
            (Ok(Some(new)), _) => before = Some(std::mem::replace(&mut config, new)),
            (Ok(None), _) => return Ok(()),
            // A port that is taken, for instance. A station is not left alone for that.
            (Err(error), Some(old)) => {
                error!(
                    target: NEWS,
                    "the new configuration does not work: {error:#}; the bridge goes on with the one \
                     before"
                );
                config = old;
            }
            (Err(error), None) => return Err(error),
        }
    }
}

/// What comes from outside.
struct News {
    terminate: Signal,
    hang_up: Signal,
    source: Arc<Mutex<Source>>,
    changes: mpsc::Receiver<Config>,
}

impl News {
    /// Waits for another configuration, or for the end.
    async fn next(&mut self) -> anyhow::Result<Option<Config>> {
        loop {
            tokio::select! {
                result = tokio::signal::ctrl_c() => {
                    return result.context("cannot wait for Ctrl-C").map(|()| None);
                }
                _ = self.terminate.recv() => return Ok(None),
                Some(config) = self.changes.recv() => return Ok(Some(config)),
                _ = self.hang_up.recv() => match self.source.lock().await.load() {
                    Ok(config) => return Ok(Some(config)),
                    // What runs goes on.
                    Err(problem) => error!(target: NEWS, "not read again: {problem}"),
                },
            }
        }
    }
}

/// Runs with one configuration, until the end or until there is another one.
async fn live(
    config: Arc<Config>,
    server: &mut http::Server,
    embedded: Option<&(String, u16)>,
    news: &mut News,
) -> anyhow::Result<Option<Config>> {
    // A broker of its own that nobody wants any more goes on, unused.
    let embedded = embedded.filter(|_| config.mqtt.broker.contains(&MqttAddress::Embedded));
    let (doors, insides): (Vec<_>, Vec<_>) = config.station.iter().map(|_| door()).unzip();
    let _serving = server.serve(&config, doors).await?;
    let share = share(&config)?;
    let mut bridges = JoinSet::new();
    // Until there is another configuration they say so.
    let mut given_up = JoinSet::new();
    let mut farewells = Vec::new();
    for (number, inside) in insides.iter().enumerate() {
        let (farewell, said) = watch::channel(None);
        farewells.push(said);
        let place = Place {
            config: Arc::clone(&config),
            number,
            embedded: embedded.cloned(),
            inside: inside.clone(),
            seat: share.as_ref().and_then(|share| share.seat(number)),
            farewell,
        };
        let about = log::station(&config.station[number].name, config.station.len());
        let keep = async move {
            sleep(PACE * u32::try_from(number).unwrap_or(u32::MAX)).await;
            (number, place.keep().await)
        };
        bridges.spawn(keep.instrument(about));
    }
    let outcome = loop {
        tokio::select! {
            ended = bridges.join_next() => match ended {
                None => break Ok(None),
                Some(Ok((number, Err(error)))) => {
                    let name = &config.station[number].name;
                    if bridges.is_empty() {
                        break Err(error.context(format!("station {name:?}")));
                    }
                    // One broken station never stops another.
                    log::station(name, config.station.len())
                        .in_scope(|| error!(target: NEWS, "station {name}: {error:#}"));
                    let why = format!("the bridge of this station has ended: {error:#}");
                    given_up.spawn(insides[number].clone().ended(why));
                }
                Some(Ok((_, Ok(())))) => {}
                Some(Err(error)) if bridges.is_empty() => break Err(error.into()),
                Some(Err(error)) => error!(target: NEWS, "{error}"),
            },
            next = news.next() => break next,
        }
    };
    bridges.abort_all();
    let mut goodbyes = JoinSet::new();
    for said in farewells {
        let mqtt: Option<mqtt::Mqtt> = said.borrow().clone();
        goodbyes.spawn(async move {
            if let Some(mqtt) = mqtt {
                mqtt.goodbye().await;
            }
        });
    }
    goodbyes.join_all().await;
    outcome
}

/// What the bridge of one station needs, each time that it begins.
struct Place {
    config: Arc<Config>,
    number: usize,
    embedded: Option<(String, u16)>,
    inside: Inside,
    seat: Option<Seat>,
    /// Who has to say goodbye.
    farewell: watch::Sender<Option<mqtt::Mqtt>>,
}

impl Place {
    /// Begins again whenever somebody asks for that; `Ok` is never the end.
    async fn keep(self) -> anyhow::Result<()> {
        let station = &self.config.station[self.number];
        let embedded = self.embedded.as_ref();
        loop {
            let left = if self.config.bridge.standby {
                let life = profile::life(self.config.publish.compat, station);
                let (mqtt, base) = (&self.config.mqtt, station.base());
                let (mqtt, mut messages) = mqtt::start(mqtt, embedded, &base, life, false)?;
                let mut teller = teller(&self.config, station, embedded);
                let tell = |news| teller.tell(&news);
                let left = standby::wait(&mqtt, &mut messages, &base, &self.inside, tell).await?;
                mqtt.leave();
                Some(left)
            } else {
                None
            };
            let company = (self.seat.clone(), left);
            let (mqtt, run) = start(&self.config, station, embedded, &self.inside, company)?;
            self.farewell.send_replace(Some(mqtt.clone()));
            match run.await? {
                End::Restart => mqtt.goodbye().await,
                End::StepBack => {
                    info!("another bridge has {}", station.name);
                    mqtt.leave();
                }
            }
            self.farewell.send_replace(None);
        }
    }
}

/// What the stations share, if they share anything.
fn share(config: &Config) -> anyhow::Result<Option<Arc<Share>>> {
    let Some(first) = config.station.first().filter(|_| config.share.is_given()) else {
        return Ok(None);
    };
    let limit = if config.share.limit == 0 { u8::MAX } else { config.share.limit };
    let rotation = Millis(u32::from(config.share.rotation.max(1)) * 60_000);
    let most: Vec<_> = config.station.iter().map(|station| Amps(station.max_current)).collect();
    // Each seat says by itself how much its station may offer, and that may be changed.
    let settings = desk::divert(first);
    let settings = settings.with_amps(settings.min_amps, Amps(current::MOST));
    Ok(Some(Share::new(settings, Amps(limit), rotation, &most)?))
}

/// Starts what one station needs; the future is its loop.
fn start(
    config: &Arc<Config>,
    station: &Station,
    embedded: Option<&(String, u16)>,
    inside: &Inside,
    company: (Option<Seat>, Option<standby::Left>),
) -> anyhow::Result<(mqtt::Mqtt, impl Future<Output = anyhow::Result<End>> + use<>)> {
    let base = station.base();
    let life = profile::life(config.publish.compat, station);
    let (mqtt, messages) = mqtt::start(&config.mqtt, embedded, &base, life, true)?;
    let heartbeat = (station.heartbeat_seconds > 0).then(|| {
        let (interval, fallback) = (station.heartbeat_seconds, station.heartbeat_current);
        HeartbeatSupervisor::new(Seconds(interval.into()), types::Amps(fallback))
    });
    let care = evse::Care { heartbeat: heartbeat.transpose()?, set_clock: station.set_clock };
    let (link, told, car) = evse::start(station.evse.clone(), care);
    let simulated = car.is_some();
    let (line, broker) = ((link, told, car), (mqtt.clone(), messages));
    let bridge = Bridge::new(config, station, line, broker, inside.clone(), company)?;
    let tries = bridge.tries(simulated);
    let hint = match (&config.mqtt.broker[..], embedded) {
        (_, Some((host, port))) => Some(hint(host, *port, None, &base, &tries)),
        ([MqttAddress::Broker { host, port, tls: false, credentials }, ..], None) => {
            let own = Some(config.mqtt.user.as_str()).filter(|user| !user.is_empty());
            let user = credentials.as_ref().map(|(user, _)| user.as_str()).or(own);
            Some(hint(host, *port, user, &base, &tries))
        }
        _ => None,
    };
    let mut teller = teller(config, station, embedded);
    teller.hint = hint.filter(|_| config.station.len() == 1);
    Ok((mqtt, bridge.run(move |news| teller.tell(&news))))
}

/// Who tells about this station and its broker.
fn teller(config: &Config, station: &Station, embedded: Option<&(String, u16)>) -> Teller {
    let name = if config.station.len() > 1 {
        format!("{} ({})", station.name, station.evse)
    } else {
        station.evse.to_string()
    };
    let brokers = match embedded {
        Some((host, port)) => format!("mqtt://{host}:{port} (embedded)"),
        None => {
            let list: Vec<_> = config.mqtt.broker.iter().map(ToString::to_string).collect();
            list.join(" ")
        }
    };
    Teller::new(name, brokers)
}
