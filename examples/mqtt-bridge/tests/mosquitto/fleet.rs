//! Bridges that take over from each other, and a cluster of brokers that loses a node.

use std::net::{Ipv4Addr, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::prelude::*;

fn standby(mqtt: &str, evse: &str) -> Program {
    bridge(&["--mqtt", mqtt, "--evse", evse, "--set", "bridge.standby=true", "-v"])
}

#[test]
fn a_standby_bridge_takes_a_station_over_with_all_that_was_wished() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("standby", None);
    let port = free_port();
    let station = Station::new();
    station.listen(port);
    let evse = format!("tcp://127.0.0.1:{port}");
    let mut sub = mosquitto.subscribe("openevse/#");
    let first = standby(&mosquitto.url(), &evse);
    sub.out.wait_for("openevse connected");
    sub.out.wait_for("openevse/state 1");
    let mut second = standby(&mosquitto.url(), &evse);
    station.car("plug");
    mosquitto.publish("openevse/current/set", "11", &[]);
    sub.out.wait_for("openevse/pilot 11");
    mosquitto.publish("openevse/limit/set", r#"{"type": "energy", "value": 9000}"#, &[]);
    sub.out.wait("the limit", |line| line.starts_with("openevse/limit/result limit "));
    // The second one waits: everything is answered once.
    std::thread::sleep(Duration::from_secs(6));
    mosquitto.publish("openevse/rapi/in/$GV", "", &[]);
    sub.out.wait_for("openevse/rapi/out $OK 8.2.3 5.2.1^2F");
    std::thread::sleep(Duration::from_secs(1));
    sub.out.drain();
    let answers = |sub: &Program| {
        sub.out.seen.iter().filter(|line| line.starts_with("openevse/rapi/out $OK 8")).count()
    };
    assert_eq!(answers(&sub), 1);
    first.signal("KILL");
    sub.out.wait_for("openevse disconnected");
    second.err.wait("a takeover", |line| line.contains("openevse is taken over"));
    sub.out.wait_for("openevse connected");
    sub.out.wait_for("openevse/pilot 11");
    let mut limit = mosquitto.subscribe("openevse/limit");
    limit.out.wait("the same limit", |line| line.contains("9000"));
    mosquitto.publish("openevse/rapi/in/$GV", "", &[]);
    sub.out.wait_for("openevse/rapi/out $OK 8.2.3 5.2.1^2F");
    // The first one comes back and waits in its turn.
    let _first = standby(&mosquitto.url(), &evse);
    std::thread::sleep(Duration::from_secs(6));
    let before = answers(&sub);
    mosquitto.publish("openevse/rapi/in/$GV", "", &[]);
    sub.out.wait_for("openevse/rapi/out $OK 8.2.3 5.2.1^2F");
    std::thread::sleep(Duration::from_secs(1));
    sub.out.drain();
    assert_eq!(answers(&sub), before + 1);
}

/// One node of a cluster of three.
fn node(folder: &Folder, number: usize, ports: &[(u16, u16, u16)]) -> Program {
    let (client, mqtt, cluster) = ports[number];
    let routes: Vec<_> =
        ports.iter().map(|(_, _, port)| format!("nats://127.0.0.1:{port}")).collect();
    let text = format!(
        "server_name: n{number}\nlisten: 127.0.0.1:{client}\n\
         jetstream {{ store_dir: \"{}\" }}\nmqtt {{ listen: \"127.0.0.1:{mqtt}\" }}\n\
         cluster {{ name: fleet, listen: 127.0.0.1:{cluster}, routes: [{}] }}\n",
        folder.0.join(format!("store{number}")).display(),
        routes.join(", ")
    );
    let path = folder.0.join(format!("n{number}.conf"));
    std::fs::write(&path, text).unwrap();
    Program::start(Command::new("nats-server").arg("-c").arg(path))
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

/// What a topic keeps, read with `mosquitto_sub` from a node.
fn kept(port: u16, topic: &str) -> Option<String> {
    let output = Command::new("mosquitto_sub")
        .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-t", topic, "-C", "1", "-W", "10"])
        .args(["-i", &format!("look-{}-{topic}", std::process::id())])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Some(text).filter(|text| !text.is_empty())
}

fn eventually(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(300), "{what}");
        std::thread::sleep(Duration::from_millis(300));
    }
}

/// By hand, because a NATS cluster takes up to half a minute until it has found itself again:
/// `cargo test -p rapi-bridge --test mosquitto cluster -- --ignored`
#[test]
#[ignore = "takes one to two minutes, as the cluster needs them"]
fn a_cluster_of_three_brokers_loses_a_node_and_then_the_owner_of_the_station() {
    if !has_mosquitto() || !has_nats() {
        return;
    }
    let folder = Folder::new("nats");
    let ports: Vec<_> = (0..3).map(|_| (free_port(), free_port(), free_port())).collect();
    let mut nodes: Vec<_> = (0..3).map(|number| Some(node(&folder, number, &ports))).collect();
    let third = ports[2].1;
    eventually("the cluster has its leader", || {
        ports.iter().all(|port| TcpStream::connect((Ipv4Addr::LOCALHOST, port.1)).is_ok())
            && Command::new("mosquitto_pub")
                .args(["-h", "127.0.0.1", "-p", &third.to_string(), "-q", "1"])
                .args(["-t", "ready", "-m", "1", "-i", "ready"])
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success())
    });
    let urls: Vec<_> = ports.iter().map(|port| format!("mqtt://127.0.0.1:{}", port.1)).collect();
    let port = free_port();
    let station = Station::new();
    station.listen(port);
    let evse = format!("tcp://127.0.0.1:{port}");
    let mut first = standby(&urls.join(" "), &evse);
    let is_owner = |bridge: &mut Program| {
        bridge.err.drain();
        bridge.err.seen.iter().any(|line| line.contains("openevse is taken over"))
    };
    eventually("the first bridge has the station", || is_owner(&mut first));
    let mut second = standby(&[&*urls[1], &urls[2], &urls[0]].join(" "), &evse);
    eventually("the state on the third node", || {
        kept(third, "openevse/state").as_deref() == Some("1")
    });
    // The node of the first bridge dies; the bridge goes on at the next one, and remains the owner.
    nodes[0] = None;
    station.car("plug");
    eventually("the new state on the third node", || {
        kept(third, "openevse/state").as_deref() == Some("2")
    });
    assert!(!is_owner(&mut second));
    first.signal("KILL");
    eventually("the second bridge has the station", || is_owner(&mut second));
    station.car("unplug");
    eventually("the state by the second bridge", || {
        kept(third, "openevse/state").as_deref() == Some("1")
    });
}
