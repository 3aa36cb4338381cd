//! Figures, not checks: see "HTTP" in the README for the command.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rapi_sim::{Address, Config, serve, tcp};

use crate::client::{Socket, Web};
use crate::support::free_port;

const ROUNDS: usize = 500;

/// The median, and what a tenth of all were faster than: on a busy computer the median is that of
/// waiting.
fn times(mut ask: impl FnMut()) -> [Duration; 2] {
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            ask();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    [times[ROUNDS / 2], times[ROUNDS / 10]]
}

#[test]
#[ignore = "a figure"]
fn what_r_adds_to_the_station_s_own_answer() {
    let port = free_port();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _station = runtime.block_on(async {
        let station = serve(Config::default());
        let address: Address = format!("tcp://127.0.0.1:{port}").parse().unwrap();
        tcp(&address, station.clone()).await.unwrap();
        station
    });
    let mut line = BufReader::new(TcpStream::connect(("127.0.0.1", port)).unwrap());
    line.get_ref().set_nodelay(true).unwrap();
    let own = times(|| {
        line.get_mut().write_all(b"$GV^35\r").unwrap();
        loop {
            let mut answer = Vec::new();
            line.read_until(b'\r', &mut answer).unwrap();
            // Not what the station tells by itself.
            if answer.starts_with(b"$OK 8.2.3") {
                return;
            }
        }
    });
    drop(line);
    let web = Web::start(&["--evse", &format!("tcp://127.0.0.1:{port}")]);
    let mut http = BufReader::new(web.connect());
    let host = web.port;
    let over = times(|| {
        let request =
            format!("GET /r?json=1&rapi=%24GV HTTP/1.1\r\nHost: 127.0.0.1:{host}\r\n\r\n");
        http.get_mut().write_all(request.as_bytes()).unwrap();
        let mut length = 0;
        loop {
            let mut head = String::new();
            http.read_line(&mut head).unwrap();
            if let Some((name, value)) = head.split_once(": ")
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap();
            }
            if head == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        http.read_exact(&mut body).unwrap();
        let body = String::from_utf8_lossy(&body);
        assert!(body.contains("$OK 8.2.3"), "{body}");
    });
    for (what, own, over) in [("median", own[0], over[0]), ("fastest tenth", own[1], over[1])] {
        println!("{what}: the station {own:?}, /r {over:?}, added {:?}", over.saturating_sub(own));
    }
}

/// Processor time of a process, in ticks of 10 ms.
fn ticks(id: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    let fields: Vec<_> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

#[test]
#[ignore = "a figure"]
fn what_a_hundred_web_sockets_cost() {
    let web = Web::start(&[]);
    web.charge();
    let per_cent = |seconds: u64| {
        let before = ticks(web.program.id());
        std::thread::sleep(Duration::from_secs(seconds));
        (ticks(web.program.id()) - before) as f64 / seconds as f64
    };
    let alone = per_cent(15);
    let sockets: Vec<_> = (0..100).map(|_| Socket::open(&web, &[]).unwrap()).collect();
    let readers: Vec<_> = sockets
        .into_iter()
        .map(|mut socket| {
            std::thread::spawn(move || {
                let mut count = 0;
                while socket.next().is_some() {
                    count += 1;
                }
                count
            })
        })
        .collect();
    let with = per_cent(15);
    drop(web);
    let messages: u32 = readers.into_iter().map(|reader| reader.join().unwrap()).sum();
    println!(
        "of one core: {alone:.1} % without, {with:.1} % with 100 web sockets, which heard {messages}"
    );
}
