//! The line to the station: four ways to carry bytes, each of them an example of a transport for
//! `rapi_client::blocking::Client`.

mod http;
mod sim;
mod trace;

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use embedded_io::ErrorType;
use rapi_sim::EvseAddress;

/// How long to wait for a byte. The client waits for slow commands by itself.
pub const TIMEOUT: Duration = Duration::from_millis(500);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Bytes to and from a station, with a time-out for reading.
pub trait Stream: Read + Write {
    /// Sets how long [`Read::read`] waits for the first byte.
    fn set_timeout(&mut self, timeout: Duration) -> io::Result<()>;
}

impl Stream for TcpStream {
    fn set_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(timeout))
    }
}

impl Stream for serial2::SerialPort {
    fn set_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        self.set_read_timeout(timeout)
    }
}

/// Any of them, as the client wants it.
pub struct Line {
    /// The client takes a few bytes at a time, and asking the system for them is what costs.
    stream: BufReader<Box<dyn Stream>>,
    timeout: Duration,
    /// When the time began that something may take: with the last write, or the last time-out.
    since: Instant,
    /// Whether anything has come since then.
    has_talked: bool,
}

impl Line {
    /// Opens the line; with `trace` what goes over it is told.
    pub fn open(address: &EvseAddress, trace: bool) -> anyhow::Result<Self> {
        let stream: Box<dyn Stream> = match address {
            EvseAddress::Serial(path) => {
                let port = serial2::SerialPort::open(path, 115_200);
                Box::new(port.map_err(|error| anyhow!(cannot_open(path, &error)))?)
            }
            EvseAddress::Tcp(address) => Box::new(connect(address)?),
            EvseAddress::Http(base) => Box::new(http::Gateway::new(base)),
            EvseAddress::Sim(firmware) => Box::new(sim::Simulated::new(*firmware)),
        };
        let stream = if trace { Box::new(trace::Traced::new(stream)) } else { stream };
        let mut line = Self {
            stream: BufReader::with_capacity(256, stream),
            timeout: TIMEOUT,
            since: Instant::now(),
            has_talked: false,
        };
        line.set_timeout(TIMEOUT).context("cannot set a time-out")?;
        Ok(line)
    }

    /// Sets how long to wait for a byte, and how long from now on, or from the next write, a station
    /// may talk of something else.
    pub fn set_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        self.timeout = timeout;
        self.begin();
        self.stream.get_mut().set_timeout(timeout)
    }

    fn begin(&mut self) {
        self.since = Instant::now();
        self.has_talked = false;
    }

    /// Reads what there is. A station that talks all the time, but never of what it was asked, has
    /// not answered in time.
    fn fill(&mut self) -> io::Result<()> {
        if self.has_talked && self.since.elapsed() >= self.timeout {
            self.begin();
            return Err(io::ErrorKind::TimedOut.into());
        }
        loop {
            match self.stream.fill_buf() {
                Ok(_) => {
                    self.has_talked = true;
                    return Ok(());
                }
                // A signal, for instance a window that changes its size.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // What Unix says when the time of a socket is over.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.begin();
                    return Err(io::ErrorKind::TimedOut.into());
                }
                Err(error) => {
                    self.begin();
                    return Err(error);
                }
            }
        }
    }
}

/// Why a port cannot be opened, and what to do about it.
fn cannot_open(path: &Path, error: &io::Error) -> String {
    let path = path.display();
    match error.kind() {
        io::ErrorKind::NotFound => format!("there is no {path}; is it plugged in?{}", ports()),
        io::ErrorKind::PermissionDenied => format!(
            "you may not use {path}: join the group that owns it (ls -l {path}; mostly \
             sudo usermod -aG dialout $USER) and log in anew"
        ),
        io::ErrorKind::ResourceBusy => format!("{path} is used by another program"),
        // What says that it is no terminal has no kind of its own.
        _ if !is_device(error) => format!("{path} is no serial port"),
        _ => format!("cannot open {path}: {error}"),
    }
}

fn is_device(error: &io::Error) -> bool {
    const ENOTTY: i32 = 25;
    !cfg!(unix) || error.raw_os_error() != Some(ENOTTY)
}

/// The serial ports of this computer, for the end of a message.
pub fn ports() -> String {
    let ports = serial2::SerialPort::available_ports().unwrap_or_default();
    let mut text = String::new();
    if !ports.is_empty() {
        text.push_str("\nSerial ports of this computer:");
    }
    for port in &ports {
        text.push_str(&format!("\n  serial:{}", port.display()));
    }
    text
}

fn connect(address: &str) -> anyhow::Result<TcpStream> {
    let places = address.to_socket_addrs().with_context(|| format!("cannot find {address}"))?;
    let mut problem = io::Error::from(io::ErrorKind::NotFound);
    for place in places {
        match TcpStream::connect_timeout(&place, CONNECT_TIMEOUT) {
            Ok(stream) => {
                // Lines are short and each waits for the one before.
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => problem = error,
        }
    }
    Err(problem).with_context(|| format!("cannot connect to {address}"))
}

impl ErrorType for Line {
    type Error = io::Error;
}

impl embedded_io::Read for Line {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stream.buffer().is_empty() {
            self.fill()?;
        }
        let count = io::Read::read(&mut self.stream.buffer(), buffer)?;
        self.stream.consume(count);
        Ok(count)
    }
}

impl embedded_io::Write for Line {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.begin();
        self.stream.get_mut().write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.get_mut().flush()
    }
}
