//! The resources of the gateway.

use serde_json::json;

use crate::client::{Socket, Web};

#[test]
fn status_tells_what_clients_of_the_gateway_look_at() {
    let web = Web::start(&[]);
    web.charge();
    let status = web.until("/status", |status| status["amp"] == 23_980);
    // evcc, and the Home Assistant integration.
    for (key, value) in [
        ("state", json!(3)),
        ("status", json!("active")),
        ("vehicle", json!(1)),
        ("voltage", json!(240)),
        ("pilot", json!(24)),
        ("temp3", json!(false)),
        ("divertmode", json!(1)),
        ("mqtt_connected", json!(0)),
        ("rapi_connected", json!(1)),
        ("mode", json!("STA")),
        ("manual_override", json!(0)),
        ("firmware", json!("8.2.3")),
    ] {
        assert_eq!(status[key], value, "{key}: {status}");
    }
    for key in ["session_energy", "total_energy", "elapsed", "wattsec", "watthour", "temp1"] {
        assert!(status[key].is_number(), "{key}: {status}");
    }
    assert_eq!(web.get("/stations/openevse/status").json()["state"], 3);
    assert_eq!(web.get("/stations/nobody/status").status, 404);
}

#[test]
fn rapi_is_answered_as_the_gateway_does_and_decoded_besides() {
    let web = Web::start(&[]);
    let ask = |line: &str| web.get(&format!("/r?json=1&rapi={line}"));
    let answer = ask("%24GV");
    assert_eq!(answer.status, 200);
    let json = answer.json();
    assert_eq!((&json["cmd"], &json["ret"]), (&json!("$GV"), &json!("$OK 8.2.3 5.2.1^2F")));
    assert_eq!(json["decoded"], json!({ "firmware": "8.2.3", "protocol": "5.2.1" }));
    assert_eq!((json["ok"].clone(), json.get("error")), (json!(true), None));
    // As a form, and under its other name.
    let form = web.request("POST", "/rapi", &[], "json=1&rapi=%24SC+13+V").json();
    assert_eq!((&form["cmd"], &form["ret"]), (&json!("$SC 13 V"), &json!("$OK 13^02")));
    web.until("/status", |status| status["pilot"] == 13);
    // As a page, whatever stands in it.
    let page = web.get("/r?rapi=%24GV").body;
    assert!(page.contains("&gt;$OK 8.2.3 5.2.1^2F"), "{page}");
    let page = web.get("/r?rapi=%3Cscript%3E").body;
    assert!(!page.contains("<script"), "{page}");
    // The controller says no: an answer like any other.
    let json = ask("%24SL+3").json();
    assert!(json["ret"].as_str().is_none_or(|ret| ret.starts_with("$NK")), "{json}");
    for (line, reason) in [
        ("%24SC+48+M", "blocked"),
        ("%24SC+81+V", "out_of_range"),
        ("%24GS%0D%24FD", "malformed"),
        ("%24S9+1", "unknown"),
        ("GS", "malformed"),
    ] {
        let answer = ask(line);
        let json = answer.json();
        assert_eq!((answer.status, &json["reason"]), (400, &json!(reason)), "{line}: {json}");
        assert_eq!(json["error"], "RAPI_RESPONSE_BLOCKED");
        assert!(!json["message"].as_str().unwrap().is_empty());
    }
    assert_eq!(web.get("/r?json=1").status, 400);
    assert_eq!(web.get("/status").json()["state"], 1, "nothing of that has passed");
    // Each exchange stands in the log.
    let log = web.get("/api/log?after=0").json();
    let lines = log["lines"].as_array().unwrap();
    let said = |text: &str| {
        lines
            .iter()
            .any(|line| line["level"] == "rapi" && line["text"].as_str().unwrap().contains(text))
    };
    assert!(said("$SC 13 V → $OK 13^02") && said("$SC 48 M"), "{log}");
    let last = lines.last().unwrap()["id"].as_u64().unwrap();
    let later = web.get(&format!("/api/log?after={last}")).json();
    assert!(later["lines"].as_array().unwrap().iter().all(|line| line["id"].as_u64() > Some(last)));
}

