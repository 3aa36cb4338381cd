//! Requests as clients of the gateway make them, one by one: those that cannot be installed here, and what
//! the others look for in the answer.

use serde_json::json;

use crate::client::Web;

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

#[test]
fn the_page_form_is_found_by_the_patterns_that_clients_look_for() {
    let web = Web::start(&[]);
    // openevsewifi, on which Home Assistant's own integration stood: the answer ends at a script.
    let page = web.request("POST", "/r?", &[FORM], "rapi=%24GS").body;
    let (_, rest) = page.split_once("<p>&gt;$").expect("where the answer begins");
    let (answer, _) = rest.split_once("<script").expect("where it ends");
    let (answer, sum) = answer.split_once('^').unwrap();
    assert!(answer.starts_with("OK 01 ") && sum.len() == 2, "{page}");
    // Jeedom: between "OK " and "^", with the dollar as it is.
    let page = web.get("/r?rapi=$GC").body;
    let (_, rest) = page.split_once("OK ").unwrap();
    assert_eq!(rest.split('^').next().unwrap().split(' ').count(), 4, "{page}");
    let page = web.get("/r?rapi=$SC%2013").body;
    assert!(page.contains("$OK 13^"), "{page}");
}

#[test]
fn evcc_charges_limits_and_stops() {
    let web = Web::start(&[]);
    web.charge();
    // What it reads through pointers without looking whether they are there.
    let status = web.get("/status").json();
    for key in ["state", "vehicle", "session_elapsed"] {
        assert!(status[key].is_u64(), "{key}: {status}");
    }
    for key in ["session_energy", "total_energy", "power"] {
        assert!(status[key].is_number(), "{key}: {status}");
    }
    assert!(status["status"].is_string());
    // Whether phases can be switched: an error, or no $OK.
    let phases = web.get("/r?json=1&rapi=%24G7");
    assert!(phases.status != 200 || !phases.body.contains("$OK"), "{phases:?}");
    // It reads the wish, changes two members, and sends it back.
    let send = |state: &str, most: u8| {
        let mut wish = web.get("/override").json();
        wish["state"] = json!(state);
        wish["max_current"] = json!(most);
        let answer = web.post("/override", &wish.to_string());
        assert!([200, 201].contains(&answer.status), "{answer:?}");
    };
    send("active", 10);
    web.until("/status", |status| status["pilot"] == 10 && status["state"] == 3);
    // Nothing has been chosen yet: its current is 0.
    send("disabled", 0);
    web.until("/status", |status| status["state"] == 254 && status["status"] == "disabled");
    send("active", 0);
    web.until("/status", |status| status["pilot"] == 6 && status["state"] == 3);
    // Its next driver claims instead.
    let claim = r#"{"state":"active","charge_current":13,"auto_release":false}"#;
    assert_eq!(web.post("/claims/262145", claim).status, 200);
    assert_eq!(web.request("DELETE", "/override", &[], "").status, 200);
    web.until("/status", |status| status["pilot"] == 13);
}

