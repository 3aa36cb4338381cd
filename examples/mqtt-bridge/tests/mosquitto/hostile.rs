//! Messages that nobody should send, and brokers that end in the middle of one.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use rapi_sim::{Config, LineFaults, World};
use rumqttc::{Client, MqttOptions, QoS};

use crate::prelude::*;

#[test]
fn a_message_of_any_length_is_answered_and_ends_no_connection() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("huge", None);
    let bytes = |length: usize| (0..length).map(|at| (at * 7 % 256) as u8).collect::<Vec<_>>();
    // What the broker keeps comes again with each connection.
    mosquitto.publish_bytes("openevse/rapi/in/$FS", &bytes(1_000_000), &["-r"]);
    mosquitto.publish_bytes("openevse/current/set", &bytes(1_000_000), &["-r"]);
    // What the bridge says, and not what it is told.
    let said = ["openevse/+", "openevse/+/result", "openevse/+/+/result"];
    let answers = ["openevse/rapi/error", "openevse/rapi/out/#", "openevse"];
    let mut sub = mosquitto.subscribe_to(&[&said[..], &answers].concat());
    let grid = ["--mqtt", &mosquitto.url(), "--grid", "home/grid"];
    let mut bridge = bridge(&grid);
    sub.out.wait_for("openevse/state 1");
    for length in [5_000_000, 262_144, 70_000] {
        mosquitto.publish_bytes("home/grid", &bytes(length), &[]);
        mosquitto.publish_bytes("openevse/rapi/in/$SC", &bytes(length), &[]);
        sub.out.wait_for("openevse/rapi/error $SC: a payload has at most 65536 bytes");
        mosquitto.publish_bytes("openevse/override/set", &bytes(length), &[]);
        sub.out.wait_for("openevse/override/result error: a payload has at most 65536 bytes");
    }
    // What is short enough is not told again in full.
    let quotes = "\"".repeat(60_000);
    for topic in ["current/set", "enable/set", "divertmode/set", "schedule/clear", "sim/set"] {
        mosquitto.publish_bytes(&format!("openevse/{topic}"), quotes.as_bytes(), &[]);
        let start = format!("openevse/{}/result error: ", topic.trim_end_matches("/set"));
        let line = sub.out.wait(&start, |line| line.starts_with(&start));
        assert!(line.len() < 1_000, "{topic}: {} bytes", line.len());
    }
    let days = format!(
        r#"[{{"id": 1, "state": "active", "time": "22:00", "days": [{}]}}]"#,
        vec![r#""monday""#; 6_000].join(",")
    );
    mosquitto.publish_bytes("openevse/schedule/set", days.as_bytes(), &[]);
    sub.out.wait_for("openevse/schedule/result 1 events");
    let long = format!("$G{}", "x".repeat(30_000));
    mosquitto.publish(&format!("openevse/rapi/in/{long}"), "", &[]);
    let line = sub.out.wait("a refusal", |line| line.starts_with("openevse/rapi/error $Gx"));
    assert!(line.len() < 1_000, "{} bytes", line.len());
    // An id comes back whole.
    let id = format!(r#"{{"id": "{}"}}"#, "i".repeat(60_000));
    mosquitto.publish_bytes("openevse/rapi/in/$GE", id.as_bytes(), &[]);
    let line = sub.out.wait("an answer", |line| line.starts_with("openevse/rapi/out/$GE {"));
    assert!(line.contains("$OK 24 0001^27") && line.len() > 60_000, "{} bytes", line.len());
    sub.out.drain();
    assert!(!sub.out.seen.iter().any(|line| line == "openevse disconnected"));
    bridge.err.drain();
    assert!(!bridge.err.seen.iter().any(|line| line.contains("trying again")));
    assert!(bridge.err.seen.iter().all(|line| line.len() < 2_000));
}

#[test]
fn what_the_fuses_want_does_not_stand_in_the_queue_of_a_flood() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("queue", None);
    let port = free_port();
    // A line on which each command takes its time: strangers keep the queue full.
    let line = LineFaults { delay_ms: 40, ..LineFaults::default() };
    let world = World { line, seed: 3, speed: 1.0 };
    let station = Station::within(world, Config::default());
    station.listen(port);
    let evse = format!("tcp://127.0.0.1:{port}");
    let mut sub = mosquitto.subscribe("openevse/state");
    let limit = ["--set", "station.live_power=home/all", "--set", "station.live_power_limit=9000"];
    let more = [&limit[..], &["-vv"]].concat();
    let mut bridge = bridge(&[&["--mqtt", &mosquitto.url(), "--evse", &evse][..], &more].concat());
    sub.out.wait_for("openevse/state 254");
    // A thousand a second, for as long as this test takes.
    let over = Arc::new(AtomicBool::new(false));
    let options = MqttOptions::new("flood", "127.0.0.1", mosquitto.port);
    let (client, mut connection) = Client::new(options, 100);
    let stop = Arc::clone(&over);
    std::thread::spawn(
        move || while connection.iter().next().is_some_and(|event| event.is_ok()) {},
    );
    std::thread::spawn(move || {
        while !stop.load(Ordering::Relaxed) {
            for _ in 0..10 {
                let _ = client.try_publish("openevse/rapi/in/$GC", QoS::AtMostOnce, false, "");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    });
    let busy = "$GC: the charging station is busy: try again";
    bridge.err.wait("a refusal", |line| line.contains(busy));
    // There is room, and then there is none.
    for (watts, state) in [("500", "1"), ("12000", "254")] {
        let wanted = format!("openevse/state {state}");
        let mut tries = 0..120;
        while sub.out.seen.last() != Some(&wanted) {
            assert!(tries.next().is_some(), "{wanted} did not come: {:?}", sub.out.seen);
            mosquitto.publish("home/all", watts, &[]);
            std::thread::sleep(Duration::from_millis(500));
            sub.out.drain();
        }
    }
    over.store(true, Ordering::Relaxed);
    bridge.err.drain();
    let waited = |line: &&String| line.contains("not carried out: the charging station is busy");
    assert_eq!(bridge.err.seen.iter().find(waited), None);
}

/// One packet of MQTT: its first byte and what follows its length.
fn packet(stream: &mut TcpStream) -> Option<(u8, Vec<u8>)> {
    let mut byte = || {
        let mut one = [0];
        stream.read_exact(&mut one).ok().map(|()| one[0])
    };
    let kind = byte()?;
    let (mut length, mut shift) = (0, 0);
    loop {
        let part = byte()?;
        length |= usize::from(part & 0x7f) << shift;
        shift += 7;
        if part & 0x80 == 0 {
            break;
        }
    }
    let mut rest = vec![0; length];
    stream.read_exact(&mut rest).ok()?;
    Some((kind, rest))
}

/// A message on a topic, QoS 0, without a payload.
fn message(topic: &str) -> Vec<u8> {
    let length = u8::try_from(topic.len()).unwrap();
    [&[0x30, length + 2, 0, length][..], topic.as_bytes()].concat()
}

/// Lets a client in, acknowledges what it sends, and tells which topics it publishes on.
fn serve(mut stream: TcpStream, published: &Sender<String>) {
    while let Some((kind, rest)) = packet(&mut stream) {
        let answer = match kind >> 4 {
            1 => vec![0x20, 2, 0, 0],
            8 => vec![0x90, 3, rest[0], rest[1], 1],
            12 => vec![0xd0, 0],
            3 => {
                let end = 2 + usize::from(u16::from_be_bytes([rest[0], rest[1]]));
                let topic = String::from_utf8_lossy(&rest[2..end]).into_owned();
                if published.send(topic).is_err() {
                    return;
                }
                if kind & 6 == 0 { continue } else { vec![0x40, 2, rest[end], rest[end + 1]] }
            }
            _ => continue,
        };
        if stream.write_all(&answer).is_err() {
            return;
        }
    }
}

/// A client that has come, to write to, and what it publishes on.
fn accept(listener: &TcpListener) -> (TcpStream, Receiver<String>) {
    let stream = listener.accept().unwrap().0;
    let (published, topics) = channel();
    let reader = stream.try_clone().unwrap();
    std::thread::spawn(move || serve(reader, &published));
    (stream, topics)
}

#[test]
fn what_came_with_the_end_of_a_connection_is_not_carried_out_after_the_next_one() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("mqtt://{}", listener.local_addr().unwrap());
    let _bridge = bridge(&["--mqtt", &url]);
    let until = |topics: &Receiver<String>, wanted: &str| {
        let mut seen = Vec::new();
        while seen.last().is_none_or(|topic| topic != wanted) {
            seen.push(topics.recv_timeout(crate::support::PATIENCE).expect(wanted));
        }
        seen
    };
    let (mut first, topics) = accept(&listener);
    until(&topics, "openevse/state");
    // A command, and nonsense behind it: in one piece.
    first.write_all(&[message("openevse/rapi/in/$FS"), vec![0xf0, 0]].concat()).unwrap();
    let (mut second, topics) = accept(&listener);
    until(&topics, "openevse/state");
    second.write_all(&message("openevse/rapi/in/$GE")).unwrap();
    let seen = until(&topics, "openevse/rapi/out/$GE");
    assert!(!seen.contains(&"openevse/rapi/out/$FS".to_owned()), "{seen:?}");
}
