//! TLS, certificates, passwords from files, and brokers that are not there, with a real mosquitto.

use std::process::Command;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair};

use crate::prelude::*;

/// An authority, and what it has signed, as PEM files.
struct Authority {
    folder: Folder,
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Authority {
    fn new(name: &str) -> Self {
        let folder = Folder::new(name);
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        let authority = Self { folder, certificate, key };
        std::fs::write(authority.path("ca.pem"), authority.certificate.pem()).unwrap();
        authority
    }

    fn path(&self, name: &str) -> String {
        self.folder.0.join(name).display().to_string()
    }

    /// Signs a certificate and returns the paths of it and of its key.
    fn sign(&self, name: &str, host: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        // One that has the name of its authority would look self-signed.
        params.distinguished_name.push(DnType::CommonName, name);
        let certificate = params.signed_by(&key, &self.certificate, &self.key).unwrap();
        let paths = (self.path(&format!("{name}.pem")), self.path(&format!("{name}.key")));
        std::fs::write(&paths.0, certificate.pem()).unwrap();
        std::fs::write(&paths.1, key.serialize_pem()).unwrap();
        paths
    }
}

/// A mosquitto with a second listener that talks TLS and wants certificates.
fn broker(authority: &Authority, host: &str) -> (Mosquitto, String) {
    let (certificate, key) = authority.sign("server", host);
    let port = free_port();
    let text = format!(
        "user root\nlistener {port} 127.0.0.1\ncafile {}\ncertfile {certificate}\nkeyfile {key}\n\
         require_certificate true\n",
        authority.path("ca.pem")
    );
    (Mosquitto::with("tls", &text), format!("mqtts://127.0.0.1:{port}"))
}

fn secure(url: &str, ca: &str, client: &(String, String)) -> Program {
    let set = |key: &str, value: &str| format!("mqtt.{key}={value}");
    bridge(&[
        "--mqtt",
        url,
        "--set",
        &set("ca_file", ca),
        "--set",
        &set("client_certificate", &client.0),
        "--set",
        &set("client_key", &client.1),
    ])
}

#[test]
fn tls_with_an_authority_and_a_certificate_of_ones_own() {
    if !has_mosquitto() {
        return;
    }
    let authority = Authority::new("ca-right");
    let client = authority.sign("client", "rapi-bridge");
    let (mosquitto, url) = broker(&authority, "127.0.0.1");
    let mut sub = mosquitto.subscribe("openevse/#");
    let _bridge = secure(&url, &authority.path("ca.pem"), &client);
    sub.out.wait_for("openevse connected");
    sub.out.wait_for("openevse/state 1");
    mosquitto.publish("openevse/rapi/in/$GV", "", &[]);
    sub.out.wait_for("openevse/rapi/out $OK 8.2.3 5.2.1^2F");
}

#[test]
fn a_broker_that_somebody_else_vouches_for_or_that_has_another_name_is_not_trusted() {
    if !has_mosquitto() {
        return;
    }
    let authority = Authority::new("ca-broker");
    let client = authority.sign("client", "rapi-bridge");
    let other = Authority::new("ca-other");
    let (_mosquitto, url) = broker(&authority, "127.0.0.1");
    let mut stranger = secure(&url, &other.path("ca.pem"), &client);
    stranger.err.wait("a sentence", |line| line.contains("no TLS") && line.contains("certificate"));

    let (_mosquitto, url) = broker(&authority, "somewhere.else");
    let mut impostor = secure(&url, &authority.path("ca.pem"), &client);
    impostor.err.wait("a sentence", |line| line.contains("no TLS") && line.contains("name"));

    // What else may be wrong is said with what would be right.
    let plain = url.replace("mqtts://", "mqtt://");
    let mut open = bridge(&["--mqtt", &plain]);
    open.err.wait("a sentence", |line| line.contains("a port with TLS wants mqtts://"));
    let authority_alone = format!("mqtt.ca_file={}", authority.path("ca.pem"));
    let (_mosquitto, url) = broker(&authority, "127.0.0.1");
    let mut nameless = bridge(&["--mqtt", &url, "--set", &authority_alone]);
    nameless.err.wait("a sentence", |line| line.contains("the broker wants a certificate"));

    let nothing = ("/nowhere.pem".to_owned(), "/nowhere.key".to_owned());
    let mut nobody = secure(&url, &authority.path("ca.pem"), &nothing);
    nobody.err.wait("a sentence", |line| line.contains("/nowhere.pem"));
    assert_eq!(nobody.exit_code(), Some(1));
}

#[test]
fn a_password_may_come_from_a_file_from_the_environment_or_from_systemd() {
    if !has_mosquitto() {
        return;
    }
    let password = "p@ss:w%40rd/#? \"\\ü";
    let mosquitto = Mosquitto::start("secret", Some(("me", password)));
    let folder = Folder::new("secrets");
    let file = folder.0.join("password");
    std::fs::write(&file, format!("{password}\n")).unwrap();
    let folder = folder.0.display().to_string();
    let file = file.display().to_string();
    let credential = "$CREDENTIALS_DIRECTORY/password".to_owned();
    for (number, variables) in [
        vec![("RAPI_BRIDGE_MQTT_PASSWORD_FILE", &file)],
        vec![("RAPI_BRIDGE_MQTT_PASSWORD", &password.to_owned())],
        vec![("RAPI_BRIDGE_MQTT_PASSWORD_FILE", &credential), ("CREDENTIALS_DIRECTORY", &folder)],
    ]
    .into_iter()
    .enumerate()
    {
        let base = format!("secret{number}");
        let mut sub = mosquitto.subscribe(&base);
        let mut command = Command::new(env!("CARGO_BIN_EXE_rapi-bridge"));
        command.args(["--mqtt", &format!("mqtt://127.0.0.1:{}", mosquitto.port)]);
        command.args(["--base-topic", &base]).env("RAPI_BRIDGE_MQTT_USER", "me").envs(variables);
        let _bridge = Program::start(&mut command);
        sub.out.wait_for(&format!("{base} connected"));
    }
}

#[test]
fn when_a_node_of_the_cluster_is_gone_the_next_one_is_taken() {
    if !has_mosquitto() {
        return;
    }
    let mut first = Mosquitto::start("node1", None);
    let second = Mosquitto::start("node2", None);
    let nowhere = format!("mqtt://127.0.0.1:{}", free_port());
    let nodes = format!("{nowhere} {} {}", first.url(), second.url());
    let mut sub = first.subscribe("openevse/#");
    let _bridge = bridge(&["--mqtt", &nodes]);
    sub.out.wait_for("openevse/state 1");
    first.stop();
    // Of two retained messages either may come first.
    second.subscribe("openevse").out.wait_for("openevse connected");
    second.subscribe("openevse/state").out.wait_for("openevse/state 1");
}

#[test]
fn a_bridge_that_lives_is_heard_and_sets_the_clock() {
    if !has_mosquitto() {
        return;
    }
    let mosquitto = Mosquitto::start("heartbeat", None);
    let mut sub = mosquitto.subscribe("openevse/#");
    let care = ["--set", "station.heartbeat_seconds=3", "--set", "station.set_clock=true"];
    let _bridge = bridge(&[&["--mqtt", &mosquitto.url()][..], &care].concat());
    let url = mosquitto.url();
    let old = ["--mqtt", &url, "--evse", "sim:5.1.0", "--base-topic", "old"];
    let mut old = bridge(&[&old[..], &care].concat());
    old.err.wait("a sentence", |line| line.contains("firmware 6.3.0 or newer"));
    sub.out.wait_for("openevse/state 1");
    mosquitto.publish("openevse/rapi/in/$GY", "", &[]);
    let line = sub.out.wait("the supervision", |line| line.starts_with("openevse/rapi/out $"));
    assert!(line.contains("$OK 3 6 0"), "{line}");
    std::thread::sleep(std::time::Duration::from_secs(5));
    // Still never missed: the bridge is alive.
    mosquitto.publish("openevse/rapi/in/$GY", "", &[]);
    let line = sub.out.wait("the supervision", |line| line.starts_with("openevse/rapi/out $"));
    assert!(line.contains("$OK 3 6 0"), "{line}");
    mosquitto.publish("openevse/rapi/in/$GT", "", &[]);
    let line = sub.out.wait("the clock", |line| line.starts_with("openevse/rapi/out/$GT "));
    let year = jiff::Zoned::now().year().rem_euclid(100);
    assert!(line.contains(&format!("\"year\":{year}")), "{line}");
}
