//! How fast and how small the simulator is: rates against a bare echo server of the same run, CPU
//! for a request, memory for a station, and 5,000 stations that are polled once a second.
//!
//! ```sh
//! cargo run --release -p rapi-sim --example rates
//! ```

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rapi_sim::program::{Places, start};
use rapi_sim::{Config, Station, World};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const ROUNDS: usize = 41;
const ROUND: Duration = Duration::from_millis(200);
const MANY: usize = 5000;
const SECONDS: u32 = 10;
const COMMAND: &[u8] = b"$GS^30\r";

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => measure(),
        (Some("echo"), _) => serve(None),
        (Some("stations"), Some(count)) => serve(Some(count.parse()?)),
        (Some(other), _) => bail!("{other:?} is nothing to measure; leave it away"),
    }
}

/// The other process: an echo server, or stations, on one thread as in the program.
#[tokio::main(flavor = "current_thread")]
async fn serve(stations: Option<usize>) -> anyhow::Result<()> {
    let Some(count) = stations else { return echo().await };
    let stations = (0..count).map(|_| Station::new(Config::default())).collect();
    let places = Places::Tcp("127.0.0.1:0".parse().map_err(anyhow::Error::msg)?);
    let members = start(stations, &places, World::default()).await?;
    for member in &members {
        println!("{}", member.place.trim_start_matches("tcp://"));
    }
    std::future::pending().await
}

async fn echo() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    loop {
        let (mut stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async move {
            let mut buffer = [0; 256];
            while let Ok(count @ 1..) = stream.read(&mut buffer).await {
                if stream.write_all(&buffer[..count]).await.is_err() {
                    return;
                }
            }
        });
    }
}

struct Server {
    child: Child,
    places: Vec<String>,
}

impl Server {
    fn start(arguments: &[&str], places: usize) -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()?;
        let out = child.stdout.take().context("its output is a pipe")?;
        let places = BufReader::new(out).lines().take(places).collect::<Result<_, _>>()?;
        Ok(Self { child, places })
    }

    fn connect(&self) -> anyhow::Result<Vec<Client>> {
        self.places.iter().map(|place| Client::connect(place)).collect()
    }

    fn proc(&self, file: &str) -> anyhow::Result<String> {
        Ok(std::fs::read_to_string(format!("/proc/{}/{file}", self.child.id()))?)
    }

    /// CPU time of the process so far, to the nanosecond of the scheduler.
    fn cpu(&self) -> anyhow::Result<Duration> {
        let text = self.proc("schedstat")?;
        let ns = text.split(' ').next().context("schedstat has a first word")?;
        Ok(Duration::from_nanos(ns.parse()?))
    }

    fn resident_kb(&self) -> anyhow::Result<f64> {
        let text = self.proc("status")?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        Ok(number.context("status has VmRSS")?.parse()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Client(TcpStream);

impl Client {
    fn connect(place: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(place)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        Ok(Self(stream))
    }

    /// A request, and its answer to the end of the line.
    fn ask(&mut self) -> anyhow::Result<()> {
        self.0.write_all(COMMAND)?;
        let mut buffer = [0; 256];
        loop {
            let count = self.0.read(&mut buffer)?;
            if count == 0 {
                bail!("the server has closed the connection");
            }
            if buffer[..count].ends_with(b"\r") {
                return Ok(());
            }
        }
    }

    /// Requests in a second, and microseconds of the server's CPU for each.
    fn round(&mut self, server: &Server) -> anyhow::Result<(f64, f64)> {
        let (begin, cpu) = (Instant::now(), server.cpu()?);
        let mut requests = 0.0;
        while begin.elapsed() < ROUND {
            self.ask()?;
            requests += 1.0;
        }
        let rate = requests / begin.elapsed().as_secs_f64();
        Ok((rate, (server.cpu()? - cpu).as_secs_f64() * 1e6 / requests))
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn measure() -> anyhow::Result<()> {
    rates()?;
    many()
}

/// The two take turns, so that what else the machine does hits both.
fn rates() -> anyhow::Result<()> {
    let servers = [Server::start(&["echo"], 1)?, Server::start(&["stations", "1"], 1)?];
    let mut clients = [servers[0].connect()?.remove(0), servers[1].connect()?.remove(0)];
    let mut rates = [Vec::new(), Vec::new()];
    let mut cpus = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for place in 0..2 {
            let (rate, cpu) = clients[place].round(&servers[place])?;
            rates[place].push(rate);
            cpus[place].push(cpu);
        }
    }
    let [echo, station] = rates.map(median);
    let [echo_cpu, station_cpu] = cpus.map(median);
    println!("one request at a time over TCP, medians of {ROUNDS} rounds");
    println!("  echo server {echo:9.0} requests/s {echo_cpu:6.2} µs CPU each");
    println!("  station     {station:9.0} requests/s {station_cpu:6.2} µs CPU each");
    println!(
        "  ratio       {:8.0} %          {:6.2} times",
        100.0 * station / echo,
        station_cpu / echo_cpu
    );
    Ok(())
}

fn many() -> anyhow::Result<()> {
    rapi_sim::program::allow_many_files(MANY);
    let one = {
        let server = Server::start(&["stations", "1"], 1)?;
        server.connect()?.remove(0).ask()?;
        server.resident_kb()?
    };
    let server = Server::start(&["stations", &MANY.to_string()], MANY)?;
    let mut clients = server.connect()?;
    for client in &mut clients {
        client.ask()?;
    }
    let (begin, cpu) = (Instant::now(), server.cpu()?);
    for second in 1..=SECONDS {
        for client in &mut clients {
            client.ask()?;
        }
        let next = begin + Duration::from_secs(1) * second;
        // On a busy machine a round takes longer; what it costs counts as a second's work.
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    let share = (server.cpu()? - cpu).as_secs_f64() / f64::from(SECONDS);
    let memory = (server.resident_kb()? - one) / (MANY - 1) as f64;
    println!("{MANY} stations in one process, each asked once a second for {SECONDS} s");
    println!("  CPU         {:8.0} % of a core", 100.0 * share);
    println!("  memory      {memory:9.1} KB a station, connection and listener included");
    Ok(())
}
