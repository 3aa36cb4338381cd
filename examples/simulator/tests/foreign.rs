//! Clients that others wrote, against the simulator: see `foreign/README.md`.

use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use rapi_sim::{Command, Config, Firmware, Handle, Pty, Time, VehicleChange, Wants, serve};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign");

/// Installs the clients; `None`, with a line that says why, where that cannot be done.
fn installed() -> Option<PathBuf> {
    static ONCE: OnceLock<Option<PathBuf>> = OnceLock::new();
    ONCE.get_or_init(install).clone()
}

fn install() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("foreign");
    let output = Process::new(format!("{HERE}/install")).arg(&folder).output();
    let problem = match output {
        Ok(output) if output.status.success() => return Some(folder),
        Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        Err(problem) => problem.to_string(),
    };
    assert!(std::env::var_os("CI").is_none(), "the foreign clients are not installed: {problem}");
    eprintln!("SKIPPED: the foreign clients cannot be installed: {problem}");
    None
}

/// A car that has charged with 24 A at 240 V for an hour, on a pseudo-terminal.
async fn station(firmware: &str, path: &Path) -> Handle {
    let firmware: Firmware = firmware.parse().unwrap();
    let station = serve(Config { firmware, ..Config::default() });
    // Where there is a boot lock, somebody has taken it off.
    let (mut near, far) = tokio::io::duplex(1024);
    station.attach(far).await;
    near.write_all(b"$SB^35\r").await.unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    while station.snapshot().await.unwrap().boot_locked {
        assert!(Instant::now() < deadline, "the boot lock stays");
    }
    let wants = Some(Wants::Energy);
    let car = VehicleChange { connected: Some(true), wants, ..VehicleChange::default() };
    station.command(Command::Vehicle(car)).await.unwrap();
    let hour = Time { advance_s: Some(3600.0), ..Time::default() };
    station.command(Command::Time(hour)).await.unwrap();
    station.attach(Pty::open(path).unwrap()).await;
    station
}

/// Runs a client against a station and returns what it says.
fn said_by(client: &str, firmware: &str, folder: &Path) -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let port = folder.join(format!("{client}-{firmware}"));
        let _station = station(firmware, &port).await;
        let mut process = if client.ends_with("js") {
            // It looks for its modules beside itself.
            std::fs::copy(format!("{HERE}/{client}"), folder.join(client)).unwrap();
            let mut node = Process::new("node");
            node.arg(folder.join(client));
            node
        } else {
            let mut python = Process::new(folder.join("venv/bin/python"));
            python.arg(format!("{HERE}/{client}"));
            python
        };
        process.arg(&port);
        let mut timed = Process::new("timeout");
        timed
            .arg("60")
            .arg(process.get_program())
            .args(process.get_args())
            .stderr(Stdio::inherit());
        let output = tokio::task::spawn_blocking(move || timed.output()).await.unwrap().unwrap();
        assert!(output.status.success(), "{client} with {firmware}");
        serde_json::from_slice(&output.stdout).unwrap()
    })
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// Whether this is the energy of an hour, and of the seconds that the test has taken.
fn is_an_hour(watt_hours: f64) -> bool {
    // The ammeter counts whole steps of 220 mA: 24 A are 23.98 A.
    (5755.0..5955.0).contains(&watt_hours)
}

#[test]
fn the_npm_package_openevse_reads_and_sets_what_the_station_is() {
    let Some(folder) = installed() else { return };
    let said = said_by("client.js", "8.2.3", &folder);
    assert_eq!(said["version"], json!(["8.2.3", "5.2.1"]));
    assert_eq!(said["state"], 3);
    assert_eq!((&said["current"], &said["current_set"]), (&json!([24]), &json!([16])));
    assert_eq!(said["range"], json!([6, 80]));
    assert!(is_an_hour(number(&said["energy"][0]) / 3600.0), "{said}");
    assert!(number(&said["time"]) <= 5000.0, "{said}");
    assert_eq!(said["temperatures"], json!([252, 240, -2560]));
    assert_eq!(said["faults"], json!([0, 0, 0]));
    // Its fault: it reads a hexadecimal state as decimal.
    assert_eq!(said["asleep"], "ParseError");
}

#[test]
fn the_pypi_package_python_openevse_reads_and_sets_what_the_station_is() {
    let Some(folder) = installed() else { return };
    let said = said_by("client.py", "8.2.3", &folder);
    assert_eq!(said["version"], json!({ "firmware": "8.2.3", "protocol": "5.2.1" }));
    assert_eq!(said["state"], "charging");
    assert_eq!((&said["current"], &said["current_set"]), (&json!(24), &json!(16)));
    assert_eq!(said["range"], json!([6, 80]));
    assert!(number(&said["time"]) <= 5.0, "{said}");
    assert_eq!(said["temperatures"]["ds3231temp"], 25.2);
    assert_eq!(said["faults"], json!({ "GFI self test": 0, "Ground": 0, "Stuck relay": 0 }));
    // Its faults: it compares the state with a decimal 3, and reads it as decimal.
    assert_eq!(said["elapsed"], "NotCharging");
    assert!(said["asleep"].as_str().unwrap().starts_with("ValueError"), "{said}");
}
