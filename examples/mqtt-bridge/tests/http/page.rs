//! The page, what it asks for, and what machines ask for.

use serde_json::{Value, json};

use crate::client::{Socket, Web};
use crate::support::{Folder, bridge};

#[test]
fn the_page_and_its_parts_are_there_and_not_sent_twice() {
    let web = Web::start(&[]);
    let page = web.get("/");
    assert_eq!(page.status, 200);
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'self'"));
    let mut bytes = page.body.len();
    for part in page.body.split(['"', '\'']).filter(|part| part.starts_with("/web/")) {
        let answer = web.get(part);
        assert_eq!(answer.status, 200, "{part}");
        bytes += answer.body.len();
        let tag = format!("If-None-Match: {}", answer.header("etag").unwrap());
        assert_eq!(web.request("GET", part, &[&tag], "").status, 304, "{part}");
    }
    assert!(bytes < 300_000, "{bytes}");
    assert_eq!(web.get("/stations/openevse/").body, page.body);
    assert_eq!(web.get("/web/../Cargo.toml").status, 404);
    assert_eq!(web.get("/nothing").status, 404);
    let session = json!({
        "version": env!("CARGO_PKG_VERSION"), "auth": false, "signed_in": false,
        "stations": ["openevse"],
    });
    assert_eq!(web.get("/api/session").json(), session);
}

#[test]
fn the_table_of_commands_is_the_library_s() {
    let web = Web::start(&[]);
    let commands = web.get("/api/commands").json();
    let rows = commands.as_array().unwrap();
    assert_eq!(rows.len(), rapi_core::COMMANDS.len());
    let row = |usage: &str| rows.iter().find(|row| row["usage"] == usage).unwrap();
    let set = row("SC amps V");
    assert_eq!((&set["class"], &set["allowed"]), (&json!("control"), &json!(true)));
    assert_eq!((&set["arguments"][0]["min"], &set["arguments"][0]["max"]), (&json!(6), &json!(80)));
    assert_eq!(set["arguments"][0]["unit"], "A");
    assert_eq!(
        (&row("SC amps M")["allowed"], &row("SC amps M")["class"]),
        (&json!(false), &json!("debug"))
    );
}

#[test]
fn the_history_has_points_and_the_reason_of_the_decision() {
    let web = Web::start(&[]);
    web.charge();
    let history = web.until("/api/history?points=600", |history| {
        let points = history["points"].as_array().unwrap();
        points.last().is_some_and(|point| point["ev"].as_i64() > Some(5000))
    });
    let last = history["points"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["pilot"], &last["solar"], &last["soc"]),
        (&json!(24), &Value::Null, &Value::Null)
    );
    assert_eq!(last["reason"], "normal mode");
    assert!((23.9..24.1).contains(&last["amps"].as_f64().unwrap()), "{last}");
    let at = last["at"].as_i64().unwrap();
    let none = web.get(&format!("/api/history?from={}&to={}", at + 1000, at + 2000)).json();
    assert_eq!(none, json!({ "points": [] }));
}

#[test]
fn the_day_outlives_the_bridge_where_it_has_a_folder() {
    let folder = Folder::new("history");
    let state_dir = folder.0.display().to_string();
    let begin = |web: &Web| web.get("/api/history").json()["points"][0]["at"].as_i64();
    let mut web = Web::start(&["--state-dir", &state_dir]);
    while begin(&web).is_none() {
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let first = begin(&web);
    web.program.signal("TERM");
    assert_eq!(web.program.exit_code(), Some(0));
    let text = std::fs::read_to_string(folder.0.join("openevse.csv")).unwrap();
    assert!(text.starts_with("at,solar,grid,house,ev,milliamps,pilot,soc,reason\n"), "{text}");
    let web = Web::start(&["--state-dir", &state_dir]);
    assert_eq!(begin(&web), first);
}

#[test]
fn metrics_health_and_the_openapi_document_are_for_machines() {
    let web = Web::start(&[]);
    let metrics = web.get("/metrics").body;
    assert!(
        metrics.contains("# TYPE openevse_pilot gauge\nopenevse_pilot{station=\"openevse\"} 24\n")
    );
    for line in metrics.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(name.ends_with("{station=\"openevse\"}") && value.parse::<f64>().is_ok(), "{line}");
    }
    let health = web.get("/healthz");
    assert_eq!(
        (health.status, &health.json()["stations"]["openevse"]["evse"]),
        (200, &json!(true))
    );
    let document = web.get("/openapi.json").json();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["paths"]["/claims/{client}"]["delete"].is_object());
}

