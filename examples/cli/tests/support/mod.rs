//! Stations to run the program against.

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rapi_sim::{Config, Firmware, Station, Timing};

/// A simulated station that listens on a port.
pub struct Sim {
    pub address: String,
    pub station: Arc<Mutex<Station>>,
    switched_on: Instant,
}

impl Sim {
    pub fn start(firmware: &str) -> Self {
        let firmware: Firmware = firmware.parse().unwrap();
        let config = Config { firmware, timing: Timing::Fast, ..Config::default() };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("tcp://{}", listener.local_addr().unwrap());
        let station = Arc::new(Mutex::new(Station::new(config)));
        let switched_on = Instant::now();
        let served = Arc::clone(&station);
        thread::spawn(move || {
            for stream in listener.incoming() {
                serve(stream.unwrap(), &served, switched_on);
            }
        });
        Self { address, station, switched_on }
    }

    /// Says a word to the car.
    pub fn car(&self, word: &str) {
        self.station.lock().unwrap().car(word, since(self.switched_on)).unwrap();
    }
}

fn since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap()
}

fn serve(mut stream: TcpStream, station: &Mutex<Station>, switched_on: Instant) {
    stream.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
    let mut buffer = [0; 64];
    loop {
        let said = match stream.read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => station.lock().unwrap().receive(&buffer[..count], since(switched_on)),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                station.lock().unwrap().poll(since(switched_on))
            }
            Err(_) => return,
        };
        if stream.write_all(&said).is_err() {
            return;
        }
    }
}

/// A station that answers each line with what this function returns, CR excluded on both sides.
pub fn peer(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("tcp://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let reader = BufReader::new(stream.try_clone().unwrap());
            for line in reader.split(b'\r') {
                let Ok(line) = line else { break };
                let line = String::from_utf8(line).unwrap();
                if stream.write_all(&answer(&line)).is_err() {
                    break;
                }
            }
        }
    });
    address
}

/// A simulated station that can be opened as a serial port at this path.
pub fn serial_port(path: &std::path::Path) {
    let port = path.to_owned();
    let (ready, is_ready) = std::sync::mpsc::channel();
    thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(
            async move {
                let station = rapi_sim::serve(Config::default());
                station.attach(rapi_sim::Pty::open(&port).unwrap()).await;
                ready.send(()).unwrap();
                std::future::pending::<()>().await;
            },
        );
    });
    is_ready.recv().unwrap();
}

/// A WiFi gateway in front of a simulated station. Like a real one it adds the checksum itself.
pub fn gateway() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let mut station = Station::new(Config::default());
    station.receive(b"$SB^35\r", 0);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            reader.read_line(&mut request).unwrap();
            let mut header = String::new();
            while reader.read_line(&mut header).unwrap() > 2 {
                header.clear();
            }
            let query = request.split("rapi=").nth(1).unwrap().split(' ').next().unwrap();
            let command = query.replace("%24", "$").replace("%20", " ");
            assert!(!command.contains(['^', '%', ':']), "{command}");
            let xor = command.bytes().fold(0, |xor, byte| xor ^ byte);
            let said = station.receive(format!("{command}^{xor:02X}\r").as_bytes(), 0);
            let said = String::from_utf8(said).unwrap();
            let reply =
                said.split('\r').find(|line| line.starts_with("$OK") || line.starts_with("$NK"));
            let (status, body) = match reply {
                Some(reply) => ("200 OK", format!(r#"{{"cmd":"{command}","ret":"{reply}"}}"#)),
                None => {
                    let error = "RAPI_RESPONSE_TIMEOUT";
                    ("500 Error", format!(r#"{{"cmd":"{command}","error":"{error}"}}"#))
                }
            };
            let length = body.len();
            write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\n\
                 Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            )
            .unwrap();
        }
    });
    base
}

/// What a run of the program has left.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    /// Returns the output of a run that went well.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    #[track_caller]
    pub fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.ok()).unwrap()
    }

    /// Returns the message of a run that ended like this.
    #[track_caller]
    pub fn fails(self, code: i32) -> String {
        assert_eq!(self.code, code, "{self:?}");
        self.err
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Runs the program with this on its standard input.
pub fn rapi_with(input: &str, arguments: &[&str]) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rapi"))
        .args(arguments)
        .env_remove("RAPI_EVSE")
        .env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap().into()
}

pub fn rapi(arguments: &[&str]) -> Run {
    rapi_with("", arguments)
}