#[test]
fn a_web_socket_tells_everything_and_then_what_changes() {
    let web = Web::start(&[]);
    let mut socket = Socket::open(&web, &[]).unwrap();
    let all = socket.next().unwrap();
    assert!(all["state"] == 1 && all["firmware"] == "8.2.3" && all["pilot"] == 24, "{all}");
    socket.send(r#"{"ping":1}"#);
    socket.until(|news| *news == json!({ "pong": 1 }));
    web.charge();
    let news = socket.until(|news| news["state"] == 3);
    assert!(news.get("firmware").is_none(), "only what changes: {news}");
    socket.send("nonsense");
    socket.send("{\"ping\":2}");
    socket.until(|news| news["pong"] == 1);
}

#[test]
fn a_person_s_wish_is_made_changed_toggled_and_ended() {
    let web = Web::start(&[]);
    web.charge();
    assert_eq!(web.get("/override").json(), json!({}));
    let done = web.post("/override", r#"{"state": "disabled", "charge_current": 10}"#);
    assert_eq!((done.status, &done.json()["msg"]), (200, &json!("done")));
    web.until("/status", |status| status["state"] == 254 && status["manual_override"] == 1);
    assert_eq!(web.get("/override").json()["charge_current"], 10);
    assert_eq!(web.request("PATCH", "/override", &[], "").json()["msg"], "done");
    web.until("/status", |status| status["state"] == 3 && status["pilot"] == 10);
    assert_eq!(web.request("DELETE", "/override", &[], "").json()["msg"], "done");
    web.until("/status", |status| status["pilot"] == 24 && status["manual_override"] == 0);
    for wrong in [r#"{"charge_current": 5}"#, r#"{"state": 1}"#, "", "[", r#"{"energy_limit": 1}"#]
    {
        let answer = web.post("/override", wrong);
        assert_eq!(answer.status, 400, "{wrong}");
        assert!(!answer.json()["msg"].as_str().unwrap().is_empty());
    }
}

#[test]
fn programs_have_claims_of_their_own_and_what_comes_out_is_told() {
    let web = Web::start(&[]);
    web.charge();
    let claim = |id: &str, body: &str| web.post(&format!("/claims/{id}"), body).status;
    assert_eq!(claim("262145", r#"{"state": "active", "charge_current": 16}"#), 200);
    assert_eq!(claim("20", r#"{"charge_current": 12, "auto_release": false}"#), 200);
    web.until("/status", |status| status["pilot"] == 12);
    assert_eq!(web.get("/claims/20").json()["charge_current"], 12);
    let all = web.get("/claims").json();
    let clients: Vec<_> = all.as_array().unwrap().iter().map(|claim| &claim["client"]).collect();
    assert_eq!(clients, [&json!(20), &json!(262_145)], "{all}");
    let target = web.get("/claims/target").json();
    assert_eq!(target["properties"], json!({ "state": "active", "charge_current": 12 }));
    assert_eq!(
        (&target["charge_current_by"], &target["claims"]["state"]),
        (&json!("claim"), &json!(262_145))
    );
    assert_eq!(web.request("DELETE", "/claims/20", &[], "").status, 200);
    web.until("/status", |status| status["pilot"] == 16);
    assert_eq!(web.get("/claims/20").status, 404);
    assert_eq!(claim("x", "{}"), 400);
    let named = "/stations/openevse/claims/262145";
    assert_eq!(web.request("DELETE", named, &[], "").status, 200);
    web.until("/status", |status| status["pilot"] == 24);
}

#[test]
fn limit_schedule_mode_and_settings_are_read_and_changed() {
    let web = Web::start(&["--grid", "home/grid"]);
    assert_eq!(web.get("/limit").json()["type"], "none");
    let limit = r#"{"type": "energy", "value": 5000, "auto_release": true, "release": false}"#;
    assert_eq!(web.post("/limit", limit).status, 200);
    let limit = web.get("/limit").json();
    assert_eq!(limit, json!({ "type": "energy", "value": 5000, "auto_release": false }));
    assert_eq!(web.request("DELETE", "/limit", &[], "null").status, 200);
    assert_eq!(web.get("/limit").json()["type"], "none");

    let event = r#"{"id": 1, "state": "active", "time": "22:00", "days": ["monday"]}"#;
    assert_eq!(web.post("/schedule", event).status, 200);
    assert_eq!(web.get("/schedule").json()[0]["time"], "22:00");
    assert_eq!(web.post("/schedule", "").json()[0]["id"], 1, "as a client reads it");
    assert_eq!(web.request("DELETE", "/schedule?id=1", &[], "").status, 200);
    assert_eq!(web.request("DELETE", "/schedule?id=1", &[], "").status, 400);
    assert_eq!(web.get("/schedule").json(), json!([]));

    let eco = web.request("POST", "/divertmode", &[], "divertmode=2");
    assert_eq!((eco.status, eco.body.as_str()), (200, "Divert Mode changed"));
    assert_eq!(web.get("/divertmode").json()["divertmode"], 2);
    assert_eq!(web.post("/divertmode", r#"{"divertmode": 1}"#).json()["msg"], "done");
    assert_eq!(web.post("/divertmode", r#"{"divertmode": 3}"#).status, 400);

    let config = web.get("/config").json();
    for (key, value) in [
        ("firmware", json!("8.2.3")),
        ("protocol", json!("5.2.1")),
        ("mqtt_grid_ie", json!("home/grid")),
        ("min_current_hard", json!(6)),
        ("max_current_hard", json!(80)),
        ("max_current_soft", json!(24)),
        ("diode_check", json!(true)),
        ("diodet", json!(1)),
        ("service", json!(2)),
        ("charge_mode", json!("fast")),
        ("www_password", json!("")),
    ] {
        assert_eq!(config[key], value, "{key}: {config}");
    }
    let change = r#"{"charge_mode": "eco", "max_current_soft": 20, "limit_wh": 9000}"#;
    assert_eq!(web.post("/config", change).json()["msg"], "done");
    let config = web.until("/config", |config| config["charge_mode"] == "eco");
    assert!(config["config_version"].as_u64() >= Some(1), "{config}");
    assert_eq!(web.post("/config", "{}").json()["msg"], "no change");
    let wrong = web.post("/config", r#"{"ssid": "home"}"#);
    assert!(wrong.status == 400 && wrong.body.contains("ssid"), "{wrong:?}");
}

#[test]
fn readings_may_come_over_http_and_divert_works_with_them() {
    let web = Web::start(&[]);
    assert_eq!(web.post("/divertmode", r#"{"divertmode": 2}"#).status, 400, "there is no meter");
    let feed = web.post("/status", r#"{"grid_ie": -5000, "battery_level": 55, "voltage": 230}"#);
    assert_eq!(feed.status, 200, "{feed:?}");
    web.until("/status", |status| status["grid_ie"] == -5000 && status["battery_level"] == 55);
    assert_eq!(web.post("/divertmode", r#"{"divertmode": 2}"#).status, 200);
    for wrong in [
        r#"{"solar": 100}"#,
        r#"{"grid_ie": 1e9}"#,
        r#"{"grid_ie": "x"}"#,
        r#"{"nonsense": 1}"#,
        r#"{"battery_level": 101}"#,
    ] {
        assert_eq!(web.post("/status", wrong).status, 400, "{wrong}");
    }
    assert_eq!(web.get("/status").json()["grid_ie"], -5000);
    // Of both it takes the one that it has.
    let both = web.post("/status", r#"{"solar": 100, "grid_ie": -4000}"#);
    assert_eq!(both.status, 200, "{both:?}");
    assert_eq!(web.get("/status").json()["grid_ie"], -4000);
    for (first, name) in [(r#"{"solar": 1}"#, "solar"), ("{}", "grid_ie")] {
        let web = Web::start(&[]);
        assert_eq!(web.post("/status", first).json()["done"], "readings taken");
        let both = web.post("/status", r#"{"grid_ie": 70, "solar": 70}"#);
        assert_eq!(both.json()["done"], format!("readings taken; divert goes by {name}"));
        let status = web.get("/status").json();
        assert_eq!(status[name], 70, "{status}");
        let other = if name == "solar" { "grid_ie" } else { "solar" };
        assert!(status[other].is_null(), "{status}");
    }
}

#[test]
fn the_controller_and_the_bridge_are_started_anew_and_the_socket_says_so_by_closing() {
    let web = Web::start(&[]);
    assert_eq!(web.post("/restart", r#"{"device": "toaster"}"#).status, 400);
    let restart = web.post("/restart", r#"{"device": "gateway"}"#).json();
    assert_eq!((&restart["msg"], &restart["done"]), (&json!("restart gateway"), &json!("restart")));
    web.until("/status", |status| status["evse_connected"] == 1);
    let answer = web.get("/r?json=1&rapi=%24GV");
    assert_eq!(answer.status, 200, "{answer:?}");
}
