//! The control interface, over HTTP as everybody speaks it.

mod common;

use std::collections::BTreeSet;
use std::io::{BufRead as _, Read as _, Write as _};
use std::net::TcpStream;

use common::{Simulator, ask, connect, run};
use serde_json::{Value, json};

/// Sends a request and returns status and body.
fn http(address: &str, method: &str, path: &str, head: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    let len = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{head}\
         Content-Length: {len}\r\n\r\n{body}"
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

fn get(address: &str, path: &str) -> Value {
    let (status, body) = http(address, "GET", path, "", "");
    assert_eq!(status, 200, "{path}: {body}");
    serde_json::from_str(&body).unwrap()
}

fn post(address: &str, path: &str, body: &Value) -> Value {
    let (status, text) = http(address, "POST", path, "", &body.to_string());
    assert_eq!(status, 200, "{path} {body}: {text}");
    serde_json::from_str(&text).unwrap()
}

/// The program with a control interface: the place of the first station, and of the interface.
fn start(more: &[&str]) -> (Simulator, String, String) {
    let all = [&["--control", "127.0.0.1:0", "--firmware", "7.1.3"], more].concat();
    let (mut simulator, place) = Simulator::start(&all);
    let mut line = String::new();
    while !line.contains("http://") {
        line.clear();
        assert_ne!(simulator.out.read_line(&mut line).unwrap(), 0);
    }
    let control = line.trim().rsplit_once("http://").unwrap().1.to_owned();
    (simulator, place, control)
}

#[test]
fn a_car_that_is_told_its_charge_charges_and_a_fault_stops_it() {
    let (_simulator, _, control) = start(&[]);
    let wish = json!({ "connected": true, "soc": 40, "max_amps": 16 });
    let view = post(&control, "/stations/1/vehicle", &wish);
    assert_eq!(view["state"], "charging");
    // A millisecond may have passed.
    let soc = view["vehicle"]["soc"].as_f64().unwrap();
    assert!((40.0..40.1).contains(&soc), "{soc}");
    let view = post(&control, "/stations/1/time", &json!({ "advance_s": 3600 }));
    // 16 A at 240 V for an hour into 60 kWh.
    let soc = view["vehicle"]["soc"].as_f64().unwrap();
    assert!((46.3..46.6).contains(&soc), "{soc}");
    assert_eq!(view["lcd"]["colour"], "teal");
    let view = post(&control, "/stations/1/faults", &json!({ "gfi": true }));
    assert_eq!((&view["relay_closed"], &view["eeprom"]["trips"][0]), (&json!(false), &json!(1)));
    let view = post(&control, "/stations/1/temperatures", &json!({ "ds3231": "none" }));
    assert_eq!(view["temperatures"]["ds3231"], Value::Null);
}

#[test]
fn what_is_wrong_is_named_by_its_field() {
    let (_simulator, _, control) = start(&[]);
    for (path, body, status, problem) in [
        ("/stations/1/vehicle", r#"{"conected":true}"#, 400, "vehicle.conected: unknown field"),
        ("/stations/1/vehicle", r#"{"soc":"much"}"#, 400, "vehicle.soc: invalid type"),
        ("/stations/1/vehicle", r#"{"soc":140}"#, 422, "vehicle.soc: 140 is not from 0 to 100"),
        ("/stations/1/vehicle", "{", 400, "vehicle: EOF"),
        ("/stations/1/vehicle", r#"{"wants":"energy"}"#, 422, "plug first"),
        ("/stations/1/fault", "{}", 404, "take one of vehicle, faults"),
        ("/stations/2/vehicle", "{}", 404, "they count 1 to 1"),
    ] {
        let (got, text) = http(&control, "POST", path, "", body);
        assert_eq!(got, status, "{path} {body}: {text}");
        assert!(text.contains(problem), "{path} {body}: {text}");
    }
    let (status, _) = http(&control, "POST", "/stations/1/vehicle", "", &" ".repeat(20_000));
    assert_eq!(status, 413);
    let page = "Origin: http://example.org\r\n";
    assert_eq!(http(&control, "GET", "/stations", page, "").0, 403);
}

#[test]
fn other_computers_are_only_let_in_when_that_is_said() {
    let output = run(&["--listen", "tcp://127.0.0.1:0", "--control", "0.0.0.0:0"]);
    assert_eq!(output.status.code(), Some(1));
    let problem = String::from_utf8(output.stderr).unwrap();
    assert!(problem.contains("--control-anywhere"), "{problem}");
}

/// Follows `$ref` and looks that there is something.
fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(path) => document.pointer(path.trim_start_matches('#')).expect(path),
        None => schema,
    }
}

#[test]
fn each_path_of_the_openapi_document_is_there_and_answers_as_it_says() {
    let (_simulator, _, control) = start(&[]);
    let document = get(&control, "/openapi.json");
    let mut posts = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        let path = path.replace("{station}", "1");
        let (operation, view) = if operations["post"].is_object() {
            posts += 1;
            let body = &operations["post"]["requestBody"]["content"]["application/json"]["schema"];
            assert_eq!(resolve(&document, body)["type"], "object", "{path}");
            (&operations["post"], post(&control, &path, &json!({})))
        } else {
            (&operations["get"], get(&control, &path))
        };
        assert!(operation["summary"].as_str().is_some_and(|text| text.ends_with('.')), "{path}");
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        let (schema, view) = match schema["type"].as_str() {
            Some("array") => (resolve(&document, &schema["items"]), &view[0]),
            _ => (resolve(&document, schema), &view),
        };
        let told: BTreeSet<&String> = schema["properties"].as_object().unwrap().keys().collect();
        let seen: BTreeSet<&String> = view.as_object().unwrap().keys().collect();
        assert_eq!(seen, told, "{path}");
    }
    assert_eq!(posts, rapi_sim::Command::NAMES.len());
}

#[test]
fn many_stations_are_apart() {
    let (_simulator, _, control) = start(&["--stations", "3"]);
    post(&control, "/stations/2/vehicle", &json!({ "connected": true }));
    let stations = get(&control, "/stations");
    let states: Vec<&Value> = stations.as_array().unwrap().iter().map(|s| &s["state"]).collect();
    assert_eq!(states, ["not connected", "connected", "not connected"]);
    for station in stations.as_array().unwrap() {
        let place = station["place"].as_str().unwrap().trim_start_matches("tcp://");
        assert!(ask(&mut connect(place), "$GV^35\r", "$OK").contains("D7.1.3 5.1.3"));
    }
}

#[test]
fn a_line_that_loses_everything_is_mended() {
    let (_simulator, place, control) = start(&["--fault-loss", "1"]);
    let mut client = connect(&place);
    client.write_all(b"$GV^35\r").unwrap();
    let view = post(&control, "/stations/1/line", &json!({ "loss": 0 }));
    assert_eq!(view["line"]["loss"], 0.0);
    let heard = ask(&mut client, "$G0^53\r", "$OK");
    assert_eq!(heard, "$OK 0^30\r");
}
