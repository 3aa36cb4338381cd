//! A client of HTTP that does exactly what it is told.

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{PATIENCE, Program, bridge, free_port};

/// A bridge with a simulated station, and no broker.
pub struct Web {
    pub program: Program,
    pub port: u16,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl Web {
    /// Starts one with more arguments, and waits for its station.
    pub fn start(more: &[&str]) -> Self {
        let mqtt = format!("mqtt://127.0.0.1:{}", free_port());
        Self::with(&[&["--mqtt", &mqtt], more].concat())
    }

    pub fn with(arguments: &[&str]) -> Self {
        let mut program = bridge(&[&["--http", "127.0.0.1:0"], arguments].concat());
        let port = Self::port(&mut program);
        program.out.wait("the station", |line| line.starts_with("station "));
        let web = Self { program, port };
        web.until("/status", |status| status["state"] == 1);
        web
    }

    /// One whose station does not answer, and is not waited for.
    pub fn away(more: &[&str]) -> Self {
        let nobody = free_port();
        let mqtt = format!("mqtt://127.0.0.1:{nobody}");
        let evse = format!("tcp://127.0.0.1:{nobody}");
        let arguments = ["--http", "127.0.0.1:0", "--mqtt", &mqtt, "--evse", &evse];
        let mut program = bridge(&[&arguments, more].concat());
        let port = Self::port(&mut program);
        Self { program, port }
    }

    fn port(program: &mut Program) -> u16 {
        let line = program.out.wait("the page", |line| line.starts_with("page "));
        line.trim_end_matches('/').rsplit_once(':').unwrap().1.parse().unwrap()
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends a request with these header lines.
    pub fn request(&self, method: &str, path: &str, head: &[&str], body: &str) -> Answer {
        self.ask(self.connect(), method, path, head, body)
    }

    /// The same on a connection that is there already.
    pub fn ask(
        &self,
        mut stream: TcpStream,
        method: &str,
        path: &str,
        head: &[&str],
        body: &str,
    ) -> Answer {
        let host = format!("Host: 127.0.0.1:{}", self.port);
        let host = if head.iter().any(|line| line.starts_with("Host:")) { "" } else { &host };
        let mut text = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        for line in [host].iter().chain(head).filter(|line| !line.is_empty()) {
            text += &format!("{line}\r\n");
        }
        text += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
        stream.write_all(text.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.request("GET", path, &[], "")
    }

    pub fn post(&self, path: &str, body: &str) -> Answer {
        self.request("POST", path, &["Content-Type: application/json"], body)
    }

    /// Waits until a resource is as it should be.
    pub fn until(&self, path: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            let value = self.get(path).json();
            if fits(&value) {
                return value;
            }
            assert!(start.elapsed() < PATIENCE, "{path} stays {value}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Plugs a car in that charges.
    pub fn charge(&self) {
        for word in ["plug", "ask"] {
            assert_eq!(self.post("/sim", &format!(r#"{{"car": "{word}"}}"#)).status, 200);
        }
        self.until("/status", |status| status["state"] == 3);
    }
}

/// A web socket, with the frames of a client by hand.
pub struct Socket(BufReader<TcpStream>);

impl Socket {
    pub fn open(web: &Web, head: &[&str]) -> Result<Self, u16> {
        let mut stream = web.connect();
        let mut text = format!("GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n", web.port);
        text += "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
        text += "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        for line in head {
            text += &format!("{line}\r\n");
        }
        stream.write_all(format!("{text}\r\n").as_bytes()).unwrap();
        let mut reader = BufReader::new(stream);
        let mut status = String::new();
        reader.read_line(&mut status).unwrap();
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            assert_ne!(reader.read_line(&mut line).unwrap(), 0);
        }
        match status.split(' ').nth(1).unwrap().parse().unwrap() {
            101 => Ok(Self(reader)),
            other => Err(other),
        }
    }

    /// Sends a short text.
    pub fn send(&mut self, text: &str) {
        let mask = [1, 2, 3, 4];
        let mut frame = vec![0x81, 0x80 | u8::try_from(text.len()).unwrap()];
        frame.extend(mask);
        frame.extend(text.bytes().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        self.0.get_mut().write_all(&frame).unwrap();
    }

    /// Reads; nothing when it is closed. One that is silent is not.
    fn read<const N: usize>(&mut self, mut bytes: [u8; N]) -> Option<[u8; N]> {
        self.fill(&mut bytes).then_some(bytes)
    }

    fn fill(&mut self, bytes: &mut [u8]) -> bool {
        match self.0.read_exact(bytes).map_err(|error| error.kind()) {
            Err(ErrorKind::WouldBlock | ErrorKind::TimedOut) => panic!("the socket is silent"),
            read => read.is_ok(),
        }
    }

    /// The next text; nothing when it is closed.
    pub fn next(&mut self) -> Option<Value> {
        loop {
            let head = self.read([0; 2])?;
            let mut length = usize::from(head[1] & 0x7f);
            if length == 126 {
                length = usize::from(u16::from_be_bytes(self.read([0; 2])?));
            }
            let mut payload = vec![0; length];
            if !self.fill(&mut payload) {
                return None;
            }
            match head[0] & 0x0f {
                1 => return Some(serde_json::from_slice(&payload).unwrap()),
                8 => return None,
                _ => {}
            }
        }
    }

    /// Waits for a text that fits.
    pub fn until(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let value = self.next().expect("the socket is open");
            if fits(&value) {
                return value;
            }
        }
        panic!("it did not come");
    }
}
