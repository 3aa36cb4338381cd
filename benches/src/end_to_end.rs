//! A client and a simulated station in two threads, over TCP and over a pseudo-terminal; and beside it,
//! in the same run, bare bytes to an echo. What our code costs is the difference.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use embedded_io_adapters::std::FromStd;
use rapi_client::blocking::Client;
use rapi_client::commands::GetState;
use rapi_sim::{Config, Station};
use serial2::SerialPort;

/// The same number of bytes as the client sends and gets.
const REQUEST: &[u8] = b"$GS :1F^41\r";
const REPLY_LEN: usize = 28;
const WARM_UP: u32 = 500;
const ROUNDS: u32 = 10;
const REQUESTS: u32 = 1_000;

/// What one side does with a stream.
type Answer = Box<dyn FnMut(&[u8]) -> Vec<u8> + Send>;

pub fn run() -> anyhow::Result<()> {
    println!("{:<34} {:>10} {:>12} {:>12}", "", "requests/s", "client CPU", "station CPU");
    for (name, connect) in [("TCP", tcp as fn(Answer) -> _), ("pseudo-terminal", pty)] {
        let mut client = Typed::new(connect(station())?);
        let mut bare = Bare(connect(echo())?);
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        measure(&mut client, WARM_UP)?;
        measure(&mut bare, WARM_UP)?;
        // By turns, so that both have the same weather.
        for _ in 0..ROUNDS {
            ours.push(measure(&mut client, REQUESTS)?);
            theirs.push(measure(&mut bare, REQUESTS)?);
        }
        let (ours, theirs) = (median(ours), median(theirs));
        show(&format!("{name}, client and station"), &ours);
        show(&format!("{name}, bare echo"), &theirs);
        println!(
            "{:<34} {:>9.2}x {:>11.2}x {:>11.2}x",
            format!("{name}, ratio"),
            ours.rate / theirs.rate,
            ours.client_us / theirs.client_us,
            ours.station_us / theirs.station_us,
        );
    }
    Ok(())
}

fn show(name: &str, sample: &Sample) {
    let Sample { rate, client_us, station_us } = sample;
    println!("{name:<34} {rate:>10.0} {client_us:>9.2} µs {station_us:>9.2} µs");
}

/// Microseconds of CPU for a request.
#[derive(Clone, Copy)]
struct Sample {
    rate: f64,
    client_us: f64,
    station_us: f64,
}

fn median(mut samples: Vec<Sample>) -> Sample {
    let mut middle = |of: fn(&Sample) -> f64| {
        samples.sort_by(|a, b| of(a).total_cmp(&of(b)));
        of(&samples[samples.len() / 2])
    };
    Sample {
        rate: middle(|sample| sample.rate),
        client_us: middle(|sample| sample.client_us),
        station_us: middle(|sample| sample.station_us),
    }
}

trait Asker {
    fn ask(&mut self) -> anyhow::Result<()>;
}

fn measure(asker: &mut dyn Asker, requests: u32) -> anyhow::Result<Sample> {
    let (begin, own, all) = (Instant::now(), cpu("thread-self")?, cpu_of_all()?);
    for _ in 0..requests {
        asker.ask()?;
    }
    let time = begin.elapsed();
    // Less than before is what a thread of the last stream leaves, when it ends in a warm-up.
    let own = cpu("thread-self")?.saturating_sub(own);
    let all = cpu_of_all()?.saturating_sub(all);
    let each = |time: Duration| time.as_secs_f64() * 1e6 / f64::from(requests);
    Ok(Sample {
        rate: f64::from(requests) / time.as_secs_f64(),
        client_us: each(own),
        station_us: each(all.saturating_sub(own)),
    })
}

/// How long a thread has run, by the scheduler's own clock.
fn cpu(thread: &str) -> anyhow::Result<Duration> {
    let path = format!("/proc/{thread}/schedstat");
    let text = fs::read_to_string(&path).with_context(|| format!("{path}: this needs Linux"))?;
    let nanoseconds = text.split(' ').next().and_then(|word| word.parse().ok());
    Ok(Duration::from_nanos(nanoseconds.with_context(|| path)?))
}

/// Nobody but the one that is asked runs beside us.
fn cpu_of_all() -> anyhow::Result<Duration> {
    let mut sum = Duration::ZERO;
    for task in fs::read_dir("/proc/self/task")? {
        sum += cpu(&format!("self/task/{}", task?.file_name().to_string_lossy()))?;
    }
    Ok(sum)
}

struct Typed<T>(Client<FromStd<T>>);

impl<T: Read + Write> Typed<T> {
    fn new(stream: T) -> Self {
        Self(Client::new(FromStd::new(stream)))
    }
}

impl<T: Read + Write> Asker for Typed<T> {
    fn ask(&mut self) -> anyhow::Result<()> {
        // A station that is not there would be fast.
        self.0.send(&GetState).map(drop).map_err(|error| anyhow::anyhow!("the station: {error}"))
    }
}

struct Bare<T>(T);

impl<T: Read + Write> Asker for Bare<T> {
    fn ask(&mut self) -> anyhow::Result<()> {
        self.0.write_all(REQUEST)?;
        let mut reply = [0; REPLY_LEN];
        let mut count = 0;
        while count < REPLY_LEN {
            let more = self.0.read(&mut reply[count..])?;
            ensure!(more > 0, "the echo is gone");
            count += more;
        }
        Ok(())
    }
}

fn station() -> Answer {
    let begin = Instant::now();
    let mut station = Station::new(Config::default());
    Box::new(move |bytes| {
        station.receive(bytes, u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX))
    })
}

fn echo() -> Answer {
    Box::new(|_| vec![b'x'; REPLY_LEN])
}

/// Either of the two streams.
trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

fn tcp(answer: Answer) -> anyhow::Result<Box<dyn Stream>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let near = TcpStream::connect(listener.local_addr()?)?;
    let (far, _) = listener.accept()?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    near.set_read_timeout(Some(Duration::from_secs(1)))?;
    thread::spawn(move || serve(far, answer));
    Ok(Box::new(near))
}

fn pty(answer: Answer) -> anyhow::Result<Box<dyn Stream>> {
    let (mut near, mut far) = SerialPort::pair()?;
    near.set_read_timeout(Duration::from_secs(1))?;
    far.set_read_timeout(Duration::from_secs(60))?;
    thread::spawn(move || serve(far, answer));
    Ok(Box::new(near))
}

fn serve(mut stream: impl Read + Write, mut answer: Answer) -> io::Result<()> {
    let mut received = [0; 256];
    loop {
        match stream.read(&mut received)? {
            0 => return Ok(()),
            count => stream.write_all(&answer(&received[..count]))?,
        }
    }
}
