//! Three brokers that are one, of which a node dies, alone or together with the owner of a station: NATS with
//! JetStream. A step of CI of its own, because nothing is faster than the lease of an owner:
//! `cargo test -p rapi-bridge --test mosquitto cluster -- --ignored`

use std::cell::RefCell;
use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::prelude::*;

/// A cluster without a leader takes its time to find one, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(100);

struct Cluster {
    nodes: Vec<Option<Program>>,
    /// Where each node speaks MQTT.
    ports: Vec<u16>,
    _folder: Folder,
    begin: Instant,
    /// What their programs have said, for whoever looks at a failure.
    bridges: RefCell<Vec<(&'static str, Program)>>,
}

fn has_nats() -> bool {
    let mut command = Command::new("nats-server");
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    let found = command.status().is_ok();
    if !found {
        assert!(std::env::var_os("CI").is_none(), "apt-get install nats-server");
        eprintln!("SKIPPED: nats-server is not installed (apt-get install nats-server)");
    }
    found
}

/// So many ports that nobody uses at this moment: all are open at once, so that none comes twice.
fn free_ports(count: usize) -> Vec<u16> {
    let one = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let listeners: Vec<_> = (0..count).map(|_| one()).collect();
    listeners.iter().map(|listener| listener.local_addr().expect("its address").port()).collect()
}

impl Cluster {
    fn start() -> Self {
        let folder = Folder::new("nats");
        let ports = free_ports(9);
        let (clients, rest) = ports.split_at(3);
        let (mqtt, routes) = rest.split_at(3);
        let urls: Vec<_> = routes.iter().map(|port| format!("nats://127.0.0.1:{port}")).collect();
        let node = |number: usize| {
            let text = format!(
                "server_name: n{number}\nlisten: 127.0.0.1:{}\n\
                 jetstream {{ store_dir: \"{}\" }}\nmqtt {{ listen: \"127.0.0.1:{}\" }}\n\
                 cluster {{ name: fleet, listen: 127.0.0.1:{}, routes: [{}] }}\n",
                clients[number],
                folder.0.join(format!("store{number}")).display(),
                mqtt[number],
                routes[number],
                urls.join(", ")
            );
            let path = folder.0.join(format!("n{number}.conf"));
            std::fs::write(&path, text).unwrap();
            Some(Program::start(Command::new("nats-server").arg("-c").arg(path)))
        };
        let nodes = (0..3).map(node).collect();
        let ports = mqtt.to_vec();
        let cluster = Self {
            nodes,
            ports,
            _folder: folder,
            begin: Instant::now(),
            bridges: RefCell::default(),
        };
        // A node that takes a message of QoS 1 and keeps it has found the others.
        for number in 0..3 {
            let topic = format!("ready/{number}");
            cluster.eventually(&format!("node {number} takes messages"), || {
                let port = cluster.ports[number].to_string();
                Command::new("timeout")
                    .args(["10", "mosquitto_pub", "-h", "127.0.0.1", "-p", &port])
                    .args(["-q", "1", "-r", "-t", &topic, "-m", "1"])
                    .stderr(Stdio::null())
                    .status()
                    .is_ok_and(|status| status.success())
            });
        }
        for number in 0..3 {
            let other = format!("ready/{}", (number + 1) % 3);
            cluster.eventually(&format!("node {number} has {other}"), || {
                cluster.kept(number, &other).is_some()
            });
        }
        cluster
    }

    /// A bridge for this station, whose first broker is this node.
    fn bridge(&self, name: &'static str, node: usize, evse: &str) {
        let urls: Vec<_> = (node..node + 3)
            .map(|node| format!("mqtt://127.0.0.1:{}", self.ports[node % 3]))
            .collect();
        let program = bridge(
            &[
                &["--mqtt", &*urls.join(" "), "--evse", evse, "--set", "bridge.standby=true", "-v"]
                    [..],
                // What is not looked at here need not be kept by three nodes.
                &["--compat", "guide", "--set", "homeassistant.discovery=false", "--http", "off"],
            ]
            .concat(),
        );
        self.bridges.borrow_mut().push((name, program));
    }

    fn owns(&self, name: &str) -> bool {
        let mut bridges = self.bridges.borrow_mut();
        let (_, program) = bridges.iter_mut().find(|(other, _)| *other == name).unwrap();
        program.err.drain();
        program.err.seen.iter().any(|line| line.contains("openevse is taken over"))
    }

