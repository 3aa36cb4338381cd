//! What all of these tests need.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use rapi_sim::{Address, Config, Handle, Seen, What, World, serve_in, tcp};
use tokio::runtime::Runtime;

pub use crate::support::{Folder, Mosquitto, Program, bridge, free_port, has_mosquitto};

/// A station that is not part of the bridge.
pub struct Station {
    pub handle: Handle,
    pub runtime: Runtime,
}

impl Station {
    pub fn new() -> Self {
        Self::with(Config::default())
    }

    pub fn with(config: Config) -> Self {
        Self::within(World::default(), config)
    }

    pub fn within(world: World, config: Config) -> Self {
        let runtime = Runtime::new().unwrap();
        let station = rapi_sim::Station::new(config);
        let handle = runtime.block_on(async { serve_in(world, station) });
        Self { handle, runtime }
    }

    pub fn listen(&self, port: u16) {
        let address: Address = format!("tcp://127.0.0.1:{port}").parse().unwrap();
        self.runtime.block_on(tcp(&address, self.handle.clone())).unwrap();
    }

    pub fn car(&self, word: &str) {
        self.runtime.block_on(self.handle.car(word)).unwrap();
    }
}

/// A simulated car that charges at a bridge with these arguments: the broker, what is heard on it, and
/// the bridge.
pub fn charging(name: &str, arguments: &[&str]) -> (Mosquitto, Program, Program) {
    charging_at(Mosquitto::start(name, None), arguments, |_, _| {})
}

/// The same with a broker that is there already; `first`: before the car comes.
pub fn charging_at(
    mosquitto: Mosquitto,
    arguments: &[&str],
    first: impl FnOnce(&Mosquitto, &mut Program),
) -> (Mosquitto, Program, Program) {
    let mut sub = mosquitto.subscribe("openevse/#");
    let bridge = bridge(&[&["--mqtt", &mosquitto.url()], arguments].concat());
    first(&mosquitto, &mut sub);
    sub.out.wait_for("openevse/state 1");
    mosquitto.publish("openevse/sim/set", "plug", &[]);
    mosquitto.publish("openevse/sim/set", "ask", &[]);
    sub.out.wait_for("openevse/state 3");
    (mosquitto, sub, bridge)
}

/// The words of all commands that a station gets from now on.
pub struct Heard(tokio::sync::mpsc::Receiver<Seen>, Vec<String>);

impl Heard {
    pub fn by(station: &Station) -> Self {
        Self(station.runtime.block_on(station.handle.watch()), Vec::new())
    }

    /// The commands that change something, in their order.
    pub fn changes(&mut self) -> Vec<String> {
        while let Ok(seen) = self.0.try_recv() {
            if let What::Sent(bytes) = seen.what {
                self.1.push(String::from_utf8_lossy(&bytes).into_owned());
            }
        }
        let text = self.1.concat();
        let words = text.split('\r').map(|line| line.split([':', '^']).next().unwrap_or("").trim());
        words
            .filter(|line| !line.starts_with("$G") && !line.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

pub fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// A line to the station at this port, at a port of its own, that loses the first command that begins so.
pub fn losing(station: u16, command: &'static str) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut lost = false;
        for mut near in listener.incoming().map_while(Result::ok) {
            let Ok(mut far) = TcpStream::connect((Ipv4Addr::LOCALHOST, station)) else { return };
            let mut lines = BufReader::new(near.try_clone().unwrap());
            let mut said = far.try_clone().unwrap();
            std::thread::spawn(move || std::io::copy(&mut said, &mut near));
            let mut line = Vec::new();
            while lines.read_until(b'\r', &mut line).is_ok_and(|count| count > 0) {
                if !lost && line.starts_with(command.as_bytes()) {
                    lost = true;
                } else if far.write_all(&line).is_err() {
                    break;
                }
                line.clear();
            }
        }
    });
    port
}
