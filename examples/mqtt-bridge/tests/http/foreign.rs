//! Clients that others wrote; see `foreign/README.md`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::client::Web;
use crate::support::{Program, hash};

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/http/foreign");

/// Installs the clients; `None`, with a line that says why, where that cannot be done.
fn installed() -> Option<&'static PathBuf> {
    static ONCE: OnceLock<Option<PathBuf>> = OnceLock::new();
    ONCE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("foreign-http");
        let output = Command::new(format!("{HERE}/install")).arg(&folder).output();
        let problem = match output {
            Ok(output) if output.status.success() => return Some(folder),
            Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            Err(problem) => problem.to_string(),
        };
        assert!(std::env::var_os("CI").is_none(), "no foreign clients: {problem}");
        eprintln!("SKIPPED: the foreign clients cannot be installed: {problem}");
        None
    })
    .as_ref()
}

fn said_by(mut client: Command) -> Value {
    let output = client.stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "{client:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_npm_package_openevse_talks_to_the_bridge_as_to_a_gateway() {
    let Some(folder) = installed() else { return };
    let web = Web::start(&[]);
    web.charge();
    // It looks for its modules beside itself.
    std::fs::copy(format!("{HERE}/client.js"), folder.join("client.js")).unwrap();
    let mut node = Command::new("timeout");
    node.args(["60", "node"]).arg(folder.join("client.js")).arg(format!("127.0.0.1:{}", web.port));
    let said = said_by(node);
    assert_eq!(said["version"], json!(["8.2.3", "5.2.1"]));
    assert_eq!(said["state"], 3);
    assert_eq!((&said["current"], &said["current_set"]), (&json!([24]), &json!([16])));
    assert_eq!(said["range"], json!([6, 80]));
    assert_eq!(said["temperatures"], json!([252, 240, -2560]));
    web.until("/status", |status| status["pilot"] == 16);
}

#[test]
fn the_pypi_package_python_openevse_http_talks_to_the_bridge_as_to_a_gateway() {
    let Some(folder) = installed() else { return };
    let web = Web::start(&["--grid", "home/grid"]);
    web.charge();
    let mut python = Command::new("timeout");
    python.arg("60").arg(folder.join("venv/bin/python")).arg(format!("{HERE}/client.py"));
    python.arg(format!("127.0.0.1:{}", web.port));
    let said = said_by(python);
    assert_eq!(said["serial"], json!({ "serial": "rapi-bridge-openevse", "model": "rapi-bridge" }));
    assert_eq!((&said["firmware"], &said["status"]), (&json!("8.2.3"), &json!("active")));
    assert_eq!((&said["state"], &said["vehicle"]), (&json!("charging"), &json!(true)));
    assert_eq!(said["rapi"], json!(["$GV", "$OK 8.2.3 5.2.1^2F"]));
    assert_eq!(said["divertmode"], "eco");
    assert_eq!(said["override"]["charge_current"], 10);
    assert_eq!(said["limit"]["type"], "energy");
    assert_eq!(said["claims"], json!({ "state": "disabled", "charge_current": 10 }));
    assert_eq!((&said["min"], &said["max"]), (&json!(6), &json!(80)));
    assert_eq!(said["pushed"], true, "the web socket tells what changes");
    assert_eq!(said["battery"], 55);
}

#[test]
fn python_openevse_http_of_five_years_is_understood() {
    let Some(folder) = installed() else { return };
    for version in ["0.1.30", "0.1.60", "0.1.85", "0.2.1", "1.9.1"] {
        let web = Web::start(&["--grid", "home/grid"]);
        web.charge();
        let mut python = Command::new("timeout");
        python.arg("60").arg(folder.join("venv/bin/python")).arg(format!("{HERE}/versions.py"));
        python.arg(format!("127.0.0.1:{}", web.port));
        python.env("PYTHONPATH", folder.join("versions").join(version));
        let said = said_by(python);
        assert_eq!(said["serial"], "rapi-bridge-openevse", "{version}: {said}");
        // The oldest one writes it large.
        let state = said["state"].as_str().unwrap().to_lowercase();
        assert_eq!((&said["openevse_firmware"], &*state), (&json!("8.2.3"), "charging"));
        assert_eq!(said["rapi"], json!(["$GV", "$OK 8.2.3 5.2.1^2F"]), "{version}");
        assert_eq!(said["override"]["charge_current"], 11, "{version}: {said}");
        assert_eq!((&said["toggled"], &said["cleared"]), (&json!("disabled"), &json!({})));
        if version == "1.9.1" {
            assert_eq!(said["target"]["properties"]["charge_current"], 12);
            assert_eq!(said["target"]["claims"]["charge_current"], 20);
            assert_eq!(
                (&said["event"]["days"], &said["schedule"]),
                (&json!(["monday"]), &json!([]))
            );
            assert_eq!(said["time"], json!(["local_time", "offset", "time"]));
            assert_eq!(said["notifications"], "EndpointNotFound");
        }
    }
}

