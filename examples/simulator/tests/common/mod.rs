//! The program, started for a test.
// Each test takes what it needs.
#![allow(dead_code)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

pub struct Simulator {
    pub child: Child,
    pub out: BufReader<ChildStdout>,
}

impl Simulator {
    /// Starts it on a free port and returns where it listens.
    pub fn start(more: &[&str]) -> (Self, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_rapi-sim"))
            .args(["--listen", "tcp://127.0.0.1:0"])
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.trim().rsplit_once("tcp://").unwrap().1.to_owned();
        (Self { child, out }, address)
    }

    /// Says a word to the car and returns the line that comes back.
    pub fn car(&mut self, word: &str, expected: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{word}").unwrap();
        loop {
            let mut line = String::new();
            assert_ne!(self.out.read_line(&mut line).unwrap(), 0, "{expected} did not come");
            if line.trim() == expected {
                return;
            }
        }
    }

    /// Asks for the status until the station says this of itself: the ammeter reads every other
    /// second.
    pub fn draws(&mut self, expected: &str) {
        for _ in 0..100 {
            writeln!(self.child.stdin.as_mut().unwrap(), "status").unwrap();
            let mut line = String::new();
            while !line.starts_with("pilot ") {
                line.clear();
                assert_ne!(self.out.read_line(&mut line).unwrap(), 0, "{expected} did not come");
            }
            if line.trim() == expected {
                return;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        panic!("{expected} did not come");
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

pub fn expect(stream: &mut TcpStream, line: &str) {
    let mut received = vec![0; line.len()];
    stream.read_exact(&mut received).unwrap();
    assert_eq!(String::from_utf8_lossy(&received), line);
}

pub fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rapi-sim")).args(arguments).output().unwrap()
}

/// Sends a line and reads until what comes ends with a line that contains this.
pub fn ask(stream: &mut TcpStream, line: &str, until: &str) -> String {
    stream.write_all(line.as_bytes()).unwrap();
    let mut text = String::new();
    while !(text.contains(until) && text.ends_with('\r')) {
        let mut buffer = [0; 512];
        let count = stream.read(&mut buffer).unwrap();
        assert_ne!(count, 0, "closed after {text:?}");
        text.push_str(&String::from_utf8_lossy(&buffer[..count]));
    }
    text
}
