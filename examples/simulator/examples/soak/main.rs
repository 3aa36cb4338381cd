//! Sends hostile bytes at full speed, in process and through a socket, for as long as is asked for:
//! a station must neither stop nor become slower.
//!
//! ```sh
//! cargo run --release -p rapi-sim --example soak -- 10      # minutes
//! ```

mod hostile;

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use fastrand::Rng;
use rapi_sim::{Command, Config, Firmware, LineChange, Station, Timing, VehicleChange, Wants};
use rapi_sim::{serve, tcp};

const VERSIONS: [&str; 6] = ["3.7.8", "4.12.3", "5.1.0", "7.1.3", "8.2.3", "9.4.0"];
/// One station is tried for so long.
const SLICE: Duration = Duration::from_secs(5);

fn main() -> anyhow::Result<()> {
    let minutes: f64 = std::env::args().nth(1).unwrap_or_else(|| "1".to_owned()).parse()?;
    let end = Instant::now() + Duration::from_secs_f64(minutes * 60.0);
    let seed = std::process::id().into();
    println!("seed {seed}, {minutes} minutes");
    let mut random = Rng::with_seed(seed);
    let (mut inside, mut outside) = (Rates::default(), Rates::default());
    while Instant::now() < end {
        let version = random.choice(VERSIONS).context("there are versions")?;
        let timing = if random.bool() { Timing::Fast } else { Timing::Real };
        let firmware: Firmware = version.parse().map_err(anyhow::Error::msg)?;
        let config = Config { firmware, timing, ..Config::default() };
        inside.add(in_process(config, &mut random).with_context(|| format!("{config:?}"))?);
        outside.add(through_a_socket(config, &mut random).with_context(|| format!("{config:?}"))?);
    }
    println!("in process        {inside}");
    println!("through a socket  {outside}");
    Ok(())
}

/// Bytes a second, of each slice.
#[derive(Default)]
struct Rates {
    bytes: f64,
    first_halves: Vec<f64>,
    second_halves: Vec<f64>,
}

impl Rates {
    fn add(&mut self, [first, second]: [f64; 2]) {
        self.bytes += (first + second) * SLICE.as_secs_f64() / 2.0;
        self.first_halves.push(first);
        self.second_halves.push(second);
    }
}

impl std::fmt::Display for Rates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mean = |rates: &[f64]| rates.iter().sum::<f64>() / rates.len().max(1) as f64 / 1e6;
        write!(
            f,
            "{:.0} MB; {:.1} MB/s in the first half of each try, {:.1} MB/s in the second",
            self.bytes / 1e6,
            mean(&self.first_halves),
            mean(&self.second_halves)
        )
    }
}

/// Sends for one slice; returns the bytes a second of its halves.
fn halves(mut send: impl FnMut() -> anyhow::Result<usize>) -> anyhow::Result<[f64; 2]> {
    let mut rates = [0.0; 2];
    for rate in &mut rates {
        let begin = Instant::now();
        let mut bytes = 0;
        while begin.elapsed() < SLICE / 2 {
            bytes += send()?;
        }
        *rate = bytes as f64 / begin.elapsed().as_secs_f64();
    }
    Ok(rates)
}

/// A car that comes, asks, breaks and goes, so that the bytes meet all states.
fn meddle(random: &mut Rng) -> Command {
    let wants = random
        .choice([Wants::Nothing, Wants::Energy, Wants::Ventilation])
        .unwrap_or(Wants::Nothing);
    match random.u8(..5) {
        0 => {
            Command::Vehicle(VehicleChange { connected: Some(random.bool()), ..Default::default() })
        }
        1 | 2 => Command::Vehicle(VehicleChange {
            connected: Some(true),
            wants: Some(wants),
            ..Default::default()
        }),
        3 => Command::Faults(rapi_sim::Faults {
            gfi: Some(random.bool()),
            no_ground: Some(random.bool()),
            stuck_relay: Some(random.u8(..20) == 0),
            diode: Some(random.bool()),
            gfi_self_test: Some(random.bool()),
        }),
        _ => Command::Restart(Default::default()),
    }
}