#[test]
fn the_mqtt_panel_changes_the_file_and_connects_anew() {
    let folder = Folder::new("form");
    let file = folder.0.join("bridge.toml");
    std::fs::write(&file, "# mine\n[mqtt]\nbroker = \"mqtt://127.0.0.1:1\"\n").unwrap();
    let web = Web::with(&["--config", &file.display().to_string()]);
    let mut socket = Socket::open(&web, &[]).unwrap();
    let form = web.get("/api/config-form").json()["mqtt"].clone();
    assert_eq!(
        (&form["broker"], &form["connected"]),
        (&json!("mqtt://127.0.0.1:1"), &json!(false))
    );
    assert_eq!((&form["topic"], &form["password_set"]), (&json!("openevse"), &json!(false)));
    web.until("/api/config-form", |form| form["mqtt"]["error"].is_string());

    for (body, field) in [
        (r#"{"mqtt": {"broker": "http://x"}}"#, "broker"),
        (r#"{"mqtt": {"topic": "a/#"}}"#, "topic"),
        (r#"{"mqtt": {"solar": "a", "grid": "b"}}"#, "solar"),
        (r#"{"mqtt": {"retain": 3}}"#, "mqtt"),
        (r#"{"mqtt": [null, null]}"#, "mqtt"),
        (r#"{"mqtt": {"password": "nobody's"}}"#, "user"),
    ] {
        let answer = web.post("/api/config-form", body);
        assert_eq!((answer.status, &answer.json()["field"]), (400, &json!(field)), "{answer:?}");
        assert!(!answer.json()["msg"].as_str().unwrap().is_empty());
    }
    assert!(std::fs::read_to_string(&file).unwrap().ends_with(":1\"\n"), "nothing was written");

    let points = || web.get("/api/history").json()["points"].as_array().unwrap().len();
    while points() < 2 {
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let body = r#"{"mqtt": {"broker": "mqtt://127.0.0.1:2", "user": "\"me\"", "password": "'secret!'", "grid": "home/grid"}}"#;
    let answer = web.post("/api/config-form", body);
    assert_eq!((answer.status, &answer.json()["msg"]), (200, &json!("done")), "{answer:?}");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("# mine\n") && text.contains("\"'secret!'\""), "{text}");
    while socket.next().is_some() {}
    let form = web.until("/api/config-form", |form| form["mqtt"]["grid"] == "home/grid");
    let form = &form["mqtt"];
    assert_eq!((&form["broker"], &form["user"]), (&json!("mqtt://127.0.0.1:2"), &json!("\"me\"")));
    assert_eq!(form["password_set"], true);
    for path in ["/api/config-form", "/config", "/status", "/api/log"] {
        assert!(!web.get(path).body.contains("secret!"), "{path}");
    }
    assert!(points() >= 2, "the day goes on");
}

#[test]
fn the_mqtt_panel_outlives_the_bridge_where_its_file_is_somebody_else_s() {
    let folder = Folder::new("unit");
    let (file, state) = (folder.0.join("bridge.toml"), folder.0.join("state"));
    std::fs::write(&file, "[mqtt]\nbroker = \"mqtt://127.0.0.1:1\"\n").unwrap();
    // To root nothing is read-only: a folder is in the way.
    std::fs::create_dir(folder.0.join("bridge.toml.new")).unwrap();
    let (file, state) = (file.display().to_string(), state.display().to_string());
    let arguments = ["--config", &file, "--state-dir", &state];
    let mut web = Web::with(&arguments);
    let answer = web.post("/api/config-form", r#"{"mqtt": {"user": "'me'", "grid": "home/grid"}}"#);
    let msg = answer.json()["msg"].as_str().unwrap().to_owned();
    for part in ["done, and kept in ", "page.toml", "cannot write", "bridge.toml"] {
        assert!(msg.contains(part), "{part}: {msg}");
    }
    let is_new = |form: &Value| {
        (&form["mqtt"]["grid"], &form["mqtt"]["user"]) == (&json!("home/grid"), &json!("'me'"))
    };
    web.until("/api/config-form", is_new);
    web.program.signal("TERM");
    assert_eq!(web.program.exit_code(), Some(0));
    let web = Web::with(&arguments);
    web.until("/api/config-form", is_new);
    let line = web.program.out.seen.iter().find(|line| line.starts_with("changed  on the page: "));
    assert!(line.unwrap().contains("station.openevse.grid ("), "{line:?}");
    // A flag outranks it at the next start, and that is said.
    drop(web);
    let flagged = Web::with(&[&arguments[..], &["--grid", "flag/grid"]].concat());
    let answer = flagged.post("/api/config-form", r#"{"mqtt": {"grid": "other/grid"}}"#);
    assert_eq!(answer.json()["msg"], "done, until the bridge is started anew: --grid outranks it");
    flagged.until("/api/config-form", |form| form["mqtt"]["grid"] == "other/grid");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_rapi-bridge"))
        .args(["--check-config", "--config", &file, "--state-dir", &state])
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8(output.stdout).unwrap().starts_with("changed  on the page: "));
}

#[test]
fn a_taken_port_and_an_open_address_are_one_sentence_each() {
    let web = Web::start(&[]);
    let taken = format!("127.0.0.1:{}", web.port);
    let mut second = bridge(&["--http", &taken, "--mqtt", "mqtt://127.0.0.1:1"]);
    assert_eq!(second.exit_code(), Some(1));
    let line = second.err.wait("a sentence", |line| line.contains("cannot listen on"));
    assert!(line.contains(&taken) && line.contains("--http off"), "{line}");

    let mut open = bridge(&["--http", "0.0.0.0:0", "--mqtt", "mqtt://127.0.0.1:1"]);
    assert_eq!(open.exit_code(), Some(1));
    open.err.wait("a sentence", |line| line.contains("only with a password"));

    let mut off = bridge(&["--http", "off", "--mqtt", "mqtt://127.0.0.1:1"]);
    off.out.wait("the station", |line| line.starts_with("station "));
    assert!(off.out.seen.iter().all(|line| !line.starts_with("page ")));
}

#[test]
fn a_hang_up_reads_the_file_again_and_a_mistake_in_it_stops_nothing() {
    let folder = Folder::new("reload");
    let file = folder.0.join("bridge.toml");
    std::fs::write(&file, "[mqtt]\nbroker = \"mqtt://127.0.0.1:1\"\n").unwrap();
    let mut web = Web::with(&["--config", &file.display().to_string()]);
    std::fs::write(&file, "[mqtt]\nnonsense = 1\n").unwrap();
    web.program.signal("HUP");
    web.program.err.wait("a sentence", |line| line.contains("not read again"));
    assert_eq!(web.get("/status").json()["state"], 1);
    // What only shows when it is begun with: the one before goes on.
    let text = "[mqtt]\nbroker = \"mqtts://127.0.0.1:1\"\nca_file = \"/nowhere.pem\"\n";
    std::fs::write(&file, text).unwrap();
    web.program.signal("HUP");
    let line =
        web.program.err.wait("a sentence", |line| line.contains("goes on with the one before"));
    assert!(line.contains("/nowhere.pem"), "{line}");
    web.until("/status", |status| status["state"] == 1);
    let text = "[mqtt]\nbroker = \"mqtt://127.0.0.1:1\"\n[[station]]\nname = \"left\"\n\
                [[station]]\nname = \"right\"\n";
    std::fs::write(&file, text).unwrap();
    let early = web.connect();
    let mut socket = Socket::open(&web, &[]).unwrap();
    web.program.signal("HUP");
    web.until("/api/session", |session| session["stations"] == json!(["left", "right"]));
    assert_eq!(
        web.ask(early, "GET", "/api/session", &[], "").status,
        200,
        "connected before, asked after"
    );
    // What it looked at is no more: it is closed, not silent.
    while socket.next().is_some() {}
    web.until("/stations/right/status", |status| status["state"] == 1);
    // Who still looks is not waited for.
    let mut socket = Socket::open(&web, &[]).unwrap();
    web.program.signal("TERM");
    assert_eq!(web.program.exit_code(), Some(0));
    while socket.next().is_some() {}
}
