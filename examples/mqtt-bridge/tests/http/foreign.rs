//! Clients that others wrote; see `foreign/README.md`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::client::Web;

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
