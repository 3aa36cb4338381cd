//! How fast and how small the bridge is, with a mosquitto on this machine and simulated stations:
//! from `rapi/in` to `rapi/out` against the bare broker, one station, a thousand stations, and a soak.
//!
//! ```sh
//! cargo build --release --bin rapi-bridge
//! cargo run --release -p rapi-bridge --example load            # all but the soak
//! cargo run --release -p rapi-bridge --example load soak 60    # so many seconds of it, minutes for the station
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use rapi_core::{AnyCommand, Class, Decoder, Sender};
use rapi_sim::{Address, Config, Handle, LineFaults, Station, What, World, serve_in, tcp};
use rumqttc::{AsyncClient, Event, EventLoop, MqttOptions, NetworkOptions, Packet, QoS};
use tokio::time::{sleep, timeout};

const MANY: usize = 1000;
const ROUNDS: usize = 1000;

/// How much faster the time of the station passes in the soak.
const FASTER: f64 = 60.0;

/// A process that ends with this.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    fn start(command: &mut Command) -> anyhow::Result<Self> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        Ok(Self(child.with_context(|| format!("{command:?}"))?))
    }

    /// Seconds of a core since it was started, and resident bytes.
    fn used(&self) -> anyhow::Result<(f64, u64)> {
        let folder = PathBuf::from(format!("/proc/{}", self.0.id()));
        let stat = std::fs::read_to_string(folder.join("stat"))?;
        let rest = stat.rsplit_once(')').context("no stat")?.1;
        let times: Vec<f64> =
            rest.split_whitespace().skip(11).take(2).filter_map(|time| time.parse().ok()).collect();
        let status = std::fs::read_to_string(folder.join("status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()).context("no VmRSS")?;
        // Linux counts in hundredths of a second.
        Ok((times.iter().sum::<f64>() / 100.0, kilobytes.parse::<u64>()? * 1024))
    }

    /// Cores used on average over a time, and resident megabytes at its end.
    async fn watch(&self, time: Duration) -> anyhow::Result<(f64, f64)> {
        let before = self.used()?.0;
        sleep(time).await;
        let (after, bytes) = self.used()?;
        Ok(((after - before) / time.as_secs_f64(), bytes as f64 / 1e6))
    }
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

async fn mosquitto(folder: &Path, port: u16) -> anyhow::Result<Running> {
    let config = folder.join("mosquitto.conf");
    let text = format!("listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n");
    std::fs::write(&config, text)?;
    let program = Path::new("/usr/sbin/mosquitto");
    let program = if program.exists() { program } else { Path::new("mosquitto") };
    let running =
        Running::start(Command::new(program).arg("-c").arg(&config).stderr(Stdio::null()))
            .context("apt-get install mosquitto")?;
    for _ in 0..100 {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(running);
        }
        sleep(Duration::from_millis(50)).await;
    }
    bail!("mosquitto does not listen")
}

/// The program that was built beside this one.
fn bridge(arguments: &[&str]) -> anyhow::Result<Running> {
    let here = std::env::current_exe()?;
    let folder = here.parent().and_then(Path::parent).context("no folder")?;
    let program = folder.join("rapi-bridge");
    ensure!(program.exists(), "cargo build --release --bin rapi-bridge first");
    Running::start(Command::new(program).args(arguments))
}

/// A station with a line to it; the port.
async fn station(line: LineFaults, seed: u64, speed: f64) -> anyhow::Result<(Handle, u16)> {
    let port = free_port()?;
    let world = World { line, seed, speed };
    let handle = serve_in(world, Station::new(Config::default()));
    let address: Address = format!("tcp://127.0.0.1:{port}").parse().map_err(anyhow::Error::msg)?;
    tcp(&address, handle.clone()).await?;
    Ok((handle, port))
}

fn client(port: u16) -> (AsyncClient, EventLoop) {
    let mut options = MqttOptions::new(format!("load-{}", std::process::id()), "127.0.0.1", port);
    options.set_max_packet_size(1 << 20, 1 << 20);
    let (client, mut events) = AsyncClient::new(options, 100);
    let mut network = NetworkOptions::new();
    network.set_tcp_nodelay(true);
    events.set_network_options(network);
    (client, events)
}

/// Waits for a message that fits, of those that were subscribed to.
async fn heard(events: &mut EventLoop, fits: impl Fn(&str, &[u8]) -> bool) -> anyhow::Result<()> {
    let wait = async {
        loop {
            if let Event::Incoming(Packet::Publish(publish)) = events.poll().await?
                && fits(&publish.topic, &publish.payload)
            {
                return anyhow::Ok(());
            }
        }
    };
    timeout(Duration::from_secs(30), wait).await.context("nothing came")?
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Publishes on a topic until the answer comes on another one; milliseconds, in turn with others.
async fn round_trip(
    client: &AsyncClient,
    events: &mut EventLoop,
    (topic, answer): (&str, &str),
) -> anyhow::Result<f64> {
    let start = Instant::now();
    client.publish(topic, QoS::AtMostOnce, false, "").await?;
    heard(events, |topic, _| topic == answer).await?;
    Ok(start.elapsed().as_secs_f64() * 1000.0)
}

async fn latency(port: u16) -> anyhow::Result<()> {
    let (client, mut events) = client(port);
    client.subscribe("bare", QoS::AtMostOnce).await?;
    client.subscribe("openevse/rapi/out", QoS::AtMostOnce).await?;
    let (mut bare, mut through) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bare.push(round_trip(&client, &mut events, ("bare", "bare")).await?);
        let rapi = ("openevse/rapi/in/$GE", "openevse/rapi/out");
        through.push(round_trip(&client, &mut events, rapi).await?);
    }
    let (bare, through) = (median(&mut bare), median(&mut through));
    println!(
        "rapi/in to rapi/out, median of {ROUNDS}: {through:.2} ms; the broker alone: {bare:.2} ms; \
         difference {:.2} ms",
        through - bare
    );
    Ok(())
}

async fn one(folder: &Path) -> anyhow::Result<()> {
    let port = free_port()?;
    let _broker = mosquitto(folder, port).await?;
    let (_station, line) = station(LineFaults::default(), 0, 1.0).await?;
    let (evse, mqtt) = (format!("tcp://127.0.0.1:{line}"), format!("mqtt://127.0.0.1:{port}"));
    let bridge = bridge(&["--evse", &evse, "--mqtt", &mqtt])?;
    let (watcher, mut events) = client(port);
    watcher.subscribe("openevse/state", QoS::AtMostOnce).await?;
    heard(&mut events, |_, payload| payload == b"1").await?;
    drop((watcher, events));
    let (cores, megabytes) = bridge.watch(Duration::from_secs(20)).await?;
    println!("one station: {:.2} % of a core, {megabytes:.1} MB resident", cores * 100.0);
    latency(port).await
}

async fn many(folder: &Path) -> anyhow::Result<()> {
    let port = free_port()?;
    let _broker = mosquitto(folder, port).await?;
    let mut config = format!("[mqtt]\nbroker = \"mqtt://127.0.0.1:{port}\"\n");
    config += "[homeassistant]\ndiscovery = false\n";
    let mut stations = Vec::new();
    for number in 0..MANY {
        let (handle, line) = station(LineFaults::default(), number as u64, 1.0).await?;
        stations.push(handle);
        write!(config, "[[station]]\nname = \"s{number}\"\nevse = \"tcp://127.0.0.1:{line}\"\n")?;
    }
    let path = folder.join("many.toml");
    std::fs::write(&path, config)?;
    let start = Instant::now();
    let bridge = bridge(&["--config", &path.display().to_string()])?;
    let (watcher, mut events) = client(port);
    let mut there = std::collections::BTreeSet::new();
    let mut asked = None;
    while there.len() < MANY {
        ensure!(start.elapsed() < Duration::from_secs(120), "{} stations came", there.len());
        // A broker drops what a subscriber is too slow for: what is kept is asked for again.
        if asked.is_none_or(|asked: Instant| asked.elapsed() > Duration::from_secs(5)) {
            watcher.subscribe("+/state", QoS::AtMostOnce).await?;
            asked = Some(Instant::now());
        }
        let Ok(event) = timeout(Duration::from_secs(1), events.poll()).await else { continue };
        if let Event::Incoming(Packet::Publish(publish)) = event?
            && publish.payload == "1"
        {
            there.insert(publish.topic);
        }
    }
    let ready = start.elapsed().as_secs_f64();
    drop((watcher, events));
    sleep(Duration::from_secs(5)).await;
    let (cores, megabytes) = bridge.watch(Duration::from_secs(30)).await?;
    println!(
        "{MANY} stations, each polled once a second: {cores:.2} cores, {megabytes:.0} MB resident; \
         all there after {ready:.1} s"
    );
    Ok(())
}

/// Counts the commands that reach a station whole, without those that only read.
async fn watch(station: &Handle) -> Arc<Mutex<BTreeMap<String, u64>>> {
    let mut seen = station.watch().await;
    let counts = Arc::new(Mutex::new(BTreeMap::new()));
    let executed = Arc::clone(&counts);
    tokio::spawn(async move {
        let mut decoder = Decoder::<80>::new();
        while let Some(seen) = seen.recv().await {
            let What::Sent(bytes) = seen.what else { continue };
            for byte in bytes {
                if !decoder.push(byte) {
                    continue;
                }
                let Ok(frame) = decoder.frame(Sender::Client) else { continue };
                let command = AnyCommand::try_from(&frame).ok();
                if command.as_ref().is_none_or(|command| command.info().class != Class::Read) {
                    let line =
                        String::from_utf8_lossy(decoder.line().unwrap_or_default()).into_owned();
                    // Without id and checksum.
                    let line = line.split([':', '^']).next().unwrap_or_default().trim().to_owned();
                    let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
                    *counts.entry(line).or_default() += 1;
                }
            }
        }
    });
    executed
}

/// Broker restarts, line faults and station restarts, while every answer and every command is looked at.
async fn soak(folder: &Path, seconds: u64) -> anyhow::Result<()> {
    let port = free_port()?;
    let mut broker = Some(mosquitto(folder, port).await?);
    let line = LineFaults { loss: 0.002, corruption: 0.002, ..LineFaults::default() };
    let (handle, at) = station(line, 7, FASTER).await?;
    let executed = watch(&handle).await;
    let untouched = handle.snapshot().await.map_err(anyhow::Error::msg)?.eeprom;
    let (evse, mqtt) = (format!("tcp://127.0.0.1:{at}"), format!("mqtt://127.0.0.1:{port}"));
    let bridge = bridge(&["--evse", &evse, "--mqtt", &mqtt])?;
    let start = Instant::now();
    let (mut asked, mut answered, mut wrong) = (0_u64, 0_u64, 0_u64);
    let (mut brokers, mut restarts, mut told) = (0, 0, 0);
    let mut sizes = Vec::new();
    while start.elapsed() < Duration::from_secs(seconds) {
        let (client, mut events) = client(port);
        client.subscribe("openevse/rapi/out/#", QoS::AtMostOnce).await?;
        let round = Instant::now();
        while round.elapsed() < Duration::from_secs(6) {
            asked += 1;
            let payload = format!("{{\"id\": {asked}}}");
            client.publish("openevse/rapi/in/$GC", QoS::AtMostOnce, false, payload).await?;
            let deadline = Instant::now() + Duration::from_millis(50);
            while let Ok(event) = timeout(deadline - Instant::now(), events.poll()).await {
                let Event::Incoming(Packet::Publish(publish)) = event? else { continue };
                let text = String::from_utf8_lossy(&publish.payload).into_owned();
                if !publish.topic.ends_with("$GC") || !text.contains("\"ok\":true") {
                    continue;
                }
                answered += 1;
                // What this station offers never changes: every other answer is a wrong one.
                wrong += u64::from(!text.contains("\"ret\":\"$OK 6 80 24 24^"));
            }
        }
        if restarts % 2 == 0 {
            let restart = rapi_sim::Command::Restart(Default::default());
            handle.command(restart).await.map_err(anyhow::Error::msg)?;
        }
        restarts += 1;
        drop((client, events));
        drop(broker.take());
        sleep(Duration::from_millis(300)).await;
        broker = Some(mosquitto(folder, port).await?);
        brokers += 1;
        sizes.push(bridge.used()?.1 as f64 / 1e6);
        if start.elapsed().as_secs() / 60 > told {
            told = start.elapsed().as_secs() / 60;
            eprintln!("{told} of {} min: {answered} answers, {wrong} wrong", seconds.div_ceil(60));
        }
    }
    drop(broker);
    let first = sizes.get(sizes.len() / 4).copied().unwrap_or_default();
    let last = sizes.last().copied().unwrap_or_default();
    println!(
        "soak of {seconds} s, {:.1} h for the station: {brokers} broker restarts, {} station restarts, \
         a line that damages 1 byte in 250; {asked} commands, {answered} answers, {wrong} wrong; \
         {first:.1} MB after a quarter, {last:.1} MB at the end",
        seconds as f64 * FASTER / 3600.0,
        (restarts + 1) / 2
    );
    ensure!(wrong == 0 && answered > 0, "wrong answers");
    println!(
        "commands that reached the station and do more than read: {:?}",
        executed.lock().unwrap_or_else(PoisonError::into_inner)
    );
    let snapshot = handle.snapshot().await.map_err(anyhow::Error::msg)?;
    ensure!(
        snapshot.eeprom == untouched,
        "the settings of the station are others: {:?}",
        snapshot.eeprom
    );
    Ok(())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("rapi-load-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let mut arguments = std::env::args().skip(1);
    let result = match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => match one(&folder).await {
            Ok(()) => many(&folder).await,
            Err(error) => Err(error),
        },
        (Some("one"), _) => one(&folder).await,
        (Some("many"), _) => many(&folder).await,
        (Some("soak"), seconds) => soak(&folder, seconds.as_deref().unwrap_or("60").parse()?).await,
        (Some(other), _) => bail!("{other:?} is nothing to measure: one, many, or soak SECONDS"),
    };
    std::fs::remove_dir_all(&folder)?;
    result
}