#[test]
fn a_wish_that_is_posted_replaces_the_one_before() {
    let web = Web::start(&[]);
    web.charge();
    let post = |path: &str, body: &str| assert_eq!(web.post(path, body).status, 200, "{body}");
    post("/override", r#"{"state": "active", "charge_current": "10"}"#);
    web.until("/status", |status| status["pilot"] == 10);
    // Home Assistant's slider at its end: the current goes, the rest stays.
    post("/override", r#"{"state": "active", "auto_release": false}"#);
    web.until("/status", |status| status["pilot"] == 24);
    let wish = json!({ "state": "active", "auto_release": false });
    assert_eq!(web.get("/override").json(), wish);
    post("/claims/20", r#"{"charge_current": 12}"#);
    post("/claims/20", r#"{"max_current": 16}"#);
    assert!(web.get("/claims/20").json()["charge_current"].is_null());
    // The example of the gateway's documentation.
    let example = r#"{"state": "active", "charge_current": 0, "max_current": 0, "energy_limit": 0,
        "time_limit": 0, "auto_release": true}"#;
    post("/override", example);
    web.until("/status", |status| status["pilot"] == 6);
    post("/config", r#"{"service": "A"}"#);
    post("/override", "{}");
    assert_eq!(web.get("/override").json(), json!({}));
}

#[test]
fn whose_claim_it_is_stands_there_as_a_number_of_the_gateways() {
    let web = Web::start(&[]);
    web.charge();
    let target = || web.get("/claims/target").json();
    assert_eq!((&target()["claims"], &target()["properties"]), (&json!({}), &json!({})));
    web.post("/override", r#"{"state": "active"}"#);
    web.post("/claims/262145", r#"{"charge_current": 11}"#);
    web.until("/status", |status| status["pilot"] == 11);
    assert_eq!(target()["claims"], json!({ "state": 65_537, "charge_current": 262_145 }));
    let clients: Vec<_> = web.get("/claims").json().as_array().unwrap().clone();
    assert!(clients.iter().all(|claim| claim["client"].is_u64()), "{clients:?}");
    // A look at the versions tells that something is new.
    let status = web.get("/status").json();
    for key in ["max_current", "config_version", "claims_version", "override_version"] {
        assert!(status[key].is_u64(), "{key}: {status}");
    }
}

#[test]
fn a_calendar_keeps_its_events_by_their_numbers() {
    let web = Web::start(&[]);
    let event = r#"{"state": "active", "time": "22:00:00", "days": ["Monday"], "duration": 60}"#;
    assert_eq!(web.post("/schedule", event).json()["msg"], "done");
    let kept = json!({ "id": 1, "state": "active", "time": "22:00:00", "days": ["monday"] });
    assert_eq!(web.get("/schedule").json(), json!([kept]));
    assert_eq!(web.get("/schedule/1").json(), kept);
    let missing = web.get("/schedule/2");
    assert_eq!((missing.status, &missing.json()["msg"]), (404, &json!("Not found")));
    let later = event.replace("22:", "23:");
    assert_eq!(web.post("/schedule/1", &later).json()["msg"], "done");
    assert_eq!(web.get("/schedule").json()[0]["time"], "23:00:00");
    assert_eq!(web.post("/schedule/1", "[]").status, 400);
    assert_eq!(web.request("DELETE", "/schedule/1", &[], "").json()["msg"], "done");
    assert_eq!(web.request("DELETE", "/schedule/1", &[], "").status, 400);
    assert_eq!(web.get("/schedule").json(), json!([]));
}

#[test]
fn shaper_time_restart_and_what_is_not_there_are_as_clients_know_them() {
    let limit = ["station.live_power=home/power", "station.live_power_limit=9000"];
    let web = Web::away(&["--set", limit[0], "--set", limit[1]]);
    web.until("/shaper", |shaper| shaper["shaper"] == 1);
    let off = web.request("POST", "/shaper", &[FORM], "shaper=0");
    assert_eq!((off.status, off.body.as_str()), (200, "Current Shaper state changed"));
    web.until("/status", |status| status["shaper"] == 0);
    assert_eq!(web.request("POST", "/shaper", &[FORM], "").status, 400);
    let time = web.get("/time").json();
    assert!(time["time"].as_str().unwrap().ends_with('Z') && time["offset"].is_string(), "{time}");
    // Two words in the place of a resource that this gateway does not have.
    let missing = web.get("/notifications");
    assert_eq!((missing.status, missing.body.as_str()), (404, "Not found"));
    let not_so = web.get("/restart");
    assert_eq!((not_so.status, &not_so.json()["msg"]), (405, &json!("Method not allowed")));
    assert_eq!(not_so.header("allow"), Some("POST"));
    let person = web.request("GET", "/nothing", &["Accept: text/html,*/*"], "");
    assert!(person.body.contains("/ is the page"), "{person:?}");
    let restart = web.post("/restart", r#"{"device": "gateway"}"#);
    assert_eq!(restart.json()["msg"], "restart gateway");
}

#[test]
fn a_bridge_in_standby_refuses_at_once_and_says_why() {
    let web = Web::away(&["--set", "bridge.standby=true"]);
    let status = web.until("/status", |status| status["standby"] == true);
    assert_eq!((&status["status"], &status["rapi_connected"]), (&json!("standby"), &json!(0)));
    for (method, path, body) in [
        ("GET", "/r?json=1&rapi=$GV", ""),
        ("POST", "/override", r#"{"state": "active"}"#),
        ("POST", "/config", r#"{"max_current_soft": 16}"#),
    ] {
        let answer = web.request(method, path, &["Content-Type: application/json"], body);
        assert_eq!(answer.status, 503, "{answer:?}");
        let msg = answer.json()["msg"].as_str().unwrap().to_owned();
        assert!(msg.starts_with("standby: this bridge waits for the broker"), "{msg}");
    }
    let health = web.get("/healthz");
    assert_eq!((health.status, &health.json()["ok"]), (503, &json!(false)));
}

#[test]
fn a_station_that_is_away_is_told_in_numbers_that_can_be_read() {
    // evcc follows each of these without looking whether it is there.
    let web = Web::away(&[]);
    let status = web.get("/status").json();
    for key in ["state", "vehicle", "power", "session_energy", "session_elapsed", "total_energy"] {
        assert!(status[key].is_number(), "{key}: {status}");
    }
    assert_eq!((&status["rapi_connected"], &status["evse_connected"]), (&json!(0), &json!(0)));
}
