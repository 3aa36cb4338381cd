//! Programs that are run, and what they say.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long anything may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Whether mosquitto is installed. Where it is not, the test says so and passes; in CI it fails.
pub fn has_mosquitto() -> bool {
    let found = ["mosquitto", "mosquitto_sub", "mosquitto_pub"].iter().all(|program| {
        let mut command = Command::new(program);
        command.arg("-h").stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok() || Path::new("/usr/sbin").join(program).exists()
    });
    if !found {
        assert!(
            std::env::var_os("CI").is_none(),
            "mosquitto is missing: apt-get install mosquitto"
        );
        // Not by println!: the test runner would swallow it.
        let line =
            "SKIPPED: mosquitto is not installed (apt-get install mosquitto mosquitto-clients)\n";
        std::io::stderr().write_all(line.as_bytes()).expect("stderr");
    }
    found
}

/// A port that nobody uses at this moment.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// A folder that goes away.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("rapi-{name}-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A running program; it is stopped when this is dropped.
pub struct Program {
    child: Child,
    pub out: Lines,
    pub err: Lines,
}

impl Program {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let out = Lines::of(child.stdout.take().expect("a pipe"));
        let err = Lines::of(child.stderr.take().expect("a pipe"));
        Self { child, out, err }
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, for instance `TERM`.
    pub fn signal(&self, name: &str) {
        let status =
            Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status();
        assert!(status.expect("kill").success());
    }