fn in_process(config: Config, random: &mut Rng) -> anyhow::Result<[f64; 2]> {
    let mut station = Station::new(config);
    let mut now = 0;
    let rates = halves(|| {
        now += random.u64(..2000);
        let bytes = hostile::bytes(random);
        station.receive(&bytes, now);
        if random.u8(..16) == 0 {
            let meddling = meddle(random);
            // A car that is not there asks for nothing.
            let _ = station.command(&meddling, now);
        }
        Ok(bytes.len())
    })?;
    // All mended, and switched off and on.
    let well = rapi_sim::Faults {
        gfi: Some(false),
        gfi_self_test: Some(false),
        no_ground: Some(false),
        stuck_relay: Some(false),
        diode: Some(false),
    };
    station.command(&Command::Faults(well), now).map_err(anyhow::Error::msg)?;
    station.power_cycle(now);
    now += 20_000;
    station.poll(now);
    let mut said = station.receive(b"\r$GV\r", now);
    said.extend(station.poll(now + 2000));
    let said = String::from_utf8_lossy(&said).into_owned();
    ensure!(said.contains("$OK"), "it says {said:?}");
    Ok(rates)
}

fn through_a_socket(config: Config, random: &mut Rng) -> anyhow::Result<[f64; 2]> {
    let (told, hear) = std::sync::mpsc::channel();
    let server = std::thread::spawn(move || -> anyhow::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let station = serve(config);
            let line = LineChange { corruption: Some(0.001), ..LineChange::default() };
            station.command(Command::Line(line)).await.map_err(anyhow::Error::msg)?;
            let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
            let address =
                tcp(&"tcp://127.0.0.1:0".parse().map_err(anyhow::Error::msg)?, station.clone())
                    .await?;
            told.send((address, stop))?;
            let _ = stopped.await;
            station.snapshot().await.map(drop).map_err(anyhow::Error::msg)
        })
    });
    let (address, stop) = hear.recv()?;
    let mut client: Option<(TcpStream, std::thread::JoinHandle<()>)> = None;
    let rates = halves(|| {
        // Now and then another client takes the line.
        if client.is_none() || random.u8(..) == 0 {
            leave(client.take());
            let stream = TcpStream::connect(address)?;
            let mut reader = stream.try_clone()?;
            let drain = std::thread::spawn(move || {
                let mut buffer = [0; 4096];
                while reader.read(&mut buffer).is_ok_and(|count| count > 0) {}
            });
            client = Some((stream, drain));
        }
        let bytes = hostile::bytes(random);
        if let Some((stream, _)) = &mut client {
            stream.write_all(&bytes)?;
        }
        Ok(bytes.len())
    })?;
    leave(client);
    let mut asking = TcpStream::connect(address)?;
    asking.set_read_timeout(Some(Duration::from_millis(500)))?;
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut said = Vec::new();
    let mut buffer = [0; 256];
    // A line with faults may eat one; at boot it waits.
    while !said.windows(3).any(|word| word == b"$OK") {
        ensure!(Instant::now() < deadline, "it says {:?}", String::from_utf8_lossy(&said));
        asking.write_all(b"\r$GV\r")?;
        if let Ok(count) = asking.read(&mut buffer) {
            said.extend(&buffer[..count]);
        }
    }
    drop(asking);
    let _ = stop.send(());
    server.join().map_err(|_| anyhow::anyhow!("the station has panicked"))??;
    Ok(rates)
}

fn leave(client: Option<(TcpStream, std::thread::JoinHandle<()>)>) {
    if let Some((stream, drain)) = client {
        // It may have been closed from the other side.
        let _ = stream.shutdown(Shutdown::Both);
        let _ = drain.join();
    }
}
