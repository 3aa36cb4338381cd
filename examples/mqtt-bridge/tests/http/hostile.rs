//! Those who mean no good: the charger's control goes on.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::client::{Socket, Web};

/// Whether a command still gets its answer.
fn goes_on(web: &Web) {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(20) {
        let mut stream = TcpStream::connect(("127.0.0.1", web.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        let request = format!(
            "GET /r?json=1&rapi=%24GV HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n",
            web.port
        );
        let _ = stream.write_all(request.as_bytes());
        let mut answer = String::new();
        if stream.read_to_string(&mut answer).is_ok() && answer.contains("$OK 8.2.3") {
            return;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    panic!("nobody is let in any more");
}

#[test]
fn a_huge_body_a_long_head_and_nonsense_are_refused() {
    let web = Web::start(&[]);
    let host = format!("Host: 127.0.0.1:{}\r\n", web.port);
    let huge = "x".repeat(70_000);
    assert_eq!(web.post("/override", &huge).status, 413);
    assert_eq!(web.post("/api/config-form", &format!("{{\"mqtt\": \"{huge}\"}}")).status, 413);
    for (text, status) in [
        (format!("POST /override HTTP/1.1\r\n{host}Content-Length: 99999999999\r\n\r\nx"), "413"),
        (format!("GET / HTTP/1.1\r\n{host}X: {huge}\r\n\r\n"), "431"),
        ("\0\u{1}\u{2} nonsense\r\n\r\n".to_owned(), "400"),
        (
            format!(
                "GET / HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n"
            ),
            "200",
        ),
    ] {
        let mut stream = web.connect();
        let _ = stream.write_all(text.as_bytes());
        let mut answer = [0; 12];
        // It may be closed before all was said.
        if stream.read_exact(&mut answer).is_ok() {
            assert!(answer.ends_with(status.as_bytes()), "{:?}", String::from_utf8_lossy(&answer));
        }
    }
    for body in
        ["\u{0}", "{\"state\": \"active\", \"state\": 3}", "[[[[[[[[[[[[[[[[", "\"13\r$FD\""]
    {
        for path in
            ["/override", "/claims/20", "/limit", "/schedule", "/config", "/status", "/restart"]
        {
            let answer = web.post(path, body);
            assert_eq!(answer.status, 400, "{path} {body:?}: {answer:?}");
        }
    }
    assert_eq!(web.get("/status").json()["state"], 1);
    goes_on(&web);
}

#[test]
fn a_thousand_slow_connections_take_only_their_places_and_only_for_a_while() {
    let web = Web::start(&[]);
    let mut slow = Vec::new();
    for number in 0..1000 {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", web.port)) else { continue };
        // Half a head; of some nothing.
        if number % 2 == 0 {
            let _ = stream.write_all(b"GET /status HTTP/1.1\r\nHost: 127");
        }
        slow.push(stream);
    }
    assert!(slow.len() > 900);
    // The station is polled all the same: its clock of charging goes on.
    goes_on(&web);
    web.charge();
    let amp = web.until("/status", |status| status["amp"] == 23_980);
    assert_eq!(amp["state"], 3);
    drop(slow);
    goes_on(&web);
}

#[test]
fn many_web_sockets_are_served_and_more_are_refused() {
    let web = Web::start(&[]);
    let mut sockets: Vec<_> = (0..100).map(|_| Socket::open(&web, &[]).unwrap()).collect();
    web.charge();
    for socket in &mut sockets {
        socket.until(|news| news["state"] == 3);
    }
    let more: Vec<_> = (0..200).map(|_| Socket::open(&web, &[])).collect();
    assert!(more.iter().any(|socket| matches!(socket, Err(503))), "there is an end to it");
    drop((sockets, more));
    goes_on(&web);
    let start = Instant::now();
    while Socket::open(&web, &[]).is_err() {
        assert!(start.elapsed() < Duration::from_secs(20), "their places are free again");
        std::thread::sleep(Duration::from_millis(200));
    }
}