    /// Waits for its end and returns the exit code.
    pub fn exit_code(&mut self) -> Option<i32> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status.code();
            }
            assert!(start.elapsed() < PATIENCE, "the program does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines that a program writes.
pub struct Lines {
    lines: Receiver<String>,
    pub seen: Vec<String>,
}

impl Lines {
    fn of(stream: impl Read + Send + 'static) -> Self {
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { lines, seen: Vec::new() }
    }

    /// Waits for a line that fits, among those that were not waited for yet.
    pub fn wait(&mut self, what: &str, fits: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        while let Some(left) = PATIENCE.checked_sub(start.elapsed()) {
            let Ok(line) = self.lines.recv_timeout(left) else { break };
            self.seen.push(line.clone());
            if fits(&line) {
                return line;
            }
        }
        panic!("{what} did not come; there came\n{}", self.seen.join("\n"));
    }

    /// Waits for exactly this line.
    pub fn wait_for(&mut self, line: &str) {
        self.wait(line, |seen| seen == line);
    }

    /// Waits for all of these lines, in whichever order.
    pub fn wait_for_all(&mut self, lines: &[&str]) {
        let mut missing = lines.to_vec();
        while !missing.is_empty() {
            let line = self.wait(&format!("{missing:?}"), |seen| missing.contains(&seen));
            missing.retain(|other| *other != line);
        }
    }

    /// Takes what has come so far.
    pub fn drain(&mut self) {
        while let Ok(line) = self.lines.try_recv() {
            self.seen.push(line);
        }
    }
}

/// A mosquitto on a port of its own.
pub struct Mosquitto {
    pub port: u16,
    config: PathBuf,
    broker: Option<Program>,
    _folder: Folder,
    credentials: Option<(String, String)>,
}

impl Mosquitto {
    pub fn start(name: &str, credentials: Option<(&str, &str)>) -> Self {
        Self::configured(name, credentials, "")
    }

    /// Without passwords, and with more in its configuration.
    pub fn with(name: &str, more: &str) -> Self {
        Self::configured(name, None, more)
    }

    fn configured(name: &str, credentials: Option<(&str, &str)>, more: &str) -> Self {
        let folder = Folder::new(name);
        let port = free_port();
        let config = folder.0.join("mosquitto.conf");
        let mut text = format!("listener {port} 127.0.0.1\n");
        if let Some((user, password)) = credentials {
            let file = folder.0.join("passwords");
            std::fs::write(&file, "").expect("a file");
            let status = Command::new("mosquitto_passwd")
                .arg("-b")
                .arg(&file)
                .args([user, password])
                .status()
                .expect("mosquitto_passwd");
            assert!(status.success());
            // As root, mosquitto gives its privileges up and has to read it all the same.
            text += &format!("password_file {}\nuser root\n", file.display());
        } else {
            text += "allow_anonymous true\n";
        }
        text += more;
        std::fs::write(&config, text).expect("a file");
        let credentials = credentials.map(|(u, p)| (u.to_owned(), p.to_owned()));
        let mut broker = Self { port, config, broker: None, _folder: folder, credentials };
        broker.restart();
        broker
    }

    pub fn stop(&mut self) {
        self.broker = None;
    }

    pub fn restart(&mut self) {
        self.stop();
        let program = Path::new("/usr/sbin/mosquitto");
        let program = if program.exists() { program } else { Path::new("mosquitto") };
        self.broker = Some(Program::start(Command::new(program).arg("-c").arg(&self.config)));
        let start = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            assert!(start.elapsed() < PATIENCE, "mosquitto does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn url(&self) -> String {
        match &self.credentials {
            Some((user, password)) => format!("mqtt://{user}:{password}@127.0.0.1:{}", self.port),
            None => format!("mqtt://127.0.0.1:{}", self.port),
        }
    }

    fn client(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.args(["-h", "127.0.0.1", "-p", &self.port.to_string()]);
        if let Some((user, password)) = &self.credentials {
            command.args(["-u", user, "-P", password]);
        }
        command
    }

    /// Subscribes with `mosquitto_sub -v`.
    pub fn subscribe(&self, topic: &str) -> Program {
        self.subscribe_to(&[topic])
    }

    /// The same with several topics.
    pub fn subscribe_to(&self, topics: &[&str]) -> Program {
        let mut command = self.client("mosquitto_sub");
        command.arg("-v");
        for topic in topics {
            command.args(["-t", topic]);
        }
        Program::start(&mut command)
    }

    /// Subscribes under a name of which the broker wants no password.
    pub fn subscribe_as(&self, user: &str, topic: &str) -> Program {
        Program::start(self.client("mosquitto_sub").args(["-v", "-u", user, "-t", topic]))
    }

    /// What the broker keeps of a topic for those who come later.
    pub fn kept(&self, topic: &str) -> Option<String> {
        let mut command = self.client("mosquitto_sub");
        command.args(["--retained-only", "-C", "1", "-W", "3", "-t", topic]);
        let output = command.output().expect("mosquitto_sub");
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Some(text).filter(|text| !text.is_empty())
    }

    /// Publishes each line, as fast as it goes.
    pub fn publish_lines(&self, topic: &str, lines: &str) {
        self.publish_input(topic, lines.as_bytes(), &["-l"]);
    }

    /// Publishes what no command line could hold.
    pub fn publish_bytes(&self, topic: &str, payload: &[u8], more: &[&str]) {
        self.publish_input(topic, payload, &[&["-s"], more].concat());
    }

    fn publish_input(&self, topic: &str, input: &[u8], more: &[&str]) {
        let mut command = self.client("mosquitto_pub");
        command.args(["-t", topic]).args(more).stdin(Stdio::piped());
        let mut child = command.spawn().expect("mosquitto_pub");
        child.stdin.take().expect("a pipe").write_all(input).expect("written");
        assert!(child.wait().expect("mosquitto_pub").success());
    }

    /// Publishes with `mosquitto_pub`.
    pub fn publish(&self, topic: &str, payload: &str, more: &[&str]) {
        let mut command = self.client("mosquitto_pub");
        let status = command.args(["-t", topic, "-m", payload]).args(more).status();
        assert!(status.expect("mosquitto_pub").success());
    }
}

/// What `rapi-bridge hash-password` makes of what it reads.
pub fn hash(given: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rapi-bridge"))
        .arg("hash-password")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(given.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The bridge.
pub fn bridge(arguments: &[&str]) -> Program {
    Program::start(Command::new(env!("CARGO_BIN_EXE_rapi-bridge")).args(arguments))
}