    fn kill(&self, name: &str) {
        let bridges = self.bridges.borrow();
        bridges.iter().find(|(other, _)| *other == name).unwrap().1.signal("KILL");
    }

    /// What a topic keeps, read with `mosquitto_sub` from a node.
    fn kept(&self, node: usize, topic: &str) -> Option<String> {
        let output = Command::new("mosquitto_sub")
            .args(["-h", "127.0.0.1", "-p", &self.ports[node].to_string(), "-t", topic])
            .args(["-C", "1", "-W", "3"])
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Some(text).filter(|text| !text.is_empty())
    }

    fn publish(&self, node: usize, topic: &str, payload: &str) {
        let port = self.ports[node].to_string();
        let mut command = Command::new("mosquitto_pub");
        command.args(["-h", "127.0.0.1", "-p", &port, "-q", "1", "-t", topic, "-m", payload]);
        assert!(command.status().unwrap().success());
    }

    fn eventually(&self, what: &str, mut done: impl FnMut() -> bool) {
        let start = Instant::now();
        while !done() {
            if start.elapsed() > PATIENCE {
                let mut said = String::new();
                for (name, program) in &mut *self.bridges.borrow_mut() {
                    program.out.drain();
                    program.err.drain();
                    let lines = [&program.out.seen[..], &program.err.seen].concat().join("\n");
                    said += &format!("\n{name}:\n{lines}");
                }
                panic!("{what} did not come{said}");
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        println!("{:5.1} s: {what}", self.begin.elapsed().as_secs_f32());
    }
}

fn station() -> (Station, String) {
    let station = Station::new();
    let port = free_port();
    station.listen(port);
    (station, format!("tcp://127.0.0.1:{port}"))
}

#[test]
#[ignore = "a step of CI of its own"]
fn a_bridge_goes_on_at_the_next_node_and_when_it_dies_another_one_takes_over() {
    if !has_mosquitto() || !has_nats() {
        return;
    }
    let mut cluster = Cluster::start();
    let (station, evse) = station();
    cluster.bridge("first", 0, &evse);
    cluster.eventually("the first bridge has the station", || cluster.owns("first"));
    cluster.bridge("second", 1, &evse);
    let state = |cluster: &Cluster| cluster.kept(2, "openevse/state").unwrap_or_default();
    cluster.eventually("the state on the third node", || state(&cluster) == "1");
    // The node of the first bridge dies; the bridge goes on at the next one, and remains the owner.
    cluster.nodes[0] = None;
    station.car("plug");
    cluster.eventually("the new state on the third node", || state(&cluster) == "2");
    assert!(!cluster.owns("second"));
    cluster.kill("first");
    cluster.eventually("the second bridge has the station", || cluster.owns("second"));
    station.car("unplug");
    cluster.eventually("the state by the second bridge", || state(&cluster) == "1");
}

#[test]
#[ignore = "a step of CI of its own"]
fn when_a_node_dies_together_with_the_owner_another_bridge_takes_over_with_all_that_was_wished() {
    if !has_mosquitto() || !has_nats() {
        return;
    }
    let mut cluster = Cluster::start();
    let (station, evse) = station();
    cluster.bridge("first", 0, &evse);
    cluster.eventually("the first bridge has the station", || cluster.owns("first"));
    cluster.bridge("second", 1, &evse);
    station.car("plug");
    let state = |cluster: &Cluster| cluster.kept(2, "openevse/state").unwrap_or_default();
    let amps = |cluster: &Cluster| cluster.kept(2, "openevse/pilot").unwrap_or_default();
    cluster.eventually("the state on the third node", || state(&cluster) == "2");
    // The bridge may not have subscribed yet.
    cluster.eventually("the wish on the third node", || {
        cluster.publish(2, "openevse/current/set", "11");
        amps(&cluster) == "11"
    });
    // The computer on which both have run: nobody is left to send the will.
    cluster.kill("first");
    cluster.nodes[0] = None;
    // Meanwhile somebody changes the current at the station.
    let mut line = TcpStream::connect(evse.trim_start_matches("tcp://")).unwrap();
    line.write_all(b"$SC 20 V\r").unwrap();
    cluster.eventually("the second bridge has the station", || cluster.owns("second"));
    station.car("ask");
    cluster.eventually("the state by the second bridge", || state(&cluster) == "3");
    assert_eq!(amps(&cluster), "11");
}
