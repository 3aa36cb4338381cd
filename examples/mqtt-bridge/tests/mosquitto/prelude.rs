//! What all of these tests need.

use rapi_sim::{Address, Config, Handle, World, serve_in, tcp};
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