#[test]
fn the_pypi_package_openevsewifi_reads_the_answer_from_the_page_as_well() {
    let Some(folder) = installed() else { return };
    let web = Web::start(&[]);
    web.charge();
    web.until("/status", |status| status["elapsed"].as_u64() > Some(0));
    let mut python = Command::new("timeout");
    python.arg("60").arg(folder.join("venv/bin/python")).arg(format!("{HERE}/wifi.py"));
    python.arg(format!("127.0.0.1:{}", web.port));
    let said = said_by(python);
    for way in ["json", "page"] {
        let said = said[way].as_array().unwrap();
        let station = json!(["charging", true, 6, 80, 24]);
        assert_eq!(json!(said[..5]), station, "{way}");
        assert!((20.0..30.0).contains(&said[5].as_f64().unwrap()), "{way}: °C: {said:?}");
        assert_eq!((&said[6], &said[7]), (&json!(23.98), &json!("8.2.3")), "{way}");
    }
}

/// Two computers with a cable between them; they go away with it.
struct Hosts(String);

impl Hosts {
    /// As root only; nothing, with a line that says so, elsewhere.
    fn new() -> Option<Self> {
        let hosts = Self(format!("rapi{}", std::process::id()));
        let name = &hosts.0;
        let (one, two) = (format!("{name}a"), format!("{name}b"));
        let made = ip(&["netns", "add", &one]) && ip(&["netns", "add", &two]);
        if !made {
            eprintln!("SKIPPED: no network namespaces here (ip netns add, as root)");
            return None;
        }
        let add =
            ["link", "add", "eth", "netns", &one, "type", "veth", "peer", "eth", "netns", &two];
        assert!(ip(&add));
        for (host, address) in [(&one, "10.77.0.1/24"), (&two, "10.77.0.2/24")] {
            assert!(ip(&["-n", host, "addr", "add", address, "dev", "eth"]));
            assert!(ip(&["-n", host, "link", "set", "eth", "up"]));
            assert!(ip(&["-n", host, "link", "set", "lo", "up"]));
        }
        Some(hosts)
    }

    fn on(&self, host: char, program: &Path) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &format!("{}{host}", self.0)]).arg(program);
        command
    }
}

impl Drop for Hosts {
    fn drop(&mut self) {
        for host in ["a", "b"] {
            ip(&["netns", "delete", &format!("{}{host}", self.0)]);
        }
    }
}

fn ip(arguments: &[&str]) -> bool {
    let mut command = Command::new("ip");
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[test]
fn a_station_is_found_from_another_host_and_gone_when_the_bridge_is() {
    let (Some(folder), Some(hosts)) = (installed(), Hosts::new()) else { return };
    let password = format!("http.password_hash={}", hash("secret"));
    let mut bridge = hosts.on('a', Path::new(env!("CARGO_BIN_EXE_rapi-bridge")));
    let mut bridge = Program::start(bridge.args(["--http", "0.0.0.0:8080", "--set", &password]));
    bridge.out.wait("the station", |line| line.starts_with("station "));
    let mut browser = hosts.on('b', &folder.join("venv/bin/python"));
    let mut browser = Program::start(browser.args([&format!("{HERE}/browse.py"), "10.77.0.2"]));
    let line = |kind| {
        format!("added openevse.{kind}._tcp.local. ['10.77.0.1'] 8080 rapi-bridge openevse True")
    };
    browser.out.wait_for_all(&[&line("_openevse"), &line("_http")]);
    bridge.signal("TERM");
    assert_eq!(bridge.exit_code(), Some(0));
    // It says goodbye: the browser would wait for an hour else.
    assert_eq!(browser.exit_code(), Some(0));
}
